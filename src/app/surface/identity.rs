//! The older SCIM dialect at `/identity/v1`, over the same store.

use crate::app::call::{Call, Outcome};
use crate::exchange::IntoReply;
use crate::scim::error::ScimError;

/// Answers a request in the older dialect.
pub(crate) fn answer(call: Call<'_>) -> Outcome {
    let name = call.operation.name();
    Outcome::unchanged(ScimError::not_implemented(name).into_reply())
}
