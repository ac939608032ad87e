//! The verification code of a domain, and the forms in which it is published.

use std::fmt;

use crate::domain::name::DomainName;
use crate::entropy::Draw;

/// What stands between a prefix and the code.
const KEY: &str = "verification-code";

/// Proves a domain when it is found there: a UUID, unlike for each domain and each period of proof.
///
/// # Examples
///
/// ```
/// # use goto_double::domain::code::VerificationCode;
/// let code = VerificationCode::parse("00aa00aa-bb11-cc22-dd33-44ee44ee44ee").unwrap();
/// assert_eq!(code.text("goto-"), "goto-verification-code=00aa00aa-bb11-cc22-dd33-44ee44ee44ee");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VerificationCode(String);

impl VerificationCode {
    /// Takes a fresh code from a draw.
    pub fn from_draw(draw: Draw) -> Self {
        Self(draw.uuid())
    }

    /// Accepts a UUID of any version, in lower case from here on.
    pub fn parse(text: &str) -> Option<Self> {
        const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
        let groups: Vec<&str> = text.split('-').collect();
        let shaped = groups.len() == GROUPS.len()
            && groups.iter().zip(GROUPS).all(|(group, length)| {
                group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
            });
        shaped.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The code alone.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text to publish under this prefix, as in `goto-verification-code=…`.
    pub fn text(&self, prefix: &str) -> String {
        format!("{prefix}{KEY}={}", self.0)
    }

    /// The line of a zone file that publishes it at the domain itself.
    pub fn record(&self, domain: &DomainName, prefix: &str) -> String {
        format!("{domain}. IN TXT \"{}\"", self.text(prefix))
    }
}

/// The path of the proof file of this prefix, as in `/goto-verification-code.txt`.
pub fn file_path(prefix: &str) -> String {
    format!("/{prefix}{KEY}.txt")
}

/// What every published text of this prefix begins with, as in `goto-verification-code=`.
pub(super) fn beginning(prefix: &str) -> String {
    format!("{prefix}{KEY}=")
}

/// Whether a text looks like somebody's attempt to publish a code, under whatever prefix.
pub(super) fn resembles(text: &str) -> bool {
    text.to_ascii_lowercase().contains(KEY)
}

impl fmt::Display for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    #[test]
    fn code_is_a_uuid_and_nothing_else() {
        let drawn = VerificationCode::from_draw(Entropy::from_seed(1).draw("code", 0));
        assert_eq!(VerificationCode::parse(drawn.as_str()), Some(drawn));
        assert!(VerificationCode::parse("00aa00aa-bb11-cc22-dd33-44ee44ee44e").is_none());
        assert!(VerificationCode::parse("00aa00aabb11cc22dd3344ee44ee44ee").is_none());
        assert!(VerificationCode::parse("00aa00aa-bb11-cc22-dd33-44ee44ee44eg").is_none());
        assert!(VerificationCode::parse("").is_none());
    }

    #[test]
    fn published_forms_are_those_of_the_tutorial() {
        let code = VerificationCode::parse("00AA00aa-bb11-cc22-dd33-44ee44ee44ee").unwrap();
        let domain = DomainName::parse("main.com").unwrap();
        assert_eq!(
            code.record(&domain, "goto-"),
            "main.com. IN TXT \"goto-verification-code=00aa00aa-bb11-cc22-dd33-44ee44ee44ee\""
        );
        assert_eq!(file_path("goto-"), "/goto-verification-code.txt");
        assert_eq!(file_path("logmein-"), "/logmein-verification-code.txt");
    }
}
