//! What a field holds, and how it is compared.

use std::borrow::Cow;

use regex::Regex;
use serde_json::Value;

/// The part of a path that stands for each element or member.
pub(super) const ANY: &str = "*";

/// What a request has in one of its fields; nothing is copied to look at it.
#[derive(Clone, Debug)]
pub(super) enum Seen<'f> {
    Text(Cow<'f, str>),
    Json(&'f Value),
    Flag(bool),
    Number(u64),
}

impl<'f> Seen<'f> {
    /// The text that it is, if it is one.
    pub(super) fn into_text(self) -> Option<Cow<'f, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Json(value) => value.as_str().map(Cow::Borrowed),
            Self::Flag(_) | Self::Number(_) => None,
        }
    }

    pub(super) fn equals(&self, wanted: &Value) -> bool {
        match self {
            Self::Text(text) => wanted.as_str() == Some(text),
            Self::Json(value) => same(value, wanted),
            Self::Flag(flag) => wanted.as_bool() == Some(*flag),
            Self::Number(number) => same(&Value::from(*number), wanted),
        }
    }

    pub(super) fn has(&self, wanted: &Value) -> bool {
        match self {
            Self::Text(text) => wanted.as_str().is_some_and(|part| text.contains(part)),
            Self::Json(value) => has(value, wanted),
            Self::Flag(_) | Self::Number(_) => false,
        }
    }

    pub(super) fn matches(&self, pattern: &Regex) -> bool {
        match self {
            Self::Text(text) => pattern.is_match(text),
            Self::Json(Value::String(text)) => pattern.is_match(text),
            Self::Json(other) => pattern.is_match(&other.to_string()),
            Self::Flag(flag) => pattern.is_match(&flag.to_string()),
            Self::Number(number) => pattern.is_match(&number.to_string()),
        }
    }

    /// How many elements, members or letters it has.
    pub(super) fn size(&self) -> Option<u64> {
        let size = match self {
            Self::Text(text) => text.chars().count(),
            Self::Json(Value::String(text)) => text.chars().count(),
            Self::Json(Value::Array(elements)) => elements.len(),
            Self::Json(Value::Object(members)) => members.len(),
            Self::Json(_) | Self::Flag(_) | Self::Number(_) => return None,
        };
        u64::try_from(size).ok()
    }

    /// The whole number that it is, or that its text writes.
    pub(super) fn number(&self) -> Option<u64> {
        match self {
            Self::Text(text) => text.parse().ok(),
            Self::Json(Value::String(text)) => text.parse().ok(),
            Self::Json(value) => value.as_u64(),
            Self::Number(number) => Some(*number),
            Self::Flag(_) => None,
        }
    }

    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.into_owned()),
            Self::Json(value) => value.clone(),
            Self::Flag(flag) => Value::Bool(flag),
            Self::Number(number) => Value::from(number),
        }
    }
}

/// The value at a dotted path; a key that holds dots itself, as an extension's URN, is found too.
pub(in crate::scenario) fn dig<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    match value {
        Value::Object(members) => {
            if let Some(found) = members.get(path) {
                return Some(found);
            }
            path.rmatch_indices('.').find_map(|(dot, _)| {
                let (key, rest) = (path.get(..dot)?, path.get(dot + 1..)?);
                dig(members.get(key)?, rest)
            })
        }
        Value::Array(elements) => {
            let (index, rest) = path.split_once('.').unwrap_or((path, ""));
            dig(elements.get(index.parse::<usize>().ok()?)?, rest)
        }
        _ => None,
    }
}

/// Every value at a dotted path in which `*` stands for each element or member.
pub(super) fn dig_all<'v>(value: &'v Value, path: &str) -> Vec<Seen<'v>> {
    let mut found = vec![value];
    let mut rest = path;
    while !rest.is_empty() {
        let (plain, after) = split_at_any(rest);
        if !plain.is_empty() {
            found = found
                .into_iter()
                .filter_map(|one| dig(one, plain))
                .collect();
        }
        let Some(after) = after else {
            break;
        };
        found = found.into_iter().flat_map(children).collect();
        rest = after;
    }
    found.into_iter().map(Seen::Json).collect()
}

/// What stands before the next `*` of a path, and what stands behind it if there is one.
fn split_at_any(path: &str) -> (&str, Option<&str>) {
    if path == ANY {
        return ("", Some(""));
    }
    if let Some(after) = path.strip_prefix("*.") {
        return ("", Some(after));
    }
    if let Some((before, after)) = path.split_once(".*.") {
        return (before, Some(after));
    }
    match path.strip_suffix(".*") {
        Some(before) => (before, Some("")),
        None => (path, None),
    }
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(elements) => Box::new(elements.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => Box::new(std::iter::empty()),
    }
}

/// Equality, except that `1` and `1.0` are one number.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other
                || one
                    .as_f64()
                    .zip(other.as_f64())
                    .is_some_and(|(a, b)| a.total_cmp(&b).is_eq())
        }
        _ => one == other,
    }
}

/// Text within text, an element of a list, or members of an object.
fn has(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        (Value::Array(elements), _) => elements
            .iter()
            .any(|element| same(element, wanted) || (wanted.is_object() && has(element, wanted))),
        (Value::Object(members), Value::String(key)) => members.contains_key(key),
        (Value::Object(members), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, wanted)| members.get(key).is_some_and(|value| same(value, wanted))),
        _ => false,
    }
}
