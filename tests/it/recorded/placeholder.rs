//! `{{words}}` that stand for what nobody knows before the replay.

use std::collections::{BTreeMap, BTreeSet};

use goto_double::clock::Timestamp;
use serde_json::Value;

/// What an expectation may say instead of a value.
pub const SHAPES: &[&str] = &["any", "text", "date", "version", "rest"];

/// As a member name with the value `"{{any}}"`, or as the last element: there may be more.
pub const REST: &str = "{{rest}}";

/// What is known so far, by its name.
#[derive(Debug, Default)]
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// What is known before the first request.
    pub const GIVEN: &'static [&'static str] = &["base", "token"];

    pub fn new(base: &str, token: &str) -> Self {
        let given = [("base", base), ("token", token)];
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self(given.into_iter().map(owned).collect())
    }

    pub fn learn(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// The text with every word replaced; the first word that was not learnt is the error.
    pub fn fill(&self, text: &str) -> Result<String, String> {
        let mut filled = String::new();
        for part in parts(text) {
            match part {
                Part::Plain(plain) => filled.push_str(plain),
                Part::Word(word) => filled.push_str(self.0.get(word).ok_or(word)?),
            }
        }
        Ok(filled)
    }

    /// The value with every word in its texts and names replaced.
    pub fn fill_all(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => Value::String(self.fill(text)?),
            Value::Array(list) => {
                let filled = list.iter().map(|one| self.fill_all(one));
                Value::Array(filled.collect::<Result<_, _>>()?)
            }
            Value::Object(members) => {
                let filled = members
                    .iter()
                    .map(|(name, value)| Ok((self.fill(name)?, self.fill_all(value)?)));
                Value::Object(filled.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }
}

enum Part<'t> {
    Plain(&'t str),
    Word(&'t str),
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{")
        && let Some((word, after)) = after.split_once("}}")
    {
        parts.extend([Part::Plain(before), Part::Word(word)]);
        rest = after;
    }
    parts.push(Part::Plain(rest));
    parts
}

/// Whether that is the name of a shape.
pub fn is_shape(name: &str) -> bool {
    SHAPES.contains(&name)
}

/// Whether the value is of the shape that the whole text names; `None` if it names none.
pub fn fits(text: &str, value: &Value) -> Option<bool> {
    let name = text.strip_prefix("{{")?.strip_suffix("}}")?;
    let got = value.as_str();
    match name {
        "any" => Some(true),
        "text" => Some(got.is_some_and(|got| !got.is_empty())),
        "date" => Some(got.is_some_and(|got| Timestamp::parse(got).is_some())),
        "version" => Some(got.is_some_and(is_version)),
        _ => None,
    }
}

/// An entity tag, [RFC 9110 section 8.8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3).
fn is_version(text: &str) -> bool {
    let opaque = text.strip_prefix("W/").unwrap_or(text);
    let inner = opaque
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| !inner.contains('"'))
}

/// Refuses a word that is not known.
pub fn check_text(text: &str, known: &BTreeSet<String>) -> Result<(), String> {
    for part in parts(text) {
        if let Part::Word(word) = part
            && !known.contains(word)
        {
            return Err(format!("nothing is known as {{{{{word}}}}} here"));
        }
    }
    Ok(())
}

/// Refuses a value with a word that is not known.
pub fn check(value: &Value, known: &BTreeSet<String>) -> Result<(), String> {
    match value {
        Value::String(text) => check_text(text, known),
        Value::Array(list) => list.iter().try_for_each(|one| check(one, known)),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            check_text(name, known)?;
            check(value, known)
        }),
        _ => Ok(()),
    }
}
