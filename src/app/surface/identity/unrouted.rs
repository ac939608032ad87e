//! Paths of the older dialect that are not there, methods that are not theirs, and `OPTIONS`.

use http::header::ALLOW;
use http::{Method, StatusCode};

use crate::exchange::{IntoReply, Reply};
use crate::sandbox::Sandbox;
use crate::scim::error::ScimError;
use crate::scim::v1::error::{Refused, nothing_here};

/// The answer to a path that nothing answers, or nothing with that method: 404, 405 or what `OPTIONS` asks for.
///
/// [RFC 9110 section 9.3.7](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7).
pub(crate) fn answer(
    sandbox: &Sandbox,
    (method, path): (&Method, &str),
    allow: &[&'static str],
) -> Reply {
    if !sandbox.profile.identity_v1 {
        return nothing_here();
    }
    if allow.is_empty() {
        let error = ScimError::plain(StatusCode::NOT_FOUND, "nothing answers this path");
        return Refused::of(error, path).into_reply();
    }
    let allow = format!("{}, OPTIONS", allow.join(", "));
    if method == Method::OPTIONS {
        return Reply::empty(StatusCode::NO_CONTENT).with_header(ALLOW, allow);
    }
    let detail = format!("this path answers {allow}");
    let error = ScimError::plain(StatusCode::METHOD_NOT_ALLOWED, detail);
    Refused::of(error, path)
        .into_reply()
        .with_header(ALLOW, allow)
}
