//! From the bytes of a request to a JSON object, refusing what would hurt on the way.

use serde_json::Value;

use crate::exchange::Request;
use crate::profile::Profile;
use crate::scim::dialect;
use crate::scim::error::ScimError;
use crate::scim::resource::read;

/// Reads the body as a JSON object.
///
/// A body without a media type is taken for SCIM's: some clients send none.
///
/// # Errors
///
/// 415 for another media type, 413 for a body that is too large, 400 `invalidSyntax` for what is no JSON object.
pub(super) fn object(request: &Request, profile: &Profile) -> Result<Value, ScimError> {
    if let Some(media_type) = request.media_type()
        && !dialect::is_readable(&media_type)
    {
        return Err(ScimError::unsupported_media_type(&media_type));
    }
    let body = &request.body;
    if body.len() > profile.body_bytes {
        return Err(ScimError::too_large(profile.body_bytes));
    }
    if body.trim_ascii().is_empty() {
        return Err(ScimError::invalid_syntax("a JSON body is required"));
    }
    match read(body, profile) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(ScimError::invalid_syntax("the body must be a JSON object")),
        // The error's own text ends in line and column.
        Err(error) => Err(ScimError::invalid_syntax(format!(
            "the body cannot be read: {error}"
        ))),
    }
}
