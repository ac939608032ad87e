//! SCIM resources, [RFC 7643 section 3](https://www.rfc-editor.org/rfc/rfc7643#section-3).

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::check_error;
use crate::support::{CORE_GROUP, CORE_USER, Client, ENTERPRISE, group, patch, start, user, with};

fn strict() -> (GotoDouble, Client) {
    with(GotoDouble::builder().profile_named("rfc"))
}

fn named(schemas: Value) -> Value {
    let mut body = user("ada@main.com");
    body["schemas"] = schemas;
    body
}

// Section 3: "The "schemas" attribute is a REQUIRED attribute".
#[test]
fn body_without_schemas_is_refused_only_by_the_letter() {
    let mut bare = user("ada@main.com");
    bare.as_object_mut().unwrap().shift_remove("schemas");
    for body in [
        bare,
        named(json!([])),
        named(Value::Null),
        named(json!([ENTERPRISE])),
    ] {
        let (_goto, client) = start();
        assert_eq!(client.post("/Users", &body).status, 201, "{body}");
        let (_goto, client) = strict();
        check_error(
            &client.post("/Users", &body),
            400,
            "invalidSyntax",
            CORE_USER,
        );
    }
}

// Section 3: "... MUST only contain values defined as "schema" and "schemaExtensions" for the resource's defined
// "resourceType"."
#[test]
fn core_schema_of_another_type_is_refused() {
    for (_goto, client) in [start(), strict()] {
        let body = named(json!([CORE_USER, CORE_GROUP]));
        check_error(
            &client.post("/Users", &body),
            400,
            "invalidSyntax",
            "schemas[1]",
        );
        let mut guides = group("Guides");
        guides["schemas"] = json!([CORE_GROUP, ENTERPRISE]);
        check_error(
            &client.post("/Groups", &guides),
            400,
            "invalidSyntax",
            ENTERPRISE,
        );
    }
}

// Section 3: "Duplicate values MUST NOT be included. Value order is not specified and MUST NOT impact behavior."
#[test]
fn schemas_are_named_once_in_any_order_and_any_case() {
    for (_goto, client) in [start(), strict()] {
        let twice = named(json!([CORE_USER, CORE_USER.to_uppercase()]));
        check_error(
            &client.post("/Users", &twice),
            400,
            "invalidSyntax",
            "named twice",
        );
        let mut body = named(json!([ENTERPRISE.to_uppercase(), CORE_USER]));
        body[ENTERPRISE] = json!({ "department": "Tours" });
        let made = client.post("/Users", &body).json();
        assert_eq!(made["schemas"], json!([CORE_USER, ENTERPRISE]));
    }
}

// Section 3: "the namespaces of the SCIM schemas that define the attributes present in the current JSON structure".
#[test]
fn schemas_of_an_answer_are_those_that_the_resource_uses() {
    let (_goto, client) = strict();
    let made = client
        .post("/Users", &named(json!([CORE_USER, ENTERPRISE])))
        .json();
    assert_eq!(made["schemas"], json!([CORE_USER]));
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let add =
        json!([{ "op": "add", "path": format!("{ENTERPRISE}:department"), "value": "Tours" }]);
    assert_eq!(
        client.patch(&path, &patch(add)).json()["schemas"],
        json!([CORE_USER, ENTERPRISE])
    );
    let remove = json!([{ "op": "remove", "path": format!("{ENTERPRISE}:department") }]);
    assert_eq!(
        client.patch(&path, &patch(remove)).json()["schemas"],
        json!([CORE_USER])
    );
}

// Section 3.1: ""id": ... It MUST NOT be specified by the client", "meta: All "meta" sub-attributes are assigned by the
// service provider (have a "mutability" of "readOnly") ... SHALL be ignored when provided by clients".
#[test]
fn id_and_meta_of_a_body_are_ignored() {
    for (_goto, client) in [start(), strict()] {
        let mut body = user("ada@main.com");
        body["id"] = json!("mine");
        body["meta"] = json!({ "resourceType": "Group", "created": "1999-01-01T00:00:00Z", "version": "mine" });
        let made = client.post("/Users", &body).json();
        assert_ne!(made["id"], "mine");
        assert_eq!(made["meta"]["resourceType"], "User");
        let path = format!("/Users/{}", made["id"].as_str().unwrap());
        let after = client.put(&path, &body).json();
        assert_eq!(
            (&after["id"], &after["meta"]["created"]),
            (&made["id"], &made["meta"]["created"])
        );
        for path_of in ["id", "meta.created", "meta"] {
            let write = patch(json!([{ "op": "replace", "path": path_of, "value": "mine" }]));
            check_error(&client.patch(&path, &write), 400, "mutability", path_of);
        }
    }
}

// Section 3.1: ""externalId": A String that is an identifier for the resource as defined by the provisioning client.
// ... The value of the "externalId" attribute is always issued by the provisioning client".
#[test]
fn external_id_is_kept_to_the_letter_and_may_change() {
    let (_goto, client) = strict();
    let mut body = user("ada@main.com");
    body["externalId"] = json!(" Ada/7 ");
    let made = client.post("/Users", &body).json();
    assert_eq!(made["externalId"], " Ada/7 ");
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let write = patch(json!([{ "op": "replace", "path": "externalId", "value": "8" }]));
    assert_eq!(client.patch(&path, &write).json()["externalId"], "8");
}

// Section 3.3: "extension namespaces ... the schema extension URI SHALL be used as a JSON container".
#[test]
fn attribute_of_an_extension_is_none_of_the_core() {
    let (_goto, client) = start();
    let mut body = user("ada@main.com");
    body["department"] = json!("Tours");
    let made = client.post("/Users", &body).json();
    assert!(made.get("department").is_none() && made.get(ENTERPRISE).is_none());
    let (_goto, client) = strict();
    check_error(
        &client.post("/Users", &body),
        400,
        "invalidSyntax",
        "department",
    );
}

// Section 3: "This attribute may be used by parsers to define the attributes present in the JSON structure": the object
// of an extension may say it too.
#[test]
fn object_of_an_extension_may_name_its_schema() {
    for (_goto, client) in [start(), strict()] {
        let mut body = named(json!([CORE_USER, ENTERPRISE]));
        body[ENTERPRISE] = json!({ "schemas": [ENTERPRISE], "department": "Tours" });
        let made = client.post("/Users", &body).json();
        assert_eq!(made[ENTERPRISE], json!({ "department": "Tours" }));
        let path = format!("/Users/{}", made["id"].as_str().unwrap());
        let value = json!({ "schemas": [ENTERPRISE], "division": "Parks" });
        let add = json!([{ "op": "add", "path": ENTERPRISE, "value": value }]);
        let after = client.patch(&path, &patch(add)).json();
        assert_eq!(
            after[ENTERPRISE],
            json!({ "department": "Tours", "division": "Parks" })
        );
    }
}
