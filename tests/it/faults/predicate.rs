//! `if`: sizes, numbers, each of several values, and what a request is as a whole.

use serde_json::{Value, json};

use super::playing;
use crate::support::{Client, create_group, create_user, patch, user};

/// Whether a rule with that condition strikes a request that the closure makes.
fn strikes(on: &str, condition: &Value, ask: impl Fn(&Client) -> u16) -> bool {
    let (_goto, client) = playing(
        json!([{ "id": "busy", "on": on, "if": condition, "do": { "reply": { "status": 418 } } }]),
    );
    ask(&client) == 418
}

#[test]
fn group_that_takes_in_too_many_at_once_is_told_so() {
    let (_goto, client) = playing(json!([
        { "id": "many", "on": "groups.patch", "if": { "body.Operations.*.value": { "size": ">2" } },
          "do": { "reply": { "status": 413 } } },
        { "id": "stranger", "on": "groups.patch", "if": { "body.Operations.*.value.*.value": "17" },
          "do": { "reply": { "status": 400 } } },
    ]));
    let crew = create_group(&client, "Crew");
    let people =
        ["ada", "bob", "eve"].map(|name| create_user(&client, &format!("{name}@main.com")));
    let add = |ids: &[&String]| {
        let members: Vec<_> = ids.iter().map(|id| json!({ "value": id })).collect();
        let body = patch(json!([{ "op": "add", "path": "members", "value": members }]));
        client.patch(&format!("/Groups/{crew}"), &body).status
    };
    let [ada, bob, eve] = &people;
    assert_eq!(add(&[ada, bob, eve]), 413);
    assert_eq!(add(&[ada, bob]), 204);
    assert_eq!(add(&[eve, &"17".to_owned()]), 400);
    assert_eq!(add(&[eve]), 204);
    // The second of two operations counts as well.
    let both = patch(json!([
        { "op": "replace", "path": "displayName", "value": "T2" },
        { "op": "add", "path": "members", "value": [{ "value": "17" }] },
    ]));
    assert_eq!(client.patch(&format!("/Groups/{crew}"), &both).status, 400);
}

#[test]
fn number_in_a_query_or_a_body_is_compared_as_one() {
    let asks = |count: &'static str| {
        move |client: &Client| client.get(&format!("/Users?count={count}")).status
    };
    let beyond = json!({ "query.count": { "number": ">100" } });
    assert!(strikes("users.list", &beyond, asks("101")));
    assert!(strikes("users.list", &beyond, asks("1000")));
    for other in ["100", "9", "all"] {
        assert!(!strikes("users.list", &beyond, asks(other)), "{other}");
    }
    assert!(!strikes("users.list", &beyond, |client| client
        .get("/Users")
        .status));
    let search = |count: u64| {
        move |client: &Client| {
            client
                .post("/Users/.search", &json!({ "count": count }))
                .status
        }
    };
    let beyond = json!({ "body.count": { "number": "5-7" } });
    assert!(
        strikes("users.search", &beyond, search(7)) && !strikes("users.search", &beyond, search(8))
    );
}

#[test]
fn length_of_a_target_or_a_body_can_be_asked_for() {
    let long = json!({ "request.target": { "size": ">200" } });
    let list = |letters: usize| {
        move |client: &Client| {
            client
                .get(&format!("/Users?filter={}", "x".repeat(letters)))
                .status
        }
    };
    assert!(strikes("users.list", &long, list(200)) && !strikes("users.list", &long, list(20)));
    let path = json!({ "request.target": { "has": "/Users?count=1" } });
    let asks = |client: &Client| client.get("/Users?count=1").status;
    assert!(strikes("users.list", &path, asks));
    let heavy = json!({ "request.bytes": { "number": ">1000" } });
    let create = |letters: usize| {
        move |client: &Client| {
            let mut body = user("ada@main.com");
            body["title"] = "x".repeat(letters).into();
            client.post("/Users", &body).status
        }
    };
    assert!(
        strikes("users.create", &heavy, create(1000))
            && !strikes("users.create", &heavy, create(10))
    );
    assert!(strikes(
        "users.list",
        &json!({ "request.bytes": 0 }),
        list(1)
    ));
}

#[test]
fn version_of_http_can_be_asked_for() {
    let list = |client: &Client| client.get("/Users").status;
    assert!(strikes(
        "users.list",
        &json!({ "request.version": "1.1" }),
        list
    ));
    assert!(!strikes(
        "users.list",
        &json!({ "request.version": "2" }),
        list
    ));
}
