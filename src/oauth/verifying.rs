//! Public keys of others, [RFC 7517 section 4](https://www.rfc-editor.org/rfc/rfc7517#section-4).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, EcdsaVerificationAlgorithm,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

/// Checks signatures of somebody else.
#[derive(Clone)]
pub(super) struct VerifyingKey {
    id: Option<String>,
    /// The one algorithm it is for, if it says so.
    algorithm: Option<String>,
    public: Public,
}

#[derive(Clone)]
enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
}

impl VerifyingKey {
    /// Accepts a JSON Web Key; `None` if it is not one that checks signatures here.
    pub(super) fn parse(jwk: &Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let bytes = |name: &str| BASE64_URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let point = |length: usize| {
            let (x, y) = (bytes("x")?, bytes("y")?);
            // Uncompressed, SEC 1 section 2.3.3; RFC 7518 section 6.2.1.2 fixes the lengths.
            let whole = x.len() == length && y.len() == length;
            whole.then(|| [vec![4], x, y].concat())
        };
        let public = match (text("kty")?, text("crv")) {
            ("RSA", _) => Public::Rsa {
                n: bytes("n")?,
                e: bytes("e")?,
            },
            ("EC", Some("P-256")) => Public::P256(point(32)?),
            ("EC", Some("P-384")) => Public::P384(point(48)?),
            _ => return None,
        };
        Some(Self {
            id: text("kid").map(Into::into),
            algorithm: text("alg").map(Into::into),
            public,
        })
    }

    /// Whether it can check a signature of that algorithm, made with the key of that id.
    pub(super) fn fits(&self, algorithm: &str, id: Option<&str>) -> bool {
        let is_named = id.is_none_or(|id| self.id.as_deref() == Some(id));
        let is_meant = self.algorithm.as_deref().is_none_or(|own| own == algorithm);
        let is_of_kind = match self.public {
            Public::Rsa { .. } => rsa(algorithm).is_some(),
            Public::P256(_) => algorithm == "ES256",
            Public::P384(_) => algorithm == "ES384",
        };
        is_named && is_meant && is_of_kind
    }

    /// Whether a signature is its own.
    pub(super) fn verifies(&self, algorithm: &str, signed: &[u8], signature: &[u8]) -> bool {
        let by_curve = |curve: &'static EcdsaVerificationAlgorithm, point: &[u8]| {
            UnparsedPublicKey::new(curve, point)
                .verify(signed, signature)
                .is_ok()
        };
        match &self.public {
            Public::Rsa { n, e } => rsa(algorithm).is_some_and(|parameters| {
                RsaPublicKeyComponents { n, e }
                    .verify(parameters, signed, signature)
                    .is_ok()
            }),
            Public::P256(point) => by_curve(&ECDSA_P256_SHA256_FIXED, point),
            Public::P384(point) => by_curve(&ECDSA_P384_SHA384_FIXED, point),
        }
    }
}

/// The RSA algorithms of [RFC 7518 section 3.1](https://www.rfc-editor.org/rfc/rfc7518#section-3.1).
fn rsa(algorithm: &str) -> Option<&'static RsaParameters> {
    Some(match algorithm {
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "RS384" => &RSA_PKCS1_2048_8192_SHA384,
        "RS512" => &RSA_PKCS1_2048_8192_SHA512,
        "PS256" => &RSA_PSS_2048_8192_SHA256,
        "PS384" => &RSA_PSS_2048_8192_SHA384,
        "PS512" => &RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use serde_json::json;

    use super::*;

    #[test]
    fn signature_on_a_curve_is_checked() {
        let dice = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &dice).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &dice).unwrap();
        let point = pair.public_key().as_ref();
        let encoded = |bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let key = VerifyingKey::parse(&json!({
            "kty": "EC", "crv": "P-256", "kid": "k", "x": encoded(&point[1..33]), "y": encoded(&point[33..]),
        }))
        .unwrap();
        let signature = pair.sign(&dice, b"text").unwrap();
        assert!(key.fits("ES256", Some("k")) && !key.fits("RS256", Some("k")));
        assert!(key.verifies("ES256", b"text", signature.as_ref()));
        assert!(!key.verifies("ES256", b"other", signature.as_ref()));
    }

    #[test]
    fn keys_that_check_no_signature_are_passed_over() {
        for jwk in [
            json!({ "kty": "oct", "k": "AAAA" }),
            json!({ "kty": "RSA", "use": "enc", "n": "AQAB", "e": "AQAB" }),
            json!({ "kty": "RSA", "n": "not base64!", "e": "AQAB" }),
            json!({ "kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB" }),
            json!({ "kty": "EC", "crv": "P-521" }),
        ] {
            assert!(VerifyingKey::parse(&jwk).is_none(), "{jwk}");
        }
    }
}
