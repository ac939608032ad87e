//! Resource types and extensions that were loaded from documents: the whole machine works on them.
//!
//! The documents are those of `fixtures/schemas/example`: a type of their own with every kind of attribute, and an
//! extension of users.

use goto_double::{Builder, GotoDouble};
use serde_json::{Value, json};

use super::{check_error, found, list, resources};
use crate::support::program::ROOT;
use crate::support::{Client, patch, user, with};

const DEVICE: &str = "urn:example:params:scim:schemas:core:2.0:Device";
const WARRANTY: &str = "urn:example:params:scim:schemas:extension:warranty:2.0:Device";
const CREW: &str = "urn:example:params:scim:schemas:extension:crew:2.0:User";

fn documents() -> Vec<(String, Value)> {
    let folder = std::path::Path::new(ROOT).join("fixtures/schemas/example");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let document = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        (path.display().to_string(), document)
    };
    paths.iter().map(read).collect()
}

fn builder() -> Builder {
    GotoDouble::builder().schemas(documents())
}

fn start() -> (GotoDouble, Client) {
    with(builder())
}

/// A device with nothing but what is needed.
fn device(serial: &str) -> Value {
    json!({ "schemas": [DEVICE, WARRANTY], "serialNumber": serial, "displayName": format!("Device {serial}"),
        WARRANTY: { "seller": "Chandler" } })
}

/// The same with more.
fn device_with(serial: &str, more: &Value) -> Value {
    let mut body = device(serial);
    let members = body.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    body
}

#[track_caller]
fn create(client: &Client, body: &Value) -> Value {
    let answer = client.post("/Devices", body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn path_of(device: &Value) -> String {
    format!("/Devices/{}", device["id"].as_str().unwrap())
}

/// The serial numbers of the devices that a filter finds.
#[track_caller]
fn serials(client: &Client, filter: &str) -> Vec<String> {
    let answer = list(client, "/Devices", &[("filter", filter)]);
    let serial = |row: &Value| row["serialNumber"].as_str().unwrap().to_owned();
    resources(&answer).iter().map(serial).collect()
}

#[track_caller]
fn change(client: &Client, path: &str, operations: Value) -> Value {
    let answer = client.patch(path, &patch(operations));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

// RFC 7643 section 6: "The resource type schema specifies the metadata about a resource type. [...] Service providers
// MAY support other resource types by [...] defining new resource types."
#[test]
fn loaded_type_and_extension_are_discovered() {
    let (_goto, client) = start();
    let types = resources(&client.get("/ResourceTypes"));
    let names: Vec<_> = types
        .iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["User", "Group", "Device"]);
    let device = client.get("/ResourceTypes/Device").json();
    assert_eq!(device["endpoint"], "/Devices");
    assert_eq!(device["schema"], DEVICE);
    let extensions = json!([{ "schema": WARRANTY, "required": true }]);
    assert_eq!(device["schemaExtensions"], extensions);
    let user = client.get("/ResourceTypes/User").json();
    assert_eq!(
        user["schemaExtensions"][1],
        json!({ "schema": CREW, "required": false })
    );
    assert_eq!(resources(&client.get("/Schemas")).len(), 6);
    let schema = client.get(&format!("/Schemas/{WARRANTY}")).json();
    assert_eq!(schema["name"], "Warranty");
    assert_eq!(schema["attributes"][0]["required"], true);
    assert_eq!(schema["attributes"][0]["mutability"], "readWrite");
}

#[test]
fn resource_of_a_loaded_type_is_created_read_listed_replaced_and_deleted() {
    let (_goto, client) = start();
    let answer = client.post("/Devices", &device("A-1"));
    let made = answer.json();
    assert_eq!(answer.status, 201, "{made}");
    assert_eq!(made["meta"]["resourceType"], "Device");
    assert_eq!(answer.header("location"), made["meta"]["location"].as_str());
    assert!(
        made["meta"]["location"]
            .as_str()
            .unwrap()
            .ends_with(&path_of(&made))
    );
    assert_eq!(made["schemas"], json!([DEVICE, WARRANTY]));
    assert_eq!(client.get(&path_of(&made)).json(), made);
    assert_eq!(client.get("/Devices").json()["totalResults"], 1);
    let answer = client.put(&path_of(&made), &device_with("A-1", &json!({ "ports": 4 })));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(client.get(&path_of(&made)).json()["ports"], 4);
    assert_eq!(client.delete(&path_of(&made)).status, 204);
    check_error(&client.get(&path_of(&made)), 404, "", "");
    check_error(&client.get("/Robots"), 404, "", "");
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
}

#[test]
fn without_the_documents_there_is_no_such_type() {
    let (_goto, client) = with(GotoDouble::builder());
    check_error(&client.get("/Devices"), 404, "", "Devices");
    check_error(&client.post("/Devices", &device("A-1")), 404, "", "Devices");
}

// RFC 7643 section 7, required: "A Boolean value that specifies whether or not the attribute is required."
#[test]
fn required_attributes_and_extensions_are_asked_for() {
    let (_goto, client) = start();
    for (member, part) in [
        ("serialNumber", "serialNumber is required"),
        (WARRANTY, WARRANTY),
    ] {
        let mut body = device("A-1");
        body.as_object_mut().unwrap().shift_remove(member);
        body["schemas"] = json!([DEVICE]);
        check_error(&client.post("/Devices", &body), 400, "invalidValue", part);
    }
    let body = device_with(
        "A-1",
        &json!({ WARRANTY: { "until": "2030-01-31T08:00:00Z" } }),
    );
    check_error(
        &client.post("/Devices", &body),
        400,
        "invalidValue",
        "seller is required",
    );
    let place = device_with("A-1", &json!({ "place": { "floor": 2 } }));
    check_error(
        &client.post("/Devices", &place),
        400,
        "invalidValue",
        "building",
    );
    let made = create(&client, &device("A-1"));
    let removed = json!([{ "op": "remove", "path": WARRANTY }]);
    check_error(
        &client.patch(&path_of(&made), &patch(removed)),
        400,
        "mutability",
        WARRANTY,
    );
}

// RFC 7643 section 2.3.3: a decimal is "a real number with at least one digit to the left and right of the period".
#[test]
fn decimal_is_kept_to_its_last_digit_and_found_by_it() {
    let (_goto, client) = start();
    for (tag, weight) in [
        ("A-1", 2.222_222_222e41),
        ("A-2", 0.300_000_000_000_000_04),
        ("A-3", -1.797_693_134_862_315_7e308),
    ] {
        let made = create(&client, &device_with(tag, &json!({ "weight": weight })));
        assert_eq!(made["weight"].as_f64(), Some(weight));
        assert_eq!(serials(&client, &format!("weight eq {weight:e}")), [tag]);
    }
}

// RFC 7643 section 2.3: "Attribute data types are derived from JSON."
#[test]
fn values_of_every_type_are_checked() {
    let (_goto, client) = start();
    let good = json!({ "ports": 2, "weight": 1.5, "retired": false, "boughtAt": "2030-01-31T08:00:00Z",
        "owner": "../Users/1", "tags": ["blue", "Blue"], "place": { "building": "Pier", "floor": 2 },
        "addresses": [{ "value": "10.0.0.1", "type": "lan", "port": 22, "primary": true }] });
    let made = create(&client, &device_with("A-1", &good));
    for (name, value) in good.as_object().unwrap() {
        assert_eq!(&made[name], value, "{made}");
    }
    for (name, value) in [
        ("ports", json!(1.5)),
        ("ports", json!("two")),
        ("weight", json!("heavy")),
        ("retired", json!("perhaps")),
        ("boughtAt", json!("yesterday")),
        ("owner", json!("a b")),
        ("tags", json!([{ "a": 1 }])),
        ("place", json!({ "building": "Pier", "floor": "second" })),
        ("addresses", json!([{ "value": "10.0.0.1", "port": "ssh" }])),
    ] {
        let answer = client.post("/Devices", &device_with("A-2", &json!({ name: value })));
        check_error(&answer, 400, "invalidValue", name);
    }
}

// RFC 7643 section 7, immutable: "The attribute MAY be defined at resource creation (e.g., POST) or at record
// replacement via a request (e.g., a PUT). The attribute SHALL NOT be updated."
#[test]
fn immutable_attribute_of_a_loaded_type_stays() {
    let (_goto, client) = start();
    let made = create(&client, &device("A-1"));
    let operations = json!([{ "op": "replace", "path": "serialNumber", "value": "A-2" }]);
    check_error(
        &client.patch(&path_of(&made), &patch(operations)),
        400,
        "mutability",
        "serialNumber",
    );
    check_error(
        &client.put(&path_of(&made), &device("A-2")),
        400,
        "mutability",
        "serialNumber",
    );
    assert_eq!(client.put(&path_of(&made), &device("A-1")).status, 200);
    assert_eq!(client.get(&path_of(&made)).json()["serialNumber"], "A-1");
}

// RFC 7643 section 7, readOnly: "The attribute SHALL NOT be modified."
#[test]
fn read_only_attribute_of_a_loaded_type_is_not_taken() {
    let (_goto, client) = start();
    let made = create(&client, &device_with("A-1", &json!({ "firmware": "9" })));
    assert!(made.get("firmware").is_none(), "{made}");
    let operations = json!([{ "op": "add", "path": "firmware", "value": "9" }]);
    check_error(
        &client.patch(&path_of(&made), &patch(operations)),
        400,
        "mutability",
        "firmware",
    );
}

// RFC 7643 section 7, writeOnly: "The attribute MAY be updated at any time. Attribute values SHALL NOT be returned".
#[test]
fn write_only_attribute_of_a_loaded_type_is_never_returned() {
    let (_goto, client) = start();
    let made = create(&client, &device_with("A-1", &json!({ "pin": "4711" })));
    let operations = json!([{ "op": "replace", "path": "pin", "value": "4712" }]);
    let answers = [
        made.clone(),
        client.get(&path_of(&made)).json(),
        client
            .get(&format!("{}?attributes=pin", path_of(&made)))
            .json(),
        client.get("/Devices").json(),
        change(&client, &path_of(&made), operations),
        client
            .put(
                &path_of(&made),
                &device_with("A-1", &json!({ "pin": "4713" })),
            )
            .json(),
    ];
    for answer in answers {
        assert!(!answer.to_string().contains("471"), "{answer}");
    }
}

// RFC 7643 section 7, request: "The attribute is returned in response to any PUT, POST, or PATCH operations if the
// attribute was specified by the client (for example, the attribute was modified). The attribute is returned in a SCIM
// query operation only if specified in the "attributes" parameter."
#[test]
fn attribute_that_is_returned_on_request_is_returned_on_request() {
    let (_goto, client) = start();
    let noted = device_with("A-1", &json!({ "notes": "Squeaks" }));
    let made = create(&client, &noted);
    assert_eq!(made["notes"], "Squeaks");
    let path = path_of(&made);
    let replaced = client.put(&path, &noted).json();
    assert_eq!(replaced["notes"], "Squeaks");
    let operations = json!([{ "op": "replace", "path": "notes", "value": "Hums" }]);
    assert_eq!(change(&client, &path, operations)["notes"], "Hums");
    let operations = json!([{ "op": "replace", "value": { "Notes": "Purrs" } }]);
    assert_eq!(change(&client, &path, operations)["notes"], "Purrs");
    let operations = json!([{ "op": "add", "path": "ports", "value": 2 }]);
    let silent = [
        change(&client, &path, operations),
        client.get(&path).json(),
        client.get("/Devices").json()["Resources"][0].clone(),
    ];
    for shown in silent {
        assert!(shown.get("notes").is_none(), "{shown}");
    }
    let asked = client.get(&format!("{path}?attributes=notes")).json();
    assert_eq!(asked["notes"], "Purrs");
    assert!(asked.get("displayName").is_none(), "{asked}");
    let narrow = client
        .put(&format!("{path}?attributes=displayName"), &noted)
        .json();
    assert!(narrow.get("notes").is_none(), "{narrow}");
}

// RFC 7643 section 7, server: "The value SHOULD be unique within the context of the current SCIM endpoint".
#[test]
fn unique_attributes_of_loaded_types_and_extensions_are_kept_unique() {
    let (_goto, client) = start();
    let one = create(
        &client,
        &device_with("A-1", &json!({ "assetTag": "Anchor" })),
    );
    let two = create(&client, &device_with("a-1", &json!({ "assetTag": "Buoy" })));
    check_error(
        &client.post("/Devices", &device("A-1")),
        409,
        "uniqueness",
        "serialNumber",
    );
    let taken = device_with("A-2", &json!({ "assetTag": "ANCHOR" }));
    check_error(
        &client.post("/Devices", &taken),
        409,
        "uniqueness",
        "assetTag",
    );
    let taken = patch(json!([{ "op": "replace", "path": "assetTag", "value": "anchor" }]));
    check_error(
        &client.patch(&path_of(&two), &taken),
        409,
        "uniqueness",
        "assetTag",
    );
    let taken = device_with("a-1", &json!({ "assetTag": "anchor" }));
    check_error(
        &client.put(&path_of(&two), &taken),
        409,
        "uniqueness",
        "assetTag",
    );
    assert_eq!(client.delete(&path_of(&one)).status, 204);
    assert_eq!(client.put(&path_of(&two), &taken).status, 200);
    create(&client, &device("A-1"));
    for (name, expected) in [("ada@main.com", 201), ("bob@main.com", 409)] {
        let mut body = user(name);
        body["schemas"] = json!([body["schemas"][0], CREW]);
        body[CREW] = json!({ "berth": "Port 3", "badge": "7" });
        assert_eq!(client.post("/Users", &body).status, expected, "{name}");
    }
}

#[test]
fn filters_know_loaded_attributes_and_their_types() {
    let (_goto, client) = start();
    let one = json!({ "assetTag": "Anchor", "ports": 2, "weight": 1.5, "retired": false, "boughtAt": "2029-01-31T09:00:00+01:00",
        "tags": ["blue"], "addresses": [{ "value": "10.0.0.1", "type": "lan", "port": 22 }] });
    let two = json!({ "assetTag": "Buoy", "ports": 10, "weight": 20, "retired": true, "boughtAt": "2030-01-31T08:00:00Z",
        "tags": ["Blue"], "addresses": [{ "value": "10.0.0.2", "type": "wlan", "port": 80 }],
        WARRANTY: { "seller": "Sailmaker" } });
    create(&client, &device_with("A-1", &one));
    create(&client, &device_with("a-1", &two));
    for (filter, expected) in [
        (r#"serialNumber eq "A-1""#, vec!["A-1"]),
        (r#"serialnumber eq "a-1""#, vec!["a-1"]),
        (r#"assetTag eq "ANCHOR""#, vec!["A-1"]),
        ("ports gt 9", vec!["a-1"]),
        ("weight lt 1.6", vec!["A-1"]),
        ("retired eq false", vec!["A-1"]),
        (r#"boughtAt eq "2029-01-31T08:00:00Z""#, vec!["A-1"]),
        (r#"boughtAt gt "2029-12-31T23:59:59Z""#, vec!["a-1"]),
        (r#"tags eq "blue""#, vec!["A-1"]),
        (r#"addresses[type eq "wlan" and port ge 80]"#, vec!["a-1"]),
        (r#"addresses.value sw "10.0.0""#, vec!["A-1", "a-1"]),
        (&format!(r#"{WARRANTY}:seller eq "sailmaker""#), vec!["a-1"]),
        (&format!("{DEVICE}:ports le 2"), vec!["A-1"]),
        ("place pr", vec![]),
    ] {
        assert_eq!(serials(&client, filter), expected, "{filter}");
    }
    for filter in ["retired gt true", "ports eq"] {
        let answer = list(&client, "/Devices", &[("filter", filter)]);
        check_error(&answer, 400, "invalidFilter", "");
    }
    let sorted = list(
        &client,
        "/Devices",
        &[("sortBy", "ports"), ("sortOrder", "descending")],
    );
    assert_eq!(resources(&sorted)[0]["ports"], 10);
}

#[test]
fn patch_reaches_every_part_of_a_loaded_type() {
    let (_goto, client) = start();
    let made = create(&client, &device("A-1"));
    let path = path_of(&made);
    let operations = json!([
        { "op": "add", "path": "addresses", "value": [{ "value": "10.0.0.1", "type": "lan", "primary": true }] },
        { "op": "add", "path": "addresses", "value": [{ "value": "10.0.0.2", "type": "wlan" }] },
        { "op": "replace", "path": "addresses[type eq \"wlan\"].port", "value": 80 },
        { "op": "add", "path": "place.building", "value": "Pier" },
        { "op": "replace", "path": format!("{WARRANTY}:seller"), "value": "Sailmaker" },
        { "op": "add", "value": { "ports": 3, WARRANTY: { "until": "2030-01-31T08:00:00Z" } } },
    ]);
    let after = change(&client, &path, operations);
    assert_eq!(
        after["addresses"],
        json!([{ "value": "10.0.0.1", "type": "lan", "primary": true }, { "value": "10.0.0.2", "type": "wlan", "port": 80 }])
    );
    assert_eq!(after["place"], json!({ "building": "Pier" }));
    assert_eq!(
        after[WARRANTY],
        json!({ "seller": "Sailmaker", "until": "2030-01-31T08:00:00Z" })
    );
    assert_eq!(after["ports"], 3);
    let operations = json!([
        { "op": "remove", "path": "addresses[value eq \"10.0.0.1\"]" },
        { "op": "remove", "path": "place" },
        { "op": "remove", "path": "ports" },
    ]);
    let after = change(&client, &path, operations);
    assert_eq!(
        after["addresses"],
        json!([{ "value": "10.0.0.2", "type": "wlan", "port": 80 }])
    );
    assert!(after.get("place").is_none() && after.get("ports").is_none());
    for (operation, scim_type) in [
        (
            json!({ "op": "replace", "path": "colour", "value": "red" }),
            "invalidPath",
        ),
        (
            json!({ "op": "replace", "path": "ports", "value": "two" }),
            "invalidValue",
        ),
        (
            json!({ "op": "remove", "path": "displayName" }),
            "mutability",
        ),
    ] {
        let answer = client.patch(&path, &patch(json!([operation])));
        assert_eq!(answer.status, 400, "{operation}");
        assert_eq!(answer.json()["scimType"], scim_type, "{operation}");
    }
    assert_eq!(client.get(&path).json(), after);
}

#[test]
fn search_and_the_search_of_everything_know_loaded_types() {
    let (_goto, client) = start();
    create(&client, &device_with("A-1", &json!({ "externalId": "x" })));
    client.post("/Users", &user("ada@main.com"));
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": "serialNumber pr" });
    let found = resources(&client.post("/Devices/.search", &body));
    assert_eq!(found.len(), 1);
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": "id pr" });
    let found = resources(&client.post("/.search", &body));
    assert_eq!(found.len(), 2);
}

#[test]
fn extension_of_users_is_checked_found_and_changed() {
    let (_goto, client) = start();
    let mut ada = user("ada@main.com");
    ada["schemas"] = json!([ada["schemas"][0], CREW]);
    ada[CREW] = json!({ "watch": "first" });
    check_error(&client.post("/Users", &ada), 400, "invalidValue", "berth");
    ada[CREW]["berth"] = json!("Port 3");
    let made = client.post("/Users", &ada);
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert_eq!(made[CREW], json!({ "watch": "first", "berth": "Port 3" }));
    assert!(made["schemas"].as_array().unwrap().contains(&json!(CREW)));
    assert_eq!(client.post("/Users", &user("bob@main.com")).status, 201);
    assert_eq!(
        found(&client, "/Users", &format!(r#"{CREW}:berth eq "Port 3""#)),
        ["ada"]
    );
    assert_eq!(
        found(&client, "/Users", &format!(r#"{CREW}:berth eq "port 3""#)),
        Vec::<String>::new()
    );
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let operations = json!([{ "op": "replace", "path": format!("{CREW}:watch"), "value": "last" }]);
    assert_eq!(change(&client, &path, operations)[CREW]["watch"], "last");
    let operations = json!([{ "op": "remove", "path": format!("{CREW}:berth") }]);
    check_error(
        &client.patch(&path, &patch(operations)),
        400,
        "mutability",
        "berth",
    );
    let operations = json!([{ "op": "remove", "path": CREW }]);
    let after = change(&client, &path, operations);
    assert!(after.get(CREW).is_none(), "{after}");
    assert!(!after["schemas"].as_array().unwrap().contains(&json!(CREW)));
}

#[test]
fn strict_profile_refuses_what_a_loaded_type_does_not_know() {
    let (_goto, client) = with(builder().profile_named("rfc"));
    create(&client, &device("A-1"));
    let body = device_with("A-2", &json!({ "colour": "red" }));
    check_error(
        &client.post("/Devices", &body),
        400,
        "invalidSyntax",
        "colour",
    );
}

#[test]
fn type_whose_resources_have_no_name_is_known_by_id() {
    let urn = "urn:example:params:scim:schemas:core:2.0:Reading";
    let schema = json!({ "id": urn, "attributes": [{ "name": "degrees", "type": "decimal", "required": true }] });
    let reading = json!({ "name": "Reading", "endpoint": "/Readings", "schema": urn });
    let documents = [("schema".to_owned(), schema), ("type".to_owned(), reading)];
    let (_goto, client) = with(GotoDouble::builder().schemas(documents));
    let make = |degrees: f64| {
        let made = client.post(
            "/Readings",
            &json!({ "schemas": [urn], "degrees": degrees }),
        );
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    };
    let (one, two) = (make(1.5), make(1.5));
    assert_ne!(one, two);
    let answer = list(
        &client,
        "/Readings",
        &[("filter", &format!("id eq {two:?}"))],
    );
    let rows = resources(&answer);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["id"], json!(two));
    assert_eq!(client.delete(&format!("/Readings/{two}")).status, 204);
    check_error(&client.get(&format!("/Readings/{two}")), 404, "", &two);
    assert_ne!(make(2.5), two);
}

// RFC 7644 section 3.7: "The path [...] e.g., /Users or /Groups".
#[test]
fn bulk_and_versions_know_loaded_types() {
    let (_goto, client) = with(builder().profile_named("rfc"));
    let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
        { "method": "POST", "path": "/Devices", "bulkId": "d", "data": device("A-1") },
        { "method": "PATCH", "path": "/Devices/bulkId:d", "data": patch(json!([{ "op": "add", "path": "ports", "value": 3 }])) },
    ] });
    let answer = client.post("/Bulk", &bulk);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let statuses: Vec<_> = answer.json()["Operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["status"].clone())
        .collect();
    assert_eq!(statuses, ["201", "200"], "{}", answer.text());
    let found = resources(&client.get("/Devices"));
    assert_eq!(found[0]["ports"], 3);
    let path = path_of(&found[0]);
    let tag = client.get(&path).header("etag").unwrap().to_owned();
    let known = client.clone().header("If-None-Match", &tag);
    assert_eq!(known.get(&path).status, 304);
    let stale = client.clone().header("If-Match", "W/\"1\"");
    check_error(&stale.delete(&path), 412, "", "");
}

// GoTo's bounds are for its users and groups.
#[test]
fn bounds_of_users_and_groups_do_not_bind_loaded_types() {
    let (_goto, client) = start();
    let long = "x".repeat(500);
    let made = create(
        &client,
        &device_with("A-1", &json!({ "displayName": long })),
    );
    assert_eq!(made["displayName"], long);
}

#[test]
fn every_sandbox_of_a_double_has_the_types() {
    let (goto, client) = start();
    create(&client, &device("A-1"));
    let other = goto
        .control()
        .create(goto_double::SandboxSpec::default())
        .unwrap();
    let sandbox = other.sandbox().unwrap();
    let ready = goto_double::Ready::of(&sandbox, &goto.ready().control_url);
    let client = Client::new(&ready.scim_url).bearer(ready.token.as_deref().unwrap());
    assert_eq!(client.get("/Devices").json()["totalResults"], 0);
    create(&client, &device("A-1"));
    goto.control().reset().unwrap();
}

#[test]
fn double_does_not_start_with_documents_that_have_mistakes() {
    let mut documents = documents();
    documents[0].1["endpoint"] = json!("/Users");
    documents[1].1["attributes"][0]["type"] = json!("text");
    let refused = GotoDouble::builder()
        .schemas(documents)
        .start()
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("device-type.json: endpoint: /Users is taken by User"),
        "{refused}"
    );
    assert!(
        refused.contains("device-warranty.json: attributes[0].type: \"text\""),
        "{refused}"
    );
}
