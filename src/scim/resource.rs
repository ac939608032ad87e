//! From a JSON body to a resource that its schemas accept.

#[cfg(test)]
mod characteristics;
mod data_type;
mod form;
mod json;
mod limit;
mod locale;
mod named;
mod place;
mod put;
mod spread;
mod value;

use serde_json::{Map, Value};

pub use json::read;
pub use limit::refuse_many_members;

pub(in crate::scim) use form::Forms;
pub(in crate::scim) use put::matches;

use super::error::ScimError;
use super::schema::{AttributeType, Extension, ResourceType};
use crate::profile::Profile;
use named::Named;
use place::Place;
use value::{Values, missing, require, twice};

/// The attributes of a resource that its schemas accept.
///
/// Names are spelt as the schemas spell them, extensions stand under their URN, nothing is `null` or empty, and
/// nothing is in it that only the server may set: `schemas`, `id`, `meta` and a user's `groups` come from the store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accepted {
    /// The attributes, in the order of the body.
    pub attributes: Map<String, Value>,
    /// The password, if one was set; it is never among the attributes.
    pub password: Option<String>,
}

/// Accepts a whole resource: the body of a create or of a PUT, or what a PATCH made of a resource.
///
/// # Errors
///
/// 400 `invalidSyntax` if the body is not of the form of a resource, 400 `invalidValue` if a value is missing or is
/// not what its attribute wants; the detail names the place, as in `emails[1].value`.
///
/// # Examples
///
/// ```
/// # use goto_double::{profile::Profile, scim::{resource::accept, resource_type::ResourceTypes}};
/// # use serde_json::json;
/// let body = json!({ "USERNAME": "anna@main.com", "id": "7", "title": null, "active": "False" });
/// let accepted = accept(ResourceTypes::built_in().user(), body, &Profile::default()).unwrap();
/// assert_eq!(serde_json::Value::Object(accepted.attributes), json!({ "userName": "anna@main.com", "active": false }));
/// ```
pub fn accept(
    resource_type: &ResourceType,
    body: Value,
    profile: &Profile,
) -> Result<Accepted, ScimError> {
    let Value::Object(body) = body else {
        return Err(ScimError::invalid_syntax("a resource is a JSON object"));
    };
    let body = if profile.dotted_keys {
        spread::spread(resource_type, body, profile)?
    } else {
        body
    };
    let values = Values { profile };
    let mut named = Named::default();
    let mut attributes = Map::with_capacity(body.len());
    for (name, value) in body {
        let place = Place::top(&name);
        let (value, spelling) = if let Some(attribute) = resource_type.schema.attribute(&name) {
            if attribute.name == "schemas" {
                named.take(value, profile)?;
                continue;
            }
            (
                values.attribute(attribute, &place, value)?,
                attribute.name.as_str(),
            )
        } else if let Some(extension) = extension_of(resource_type, &name) {
            let schema = &*extension.schema;
            (
                values.extension(&schema.attributes, &place, value)?,
                schema.id.as_str(),
            )
        } else {
            if !name.eq_ignore_ascii_case("schemas") {
                values.unknown(&place)?;
            }
            continue;
        };
        if let Some(value) = value {
            values.keep(&mut attributes, (None, spelling), (name, value))?;
        }
    }
    named.check(resource_type, &attributes, profile)?;
    require(&resource_type.schema.attributes, &attributes, None)?;
    let lacks = |urn: &str| !attributes.contains_key(urn);
    let mut extensions = resource_type.extensions.iter();
    if let Some(lacking) = extensions.find(|one| one.required && lacks(&one.schema.id)) {
        return Err(missing(&Place::top(&lacking.schema.id)));
    }
    limit::check(resource_type.kind, &attributes, profile)?;
    Ok(Accepted::of(attributes))
}

/// The extension with that URN, compared without case.
fn extension_of<'a>(resource_type: &'a ResourceType, urn: &str) -> Option<&'a Extension> {
    let mut extensions = resource_type.extensions.iter();
    extensions.find(|extension| extension.schema.id.eq_ignore_ascii_case(urn))
}

impl Accepted {
    fn of(mut attributes: Map<String, Value>) -> Self {
        let password = match attributes.shift_remove("password") {
            Some(Value::String(password)) => Some(password),
            _ => None,
        };
        Self {
            attributes,
            password,
        }
    }

    /// The same with what a new resource has unless it says otherwise: a user is active.
    ///
    /// RFC 7643 leaves the default of `active` open; a user that GoTo knows can work until it is suspended.
    #[must_use]
    pub fn as_new(mut self, resource_type: &ResourceType) -> Self {
        let has_active = resource_type
            .attribute(None, "active")
            .is_some_and(|active| active.kind == AttributeType::Boolean);
        if has_active && !self.attributes.contains_key("active") {
            self.attributes.insert("active".into(), true.into());
        }
        self
    }

    /// The value of a string attribute.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?.as_str()
    }
}

/// The URNs that a resource with these attributes names in `schemas`: its core schema and the extensions it uses.
pub fn schemas_of<'a>(
    resource_type: &'a ResourceType,
    attributes: &Map<String, Value>,
) -> Vec<&'a str> {
    resource_type
        .schemas()
        .map(|schema| schema.id.as_str())
        .filter(|urn| *urn == resource_type.schema.id || attributes.contains_key(*urn))
        .collect()
}

/// The same body, naming every schema of its type in `schemas`: for what a tester writes, who need not know them.
pub fn naming_all_schemas(resource_type: &ResourceType, mut body: Value) -> Value {
    if let Value::Object(members) = &mut body {
        let urns = resource_type.schemas().map(|schema| schema.id.as_str());
        members.retain(|name, _| !name.eq_ignore_ascii_case("schemas"));
        members.insert("schemas".into(), urns.collect());
    }
    body
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::profile::UnknownAttributes;

    use super::super::error::ScimType;
    use super::super::resource_type::{
        ENTERPRISE_SCHEMA, GROUP_SCHEMA, Kind, ResourceTypes, USER_SCHEMA,
    };
    use super::*;

    #[track_caller]
    fn check(kind: Kind, body: Value, expected: &Value) {
        let accepted = accept(
            ResourceTypes::built_in().of(kind).unwrap(),
            body,
            &Profile::default(),
        )
        .unwrap();
        assert_eq!(&Value::Object(accepted.attributes), expected);
    }

    #[track_caller]
    fn check_refused(kind: Kind, body: Value, scim_type: ScimType, detail: &str) {
        check_refused_by(&Profile::default(), kind, body, (scim_type, detail));
    }

    #[track_caller]
    fn check_refused_by(profile: &Profile, kind: Kind, body: Value, why: (ScimType, &str)) {
        let error = accept(ResourceTypes::built_in().of(kind).unwrap(), body, profile).unwrap_err();
        assert_eq!((error.scim_type, error.status.as_u16()), (Some(why.0), 400));
        assert!(error.detail.contains(why.1), "{}", error.detail);
    }

    #[test]
    fn names_are_spelt_as_the_schema_spells_them() {
        let body = json!({
            "USERNAME": "a@main.com", "Name": { "GIVENNAME": "Ada" },
            ENTERPRISE_SCHEMA.to_lowercase(): { "DEPARTMENT": "Tours" },
        });
        let expected = json!({
            "userName": "a@main.com", "name": { "givenName": "Ada" },
            ENTERPRISE_SCHEMA: { "department": "Tours" },
        });
        check(Kind::User, body, &expected);
    }

    #[test]
    fn null_empty_and_absent_are_the_same() {
        let body = json!({
            "userName": "a@main.com", "title": null, "roles": [], "emails": [null], "name": {},
            ENTERPRISE_SCHEMA: { "manager": null }, "schemas": null,
        });
        check(Kind::User, body, &json!({ "userName": "a@main.com" }));
    }

    #[test]
    fn what_only_the_server_sets_is_ignored() {
        let body = json!({
            "userName": "a@main.com", "id": 7, "meta": { "resourceType": "User" }, "groups": ["x"],
        });
        check(Kind::User, body, &json!({ "userName": "a@main.com" }));
    }

    #[test]
    fn password_is_kept_apart() {
        let body = json!({ "userName": "a@main.com", "password": "secret" });
        let accepted = accept(ResourceTypes::built_in().user(), body, &Profile::default()).unwrap();
        assert_eq!(accepted.password.as_deref(), Some("secret"));
        assert!(!accepted.attributes.contains_key("password"));
    }

    #[test]
    fn required_attribute_must_be_there_and_hold_something() {
        for body in [
            json!({}),
            json!({ "userName": "  " }),
            json!({ "userName": null }),
        ] {
            check_refused(
                Kind::User,
                body,
                ScimType::InvalidValue,
                "userName is required",
            );
        }
        check_refused(
            Kind::Group,
            json!({}),
            ScimType::InvalidValue,
            "displayName is required",
        );
    }

    #[test]
    fn body_that_is_no_object_or_names_twice_is_refused() {
        check_refused(Kind::User, json!([]), ScimType::InvalidSyntax, "object");
        let body = json!({ "userName": "a@main.com", "USERNAME": "b@main.com" });
        check_refused(
            Kind::User,
            body,
            ScimType::InvalidSyntax,
            "userName is named twice",
        );
    }

    #[test]
    fn schemas_of_another_resource_type_are_refused_and_entras_own_is_not() {
        let body = json!({ "userName": "a@main.com", "schemas": [GROUP_SCHEMA] });
        check_refused(Kind::User, body, ScimType::InvalidSyntax, GROUP_SCHEMA);
        let body = json!({ "userName": "a@main.com", "schemas": "User" });
        check_refused(Kind::User, body, ScimType::InvalidSyntax, "schemas");
        let body = json!({
            "displayName": "Guides",
            "schemas": [GROUP_SCHEMA, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        });
        check(Kind::Group, body, &json!({ "displayName": "Guides" }));
    }

    #[test]
    fn unknown_attributes_are_ignored_or_refused_as_the_profile_says() {
        let body = json!({ "userName": "a@main.com", "shoeSize": 43, "name": { "nick": "A" } });
        check(
            Kind::User,
            body.clone(),
            &json!({ "userName": "a@main.com" }),
        );
        let strict = Profile {
            unknown_attributes: UnknownAttributes::Refuse,
            ..Profile::default()
        };
        check_refused_by(
            &strict,
            Kind::User,
            body,
            (ScimType::InvalidSyntax, "shoeSize"),
        );
    }

    #[test]
    fn new_user_is_active_and_a_put_leaves_that_alone() {
        let user = ResourceTypes::built_in().user();
        let body = json!({ "userName": "a@main.com" });
        let accepted = accept(user, body, &Profile::default()).unwrap();
        assert_eq!(accepted.clone().as_new(user).attributes["active"], true);
        let kept = accepted.in_place_of(user, &json!({ "active": false }));
        let kept = kept.unwrap();
        assert_eq!(kept.attributes["active"], false);
        let group = Accepted::default().as_new(ResourceTypes::built_in().group());
        assert!(group.attributes.is_empty());
    }

    #[test]
    fn schemas_name_what_is_used() {
        let user = ResourceTypes::built_in().user();
        let mut attributes = Map::new();
        assert_eq!(schemas_of(user, &attributes), [USER_SCHEMA]);
        attributes.insert(ENTERPRISE_SCHEMA.into(), json!({ "division": "x" }));
        assert_eq!(
            schemas_of(user, &attributes),
            [USER_SCHEMA, ENTERPRISE_SCHEMA]
        );
    }
}
