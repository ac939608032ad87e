//! Scopes, [RFC 6749 section 3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3).

use std::fmt;

use serde::{Serialize, Serializer};

/// Lets a caller read and write the directory; GoTo's form calls it "SCIM, automated user management".
pub const SCIM_ORG: &str = "identity:scim.org";

/// Lets a caller read and write the user it speaks for; GoTo's form calls it "Profile".
pub const SCIM_ME: &str = "identity:scim.me";

/// Lets a caller manage users across products; GoTo's form calls it "Admin Center".
pub const IDENTITY: &str = "identity:";

/// Holds scope tokens, each once, in the order they were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    tokens: Vec<String>,
}

impl Scope {
    /// Accepts tokens divided by single blanks.
    ///
    /// # Errors
    ///
    /// The refusal quotes what is no scope token.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut scope = Self::default();
        for token in text.split(' ') {
            let lawful = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
            if token.is_empty() || !token.bytes().all(lawful) {
                return Err(format!("{token:?} is no scope token"));
            }
            scope.add(token);
        }
        Ok(scope)
    }

    /// The scope of these tokens.
    pub fn of(tokens: &[String]) -> Self {
        let mut scope = Self::default();
        for token in tokens {
            scope.add(token);
        }
        scope
    }

    fn add(&mut self, token: &str) {
        if !self.includes(token) {
            self.tokens.push(token.into());
        }
    }

    /// Whether a token is in it.
    pub fn includes(&self, token: &str) -> bool {
        self.tokens.iter().any(|own| own == token)
    }

    /// Whether every token of another is in it.
    pub fn covers(&self, other: &Self) -> bool {
        other.tokens.iter().all(|token| self.includes(token))
    }

    /// Its tokens that are in the other as well.
    #[must_use]
    pub fn narrowed_to(&self, most: &Self) -> Self {
        Self {
            tokens: self
                .tokens
                .iter()
                .filter(|token| most.includes(token))
                .cloned()
                .collect(),
        }
    }

    /// Its tokens and those of another.
    #[must_use]
    pub fn joined_with(mut self, other: &Self) -> Self {
        for token in &other.tokens {
            self.add(token);
        }
        self
    }

    /// Whether there is no token in it.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Its tokens in order.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tokens.join(" "))
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_is_narrowed_in_the_order_asked_for() {
        let asked = Scope::parse("c a c").unwrap();
        let most = Scope::parse("a b c").unwrap();
        assert_eq!(asked.narrowed_to(&most).to_string(), "c a");
        assert!(most.covers(&asked) && !asked.covers(&most));
    }

    #[test]
    fn odd_characters_are_refused() {
        for text in ["", " ", "a  b", "a\"", "a\\", "ä"] {
            assert!(Scope::parse(text).is_err(), "{text:?}");
        }
    }
}
