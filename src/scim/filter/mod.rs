//! Filters, [RFC 7644 section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2): read, checked, matched.

mod check;
mod compare;
mod cursor;
mod display;
mod matching;
mod parse;
#[cfg(test)]
mod properties;

use serde_json::{Number, Value};
use thiserror::Error;

use crate::profile::Profile;

use super::error::ScimError;
use super::path::AttributePath;
use super::schema::{Attribute, ResourceType};

pub(crate) use compare::{Characteristics, boolean, folded, instant, same};

/// Whether only the RFC's forms are taken, or also those that Entra and Okta send beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leniency {
    /// The RFC to the letter.
    Strict,
    /// Also values without quotes, booleans as strings, and the like.
    Lenient,
}

impl Leniency {
    /// Whether forms beside the RFC's are taken.
    pub fn is_lenient(self) -> bool {
        self == Self::Lenient
    }
}

impl From<&Profile> for Leniency {
    fn from(profile: &Profile) -> Self {
        if profile.lenient_values {
            Self::Lenient
        } else {
            Self::Strict
        }
    }
}

/// Says why a text is no filter, or no filter for this resource type.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message} at character {at} of the filter")]
pub struct FilterError {
    /// The position of the first character that does not fit, counted from 1.
    pub at: usize,
    /// What is wrong there.
    pub message: String,
}

impl From<FilterError> for ScimError {
    fn from(error: FilterError) -> Self {
        Self::invalid_filter(error.to_string())
    }
}

/// Picks resources, or values of a multi-valued attribute.
///
/// # Examples
///
/// ```
/// # use goto_double::scim::filter::{Filter, Leniency};
/// let filter = Filter::parse(r#"emails[TYPE EQ "work"] and not(active eq false)"#, Leniency::Strict).unwrap();
/// assert_eq!(filter.to_string(), r#"emails[TYPE eq "work"] and not (active eq false)"#);
/// let error = Filter::parse("userName is bob", Leniency::Strict).unwrap_err();
/// assert_eq!(error.at, 10);
/// ```
#[derive(Clone, Debug)]
pub struct Filter {
    expression: Expression,
    leniency: Leniency,
}

#[derive(Clone, Debug)]
enum Expression {
    Comparison(Comparison),
    Presence(AttributePath),
    Values(AttributePath, Box<Self>),
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
}

#[derive(Clone, Debug)]
struct Comparison {
    path: AttributePath,
    operator: Operator,
    literal: Literal,
    /// Where it begins, for refusals that need the schema.
    at: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Operator {
    const ALL: [(&'static str, Self); 9] = [
        ("eq", Self::Equal),
        ("ne", Self::NotEqual),
        ("co", Self::Contains),
        ("sw", Self::StartsWith),
        ("ew", Self::EndsWith),
        ("gt", Self::Greater),
        ("ge", Self::GreaterOrEqual),
        ("lt", Self::Less),
        ("le", Self::LessOrEqual),
    ];

    fn named(word: &str) -> Option<Self> {
        let found = Self::ALL
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word));
        found.map(|(_, operator)| *operator)
    }

    fn as_str(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, operator)| *operator == self);
        found.map_or("", |(name, _)| name)
    }

    fn is_order(self) -> bool {
        matches!(
            self,
            Self::Greater | Self::GreaterOrEqual | Self::Less | Self::LessOrEqual
        )
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Literal {
    Text(String),
    Number(Number),
    Boolean(bool),
    Null,
}

/// Reads a filter: the same as [`Filter::parse`].
pub fn parse(text: &str, leniency: Leniency) -> Result<Filter, FilterError> {
    Filter::parse(text, leniency)
}

/// Reads the filter that begins at byte `from` and ends at a closing bracket; also returns the byte behind that.
pub(crate) fn parse_within(
    text: &str,
    from: usize,
    leniency: Leniency,
) -> Result<(Filter, usize), FilterError> {
    let (expression, end) = parse::within(text, from, leniency)?;
    Ok((
        Filter {
            expression,
            leniency,
        },
        end,
    ))
}

impl Filter {
    /// Reads a filter in time that grows with its length only.
    pub fn parse(text: &str, leniency: Leniency) -> Result<Self, FilterError> {
        let expression = parse::whole(text, leniency)?;
        Ok(Self {
            expression,
            leniency,
        })
    }

    /// Whether the resource is one that the filter picks.
    ///
    /// An attribute that no schema of the resource type defines has no value, so nothing compares with it.
    pub fn matches(&self, resource: &Value, resource_type: &ResourceType) -> bool {
        matching::resource(&self.expression, self.leniency, resource, resource_type)
    }

    /// Whether a single value of `attribute` is one that the filter picks: what stands in brackets in a path.
    pub fn matches_value(&self, value: &Value, attribute: &Attribute) -> bool {
        matching::value(&self.expression, self.leniency, value, attribute)
    }

    /// Refuses comparisons that the type of the attribute does not allow, such as `active gt true`.
    pub fn check(&self, resource_type: &ResourceType) -> Result<(), FilterError> {
        check::resource(&self.expression, resource_type)
    }

    /// Refuses comparisons that the types of the sub-attributes do not allow.
    pub fn check_value(&self, attribute: &Attribute) -> Result<(), FilterError> {
        check::value(&self.expression, attribute)
    }

    /// The path and the text, if the whole filter is one `path eq "text"`: what an index can answer.
    pub fn equality(&self) -> Option<(&AttributePath, &str)> {
        match &self.expression {
            Expression::Comparison(Comparison {
                path,
                operator: Operator::Equal,
                literal: Literal::Text(text),
                ..
            }) => Some((path, text)),
            _ => None,
        }
    }

    /// The path and the operator, as in `sw`, if the whole filter is one comparison.
    pub fn comparison(&self) -> Option<(&AttributePath, &'static str)> {
        match &self.expression {
            Expression::Comparison(comparison) => {
                Some((&comparison.path, comparison.operator.as_str()))
            }
            _ => None,
        }
    }

    /// The paths and values that a match must have, if the filter is nothing but `path eq value` joined by `and`.
    pub(crate) fn equalities(&self) -> Option<Vec<(&AttributePath, Value)>> {
        let mut found = Vec::new();
        let parts = match &self.expression {
            Expression::And(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        for part in parts {
            let Expression::Comparison(comparison) = part else {
                return None;
            };
            if comparison.operator != Operator::Equal {
                return None;
            }
            found.push((&comparison.path, comparison.literal.to_value()));
        }
        Some(found)
    }
}

impl Literal {
    fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.clone()),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Boolean(boolean) => Value::Bool(*boolean),
            Self::Null => Value::Null,
        }
    }
}

#[cfg(test)]
mod tests;
