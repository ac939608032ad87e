//! Which attributes of a resource go out, [RFC 7644 section 3.9](https://www.rfc-editor.org/rfc/rfc7644#section-3.9).

use serde_json::{Map, Value};

use super::error::ScimError;
use super::path::{AttributePath, Target};
use super::schema::{Attribute, Mutability, ResourceType, Returned};

/// Says which attributes a client wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Projection {
    /// What is returned by default.
    #[default]
    Default,
    /// `attributes`: these, and what is always returned.
    Only(Vec<AttributePath>),
    /// `excludedAttributes`: the default without these.
    Without(Vec<AttributePath>),
    /// After a write: the default, and those of these that are returned on request,
    /// [RFC 7643 section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7).
    Written(Vec<AttributePath>),
}

impl Projection {
    /// Reads the values of `attributes` and `excludedAttributes`; a client may only give one of them.
    pub fn parse(attributes: Option<&str>, excluded: Option<&str>) -> Result<Self, ScimError> {
        let only = paths("attributes", attributes)?;
        let without = paths("excludedAttributes", excluded)?;
        match (only.is_empty(), without.is_empty()) {
            (true, true) => Ok(Self::Default),
            (false, true) => Ok(Self::Only(only)),
            (true, false) => Ok(Self::Without(without)),
            (false, false) => Err(ScimError::invalid_value(
                "attributes and excludedAttributes exclude each other",
            )),
        }
    }
}

fn paths(parameter: &str, list: Option<&str>) -> Result<Vec<AttributePath>, ScimError> {
    let names = list.unwrap_or_default().split(',').map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(|name| {
            AttributePath::parse(name).map_err(|error| {
                ScimError::invalid_value(format!("{parameter}: '{name}': {error}"))
            })
        })
        .collect()
}

/// Whether an attribute never goes out: it is never returned, or can only be written,
/// [RFC 7643 section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7).
pub(crate) fn is_hidden(attribute: &Attribute) -> bool {
    attribute.returned == Returned::Never || attribute.mutability == Mutability::WriteOnly
}

/// Whether a resource of that type may hold something that does not go out unless it is asked for.
pub fn keeps_back(resource_type: &ResourceType) -> bool {
    fn any(attributes: &[Attribute]) -> bool {
        attributes.iter().any(|attribute| {
            let stays = attribute.returned == Returned::Request || is_hidden(attribute);
            // A password is kept apart from the resource to begin with.
            stays && attribute.name != "password" || any(&attribute.sub_attributes)
        })
    }
    resource_type
        .schemas()
        .any(|schema| any(&schema.attributes))
}

/// A copy of the resource that holds what the client wants and may see; members keep their order.
///
/// `id` and `schemas` are always in it. A name that no schema knows picks nothing.
pub fn project(resource: &Value, resource_type: &ResourceType, projection: &Projection) -> Value {
    let Value::Object(members) = resource else {
        return resource.clone();
    };
    let wish = Wish::of(projection, resource_type);
    let mut kept = Map::new();
    for (key, value) in members {
        let is_key = |id: &str| id.eq_ignore_ascii_case(key);
        let extension = resource_type
            .extensions
            .iter()
            .find(|extension| is_key(&extension.schema.id));
        let projected = match extension {
            Some(extension) => {
                wish.extension(&extension.schema.id, &extension.schema.attributes, value)
            }
            None if is_key("schemas") || is_key("id") => Some(value.clone()),
            None => {
                let schema = &resource_type.schema;
                wish.attribute(&schema.id, schema.attribute(key), value)
            }
        };
        if let Some(projected) = projected {
            kept.insert(key.clone(), projected);
        }
    }
    Value::Object(kept)
}

/// A projection whose names have been looked up.
struct Wish<'a> {
    picks: Vec<Pick<'a>>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Default,
    Only,
    Without,
    Written,
}

/// One name of a projection.
struct Pick<'a> {
    schema: &'a str,
    /// Nothing means the whole schema.
    attribute: Option<&'a str>,
    /// Nothing means the whole attribute.
    sub: Option<&'a str>,
}

/// How much of an attribute was named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Not,
    InPart,
    Whole,
}

impl<'a> Wish<'a> {
    fn of(projection: &'a Projection, resource_type: &'a ResourceType) -> Self {
        let (kind, paths) = match projection {
            Projection::Default => (Kind::Default, [].as_slice()),
            Projection::Only(paths) => (Kind::Only, paths.as_slice()),
            Projection::Without(paths) => (Kind::Without, paths.as_slice()),
            Projection::Written(paths) => (Kind::Written, paths.as_slice()),
        };
        let core = resource_type.schema.id.as_str();
        let whole = |schema| Pick {
            schema,
            attribute: None,
            sub: None,
        };
        let pick = |path: &'a AttributePath| match path.target(resource_type)? {
            Target::Core => Some(whole(core)),
            Target::Extension(extension) => Some(whole(&extension.schema.id)),
            Target::Attribute(located) => Some(Pick {
                schema: located
                    .extension
                    .map_or(core, |extension| &extension.schema.id),
                attribute: Some(&located.attribute.name),
                sub: located.sub.map(|sub| sub.name.as_str()),
            }),
        };
        Self {
            picks: paths.iter().filter_map(pick).collect(),
            kind,
        }
    }

    fn names_schema(&self, schema: &str) -> bool {
        let mut picks = self.picks.iter();
        picks.any(|pick| pick.schema == schema && pick.attribute.is_none())
    }

    fn named(&self, schema: &str, name: &str) -> Named {
        let picks = self
            .picks
            .iter()
            .filter(|pick| pick.schema == schema && pick.attribute == Some(name));
        picks.fold(Named::Not, |named, pick| match (named, pick.sub) {
            (_, None) | (Named::Whole, _) => Named::Whole,
            _ => Named::InPart,
        })
    }

    fn names_sub(&self, schema: &str, (name, sub): (&str, &str)) -> bool {
        let mut picks = self.picks.iter();
        picks.any(|pick| {
            pick.schema == schema && pick.attribute == Some(name) && pick.sub == Some(sub)
        })
    }

    fn extension(&self, id: &str, attributes: &[Attribute], value: &Value) -> Option<Value> {
        let mut kept = Map::new();
        for (key, inner) in value.as_object()? {
            let attribute = attributes
                .iter()
                .find(|attribute| attribute.name.eq_ignore_ascii_case(key));
            if let Some(projected) = self.attribute(id, attribute, inner) {
                kept.insert(key.clone(), projected);
            }
        }
        (!kept.is_empty()).then_some(Value::Object(kept))
    }

    fn attribute(
        &self,
        schema: &str,
        attribute: Option<&Attribute>,
        value: &Value,
    ) -> Option<Value> {
        let Some(attribute) = attribute else {
            // No schema knows it, so nobody can name it.
            return (self.kind != Kind::Only).then(|| value.clone());
        };
        let whole_schema = self.names_schema(schema);
        let named = match self.named(schema, &attribute.name) {
            Named::Not if whole_schema && attribute.returned == Returned::Default => Named::Whole,
            named => named,
        };
        if is_hidden(attribute) {
            return None;
        }
        let keeps = match (attribute.returned, self.kind) {
            (Returned::Always, _) | (Returned::Default, Kind::Default | Kind::Written) => true,
            (Returned::Never, _) | (Returned::Request, Kind::Default | Kind::Without) => false,
            (Returned::Default, Kind::Without) => named != Named::Whole,
            (Returned::Default | Returned::Request, Kind::Only)
            | (Returned::Request, Kind::Written) => named != Named::Not,
        };
        if !keeps {
            return None;
        }
        self.parts(schema, attribute, (named, value))
    }

    /// The value with those of its sub-attributes that go out.
    fn parts(
        &self,
        schema: &str,
        attribute: &Attribute,
        (named, value): (Named, &Value),
    ) -> Option<Value> {
        if attribute.sub_attributes.is_empty() {
            return Some(value.clone());
        }
        let keeps = |sub: &Attribute| {
            let is_named = self.names_sub(schema, (&attribute.name, &sub.name));
            match (sub.returned, self.kind) {
                (Returned::Never, _) => false,
                _ if is_hidden(sub) => false,
                (Returned::Always, _) | (Returned::Default, Kind::Written) => true,
                (Returned::Default, Kind::Only) => is_named || named != Named::InPart,
                (Returned::Default, _) => !is_named,
                (Returned::Request, Kind::Only) => is_named,
                (Returned::Request, Kind::Written) => is_named || named == Named::Whole,
                (Returned::Request, _) => false,
            }
        };
        let is_asked = self.kind == Kind::Only && named == Named::InPart;
        match value {
            Value::Object(members) => part_of(members, attribute, (&keeps, is_asked)),
            Value::Array(values) => {
                let parts = values.iter().filter_map(|value| match value {
                    Value::Object(members) => part_of(members, attribute, (&keeps, is_asked)),
                    other => Some(other.clone()),
                });
                let parts: Vec<_> = parts.collect();
                (values.is_empty() || !parts.is_empty()).then_some(Value::Array(parts))
            }
            other => Some(other.clone()),
        }
    }
}

/// One complex value with the sub-attributes that are kept; nothing if none is left.
fn part_of(
    members: &Map<String, Value>,
    attribute: &Attribute,
    (keeps, is_asked): (&dyn Fn(&Attribute) -> bool, bool),
) -> Option<Value> {
    let mut kept = Map::new();
    for (key, value) in members {
        let is_kept = match attribute.part(key) {
            Some(sub) => keeps(sub),
            None => !is_asked,
        };
        if is_kept {
            kept.insert(key.clone(), value.clone());
        }
    }
    (!kept.is_empty()).then_some(Value::Object(kept))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::scim::resource_type::ResourceTypes;
    use crate::scim::specimen::{self, ENTERPRISE};

    use super::*;

    #[track_caller]
    fn check(attributes: &str, excluded: &str, expected: &[&str]) {
        let projection = Projection::parse(Some(attributes), Some(excluded)).unwrap();
        let projected = project(&specimen::anna(), &specimen::user(), &projection);
        let keys: Vec<_> = projected.as_object().unwrap().keys().collect();
        assert_eq!(keys, expected);
    }

    fn only(attributes: &str) -> Value {
        let projection = Projection::parse(Some(attributes), None).unwrap();
        let mut projected = project(&specimen::anna(), &specimen::user(), &projection);
        let members = projected.as_object_mut().unwrap();
        assert!(members.shift_remove("schemas").is_some());
        assert!(members.shift_remove("id").is_some());
        projected
    }

    fn without(excluded: &str) -> Value {
        let projection = Projection::parse(None, Some(excluded)).unwrap();
        project(&specimen::anna(), &specimen::user(), &projection)
    }

    #[test]
    fn default_leaves_out_what_is_returned_on_request_or_never() {
        let mut resource = specimen::anna();
        resource["secret"] = "s".into();
        let projected = project(&resource, &specimen::user(), &Projection::Default);
        resource.as_object_mut().unwrap().shift_remove("secret");
        resource.as_object_mut().unwrap().shift_remove("shoes");
        assert_eq!(projected.to_string(), resource.to_string());
    }

    #[test]
    fn what_can_only_be_written_never_goes_out() {
        let mut user = specimen::user();
        assert!(keeps_back(&user) && !keeps_back(&specimen::group()));
        assert!(!ResourceTypes::built_in().all().any(|row| keeps_back(row)));
        let mut extension = (*user.extensions[0].schema).clone();
        extension.attributes[0].mutability = Mutability::WriteOnly;
        extension.attributes[1].returned = Returned::Request;
        user.extensions[0].schema = extension.into();
        let mut resource = specimen::anna();
        resource[ENTERPRISE]["employeeNumber"] = "7".into();
        for (only, expected) in [
            (None, &["manager"][..]),
            (Some(ENTERPRISE), &["manager"]),
            (
                Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
                &["department"],
            ),
        ] {
            let projection = Projection::parse(only, None).unwrap();
            let shown = project(&resource, &user, &projection);
            let keys: Vec<_> = shown[ENTERPRISE].as_object().unwrap().keys().collect();
            assert_eq!(keys, expected, "{only:?}");
        }
    }

    #[test]
    fn attributes_picks_and_always_keeps_id_and_schemas() {
        check("userName", "", &["schemas", "id", "userName"]);
        check(
            "EMAILS, USERNAME",
            "",
            &["schemas", "id", "userName", "emails"],
        );
        check("nothing", "", &["schemas", "id"]);
        check("shoes,secret", "", &["schemas", "id", "shoes"]);
        check("id", "", &["schemas", "id"]);
    }

    #[test]
    fn excluded_attributes_are_left_out_except_what_is_always_returned() {
        check(
            "",
            "id,schemas,meta,groups,emails,tags,name",
            &[
                "schemas",
                "id",
                "externalId",
                "userName",
                "active",
                ENTERPRISE,
            ],
        );
        let crew = project(
            &specimen::crew(),
            &specimen::group(),
            &Projection::parse(None, Some("members")).unwrap(),
        );
        assert_eq!(crew.get("members"), None);
    }

    #[test]
    fn sub_attributes_are_picked_and_left_out() {
        assert_eq!(
            only("name.givenName"),
            json!({"name": {"givenName": "Anna"}})
        );
        assert_eq!(
            only("emails.value"),
            json!({"emails": [{"value": "anna@work.com"}, {"value": "anna@home.com"}]})
        );
        assert_eq!(
            only("emails.primary"),
            json!({"emails": [{"primary": true}]})
        );
        assert_eq!(only("emails.display"), json!({}));
        assert_eq!(
            without("name.familyName")["name"],
            json!({"givenName": "Anna"})
        );
        assert_eq!(
            without("emails.value")["emails"],
            json!([{"type": "work", "primary": true}, {"type": "home"}])
        );
        assert_eq!(
            only("meta.created"),
            json!({"meta": {"created": "2030-01-01T00:00:00Z"}})
        );
    }

    #[test]
    fn extensions_are_picked_by_urn_whole_and_in_part() {
        let all = json!({"department": "Tools", "manager": {"value": "m1", "displayName": "Max"}});
        assert_eq!(only(ENTERPRISE), json!({ENTERPRISE: all}));
        assert_eq!(
            only(&format!("{ENTERPRISE}:department")),
            json!({ENTERPRISE: {"department": "Tools"}})
        );
        assert_eq!(
            only(&format!("{ENTERPRISE}:manager.value")),
            json!({ENTERPRISE: {"manager": {"value": "m1"}}})
        );
        assert_eq!(without(ENTERPRISE).get(ENTERPRISE), None);
        assert_eq!(
            without(&format!("{ENTERPRISE}:manager"))[ENTERPRISE],
            json!({"department": "Tools"})
        );
    }

    #[test]
    fn core_names_may_carry_their_urn() {
        let core = "urn:ietf:params:scim:schemas:core:2.0:User";
        assert_eq!(
            only(&format!("{core}:userName")),
            json!({"userName": "Anna@Main.com"})
        );
        assert_eq!(only(core).get("shoes"), None);
        assert!(only(core).get("emails").is_some());
    }

    #[test]
    fn both_lists_at_once_are_refused() {
        let error = Projection::parse(Some("id"), Some("name")).unwrap_err();
        assert_eq!(error.status, 400);
        assert!(
            Projection::parse(Some("na me"), None)
                .unwrap_err()
                .detail
                .contains("'na me'")
        );
        assert_eq!(
            Projection::parse(Some(" , "), Some("")),
            Ok(Projection::Default)
        );
    }
}
