mod refusals;

use serde_json::json;

use super::*;
use crate::scim::schema::{AttributeType, Mutability, Returned, Uniqueness};

#[test]
fn every_built_in_document_is_read() {
    let types = ResourceTypes::built_in();
    let names: Vec<_> = types.all().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["User", "Group"]);
    for document in types.documents() {
        assert!(
            document["attributes"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
        );
    }
    for row in types.all() {
        assert!(
            row.attribute(None, &row.naming)
                .is_some_and(|name| name.required)
        );
    }
}

#[test]
fn attributes_are_found_without_case_and_by_urn() {
    let user = ResourceTypes::built_in().user();
    assert_eq!(
        user.attribute(None, "USERNAME").unwrap().uniqueness,
        Uniqueness::Server
    );
    assert_eq!(
        user.attribute(None, "password").unwrap().mutability,
        Mutability::WriteOnly
    );
    assert_eq!(
        user.attribute(None, "id").unwrap().returned,
        Returned::Always
    );
    assert_eq!(
        user.attribute(None, "meta")
            .unwrap()
            .sub_attribute("Created")
            .unwrap()
            .kind,
        AttributeType::DateTime
    );
    let urn = ENTERPRISE_SCHEMA.to_uppercase();
    assert!(user.attribute(Some(&urn), "employeenumber").is_some());
    assert!(
        user.attribute(Some(USER_SCHEMA), "employeeNumber")
            .is_none()
    );
    assert!(user.attribute(None, "employeeNumber").is_none());
    let group = ResourceTypes::built_in().group();
    assert!(group.schema(ENTERPRISE_SCHEMA).is_none());
}

#[test]
fn resource_types_are_found_by_their_endpoint() {
    let types = ResourceTypes::built_in();
    assert_eq!(types.at_endpoint("/Groups").unwrap().name, "Group");
    assert!(types.at_endpoint("/groups").is_none());
}

#[test]
fn served_documents_leave_the_common_attributes_out() {
    let first = ResourceTypes::built_in().documents().first().unwrap();
    assert_eq!(first["attributes"][0]["name"].as_str(), Some("userName"));
}

/// The documents of the example, as they are read from their folder.
fn example() -> Vec<(String, Value)> {
    let all = [
        (
            "device.json",
            include_str!("../../../../fixtures/schemas/example/device.json"),
        ),
        (
            "device-type.json",
            include_str!("../../../../fixtures/schemas/example/device-type.json"),
        ),
        (
            "device-warranty.json",
            include_str!("../../../../fixtures/schemas/example/device-warranty.json"),
        ),
        (
            "user-crew.json",
            include_str!("../../../../fixtures/schemas/example/user-crew.json"),
        ),
        (
            "user-type.json",
            include_str!("../../../../fixtures/schemas/example/user-type.json"),
        ),
    ];
    all.map(|(file, text)| (file.to_owned(), serde_json::from_str(text).unwrap()))
        .to_vec()
}

/// The example with one place of one file changed; `null` takes it away.
fn with_change(file: &str, pointer: &str, value: Value) -> Vec<(String, Value)> {
    let mut all = example();
    let (_, document) = all.iter_mut().find(|(name, _)| name == file).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Object(members) if value.is_null() => drop(members.shift_remove(key)),
        Value::Object(members) => drop(members.insert(key.to_owned(), value)),
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        _ => panic!("{parent} holds nothing"),
    }
    all
}

#[test]
fn example_is_loaded_behind_what_is_built_in() {
    let types = ResourceTypes::built_in().with(&example()).unwrap();
    let names: Vec<_> = types.all().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["User", "Group", "Device"]);
    let device = types.at_endpoint("/Devices").unwrap();
    assert_eq!(
        (device.kind, device.naming.as_str()),
        (Kind::Other(0), "serialNumber")
    );
    assert!(device.attribute(None, "externalId").is_some());
    assert!(device.extensions.iter().all(|extension| extension.required));
    let urns: Vec<_> = types
        .user()
        .extensions
        .iter()
        .map(|one| one.schema.id.as_str())
        .collect();
    assert_eq!(
        urns,
        [
            ENTERPRISE_SCHEMA,
            "urn:example:params:scim:schemas:extension:crew:2.0:User"
        ]
    );
    assert_eq!(types.documents().len(), 6);
    let built_in = ResourceTypes::built_in();
    assert_eq!(built_in.user().extensions.len(), 1);
}

#[test]
fn served_document_says_what_the_file_left_out_and_leaves_common_attributes_out() {
    let id = json!({ "name": "id", "mutability": "readOnly" });
    let types = ResourceTypes::built_in()
        .with(&with_change("device.json", "/attributes/5", id))
        .unwrap();
    let served = &types.documents()[3];
    let first = &served["attributes"][0];
    assert_eq!(first["returned"], "default");
    assert_eq!(first["multiValued"], false);
    let names = served["attributes"].as_array().unwrap().iter();
    assert!(names.clone().all(|attribute| attribute["name"] != "id"));
    let device = types.at_endpoint("/Devices").unwrap();
    let ids = device
        .schema
        .attributes
        .iter()
        .filter(|one| one.name == "id");
    assert_eq!(ids.count(), 1);
}

#[test]
fn resources_are_known_by_what_clients_set_and_see() {
    let naming = |attributes: Value| {
        let urn = "urn:example:params:scim:schemas:core:2.0:Thing";
        let schema = json!({ "id": urn, "attributes": attributes });
        let thing = json!({ "name": "Thing", "endpoint": "/Things", "schema": urn });
        let documents = [("a".to_owned(), schema), ("b".to_owned(), thing)];
        let types = ResourceTypes::built_in().with(&documents).unwrap();
        types.at_endpoint("/Things").unwrap().naming.clone()
    };
    let plain = json!({ "name": "label", "required": true });
    let unique = json!({ "name": "code", "required": true, "uniqueness": "global" });
    let secret = json!({ "name": "key", "required": true, "mutability": "writeOnly" });
    let optional = json!({ "name": "displayName" });
    assert_eq!(naming(json!([plain, unique])), "code");
    assert_eq!(naming(json!([secret, optional, plain])), "label");
    assert_eq!(
        naming(json!([secret, { "name": "name" }, optional])),
        "displayName"
    );
    assert_eq!(
        naming(json!([secret, { "name": "size", "type": "integer" }])),
        "id"
    );
}
