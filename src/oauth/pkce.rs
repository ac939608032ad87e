//! Proof key for code exchange, [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636), by S256 alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Holds what the client promised with its authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Accepts the S256 form: 43 characters of unpadded base64url.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = text.len() == 43
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        shaped.then(|| Self(text.into()))
    }

    /// Whether a verifier has the lawful shape and was meant.
    ///
    /// [RFC 7636 section 4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6).
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        is_verifier(verifier) && bool::from(hashed.as_bytes().ct_eq(self.0.as_bytes()))
    }
}

/// Whether a text is a lawful code verifier: 43 to 128 unreserved characters.
pub fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [RFC 7636 appendix B](https://www.rfc-editor.org/rfc/rfc7636#appendix-B).
    #[test]
    fn verifier_of_appendix_b_meets_its_challenge() {
        let challenge =
            CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap();
        assert!(challenge.is_met_by("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!challenge.is_met_by("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"));
        assert!(!challenge.is_met_by(""));
    }

    #[test]
    fn shapes_are_checked() {
        assert!(CodeChallenge::parse("short").is_none());
        assert!(CodeChallenge::parse(&"=".repeat(43)).is_none());
        assert!(!is_verifier(&"a".repeat(42)) && is_verifier(&"~".repeat(128)));
        assert!(!is_verifier(&"a".repeat(129)) && !is_verifier(&"a b".repeat(20)));
    }
}
