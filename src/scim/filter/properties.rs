//! What holds for every filter, tried on many.

use proptest::prelude::*;
use serde_json::{Map, json};

use crate::scim::specimen;

use super::*;

/// A filter in a form of its own, so that the oracle shares nothing with the parser.
#[derive(Clone, Debug)]
enum Plain {
    Equal(usize, u8),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Brackets(u8, u8),
}

const NAMES: [&str; 4] = ["displayName", "nickName", "name.givenName", "emails.value"];

impl Plain {
    /// With every parenthesis that could be needed.
    fn text(&self) -> String {
        match self {
            Self::Equal(name, value) => format!("{} eq \"{value}\"", NAMES[*name]),
            Self::Not(inner) => format!("not ({})", inner.text()),
            Self::And(left, right) => format!("({}) and ({})", left.text(), right.text()),
            Self::Or(left, right) => format!("({}) or ({})", left.text(), right.text()),
            Self::Brackets(kind, value) => {
                format!("emails[type eq \"{kind}\" and value eq \"{value}\"]")
            }
        }
    }

    fn holds(&self, person: &Person) -> bool {
        match self {
            Self::Equal(3, value) => person.emails.iter().any(|(_, address)| address == value),
            Self::Equal(name, value) => person.texts[*name] == Some(*value),
            Self::Not(inner) => !inner.holds(person),
            Self::And(left, right) => left.holds(person) && right.holds(person),
            Self::Or(left, right) => left.holds(person) || right.holds(person),
            Self::Brackets(kind, value) => person.emails.contains(&(*kind, *value)),
        }
    }
}

#[derive(Clone, Debug)]
struct Person {
    texts: [Option<u8>; 3],
    emails: Vec<(u8, u8)>,
}

impl Person {
    fn resource(&self) -> Value {
        let mut resource = Map::new();
        for (name, value) in NAMES.iter().zip(self.texts) {
            let Some(value) = value else { continue };
            match name.split_once('.') {
                None => resource.insert((*name).into(), value.to_string().into()),
                Some((name, sub)) => resource.insert(name.into(), json!({sub: value.to_string()})),
            };
        }
        let emails = self.emails.iter();
        let emails: Vec<_> = emails
            .map(|(kind, value)| json!({"type": kind.to_string(), "value": value.to_string()}))
            .collect();
        resource.insert("emails".into(), emails.into());
        Value::Object(resource)
    }
}

fn plain() -> impl Strategy<Value = Plain> {
    let leaf = prop_oneof![
        (0..NAMES.len(), 0..3u8).prop_map(|(name, value)| Plain::Equal(name, value)),
        (0..3u8, 0..3u8).prop_map(|(kind, value)| Plain::Brackets(kind, value)),
    ];
    leaf.prop_recursive(5, 24, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(|inner| Plain::Not(Box::new(inner))),
            pair.clone()
                .prop_map(|(left, right)| Plain::And(Box::new(left), Box::new(right))),
            pair.prop_map(|(left, right)| Plain::Or(Box::new(left), Box::new(right))),
        ]
    })
}

fn person() -> impl Strategy<Value = Person> {
    let texts = prop::array::uniform3(prop::option::of(0..3u8));
    let emails = prop::collection::vec((0..3u8, 0..3u8), 0..3);
    (texts, emails).prop_map(|(texts, emails)| Person { texts, emails })
}

/// Texts made of the pieces of filters, which come much further than random characters.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "userName",
        "emails",
        "urn:a:b:User:x",
        " ",
        " ",
        " eq ",
        " pr",
        " and ",
        " or ",
        "not ",
        "(",
        ")",
        "[",
        "]",
        ".value",
        "\"x\"",
        "\"\\u00e4\"",
        "\"",
        "\\",
        "true",
        "null",
        "-1.5e3",
        "ü",
        "$ref",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn try_all(text: &str) -> Result<(), TestCaseError> {
    for leniency in [Leniency::Strict, Leniency::Lenient] {
        let Ok(filter) = Filter::parse(text, leniency) else {
            continue;
        };
        let _ = filter.matches(&specimen::anna(), &specimen::user());
        let _ = filter.check(&specimen::user());
        let printed = filter.to_string();
        let again = Filter::parse(&printed, leniency);
        let again = again.map_err(|error| TestCaseError::fail(format!("{printed}: {error}")))?;
        prop_assert_eq!(again.to_string(), printed);
    }
    Ok(())
}

proptest! {
    #[test]
    fn nothing_panics_and_what_is_printed_reads_back(text in any::<String>(), pieces in pieces()) {
        try_all(&text)?;
        try_all(&pieces)?;
    }

    #[test]
    fn matching_agrees_with_a_plain_oracle(plain in plain(), person in person()) {
        let user = specimen::user();
        let resource = person.resource();
        let filter = Filter::parse(&plain.text(), Leniency::Strict).unwrap();
        prop_assert_eq!(filter.matches(&resource, &user), plain.holds(&person));
        let printed = Filter::parse(&filter.to_string(), Leniency::Strict).unwrap();
        prop_assert_eq!(printed.to_string(), filter.to_string());
        prop_assert_eq!(printed.matches(&resource, &user), plain.holds(&person));
    }
}
