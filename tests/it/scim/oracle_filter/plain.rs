//! What the oracle knows and how it judges: every function here can be held against the RFC's tables by eye.

use serde_json::Value;

use crate::support::ENTERPRISE;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    ExactText,
    Boolean,
    Moment,
    Number,
    Binary,
    Complex,
}

/// What the oracle knows of an attribute: how a filter writes it, where it is, whether it has many values, its type.
#[derive(Debug)]
pub struct Known {
    pub written: &'static str,
    pub at: &'static [&'static str],
    pub sub: Option<&'static str>,
    pub kind: Kind,
}

const fn known(
    written: &'static str,
    at: &'static [&'static str],
    sub: Option<&'static str>,
    kind: Kind,
) -> Known {
    Known {
        written,
        at,
        sub,
        kind,
    }
}

pub static KNOWN: &[Known] = &[
    known("userName", &["userName"], None, Kind::Text),
    known(
        "urn:ietf:params:scim:schemas:core:2.0:User:TITLE",
        &["title"],
        None,
        Kind::Text,
    ),
    known("externalId", &["externalId"], None, Kind::ExactText),
    known("name.familyName", &["name"], Some("familyName"), Kind::Text),
    known("name", &["name"], None, Kind::Complex),
    known("active", &["active"], None, Kind::Boolean),
    known("meta.created", &["meta"], Some("created"), Kind::Moment),
    known("shoeSize", &["shoeSize"], None, Kind::Number),
    known("emails", &["emails"], Some("value"), Kind::Text),
    known("emails.type", &["emails"], Some("type"), Kind::Text),
    known(
        "Emails.Primary",
        &["emails"],
        Some("primary"),
        Kind::Boolean,
    ),
    known("nicks", &["nicks"], None, Kind::Text),
    known(
        "x509Certificates.value",
        &["x509Certificates"],
        Some("value"),
        Kind::Binary,
    ),
    known("profileUrl", &["profileUrl"], None, Kind::ExactText),
    known(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        &[ENTERPRISE, "department"],
        None,
        Kind::Text,
    ),
    known("nobodyKnows", &["nobodyKnows"], None, Kind::Text),
];

/// The sub-attributes of `emails`, as they stand between brackets.
pub static PARTS: &[Known] = &[
    known("value", &["value"], None, Kind::Text),
    known("TYPE", &["type"], None, Kind::Text),
    known("primary", &["primary"], None, Kind::Boolean),
    known("nothing", &["nothing"], None, Kind::Text),
];

pub const OPERATORS: [&str; 9] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
pub const TEXTS: [&str; 7] = ["", "a", "A", "ab", "B\"\\", "äß", "Äß"];
/// Moments with the milliseconds that lie between them and the first.
pub const MOMENTS: [(&str, i64); 5] = [
    ("2030-01-01T00:00:00Z", 0),
    ("2030-01-01T01:00:00+01:00", 0),
    ("2030-01-01T00:00:00.250Z", 250),
    ("2029-12-31T23:59:59-00:30", 1_799_000),
    ("2030-01-02T00:00:00.0Z", 86_400_000),
];
pub const NUMBERS: [&str; 6] = ["-1", "0", "1.5", "2", "2.0", "300"];

#[derive(Clone, Debug)]
pub enum Ask {
    Compare(&'static Known, &'static str, Value),
    Present(&'static Known),
    /// Of `emails`.
    Values(Box<Self>),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

/// The text of a filter; `spare` says whether parentheses go only where precedence wants them.
pub fn text(ask: &Ask, spare: bool) -> String {
    let inner = |one: &Ask, needs: bool| {
        let text = text(one, spare);
        if spare && !needs {
            text
        } else {
            format!("({text})")
        }
    };
    match ask {
        Ask::Compare(known, operator, literal) => format!("{} {operator} {literal}", known.written),
        Ask::Present(known) => format!("{} pr", known.written),
        Ask::Values(one) => format!("emails[{}]", text(one, spare)),
        Ask::Not(one) => format!("not ({})", text(one, spare)),
        Ask::And(left, right) => {
            let is_or = |one: &Ask| matches!(one, Ask::Or(..));
            format!(
                "{} and {}",
                inner(left, is_or(left)),
                inner(right, is_or(right))
            )
        }
        Ask::Or(left, right) => format!("{} OR {}", inner(left, false), inner(right, false)),
    }
}

/// Table 3: "Boolean and Binary attributes SHALL cause a failed response", and so does what has no order at all.
pub fn is_refused(ask: &Ask) -> bool {
    match ask {
        Ask::Present(_) => false,
        Ask::Values(one) | Ask::Not(one) => is_refused(one),
        Ask::And(left, right) | Ask::Or(left, right) => is_refused(left) || is_refused(right),
        Ask::Compare(known, operator, literal) => {
            let is_order = ["gt", "ge", "lt", "le"].contains(operator);
            let no_order = matches!(known.kind, Kind::Boolean | Kind::Binary | Kind::Complex);
            let is_moment = literal.is_null()
                || MOMENTS
                    .iter()
                    .any(|(text, _)| literal.as_str() == Some(text));
            let is_pattern = ["co", "sw", "ew"].contains(operator);
            let is_undefined = known.written.starts_with("no");
            is_order && no_order
                || is_order && !is_undefined && (literal.is_null() || literal.is_boolean())
                || known.kind == Kind::Moment && !is_pattern && !is_moment
        }
    }
}

/// The values a name leads to, one for each value of a multi-valued attribute; `None` is a value that is not there.
pub fn values<'v>(known: &Known, within: &'v Value) -> Vec<Option<&'v Value>> {
    let mut found = Some(within);
    for step in known.at {
        found = found.and_then(|value| value.get(step));
    }
    let all = match found {
        Some(Value::Array(all)) if all.is_empty() => vec![None],
        Some(Value::Array(all)) => all.iter().map(Some).collect(),
        one => vec![one],
    };
    let part = |value: Option<&'v Value>| match known.sub {
        None => value,
        Some(sub) => value?.get(sub),
    };
    let parts = all.into_iter().map(part);
    parts
        .map(|value| value.filter(|value| !value.is_null()))
        .collect()
}

pub fn holds(ask: &Ask, within: &Value) -> bool {
    match ask {
        Ask::Compare(known, operator, Value::Null) => {
            let has_value = values(known, within).iter().any(Option::is_some);
            *operator == "eq" && !has_value || *operator == "ne" && has_value
        }
        // "If the specified attribute in a filter expression is a multi-valued attribute, the filter matches if any of
        // the values of the specified attribute match the specified criterion".
        Ask::Compare(known, operator, literal) => values(known, within)
            .into_iter()
            .any(|value| value_holds(known.kind, value, operator, literal)),
        Ask::Present(known) => match (known.kind, known.sub) {
            // The whole attribute is there if anything in it is.
            _ if known.written == "emails" => {
                let whole = Known {
                    sub: None,
                    written: known.written,
                    at: known.at,
                    kind: known.kind,
                };
                values(&whole, within)
                    .into_iter()
                    .flatten()
                    .any(is_something)
            }
            _ => values(known, within)
                .into_iter()
                .flatten()
                .any(is_something),
        },
        Ask::Values(one) => {
            let emails = within.get("emails").and_then(Value::as_array);
            emails.into_iter().flatten().any(|email| holds(one, email))
        }
        Ask::Not(one) => !holds(one, within),
        Ask::And(left, right) => holds(left, within) && holds(right, within),
        Ask::Or(left, right) => holds(left, within) || holds(right, within),
    }
}

/// "If the attribute has a non-empty or non-null value, or if it contains a non-empty node for complex attributes".
pub fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(all) => all.iter().any(is_something),
        Value::Object(members) => members.values().any(is_something),
    }
}

pub fn value_holds(kind: Kind, value: Option<&Value>, operator: &str, literal: &Value) -> bool {
    let by_order = |ordering: std::cmp::Ordering| match operator {
        "eq" => ordering.is_eq(),
        "ne" => ordering.is_ne(),
        "gt" => ordering.is_gt(),
        "ge" => ordering.is_ge(),
        "lt" => ordering.is_lt(),
        "le" => ordering.is_le(),
        _ => false,
    };
    match (value, literal) {
        (Some(Value::String(value)), Value::String(literal)) => {
            let moment = |text: &String| {
                let found = MOMENTS.iter().find(|(known, _)| known == text);
                found.map(|(_, milliseconds)| *milliseconds)
            };
            if kind == Kind::Moment
                && !["co", "sw", "ew"].contains(&operator)
                && let (Some(value), Some(literal)) = (moment(value), moment(literal))
            {
                return by_order(value.cmp(&literal));
            }
            let fold = |text: &String| match kind {
                Kind::ExactText | Kind::Binary => text.clone(),
                _ => text.chars().flat_map(char::to_lowercase).collect(),
            };
            let (value, literal): (String, String) = (fold(value), fold(literal));
            match operator {
                "co" => value.contains(&literal),
                "sw" => value.starts_with(&literal),
                "ew" => value.ends_with(&literal),
                _ => by_order(value.cmp(&literal)),
            }
        }
        (Some(Value::Number(value)), Value::Number(literal)) => by_order(
            value
                .as_f64()
                .unwrap()
                .total_cmp(&literal.as_f64().unwrap()),
        ),
        (Some(Value::Bool(value)), Value::Bool(literal)) => by_order(value.cmp(literal)),
        // Nothing else is alike: "The attribute and operator values are not identical."
        _ => operator == "ne",
    }
}
