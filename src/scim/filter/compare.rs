//! Compares one value with one literal, by the type of the attribute.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Number, Value};

use crate::scim::schema::{Attribute, AttributeType};

use super::{Leniency, Literal, Operator};

/// What a comparison needs to know of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Characteristics {
    pub(crate) kind: AttributeType,
    pub(crate) case_exact: bool,
}

impl Characteristics {
    /// Those of `schemas`, which RFC 7643 gives every resource but no schema describes; URNs have no case.
    pub(crate) const SCHEMAS: Self = Self {
        kind: AttributeType::Reference,
        case_exact: false,
    };
}

impl From<&Attribute> for Characteristics {
    fn from(attribute: &Attribute) -> Self {
        Self {
            kind: attribute.kind,
            // RFC 7643 sections 2.3.6 and 2.3.7: binary data and references are case-exact whatever the schema says.
            case_exact: attribute.case_exact
                || matches!(
                    attribute.kind,
                    AttributeType::Binary | AttributeType::Reference
                ),
        }
    }
}

/// The moment that a date-time names, whatever its offset.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// Whether two values of an attribute are the same to it.
pub(crate) fn same(characteristics: Characteristics, left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => {
            ordering_of_texts(characteristics, left, right).is_eq()
        }
        (Value::Number(left), Value::Number(right)) => ordering_of_numbers(left, right).is_eq(),
        _ => left == right,
    }
}

/// Whether the comparison holds; a value that is not there differs from every literal.
pub(super) fn holds(
    (characteristics, leniency): (Characteristics, Leniency),
    actual: Option<&Value>,
    operator: Operator,
    literal: &Literal,
) -> bool {
    let actual = actual.filter(|value| !value.is_null());
    let Some(actual) = actual else {
        return match operator {
            Operator::Equal => *literal == Literal::Null,
            Operator::NotEqual => *literal != Literal::Null,
            _ => false,
        };
    };
    match (actual, literal) {
        (Value::String(actual), Literal::Text(text)) => {
            texts_hold(characteristics, actual, operator, text)
        }
        (Value::String(actual), Literal::Number(_) | Literal::Boolean(_))
            if leniency.takes_bare_literals() =>
        {
            texts_hold(characteristics, actual, operator, &literal.to_string())
        }
        (Value::Number(actual), Literal::Number(number)) => {
            order_holds(operator, Some(ordering_of_numbers(actual, number)))
        }
        (Value::Number(actual), Literal::Text(text)) if leniency.takes_bare_literals() => {
            let number = serde_json::from_str::<Number>(text).ok();
            let ordering = number.map(|number| ordering_of_numbers(actual, &number));
            order_holds(operator, ordering)
        }
        (Value::Bool(actual), Literal::Boolean(boolean)) => {
            equality_holds(operator, actual == boolean)
        }
        (Value::Bool(actual), Literal::Text(text)) if leniency.takes_string_booleans() => {
            equality_holds(operator, boolean(text) == Some(*actual))
        }
        _ => operator == Operator::NotEqual,
    }
}

/// The boolean that a string stands for in Entra's requests.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

fn texts_hold(
    characteristics: Characteristics,
    actual: &str,
    operator: Operator,
    text: &str,
) -> bool {
    let fold = |text| folded(characteristics, text);
    match operator {
        Operator::Contains => fold(actual).contains(&*fold(text)),
        Operator::StartsWith => fold(actual).starts_with(&*fold(text)),
        Operator::EndsWith => fold(actual).ends_with(&*fold(text)),
        _ => order_holds(
            operator,
            Some(ordering_of_texts(characteristics, actual, text)),
        ),
    }
}

fn ordering_of_texts(characteristics: Characteristics, left: &str, right: &str) -> Ordering {
    if characteristics.kind == AttributeType::DateTime
        && let (Some(left), Some(right)) = (instant(left), instant(right))
    {
        return left.cmp(&right);
    }
    folded(characteristics, left).cmp(&folded(characteristics, right))
}

/// The form of a text in which equal texts are the same.
pub(crate) fn folded(characteristics: Characteristics, text: &str) -> Cow<'_, str> {
    let has_case = |c: char| !c.is_ascii() || c.is_ascii_uppercase();
    if characteristics.case_exact || !text.contains(has_case) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

/// Which of two numbers is the larger, to the last digit: a total order, unlike one by way of floating point.
pub(crate) fn ordering_of_numbers(left: &Number, right: &Number) -> Ordering {
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (Some(left), None) => ordering_beside(left, fraction(right)),
        (None, Some(right)) => ordering_beside(right, fraction(left)).reverse(),
        (None, None) => fraction(left).total_cmp(&fraction(right)),
    }
}

fn whole(number: &Number) -> Option<i128> {
    let signed = number.as_i64().map(i128::from);
    signed.or_else(|| number.as_u64().map(i128::from))
}

/// What a number that is not whole counts as; JSON has no other than finite ones, and -0 is 0.
fn fraction(number: &Number) -> f64 {
    number.as_f64().unwrap_or_default() + 0.0
}

/// How a whole number stands to one that may have a fraction.
fn ordering_beside(whole: i128, number: f64) -> Ordering {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and every whole number of JSON lies within i128"
    )]
    let floor = number.floor() as i128;
    match whole.cmp(&floor) {
        Ordering::Equal if number.fract() != 0.0 => Ordering::Less,
        ordering => ordering,
    }
}

fn equality_holds(operator: Operator, equal: bool) -> bool {
    match operator {
        Operator::Equal => equal,
        Operator::NotEqual => !equal,
        _ => false,
    }
}

fn order_holds(operator: Operator, ordering: Option<Ordering>) -> bool {
    let Some(ordering) = ordering else {
        return operator == Operator::NotEqual;
    };
    match operator {
        Operator::Equal => ordering.is_eq(),
        Operator::NotEqual => ordering.is_ne(),
        Operator::Greater => ordering.is_gt(),
        Operator::GreaterOrEqual => ordering.is_ge(),
        Operator::Less => ordering.is_lt(),
        Operator::LessOrEqual => ordering.is_le(),
        Operator::Contains | Operator::StartsWith | Operator::EndsWith => false,
    }
}
