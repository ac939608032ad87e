//! Filters, [RFC 7644 section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2): read, checked, matched.

mod check;
mod compare;
mod cursor;
mod display;
mod leniency;
mod matching;
mod needle;
mod parse;
#[cfg(test)]
mod properties;

use std::borrow::Cow;

use serde_json::{Number, Value};
use thiserror::Error;

use super::error::ScimError;
use super::path::AttributePath;
use super::schema::{Attribute, ResourceType};

pub(crate) use compare::{Characteristics, boolean, folded, instant, ordering_of_numbers, same};
pub use leniency::Leniency;
pub use needle::Needle;

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
    Presence(Place),
    Values(Place, Box<Self>),
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
}

#[derive(Clone, Debug)]
struct Comparison {
    place: Place,
    operator: Operator,
    literal: Literal,
}

/// An attribute that a filter names.
#[derive(Clone, Debug)]
struct Place {
    path: AttributePath,
    /// Where it stands in the filter, for refusals that need the schema.
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

    /// Refuses what the schema does not allow: comparisons that the type of an attribute does not have, such as
    /// `active gt true`, and attributes that are never returned, which a filter would give away bit by bit.
    pub fn check(&self, resource_type: &ResourceType) -> Result<(), FilterError> {
        check::resource(&self.expression, resource_type)
    }

    /// Refuses comparisons that the types of the sub-attributes do not allow, and those that are never returned.
    pub fn check_value(&self, attribute: &Attribute) -> Result<(), FilterError> {
        check::value(&self.expression, attribute)
    }

    /// Refuses an attribute that none of the resource types defines.
    pub fn check_known(&self, resource_types: &[&ResourceType]) -> Result<(), FilterError> {
        check::known(&self.expression, resource_types)
    }

    /// What the filter joins by `and`: each part that compares for equality, and nothing for any other part.
    ///
    /// An index can answer the parts that compare; `members[value eq "x"]` counts as `members eq "x"`.
    pub fn conjuncts(&self) -> impl Iterator<Item = Option<Equality<'_>>> {
        self.parts().iter().map(|part| match part {
            Expression::Comparison(comparison) => comparison.equality(self.leniency),
            Expression::Values(place, inner) => match &**inner {
                Expression::Comparison(comparison) if comparison.place.path.is_value() => {
                    let found = comparison.equality(self.leniency)?;
                    let path = &place.path;
                    Some(Equality { path, ..found }).filter(|_| path.sub.is_none())
                }
                _ => None,
            },
            _ => None,
        })
    }

    /// The path and the operator, as in `sw`, if the whole filter is one comparison.
    pub fn comparison(&self) -> Option<(&AttributePath, &'static str)> {
        match &self.expression {
            Expression::Comparison(comparison) => {
                Some((&comparison.place.path, comparison.operator.as_str()))
            }
            _ => None,
        }
    }

    /// The paths and values that a match must have, if the filter is nothing but `path eq value` joined by `and`.
    pub(crate) fn equalities(&self) -> Option<Vec<(&AttributePath, Value)>> {
        let parts = self.parts().iter();
        parts
            .map(|part| match part {
                Expression::Comparison(comparison) if comparison.operator == Operator::Equal => {
                    Some((&comparison.place.path, comparison.literal.to_value()))
                }
                _ => None,
            })
            .collect()
    }

    fn parts(&self) -> &[Expression] {
        match &self.expression {
            Expression::And(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }
}

/// A comparison for equality with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equality<'f> {
    /// The attribute.
    pub path: &'f AttributePath,
    /// The text.
    pub text: Cow<'f, str>,
}

impl Comparison {
    fn equality(&self, leniency: Leniency) -> Option<Equality<'_>> {
        let text = match &self.literal {
            Literal::Text(text) => Cow::Borrowed(text.as_str()),
            // It compares with texts as it was written: see [`compare`].
            Literal::Number(number) if leniency.takes_bare_literals() => number.to_string().into(),
            _ => return None,
        };
        (self.operator == Operator::Equal).then_some(Equality {
            path: &self.place.path,
            text,
        })
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
