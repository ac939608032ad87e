//! Which attributes go out, [RFC 7644 section 3.9](https://www.rfc-editor.org/rfc/rfc7644#section-3.9).

use serde_json::{Value, json};

use super::{cast, check_error, list, resources};
use crate::support::{CORE_USER, Client, ENTERPRISE, start};

#[test]
fn rows_of_a_list_show_only_what_is_asked_for() {
    let (_goto, client) = start();
    cast(&client);
    let rows = resources(&list(
        &client,
        "/Users",
        &[("attributes", "userName,emails.value"), ("count", "1")],
    ));
    let expected = json!([{ "value": "anna@work.example" }, { "value": "anna@home.example" }]);
    assert_eq!(rows[0]["emails"], expected);
    assert_eq!(rows[0]["id"].as_str().map(str::len), Some(19));
    assert!(rows[0].get("name").is_none());
    let rows = resources(&list(
        &client,
        "/Users",
        &[("excludedAttributes", "name,meta"), ("count", "1")],
    ));
    assert!(rows[0].get("name").is_none() && rows[0].get("meta").is_none());
    assert_eq!(rows[0]["userName"], "anna@main.com");
}

#[test]
fn row_of_a_list_is_the_resource_itself() {
    let (_goto, client) = start();
    cast(&client);
    for row in resources(&client.get("/Users")) {
        let alone: Value = client
            .get(&format!("/Users/{}", row["id"].as_str().unwrap()))
            .json();
        assert_eq!(row, alone);
    }
}

/// The names of the members of the first user, shown so.
#[track_caller]
fn keys(client: &Client, parameter: &str, names: &str) -> Vec<String> {
    let rows = resources(&list(
        client,
        "/Users",
        &[(parameter, names), ("count", "1")],
    ));
    let alone = format!("/Users/{}", rows[0]["id"].as_str().unwrap());
    let alone = list(client, &alone, &[(parameter, names)]).json();
    assert_eq!(alone, rows[0], "a row of a list and the resource alone");
    rows[0].as_object().unwrap().keys().cloned().collect()
}

// RFC 7643 section 7: "always The attribute is always returned, regardless of the contents of the "attributes"
// parameter."
#[test]
fn id_and_schemas_survive_every_projection() {
    let (_goto, client) = start();
    cast(&client);
    for only in [
        "userName",
        "meta.created",
        "nothing",
        "password",
        ENTERPRISE,
        CORE_USER,
        "a:b:c",
    ] {
        let keys = keys(&client, "attributes", only);
        assert!(
            keys.starts_with(&["schemas".into(), "id".into()]),
            "{only}: {keys:?}"
        );
    }
    for without in [
        "id,schemas",
        "ID,Schemas,meta",
        CORE_USER,
        &format!("{CORE_USER}:id"),
    ] {
        let keys = keys(&client, "excludedAttributes", without);
        assert!(
            keys.starts_with(&["schemas".into(), "id".into()]),
            "{without}: {keys:?}"
        );
    }
}

// "The attributes parameter … SHALL be overridden": only the minimal set goes out beside what was asked for.
#[test]
fn attributes_and_excluded_attributes_take_urns_and_sub_attributes() {
    let (_goto, client) = start();
    cast(&client);
    let only = |names: &str| keys(&client, "attributes", names);
    let without = |names: &str| keys(&client, "excludedAttributes", names);
    assert_eq!(
        only(&format!("{CORE_USER}:USERNAME")),
        ["schemas", "id", "userName"]
    );
    assert_eq!(only(ENTERPRISE), ["schemas", "id", ENTERPRISE]);
    assert_eq!(
        only(&format!("{ENTERPRISE}:manager.value, title")),
        ["schemas", "id", "title", ENTERPRISE]
    );
    assert_eq!(only("nothing"), ["schemas", "id"]);
    assert!(!without(ENTERPRISE).contains(&ENTERPRISE.into()));
    assert!(without(&format!("{ENTERPRISE}:manager")).contains(&ENTERPRISE.into()));
    assert_eq!(
        without(CORE_USER).last().map(String::as_str),
        Some(ENTERPRISE)
    );
    let rows = resources(&list(
        &client,
        "/Users",
        &[("excludedAttributes", "emails.value,name.givenName")],
    ));
    assert_eq!(
        rows[0]["emails"],
        json!([{ "type": "work", "primary": true }, { "type": "home" }])
    );
    assert_eq!(rows[0]["name"], json!({ "familyName": "Berg" }));
}

#[test]
fn password_is_never_shown() {
    let (_goto, client) = start();
    let body = json!({ "userName": "a@main.com", "password": "T0p-Secret", "name": { "givenName": "a", "familyName": "b" } });
    assert_eq!(client.post("/Users", &body).status, 201);
    for query in [
        "",
        "?attributes=password",
        "?excludedAttributes=meta",
        "?attributes=urn:ietf:params:scim:schemas:core:2.0:User",
    ] {
        let answer = client.get(&format!("/Users{query}"));
        assert!(!answer.text().contains("T0p-Secret"), "{query}");
    }
}

#[test]
fn names_that_cannot_be_read_are_400() {
    let (_goto, client) = start();
    cast(&client);
    for parameter in ["attributes", "excludedAttributes"] {
        for names in [
            "na me",
            "userName,9lives",
            "name..x",
            "emails[type eq \"work\"]",
            "ü",
        ] {
            let answer = list(&client, "/Users", &[(parameter, names)]);
            check_error(&answer, 400, "invalidValue", "character");
        }
        let answer = client.get(&format!("/Users?{parameter}=id%FF"));
        check_error(&answer, 400, "invalidValue", "character 3");
    }
    let both = list(
        &client,
        "/Users",
        &[("attributes", "id"), ("excludedAttributes", "meta")],
    );
    check_error(&both, 400, "invalidValue", "exclude");
}
