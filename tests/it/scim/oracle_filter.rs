//! Filters against an oracle: a second evaluator, written straight from tables 3 to 5 of RFC 7644, as plain as can be.
//!
//! It stands here, outside the library, so that it can borrow nothing from what it judges: it has its own tree, its own
//! knowledge of a handful of attributes, and walks the JSON by itself. Only the text of a filter goes across.

use std::sync::LazyLock;

use goto_double::scim::filter::{Filter, Leniency};
use goto_double::scim::resource_type::ResourceTypes;
use goto_double::scim::schema::ResourceType;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use crate::support::ENTERPRISE;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
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
struct Known {
    written: &'static str,
    at: &'static [&'static str],
    sub: Option<&'static str>,
    kind: Kind,
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

static KNOWN: &[Known] = &[
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
static PARTS: &[Known] = &[
    known("value", &["value"], None, Kind::Text),
    known("TYPE", &["type"], None, Kind::Text),
    known("primary", &["primary"], None, Kind::Boolean),
    known("nothing", &["nothing"], None, Kind::Text),
];

const OPERATORS: [&str; 9] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
const TEXTS: [&str; 7] = ["", "a", "A", "ab", "B\"\\", "äß", "Äß"];
/// Moments with the milliseconds that lie between them and the first.
const MOMENTS: [(&str, i64); 5] = [
    ("2030-01-01T00:00:00Z", 0),
    ("2030-01-01T01:00:00+01:00", 0),
    ("2030-01-01T00:00:00.250Z", 250),
    ("2029-12-31T23:59:59-00:30", 1_799_000),
    ("2030-01-02T00:00:00.0Z", 86_400_000),
];
const NUMBERS: [&str; 6] = ["-1", "0", "1.5", "2", "2.0", "300"];

#[derive(Clone, Debug)]
enum Ask {
    Compare(&'static Known, &'static str, Value),
    Present(&'static Known),
    /// Of `emails`.
    Values(Box<Self>),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

/// The text of a filter; `spare` says whether parentheses go only where precedence wants them.
fn text(ask: &Ask, spare: bool) -> String {
    let inner = |one: &Ask, needs: bool| match spare && !needs {
        true => text(one, spare),
        false => format!("({})", text(one, spare)),
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
fn is_refused(ask: &Ask) -> bool {
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
fn values<'v>(known: &Known, within: &'v Value) -> Vec<Option<&'v Value>> {
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

fn holds(ask: &Ask, within: &Value) -> bool {
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
fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(all) => all.iter().any(is_something),
        Value::Object(members) => members.values().any(is_something),
    }
}

fn value_holds(kind: Kind, value: Option<&Value>, operator: &str, literal: &Value) -> bool {
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

fn literal() -> impl Strategy<Value = Value> {
    prop_oneof![
        5 => prop::sample::select(&TEXTS[..]).prop_map(Value::from),
        2 => prop::sample::select(&MOMENTS[..]).prop_map(|(text, _)| Value::from(text)),
        2 => prop::sample::select(&NUMBERS[..]).prop_map(|text| serde_json::from_str(text).unwrap()),
        2 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ]
}

fn leaf(of: &'static [Known]) -> impl Strategy<Value = Ask> {
    let operator = prop::sample::select(&OPERATORS[..]);
    prop_oneof![
        1 => (0..of.len()).prop_map(|at| Ask::Present(&of[at])),
        6 => (0..of.len(), operator, literal())
            .prop_map(|(at, operator, literal)| Ask::Compare(&of[at], operator, literal)),
    ]
}

fn joined(leaf: impl Strategy<Value = Ask> + 'static, depth: u32) -> impl Strategy<Value = Ask> {
    leaf.prop_recursive(depth, 8, 2, |one| {
        let two = (one.clone(), one.clone());
        prop_oneof![
            one.prop_map(|one| Ask::Not(Box::new(one))),
            two.clone()
                .prop_map(|(left, right)| Ask::And(Box::new(left), Box::new(right))),
            two.prop_map(|(left, right)| Ask::Or(Box::new(left), Box::new(right))),
        ]
    })
}

fn ask() -> impl Strategy<Value = Ask> {
    let brackets = joined(leaf(PARTS), 2).prop_map(|one| Ask::Values(Box::new(one)));
    joined(prop_oneof![3 => leaf(KNOWN), 1 => brackets], 3)
}

/// A resource from a row of dice: each attribute absent, null or one of its values.
fn resource(dice: &[u8; 16]) -> Value {
    let one_of = |die: u8, values: &[Value]| match die % 8 {
        0 | 1 => None,
        2 => Some(Value::Null),
        _ => Some(values[usize::from(die / 8) % values.len()].clone()),
    };
    let texts: Vec<Value> = TEXTS.iter().map(|text| json!(text)).collect();
    let moments: Vec<Value> = MOMENTS.iter().map(|(text, _)| json!(text)).collect();
    let booleans = [json!(true), json!(false)];
    let numbers: Vec<Value> = NUMBERS
        .iter()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect();
    let mut resource = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            resource.insert(name.into(), value);
        }
    };
    for (name, die) in ["userName", "title", "externalId", "profileUrl"]
        .iter()
        .zip(dice)
    {
        put(name, one_of(*die, &texts));
    }
    let whole = |members: &[(&str, Option<Value>)]| {
        let there = members.iter().cloned();
        let there = there.filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Some(Value::Object(there.collect()))
    };
    put("name", whole(&[("familyName", one_of(dice[4], &texts))]));
    put("active", one_of(dice[5], &booleans));
    put("meta", whole(&[("created", one_of(dice[6], &moments))]));
    put("shoeSize", one_of(dice[7], &numbers));
    let emails = dice[8..14]
        .chunks(2)
        .take(usize::from(dice[15] % 4))
        .map(|dice| {
            let primary = one_of(dice[1].rotate_left(4), &booleans);
            whole(&[
                ("value", one_of(dice[0], &texts)),
                ("type", one_of(dice[1], &texts)),
                ("primary", primary),
            ])
        });
    put("emails", emails.collect());
    put(
        "nicks",
        one_of(dice[14], &[json!([]), json!(["a"]), json!(["B\"\\", "Äß"])]),
    );
    let certificate = one_of(dice[13], &[json!("QQ=="), json!("a")]);
    put(
        "x509Certificates",
        certificate.map(|value| json!([{ "value": value }])),
    );
    put(
        ENTERPRISE,
        whole(&[("department", one_of(dice[12], &texts))]),
    );
    Value::Object(resource)
}

/// Users, with a number and an attribute of many plain values, as if a schema had been loaded.
static USER: LazyLock<ResourceType> = LazyLock::new(|| {
    let mut user = (**ResourceTypes::built_in().user()).clone();
    let mut schema = (*user.schema).clone();
    for more in [
        json!({ "name": "shoeSize", "type": "decimal" }),
        json!({ "name": "nicks", "type": "string", "multiValued": true }),
    ] {
        schema
            .attributes
            .push(serde_json::from_value(more).unwrap());
    }
    user.schema = schema.into();
    user
});

#[test]
fn ten_thousand_filters_find_what_the_oracle_finds() {
    let config = Config {
        cases: 10_000,
        failure_persistence: None,
        ..Config::default()
    };
    let dice = prop::array::uniform4(any::<[u8; 16]>());
    let outcome =
        TestRunner::new(config).run(&(ask(), any::<bool>(), dice), |(ask, spare, dice)| {
            let written = text(&ask, spare);
            let filter = Filter::parse(&written, Leniency::Strict)
                .map_err(|error| TestCaseError::fail(format!("{written}: {error}")))?;
            prop_assert_eq!(
                filter.check(&USER).is_err(),
                is_refused(&ask),
                "{}",
                written
            );
            if is_refused(&ask) {
                return Ok(());
            }
            for dice in dice {
                let resource = resource(&dice);
                let found = filter.matches(&resource, &USER);
                prop_assert_eq!(found, holds(&ask, &resource), "{} on {}", written, resource);
            }
            Ok(())
        });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
