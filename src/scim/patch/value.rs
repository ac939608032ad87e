//! Brings values into the form of their attributes, also those that Entra and Okta write in their own way.

use serde_json::{Map, Value};

use crate::profile::UnknownAttributes;
use crate::scim::error::ScimError;
use crate::scim::filter::{Leniency, boolean, instant};
use crate::scim::schema::{Attribute, AttributeType, Mutability};

/// What a profile says of values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) leniency: Leniency,
    pub(super) unknown: UnknownAttributes,
}

impl Rules {
    /// What becomes of a name that no schema has.
    pub(super) fn unknown(self, name: &str) -> Result<(), ScimError> {
        match self.unknown {
            UnknownAttributes::Ignore => Ok(()),
            UnknownAttributes::Refuse => {
                let detail = format!("{name} is no attribute of this resource");
                Err(ScimError::invalid_syntax(detail))
            }
        }
    }

    /// An object of attributes.
    pub(super) fn object(self, what: &str, value: &Value) -> Result<Map<String, Value>, ScimError> {
        match self.unwrapped(value) {
            Value::Object(members) => Ok(members.clone()),
            _ => Err(wrong(what, "an object", value)),
        }
    }

    /// The values of a multi-valued attribute.
    pub(super) fn many(
        self,
        attribute: &Attribute,
        (path, value): (&str, &Value),
    ) -> Result<Vec<Value>, ScimError> {
        let written = self.written_as_text(value, '[');
        let values = match written.as_ref().unwrap_or(value) {
            Value::Null => &[],
            Value::Array(values) => values.as_slice(),
            one if self.leniency.is_lenient() => std::slice::from_ref(one),
            other => return Err(wrong(path, "an array", other)),
        };
        let mut found = Vec::with_capacity(values.len());
        for value in values {
            let value = without_nulls(self.single(attribute, (path, value))?);
            if !is_nothing(&value) {
                found.push(value);
            }
        }
        Ok(found)
    }

    /// One value; null if it stands for none. Members of an object keep their nulls, which take something away.
    pub(super) fn single(
        self,
        attribute: &Attribute,
        (path, value): (&str, &Value),
    ) -> Result<Value, ScimError> {
        let value = self.unwrapped(value);
        if attribute.kind == AttributeType::Complex {
            return self.complex(attribute, (path, value));
        }
        let value = match value {
            // Entra once wrote every value as `[{"$ref": null, "value": …}]`.
            Value::Object(members) if self.leniency.is_lenient() => {
                members.get("value").unwrap_or(value)
            }
            value => value,
        };
        let is_empty = value.as_str() == Some("");
        match (attribute.kind, value) {
            (_, Value::Null) => Ok(Value::Null),
            (
                AttributeType::Boolean
                | AttributeType::Integer
                | AttributeType::Decimal
                | AttributeType::DateTime,
                _,
            ) if is_empty && self.leniency.is_lenient() => Ok(Value::Null),
            (AttributeType::Boolean, Value::String(text)) if self.leniency.is_lenient() => {
                boolean(text)
                    .map(Value::Bool)
                    .ok_or_else(|| wrong(path, "true or false", value))
            }
            (kind, value) => match wanted(kind, value) {
                Some(wanted) => Err(wrong(path, wanted, value)),
                None => Ok(value.clone()),
            },
        }
    }

    fn complex(
        self,
        attribute: &Attribute,
        (path, value): (&str, &Value),
    ) -> Result<Value, ScimError> {
        let written = self.written_as_text(value, '{');
        let members = match written.as_ref().unwrap_or(value) {
            Value::Null => return Ok(Value::Null),
            Value::Object(members) => members,
            Value::String(text)
                if self.leniency.is_lenient() && attribute.sub_attribute("value").is_some() =>
            {
                let mut object = Map::new();
                object.insert("value".into(), text.as_str().into());
                return Ok(Value::Object(object));
            }
            other => return Err(wrong(path, "an object", other)),
        };
        let mut kept = Map::new();
        for (key, value) in members {
            let Some(sub) = attribute.sub_attribute(key) else {
                // Whether it may stay is for the schemas to say when they accept the whole.
                kept.insert(key.clone(), value.clone());
                continue;
            };
            if sub.mutability == Mutability::ReadOnly {
                continue;
            }
            let path = format!("{path}.{}", sub.name);
            let value = if sub.multi_valued {
                Value::Array(self.many(sub, (&path, value))?)
            } else {
                self.single(sub, (&path, value))?
            };
            kept.insert(sub.name.clone(), value);
        }
        Ok(Value::Object(kept))
    }

    /// Entra writes a single value as an array of one.
    fn unwrapped(self, value: &Value) -> &Value {
        match value {
            Value::Array(values) if self.leniency.is_lenient() => match values.as_slice() {
                [] => &Value::Null,
                [one] => one,
                _ => value,
            },
            _ => value,
        }
    }

    /// Entra writes roles as a string that holds JSON.
    fn written_as_text(self, value: &Value, opening: char) -> Option<Value> {
        let text = value.as_str().filter(|_| self.leniency.is_lenient())?;
        let inner = text.trim_start().starts_with(opening).then_some(text)?;
        serde_json::from_str(inner).ok()
    }

    /// Whether a reference points nowhere: Entra clears a manager with an empty `value`.
    pub(super) fn clears(self, attribute: &Attribute, value: &Value) -> bool {
        let is_reference = attribute.sub_attribute("$ref").is_some();
        let target = value.get("value").unwrap_or(value);
        self.leniency.is_lenient() && is_reference && target.as_str() == Some("")
    }
}

/// The same without members that are null.
pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(mut members) => {
            members.retain(|_, member| !member.is_null());
            Value::Object(members)
        }
        other => other,
    }
}

pub(super) fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(Map::is_empty)
}

/// What a value of that type must be, if `value` is not.
fn wanted(kind: AttributeType, value: &Value) -> Option<&'static str> {
    let (fits, wanted) = match kind {
        AttributeType::Boolean => (value.is_boolean(), "true or false"),
        AttributeType::Integer => (value.is_i64() || value.is_u64(), "a whole number"),
        AttributeType::Decimal => (value.is_number(), "a number"),
        AttributeType::DateTime => (
            value.as_str().and_then(instant).is_some(),
            "a date-time such as 2030-01-31T08:00:00Z",
        ),
        AttributeType::String | AttributeType::Binary | AttributeType::Reference => {
            (value.is_string(), "a string")
        }
        AttributeType::Complex => (value.is_object(), "an object"),
    };
    (!fits).then_some(wanted)
}

fn wrong(path: &str, wanted: &str, found: &Value) -> ScimError {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "this number",
        Value::String(_) => "this string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    ScimError::invalid_value(format!("{path} must be {wanted}, not {found}"))
}
