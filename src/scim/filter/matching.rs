//! Holds a filter against a resource or against one value.

use std::slice;

use serde_json::Value;

use crate::scim::path::{AttributePath, Located, Target, member};
use crate::scim::schema::{Attribute, AttributeType, ResourceType};

use super::compare::{self, Characteristics};
use super::{Comparison, Expression, Leniency, Literal, Operator};

pub(super) fn resource(
    expression: &Expression,
    leniency: Leniency,
    resource: &Value,
    resource_type: &ResourceType,
) -> bool {
    let scope = Scope::Resource(resource, resource_type);
    holds(expression, leniency, scope)
}

pub(super) fn value(
    expression: &Expression,
    leniency: Leniency,
    value: &Value,
    attribute: &Attribute,
) -> bool {
    holds(expression, leniency, Scope::Value(value, attribute))
}

/// What the names of an expression are relative to.
#[derive(Clone, Copy)]
enum Scope<'a> {
    Resource(&'a Value, &'a ResourceType),
    Value(&'a Value, &'a Attribute),
}

/// The values that a path leads to: those of an attribute, and which part of each is meant.
struct Found<'a> {
    values: &'a [Value],
    part: Option<&'a Attribute>,
    characteristics: Characteristics,
}

impl<'a> Found<'a> {
    fn each(&self) -> impl Iterator<Item = Option<&'a Value>> {
        let part = self.part;
        self.values.iter().map(move |value| match part {
            Some(part) => member(value, &part.name),
            None => Some(value),
        })
    }
}

fn holds(expression: &Expression, leniency: Leniency, scope: Scope<'_>) -> bool {
    match expression {
        Expression::Comparison(comparison) => compares(comparison, leniency, scope),
        Expression::Presence(place) => {
            find(&place.path, scope, whole).is_some_and(|found| found.each().any(is_present))
        }
        Expression::Values(place, inner) => picks(&place.path, inner, leniency, scope),
        Expression::Not(inner) => !holds(inner, leniency, scope),
        Expression::And(parts) => parts.iter().all(|part| holds(part, leniency, scope)),
        Expression::Or(parts) => parts.iter().any(|part| holds(part, leniency, scope)),
    }
}

/// Any value of the attribute will do; an attribute without values is like one value that is not there.
///
/// So is one that no schema defines:
/// [RFC 7644 section 3.4.2.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1).
fn compares(comparison: &Comparison, leniency: Leniency, scope: Scope<'_>) -> bool {
    let Comparison {
        place,
        operator,
        literal,
    } = comparison;
    let found = find(&place.path, scope, part_compared).unwrap_or_else(|| opaque(None));
    if *literal == Literal::Null {
        let has_value = found.each().flatten().any(|value| !value.is_null());
        return match operator {
            Operator::Equal => !has_value,
            Operator::NotEqual => has_value,
            _ => false,
        };
    }
    let how = (found.characteristics, leniency);
    if found.values.is_empty() {
        return compare::holds(how, None, *operator, literal);
    }
    found
        .each()
        .any(|value| compare::holds(how, value, *operator, literal))
}

fn picks(path: &AttributePath, inner: &Expression, leniency: Leniency, scope: Scope<'_>) -> bool {
    let Scope::Resource(resource, resource_type) = scope else {
        return false;
    };
    match path.target(resource_type) {
        Some(Target::Attribute(located @ Located { sub: None, .. })) => {
            values(located.value(resource))
                .iter()
                .any(|value| holds(inner, leniency, Scope::Value(value, located.attribute)))
        }
        _ => false,
    }
}

fn find<'a>(
    path: &AttributePath,
    scope: Scope<'a>,
    choose: fn(&Attribute) -> Option<&Attribute>,
) -> Option<Found<'a>> {
    let (attribute, sub, value) = match scope {
        Scope::Value(value, attribute) => {
            let part = part_of_value(path, attribute)?;
            return Some(Found {
                values: slice::from_ref(value),
                part: part.sub,
                characteristics: part.characteristics,
            });
        }
        Scope::Resource(resource, resource_type) => match path.target(resource_type) {
            Some(Target::Attribute(located)) => {
                (located.attribute, located.sub, located.value(resource))
            }
            Some(Target::Extension(extension)) => {
                return Some(opaque(member(resource, &extension.schema.id)));
            }
            Some(Target::Core) => return Some(opaque(Some(resource))),
            None if is_schemas(path) => {
                return Some(Found {
                    characteristics: Characteristics::SCHEMAS,
                    ..opaque(member(resource, "schemas"))
                });
            }
            None => return None,
        },
    };
    let part = sub.or_else(|| choose(attribute));
    Some(Found {
        values: values(value),
        part,
        characteristics: part.unwrap_or(attribute).into(),
    })
}

/// Something that can be there or not, but compares with nothing.
fn opaque(value: Option<&Value>) -> Found<'_> {
    Found {
        values: values(value),
        part: None,
        characteristics: Characteristics {
            kind: AttributeType::Complex,
            case_exact: true,
        },
    }
}

pub(super) fn is_schemas(path: &AttributePath) -> bool {
    path.urn.is_none() && path.sub.is_none() && path.name.eq_ignore_ascii_case("schemas")
}

/// A complex attribute that is compared without a sub-attribute means its `value`.
pub(super) fn part_compared(attribute: &Attribute) -> Option<&Attribute> {
    attribute.sub_attribute("value")
}

fn whole(_: &Attribute) -> Option<&Attribute> {
    None
}

/// What a name between brackets means.
pub(super) struct Part<'a> {
    pub(super) sub: Option<&'a Attribute>,
    pub(super) characteristics: Characteristics,
}

/// What a name between brackets means; values that are no objects have but one name, `value`.
pub(super) fn part_of_value<'a>(
    path: &AttributePath,
    attribute: &'a Attribute,
) -> Option<Part<'a>> {
    if path.urn.is_some() || path.sub.is_some() {
        return None;
    }
    if attribute.kind == AttributeType::Complex {
        let sub = attribute.part(&path.name)?;
        return Some(Part {
            sub: Some(sub),
            characteristics: sub.into(),
        });
    }
    path.name.eq_ignore_ascii_case("value").then(|| Part {
        sub: None,
        characteristics: attribute.into(),
    })
}

/// The values of an attribute, be it multi-valued or not.
pub(super) fn values(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(values)) => values,
        Some(one) => slice::from_ref(one),
    }
}

/// Whether a value is "non-empty": RFC 7644 table 3, `pr`.
fn is_present(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(values)) => values.iter().any(|value| is_present(Some(value))),
        Some(Value::Object(members)) => members.values().any(|member| is_present(Some(member))),
        Some(Value::Bool(_) | Value::Number(_)) => true,
    }
}
