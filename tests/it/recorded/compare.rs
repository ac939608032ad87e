//! Whether an answer is the one that was expected, and every place where it is not.

use serde_json::{Map, Value};

use super::fixture;
use super::placeholder::{REST, Words, fits};
use crate::support::Answer;

/// Every difference, each with what was expected and what was got.
pub fn differences(expected: &fixture::Answer, got: &Answer, words: &Words) -> Vec<String> {
    let mut found = Vec::new();
    if got.status != expected.status {
        let (wanted, status) = (expected.status, got.status);
        found.push(format!("status: expected {wanted}, got {status}"));
    }
    for (name, wanted) in &expected.headers {
        header(name, wanted.as_deref(), got.header(name), words, &mut found);
    }
    body(expected.body.as_ref(), got, words, &mut found);
    if got.status != expected.status && !got.body.is_empty() {
        found.push(format!("the answer said: {}", got.text()));
    }
    found
}

fn header(
    name: &str,
    wanted: Option<&str>,
    got: Option<&str>,
    words: &Words,
    found: &mut Vec<String>,
) {
    match (wanted, got) {
        (None, None) => {}
        (None, Some(got)) => found.push(format!("{name}: expected none, got {got:?}")),
        (Some(wanted), None) => found.push(format!("{name}: expected {wanted:?}, got none")),
        (Some(wanted), Some(got)) => {
            let got = Value::from(got);
            value(&Value::from(wanted), &got, name, words, found);
        }
    }
}

fn body(expected: Option<&Value>, got: &Answer, words: &Words, found: &mut Vec<String>) {
    match (expected, got.body.is_empty()) {
        (None, true) => {}
        (None, false) => found.push(format!("body: expected none, got {}", got.text())),
        (Some(expected), true) => found.push(format!("body: expected {expected}, got none")),
        (Some(expected), false) => match serde_json::from_slice(&got.body) {
            Ok(got) => value(expected, &got, "body", words, found),
            Err(error) => found.push(format!("body: expected JSON, got {error}: {}", got.text())),
        },
    }
}

fn value(expected: &Value, got: &Value, at: &str, words: &Words, found: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => object(expected, got, at, words, found),
        (Value::Array(expected), Value::Array(got)) => array(expected, got, at, words, found),
        (Value::String(text), _) => {
            let same = fits(text, got).unwrap_or_else(|| {
                let filled = words.fill(text);
                filled.is_ok_and(|text| got.as_str() == Some(&text))
            });
            if !same {
                let filled = words.fill(text).unwrap_or_else(|_| text.clone());
                found.push(format!("{at}: expected {filled:?}, got {got}"));
            }
        }
        _ if expected == got => {}
        _ => found.push(format!("{at}: expected {expected}, got {got}")),
    }
}

fn object(
    expected: &Map<String, Value>,
    got: &Map<String, Value>,
    at: &str,
    words: &Words,
    found: &mut Vec<String>,
) {
    for (name, wanted) in expected.iter().filter(|(name, _)| *name != REST) {
        let inner = format!("{at}/{name}");
        match got.get(name) {
            Some(got) => value(wanted, got, &inner, words, found),
            None => found.push(format!("{inner}: expected {wanted}, got nothing")),
        }
    }
    if !expected.contains_key(REST) {
        let extra = got.iter().filter(|(name, _)| !expected.contains_key(*name));
        found.extend(extra.map(|(name, got)| format!("{at}/{name}: expected nothing, got {got}")));
    }
}

fn array(expected: &[Value], got: &[Value], at: &str, words: &Words, found: &mut Vec<String>) {
    let (expected, is_open) = match expected.split_last() {
        Some((last, others)) if last == REST => (others, true),
        _ => (expected, false),
    };
    for (place, (wanted, got)) in expected.iter().zip(got).enumerate() {
        value(wanted, got, &format!("{at}/{place}"), words, found);
    }
    if got.len() < expected.len() || (got.len() > expected.len() && !is_open) {
        let (wanted, length) = (expected.len(), got.len());
        found.push(format!("{at}: expected {wanted} elements, got {length}"));
    }
}
