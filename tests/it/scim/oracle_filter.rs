//! Filters against an oracle: a second evaluator, written straight from tables 3 to 5 of RFC 7644, as plain as can be.
//!
//! It stands here, outside the library, so that it can borrow nothing from what it judges: it has its own tree, its own
//! knowledge of a handful of attributes, and walks the JSON by itself. Only the text of a filter goes across.

mod plain;

use std::sync::LazyLock;

use goto_double::scim::filter::{Filter, Leniency};
use goto_double::scim::resource_type::ResourceTypes;
use goto_double::scim::schema::ResourceType;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use self::plain::{
    Ask, KNOWN, Known, MOMENTS, NUMBERS, OPERATORS, PARTS, TEXTS, holds, is_refused, text,
};
use crate::support::ENTERPRISE;

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
