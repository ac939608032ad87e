//! One value of `mails`.

use serde_json::Value;

use super::Why;

/// One value of `mails`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Mail {
    pub(super) value: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) primary: Option<bool>,
}

impl Mail {
    /// A value as a client writes it; `None` stands for a member that is null.
    pub(super) fn read(value: &Value) -> Result<Self, Why> {
        let Value::Object(members) = value else {
            return Err(Why::InvalidValue);
        };
        let text = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Why::InvalidValue),
        };
        Ok(Self {
            value: text("value")?,
            kind: text("type")?,
            primary: match members.get("primary") {
                None | Some(Value::Null) => None,
                Some(Value::Bool(primary)) => Some(*primary),
                Some(_) => return Err(Why::InvalidValue),
            },
        })
    }

    pub(super) fn is_bare(&self) -> bool {
        *self == Self::default()
    }

    /// RFC 7643 section 2.4: the combination of value and type is what tells values apart.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Some(left), Some(right)) => fold(left) == fold(right) && self.same_kind(other),
            (None, None) => self == other,
            _ => false,
        }
    }

    pub(super) fn same_kind(&self, other: &Self) -> bool {
        self.kind.as_deref().map(fold) == other.kind.as_deref().map(fold)
    }

    pub(super) fn take_over(&mut self, other: &Self) {
        self.value = other.value.clone().or(self.value.take());
        self.kind = other.kind.clone().or(self.kind.take());
        self.primary = other.primary.or(self.primary);
    }
}

pub(super) fn fold(text: &str) -> String {
    text.to_lowercase()
}
