//! `do.data`: writes that race.

use std::thread;
use std::time::Duration;

use serde_json::json;

use super::{exchanges, looking_for, members, older, playing, playing_with, stored, until_held};
use crate::support::{Client, create_group, create_user, group, patch, user};

fn add_member(client: &Client, group: &str, user: &str) -> u16 {
    let operation = json!([{ "op": "add", "path": "members", "value": [{ "value": user }] }]);
    client
        .patch(&format!("/Groups/{group}"), &patch(operation))
        .status
}

#[test]
fn of_two_racing_patches_one_is_lost() {
    let (goto, client) = playing(
        json!([{ "id": "racy", "on": "groups.patch", "when": { "nth": 1 },
        "do": { "data": "racy:300ms" } }]),
    );
    let (ada, bob, eve) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
        create_user(&client, "eve@main.com"),
    );
    let group = create_group(&client, "Engineering");
    let slow = thread::spawn({
        let (client, group, ada) = (client.clone(), group.clone(), ada.clone());
        move || add_member(&client, &group, &ada)
    });
    until_held(&goto, "racy", 1);
    assert_eq!(add_member(&client, &group, &bob), 204);
    assert_eq!(members(&client, &group), [json!(bob)]);
    goto.control().advance(Duration::from_millis(300)).unwrap();
    assert_eq!(slow.join().unwrap(), 204);
    // The slow one had read the group before Bob came, and wrote what it made of that.
    assert_eq!(members(&client, &group), [json!(ada)]);
    assert_eq!(add_member(&client, &group, &eve), 204);
    assert_eq!(members(&client, &group), [json!(ada), json!(eve)]);
}

#[test]
fn racing_patch_that_is_refused_changes_nothing() {
    let (goto, client) =
        playing(json!([{ "id": "racy", "on": "groups.patch", "do": { "data": "racy:300ms" } }]));
    let group = create_group(&client, "Engineering");
    let operation = patch(json!([{ "op": "replace", "path": "displayName", "value": "" }]));
    let answer = client.patch(&format!("/Groups/{group}"), &operation);
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(
        goto.control().state().unwrap().groups[0]["displayName"],
        "Engineering"
    );
}

#[test]
fn racing_patch_of_a_group_that_goes_meanwhile_finds_it_gone() {
    let (goto, client) =
        playing(json!([{ "id": "racy", "on": "groups.patch", "do": { "data": "racy:300ms" } }]));
    let ada = create_user(&client, "ada@main.com");
    let group = create_group(&client, "Engineering");
    let slow = thread::spawn({
        let (client, group) = (client.clone(), group.clone());
        move || add_member(&client, &group, &ada)
    });
    until_held(&goto, "racy", 1);
    assert_eq!(client.delete(&format!("/Groups/{group}")).status, 204);
    goto.control().advance(Duration::from_millis(300)).unwrap();
    assert_eq!(slow.join().unwrap(), 404);
    assert!(goto.control().state().unwrap().groups.is_empty());
}

#[test]
fn replacement_that_comes_late_undoes_what_came_between() {
    let (goto, client) = playing(
        json!([{ "id": "racy", "on": "groups.replace", "when": { "nth": 1 }, "do": { "data": "racy:300ms" } }]),
    );
    let ada = create_user(&client, "ada@main.com");
    let id = create_group(&client, "Engineering");
    let slow = thread::spawn({
        let (client, id) = (client.clone(), id.clone());
        move || {
            client
                .put(&format!("/Groups/{id}"), &group("Research"))
                .status
        }
    });
    until_held(&goto, "racy", 1);
    assert_eq!(add_member(&client, &id, &ada), 204);
    goto.control().advance(Duration::from_millis(300)).unwrap();
    assert_eq!(slow.join().unwrap(), 200);
    assert!(members(&client, &id).is_empty());
    assert_eq!(
        client.get(&format!("/Groups/{id}")).json()["displayName"],
        "Research"
    );
}

#[test]
fn creates_that_race_make_two_of_one_name() {
    let (goto, client) = playing(
        json!([{ "id": "racy", "on": "users.create", "when": { "max": 2 }, "do": { "data": "racy:300ms" } }]),
    );
    let create = || {
        let client = client.clone();
        thread::spawn(move || client.post("/Users", &user("ada@main.com")).status)
    };
    let racing = [create(), create()];
    until_held(&goto, "racy", 2);
    assert!(stored(&goto).is_empty());
    goto.control().advance(Duration::from_millis(300)).unwrap();
    assert_eq!(racing.map(|one| one.join().unwrap()), [201, 201]);
    assert_eq!(stored(&goto), ["ada@main.com", "ada@main.com"]);
    let found = client.get(&looking_for("ada@main.com")).json();
    assert_eq!(found["totalResults"], 2);
    assert_ne!(found["Resources"][0]["id"], found["Resources"][1]["id"]);
    assert_eq!(client.post("/Users", &user("ada@main.com")).status, 409);
    // Each of them can still be changed and deleted.
    let id = found["Resources"][1]["id"].as_str().unwrap();
    let disable = json!([{ "op": "replace", "path": "active", "value": false }]);
    let path = format!("/Users/{id}");
    assert_eq!(client.patch(&path, &patch(disable)).status, 200);
    assert_eq!(client.delete(&path).status, 204);
    assert_eq!(stored(&goto), ["ada@main.com"]);
}

#[test]
fn writes_of_the_older_dialect_race_too() {
    let (goto, client) = playing(json!([
        { "id": "creates", "on": "identity.users.create", "when": { "max": 2 }, "do": { "data": "racy:300ms" } },
        { "id": "changes", "on": "identity.groups.patch", "do": { "data": "racy:300ms" } },
    ]));
    let old = older(&goto);
    let create = || {
        let old = old.clone();
        let body = json!({ "userName": "ada@main.com" });
        thread::spawn(move || old.post("/Users", &body).status)
    };
    let racing = [create(), create()];
    until_held(&goto, "creates", 2);
    goto.control().advance(Duration::from_millis(300)).unwrap();
    assert_eq!(racing.map(|one| one.join().unwrap()), [201, 201]);
    assert_eq!(stored(&goto), ["ada@main.com", "ada@main.com"]);
    let state = goto.control().state().unwrap();
    let ids = state.users.iter().map(|row| row["id"].clone());
    let group = create_group(&client, "Engineering");
    let racing: Vec<_> = ids
        .map(|id| {
            let (old, path) = (old.clone(), format!("/Groups/{group}"));
            let body = json!({ "members": [{ "value": id }] });
            thread::spawn(move || old.patch(&path, &body).status)
        })
        .collect();
    until_held(&goto, "changes", 2);
    goto.control().advance(Duration::from_millis(300)).unwrap();
    for one in racing {
        assert_eq!(one.join().unwrap(), 200);
    }
    assert_eq!(members(&client, &group).len(), 1, "one of the two is lost");
}

#[test]
fn late_write_leaves_out_the_member_who_went_meanwhile() {
    let (goto, client) = playing(
        json!([{ "id": "racy", "on": "groups.patch", "when": { "nth": 2 }, "do": { "data": "racy:300ms" } }]),
    );
    let (ada, bob) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
    );
    let group = create_group(&client, "Engineering");
    assert_eq!(add_member(&client, &group, &ada), 204);
    let slow = thread::spawn({
        let (client, group, bob) = (client.clone(), group.clone(), bob.clone());
        move || add_member(&client, &group, &bob)
    });
    until_held(&goto, "racy", 1);
    assert_eq!(client.delete(&format!("/Users/{ada}")).status, 204);
    goto.control().advance(Duration::from_millis(300)).unwrap();
    assert_eq!(slow.join().unwrap(), 204);
    assert_eq!(members(&client, &group), [json!(bob)]);
}

#[test]
fn operations_of_a_bulk_request_meet_the_faults_of_the_store() {
    let given = json!({ "profile": { "bulk": true } });
    let rules = json!([{ "id": "odd", "on": "bulk", "do": { "data": ["quota:1", "half:1"] } }]);
    let (goto, client) = playing_with(rules, given);
    let ada = create_user(&client, "ada@main.com");
    let changes = json!([{ "op": "add", "path": "title", "value": "Countess" }, { "op": "add", "path": "nickName", "value": "Ada" }]);
    let request = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            { "method": "POST", "path": "/Users", "bulkId": "b", "data": user("bob@main.com") },
            { "method": "POST", "path": "/Groups", "bulkId": "g", "data": group("Engineering") },
            { "method": "PATCH", "path": format!("/Users/{ada}"), "data": patch(changes) },
        ],
    });
    let answer = client.post("/Bulk", &request).json();
    let statuses: Vec<_> = answer["Operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["status"].clone())
        .collect();
    assert_eq!(statuses, ["403", "201", "500"]);
    let held = goto.control().state().unwrap().users;
    assert_eq!((held.len(), &held[0]["title"]), (1, &json!("Countess")));
    assert!(held[0].get("nickName").is_none());
    let committed = exchanges(&goto, "bulk")[0].changes.len();
    assert_eq!(committed, 2, "the group, and half of Ada");
}
