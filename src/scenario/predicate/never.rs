//! Predicates that no request can meet.

use serde_json::Value;

use super::field::Field;
use super::{Predicate, Test};

/// What `subject.kind` can be of a request.
const KINDS: [&str; 6] = ["user", "group", "resource", "domain", "account", "client"];

/// What `request.version` can be of a request.
const VERSIONS: [&str; 3] = ["1.0", "1.1", "2"];

impl Predicate {
    /// The field as the file names it.
    pub(in crate::scenario) fn field_name(&self) -> String {
        self.field.to_string()
    }

    /// Why it holds of no request, if the file alone shows it; `paths` are those of the operations.
    pub(in crate::scenario) fn never_holds<'p, P>(&self, paths: impl Fn() -> P) -> Option<String>
    where
        P: Iterator<Item = &'p str>,
    {
        let field = &self.field;
        if self.test.is_impossible(field) {
            return Some(format!("{field} is never {}", self.test));
        }
        match field {
            Field::Path(name) if self.test.wants_presence() => {
                let part = format!("{{{name}}}");
                let is_there = paths().any(|path| path.split('/').any(|segment| segment == part));
                (!is_there)
                    .then(|| format!("no path of these operations has {part}, so this never holds"))
            }
            _ => None,
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
                let absent = tests.iter().any(|test| matches!(test, Self::Exists(false)));
                let contradicts = absent && tests.iter().any(Self::wants_a_value);
                contradicts || tests.iter().any(|test| test.is_impossible(field))
            }
            Self::Size(_) => !field.has_size(),
            Self::Number(_) => matches!(field, Field::TokenLive | Field::SubjectKind),
            Self::Has(_) | Self::Matches(_) | Self::Exists(_) | Self::Not(_) => false,
        }
    }

    fn wants_a_value(&self) -> bool {
        !matches!(self, Self::Not(_) | Self::Exists(false))
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
            Self::SubjectKind => value.as_str().is_some_and(|kind| KINDS.contains(&kind)),
            // Names are folded, so no request has an address with a capital; an id that nobody knows may have one.
            Self::SubjectKey => value
                .as_str()
                .is_some_and(|key| !key.contains('@') || key == key.to_lowercase()),
            _ => value.is_string(),
        }
    }
}
