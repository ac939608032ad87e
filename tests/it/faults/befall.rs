//! `do.data`: what happens to resources behind the client's back.

use serde_json::{Value, json};

use super::{documented, exchanges, looking_for, members, names, playing, playing_with, stored};
use crate::support::{Client, create_group, create_user, patch, user};

fn disable(client: &Client, id: &str) -> u16 {
    let operation = json!([{ "op": "replace", "path": "active", "value": false }]);
    client
        .patch(&format!("/Users/{id}"), &patch(operation))
        .status
}

fn group_of(client: &Client, ids: &[&str]) -> String {
    let group = create_group(client, "Engineering");
    let members: Vec<Value> = ids.iter().map(|id| json!({ "value": id })).collect();
    let operation = json!([{ "op": "add", "path": "members", "value": members }]);
    let answer = client.patch(&format!("/Groups/{group}"), &patch(operation));
    assert_eq!(answer.status, 204);
    group
}

#[test]
fn whom_the_request_is_about_is_gone_when_it_is_handled() {
    let (goto, client) = playing(documented("data deleted", 2));
    let (ada, bob) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
    );
    assert_eq!(disable(&client, &ada), 200);
    assert_eq!(disable(&client, &bob), 404);
    assert_eq!(disable(&client, &ada), 200);
    assert_eq!(client.get(&format!("/Users/{bob}")).status, 404);
    assert_eq!(stored(&goto), ["ada@main.com"]);
    let odd = &exchanges(&goto, "users.patch")[1];
    assert!(!odd.committed(), "the client did not do it");
    assert_eq!(odd.fired[0].what, "deleted behind the client's back");
}

#[test]
fn somebody_vanishes_and_comes_back_with_the_same_id() {
    let (goto, client) = playing(json!([
        { "id": "gone", "on": "users.list", "when": { "nth": 2 }, "do": { "data": "deleted:ada@main.com" } },
        { "id": "back", "on": "users.list", "when": { "nth": 3 }, "do": { "data": "restored:ada@main.com" } },
    ]));
    let id = create_user(&client, "Ada@main.com");
    create_user(&client, "bob@main.com");
    let listed = || names(&client.get("/Users").json());
    assert_eq!(listed(), ["Ada@main.com", "bob@main.com"]);
    assert_eq!(listed(), ["bob@main.com"]);
    assert_eq!(listed(), ["Ada@main.com", "bob@main.com"]);
    assert_eq!(
        client.get(&format!("/Users/{id}")).json()["userName"],
        "Ada@main.com"
    );
    assert_eq!(stored(&goto).len(), 2);
}

#[test]
fn somebody_is_disabled_renamed_or_renumbered() {
    let once = |data: &str| json!([{ "id": "odd", "on": "users.list", "when": { "nth": 2 }, "do": { "data": data } }]);
    let look = |client: &Client| client.get(&looking_for("ada@main.com")).json();
    let (_goto, client) = playing(once("deactivated:ada@main.com"));
    create_user(&client, "ada@main.com");
    assert_eq!(look(&client)["Resources"][0]["active"], true);
    assert_eq!(look(&client)["Resources"][0]["active"], false);
    let (_goto, client) = playing(once("renamed:ada@main.com"));
    let id = create_user(&client, "ada@main.com");
    assert_eq!(names(&look(&client)), ["ada@main.com"]);
    assert_eq!(names(&look(&client)), [""; 0]);
    let renamed = client.get(&format!("/Users/{id}")).json();
    assert_eq!(renamed["userName"], "renamed.ada@main.com");
    let (_goto, client) = playing(once("new_id:ada@main.com"));
    let id = create_user(&client, "ada@main.com");
    let group = group_of(&client, &[&id]);
    assert_eq!(look(&client)["Resources"][0]["id"], json!(id));
    let other = look(&client)["Resources"][0]["id"].clone();
    assert_ne!(other, json!(id));
    assert_eq!(client.get(&format!("/Users/{id}")).status, 404);
    assert_eq!(members(&client, &group), [other]);
}

#[test]
fn members_are_lost_behind_the_back() {
    let (goto, client) = playing(json!([
        { "id": "one", "on": "groups.list", "when": { "nth": 1 }, "do": { "data": "alone:ada@main.com" } },
        { "id": "all", "on": "groups.list", "when": { "nth": 2 }, "do": { "data": "alone:engineering" } },
    ]));
    let (ada, bob) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
    );
    let group = group_of(&client, &[&ada, &bob]);
    client.get("/Groups");
    assert_eq!(members(&client, &group), [json!(bob)]);
    client.get("/Groups");
    assert!(members(&client, &group).is_empty());
    assert_eq!(stored(&goto).len(), 2);
}

#[test]
fn what_cannot_happen_is_told_and_the_request_is_served() {
    let (goto, client) = playing(json!([{ "id": "odd", "on": "users.list",
        "do": { "data": ["deleted:nobody@main.com", "restored:ada@main.com"] } }]));
    assert_eq!(client.get("/Users").status, 200);
    let what = exchanges(&goto, "users.list")[0].fired[0].told();
    let undone = what.split_once("(not done: ").unwrap().1;
    let reasons: Vec<_> = undone.split("; ").collect();
    assert!(reasons[0].starts_with("nobody@main.com deleted"), "{what}");
    assert!(reasons[1].starts_with("ada@main.com restored"), "{what}");
}

#[test]
fn several_faults_of_the_store_act_on_one_request() {
    let rules = json!([
        { "id": "cap", "on": "users.list", "stack": true, "do": { "data": "page_cap:1" } },
        { "id": "odd", "on": "users.list", "do": { "data": ["hidden:ada@main.com", "total:jitters"], "mutate": "wrong_total" } },
        { "id": "gone", "on": "users.list", "stack": true, "do": { "data": "deleted:bob@main.com" } },
    ]);
    let given = json!({ "users": [user("ada@main.com"), user("bob@main.com"), user("eve@main.com"), user("zoe@main.com")] });
    let (goto, client) = playing_with(rules, given);
    assert_eq!(names(&client.get("/Users").json()), ["eve@main.com"]);
    assert_eq!(
        stored(&goto),
        ["ada@main.com", "eve@main.com", "zoe@main.com"]
    );
    assert_eq!(exchanges(&goto, "users.list")[0].fired.len(), 3);
}

#[test]
fn everything_is_gone_at_once() {
    let mut rule = documented("data wiped", 3);
    rule[0]["on"] = json!("users.list");
    let (goto, client) = playing(rule);
    let (ada, bob) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
    );
    let group = group_of(&client, &[&ada, &bob]);
    let total = |()| client.get("/Users").json()["totalResults"].clone();
    assert_eq!([(); 3].map(total), [2, 2, 0]);
    assert_eq!(client.get(&format!("/Groups/{group}")).status, 404);
    assert_eq!(stored(&goto), [""; 0]);
    assert_ne!(
        create_user(&client, "ada@main.com"),
        ada,
        "a new resource has a new id"
    );
}
