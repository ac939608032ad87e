//! Client authentication by a JWT that somebody else signed, as workload identity federation sends it.
//!
//! [RFC 7523 section 2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2) says how it comes, section 3 what it must say.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::clock::Timestamp;
use crate::oauth::verifying::VerifyingKey;

/// The `client_assertion_type` of a JWT.
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far two clocks may be apart: RFC 7519 section 4.1.4 allows a few minutes at the most.
const LEEWAY: Duration = Duration::from_secs(60);

/// Says whose assertions stand for a client, and which keys check them.
#[derive(Clone)]
pub struct Federation {
    issuer: String,
    subject: String,
    /// What the assertion must be meant for; the authorization server itself if absent.
    audience: Option<String>,
    keys: Vec<VerifyingKey>,
}

/// Stands for an assertion that is good, as long as it was not used before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asserted {
    /// Its `jti`, if it has one.
    pub id: Option<String>,
    /// When it ends; until then its `jti` must not come again.
    pub expires: Timestamp,
}

/// Says why an assertion proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rejection {
    /// It is no JWT.
    #[error("the client assertion is no JWT in compact form")]
    Unreadable,
    /// It wants something understood that is not.
    #[error("the client assertion names critical header parameters that are not known here")]
    Critical,
    /// No registered key is of that `kid` and algorithm.
    #[error("no registered key has the kid and the alg of the client assertion")]
    UnknownKey,
    /// The signature is wrong.
    #[error("the signature of the client assertion is wrong")]
    Signature,
    /// A claim is missing or not the registered one.
    #[error("the claim {0} of the client assertion is missing or not the registered one")]
    Claim(&'static str),
    /// It ended.
    #[error("the client assertion has expired")]
    Expired,
    /// It has not begun.
    #[error("the client assertion is not valid yet")]
    NotYet,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    jti: Option<String>,
}

/// One audience or many, [RFC 7519 section 4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn includes(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Many(many) => many.iter().any(|one| one == name),
        }
    }
}

impl Federation {
    /// Trusts the keys of a set, [RFC 7517 section 5](https://www.rfc-editor.org/rfc/rfc7517#section-5), for one issuer and subject.
    ///
    /// # Errors
    ///
    /// The message says what is wrong with the key set.
    pub fn parse(
        (issuer, subject, audience): (&str, &str, Option<&str>),
        key_set: &Value,
    ) -> Result<Self, String> {
        let keys = key_set.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or("jwks: an object with an array keys is wanted")?;
        // A set may hold keys of kinds that are of no use here: RFC 7517 section 5 has them ignored.
        let keys: Vec<_> = keys.iter().filter_map(VerifyingKey::parse).collect();
        if keys.is_empty() {
            return Err("jwks: there is no RSA or EC key for signatures in it".into());
        }
        Ok(Self {
            issuer: issuer.into(),
            subject: subject.into(),
            audience: audience.map(Into::into),
            keys,
        })
    }

    /// Checks an assertion that was sent to the authorization server of these names.
    ///
    /// # Errors
    ///
    /// It is not signed by a registered key, or does not say what was registered, or not now.
    pub fn check(&self, jwt: &str, own: &[&str], now: Timestamp) -> Result<Asserted, Rejection> {
        let (signed, signature) = jwt.rsplit_once('.').ok_or(Rejection::Unreadable)?;
        let (header, claims) = signed.split_once('.').ok_or(Rejection::Unreadable)?;
        let header: Header = decoded(header)?;
        if header.crit.is_some() {
            return Err(Rejection::Critical);
        }
        let signature = BASE64_URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| Rejection::Unreadable)?;
        self.check_signature(&header, signed, &signature)?;
        self.check_claims(decoded(claims)?, own, now)
    }

    fn check_signature(
        &self,
        header: &Header,
        signed: &str,
        signature: &[u8],
    ) -> Result<(), Rejection> {
        let mut fitting = self
            .keys
            .iter()
            .filter(|key| key.fits(&header.alg, header.kid.as_deref()))
            .peekable();
        if fitting.peek().is_none() {
            return Err(Rejection::UnknownKey);
        }
        let is_signed = fitting.any(|key| key.verifies(&header.alg, signed.as_bytes(), signature));
        is_signed.then_some(()).ok_or(Rejection::Signature)
    }

    fn check_claims(
        &self,
        claims: Claims,
        own: &[&str],
        now: Timestamp,
    ) -> Result<Asserted, Rejection> {
        if claims.iss.as_deref() != Some(&self.issuer) {
            return Err(Rejection::Claim("iss"));
        }
        if claims.sub.as_deref() != Some(&self.subject) {
            return Err(Rejection::Claim("sub"));
        }
        let audience = claims.aud.ok_or(Rejection::Claim("aud"))?;
        let meant = match &self.audience {
            Some(registered) => audience.includes(registered),
            None => own.iter().any(|name| audience.includes(name)),
        };
        if !meant {
            return Err(Rejection::Claim("aud"));
        }
        let expires = moment(claims.exp.ok_or(Rejection::Claim("exp"))?);
        if now >= expires.plus(LEEWAY) {
            return Err(Rejection::Expired);
        }
        let begins = [claims.nbf, claims.iat].into_iter().flatten().map(moment);
        if begins.into_iter().any(|begin| now.plus(LEEWAY) < begin) {
            return Err(Rejection::NotYet);
        }
        Ok(Asserted {
            id: claims.jti,
            expires: expires.plus(LEEWAY),
        })
    }
}

/// The `sub` that an assertion claims, unchecked: by it a client is found that is not named beside.
pub fn claimed_subject(jwt: &str) -> Option<String> {
    let claims = jwt.split('.').nth(1)?;
    decoded::<Claims>(claims).ok()?.sub
}

fn decoded<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, Rejection> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).ok();
    json.and_then(|json| serde_json::from_slice(&json).ok())
        .ok_or(Rejection::Unreadable)
}

/// A `NumericDate`, which may have a fraction; one beyond all bounds is the last or first there is.
fn moment(seconds: f64) -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast of a float saturates, as it should here"
    )]
    Timestamp::from_millisecond((seconds * 1000.0) as i64)
}

impl fmt::Debug for Federation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Federation")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("audience", &self.audience)
            .field("keys", &self.keys.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, EncodingKey};
    use serde_json::json;

    use super::*;
    use crate::oauth::jwt::SigningKey;

    const KEY: &[u8] = include_bytes!("../../fixtures/keys/signing.pem");
    const OWN: [&str; 2] = ["http://double", "http://double/oauth/token"];
    const NOW: i64 = 1_900_000_000;

    fn key_set() -> Value {
        let mut set = SigningKey::published().unwrap().key_set();
        set["keys"][0].as_object_mut().unwrap().remove("alg");
        set["keys"][0]["kid"] = "one".into();
        set
    }

    fn federation(audience: Option<&str>) -> Federation {
        Federation::parse(("https://idp/v2.0", "subject", audience), &key_set()).unwrap()
    }

    fn claims() -> Value {
        json!({ "iss": "https://idp/v2.0", "sub": "subject", "aud": "api://app", "exp": NOW + 3900, "nbf": NOW, "iat": NOW })
    }

    fn signed(algorithm: Algorithm, kid: Option<&str>, claims: &Value) -> String {
        let mut header = jsonwebtoken::Header::new(algorithm);
        header.kid = kid.map(Into::into);
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_rsa_pem(KEY).unwrap()).unwrap()
    }

    fn check(jwt: &str) -> Result<Asserted, Rejection> {
        let now = Timestamp::from_millisecond(NOW * 1000);
        federation(Some("api://app")).check(jwt, &OWN, now)
    }

    fn changed(name: &str, value: Value) -> Result<Asserted, Rejection> {
        let mut claims = claims();
        claims[name] = value;
        check(&signed(Algorithm::RS256, Some("one"), &claims))
    }

    #[test]
    fn assertion_of_the_registered_issuer_is_taken_in_each_rsa_algorithm() {
        use Algorithm::{PS256, RS256, RS384, RS512};
        for algorithm in [RS256, RS384, RS512, PS256] {
            let asserted = check(&signed(algorithm, Some("one"), &claims())).unwrap();
            assert_eq!(asserted.id, None);
            assert_eq!(asserted.expires.as_second(), NOW + 3960);
        }
        // Without a kid every key of the right kind is tried.
        assert!(check(&signed(RS256, None, &claims())).is_ok());
    }

    #[test]
    fn each_claim_is_compared() {
        let claim = |name| Err(Rejection::Claim(name));
        assert_eq!(changed("iss", json!("https://idp/V2.0")), claim("iss"));
        assert_eq!(changed("sub", json!("other")), claim("sub"));
        assert_eq!(changed("aud", json!("api://other")), claim("aud"));
        assert_eq!(changed("aud", json!([])), claim("aud"));
        assert_eq!(changed("exp", Value::Null), claim("exp"));
        assert!(changed("aud", json!(["x", "api://app"])).is_ok());
        assert_eq!(changed("exp", json!(NOW - 60)), Err(Rejection::Expired));
        assert!(changed("exp", json!(NOW - 59)).is_ok());
        assert_eq!(changed("nbf", json!(NOW + 61)), Err(Rejection::NotYet));
        assert_eq!(changed("exp", json!("soon")), Err(Rejection::Unreadable));
        let id = changed("jti", json!("once")).unwrap().id;
        assert_eq!(id.as_deref(), Some("once"));
    }

    #[test]
    fn audience_is_the_server_itself_unless_one_is_registered() {
        let now = Timestamp::from_millisecond(NOW * 1000);
        for (audience, taken) in [(OWN[0], true), (OWN[1], true), ("http://other", false)] {
            let mut claims = claims();
            claims["aud"] = audience.into();
            let jwt = signed(Algorithm::RS256, Some("one"), &claims);
            let checked = federation(None).check(&jwt, &OWN, now);
            assert_eq!(checked.is_ok(), taken, "{audience}");
        }
    }

    #[test]
    fn other_keys_altered_claims_and_no_signature_are_refused() {
        let good = signed(Algorithm::RS256, Some("one"), &claims());
        let other = signed(Algorithm::RS256, Some("two"), &claims());
        assert_eq!(check(&other), Err(Rejection::UnknownKey));
        let parts: Vec<&str> = good.split('.').collect();
        let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let unsigned = format!("{none}.{}.", parts[1]);
        assert_eq!(check(&unsigned), Err(Rejection::UnknownKey));
        // The public key taken for a shared secret, RFC 8725 section 2.1.
        let hmac = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","kid":"one"}"#);
        let confused = format!("{hmac}.{}.{}", parts[1], parts[2]);
        assert_eq!(check(&confused), Err(Rejection::UnknownKey));
        let mut forged = claims();
        forged["exp"] = (NOW + 99_999).into();
        let forged = BASE64_URL_SAFE_NO_PAD.encode(forged.to_string());
        let forged = format!("{}.{forged}.{}", parts[0], parts[2]);
        assert_eq!(check(&forged), Err(Rejection::Signature));
        let critical = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","crit":["b64"]}"#);
        let critical = format!("{critical}.{}.{}", parts[1], parts[2]);
        assert_eq!(check(&critical), Err(Rejection::Critical));
        for broken in ["", "a", "a.b", "a.b.c", "..", "....", "{}.{}.{}"] {
            assert_eq!(check(broken), Err(Rejection::Unreadable), "{broken}");
        }
    }

    #[test]
    fn key_set_without_a_usable_key_is_refused() {
        for set in [
            json!({}),
            json!({ "keys": [] }),
            json!({ "keys": [{ "kty": "oct" }] }),
        ] {
            assert!(Federation::parse(("i", "s", None), &set).is_err(), "{set}");
        }
    }
}
