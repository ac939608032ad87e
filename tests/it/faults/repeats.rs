//! `when.repeats` and the scope `write`: a write that comes again after a lost answer is one write.

use serde_json::{Value, json};

use super::{fired, playing, stored};
use crate::support::{Client, create_user, patch, user};

fn lossy(when: &Value) -> Value {
    json!([{ "id": "lost", "on": "users.create", "when": when, "do": { "reply": { "status": 503 } } }])
}

/// Creates users with the patience for so many tries each; says how many tries each took.
fn tries(client: &Client, names: &[&str], patience: usize) -> Vec<usize> {
    names
        .iter()
        .map(|name| {
            let mut made = 0;
            while made < patience {
                made += 1;
                if client.post("/Users", &user(name)).status == 201 {
                    break;
                }
            }
            made
        })
        .collect()
}

const FOUR: [&str; 4] = [
    "ada@main.com",
    "bob@main.com",
    "eve@main.com",
    "zoe@main.com",
];

#[test]
fn repeat_is_an_occurrence_unless_the_rule_passes_it_over() {
    // Every second request: a repeat shifts whose turn it is.
    let (_goto, client) = playing(lossy(&json!({ "nth": "every 2" })));
    assert_eq!(tries(&client, &FOUR, 5), [1, 2, 2, 2]);
    // Every second write: each second user, whatever is repeated.
    let (goto, client) = playing(lossy(&json!({ "nth": "every 2", "repeats": "pass" })));
    assert_eq!(tries(&client, &FOUR, 5), [1, 2, 1, 2]);
    assert_eq!((fired(&goto, "lost"), stored(&goto).len()), (2, 4));
}

#[test]
fn repeat_that_is_the_same_occurrence_is_struck_again() {
    let (_goto, client) = playing(lossy(&json!({ "nth": "every 2", "repeats": "same" })));
    assert_eq!(tries(&client, &FOUR, 5), [1, 5, 1, 5]);
    let (_goto, client) = playing(lossy(
        &json!({ "nth": "every 2", "repeats": "same", "max": 3 }),
    ));
    assert_eq!(tries(&client, &FOUR, 5), [1, 4, 1, 1]);
    // One draw for a write: who is spared once is spared, and who is struck is struck for good.
    let (_goto, client) = playing(lossy(&json!({ "p": 0.5, "repeats": "same" })));
    let made = tries(&client, &FOUR, 7);
    assert!(made.iter().all(|tries| [1, 7].contains(tries)), "{made:?}");
    assert!(made.contains(&1) && made.contains(&7), "{made:?}");
}

#[test]
fn write_is_told_by_operation_target_and_content() {
    let (_goto, client) = playing(
        json!([{ "id": "first", "on": "users.*", "when": { "nth": 1, "per": "write" }, "do": { "reply": { "status": 503 } } }]),
    );
    // Nothing that reads is a write, and all of it shares one key.
    assert_eq!(client.get("/Users").status, 503);
    assert_eq!(client.get("/Users/17").status, 404);
    let create = |body: &str| {
        let typed = client
            .clone()
            .header("Content-Type", "application/scim+json");
        typed
            .send("POST", "/Users", body.as_bytes())
            .unwrap()
            .status
    };
    let schemas = r#""schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]"#;
    let name = r#""name":{"givenName":"A","familyName":"B"}"#;
    assert_eq!(
        create(&format!(
            "{{{schemas},{name},\"userName\":\"ada@main.com\"}}"
        )),
        503
    );
    // The same content in another order and with blanks.
    assert_eq!(
        create(&format!(
            "{{ \"userName\": \"ada@main.com\", {name}, {schemas} }}"
        )),
        201
    );
    assert_eq!(
        create(&format!(
            "{{{schemas},{name},\"userName\":\"bob@main.com\"}}"
        )),
        503
    );
    assert_eq!(
        create(&format!(
            "{{{schemas},{name},\"userName\":\"bob@main.com\"}}"
        )),
        201
    );
}

#[test]
fn same_change_of_another_user_is_another_write() {
    let (_goto, client) = playing(
        json!([{ "id": "first", "on": "users.patch", "when": { "nth": 1, "per": "write" }, "do": { "reply": { "status": 503 } } }]),
    );
    let (ada, bob) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
    );
    let set = |id: &str, active: bool| {
        let body = patch(json!([{ "op": "replace", "path": "active", "value": active }]));
        client.patch(&format!("/Users/{id}"), &body).status
    };
    assert_eq!([set(&ada, false), set(&ada, false)], [503, 200]);
    assert_eq!([set(&bob, false), set(&ada, true)], [503, 503]);
    assert_eq!([set(&bob, false), set(&ada, true)], [200, 200]);
}
