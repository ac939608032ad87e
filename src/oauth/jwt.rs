//! Access tokens as GoTo writes them: a JWT signed with RS512, and the key set that checks it.

use std::fmt;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA512, RsaKeyPair};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::oauth::digest::short_digest;
use crate::oauth::error::{ErrorCode, OAuthError};

/// A published test key: it guards nothing, and making one at each start would cost more than everything else together.
const KEY: &str = include_str!("../../fixtures/keys/signing.pem");

/// Holds the claims of an access token, under the names GoTo uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The scopes, divided by blanks.
    pub sc: String,
    /// The key of the account.
    pub sub: String,
    /// The client's id.
    pub aud: String,
    /// How the person signed in: `pwd`.
    pub ogn: String,
    /// The login session, a UUID.
    pub ls: String,
    /// The kind of token: `a` for access.
    pub typ: String,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
    /// When it was given, in seconds since 1970.
    pub iat: i64,
    /// Its own id, a UUID.
    pub jti: String,
}

// Read at first use: a start-up that signs nothing need not pay for it.
static PUBLISHED: LazyLock<Result<SigningKey, OAuthError>> = LazyLock::new(SigningKey::read);

/// Signs access tokens.
pub struct SigningKey {
    key: RsaKeyPair,
    id: String,
}

impl SigningKey {
    /// The published test key, the same one for everybody.
    ///
    /// # Errors
    ///
    /// The key cannot be read.
    pub fn published() -> Result<&'static Self, &'static OAuthError> {
        PUBLISHED.as_ref()
    }

    fn read() -> Result<Self, OAuthError> {
        let base64: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
        let der = BASE64_STANDARD.decode(base64).map_err(failed)?;
        Ok(Self {
            key: RsaKeyPair::from_der(&der).map_err(failed)?,
            id: short_digest(KEY, 16),
        })
    }

    /// The token of these claims, in the compact form of [RFC 7515 section 7.1](https://www.rfc-editor.org/rfc/rfc7515#section-7.1).
    ///
    /// # Errors
    ///
    /// The claims cannot be signed.
    pub fn sign(&self, claims: &Claims) -> Result<String, OAuthError> {
        let header = json!({ "typ": "JWT", "alg": "RS512", "kid": self.id });
        let claims = serde_json::to_vec(claims).map_err(failed)?;
        let mut token = BASE64_URL_SAFE_NO_PAD.encode(header.to_string());
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let mut signature = vec![0; self.key.public().modulus_len()];
        // This padding draws nothing at random, so the same claims give the same token.
        self.key
            .sign(
                &RSA_PKCS1_SHA512,
                &SystemRandom::new(),
                token.as_bytes(),
                &mut signature,
            )
            .map_err(failed)?;
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// The key set with the public half, [RFC 7517 section 5](https://www.rfc-editor.org/rfc/rfc7517#section-5).
    pub fn key_set(&self) -> Value {
        let public: PublicKeyComponents<Vec<u8>> = self.key.public().into();
        json!({ "keys": [{
            "use": "sig",
            "alg": "RS512",
            "kid": self.id,
            "kty": "RSA",
            "n": BASE64_URL_SAFE_NO_PAD.encode(public.n),
            "e": BASE64_URL_SAFE_NO_PAD.encode(public.e),
        }] })
    }
}

impl Claims {
    /// The claims of a token that was signed here; they are not checked again.
    pub fn of(token: &str) -> Option<Self> {
        let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?);
        serde_json::from_slice(&claims.ok()?).ok()
    }
}

fn failed(error: impl fmt::Display) -> OAuthError {
    OAuthError::direct(ErrorCode::ServerError, format!("signing failed: {error}"))
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::Jwk;
    use jsonwebtoken::{Algorithm, DecodingKey, Validation};

    use super::*;

    #[test]
    fn token_is_checked_by_the_published_key_set() {
        let key = SigningKey::published().unwrap();
        let claims = Claims {
            sc: "identity:scim.org".into(),
            sub: "1234567890123456789".into(),
            aud: "app".into(),
            ogn: "pwd".into(),
            ls: "s".into(),
            typ: "a".into(),
            exp: 4_000_000_000,
            iat: 3_999_996_400,
            jti: "j".into(),
        };
        let token = key.sign(&claims).unwrap();
        assert_eq!(token, key.sign(&claims).unwrap());
        assert_eq!(Claims::of(&token), Some(claims.clone()));
        let set = key.key_set();
        let jwk: Jwk = serde_json::from_value(set["keys"][0].clone()).unwrap();
        let mut validation = Validation::new(Algorithm::RS512);
        validation.set_audience(&["app"]);
        let read = jsonwebtoken::decode::<Claims>(
            &token,
            &DecodingKey::from_jwk(&jwk).unwrap(),
            &validation,
        )
        .unwrap();
        assert_eq!(read.claims, claims);
        assert_eq!(read.header.kid, jwk.common.key_id);
        assert!(set["keys"][0].get("d").is_none());
    }
}
