//! Checks one value against its attribute, [RFC 7643 section 2](https://www.rfc-editor.org/rfc/rfc7643#section-2).

use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value};

use super::form::Forms;
use super::place::Place;
use crate::profile::{Profile, UnknownAttributes};
use crate::scim::error::ScimError;
use crate::scim::schema::{Attribute, AttributeType, Mutability, default_part};

/// Checks values the way a profile wants it. What is taken is moved, not copied.
#[derive(Clone, Copy)]
pub(super) struct Values<'p> {
    pub(super) profile: &'p Profile,
}

impl<'p> Values<'p> {
    /// The value of `attribute` as it is kept; `None` if it has none, or none that a client may set.
    pub(super) fn attribute(
        self,
        attribute: &Attribute,
        place: &Place<'_>,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        if attribute.mutability == Mutability::ReadOnly {
            return Ok(None);
        }
        if value.is_null() {
            return self.nothing(place);
        }
        if attribute.multi_valued {
            return self.many(attribute, place, value);
        }
        let value = self.forms().one(value);
        let kept = self.single(attribute, place, value)?;
        Ok(kept.filter(|value| !self.forms().clears(attribute, value.get("value"))))
    }

    /// The attributes of an extension as they are kept.
    pub(super) fn extension(
        self,
        attributes: &[Attribute],
        place: &Place<'_>,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        match value {
            Value::Null => self.nothing(place),
            Value::Object(members) => self.members((attributes, Defaults::No), place, members),
            _ => Err(wrong(place, "an object")),
        }
    }

    /// Keeps a value under the name that its schema gives it.
    pub(super) fn keep(
        self,
        kept: &mut Map<String, Value>,
        (outer, spelling): (Option<&Place<'_>>, &str),
        (name, value): (String, Value),
    ) -> Result<(), ScimError> {
        let key = if name == spelling {
            name
        } else {
            spelling.to_owned()
        };
        match kept.insert(key, value) {
            Some(_) if !self.profile.repeated_names => Err(twice(&inside(outer, spelling))),
            _ => Ok(()),
        }
    }

    /// What the profile says of a name that no schema has.
    pub(super) fn unknown(self, place: &Place<'_>) -> Result<(), ScimError> {
        match self.profile.unknown_attributes {
            UnknownAttributes::Ignore => Ok(()),
            UnknownAttributes::Refuse => Err(ScimError::invalid_syntax(format!(
                "{place} is no attribute of this resource"
            ))),
        }
    }

    fn forms(self) -> Forms<'p> {
        Forms::of(self.profile)
    }

    /// Null and `[]` are the same as nothing, [RFC 7643 section 2.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.5).
    fn nothing(self, place: &Place<'_>) -> Result<Option<Value>, ScimError> {
        if self.profile.null_values {
            return Ok(None);
        }
        let detail = format!("{place} must have a value, or be left out");
        Err(ScimError::invalid_value(detail))
    }

    fn members(
        self,
        (attributes, defaults): (&[Attribute], Defaults),
        place: &Place<'_>,
        members: Map<String, Value>,
    ) -> Result<Option<Value>, ScimError> {
        let mut kept = Map::with_capacity(members.len());
        for (name, value) in members {
            let known = attributes
                .iter()
                .find(|attribute| attribute.name.eq_ignore_ascii_case(&name));
            let inner = place.member(&name);
            let (value, spelling) = match (known, defaults.named(&name)) {
                (Some(attribute), _) => (
                    self.attribute(attribute, &inner, value)?,
                    attribute.name.as_str(),
                ),
                (None, Some((spelling, kind))) => (self.simple(kind, &inner, value)?, spelling),
                // RFC 7643 section 3 lets any JSON structure say which schemas its attributes are of.
                (None, None) if place.is_urn() && name.eq_ignore_ascii_case("schemas") => continue,
                (None, None) => {
                    self.unknown(&inner)?;
                    continue;
                }
            };
            if let Some(value) = value {
                self.keep(&mut kept, (Some(place), spelling), (name, value))?;
            }
        }
        if kept.is_empty() {
            return Ok(None);
        }
        require(attributes, &kept, Some(place))?;
        Ok(Some(Value::Object(kept)))
    }

    fn many(
        self,
        attribute: &Attribute,
        place: &Place<'_>,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        let values = match self.forms().list(value) {
            Ok(values) if values.is_empty() => return self.nothing(place),
            Ok(values) => values,
            Err(_) => return Err(wrong(place, "an array")),
        };
        let mut rules = ListRules::of(attribute, self.profile);
        let mut kept = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let inner = place.element(index);
            let value = match value {
                Value::Null => self.nothing(&inner)?,
                value => self.single(attribute, &inner, value)?,
            };
            if let Some(value) = value {
                rules.check(&inner, &value)?;
                kept.push(value);
            }
        }
        Ok((!kept.is_empty()).then_some(Value::Array(kept)))
    }

    fn single(
        self,
        attribute: &Attribute,
        place: &Place<'_>,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        if attribute.kind != AttributeType::Complex {
            return self.simple(attribute.kind, place, value);
        }
        if value.is_null() {
            return self.nothing(place);
        }
        let members = self.forms().object(attribute, value);
        let members = members.map_err(|_| wrong(place, "an object"))?;
        let defaults = if attribute.multi_valued {
            Defaults::Yes
        } else {
            Defaults::No
        };
        self.members((&attribute.sub_attributes, defaults), place, members)
    }

    fn simple(
        self,
        kind: AttributeType,
        place: &Place<'_>,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        match self.forms().simple(kind, value) {
            Ok(Value::Null) => self.nothing(place),
            Ok(value) => Ok(Some(value)),
            Err((wanted, _)) => Err(wrong(place, wanted)),
        }
    }
}

/// Whether the values are those of a list, which may have sub-attributes that their schema does not list.
#[derive(Clone, Copy)]
enum Defaults {
    Yes,
    No,
}

impl Defaults {
    /// The sub-attribute of that name, with the spelling it has.
    fn named(self, name: &str) -> Option<(&'static str, AttributeType)> {
        match self {
            Self::Yes => default_part(name).map(|part| (part.name.as_str(), part.kind)),
            Self::No => None,
        }
    }
}

/// What holds for the values of a list among each other.
struct ListRules<'a> {
    /// Whether each value refers to a resource, and so must say to which.
    refers: bool,
    has_primary: bool,
    /// The types there were, if each may be there only once.
    types: Option<HashSet<String>>,
    attribute: &'a Attribute,
}

impl<'a> ListRules<'a> {
    fn of(attribute: &'a Attribute, profile: &Profile) -> Self {
        let has = |name| attribute.sub_attribute(name).is_some();
        Self {
            refers: has("$ref") && has("value"),
            has_primary: false,
            types: (profile.unique_type && has("type")).then(HashSet::new),
            attribute,
        }
    }

    fn check(&mut self, place: &Place<'_>, value: &Value) -> Result<(), ScimError> {
        let name = &self.attribute.name;
        let text = |name| value.get(name).and_then(Value::as_str);
        if self.refers && text("value").is_none_or(str::is_empty) {
            let detail = format!("{place}.value is required");
            return Err(ScimError::invalid_value(detail));
        }
        if value.get("primary") == Some(&Value::Bool(true)) {
            if self.has_primary {
                let detail = format!("{name}: at most one value may be primary");
                return Err(ScimError::invalid_value(detail));
            }
            self.has_primary = true;
        }
        if let (Some(types), Some(found)) = (&mut self.types, text("type"))
            && !types.insert(found.to_lowercase())
        {
            let detail = format!("{name}: the type {found} may be there only once");
            return Err(ScimError::invalid_value(detail));
        }
        Ok(())
    }
}

/// Refuses a set of attributes that lacks one it must have; `outer` names what they are the parts of.
pub(super) fn require(
    attributes: &[Attribute],
    kept: &Map<String, Value>,
    outer: Option<&Place<'_>>,
) -> Result<(), ScimError> {
    let wanted =
        |attribute: &&Attribute| attribute.required && attribute.mutability != Mutability::ReadOnly;
    for Attribute { name, .. } in attributes.iter().filter(wanted) {
        let is_there = match kept.get(name) {
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
            // What a resource names in `schemas` is checked by itself.
            None => outer.is_none() && name == "schemas",
        };
        if !is_there {
            return Err(missing(&inside(outer, name)));
        }
    }
    Ok(())
}

pub(super) fn missing(place: &Place<'_>) -> ScimError {
    ScimError::invalid_value(format!("{place} is required"))
}

pub(super) fn twice(place: &dyn fmt::Display) -> ScimError {
    ScimError::invalid_syntax(format!("{place} is named twice"))
}

fn inside<'a>(outer: Option<&'a Place<'a>>, name: &'a str) -> Place<'a> {
    outer.map_or_else(|| Place::top(name), |outer| outer.member(name))
}

fn wrong(place: &Place<'_>, wanted: &str) -> ScimError {
    ScimError::invalid_value(format!("{place} must be {wanted}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::resource_type::{ENTERPRISE_SCHEMA, ResourceTypes};

    fn strict() -> Profile {
        Profile::letter()
    }

    #[track_caller]
    fn check(profile: &Profile, name: &str, value: Value, expected: Result<Value, &str>) {
        let user = ResourceTypes::built_in().user();
        let attribute = user
            .attribute(None, name)
            .or_else(|| user.attribute(Some(ENTERPRISE_SCHEMA), name))
            .unwrap();
        let found = Values { profile }.attribute(attribute, &Place::top(name), value);
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
            Err("emails[0].value must be a string"),
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
            Err("x509Certificates[0].value must be base64"),
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
            Err("roles[0] must be an object"),
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
            Err("addresses[0].primary must be true or false"),
        );
    }
}
