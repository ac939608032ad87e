//! Refuses what the types of the attributes do not allow.

use crate::scim::path::Target;
use crate::scim::schema::{Attribute, AttributeType, ResourceType};

use super::compare::{Characteristics, instant};
use super::matching::{part_compared, part_of_value};
use super::{Comparison, Expression, FilterError, Literal};

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

fn check(expression: &Expression, scope: Scope<'_>) -> Result<(), FilterError> {
    match expression {
        Expression::Presence(_) => Ok(()),
        Expression::Comparison(comparison) => {
            // What no schema knows has no type; it just finds nothing.
            characteristics(comparison, scope).map_or(Ok(()), |found| comparable(comparison, found))
        }
        Expression::Values(path, inner) => match scope {
            Scope::Resource(resource_type) => match path.target(resource_type) {
                Some(Target::Attribute(located)) => check(inner, Scope::Value(located.attribute)),
                _ => Ok(()),
            },
            Scope::Value(_) => Ok(()),
        },
        Expression::Not(inner) => check(inner, scope),
        Expression::And(parts) | Expression::Or(parts) => {
            parts.iter().try_for_each(|part| check(part, scope))
        }
    }
}

fn characteristics(comparison: &Comparison, scope: Scope<'_>) -> Option<Characteristics> {
    match scope {
        Scope::Value(attribute) => {
            part_of_value(&comparison.path, attribute).map(|part| part.characteristics)
        }
        Scope::Resource(resource_type) => match comparison.path.target(resource_type)? {
            Target::Attribute(located) => {
                let part = located.sub.or_else(|| part_compared(located.attribute));
                Some(part.unwrap_or(located.attribute).into())
            }
            Target::Core | Target::Extension(_) => None,
        },
    }
}

fn comparable(comparison: &Comparison, found: Characteristics) -> Result<(), FilterError> {
    let Comparison {
        path,
        operator,
        literal,
        at,
    } = comparison;
    let refuse = |why: String| {
        Err(FilterError {
            at: *at,
            message: why,
        })
    };
    let word = operator.as_str();
    if operator.is_order() {
        match found.kind {
            AttributeType::Boolean => {
                return refuse(format!("{path} is a boolean, {word} needs an order"));
            }
            AttributeType::Binary => {
                return refuse(format!("{path} is binary, {word} needs an order"));
            }
            _ => {}
        }
        if matches!(literal, Literal::Boolean(_) | Literal::Null) {
            return refuse(format!("{word} needs a string or a number, not {literal}"));
        }
    }
    let is_pattern = !operator.is_order()
        && !matches!(operator, super::Operator::Equal | super::Operator::NotEqual);
    if let (AttributeType::DateTime, Literal::Text(text)) = (found.kind, literal)
        && !is_pattern
        && instant(text).is_none()
    {
        return refuse(format!("{path} is a date-time, {literal} is none"));
    }
    Ok(())
}
