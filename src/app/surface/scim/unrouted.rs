//! Paths that are not there, methods that are not theirs, and `OPTIONS`.

use http::header::ALLOW;
use http::{Method, StatusCode};

use super::negotiate::Format;
use crate::exchange::{IntoReply, Reply};
use crate::sandbox::Sandbox;
use crate::scim::error::ScimError;

/// What SCIM has beside resource types, below the base URL.
const ENDPOINTS: [&str; 6] = [
    "",
    ".search",
    "Bulk",
    "ServiceProviderConfig",
    "ResourceTypes",
    "Schemas",
];

/// The answer to a path that nothing answers, or nothing with that method: 404, 405 or what `OPTIONS` asks for.
///
/// [RFC 9110 section 9.3.7](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7).
pub(crate) fn answer(
    sandbox: &Sandbox,
    (method, path): (&Method, &str),
    allow: &[&'static str],
) -> Reply {
    if allow.is_empty() || !is_there(sandbox, path) {
        return refusal(sandbox, StatusCode::NOT_FOUND, "nothing answers this path");
    }
    let allow = format!("{}, OPTIONS", allow.join(", "));
    if method == Method::OPTIONS {
        return Reply::empty(StatusCode::NO_CONTENT).with_header(ALLOW, allow);
    }
    let detail = format!("this path answers {allow}");
    refusal(sandbox, StatusCode::METHOD_NOT_ALLOWED, &detail).with_header(ALLOW, allow)
}

/// Whether there is an endpoint of that name here.
fn is_there(sandbox: &Sandbox, path: &str) -> bool {
    let below = path.strip_prefix("/scim/v2").unwrap_or_default();
    let below = below.strip_prefix('/').unwrap_or(below);
    match below.split('/').next().unwrap_or_default() {
        "Me" => sandbox.profile.me,
        name if ENDPOINTS.contains(&name) => true,
        name => sandbox
            .setting
            .types
            .all()
            .any(|row| row.endpoint.strip_prefix('/') == Some(name)),
    }
}

fn refusal(sandbox: &Sandbox, status: StatusCode, detail: &str) -> Reply {
    let mut reply = ScimError::plain(status, detail).into_reply();
    Format::Scim.dress(&mut reply, &sandbox.profile);
    reply
}
