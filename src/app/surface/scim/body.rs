//! From the bytes of a request to a JSON object, refusing what would hurt on the way.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde_json::Value;

use crate::exchange::Request;
use crate::profile::Profile;
use crate::scim::dialect;
use crate::scim::error::ScimError;
use crate::scim::resource;

/// Reads the body as a JSON object.
///
/// A body without a media type is taken for SCIM's: some clients send none.
///
/// # Errors
///
/// 415 for another media type, 413 for a body that is too large, 400 `invalidSyntax` for what is no JSON object.
pub(in crate::app::surface) fn object(
    request: &Request,
    profile: &Profile,
) -> Result<Value, ScimError> {
    if request.body.len() > profile.body_bytes {
        check_media_type(request)?;
        return Err(ScimError::too_large(profile.body_bytes));
    }
    read(request, profile)
}

/// Reads the body of a bulk request as a JSON object; it has a limit of its own.
pub(super) fn bulk(request: &Request, profile: &Profile) -> Result<Value, ScimError> {
    let most = profile.bulk_payload_bytes;
    if request.body.len() > most {
        check_media_type(request)?;
        return Err(ScimError::bulk_too_large("maxPayloadSize", most));
    }
    read(request, profile)
}

/// Refuses what is neither of SCIM's media types, not in UTF-8, or compressed.
///
/// [RFC 7644 section 3.8](https://www.rfc-editor.org/rfc/rfc7644#section-3.8): "UTF-8 SHALL be the default encoding".
fn check_media_type(request: &Request) -> Result<(), ScimError> {
    if let Some(coding) = request.headers.get(CONTENT_ENCODING)
        && !coding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        let coding = String::from_utf8_lossy(coding.as_bytes());
        return Err(ScimError::unsupported_encoding(&coding));
    }
    let Some(sent) = request.headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    // Nearly every client sends one of these; the rest may take longer.
    if sent == dialect::MEDIA_TYPE || sent == "application/json" {
        return Ok(());
    }
    let sent = String::from_utf8_lossy(sent.as_bytes()).to_ascii_lowercase();
    let mut parts = sent.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    if !dialect::is_readable(media_type) {
        return Err(ScimError::unsupported_media_type(media_type));
    }
    let charset = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim() == "charset")
        .map(|(_, value)| value.trim().trim_matches('"'));
    match charset {
        None | Some("utf-8" | "utf8") => Ok(()),
        Some(other) => Err(ScimError::unsupported_encoding(other)),
    }
}

fn read(request: &Request, profile: &Profile) -> Result<Value, ScimError> {
    check_media_type(request)?;
    let body = &request.body;
    if body.trim_ascii().is_empty() {
        return Err(ScimError::invalid_syntax("a JSON body is required"));
    }
    match resource::read(body, profile) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(ScimError::invalid_syntax("the body must be a JSON object")),
        // The error's own text ends in line and column.
        Err(error) => Err(ScimError::invalid_syntax(format!(
            "the body cannot be read: {error}"
        ))),
    }
}
