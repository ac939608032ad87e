//! Conditional requests, [RFC 7644 section 3.14](https://www.rfc-editor.org/rfc/rfc7644#section-3.14).

use http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};

use crate::exchange::Request;
use crate::scim::error::ScimError;
use crate::store::directory::Stored;

/// Refuses with 412 if `If-Match` names other versions than the one there is.
pub(super) fn check(request: &Request, stored: &Stored) -> Result<(), ScimError> {
    match names(request, &IF_MATCH, stored.etag()) {
        Some(false) => Err(ScimError::precondition_failed(stored.etag())),
        Some(true) | None => Ok(()),
    }
}

/// Whether the client has the version there is, and says so by `If-None-Match`.
pub(super) fn is_known(request: &Request, stored: &Stored) -> bool {
    names(request, &IF_NONE_MATCH, stored.etag()) == Some(true)
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
