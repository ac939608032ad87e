//! What can go wrong in OAuth, and where the answer may go.

use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION, PRAGMA, WWW_AUTHENTICATE};
use serde_json::json;

use crate::exchange::{IntoReply, Reply};
use crate::oauth::client::RedirectUri;
use crate::oauth::form::Repeated;

/// How a client may authenticate, [RFC 6749 section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2): what every 401 says.
pub const CLIENT_CHALLENGE: &str = "Basic realm=\"oauth\"";

/// Names an error as the RFCs do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The client is unknown or did not authenticate.
    InvalidClient,
    /// The code or refresh token is invalid, expired, revoked, or another client's.
    InvalidGrant,
    /// The client may not use this grant type.
    UnauthorizedClient,
    /// The grant type is not offered.
    UnsupportedGrantType,
    /// The response type is not offered.
    UnsupportedResponseType,
    /// Nothing of the scope can be granted.
    InvalidScope,
    /// The resource owner said no.
    AccessDenied,
    /// The server failed.
    ServerError,
}

impl ErrorCode {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
        }
    }
}

/// Says where an error may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whither {
    /// To the client by way of the browser; only a registered URI can stand here.
    Redirect {
        /// The registered URI.
        uri: RedirectUri,
        /// The client's `state`, as it was sent.
        state: Option<String>,
    },
    /// To the client itself, as JSON.
    Direct(StatusCode),
    /// To the person at the browser, because client or redirect URI cannot be trusted,
    /// [RFC 6749 section 4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1).
    Page,
}

/// Tells what went wrong and to whom.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.as_str())]
pub struct OAuthError {
    /// Which error.
    pub code: ErrorCode,
    /// For a developer to read.
    pub description: String,
    /// Where it is told.
    pub whither: Whither,
}

impl OAuthError {
    /// An error that the token or revocation endpoint answers with, under the status its code asks for.
    ///
    /// [RFC 6749 section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2).
    pub fn direct(code: ErrorCode, description: impl Into<String>) -> Self {
        let status = match code {
            ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
            ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Self {
            code,
            description: description.into(),
            whither: Whither::Direct(status),
        }
    }

    /// An error that only the person at the browser is told.
    pub fn page(description: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::InvalidRequest,
            description: description.into(),
            whither: Whither::Page,
        }
    }
}

impl From<Repeated> for OAuthError {
    fn from(Repeated(name): Repeated) -> Self {
        Self::direct(
            ErrorCode::InvalidRequest,
            format!("{name} is there more than once"),
        )
    }
}

impl IntoReply for OAuthError {
    fn into_reply(self) -> Reply {
        let code = self.code.as_str();
        match self.whither {
            Whither::Redirect { uri, state } => {
                let description = described(&self.description);
                let fields = [("error", code), ("error_description", &description)];
                Reply::empty(StatusCode::FOUND)
                    .with_header(LOCATION, uri.answer(&fields, state.as_deref()))
                    .with_header(CACHE_CONTROL, "no-store")
            }
            Whither::Direct(status) => {
                let body =
                    json!({"error": code, "error_description": described(&self.description)});
                let reply = Reply::with_body(status, "application/json", body.to_string())
                    .with_header(CACHE_CONTROL, "no-store")
                    .with_header(PRAGMA, "no-cache");
                if status == StatusCode::UNAUTHORIZED {
                    return reply.with_header(WWW_AUTHENTICATE, CLIENT_CHALLENGE);
                }
                reply
            }
            // The surface draws a page of its own; this is what is left if nobody does.
            Whither::Page => Reply::with_body(
                StatusCode::BAD_REQUEST,
                "text/plain; charset=utf-8",
                self.description,
            )
            .with_header(CACHE_CONTROL, "no-store"),
        }
    }
}

/// A description in the characters that one may have: it may quote what a client sent, which had any.
///
/// [RFC 6749 section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2): "Values for the `error_description`
/// parameter MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E."
pub(super) fn described(text: &str) -> String {
    let allowed = |letter| match letter {
        '"' | '\\' => '\'',
        ' '..='~' => letter,
        _ => '?',
    };
    text.chars().map(allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direct_error_is_json_that_no_cache_keeps() {
        let reply = OAuthError::direct(ErrorCode::InvalidClient, "client not found").into_reply();
        assert_eq!(reply.status, 401);
        assert_eq!(reply.headers[CACHE_CONTROL], "no-store");
        assert!(reply.headers.contains_key(WWW_AUTHENTICATE));
        let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(body["error"], "invalid_client");
        let reply = OAuthError::direct(ErrorCode::InvalidGrant, "x").into_reply();
        assert_eq!(
            (reply.status.as_u16(), reply.headers.get(WWW_AUTHENTICATE)),
            (400, None)
        );
    }

    #[test]
    fn description_has_no_characters_but_those_it_may_have() {
        assert_eq!(described("no \"\\\n\u{7f}ä\" here!~"), "no ''???' here!~");
    }

    #[test]
    fn page_error_names_no_location() {
        assert!(
            !OAuthError::page("no")
                .into_reply()
                .headers
                .contains_key(LOCATION)
        );
    }
}
