//! `do.data: half` and `few_members`: writes of which a part is stored.

use serde_json::{Value, json};

use super::{exchanges, older, playing};
use crate::support::{Client, create_group, create_user, patch, user};

fn halving() -> Value {
    json!([{ "id": "torn", "when": { "nth": 1, "per": "op" }, "do": { "data": "half:1" },
        "on": ["users.patch", "users.replace", "identity.users.patch", "identity.users.replace"] }])
}

fn read(client: &Client, id: &str) -> Value {
    client.get(&format!("/Users/{id}")).json()
}

#[test]
fn first_operation_is_stored_and_the_request_fails() {
    let (goto, client) = playing(halving());
    let id = create_user(&client, "ada@main.com");
    let path = format!("/Users/{id}");
    let two = patch(
        json!([{ "op": "replace", "path": "title", "value": "Countess" },
        { "op": "replace", "path": "active", "value": false }]),
    );
    let torn = client.patch(&path, &two);
    assert_eq!((torn.status, &torn.json()["status"]), (500, &json!("500")));
    let half = read(&client, &id);
    assert_eq!(
        (&half["title"], &half["active"]),
        (&json!("Countess"), &json!(true))
    );
    assert!(exchanges(&goto, "users.patch")[0].committed());
    assert_eq!(client.patch(&path, &two).status, 200);
    assert_eq!(read(&client, &id)["active"], false);
}

#[test]
fn attributes_of_one_operation_are_its_parts() {
    let (_goto, client) = playing(halving());
    let id = create_user(&client, "ada@main.com");
    let whole =
        patch(json!([{ "op": "replace", "value": { "title": "Countess", "active": false } }]));
    assert_eq!(client.patch(&format!("/Users/{id}"), &whole).status, 500);
    let half = read(&client, &id);
    assert_eq!(
        (&half["title"], &half["active"]),
        (&json!("Countess"), &json!(true))
    );
}

#[test]
fn change_of_one_part_is_served() {
    let (_goto, client) = playing(halving());
    let id = create_user(&client, "ada@main.com");
    let one = patch(json!([{ "op": "replace", "path": "title", "value": "Countess" }]));
    assert_eq!(client.patch(&format!("/Users/{id}"), &one).status, 200);
}

#[test]
fn half_a_replacement_keeps_the_rest_as_it_was() {
    let (_goto, client) = playing(halving());
    let id = create_user(&client, "ada@main.com");
    let mut body = user("countess@main.com");
    body["active"] = json!(false);
    assert_eq!(client.put(&format!("/Users/{id}"), &body).status, 500);
    let half = read(&client, &id);
    assert_eq!(
        (&half["userName"], &half["active"]),
        (&json!("countess@main.com"), &json!(true))
    );
    assert_eq!(client.put(&format!("/Users/{id}"), &body).status, 200);
    assert_eq!(read(&client, &id)["active"], false);
}

#[test]
fn half_a_change_of_the_older_dialect_is_stored_too() {
    let (goto, client) = playing(halving());
    let id = create_user(&client, "ada@main.com");
    let older = older(&goto).header("Content-Type", "application/json");
    let path = format!("/Users/{id}");
    let change = json!({ "displayName": "Countess", "locale": "de_DE" });
    assert_eq!(older.patch(&path, &change).status, 500);
    let half = read(&client, &id);
    assert_eq!(
        (&half["displayName"], half.get("locale")),
        (&json!("Countess"), None)
    );
    assert_eq!(older.patch(&path, &change).status, 200);
    assert_eq!(read(&client, &id)["locale"], "de_DE");
    let change = json!({ "displayName": "Ada", "locale": "en_GB", "userName": "ada@main.com" });
    assert_eq!(older.put(&path, &change).status, 500);
    let half = read(&client, &id);
    assert_eq!(
        (&half["displayName"], &half["locale"]),
        (&json!("Ada"), &json!("de_DE"))
    );
}

#[test]
fn few_of_the_members_are_taken_and_the_answer_does_not_say_so() {
    let (_goto, client) = playing(json!([{ "id": "some", "do": { "data": "few_members:1" },
        "on": ["groups.patch", "groups.create"], "when": { "nth": 1, "per": "op" } }]));
    let people =
        ["ada@main.com", "bob@main.com", "eve@main.com"].map(|name| create_user(&client, name));
    let group = create_group(&client, "Engineering");
    let values: Vec<Value> = people.iter().map(|id| json!({ "value": id })).collect();
    let add = patch(json!([{ "op": "add", "path": "members", "value": values }]));
    let path = format!("/Groups/{group}");
    let members = || {
        let group = client.get(&path).json();
        group["members"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((client.patch(&path, &add).status, members()), (204, 1));
    assert_eq!((client.patch(&path, &add).status, members()), (204, 3));
}
