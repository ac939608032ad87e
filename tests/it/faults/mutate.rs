//! `do.mutate`: the true answer, changed.

use serde_json::{Value, json};

use super::{documented, exchanges, names, playing, stored};
use crate::support::{Client, create_group, create_user, group, patch, user};

#[test]
fn patch_changes_the_answer_and_not_the_store() {
    let (goto, client) = playing(
        json!([{ "id": "bare", "on": "users.create", "when": { "nth": 1 }, "do": { "mutate": [
        { "op": "remove", "path": "/meta" }, { "op": "replace", "path": "/userName", "value": "somebody@else.com" } ] } }]),
    );
    let made = client.post("/Users", &user("ada@main.com"));
    assert_eq!(
        (made.status, &made.json()["userName"]),
        (201, &json!("somebody@else.com"))
    );
    assert!(made.json().get("meta").is_none());
    let read = client.get(&format!("/Users/{}", made.json()["id"].as_str().unwrap()));
    assert_eq!(read.json()["userName"], "ada@main.com");
    assert_eq!(stored(&goto), ["ada@main.com"]);
    assert!(client.post("/Users", &user("bob@main.com")).json()["meta"].is_object());
}

#[test]
fn patch_that_does_not_fit_changes_nothing_and_the_journal_says_so() {
    let (goto, client) = playing(
        json!([{ "id": "misfit", "on": "users.list", "do": { "mutate": [
        { "op": "remove", "path": "/Resources" }, { "op": "remove", "path": "/nowhere" } ] } }]),
    );
    assert_eq!(client.get("/Users").json()["Resources"], json!([]));
    let what = exchanges(&goto, "users.list")[0].fired[0].told();
    assert!(what.contains("not done"), "{what}");
}

#[test]
fn omit_id_takes_the_id_from_a_resource_and_from_each_listed_one() {
    let (_goto, client) = playing(
        json!([{ "id": "nameless", "on": ["users.create", "users.list"],
        "when": { "nth": 1, "per": "op" }, "do": { "mutate": "omit_id" } }]),
    );
    let made = client.post("/Users", &user("ada@main.com"));
    assert_eq!(made.status, 201);
    assert!(made.json().get("id").is_none() && made.json()["userName"] == "ada@main.com");
    create_user(&client, "bob@main.com");
    let without = client.get("/Users").json();
    assert_eq!(ids(&without), [Value::Null, Value::Null]);
    assert!(
        ids(&client.get("/Users").json())
            .iter()
            .all(Value::is_string)
    );
}

#[test]
fn string_booleans_are_text_in_the_answer_only() {
    let (goto, client) = playing(
        json!([{ "id": "text", "on": "users.get", "when": { "max": 1 }, "do": { "mutate": "string_booleans" } }]),
    );
    let id = create_user(&client, "ada@main.com");
    let path = format!("/Users/{id}");
    assert_eq!(client.get(&path).json()["active"], "True");
    assert_eq!(client.get(&path).json()["active"], true);
    assert_eq!(goto.control().state().unwrap().users[0]["active"], true);
}

#[test]
fn wrong_total_says_one_more() {
    let (_goto, client) = playing(
        json!([{ "id": "total", "on": "users.list", "when": { "nth": 2 }, "do": { "mutate": "wrong_total" } }]),
    );
    create_user(&client, "ada@main.com");
    let totals: Vec<_> = (0..3)
        .map(|_| client.get("/Users").json()["totalResults"].clone())
        .collect();
    assert_eq!(totals, [1, 2, 1]);
}

#[test]
fn page_drift_shows_the_last_row_of_a_page_again() {
    let drift = json!([{ "id": "drift", "on": "users.list", "if": { "header.x-drift": { "exists": true } }, "do": { "mutate": "page_drift" } }]);
    let (_goto, client) = playing(drift);
    for n in 1..=6 {
        create_user(&client, &format!("user-{n}@main.com"));
    }
    let page = |client: &Client, start: u32| {
        let list = client
            .get(&format!("/Users?startIndex={start}&count=2"))
            .json();
        assert_eq!(list["startIndex"], start, "the shift must not show");
        names(&list)
    };
    let drifting = client.clone().header("X-Drift", "1");
    assert_eq!(page(&drifting, 1), ["user-1@main.com", "user-2@main.com"]);
    assert_eq!(page(&drifting, 3), ["user-2@main.com", "user-3@main.com"]);
    assert_eq!(page(&drifting, 5), ["user-4@main.com", "user-5@main.com"]);
    assert_eq!(page(&client, 3), ["user-3@main.com", "user-4@main.com"]);
}

#[test]
fn stale_list_hides_the_newborn_for_so_many_reads() {
    let (_goto, client) =
        playing(json!([{ "id": "stale", "on": "users.list", "do": { "mutate": "stale_list:2" } }]));
    let total = || client.get("/Users").json();
    assert_eq!(total()["totalResults"], 0);
    let id = create_user(&client, "ada@main.com");
    assert_eq!(client.get(&format!("/Users/{id}")).status, 200);
    for _ in 0..2 {
        let list = total();
        assert_eq!((&list["totalResults"], names(&list).len()), (&json!(0), 0));
    }
    assert_eq!(names(&total()), ["ada@main.com"]);
    create_user(&client, "bob@main.com");
    assert_eq!(names(&total()), ["ada@main.com"]);
}

#[test]
fn names_and_patches_are_made_in_the_order_of_the_file() {
    let (_goto, client) = playing(
        json!([{ "id": "both", "on": "users.list", "do": { "mutate": [
        { "op": "add", "path": "/hint", "value": true }, "string_booleans", { "op": "add", "path": "/later", "value": true } ] } }]),
    );
    let list = client.get("/Users").json();
    assert_eq!(
        (&list["hint"], &list["later"]),
        (&json!("True"), &json!(true))
    );
}

#[test]
fn stale_body_shows_what_was_before_and_the_change_is_stored() {
    let (goto, client) = playing(documented("mutate stale_body", 2));
    let id = create_user(&client, "ada@main.com");
    let titled = |title: &str| {
        let mut body = user("ada@main.com");
        body["title"] = json!(title);
        let answer = client.put(&format!("/Users/{id}"), &body);
        assert_eq!(answer.status, 200);
        answer.json()["title"].clone()
    };
    assert_eq!(
        [titled("one"), titled("two"), titled("three")],
        ["one", "one", "three"]
    );
    assert_eq!(goto.control().state().unwrap().users[0]["title"], "three");
    assert_eq!(
        exchanges(&goto, "users.get").len(),
        0,
        "the double asks itself unseen"
    );
}

#[test]
fn stale_body_of_a_patch_and_of_a_group_is_the_earlier_one_too() {
    let (_goto, client) = playing(
        json!([{ "id": "behind", "on": ["users.patch", "groups.replace"],
        "do": { "mutate": "stale_body" } }]),
    );
    let id = create_user(&client, "ada@main.com");
    let operations = json!([{ "op": "replace", "path": "active", "value": false }]);
    let answer = client.patch(&format!("/Users/{id}"), &patch(operations));
    assert_eq!(
        (answer.status, &answer.json()["active"]),
        (200, &json!(true))
    );
    assert_eq!(client.get(&format!("/Users/{id}")).json()["active"], false);
    let id = create_group(&client, "one");
    let answer = client.put(&format!("/Groups/{id}"), &group("two"));
    assert_eq!(
        (answer.status, &answer.json()["displayName"]),
        (200, &json!("one"))
    );
}

#[test]
fn other_resource_is_shown_in_place_of_the_created_one() {
    let (goto, client) = playing(documented("mutate other_resource", 2));
    let first = create_user(&client, "ada@main.com");
    let made = client.post("/Users", &user("bob@main.com"));
    assert_eq!((made.status, &made.json()["id"]), (201, &json!(first)));
    assert_eq!(made.json()["userName"], "ada@main.com");
    create_user(&client, "eve@main.com");
    assert_eq!(
        stored(&goto),
        ["ada@main.com", "bob@main.com", "eve@main.com"]
    );
}

#[test]
fn other_resource_that_is_not_there_changes_nothing_and_the_journal_says_so() {
    let (goto, client) = playing(documented("mutate other_resource", 1));
    let made = client.post("/Users", &user("ada@main.com"));
    assert_eq!(made.json()["userName"], "ada@main.com");
    let what = exchanges(&goto, "users.create")[0].fired[0].told();
    assert!(what.contains("not done"), "{what}");
}

#[test]
fn answer_given_by_the_rule_is_changed_too() {
    let (_goto, client) = playing(json!([{ "id": "both", "on": "users.list", "do": {
        "reply": { "status": 200, "body": { "totalResults": 4 } }, "mutate": "wrong_total" } }]));
    assert_eq!(client.get("/Users").json(), json!({ "totalResults": 5 }));
}

fn ids(list: &Value) -> Vec<Value> {
    list["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].clone())
        .collect()
}
