//! Predicates that no request can meet.

use serde_json::Value;

use crate::entry::SubjectKind;
use crate::operation::{Operation, Surface};
use crate::scenario::subject;

use super::field::Field;
use super::{Predicate, Test};

/// What `request.version` can be of a request.
const VERSIONS: [&str; 3] = ["1.0", "1.1", "2"];

impl Predicate {
    /// The field as the file names it.
    pub(in crate::scenario) fn field_name(&self) -> &str {
        &self.name
    }

    /// Why it holds of no request of these operations, if the file alone shows it.
    pub(in crate::scenario) fn never_holds(&self, operations: &[Operation]) -> Option<String> {
        let field = &self.field;
        if self.test.is_impossible(field) {
            return Some(format!("{field} is never {}", self.test));
        }
        if !self.test.wants_presence() {
            return None;
        }
        let is_mute =
            |one: &Operation| matches!(one, Operation::AcceptConnection | Operation::TlsHandshake);
        if operations.iter().all(is_mute) {
            let complaint = "a connection or handshake says nothing of this, so it never holds";
            return Some(complaint.to_owned());
        }
        let wanting = |possible: &dyn Fn(Operation) -> bool, why: &str| {
            let none = !operations.iter().any(|operation| possible(*operation));
            none.then(|| format!("{why}, so this never holds"))
        };
        match field {
            Field::Path(name) => {
                let part = format!("{{{name}}}");
                let has_part = |one: Operation| one.row().path.split('/').any(|one| one == part);
                let why = format!("no path of these operations has {part}");
                wanting(&has_part, &why)
            }
            Field::SubjectKind => {
                let can_be = |operation| {
                    let kind = subject::kind(operation).map(SubjectKind::name);
                    kind.is_some_and(|kind| self.test.holds(Some(&kind.into())))
                };
                wanting(
                    &can_be,
                    "requests of these operations are about something else",
                )
            }
            Field::SubjectKey | Field::SubjectId => wanting(
                &|operation| subject::kind(operation).is_some(),
                "requests of these operations are about nobody",
            ),
            Field::TokenLive if self.test.holds(Some(&false.into())) => None,
            _ => wanting(
                &|operation| operation.surface() != Surface::Probe,
                "look-outs, connections and handshakes are no requests",
            ),
        }
    }

    /// Why it holds of hardly any request of these operations.
    pub(in crate::scenario) fn hardly_holds(
        &self,
        operations: &[Operation],
    ) -> Option<&'static str> {
        let is_of_body = matches!(self.field, Field::Body(_) | Field::Form(_));
        let has_body = |one: &Operation| !["GET", "DELETE"].contains(&one.row().method);
        let is_empty = is_of_body && self.test.wants_presence() && !operations.iter().any(has_body);
        is_empty.then_some("requests of these operations have no body, as a rule")
    }

    /// Whether no request meets both.
    pub(in crate::scenario) fn excludes(&self, other: &Self) -> bool {
        let both_wanted = self.test.wants_presence() && other.test.wants_presence();
        match (&self.field, &other.field) {
            (Field::Body(_), Field::Form(_)) | (Field::Form(_), Field::Body(_)) => both_wanted,
            (one, same) if one == same && one.pattern().is_none() => {
                Test::All(vec![self.test.clone(), other.test.clone()]).is_impossible(one)
            }
            _ => false,
        }
    }

    /// Whether it holds of every request of which the other does, as far as the file alone shows it.
    pub(in crate::scenario) fn follows_from(&self, other: &Self) -> bool {
        self.field == other.field
            && match (&self.test, &other.test) {
                // Of many rules each is held against all others, nearly always by this.
                (one, Test::Equals(value)) if self.field.pattern().is_none() => {
                    one.holds(Some(value))
                }
                // What is written in the same way means the same.
                (one, same) if one.to_string() == same.to_string() => true,
                _ if self.field.pattern().is_some() => false,
                (Test::Exists(true), other) => other.wants_presence(),
                (one, Test::In(list)) => list.iter().all(|value| one.holds(Some(value))),
                _ => false,
            }
    }
}

impl Test {
    /// Whether an absent value cannot meet it.
    fn wants_presence(&self) -> bool {
        !self.holds(None)
    }

    /// Whether no value of the field meets it.
    fn is_impossible(&self, field: &Field) -> bool {
        match self {
            Self::Equals(value) => !field.can_be(value),
            Self::In(list) => !list.iter().any(|value| field.can_be(value)),
            Self::All(tests) => {
                let several = field.pattern().is_some();
                tests.iter().any(|test| test.is_impossible(field))
                    || (!several && Self::exclude_each_other(&self.flat()))
            }
            Self::Size(_) => !field.has_size(),
            Self::Number(_) => matches!(field, Field::TokenLive | Field::SubjectKind),
            Self::Has(_) | Self::Matches(_) | Self::Exists(_) | Self::Not(_) => false,
        }
    }

    /// Every test that must hold together with the others.
    fn flat(&self) -> Vec<&Self> {
        match self {
            Self::All(tests) => tests.iter().flat_map(Self::flat).collect(),
            test => vec![test],
        }
    }

    /// Whether no single value meets all of them.
    fn exclude_each_other(tests: &[&Self]) -> bool {
        let all_hold = |value: Option<&Value>| tests.iter().all(|test| test.holds(value));
        let listed = tests.iter().find_map(|test| match test {
            Self::Equals(value) => Some(std::slice::from_ref(value)),
            Self::In(list) => Some(list.as_slice()),
            _ => None,
        });
        if let Some(listed) = listed {
            return !listed.iter().any(|value| all_hold(Some(value)));
        }
        let absent = tests.iter().any(|test| test.wants_absence());
        let contradicts = |test: &&Self| match test {
            Self::Not(negated) => {
                let negated = negated.to_string();
                tests.iter().any(|other| other.to_string() == negated)
            }
            _ => false,
        };
        (absent && !all_hold(None)) || tests.iter().any(contradicts)
    }

    fn wants_absence(&self) -> bool {
        match self {
            Self::Exists(wanted) => !wanted,
            Self::Not(test) => matches!(**test, Self::Exists(true)),
            _ => false,
        }
    }
}

impl Field {
    fn has_size(&self) -> bool {
        !matches!(self, Self::TokenLive | Self::RequestBytes)
    }

    /// Whether the field of some request has this value.
    fn can_be(&self, value: &Value) -> bool {
        match self {
            Self::Body(_) => true,
            Self::TokenLive => value.is_boolean(),
            Self::RequestBytes => value.is_u64(),
            Self::RequestVersion => value.as_str().is_some_and(|text| VERSIONS.contains(&text)),
            Self::SubjectKind => SubjectKind::ALL
                .iter()
                .any(|kind| value.as_str() == Some(kind.name())),
            // Names are folded, so no request has an address with a capital; an id that nobody knows may have one.
            Self::SubjectKey => value
                .as_str()
                .is_some_and(|key| !key.contains('@') || key == key.to_lowercase()),
            _ => value.is_string(),
        }
    }
}
