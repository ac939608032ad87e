//! The token request and its answer, [RFC 6749 section 3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.2).

use std::fmt;

use serde::Serialize;

use crate::exchange::Request;
use crate::oauth::error::{ErrorCode, OAuthError};
use crate::oauth::form::Form;
use crate::oauth::grant_type::GrantType;
use crate::oauth::scope::Scope;

pub use crate::oauth::credentials::{Credentials, basic_pair};

/// What must never stand in the URI of the token endpoint.
const SECRET_FIELDS: [&str; 9] = [
    "client_secret",
    "client_assertion",
    "pat",
    "code",
    "code_verifier",
    "refresh_token",
    "token",
    "password",
    "access_token",
];

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
    /// In exchange for a token that an account made for itself.
    PersonalAccessToken {
        /// That token.
        pat: String,
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
        let name = needed("grant_type")?;
        let grant = GrantType::named(&name).ok_or_else(|| {
            OAuthError::direct(
                ErrorCode::UnsupportedGrantType,
                format!("the grant type {name:?} is not offered"),
            )
        })?;
        Ok(match grant {
            GrantType::AuthorizationCode => Self::AuthorizationCode {
                code: needed("code")?,
                redirect_uri: form.one("redirect_uri")?.map(Into::into),
                verifier: form.one("code_verifier")?.map(Into::into),
            },
            GrantType::RefreshToken => Self::RefreshToken {
                refresh_token: needed("refresh_token")?,
                scope: scope_of(form)?,
            },
            GrantType::ClientCredentials => Self::ClientCredentials {
                scope: scope_of(form)?,
            },
            GrantType::PersonalAccessToken => Self::PersonalAccessToken {
                pat: needed("pat")?,
                scope: scope_of(form)?,
            },
        })
    }

    /// What it shows in exchange.
    pub fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
            Self::PersonalAccessToken { .. } => GrantType::PersonalAccessToken,
        }
    }
}

fn scope_of(form: &Form) -> Result<Option<Scope>, OAuthError> {
    form.one("scope")?
        .map(Scope::parse)
        .transpose()
        .map_err(|description| OAuthError::direct(ErrorCode::InvalidScope, description))
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.grant_type().as_str())
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
pub(super) mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, Method, Version, header};

    use super::*;
    use crate::exchange::Connection;

    pub(in crate::oauth) fn request(uri: &str, authorization: &[&str], body: &str) -> Request {
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
