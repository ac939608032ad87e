//! Brings the values of operations into the form of their attributes.
//!
//! Unlike the values of a body, members that are null stay: in a PATCH they take something away.

use serde_json::{Map, Value};

use crate::profile::{Profile, UnknownAttributes};
use crate::scim::error::ScimError;
use crate::scim::filter::Leniency;
use crate::scim::resource::Forms;
use crate::scim::schema::{Attribute, AttributeType, Mutability, default_part};

/// What a profile says of operations and their values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'p> {
    pub(super) profile: &'p Profile,
    pub(super) leniency: Leniency,
}

impl<'p> Rules<'p> {
    pub(super) fn of(profile: &'p Profile) -> Self {
        Self {
            profile,
            leniency: Leniency::from(profile),
        }
    }

    pub(super) fn forms(self) -> Forms<'p> {
        Forms::of(self.profile)
    }

    /// What becomes of a name that no schema has.
    pub(super) fn unknown(self, name: &str) -> Result<(), ScimError> {
        match self.profile.unknown_attributes {
            UnknownAttributes::Ignore => Ok(()),
            UnknownAttributes::Refuse => {
                let detail = format!("{name} is no attribute of this resource");
                Err(ScimError::invalid_syntax(detail))
            }
        }
    }

    /// Refuses an object that has one of these members twice, in different case.
    pub(super) fn refuse_twice(
        self,
        object: &Map<String, Value>,
        names: &[&str],
    ) -> Result<(), ScimError> {
        let is_twice = |name: &&&str| {
            let keys = object.keys();
            keys.filter(|key| key.eq_ignore_ascii_case(name)).count() > 1
        };
        match names.iter().find(is_twice) {
            Some(name) if !self.profile.repeated_names => {
                let detail = format!("{name} is named twice");
                Err(ScimError::invalid_syntax(detail))
            }
            _ => Ok(()),
        }
    }

    /// An object of attributes.
    pub(super) fn object(self, what: &str, value: &Value) -> Result<Map<String, Value>, ScimError> {
        match self.forms().one(value.clone()) {
            Value::Object(members) => Ok(members),
            other => Err(wrong(what, "an object", &other)),
        }
    }

    /// The values of a multi-valued attribute.
    pub(super) fn many(
        self,
        attribute: &Attribute,
        (path, value): (&str, &Value),
    ) -> Result<Vec<Value>, ScimError> {
        let values = self.forms().list(value.clone());
        let values = values.map_err(|other| wrong(path, "an array", &other))?;
        if values.is_empty() {
            self.nothing(path)?;
        }
        let mut found = Vec::with_capacity(values.len());
        for value in values {
            let value = without_nulls(self.single(attribute, (path, value))?);
            if !is_nothing(&value) {
                found.push(value);
            }
        }
        Ok(found)
    }

    /// The value of an attribute that has one; null if it stands for none.
    pub(super) fn one(
        self,
        attribute: &Attribute,
        (path, value): (&str, &Value),
    ) -> Result<Value, ScimError> {
        self.single(attribute, (path, self.forms().one(value.clone())))
    }

    /// One value; null if it stands for none.
    fn single(
        self,
        attribute: &Attribute,
        (path, value): (&str, Value),
    ) -> Result<Value, ScimError> {
        if attribute.kind != AttributeType::Complex {
            return self.simple(attribute.kind, (path, value));
        }
        if value.is_null() {
            return self.nothing(path);
        }
        let members = self.forms().object(attribute, value);
        let members = members.map_err(|other| wrong(path, "an object", &other))?;
        let mut kept = Map::with_capacity(members.len());
        for (key, value) in members {
            let default = default_part(&key).filter(|_| attribute.multi_valued);
            let (spelling, value) = match (attribute.sub_attribute(&key), default) {
                (Some(sub), _) if sub.mutability == Mutability::ReadOnly => continue,
                (Some(sub), _) => {
                    let path = format!("{path}.{}", sub.name);
                    let value = if sub.multi_valued {
                        Value::Array(self.many(sub, (&path, &value))?)
                    } else {
                        self.one(sub, (&path, &value))?
                    };
                    (sub.name.as_str(), value)
                }
                (None, Some(part)) => {
                    let path = format!("{path}.{}", part.name);
                    (part.name.as_str(), self.simple(part.kind, (&path, value))?)
                }
                (None, None) => {
                    self.unknown(&format!("{path}.{key}"))?;
                    continue;
                }
            };
            if kept.insert(spelling.to_owned(), value).is_some() && !self.profile.repeated_names {
                let detail = format!("{path}.{spelling} is named twice");
                return Err(ScimError::invalid_syntax(detail));
            }
        }
        Ok(Value::Object(kept))
    }

    fn simple(self, kind: AttributeType, (path, value): (&str, Value)) -> Result<Value, ScimError> {
        match self.forms().simple(kind, value) {
            Ok(Value::Null) => self.nothing(path),
            Ok(value) => Ok(value),
            Err((wanted, found)) => Err(wrong(path, wanted, &found)),
        }
    }

    /// Null and `[]` are the same as nothing, [RFC 7643 section 2.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.5).
    fn nothing(self, path: &str) -> Result<Value, ScimError> {
        if self.profile.null_values {
            return Ok(Value::Null);
        }
        let detail = format!("{path} must have a value, or be left out");
        Err(ScimError::invalid_value(detail))
    }

    /// Whether a value clears the reference it is written to.
    pub(super) fn clears(self, attribute: &Attribute, value: &Value) -> bool {
        let target = value.get("value").unwrap_or(value);
        self.forms().clears(attribute, Some(target))
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
