//! The forms in which clients write a value beside the RFC's own; each is a field of the profile.

use serde_json::{Map, Value};

use super::data_type::problem;
use crate::profile::Profile;
use crate::scim::filter::boolean;
use crate::scim::schema::{Attribute, AttributeType};

/// Reads values in the forms that a profile takes.
#[derive(Clone, Copy, Debug)]
pub(in crate::scim) struct Forms<'p> {
    profile: &'p Profile,
}

impl<'p> Forms<'p> {
    pub(in crate::scim) fn of(profile: &'p Profile) -> Self {
        Self { profile }
    }

    /// What stands for the one value of an attribute that has one: Entra sends a manager as an array of one.
    pub(in crate::scim) fn one(self, value: Value) -> Value {
        match value {
            Value::Array(mut values) if self.profile.array_for_single_value && values.len() < 2 => {
                values.pop().unwrap_or_default()
            }
            value => value,
        }
    }

    /// The values of a multi-valued attribute.
    ///
    /// # Errors
    ///
    /// The value itself, if it is no list of values.
    pub(in crate::scim) fn list(self, value: Value) -> Result<Vec<Value>, Value> {
        let was_text = value.is_string();
        match self.read(value) {
            Value::Array(values) => Ok(values),
            Value::Null => Ok(Vec::new()),
            // A role written as JSON is a list of one, whatever the profile says of other lone values.
            read @ Value::Object(_) if was_text => Ok(vec![read]),
            one if self.profile.lone_value_for_list => Ok(vec![one]),
            one @ Value::String(_) if self.profile.bare_string_values => Ok(vec![one]),
            other => Err(other),
        }
    }

    /// The members of a complex value.
    ///
    /// # Errors
    ///
    /// The value itself, if it is no object.
    pub(in crate::scim) fn object(
        self,
        attribute: &Attribute,
        value: Value,
    ) -> Result<Map<String, Value>, Value> {
        match self.read(value) {
            Value::Object(members) => Ok(members),
            Value::String(text)
                if self.profile.bare_string_values
                    && attribute.sub_attribute("value").is_some() =>
            {
                Ok(Map::from_iter([("value".to_owned(), Value::String(text))]))
            }
            // No member of it has a value, and RFC 7643 section 2.5 has that be nothing.
            Value::String(text) if text.is_empty() && self.profile.empty_strings_as_absent => {
                Ok(Map::new())
            }
            other => Err(other),
        }
    }

    /// A value of a type that is not complex; null if it stands for none.
    ///
    /// # Errors
    ///
    /// What is wanted instead, and the value.
    pub(in crate::scim) fn simple(
        self,
        kind: AttributeType,
        value: Value,
    ) -> Result<Value, (&'static str, Value)> {
        let value = match value {
            Value::Object(mut members) if self.profile.wrapped_values => {
                match members.shift_remove("value") {
                    Some(value) => value,
                    None => Value::Object(members),
                }
            }
            value => value,
        };
        if value.is_null() || self.is_empty_text(kind, &value) {
            return Ok(Value::Null);
        }
        if kind == AttributeType::Boolean
            && self.profile.string_booleans
            && let Some(boolean) = value.as_str().and_then(boolean)
        {
            return Ok(Value::Bool(boolean));
        }
        match problem(kind, &value) {
            Some(wanted) => Err((wanted, value)),
            None => Ok(value),
        }
    }

    /// Whether a reference names nobody: Entra clears a manager with an empty `value`.
    pub(in crate::scim) fn clears(self, attribute: &Attribute, value: Option<&Value>) -> bool {
        self.profile.empty_value_clears_reference
            && attribute.sub_attribute("$ref").is_some()
            && value.and_then(Value::as_str) == Some("")
    }

    fn is_empty_text(self, kind: AttributeType, value: &Value) -> bool {
        let holds_no_text = matches!(
            kind,
            AttributeType::Boolean
                | AttributeType::Integer
                | AttributeType::Decimal
                | AttributeType::DateTime
        );
        self.profile.empty_strings_as_absent && holds_no_text && value.as_str() == Some("")
    }

    /// The array or object that a string holds as JSON.
    fn read(self, value: Value) -> Value {
        match &value {
            Value::String(text) if self.profile.values_as_json_text => {
                let is_json = text.trim_start().starts_with(['{', '[']);
                let read = is_json.then(|| serde_json::from_str(text).ok());
                read.flatten().unwrap_or(value)
            }
            _ => value,
        }
    }
}
