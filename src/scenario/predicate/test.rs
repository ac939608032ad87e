//! What must hold of a field.

use regex::Regex;
use serde_json::Value;

use crate::scenario::count::Count;
use crate::scenario::finding::{Complaint, Findings, Pointer};

use super::seen::Seen;

/// What must hold of one value.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Equals(Value),
    Has(Value),
    Matches(Regex),
    In(Vec<Value>),
    Exists(bool),
    Size(Count),
    Number(Count),
    Not(Box<Self>),
    All(Vec<Self>),
}

pub(in crate::scenario) const TESTS: [&str; 7] =
    ["has", "re", "in", "exists", "size", "number", "not"];

impl Test {
    /// A literal, or an object of tests.
    pub(in crate::scenario) fn read(
        value: &Value,
        at: &Pointer,
        findings: &mut Findings,
    ) -> Option<Self> {
        let Value::Object(members) = value else {
            return Some(Self::Equals(value.clone()));
        };
        if members.is_empty() {
            findings.error(at, format!("expected one of {}", TESTS.join(", ")));
            return None;
        }
        let mut all = Vec::with_capacity(members.len());
        for (name, value) in members {
            let at = at.key(name);
            if !TESTS.contains(&name.as_str()) {
                findings.error_at_key(&at, Complaint::unknown("test", name, TESTS));
                continue;
            }
            let one = match name.as_str() {
                "not" => Self::read(value, &at, findings).map(|test| Self::Not(Box::new(test))),
                name => findings.keep(&at, Self::parse(name, value)),
            };
            all.extend(one);
        }
        if all.len() > 1 {
            return Some(Self::All(all));
        }
        all.pop()
    }

    fn parse(name: &str, value: &Value) -> Result<Self, Complaint> {
        match (name, value) {
            ("has", value) => Ok(Self::Has(value.clone())),
            ("exists", Value::Bool(wanted)) => Ok(Self::Exists(*wanted)),
            ("in", Value::Array(list)) => Ok(Self::In(list.clone())),
            ("size", count) => Count::parse(count).map(Self::Size),
            ("number", count) => Count::parse(count).map(Self::Number),
            ("re", Value::String(pattern)) => Regex::new(pattern)
                .map(Self::Matches)
                .map_err(|_| Complaint::new(format!("\"{pattern}\" is no regular expression"))),
            ("exists", _) => Err("expected true or false".into()),
            ("in", _) => Err("expected a list".into()),
            _ => Err("expected a regular expression as text".into()),
        }
    }

    /// The same for a field that is always text.
    pub(super) fn of_text(self) -> Self {
        match self {
            Self::Equals(value) => Self::Equals(as_text(value)),
            Self::Has(value) => Self::Has(as_text(value)),
            Self::In(list) => Self::In(list.into_iter().map(as_text).collect()),
            Self::Not(test) => Self::Not(Box::new(test.of_text())),
            Self::All(tests) => Self::All(tests.into_iter().map(Self::of_text).collect()),
            Self::Matches(_) | Self::Exists(_) | Self::Size(_) | Self::Number(_) => self,
        }
    }

    /// The texts of which a value must be one; `None` if it may hold of anything else.
    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::Equals(wanted) => Some(vec![wanted.as_str()?]),
            Self::In(list) => list.iter().map(Value::as_str).collect(),
            Self::All(tests) => tests.iter().find_map(Self::texts),
            Self::Has(_)
            | Self::Matches(_)
            | Self::Exists(_)
            | Self::Size(_)
            | Self::Number(_)
            | Self::Not(_) => None,
        }
    }

    pub(in crate::scenario) fn holds(&self, value: Option<&Value>) -> bool {
        self.holds_of(value.map(Seen::Json).as_slice())
    }

    /// Whether it holds of one of the values of a field; what is absent has none.
    pub(super) fn holds_of(&self, seen: &[Seen<'_>]) -> bool {
        match self {
            Self::Exists(wanted) => seen.is_empty() != *wanted,
            Self::Not(test) => !test.holds_of(seen),
            Self::All(tests) => tests.iter().all(|test| test.holds_of(seen)),
            Self::Equals(wanted) => seen.iter().any(|one| one.equals(wanted)),
            Self::Has(wanted) => seen.iter().any(|one| one.has(wanted)),
            Self::In(list) => seen
                .iter()
                .any(|one| list.iter().any(|wanted| one.equals(wanted))),
            Self::Matches(pattern) => seen.iter().any(|one| one.matches(pattern)),
            Self::Size(count) => {
                let sizes = seen.iter().filter_map(Seen::size);
                sizes.into_iter().any(|size| count.allows(size))
            }
            Self::Number(count) => {
                let numbers = seen.iter().filter_map(Seen::number);
                numbers.into_iter().any(|number| count.allows(number))
            }
        }
    }
}

fn as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(boolean) => Value::String(boolean.to_string()),
        other => other,
    }
}
