//! The token request and its answer, [RFC 6749 section 3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.2).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::exchange::Request;
use crate::oauth::error::{ErrorCode, OAuthError};
use crate::oauth::form::Form;
use crate::oauth::scope::Scope;

/// What must never stand in the URI of the token endpoint.
const SECRET_FIELDS: [&str; 7] = [
    "client_secret",
    "code",
    "code_verifier",
    "refresh_token",
    "token",
    "password",
    "access_token",
];

/// Shows who the client claims to be, and its secret if it sent one.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The `client_id`.
    pub client_id: String,
    secret: Option<String>,
}

/// Asks for tokens.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// In exchange for an authorization code.
    AuthorizationCode {
        /// The code.
        code: String,
        /// The redirect URI, if it was repeated.
        redirect_uri: Option<String>,
        /// The PKCE verifier.
        verifier: Option<String>,
    },
    /// In exchange for a refresh token.
    RefreshToken {
        /// The refresh token.
        refresh_token: String,
        /// A scope narrower than the granted one.
        scope: Option<Scope>,
    },
    /// In the client's own name.
    ClientCredentials {
        /// A scope narrower than the client's.
        scope: Option<Scope>,
    },
}

/// Answers a token request that succeeded.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TokenAnswer {
    /// The access token.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// The refresh token: with a code always, on refresh only when it is a new one, as GoTo does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// How many seconds the access token lives.
    pub expires_in: u64,
    /// What was granted.
    pub scope: Scope,
    /// The e-mail address of the account, an addition of GoTo's.
    pub principal: String,
}

/// Reads the form of a request to the token or revocation endpoint.
///
/// # Errors
///
/// It is no form, a parameter is repeated, or a secret stands in the URI.
pub fn form_of(request: &Request) -> Result<Form, OAuthError> {
    let invalid = |description| OAuthError::direct(ErrorCode::InvalidRequest, description);
    if !request.is_form() {
        return Err(invalid(
            "the body must be application/x-www-form-urlencoded",
        ));
    }
    if Form::read(request.query().as_bytes()).has_any(&SECRET_FIELDS) {
        return Err(invalid(
            "parameters belong in the body, never in the URI (RFC 6749 section 2.3.1)",
        ));
    }
    let form = Form::read(&request.body);
    match form.repeated() {
        Some(repeated) => Err(repeated.into()),
        None => Ok(form),
    }
}

impl Credentials {
    /// Accepts credentials in the `Authorization` header field, in the form, or a bare `client_id`.
    ///
    /// # Errors
    ///
    /// There are none, they cannot be read, or they came by more than one method.
    pub fn parse(request: &Request, form: &Form) -> Result<Self, OAuthError> {
        let mut fields = request.headers.get_all(http::header::AUTHORIZATION).iter();
        let (first, second) = (fields.next(), fields.next());
        if second.is_some() {
            return Err(OAuthError::direct(
                ErrorCode::InvalidRequest,
                "Authorization is there more than once",
            ));
        }
        let in_form = (form.one("client_id")?, form.one("client_secret")?);
        let Some(header) = first else {
            let (Some(id), secret) = in_form else {
                return Err(invalid_client("the client did not authenticate"));
            };
            return Ok(Self {
                client_id: id.into(),
                secret: secret.map(Into::into),
            });
        };
        let basic = header
            .to_str()
            .ok()
            .and_then(Self::from_basic)
            .ok_or_else(|| invalid_client("Authorization is no readable Basic"))?;
        // Entra's connector setting "Both" sends the secret twice; RFC 6749 section 2.3 forbids more than one method.
        if in_form.1.is_some() {
            return Err(OAuthError::direct(
                ErrorCode::InvalidRequest,
                "the client authenticates in the header and in the body; one method is allowed",
            ));
        }
        if in_form.0.is_some_and(|id| id != basic.client_id) {
            return Err(OAuthError::direct(
                ErrorCode::InvalidRequest,
                "client_id in the body differs from the one in Authorization",
            ));
        }
        Ok(basic)
    }

    /// Reads `Basic …`; both halves are form-encoded, RFC 6749 section 2.3.1.
    fn from_basic(header: &str) -> Option<Self> {
        let (user, password) = basic_pair(header)?;
        Some(Self {
            client_id: form_decoded(&user)?,
            secret: Some(form_decoded(&password)?),
        })
    }

    /// The secret that was shown.
    pub fn secret(&self) -> Option<&str> {
        self.secret.as_deref()
    }
}

/// Reads user and password of a `Basic` field value, [RFC 7617 section 2](https://www.rfc-editor.org/rfc/rfc7617#section-2).
pub fn basic_pair(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.into(), password.into()))
}

fn form_decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8();
    decoded.ok().map(std::borrow::Cow::into_owned)
}

fn invalid_client(description: &str) -> OAuthError {
    OAuthError::direct(ErrorCode::InvalidClient, description)
}

impl TokenRequest {
    /// Accepts the form of a token request.
    ///
    /// # Errors
    ///
    /// A parameter is missing, or the grant type is not offered.
    pub fn parse(form: &Form) -> Result<Self, OAuthError> {
        let needed = |name: &str| -> Result<String, OAuthError> {
            form.one(name)?.map(str::to_owned).ok_or_else(|| {
                OAuthError::direct(ErrorCode::InvalidRequest, format!("{name} is missing"))
            })
        };
        match needed("grant_type")?.as_str() {
            "authorization_code" => Ok(Self::AuthorizationCode {
                code: needed("code")?,
                redirect_uri: form.one("redirect_uri")?.map(Into::into),
                verifier: form.one("code_verifier")?.map(Into::into),
            }),
            "refresh_token" => Ok(Self::RefreshToken {
                refresh_token: needed("refresh_token")?,
                scope: scope_of(form)?,
            }),
            "client_credentials" => Ok(Self::ClientCredentials {
                scope: scope_of(form)?,
            }),
            other => Err(OAuthError::direct(
                ErrorCode::UnsupportedGrantType,
                format!("the grant type {other:?} is not offered"),
            )),
        }
    }
}

fn scope_of(form: &Form) -> Result<Option<Scope>, OAuthError> {
    form.one("scope")?
        .map(Scope::parse)
        .transpose()
        .map_err(|description| OAuthError::direct(ErrorCode::InvalidScope, description))
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AuthorizationCode { .. } => "AuthorizationCode",
            Self::RefreshToken { .. } => "RefreshToken",
            Self::ClientCredentials { .. } => "ClientCredentials",
        })
    }
}

impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenAnswer")
            .field("expires_in", &self.expires_in)
            .field("scope", &self.scope)
            .field("principal", &self.principal)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, Method, Version, header};

    use super::*;
    use crate::exchange::Connection;
    use crate::oauth::client::tests::client;

    fn request(uri: &str, authorization: &[&str], body: &str) -> Request {
        let address = "127.0.0.1:1".parse().unwrap();
        let mut headers = HeaderMap::new();
        for value in authorization {
            headers.append(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        let form = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, form);
        Request {
            method: Method::POST,
            uri: uri.parse().unwrap(),
            version: Version::HTTP_11,
            headers,
            body: Bytes::copy_from_slice(body.as_bytes()),
            connection: Connection {
                number: 1,
                peer: address,
                local: address,
            },
        }
    }

    fn credentials(authorization: &[&str], body: &str) -> Result<Credentials, OAuthError> {
        let request = request("/oauth/token", authorization, body);
        Credentials::parse(&request, &form_of(&request)?)
    }

    fn basic(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    #[track_caller]
    fn check_refused(result: Result<Credentials, OAuthError>, code: ErrorCode) {
        assert_eq!(result.unwrap_err().code, code);
    }

    #[test]
    fn client_authenticates_by_one_of_three_methods() {
        let app = client(Some("s%:/ x"));
        let by_basic = credentials(&[&basic("app:s%25%3A%2F+x")], "").unwrap();
        let by_post = credentials(&[], "client_id=app&client_secret=s%25%3A%2F+x").unwrap();
        let by_name = credentials(&[], "client_id=app").unwrap();
        assert!(app.accepts(&by_basic) && app.accepts(&by_post) && !app.accepts(&by_name));
        let public = client(None);
        assert!(public.accepts(&by_name) && !public.accepts(&by_post));
    }

    #[test]
    fn two_methods_at_once_are_refused() {
        let header = basic("app:s");
        check_refused(
            credentials(&[&header], "client_id=app&client_secret=s"),
            ErrorCode::InvalidRequest,
        );
        check_refused(
            credentials(&[&header], "client_id=other"),
            ErrorCode::InvalidRequest,
        );
        check_refused(
            credentials(&[&header, &header], ""),
            ErrorCode::InvalidRequest,
        );
        assert!(credentials(&[&header], "client_id=app").is_ok());
    }

    #[test]
    fn unreadable_or_absent_credentials_are_an_invalid_client() {
        for header in ["Basic", "Basic ???", "Bearer x", &basic("app")] {
            check_refused(
                credentials(&[header], "client_id=app"),
                ErrorCode::InvalidClient,
            );
        }
        check_refused(credentials(&[], "grant_type=x"), ErrorCode::InvalidClient);
    }

    #[test]
    fn only_a_form_without_repeats_and_without_secrets_in_the_uri_is_read() {
        let code = |request: &Request| form_of(request).unwrap_err().code;
        assert_eq!(
            code(&request("/oauth/token?code=x", &[], "")),
            ErrorCode::InvalidRequest
        );
        assert_eq!(
            code(&request("/oauth/token", &[], "a=1&a=2")),
            ErrorCode::InvalidRequest
        );
        let mut json = request("/oauth/token", &[], "{}");
        json.headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        assert_eq!(code(&json), ErrorCode::InvalidRequest);
    }

    #[test]
    fn grant_types_are_told_apart() {
        let parse = |body: &str| TokenRequest::parse(&Form::read(body.as_bytes()));
        assert!(matches!(
            parse("grant_type=authorization_code&code=c&code_verifier=v"),
            Ok(TokenRequest::AuthorizationCode {
                redirect_uri: None,
                verifier: Some(_),
                ..
            })
        ));
        assert!(matches!(
            parse("grant_type=client_credentials"),
            Ok(TokenRequest::ClientCredentials { scope: None })
        ));
        for (body, code) in [
            ("", ErrorCode::InvalidRequest),
            ("grant_type=authorization_code", ErrorCode::InvalidRequest),
            (
                "grant_type=refresh_token&refresh_token=",
                ErrorCode::InvalidRequest,
            ),
            ("grant_type=password", ErrorCode::UnsupportedGrantType),
            (
                "grant_type=client_credentials&scope=%22",
                ErrorCode::InvalidScope,
            ),
        ] {
            assert_eq!(parse(body).unwrap_err().code, code, "{body}");
        }
    }
}
