//! The same JSON in another shape: what a client must bear, and what it should notice.

use std::time::Duration;

use serde_json::{Map, Number, Value, json};

use crate::clock::Timestamp;
use crate::entry::SubjectKind;
use crate::scenario::plan::{Shape, Unassigned};

use super::rows::rows;

/// The extension that no client knows.
const UNKNOWN_EXTENSION: &str = "urn:example:params:scim:schemas:extension:unknown:2.0:Thing";

/// The attributes of [RFC 7643 section 4.1](https://www.rfc-editor.org/rfc/rfc7643#section-4.1) with several values.
const USER_LISTS: [&str; 9] = [
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "groups",
    "entitlements",
    "roles",
    "x509Certificates",
];

/// Those with one, as far as anybody may leave them out.
const USER_VALUES: [&str; 11] = [
    "externalId",
    "displayName",
    "nickName",
    "profileUrl",
    "title",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "active",
    "name",
];

/// Those of a group, [RFC 7643 section 4.2](https://www.rfc-editor.org/rfc/rfc7643#section-4.2).
const GROUP_LISTS: [&str; 1] = ["members"];
const GROUP_VALUES: [&str; 1] = ["externalId"];

/// What is left as it is when text is rewritten: what names a thing for a machine.
const KEPT: [&str; 9] = [
    "id",
    "externalId",
    "schemas",
    "meta",
    "$ref",
    "type",
    "members",
    "groups",
    "manager",
];

/// How the schemas end of what describes the service, [RFC 7643 section 5](https://www.rfc-editor.org/rfc/rfc7643#section-5) to 7.
const DESCRIPTIONS: [&str; 3] = [
    ":core:2.0:ServiceProviderConfig",
    ":core:2.0:ResourceType",
    ":core:2.0:Schema",
];

impl Shape {
    /// The shape for the so-many-th time.
    pub(super) fn in_turn(self, count: u64) -> Self {
        match self {
            Self::Unassigned(Unassigned::Turns) => Self::Unassigned(match count % 3 {
                1 => Unassigned::Null,
                2 => Unassigned::Absent,
                _ => Unassigned::List,
            }),
            other => other,
        }
    }

    /// Gives a body this shape.
    pub(super) fn give(self, body: &mut Value) {
        match self {
            Self::NumberId => each_resource(body, number_id),
            Self::UpperNames => rename(body, &|name| name.to_ascii_uppercase()),
            Self::LowerNames => rename(body, &|name| name.to_ascii_lowercase()),
            Self::Resources => small_resources(body),
            Self::ExtraAttributes => {
                each_resource(body, extra_extension);
                extra_members(body);
            }
            Self::Unassigned(form) => each_resource(body, |resource| unassigned(resource, form)),
            Self::Reordered => reorder(body),
            Self::StringNumbers => string_numbers(body),
            Self::Rewritten => each_resource(body, rewrite),
            Self::OffsetDates => each_resource(body, |one| redate(one, with_offset)),
            Self::LongDates => each_resource(body, |one| redate(one, with_digits)),
        }
    }
}

/// Does something to the resource, or to each listed one; what is no resource, as an error, stays as it is.
fn each_resource(body: &mut Value, change: impl Fn(&mut Map<String, Value>)) {
    let change = |value: &mut Value| {
        if let Some(members) = value.as_object_mut().filter(|members| is_resource(members)) {
            change(members);
        }
    };
    match rows(body) {
        Some(rows) => rows.iter_mut().for_each(change),
        None => change(body),
    }
}

/// Whether it is a resource: messages and what describes the service itself are none.
pub(super) fn is_resource(members: &Map<String, Value>) -> bool {
    let is_other = |name: &str| {
        name.contains(":api:messages:") || DESCRIPTIONS.iter().any(|other| name.ends_with(other))
    };
    // The older dialect describes itself under the schema that its resources have.
    let is_one = members.contains_key("id") || members.contains_key("meta");
    is_one && names_schema(members, |_| true) && !names_schema(members, is_other)
}

fn names_schema(members: &Map<String, Value>, wanted: impl Fn(&str) -> bool) -> bool {
    let schemas = members.get("schemas").and_then(Value::as_array);
    let mut names = schemas.into_iter().flatten().filter_map(Value::as_str);
    names.any(wanted)
}

/// Of which type a resource is; what nobody here knows has attributes that nobody knows.
fn kind(resource: &Map<String, Value>) -> Option<SubjectKind> {
    if names_schema(resource, |name| name.ends_with(":core:2.0:User")) {
        return Some(SubjectKind::User);
    }
    if names_schema(resource, |name| name.ends_with(":core:2.0:Group")) {
        return Some(SubjectKind::Group);
    }
    // The older dialect has one schema for both, and only a user has this name.
    names_schema(resource, |name| name == "urn:scim:schemas:core:1.0").then(|| {
        if resource.contains_key("userName") {
            SubjectKind::User
        } else {
            SubjectKind::Group
        }
    })
}

fn number_id(resource: &mut Map<String, Value>) {
    let id = resource.get("id").and_then(Value::as_str);
    if let Some(number) = id.and_then(|id| id.parse::<u64>().ok()) {
        resource.insert("id".into(), Value::Number(Number::from(number)));
    }
}

/// Renames the members of every object but those that are named by a URI.
fn rename(value: &mut Value, new: &dyn Fn(&str) -> String) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| rename(element, new)),
        Value::Object(members) => {
            let old = std::mem::take(members);
            for (name, mut value) in old {
                rename(&mut value, new);
                let name = if name.contains(':') { name } else { new(&name) };
                members.insert(name, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn small_resources(body: &mut Value) {
    let Some(members) = body.as_object_mut() else {
        return;
    };
    if let Some(rows) = members.shift_remove("Resources") {
        members.insert("resources".into(), rows);
    }
}

fn extra_members(body: &mut Value) {
    if let Some(members) = body.as_object_mut() {
        members.insert("unknownText".into(), "\u{1f9ea} ünknown".into());
        members.insert("unknownNumber".into(), json!(-1.5e-3));
        members.insert("unknownList".into(), json!([{ "value": null }, []]));
    }
}

fn extra_extension(resource: &mut Map<String, Value>) {
    if let Some(Value::Array(schemas)) = resource.get_mut("schemas") {
        schemas.push(UNKNOWN_EXTENSION.into());
    }
    resource.insert(UNKNOWN_EXTENSION.into(), json!({ "unknown": true }));
}

fn unassigned(resource: &mut Map<String, Value>, form: Unassigned) {
    let (lists, values): (&[&str], &[&str]) = match kind(resource) {
        Some(SubjectKind::User) => (&USER_LISTS, &USER_VALUES),
        Some(SubjectKind::Group) => (&GROUP_LISTS, &GROUP_VALUES),
        _ => (&[], &[]),
    };
    resource.retain(|_, value| !value.is_null() && value.as_array() != Some(&Vec::new()));
    let mut write = |names: &[&str], value: &Value| {
        for name in names {
            if !resource.contains_key(*name) {
                resource.insert((*name).to_owned(), value.clone());
            }
        }
    };
    match form {
        Unassigned::Null => {
            write(lists, &Value::Null);
            write(values, &Value::Null);
        }
        Unassigned::List => write(lists, &json!([])),
        Unassigned::Absent | Unassigned::Turns => {}
    }
}

/// Turns everything round whose order means nothing; the rows of a list keep theirs, for pages depend on it.
fn reorder(value: &mut Value) {
    match value {
        Value::Array(elements) => {
            elements.iter_mut().for_each(reorder);
            elements.reverse();
        }
        Value::Object(members) => {
            let old = std::mem::take(members);
            for (name, mut value) in old.into_iter().rev() {
                match &mut value {
                    Value::Array(rows) if name.eq_ignore_ascii_case("resources") => {
                        rows.iter_mut().for_each(reorder);
                    }
                    other => reorder(other),
                }
                members.insert(name, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn string_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Array(elements) => elements.iter_mut().for_each(string_numbers),
        Value::Object(members) => members.values_mut().for_each(string_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// The dates of `meta`, which are the double's own and end in `Z`.
fn redate(resource: &mut Map<String, Value>, written: fn(&str) -> Option<String>) {
    let Some(meta) = resource.get_mut("meta").and_then(Value::as_object_mut) else {
        return;
    };
    for name in ["created", "lastModified"] {
        if let Some(Value::String(date)) = meta.get_mut(name)
            && let Some(other) = written(date)
        {
            *date = other;
        }
    }
}

fn with_offset(date: &str) -> Option<String> {
    let later = Timestamp::parse(date)?.plus(Duration::from_secs(2 * 3600));
    let later = later.to_string();
    Some(format!("{}+02:00", later.strip_suffix('Z')?))
}

fn with_digits(date: &str) -> Option<String> {
    let date = date.strip_suffix('Z')?;
    let digits = if date.contains('.') { "000" } else { ".000000" };
    Some(format!("{date}{digits}Z"))
}

fn rewrite(members: &mut Map<String, Value>) {
    let members = members.iter_mut();
    members
        .filter(|(name, _)| !KEPT.contains(&name.as_str()))
        .for_each(|(_, value)| capitals(value));
}

fn capitals(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.to_uppercase(),
        Value::Array(elements) => elements.iter_mut().for_each(capitals),
        Value::Object(members) => rewrite(members),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> Value {
        json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "1234567890123456789",
            "userName": "ada@main.com", "emails": [{ "value": "ada@main.com", "type": "work" }, { "value": "b@main.com" }] })
    }

    fn shaped(shape: Shape, mut body: Value) -> Value {
        shape.give(&mut body);
        body
    }

    #[test]
    fn long_id_becomes_a_number_without_losing_a_digit() {
        let text = shaped(Shape::NumberId, user()).to_string();
        assert!(text.contains("\"id\":1234567890123456789,"), "{text}");
        let named =
            json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "a-b" });
        assert_eq!(shaped(Shape::NumberId, named.clone()), named);
    }

    #[test]
    fn names_change_their_case_and_uris_do_not() {
        let body = json!({ "userName": "Ada", "urn:A:B": { "costCenter": "X" } });
        assert_eq!(
            shaped(Shape::LowerNames, body.clone()),
            json!({ "username": "Ada", "urn:A:B": { "costcenter": "X" } })
        );
        assert_eq!(
            shaped(Shape::UpperNames, body),
            json!({ "USERNAME": "Ada", "urn:A:B": { "COSTCENTER": "X" } })
        );
    }

    #[test]
    fn dates_say_the_same_moment() {
        for (shape, expected) in [
            (Shape::OffsetDates, "2030-01-01T01:30:00.5+02:00"),
            (Shape::LongDates, "2029-12-31T23:30:00.5000Z"),
        ] {
            let mut body = user();
            body["meta"] = json!({ "created": "2029-12-31T23:30:00.5Z", "location": "x" });
            let body = shaped(shape, body);
            assert_eq!(body["meta"]["created"], expected);
            let moment = Timestamp::parse("2029-12-31T23:30:00.5Z");
            assert_eq!(Timestamp::parse(expected), moment);
        }
    }

    #[test]
    fn order_turns_round_but_not_that_of_the_rows() {
        let list = json!({ "totalResults": 2, "Resources": [{ "a": [1, 2], "b": 1 }, { "c": 1 }] });
        assert_eq!(
            shaped(Shape::Reordered, list).to_string(),
            r#"{"Resources":[{"b":1,"a":[2,1]},{"c":1}],"totalResults":2}"#
        );
    }

    #[test]
    fn rows_of_the_older_dialect_keep_their_order_too() {
        let list = json!({ "totalResults": 2, "resources": [{ "id": "1" }, { "id": "2" }] });
        let rows = shaped(Shape::Reordered, list.clone())["resources"].clone();
        assert_eq!(rows, list["resources"]);
    }

    #[test]
    fn group_of_the_older_dialect_has_no_attributes_of_a_user() {
        let null = Shape::Unassigned(Unassigned::Null);
        let group =
            json!({ "schemas": ["urn:scim:schemas:core:1.0"], "id": "1", "displayName": "G" });
        let group = shaped(null, group);
        assert!(group["members"].is_null() && group.get("members").is_some());
        assert_eq!(group.get("emails"), None);
        let config = json!({ "schemas": ["urn:scim:schemas:core:1.0"], "patch": {} });
        assert_eq!(shaped(null, config.clone()), config);
        let device = json!({ "schemas": ["urn:example:Device"], "id": "7", "serial": null });
        assert_eq!(
            shaped(null, device),
            json!({ "schemas": ["urn:example:Device"], "id": "7" })
        );
    }

    #[test]
    fn loaded_types_have_ids_and_the_service_describes_itself_without_change() {
        let device = json!({ "schemas": ["urn:example:Device"], "id": "7" });
        assert_eq!(shaped(Shape::NumberId, device)["id"], 7);
        for name in ["core:2.0:Schema", "core:2.0:ResourceType"] {
            let name = format!("urn:ietf:params:scim:schemas:{name}");
            let text = json!({ "schemas": [name], "id": "7", "meta": {} });
            assert_eq!(shaped(Shape::NumberId, text.clone()), text);
        }
    }

    #[test]
    fn what_is_unassigned_is_written_in_three_ways_in_turn() {
        let turns = Shape::Unassigned(Unassigned::Turns);
        let nth = |count| shaped(turns.in_turn(count), user());
        assert_eq!(nth(1).get("title"), Some(&Value::Null));
        assert_eq!(nth(1).get("roles"), Some(&Value::Null));
        assert_eq!(nth(2).as_object().unwrap().len(), 4);
        assert_eq!(nth(3).get("roles"), Some(&json!([])));
        assert_eq!(nth(3).get("title"), None);
        assert_eq!(nth(4), nth(1));
    }

    #[test]
    fn capitals_leave_what_a_machine_reads() {
        let body = shaped(Shape::Rewritten, user());
        assert_eq!(body["userName"], "ADA@MAIN.COM");
        assert_eq!(
            body["emails"][0],
            json!({ "value": "ADA@MAIN.COM", "type": "work" })
        );
        assert_eq!(body["schemas"], user()["schemas"]);
        let error =
            json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "detail": "no" });
        assert_eq!(shaped(Shape::Rewritten, error.clone()), error);
    }

    #[test]
    fn numbers_become_text_and_rows_move_to_another_name() {
        let list = json!({ "totalResults": 2, "Resources": [] });
        assert_eq!(
            shaped(Shape::StringNumbers, list.clone())["totalResults"],
            "2"
        );
        assert_eq!(
            shaped(Shape::Resources, list),
            json!({ "totalResults": 2, "resources": [] })
        );
    }

    #[test]
    fn extra_attributes_stand_in_resources_and_in_lists() {
        let list = json!({ "Resources": [user()] });
        let body = shaped(Shape::ExtraAttributes, list);
        assert!(body["unknownText"].is_string());
        assert_eq!(body["Resources"][0]["schemas"][1], UNKNOWN_EXTENSION);
        assert_eq!(body["Resources"][0][UNKNOWN_EXTENSION]["unknown"], true);
    }
}
