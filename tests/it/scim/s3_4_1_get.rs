//! Reading one resource, [RFC 7644 section 3.4.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.1).

use serde_json::{Value, json};

use super::{check_error, group_of};
use crate::support::{ENTERPRISE, create_group, create_user, start, user};

fn keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    keys
}

// "If the resource exists, the server responds with HTTP status code 200 (OK) and includes the result in the body of
// the response."
#[test]
fn known_id_is_200_with_the_whole_resource() {
    let (_goto, client) = start();
    let made = client.post("/Users", &user("ada@main.com")).json();
    let answer = client.get(&format!("/Users/{}", made["id"].as_str().unwrap()));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/scim+json"));
    assert_eq!(answer.json(), made);
}

#[test]
fn unknown_id_is_404_and_named() {
    let (_goto, client) = start();
    let user = create_user(&client, "ada@main.com");
    let group = create_group(&client, "Guides");
    for path in [
        "/Users/4711",
        "/Groups/4711",
        "/Users/not-a-number",
        "/Users/%00",
        "/Users/%FF",
        "/Users/..%2F",
    ] {
        check_error(&client.get(path), 404, "", "");
    }
    check_error(&client.get("/Users/4711"), 404, "", "4711");
    check_error(&client.get(&format!("/Users/{group}")), 404, "", &group);
    check_error(&client.get(&format!("/Groups/{user}")), 404, "", &user);
}

#[test]
fn trailing_slash_is_forgiven_and_percent_encoding_is_undone() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    assert_eq!(client.get(&format!("/Users/{id}/")).status, 200);
    // The digit 4 is %34, and so on.
    let encoded: String = id.chars().flat_map(|digit| ['%', '3', digit]).collect();
    assert_eq!(
        client.get(&format!("/Users/{encoded}")).json()["id"],
        id.as_str()
    );
}

// RFC 9110 section 9.3.2: "The HEAD method is identical to GET except that the server MUST NOT send content".
#[test]
fn head_has_the_header_fields_of_get_and_no_body() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let (get, head) = (
        client.get(&path),
        client
            .send("HEAD", &path, b"")
            .unwrap_or_else(|error| panic!("{error}")),
    );
    assert_eq!((head.status, head.body.len()), (200, 0));
    for name in ["etag", "location", "content-type"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
}

// RFC 7644 section 3.9: attributes "…the resource attributes to return in the response, overriding the default".
#[test]
fn attributes_asked_for_come_with_the_minimum_set() {
    let (_goto, client) = start();
    let mut body = user("ada@main.com");
    body["emails"] = json!([{ "value": "ada@main.com", "type": "work", "primary": true }]);
    body[ENTERPRISE] = json!({ "department": "Tours", "division": "Parks" });
    let made = client.post("/Users", &body).json();
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let get = |query: &str| client.get(&format!("{path}?{query}")).json();

    assert_eq!(
        keys(&get("attributes=userName")),
        ["id", "schemas", "userName"]
    );
    assert_eq!(
        keys(&get("attributes=USERNAME,active")),
        ["active", "id", "schemas", "userName"]
    );
    assert_eq!(
        get("attributes=name.givenName")["name"],
        json!({ "givenName": "Ada" })
    );
    assert_eq!(
        get("attributes=emails.value")["emails"],
        json!([{ "value": "ada@main.com" }])
    );
    let department = get(&format!("attributes={ENTERPRISE}:department"));
    assert_eq!(department[ENTERPRISE], json!({ "department": "Tours" }));
    assert_eq!(
        get(&format!("attributes={ENTERPRISE}"))[ENTERPRISE],
        made[ENTERPRISE]
    );
    assert_eq!(keys(&get("attributes=nothingLikeIt")), ["id", "schemas"]);
    assert_eq!(
        keys(&get(
            "attributes=urn:ietf:params:scim:schemas:core:2.0:User:userName"
        )),
        ["id", "schemas", "userName"]
    );
}

#[test]
fn excluded_attributes_are_left_out_but_never_id() {
    let (_goto, client) = start();
    let made = client.post("/Users", &user("ada@main.com")).json();
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let shown = client
        .get(&format!(
            "{path}?excludedAttributes=id,meta,name.familyName,schemas"
        ))
        .json();
    assert_eq!(shown["id"], made["id"]);
    assert_eq!(shown["schemas"], made["schemas"]);
    assert!(shown.get("meta").is_none());
    assert_eq!(shown["name"], json!({ "givenName": "Ada" }));
}

#[test]
fn group_is_read_without_its_members() {
    let (_goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let guides = group_of(&client, "Guides", &[&ada]);
    let whole = client.get(&format!("/Groups/{guides}")).json();
    assert_eq!(whole["members"][0]["value"], ada.as_str());
    let shown = client
        .get(&format!("/Groups/{guides}?excludedAttributes=members"))
        .json();
    assert!(shown.get("members").is_none(), "{shown}");
    assert_eq!(shown["displayName"], "Guides");
}

#[test]
fn attributes_and_excluded_attributes_at_once_are_400() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let answer = client.get(&format!("{path}?attributes=id&excludedAttributes=meta"));
    check_error(&answer, 400, "invalidValue", "exclude each other");
    let answer = client.get(&format!("{path}?attributes=%5B%5D"));
    check_error(&answer, 400, "invalidValue", "attributes");
}
