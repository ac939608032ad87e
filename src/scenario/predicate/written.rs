//! Predicates in words, for whoever asks why a rule did not act.

use std::fmt;

use serde_json::Value;

use crate::scenario::facts::Facts;

use super::field::{FIXED, Field};
use super::seen::{Seen, dig_all};
use super::{Predicate, Test};

/// A predicate that does not hold of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmet {
    /// The field, as the file names it.
    pub field: String,
    /// What the rule asks of it.
    pub wanted: String,
    /// What the request has there; `None` if nothing.
    pub seen: Option<Value>,
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.seen {
            Some(seen) => write!(f, "{} is {seen}, not {}", self.field, self.wanted),
            None => write!(f, "there is no {}, asked for {}", self.field, self.wanted),
        }
    }
}

impl Predicate {
    /// What is asked and what is there, if the one is not met by the other.
    pub fn unmet(&self, facts: &Facts<'_>) -> Option<Unmet> {
        (!self.holds(facts)).then(|| Unmet {
            field: self.field.to_string(),
            wanted: self.test.to_string(),
            seen: self.seen(facts),
        })
    }

    /// What the request has there; a list where the path stands for several values.
    fn seen(&self, facts: &Facts<'_>) -> Option<Value> {
        let Some(path) = self.field.pattern() else {
            return self.field.read(facts).map(Seen::into_value);
        };
        let found = dig_all(facts.body.as_ref()?, path);
        let found: Vec<_> = found.into_iter().map(Seen::into_value).collect();
        (!found.is_empty()).then_some(Value::Array(found))
    }
}

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.test)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(name) => write!(f, "form.{name}"),
            Self::Query(name) => write!(f, "query.{name}"),
            Self::Header(name) => write!(f, "header.{name}"),
            Self::Body(name) => write!(f, "body.{name}"),
            Self::Path(name) => write!(f, "path.{name}"),
            fixed => {
                let known = FIXED.iter().find(|(_, field)| field == fixed);
                f.write_str(known.map_or("", |(name, _)| name))
            }
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equals(value) => write!(f, "{value}"),
            Self::Has(value) => write!(f, "something that has {value}"),
            Self::Matches(pattern) => write!(f, "text that fits /{pattern}/"),
            Self::In(list) => write!(f, "one of {}", Value::Array(list.clone())),
            Self::Size(count) => write!(f, "{count} of its elements, members or letters"),
            Self::Number(count) => write!(f, "a number that is {count}"),
            Self::Exists(true) => f.write_str("anything"),
            Self::Exists(false) => f.write_str("absent"),
            Self::Not(test) => write!(f, "other than {test}"),
            Self::All(tests) => {
                let tests: Vec<_> = tests.iter().map(ToString::to_string).collect();
                f.write_str(&tests.join(" and "))
            }
        }
    }
}
