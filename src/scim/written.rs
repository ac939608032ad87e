//! Which attributes the body of a write names: what is returned on request goes out in its answer,
//! [RFC 7643 section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7).

use serde_json::{Map, Value};

use super::filter::Leniency;
use super::path::{AttributePath, PatchPath};
use super::project::Projection;
use super::schema::{Attribute, ResourceType, Returned};

/// What the answer to a write shows where the client does not say: the default, and what is returned on request as far
/// as the body names it.
pub fn shown_after(resource_type: &ResourceType, body: &Value) -> Projection {
    let on_request = |attribute: &Attribute| {
        let mut parts = attribute.sub_attributes.iter();
        attribute.returned == Returned::Request
            || parts.any(|sub| sub.returned == Returned::Request)
    };
    let mut attributes = resource_type
        .schemas()
        .flat_map(|schema| &schema.attributes);
    if !attributes.any(on_request) {
        return Projection::Default;
    }
    let mut names = Vec::new();
    let members = body.as_object();
    let operations = members.and_then(|members| member(members, "Operations"));
    match (operations.and_then(Value::as_array), members) {
        (Some(operations), _) => {
            for operation in operations.iter().filter_map(Value::as_object) {
                note_operation(&mut names, resource_type, operation);
            }
        }
        (None, Some(members)) => note_members(&mut names, resource_type, members),
        (None, None) => {}
    }
    Projection::Written(names)
}

fn member<'v>(members: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    let mut members = members.iter();
    let found = members.find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

fn note_operation(
    names: &mut Vec<AttributePath>,
    resource_type: &ResourceType,
    operation: &Map<String, Value>,
) {
    let value = member(operation, "value").and_then(Value::as_object);
    let path = member(operation, "path").and_then(Value::as_str);
    let path = path.filter(|path| !path.is_empty());
    match (path, value) {
        (Some(path), value) if resource_type.schema(path).is_some() => {
            for key in value.into_iter().flat_map(Map::keys) {
                note(names, &format!("{path}:{key}"));
            }
        }
        // A path that cannot be read has been refused before anybody asks here.
        (Some(path), _) => {
            let path = PatchPath::parse(path, Leniency::Lenient);
            names.extend(path.ok().map(|path| path.attribute));
        }
        (None, Some(value)) => note_members(names, resource_type, value),
        (None, None) => {}
    }
}

fn note_members(
    names: &mut Vec<AttributePath>,
    resource_type: &ResourceType,
    members: &Map<String, Value>,
) {
    for (key, value) in members {
        if resource_type.schema(key).is_none() {
            note(names, key);
            continue;
        }
        for inner in value.as_object().into_iter().flat_map(Map::keys) {
            note(names, &format!("{key}:{inner}"));
        }
    }
}

fn note(names: &mut Vec<AttributePath>, name: &str) {
    names.extend(AttributePath::parse(name));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::project::project;
    use crate::scim::specimen::{self, ENTERPRISE};

    #[track_caller]
    fn check(body: &Value, expected: &[&str]) {
        let Projection::Written(names) = shown_after(&specimen::user(), body) else {
            panic!("the specimen has an attribute that is returned on request");
        };
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn body_and_operations_name_attributes() {
        let extended = format!("{ENTERPRISE}:department");
        check(
            &json!({ "userName": "a", ENTERPRISE: { "department": "x" } }),
            &["userName", &extended],
        );
        let operations = json!([
            { "op": "add", "path": "emails[type eq \"work\"].value", "value": "x" },
            { "op": "add", "path": ENTERPRISE, "value": { "department": "x" } },
            { "op": "add", "value": { "shoes": "x" } },
            { "op": "remove" },
        ]);
        check(
            &json!({ "operations": operations }),
            &["emails.value", &extended, "shoes"],
        );
    }

    #[test]
    fn what_is_returned_on_request_is_shown_to_who_wrote_it() {
        let (user, anna) = (specimen::user(), specimen::anna());
        let shown = |body: Value| project(&anna, &user, &shown_after(&user, &body));
        let default = project(&anna, &user, &Projection::Default);
        assert_eq!(shown(json!({ "userName": "a" })), default);
        let with_shoes = shown(json!({ "SHOES": "x" }));
        assert_eq!(with_shoes["shoes"], anna["shoes"]);
        assert!(default.get("shoes").is_none());
    }

    #[test]
    fn nothing_is_looked_for_where_nothing_is_kept_back() {
        let built_in = crate::scim::resource_type::ResourceTypes::built_in();
        let body = json!({ "userName": "a" });
        assert_eq!(shown_after(built_in.user(), &body), Projection::Default);
    }
}
