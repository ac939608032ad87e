//! Attribute paths: how filters, projections and PATCH operations name a place in a resource.
//!
//! The grammar is that of [RFC 7644 section 3.10](https://www.rfc-editor.org/rfc/rfc7644#section-3.10) and of
//! figure 7 in [section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2).

mod patch_path;
mod target;

use std::fmt;

use thiserror::Error;

use super::error::ScimError;
use super::filter::FilterError;

pub use patch_path::PatchPath;
pub use target::{Located, Target};
pub(crate) use target::{key_of, member};

/// Names an attribute, as in `userName`, `name.givenName` or
/// `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value`.
///
/// A bare schema URN has the same form as a URN with a name behind it; [`AttributePath::target`] tells them apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AttributePath {
    /// The URN of the schema, if the path is fully qualified.
    pub urn: Option<String>,
    /// The name of the attribute, as it was written.
    pub name: String,
    /// The name of the sub-attribute, as it was written.
    pub sub: Option<String>,
}

/// Says why a text is no path.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PathError {
    /// A name, a URN or a bracket is not where the grammar wants it.
    #[error("{message} at character {at} of the path")]
    Malformed {
        /// The position of the first character that does not fit, counted from 1.
        at: usize,
        /// What is wrong there.
        message: String,
    },
    /// The filter between the brackets is wrong.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

impl PathError {
    fn malformed(text: &str, byte: usize, message: impl Into<String>) -> Self {
        Self::Malformed {
            at: position(text, byte),
            message: message.into(),
        }
    }
}

impl From<PathError> for ScimError {
    /// A path that is wrong is `invalidPath`, one whose filter is wrong is `invalidFilter`
    /// ([RFC 7644 section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)).
    fn from(error: PathError) -> Self {
        match error {
            PathError::Filter(error) => error.into(),
            PathError::Malformed { .. } => Self::invalid_path(error.to_string()),
        }
    }
}

/// The position, in characters and counted from 1, of the byte at `byte`.
pub(crate) fn position(text: &str, byte: usize) -> usize {
    text.char_indices()
        .take_while(|(start, _)| *start < byte)
        .count()
        + 1
}

impl AttributePath {
    /// Reads a path without brackets.
    ///
    /// # Examples
    ///
    /// ```
    /// # use goto_double::scim::path::AttributePath;
    /// let path = AttributePath::parse("name.givenName").unwrap();
    /// assert_eq!((path.name.as_str(), path.sub.as_deref()), ("name", Some("givenName")));
    /// assert!(AttributePath::parse("name..givenName").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let Some(colon) = text.rfind(':') else {
            return Self::parse_names(text, 0);
        };
        let urn = text.get(..colon).unwrap_or_default();
        let rest = text.get(colon + 1..).unwrap_or_default();
        if let Some(at) =
            urn.find(|c: char| c.is_whitespace() || c.is_control() || "\"[]()".contains(c))
        {
            return Err(PathError::malformed(
                text,
                at,
                "a URN does not hold such a character",
            ));
        }
        if !urn.contains(':') || urn.starts_with(':') {
            return Err(PathError::malformed(
                text,
                0,
                "what precedes the last colon is no URN",
            ));
        }
        // `urn:scim:schemas:extension:getgo:1.0` ends in a version, which no attribute name looks like.
        let path = if ends_a_urn(rest) {
            Self {
                urn: None,
                name: rest.into(),
                sub: None,
            }
        } else {
            Self::parse_names(text, colon + 1)?
        };
        Ok(Self {
            urn: Some(urn.into()),
            ..path
        })
    }

    /// Whether it is the bare name `value`.
    pub(crate) fn is_value(&self) -> bool {
        self.urn.is_none() && self.sub.is_none() && self.name.eq_ignore_ascii_case("value")
    }

    fn parse_names(text: &str, from: usize) -> Result<Self, PathError> {
        let names = text.get(from..).unwrap_or_default();
        let (name, sub) = match names.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (names, None),
        };
        check_name(text, from, name)?;
        if let Some(sub) = sub {
            check_name(text, from + name.len() + 1, sub)?;
        }
        Ok(Self {
            urn: None,
            name: name.into(),
            sub: sub.map(Into::into),
        })
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.name)?;
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

/// Whether it can only be the end of a URN: it begins with a digit, as a version does and no name, or has many dots.
fn ends_a_urn(text: &str) -> bool {
    let is_no_name =
        text.starts_with(|c: char| c.is_ascii_digit()) || text.matches('.').count() > 1;
    let is_part = |part: &str| !part.is_empty() && part.chars().all(is_name_char);
    is_no_name && text.split('.').all(is_part)
}

/// Checks `ATTRNAME`; `$` may also come first, since `$ref` is a name that the RFC itself uses.
fn check_name(text: &str, from: usize, name: &str) -> Result<(), PathError> {
    let Some(first) = name.chars().next() else {
        return Err(PathError::malformed(
            text,
            from,
            "an attribute name is missing",
        ));
    };
    if !first.is_ascii_alphabetic() && first != '$' {
        return Err(PathError::malformed(
            text,
            from,
            format!(
                "an attribute name does not begin with '{}'",
                first.escape_debug()
            ),
        ));
    }
    match name.char_indices().find(|(_, c)| !is_name_char(*c)) {
        Some((at, c)) => Err(PathError::malformed(
            text,
            from + at,
            format!("an attribute name does not hold '{}'", c.escape_debug()),
        )),
        None => Ok(()),
    }
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, urn: Option<&str>, name: &str, sub: Option<&str>) {
        let path = AttributePath::parse(text).unwrap();
        assert_eq!(path.urn.as_deref(), urn);
        assert_eq!(path.name, name);
        assert_eq!(path.sub.as_deref(), sub);
        assert_eq!(path.to_string(), text);
    }

    #[track_caller]
    fn check_refused(text: &str, expected: usize) {
        match AttributePath::parse(text).unwrap_err() {
            PathError::Malformed { at, .. } => assert_eq!(at, expected),
            PathError::Filter(error) => panic!("{error}"),
        }
    }

    #[test]
    fn urn_name_and_sub_attribute_are_told_apart() {
        check("userName", None, "userName", None);
        check("members.$ref", None, "members", Some("$ref"));
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        check(
            &format!("{urn}:manager.value"),
            Some(urn),
            "manager",
            Some("value"),
        );
        check(
            "urn:scim:schemas:extension:getgo:1.0",
            Some("urn:scim:schemas:extension:getgo"),
            "1.0",
            None,
        );
    }

    #[test]
    fn error_says_at_which_character() {
        check_refused("", 1);
        check_refused("name.", 6);
        check_refused("name..x", 6);
        check_refused("näme", 2);
        check_refused("ü", 1);
        check_refused("name.a.b", 7);
        check_refused("9lives", 1);
        check_refused("urn:a b:name", 6);
        check_refused("x:name", 1);
        check_refused(":name", 1);
    }

    proptest! {
        #[test]
        fn parser_never_panics(text in any::<String>()) {
            let _ = AttributePath::parse(&text);
        }

        #[test]
        fn what_is_printed_reads_back(text in "(urn:[a-z:.0-9]{1,12}:)?[a-z$][a-zA-Z$_-]{0,5}(\\.[a-z]{1,4})?") {
            if let Ok(path) = AttributePath::parse(&text) {
                prop_assert_eq!(AttributePath::parse(&path.to_string()), Ok(path));
            }
        }
    }
}
