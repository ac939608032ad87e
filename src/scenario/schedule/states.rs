//! In which states a rule acts.

use std::fmt;

use serde_json::Value;

use crate::scenario::finding::{Complaint, Findings, Pointer};

/// The states in which a rule acts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum States {
    /// Whatever the state is.
    #[default]
    Any,
    /// In these.
    In(Vec<String>),
    /// In all but these.
    Not(Vec<String>),
}

impl States {
    /// Whether a rule acts in this state.
    pub fn contains(&self, state: &str) -> bool {
        match self {
            Self::Any => true,
            Self::In(list) => list.iter().any(|one| one == state),
            Self::Not(list) => !list.iter().any(|one| one == state),
        }
    }

    /// The states that are named.
    pub fn named(&self) -> &[String] {
        match self {
            Self::Any => &[],
            Self::In(list) | Self::Not(list) => list,
        }
    }

    /// Whether every state in which the other holds is one of these.
    pub fn cover(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (_, Self::In(list)) => list.iter().all(|one| self.contains(one)),
            (Self::Not(mine), Self::Not(others)) => mine.iter().all(|one| others.contains(one)),
            _ => false,
        }
    }

    /// A state, a list of states, or an object with `not`.
    pub(super) fn read(value: &Value, at: &Pointer, findings: &mut Findings) -> Option<Self> {
        let Value::Object(members) = value else {
            return list(value, at, findings).map(Self::In);
        };
        let mut left_out = None;
        for (name, value) in members {
            let at = at.key(name);
            if name == "not" {
                left_out = list(value, &at, findings);
            } else {
                findings.error_at_key(&at, Complaint::unknown("key", name, ["not"]));
            }
        }
        if members.is_empty() {
            findings.error(at, "expected a state, a list of states, or {\"not\": ..}");
        }
        left_out.map(Self::Not)
    }
}

fn list(value: &Value, at: &Pointer, findings: &mut Findings) -> Option<Vec<String>> {
    let names = match value {
        Value::String(name) => return Some(vec![name.clone()]),
        Value::Array(names) if !names.is_empty() => names,
        _ => {
            findings.error(at, "expected a state, or a list of states");
            return None;
        }
    };
    let mut all: Vec<String> = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        match name {
            Value::String(name) if all.contains(name) => {
                findings.error(&at.index(index), "this state is there already");
            }
            Value::String(name) => all.push(name.clone()),
            _ => findings.error(&at.index(index), "expected the name of a state"),
        }
    }
    Some(all)
}

impl fmt::Display for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self
            .named()
            .iter()
            .map(|name| format!("\"{name}\""))
            .collect();
        let names = names.join(" or ");
        match self {
            Self::Any => f.write_str("any state"),
            Self::In(_) => write!(f, "the state {names}"),
            Self::Not(_) => write!(f, "a state other than {names}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Option<States> {
        let mut findings = Findings::default();
        let states = States::read(value, &Pointer::default(), &mut findings);
        states.filter(|_| findings.messages().is_empty())
    }

    #[test]
    fn state_is_one_or_one_of_several_or_none_of_them() {
        let holds = |value| {
            let states = read(&value).unwrap();
            ["start", "dead", "slow"].map(|state| states.contains(state))
        };
        assert_eq!(holds(json!("dead")), [false, true, false]);
        assert_eq!(holds(json!(["dead", "slow"])), [false, true, true]);
        assert_eq!(holds(json!({ "not": "dead" })), [true, false, true]);
        assert_eq!(
            holds(json!({ "not": ["dead", "slow"] })),
            [true, false, false]
        );
        for wrong in [
            json!([]),
            json!({}),
            json!(1),
            json!(["dead", "dead"]),
            json!({ "nut": "dead" }),
            json!({ "not": [] }),
        ] {
            assert_eq!(read(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn states_cover_others_if_they_hold_wherever_those_do() {
        let covers = |one, other| read(&one).unwrap().cover(&read(&other).unwrap());
        assert!(covers(json!(["a", "b"]), json!("a")) && !covers(json!("a"), json!(["a", "b"])));
        assert!(covers(json!({ "not": "a" }), json!("b")));
        assert!(covers(json!({ "not": "a" }), json!({ "not": ["a", "b"] })));
        assert!(!covers(json!("a"), json!({ "not": "b" })));
        assert!(
            States::Any.cover(&States::Not(vec![]))
                && !read(&json!("a")).unwrap().cover(&States::Any)
        );
    }
}
