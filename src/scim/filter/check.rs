//! Refuses what the schema does not allow.

use crate::scim::path::{AttributePath, Target};
use crate::scim::project::is_hidden;
use crate::scim::schema::{Attribute, AttributeType, ResourceType};

use super::compare::{Characteristics, instant};
use super::matching::{is_schemas, part_compared, part_of_value};
use super::{Comparison, Expression, FilterError, Literal, Operator, Place};

#[derive(Clone, Copy)]
enum Scope<'a> {
    Resource(&'a ResourceType),
    Value(&'a Attribute),
}

pub(super) fn resource(
    expression: &Expression,
    resource_type: &ResourceType,
) -> Result<(), FilterError> {
    check(expression, Scope::Resource(resource_type))
}

pub(super) fn value(expression: &Expression, attribute: &Attribute) -> Result<(), FilterError> {
    check(expression, Scope::Value(attribute))
}

/// Refuses a name that none of the resource types knows.
pub(super) fn known(
    expression: &Expression,
    resource_types: &[&ResourceType],
) -> Result<(), FilterError> {
    let scopes: Vec<_> = resource_types
        .iter()
        .map(|row| Scope::Resource(row))
        .collect();
    all_known(expression, &scopes)
}

fn all_known(expression: &Expression, scopes: &[Scope<'_>]) -> Result<(), FilterError> {
    match expression {
        Expression::Presence(place) | Expression::Comparison(Comparison { place, .. }) => {
            is_known(place, scopes)
        }
        Expression::Values(place, inner) => {
            is_known(place, scopes)?;
            let attributes = scopes
                .iter()
                .filter_map(|scope| named(&place.path, *scope)?.attribute);
            let within: Vec<_> = attributes.map(Scope::Value).collect();
            all_known(inner, &within)
        }
        Expression::Not(inner) => all_known(inner, scopes),
        Expression::And(parts) | Expression::Or(parts) => {
            parts.iter().try_for_each(|part| all_known(part, scopes))
        }
    }
}

fn is_known(place: &Place, scopes: &[Scope<'_>]) -> Result<(), FilterError> {
    if scopes
        .iter()
        .any(|scope| named(&place.path, *scope).is_some())
    {
        return Ok(());
    }
    refuse(
        place,
        format!("no schema here defines {}", shortened(&place.path)),
    )
}

fn check(expression: &Expression, scope: Scope<'_>) -> Result<(), FilterError> {
    match expression {
        Expression::Presence(place) => visible(place, scope).map(drop),
        Expression::Comparison(comparison) => match visible(&comparison.place, scope)? {
            Some(named) => comparable(comparison, named.compared),
            // What no schema knows has no type; it just has no value.
            None => Ok(()),
        },
        Expression::Values(place, inner) => {
            match visible(place, scope)?.and_then(|named| named.attribute) {
                Some(attribute) => check(inner, Scope::Value(attribute)),
                None => Ok(()),
            }
        }
        Expression::Not(inner) => check(inner, scope),
        Expression::And(parts) | Expression::Or(parts) => {
            parts.iter().try_for_each(|part| check(part, scope))
        }
    }
}

/// What a name means.
struct Named<'a> {
    /// The attribute, unless it is a whole schema.
    attribute: Option<&'a Attribute>,
    /// The sub-attribute, if it names one.
    sub: Option<&'a Attribute>,
    /// What its values are compared by.
    compared: Characteristics,
}

impl Named<'_> {
    const WHOLE_SCHEMA: Self = Self {
        attribute: None,
        sub: None,
        compared: Characteristics {
            kind: AttributeType::Complex,
            case_exact: true,
        },
    };
}

fn named<'a>(path: &AttributePath, scope: Scope<'a>) -> Option<Named<'a>> {
    match scope {
        Scope::Value(attribute) => part_of_value(path, attribute).map(|part| Named {
            attribute: Some(attribute),
            sub: part.sub,
            compared: part.characteristics,
        }),
        Scope::Resource(resource_type) => match path.target(resource_type) {
            Some(Target::Attribute(located)) => {
                let part = located.sub.or_else(|| part_compared(located.attribute));
                Some(Named {
                    attribute: Some(located.attribute),
                    sub: located.sub,
                    compared: part.unwrap_or(located.attribute).into(),
                })
            }
            Some(Target::Core | Target::Extension(_)) => Some(Named::WHOLE_SCHEMA),
            None if is_schemas(path) => Some(Named {
                compared: Characteristics::SCHEMAS,
                ..Named::WHOLE_SCHEMA
            }),
            None => None,
        },
    }
}

/// What a name means; refuses an attribute that is never returned, for whoever may filter by it finds its value out
/// letter by letter.
fn visible<'a>(place: &Place, scope: Scope<'a>) -> Result<Option<Named<'a>>, FilterError> {
    let Some(named) = named(&place.path, scope) else {
        return Ok(None);
    };
    let mut parts = [named.attribute, named.sub].into_iter().flatten();
    if parts.any(is_hidden) {
        let path = &place.path;
        return refuse(
            place,
            format!("{path} is never returned, so no filter may ask for it"),
        );
    }
    Ok(Some(named))
}

fn comparable(comparison: &Comparison, found: Characteristics) -> Result<(), FilterError> {
    let Comparison {
        place,
        operator,
        literal,
    } = comparison;
    let (path, word) = (&place.path, operator.as_str());
    if operator.is_order() {
        let kind = match found.kind {
            AttributeType::Boolean => Some("a boolean"),
            AttributeType::Binary => Some("binary"),
            AttributeType::Complex => Some("complex"),
            _ => None,
        };
        if let Some(kind) = kind {
            return refuse(place, format!("{path} is {kind}, {word} needs an order"));
        }
        if matches!(literal, Literal::Boolean(_) | Literal::Null) {
            let message = format!("{word} needs a string or a number, not {literal}");
            return refuse(place, message);
        }
    }
    let is_moment = match literal {
        Literal::Null => true,
        Literal::Text(text) => instant(text).is_some(),
        Literal::Number(_) | Literal::Boolean(_) => false,
    };
    let is_pattern = matches!(
        operator,
        Operator::Contains | Operator::StartsWith | Operator::EndsWith
    );
    if found.kind == AttributeType::DateTime && !is_pattern && !is_moment {
        return refuse(
            place,
            format!("{path} is a date-time, {} is none", shortened(literal)),
        );
    }
    Ok(())
}

fn refuse<T>(place: &Place, message: String) -> Result<T, FilterError> {
    Err(FilterError {
        at: place.at,
        message,
    })
}

/// At most 80 characters of what the client sent, so that an error does not repeat a whole attack.
fn shortened(sent: &impl ToString) -> String {
    let sent = sent.to_string();
    match sent.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", sent.get(..end).unwrap_or_default()),
        None => sent,
    }
}
