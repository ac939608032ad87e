//! Refusals of the older dialect: a code in lower case with dots, and the path that was asked.
//!
//! No error of SCIM 1.1's own form was ever seen from GoTo. What was seen is `code` with `uri`, and an empty body
//! beside a challenge; the `message` is the double's, for people.

use std::borrow::Cow;

use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use serde_json::json;

use super::BASE;
use crate::exchange::{IntoReply, Reply};
use crate::scim::error::{ScimError, ScimType};

/// The media type of every body.
pub const MEDIA_TYPE: &str = "application/json";

/// Describes a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The status code.
    pub status: StatusCode,
    /// What is wrong, for a program: `not.authorized`.
    pub code: Cow<'static, str>,
    /// The path that was asked, without the `/identity` in front.
    pub uri: String,
    /// What is wrong, for a person.
    pub message: String,
    /// The `WWW-Authenticate` challenge.
    pub challenge: Option<String>,
}

impl Refused {
    /// The refusal that an error of SCIM 2.0 is in this dialect; `path` is the one that was asked.
    pub fn of(error: ScimError, path: &str) -> Self {
        let message = match error.scim_type {
            // The words of GoTo's published SCIM OpenAPI.
            Some(ScimType::InvalidFilter) => format!("Invalid filter syntax: {}", error.detail),
            _ => error.detail,
        };
        Self {
            code: code_of(error.status),
            status: error.status,
            uri: uri_of(path).to_owned(),
            message,
            challenge: error.challenge,
        }
    }

    /// The same with another code.
    #[must_use]
    pub fn with_code(mut self, code: &'static str) -> Self {
        self.code = code.into();
        self
    }

    /// The same without a body: a challenge says everything.
    pub fn bodiless(self) -> Reply {
        challenged(Reply::empty(self.status), self.challenge)
    }
}

impl IntoReply for Refused {
    fn into_reply(self) -> Reply {
        let body = json!({ "code": self.code, "uri": self.uri, "message": self.message });
        let reply = Reply::with_body(self.status, MEDIA_TYPE, body.to_string());
        challenged(reply, self.challenge)
    }
}

/// [RFC 9110 section 15.5.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2) wants a challenge with every 401.
fn challenged(reply: Reply, challenge: Option<String>) -> Reply {
    match challenge {
        Some(challenge) => reply.with_header(WWW_AUTHENTICATE, challenge),
        None if reply.status == StatusCode::UNAUTHORIZED => {
            reply.with_header(WWW_AUTHENTICATE, "Bearer")
        }
        None => reply,
    }
}

/// What a gateway like GoTo's says of a path that it does not pass on.
pub fn nothing_here() -> Reply {
    let body = json!({ "errorCode": "NOT_FOUND", "message": "nothing answers this path" });
    Reply::with_body(StatusCode::NOT_FOUND, MEDIA_TYPE, body.to_string())
}

/// The code that goes with a status: `not.authorized` was seen with 401, the others are built like it.
fn code_of(status: StatusCode) -> Cow<'static, str> {
    if status == StatusCode::UNAUTHORIZED {
        return "not.authorized".into();
    }
    let reason = status.canonical_reason().unwrap_or("Unknown error");
    reason.to_ascii_lowercase().replace(' ', ".").into()
}

/// The path as it was seen in a refusal: `/v1/Users` for `/identity/v1/Users`.
fn uri_of(path: &str) -> &str {
    let outer = BASE.len() - "/v1".len();
    path.find(BASE)
        .and_then(|start| path.get(start + outer..))
        .unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn refusal_names_code_and_path() {
        let refused = Refused::of(ScimError::forbidden("no"), "/t/s1/identity/v1/Users");
        let reply = refused.into_reply();
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        let expected = json!({ "code": "forbidden", "uri": "/v1/Users", "message": "no" });
        assert_eq!(body, expected);
    }

    #[test]
    fn every_401_carries_a_challenge() {
        let denied = ScimError::plain(StatusCode::UNAUTHORIZED, "no");
        let reply = Refused::of(denied, "/identity/v1/Groups/1").into_reply();
        assert_eq!(reply.headers[WWW_AUTHENTICATE], "Bearer");
    }
}
