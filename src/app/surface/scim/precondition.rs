//! Conditional requests, [RFC 7644 section 3.14](https://www.rfc-editor.org/rfc/rfc7644#section-3.14) and
//! [RFC 9110 section 13](https://www.rfc-editor.org/rfc/rfc9110#section-13).
//!
//! Where the profile knows no versions, the fields are not looked at.

use http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};

use crate::exchange::Request;
use crate::profile::Profile;
use crate::scim::error::ScimError;
use crate::store::directory::Stored;

/// Refuses a write of a version that the client does not mean.
///
/// # Errors
///
/// 412 if `If-Match` names other versions than the one there is, or `If-None-Match` names that one; 428 if the profile
/// wants `If-Match` and there is none.
pub(super) fn check_write(
    request: &Request,
    profile: &Profile,
    stored: &Stored,
) -> Result<(), ScimError> {
    if !profile.etags {
        return Ok(());
    }
    match names(request, &IF_MATCH, stored.etag()) {
        Some(false) => return Err(ScimError::precondition_failed(stored.etag())),
        None if profile.if_match_required => return Err(ScimError::precondition_required()),
        Some(true) | None => {}
    }
    match names(request, &IF_NONE_MATCH, stored.etag()) {
        Some(true) => Err(ScimError::precondition_failed(stored.etag())),
        Some(false) | None => Ok(()),
    }
}

/// Whether the client has the version there is, and says so by `If-None-Match`.
///
/// # Errors
///
/// 412 if `If-Match` names other versions than the one there is.
pub(super) fn is_known(
    request: &Request,
    profile: &Profile,
    stored: &Stored,
) -> Result<bool, ScimError> {
    if !profile.etags {
        return Ok(false);
    }
    if names(request, &IF_MATCH, stored.etag()) == Some(false) {
        return Err(ScimError::precondition_failed(stored.etag()));
    }
    Ok(names(request, &IF_NONE_MATCH, stored.etag()) == Some(true))
}

/// Whether the header field names the entity tag; `None` if there is no such field.
///
/// SCIM sends weak tags in `If-Match` too, so both fields are compared weakly.
fn names(request: &Request, field: &HeaderName, etag: &str) -> Option<bool> {
    let mut values = request.headers.get_all(field).iter().peekable();
    values.peek()?;
    let wanted = opaque(etag);
    Some(values.any(|value| {
        let value = value.to_str().unwrap_or_default();
        // None of our tags holds a comma, so cutting at each one finds them all.
        value
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || opaque(tag) == wanted)
    }))
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}
