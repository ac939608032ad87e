//! Why no token is given.

use thiserror::Error;

use crate::oauth::error::{ErrorCode, OAuthError};

/// Says why no token is given or revoked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Nobody was given this code, or it is long gone.
    #[error("the authorization code is not known")]
    UnknownCode,
    /// The code ended.
    #[error("the authorization code has expired")]
    ExpiredCode,
    /// The code was used before; what it gave ends with this.
    #[error("the authorization code was used before; the tokens it gave are revoked")]
    SpentCode,
    /// The redirect URI is not the one of the authorization request.
    #[error("redirect_uri is not the one of the authorization request")]
    OtherRedirectUri,
    /// The verifier is missing though a challenge was sent.
    #[error("code_verifier is missing")]
    MissingVerifier,
    /// The verifier does not fit the challenge, or none was sent.
    #[error("code_verifier does not fit the code_challenge")]
    WrongVerifier,
    /// Nobody was given this refresh token, or it ended.
    #[error("the refresh token is not known, expired or revoked")]
    DeadRefresh,
    /// Another refresh token took its place; what came of it ends with this.
    #[error("the refresh token was replaced before; its whole grant is revoked")]
    ReplacedRefresh,
    /// The code or token was given to another client.
    #[error("it was issued to another client")]
    OtherClient,
    /// More is asked for than was granted.
    #[error("the scope is wider than what was granted")]
    WiderScope,
    /// Nothing is left of the scope.
    #[error("nothing of the scope can be granted")]
    EmptyScope,
    /// The grant type is switched off.
    #[error("the grant type client_credentials is not offered")]
    NoClientCredentials,
    /// The client is not registered for this.
    #[error("the client is not registered for this grant type")]
    OtherGrantType,
    /// Nobody made this personal access token.
    #[error("the personal access token is not known")]
    UnknownPersonal,
    /// The account is suspended.
    #[error("the account is suspended in its organization")]
    Suspended,
    /// The client may not ask in its own name.
    #[error("the client has no secret or no account to act for")]
    NotItsOwn,
    /// The token cannot be signed.
    #[error("{0}")]
    Signing(String),
}

impl From<Refusal> for OAuthError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::UnknownCode
            | Refusal::ExpiredCode
            | Refusal::SpentCode
            | Refusal::OtherRedirectUri
            | Refusal::MissingVerifier
            | Refusal::WrongVerifier
            | Refusal::DeadRefresh
            | Refusal::ReplacedRefresh
            | Refusal::UnknownPersonal
            | Refusal::Suspended
            | Refusal::OtherClient => ErrorCode::InvalidGrant,
            Refusal::WiderScope | Refusal::EmptyScope => ErrorCode::InvalidScope,
            Refusal::NoClientCredentials => ErrorCode::UnsupportedGrantType,
            Refusal::NotItsOwn | Refusal::OtherGrantType => ErrorCode::UnauthorizedClient,
            Refusal::Signing(_) => ErrorCode::ServerError,
        };
        Self::direct(code, refusal.to_string())
    }
}
