//! What the older dialect says of itself; all of it in [`crate::scim::v1::discovery`].

use http::StatusCode;

use super::answered;
use crate::app::call::Call;
use crate::exchange::Reply;
use crate::operation::Operation;
use crate::scim::v1::{USER, discovery};

/// The document that is asked for.
pub(super) fn document(call: Call<'_>) -> Reply {
    let document = if call.operation == Operation::IdentityUserSchema {
        discovery::schema(&USER, call.sandbox.setting.types.user())
    } else {
        discovery::service_provider_configs(&call.sandbox.profile)
    };
    answered(StatusCode::OK, &document)
}
