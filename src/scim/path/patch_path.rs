//! The path of a PATCH operation: an attribute path that may pick values by a filter.

use std::fmt;

use crate::scim::filter::{self, Filter, Leniency};

use super::{AttributePath, PathError, check_name};

/// Names the place a PATCH operation works on, as in `emails[type eq "work"].value`;
/// figure 7 of [RFC 7644 section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2).
#[derive(Clone, Debug)]
pub struct PatchPath {
    /// The attribute, with the sub-attribute that stands before or behind the brackets.
    pub attribute: AttributePath,
    /// Which values of the attribute are meant.
    pub filter: Option<Filter>,
}

impl PatchPath {
    /// Reads the path of an operation.
    pub fn parse(text: &str, leniency: Leniency) -> Result<Self, PathError> {
        let Some(open) = text.find('[') else {
            let attribute = AttributePath::parse(text)?;
            return Ok(Self {
                attribute,
                filter: None,
            });
        };
        let mut attribute = AttributePath::parse(text.get(..open).unwrap_or_default())?;
        if attribute.sub.is_some() {
            let message = "a sub-attribute has no values to pick from";
            return Err(PathError::malformed(text, open, message));
        }
        let (filter, end) = filter::parse_within(text, open + 1, leniency)?;
        let rest = text.get(end..).unwrap_or_default();
        if let Some(sub) = rest.strip_prefix('.') {
            check_name(text, end + 1, sub)?;
            attribute.sub = Some(sub.into());
        } else if !rest.is_empty() {
            let message = "only a sub-attribute may follow the brackets";
            return Err(PathError::malformed(text, end, message));
        }
        Ok(Self {
            attribute,
            filter: Some(filter),
        })
    }
}

impl fmt::Display for PatchPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(filter) = &self.filter else {
            return self.attribute.fmt(f);
        };
        if let Some(urn) = &self.attribute.urn {
            write!(f, "{urn}:")?;
        }
        write!(f, "{}[{filter}]", self.attribute.name)?;
        match &self.attribute.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, printed: &str) {
        let path = PatchPath::parse(text, Leniency::Strict).unwrap();
        assert_eq!(path.to_string(), printed);
    }

    #[track_caller]
    fn check_refused(text: &str, at: usize) {
        let found = match PatchPath::parse(text, Leniency::Strict).unwrap_err() {
            PathError::Malformed { at, .. } => at,
            PathError::Filter(error) => error.at,
        };
        assert_eq!(found, at, "{text}");
    }

    #[test]
    fn values_are_picked_by_a_filter() {
        check("members", "members");
        check(r#"members[value eq "x"]"#, r#"members[value eq "x"]"#);
        check(
            r#"emails[Type EQ "work"].value"#,
            r#"emails[Type eq "work"].value"#,
        );
        check(
            r#"urn:a:b:User:posts[not (a pr) and b eq "]"].value"#,
            r#"urn:a:b:User:posts[not (a pr) and b eq "]"].value"#,
        );
    }

    #[test]
    fn error_says_at_which_character() {
        check_refused("emails[", 8);
        check_refused("emails[]", 8);
        check_refused("emails[type eq \"work\"", 22);
        check_refused("emails[type eq \"work\"]x", 23);
        check_refused("emails[type eq \"work\"].", 24);
        check_refused("emails.value[type pr]", 13);
        check_refused("emails[type eq work]", 16);
    }

    proptest! {
        #[test]
        fn parser_never_panics(text in "[a-z.:\\[\\]() \"\\\\eqü]{0,40}") {
            let _ = PatchPath::parse(&text, Leniency::Strict);
            let _ = PatchPath::parse(&text, Leniency::Lenient);
        }
    }
}
