//! Checks one value against its attribute, [RFC 7643 section 2](https://www.rfc-editor.org/rfc/rfc7643#section-2).

use serde_json::{Map, Value};

use super::data_type::problem;
use crate::profile::{Profile, UnknownAttributes};
use crate::scim::error::ScimError;
use crate::scim::schema::{Attribute, AttributeType, Mutability};

/// Checks values the way a profile wants it.
#[derive(Clone, Copy)]
pub(super) struct Values<'p> {
    pub(super) profile: &'p Profile,
}

impl Values<'_> {
    /// The value of `attribute` as it is kept; `None` if it has none, or none that a client may set.
    pub(super) fn attribute(
        self,
        attribute: &Attribute,
        path: &str,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        if value.is_null() || attribute.mutability == Mutability::ReadOnly {
            return Ok(None);
        }
        if attribute.multi_valued {
            return self.many(attribute, path, value);
        }
        let value = match value {
            // Entra sends a manager as an array of one.
            Value::Array(mut one) if self.profile.lenient_values && one.len() < 2 => {
                match one.pop() {
                    Some(value) => value,
                    None => return Ok(None),
                }
            }
            value => value,
        };
        self.single(attribute, path, value)
    }

    /// The attributes of a complex value or of an extension as they are kept.
    pub(super) fn members(
        self,
        attributes: &[Attribute],
        path: &str,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        let members = match value {
            Value::Null => return Ok(None),
            Value::Object(members) => members,
            _ => return Err(wrong(path, "an object")),
        };
        let mut kept = Map::with_capacity(members.len());
        for (name, value) in members {
            let separator = if path.starts_with("urn:") { ':' } else { '.' };
            let known = attributes
                .iter()
                .find(|attribute| attribute.name.eq_ignore_ascii_case(&name));
            let path = format!("{path}{separator}{name}");
            let Some(attribute) = known else {
                self.unknown(&path)?;
                continue;
            };
            if let Some(value) = self.attribute(attribute, &path, value)? {
                kept.insert(attribute.name.clone(), value);
            }
        }
        Ok((!kept.is_empty()).then_some(Value::Object(kept)))
    }

    /// What the profile says of a name that no schema has.
    pub(super) fn unknown(self, path: &str) -> Result<(), ScimError> {
        match self.profile.unknown_attributes {
            UnknownAttributes::Ignore => Ok(()),
            UnknownAttributes::Refuse => Err(ScimError::invalid_syntax(format!(
                "{path} is no attribute of this resource"
            ))),
        }
    }

    fn many(
        self,
        attribute: &Attribute,
        path: &str,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        let values = match value {
            Value::Array(values) => values,
            one if self.profile.lenient_values => vec![one],
            _ => return Err(wrong(path, "an array")),
        };
        let mut kept = Vec::with_capacity(values.len());
        let mut primaries = 0;
        for value in values {
            if value.is_null() {
                continue;
            }
            let Some(value) = self.single(attribute, path, value)? else {
                continue;
            };
            primaries += usize::from(value.get("primary") == Some(&Value::Bool(true)));
            kept.push(value);
        }
        if primaries > 1 {
            let detail = format!("{path}: at most one value may be primary");
            return Err(ScimError::invalid_value(detail));
        }
        Ok((!kept.is_empty()).then_some(Value::Array(kept)))
    }

    fn single(
        self,
        attribute: &Attribute,
        path: &str,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        match attribute.kind {
            AttributeType::Complex => self.complex(attribute, path, value),
            AttributeType::Boolean => self.boolean(path, &value).map(Some),
            kind => match problem(kind, &value) {
                Some(wanted) => Err(wrong(path, wanted)),
                None => Ok(Some(value)),
            },
        }
    }

    fn boolean(self, path: &str, value: &Value) -> Result<Value, ScimError> {
        match value {
            Value::Bool(_) => Ok(value.clone()),
            Value::String(text) if self.profile.lenient_values => match text {
                text if text.eq_ignore_ascii_case("true") => Ok(true.into()),
                text if text.eq_ignore_ascii_case("false") => Ok(false.into()),
                _ => Err(wrong(path, "true or false")),
            },
            _ => Err(wrong(path, "true or false")),
        }
    }

    fn complex(
        self,
        attribute: &Attribute,
        path: &str,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        let value = match value {
            Value::String(text) if self.profile.lenient_values => bare(attribute, path, text)?,
            value => value,
        };
        let kept = if attribute.multi_valued {
            let (value, defaults) = without_defaults(attribute, path, value)?;
            joined(
                self.members(&attribute.sub_attributes, path, value)?,
                defaults,
            )
        } else {
            self.members(&attribute.sub_attributes, path, value)?
        };
        Ok(kept.filter(|value| !points_nowhere(attribute, value)))
    }
}

/// The value that a bare string stands for.
fn bare(attribute: &Attribute, path: &str, text: String) -> Result<Value, ScimError> {
    if attribute.sub_attribute("value").is_none() {
        return Err(wrong(path, "an object"));
    }
    let mut object = Map::new();
    object.insert("value".into(), text.into());
    Ok(Value::Object(object))
}

/// Whether a value that refers to a resource names none: Entra clears a manager with an empty `value`.
fn points_nowhere(attribute: &Attribute, value: &Value) -> bool {
    !attribute.multi_valued
        && attribute.sub_attribute("$ref").is_some()
        && value.get("value").and_then(Value::as_str) == Some("")
}

/// Takes out the sub-attributes that every multi-valued attribute may have although its schema does not list them,
/// [RFC 7643 section 2.4](https://www.rfc-editor.org/rfc/rfc7643#section-2.4).
fn without_defaults(
    attribute: &Attribute,
    path: &str,
    value: Value,
) -> Result<(Value, Map<String, Value>), ScimError> {
    let mut defaults = Map::new();
    let Value::Object(mut members) = value else {
        return Ok((value, defaults));
    };
    for name in ["type", "display", "$ref", "primary"] {
        if attribute.sub_attribute(name).is_some() {
            continue;
        }
        let found = members
            .keys()
            .find(|key| key.eq_ignore_ascii_case(name))
            .cloned();
        let value = found.and_then(|key| members.shift_remove(&key));
        match value {
            None | Some(Value::Null) => {}
            Some(value) if name == "primary" && !value.is_boolean() => {
                return Err(wrong(&format!("{path}.{name}"), "true or false"));
            }
            Some(value) if name != "primary" && !value.is_string() => {
                return Err(wrong(&format!("{path}.{name}"), "a string"));
            }
            Some(value) => {
                defaults.insert(name.into(), value);
            }
        }
    }
    Ok((Value::Object(members), defaults))
}

fn joined(kept: Option<Value>, defaults: Map<String, Value>) -> Option<Value> {
    let mut members = match kept {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    };
    members.extend(defaults);
    (!members.is_empty()).then_some(Value::Object(members))
}

fn wrong(path: &str, wanted: &str) -> ScimError {
    ScimError::invalid_value(format!("{path} must be {wanted}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::resource_type::{ENTERPRISE_SCHEMA, ResourceTypes};

    fn strict() -> Profile {
        Profile {
            lenient_values: false,
            ..Profile::default()
        }
    }

    #[track_caller]
    fn check(profile: &Profile, name: &str, value: Value, expected: Result<Value, &str>) {
        let user = ResourceTypes::built_in().user();
        let attribute = user
            .attribute(None, name)
            .or_else(|| user.attribute(Some(ENTERPRISE_SCHEMA), name))
            .unwrap();
        let found = Values { profile }.attribute(attribute, name, value);
        let found = found
            .map(Option::unwrap_or_default)
            .map_err(|error| error.detail);
        assert_eq!(found, expected.map_err(String::from));
    }

    #[test]
    fn string_booleans_are_taken_only_by_a_lenient_profile() {
        let lenient = Profile::default();
        check(&lenient, "active", json!("False"), Ok(json!(false)));
        check(
            &lenient,
            "active",
            json!("no"),
            Err("active must be true or false"),
        );
        check(
            &strict(),
            "active",
            json!("False"),
            Err("active must be true or false"),
        );
        check(&strict(), "active", json!(true), Ok(json!(true)));
    }

    #[test]
    fn wrong_type_is_told_with_its_path() {
        let profile = Profile::default();
        check(&profile, "title", json!(7), Err("title must be a string"));
        check(&profile, "title", json!({}), Err("title must be a string"));
        check(
            &profile,
            "name",
            json!({ "givenName": 1 }),
            Err("name.givenName must be a string"),
        );
        check(
            &profile,
            "emails",
            json!([{ "value": [1, 2] }]),
            Err("emails.value must be a string"),
        );
        check(
            &profile,
            "profileUrl",
            json!("a b"),
            Err("profileUrl must be a URI"),
        );
        let broken = json!([{ "value": "%%" }]);
        check(
            &profile,
            "x509Certificates",
            broken,
            Err("x509Certificates.value must be base64"),
        );
    }

    #[test]
    fn lone_value_becomes_an_array_only_for_a_lenient_profile() {
        let lone = json!({ "value": "a@main.com" });
        check(
            &Profile::default(),
            "emails",
            lone.clone(),
            Ok(json!([lone])),
        );
        check(&strict(), "emails", lone, Err("emails must be an array"));
        check(
            &Profile::default(),
            "roles",
            json!(["guide"]),
            Ok(json!([{ "value": "guide" }])),
        );
        check(
            &strict(),
            "roles",
            json!(["guide"]),
            Err("roles must be an object"),
        );
    }

    #[test]
    fn entra_forms_of_a_manager_are_understood() {
        let profile = Profile::default();
        let wrapped = json!([{ "$ref": null, "value": "7" }]);
        check(&profile, "manager", wrapped, Ok(json!({ "value": "7" })));
        check(&profile, "manager", json!({ "value": "" }), Ok(Value::Null));
    }

    #[test]
    fn two_primary_values_are_refused() {
        let two = json!([{ "value": "a", "primary": true }, { "value": "b", "primary": true }]);
        check(
            &Profile::default(),
            "emails",
            two,
            Err("emails: at most one value may be primary"),
        );
    }

    #[test]
    fn sub_attributes_that_every_list_may_have_are_kept() {
        let home = json!([{ "locality": "Hamburg", "primary": true }]);
        check(&strict(), "addresses", home.clone(), Ok(home));
        let odd = json!([{ "locality": "Hamburg", "primary": 1 }]);
        check(
            &strict(),
            "addresses",
            odd,
            Err("addresses.primary must be true or false"),
        );
    }
}
