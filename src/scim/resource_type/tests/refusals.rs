//! What is said of documents that have mistakes.

use serde_json::{Value, json};

use super::{example, with_change};
use crate::scim::resource_type::{GROUP_SCHEMA, ResourceTypes, USER_SCHEMA};

#[track_caller]
fn check_refused(documents: &[(String, Value)], expected: &[&str]) {
    let refused = ResourceTypes::built_in().with(documents).unwrap_err();
    let said: Vec<_> = refused.mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(said.starts_with(expected), "{said}\n{expected}");
    }
}

#[track_caller]
fn check_change(file: &str, pointer: &str, value: Value, expected: &str) {
    let expected = format!("{file}: {expected}");
    check_refused(&with_change(file, pointer, value), &[&expected]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table of mistakes")]
fn characteristics_that_are_none_are_refused_with_their_place() {
    let device = "device.json";
    for (pointer, value, expected) in [
        (
            "/attributes/3/type",
            json!("interger"),
            "attributes[3].type: \"interger\" is none of string, boolean, decimal, integer, dateTime, binary, reference, complex; did you mean integer?",
        ),
        (
            "/attributes/3/type",
            json!(7),
            "attributes[3].type: must be text",
        ),
        (
            "/attributes/0/mutability",
            json!("readonly"),
            "attributes[0].mutability: \"readonly\" is none of readOnly,",
        ),
        (
            "/attributes/0/returned",
            json!("sometimes"),
            "attributes[0].returned:",
        ),
        (
            "/attributes/0/uniqueness",
            json!("local"),
            "attributes[0].uniqueness:",
        ),
        (
            "/attributes/0/required",
            json!("yes"),
            "attributes[0].required: must be true or false",
        ),
        (
            "/attributes/0/mutabilty",
            json!("immutable"),
            "attributes[0].mutabilty: no such member; did you mean mutability?",
        ),
        (
            "/attributes/11/canonicalValues",
            json!([1]),
            "attributes[11].canonicalValues: must be an array of texts",
        ),
        (
            "/attributes/0/name",
            json!("serial number"),
            "attributes[0].name: \"serial number\" is no attribute name",
        ),
        (
            "/attributes/0/name",
            json!("$ref"),
            "attributes[0].name: \"$ref\" is no attribute name",
        ),
        (
            "/attributes/0/name",
            Value::Null,
            "attributes[0]: name is missing",
        ),
        (
            "/attributes/1/name",
            json!("serialnumber"),
            "attributes[1].name: serialnumber is taken by serialNumber before it",
        ),
        (
            "/attributes/5/name",
            json!("meta"),
            "attributes: meta is an attribute that every resource has",
        ),
        (
            "/attributes/5/name",
            json!("id"),
            "attributes: id is an attribute that every resource has",
        ),
        (
            "/attributes/4",
            json!(1),
            "attributes[4]: must be a JSON object",
        ),
        (
            "/attributes",
            json!({}),
            "attributes: must be an array of objects",
        ),
        ("/id", json!("Device"), "id: \"Device\" is no schema URN"),
    ] {
        let documents = with_change(device, pointer, value);
        let refused = ResourceTypes::built_in().with(&documents).unwrap_err();
        let first = refused
            .mistakes
            .iter()
            .find(|one| one.file == device)
            .unwrap()
            .to_string();
        assert!(
            first.starts_with(&format!("{device}: {expected}")),
            "{first}"
        );
    }
}

#[test]
fn characteristics_that_cannot_go_together_are_refused() {
    let device = "device.json";
    for (pointer, value, expected) in [
        (
            "/attributes/12/subAttributes",
            Value::Null,
            "attributes[12]: a complex attribute needs",
        ),
        (
            "/attributes/4/subAttributes",
            json!([{ "name": "a" }]),
            "attributes[4].subAttributes: only a complex",
        ),
        (
            "/attributes/12/subAttributes/2/type",
            json!("complex"),
            "attributes[12].subAttributes[2].type: a sub-attribute cannot",
        ),
        (
            "/attributes/12/uniqueness",
            json!("server"),
            "attributes[12].uniqueness: a complex attribute cannot be unique",
        ),
        (
            "/attributes/3/returned",
            json!("request"),
            "attributes[3].returned: what is writeOnly",
        ),
        (
            "/attributes/4/referenceTypes",
            json!(["User"]),
            "attributes[4].referenceTypes: only a reference",
        ),
    ] {
        check_change(device, pointer, value, expected);
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table of mistakes")]
fn resource_type_that_cannot_be_served_is_refused() {
    let device = "device-type.json";
    for (pointer, value, expected) in [
        (
            "/endpoint",
            json!("/Users"),
            "endpoint: /Users is taken by User",
        ),
        (
            "/endpoint",
            json!("/bulk"),
            "endpoint: /bulk is taken by SCIM itself",
        ),
        (
            "/endpoint",
            json!("/Me"),
            "endpoint: /Me is taken by SCIM itself",
        ),
        (
            "/endpoint",
            json!("/.search"),
            "endpoint: \"/.search\" is no endpoint",
        ),
        (
            "/endpoint",
            json!("Devices"),
            "endpoint: \"Devices\" is no endpoint",
        ),
        (
            "/endpoint",
            json!("/a/b"),
            "endpoint: \"/a/b\" is no endpoint",
        ),
        (
            "/endpoint",
            json!("/a%20b"),
            "endpoint: \"/a%20b\" is no endpoint",
        ),
        ("/endpoint", Value::Null, "endpoint is missing"),
        ("/name", Value::Null, "name is missing"),
        (
            "/name",
            json!("a b"),
            "name: \"a b\" is no name of a resource type",
        ),
        (
            "/name",
            json!("Schema"),
            "name: Schema is taken by another resource type",
        ),
        (
            "/schema",
            json!(USER_SCHEMA),
            "schema: urn:ietf:params:scim:schemas:core:2.0:User is the core schema of the resource type User",
        ),
        (
            "/schemaExtensions/0/schema",
            json!("urn:example:params:scim:schemas:extension:waranty:2.0:Device"),
            "schemaExtensions[0].schema: no document defines the schema urn:example:params:scim:schemas:extension:waranty:2.0:Device; did you mean urn:example:params:scim:schemas:extension:warranty:2.0:Device?",
        ),
        (
            "/schemaExtensions/0/schema",
            json!(GROUP_SCHEMA),
            "schemaExtensions[0].schema: urn:ietf:params:scim:schemas:core:2.0:Group is the core schema",
        ),
        (
            "/schemaExtensions/0/require",
            json!(true),
            "schemaExtensions[0].require: no such member; did you mean required?",
        ),
    ] {
        let documents = with_change(device, pointer, value);
        let refused = ResourceTypes::built_in().with(&documents).unwrap_err();
        let first = refused
            .mistakes
            .iter()
            .find(|one| one.file == device)
            .unwrap()
            .to_string();
        assert!(
            first.starts_with(&format!("{device}: {expected}")),
            "{first}"
        );
    }
    check_change(
        "user-type.json",
        "/endpoint",
        json!("/People"),
        "endpoint: the resource type User is built in, and this is /Users there",
    );
}

#[test]
fn documents_that_do_not_fit_together_are_refused() {
    let crew = example()
        .into_iter()
        .filter(|(file, _)| file != "user-type.json");
    check_refused(
        &crew.collect::<Vec<_>>(),
        &["user-crew.json: no resource type uses this schema"],
    );
    let mut twice = example();
    let (_, again) = twice[3].clone();
    twice.push(("again.json".into(), again));
    check_refused(
        &twice,
        &[
            "again.json: id: urn:example:params:scim:schemas:extension:crew:2.0:User is taken by user-crew.json",
        ],
    );
    let mut twice = example();
    let (_, again) = twice[1].clone();
    twice.push(("again.json".into(), again));
    check_refused(
        &twice,
        &[
            "again.json: name: Device is taken",
            "again.json: endpoint: /Devices is taken by Device",
        ],
    );
    let (_, user) = (0, ResourceTypes::built_in().documents()[0].clone());
    check_refused(
        &[("user.json".into(), user)],
        &[
            "user.json: id: urn:ietf:params:scim:schemas:core:2.0:User is taken by a built-in schema",
        ],
    );
    check_refused(
        &[("x.json".into(), json!({})), ("y.json".into(), json!([]))],
        &["x.json: this is neither", "y.json: must be a JSON object"],
    );
}

#[test]
fn every_mistake_of_every_document_is_told_at_once() {
    let mut documents = with_change("device.json", "/attributes/3/type", json!("text"));
    documents[0].1["attributes"][4]["required"] = json!(1);
    documents[1].1["endpoint"] = json!("devices");
    check_refused(
        &documents,
        &[
            "device.json: attributes[3].type",
            "device.json: attributes[4].required",
            "device-type.json: endpoint",
        ],
    );
}
