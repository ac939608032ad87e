//! Users at another endpoint than `/Users`: a client that reads `/ResourceTypes` finds them.

use goto_double::GotoDouble;
use serde_json::json;

use super::check_error;
use crate::support::{Client, create_group, patch, start, user, with};

fn elsewhere() -> (GotoDouble, Client) {
    with(GotoDouble::builder().profile("users_endpoint", "/People"))
}

// RFC 7643 section 6: "endpoint: The resource type's HTTP-addressable endpoint relative to the Base URL."
#[test]
fn everything_that_can_be_done_with_users_is_done_there() {
    let (_goto, client) = elsewhere();
    let types = client.get("/ResourceTypes").json();
    assert_eq!(types["Resources"][0]["endpoint"], "/People");
    let created = client.post("/People", &user("ada@main.com"));
    assert_eq!(created.status, 201, "{}", created.text());
    let location = created.header("location").unwrap();
    let id = created.json()["id"].as_str().unwrap().to_owned();
    assert!(
        location.ends_with(&format!("/scim/v2/People/{id}")),
        "{location}"
    );
    assert_eq!(created.json()["meta"]["location"], location);
    let path = format!("/People/{id}");
    assert_eq!(client.get(&path).status, 200);
    let change = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    assert_eq!(client.patch(&path, &change).json()["active"], false);
    assert_eq!(
        client.put(&path, &user("ada@main.com")).json()["active"],
        true
    );
    let found = client.get("/People?filter=userName%20eq%20%22ada@main.com%22");
    assert_eq!(found.json()["totalResults"], 1);
    let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] });
    assert_eq!(
        client.post("/People/.search", &search).json()["totalResults"],
        1
    );
    create_group(&client, "Engineering");
    assert_eq!(client.delete(&path).status, 204);
    check_error(&client.get(&path), 404, "", "");
}

#[test]
fn nothing_is_at_the_usual_endpoint_then_and_nothing_elsewhere_by_default() {
    let (_goto, client) = elsewhere();
    check_error(&client.get("/Users"), 404, "", "");
    check_error(&client.post("/Users", &user("ada@main.com")), 404, "", "");
    let (_goto, client) = start();
    check_error(&client.get("/People"), 404, "", "");
    assert_eq!(client.get("/Users").status, 200);
}

#[test]
fn rules_about_users_know_them_there() {
    let scenario = json!({ "scenario": "under-test", "v": 1,
        "given": { "profile": { "users_endpoint": "/People" } },
        "rules": [
            { "id": "busy", "on": "users.get", "if": { "path.id": "42" }, "do": { "reply": { "status": 503 } } },
            { "id": "early", "on": "users.create", "do": { "reply": { "status": 413 }, "wire": "early" } }] });
    let (_goto, client) = with(GotoDouble::builder().scenario(scenario.to_string()));
    assert_eq!(client.get("/People/42").status, 503);
    assert_eq!(client.get("/People/43").status, 404);
    assert_eq!(client.post("/People", &user("ada@main.com")).status, 413);
}

#[test]
fn endpoint_of_another_type_is_refused() {
    for wrong in ["/Groups", "People", "/a/b", ""] {
        let builder = GotoDouble::builder().profile("users_endpoint", wrong);
        assert!(builder.start().is_err(), "{wrong}");
    }
}
