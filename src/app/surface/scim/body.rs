//! From the bytes of a request to a JSON object, refusing what would hurt on the way.

use serde_json::Value;

use crate::exchange::Request;
use crate::profile::Profile;
use crate::scim::dialect;
use crate::scim::error::ScimError;

/// Reads the body as a JSON object.
///
/// A body without a media type is taken for SCIM's: some clients send none.
///
/// # Errors
///
/// 415 for another media type, 413 for a body that is too large, 400 `invalidSyntax` for what is no JSON object.
pub(in crate::app::surface) fn object(request: &Request, profile: &Profile) -> Result<Value, ScimError> {
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
    if depth(body) > profile.json_depth {
        let most = profile.json_depth;
        let detail = format!("the body nests arrays and objects more than {most} deep");
        return Err(ScimError::invalid_syntax(detail));
    }
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(ScimError::invalid_syntax("the body must be a JSON object")),
        // The error's own text ends in line and column.
        Err(error) => Err(ScimError::invalid_syntax(format!(
            "the body is not JSON: {error}"
        ))),
    }
}

/// How deep arrays and objects nest, told without parsing: a parser would need stack for each level.
fn depth(body: &[u8]) -> usize {
    let (mut deepest, mut depth) = (0_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
