//! `when`: states, spans that come again, scopes together, and numbers that come again.

use std::time::Duration;

use goto_double::MintRequest;
use serde_json::{Value, json};

use super::playing;
use crate::support::{create_user, user};

#[test]
fn every_so_many_from_a_number_on() {
    let (_goto, client) = playing(
        json!([{ "id": "busy", "on": "users.list", "when": { "nth": "every 3 from 2" }, "do": { "reply": { "status": 503 } } }]),
    );
    let struck: Vec<_> = (1..=9)
        .filter(|_| client.get("/Users").status == 503)
        .collect();
    assert_eq!(struck, [2, 5, 8]);
}

/// In which of the states start, slow and dead a rule with that `state` acts.
fn states(written: &Value) -> [bool; 3] {
    let (_goto, client) = playing(json!([
        { "id": "slow", "on": "groups.list", "when": { "state": "start" }, "then": "slow" },
        { "id": "dead", "on": "groups.list", "when": { "state": "slow" }, "then": "dead" },
        { "id": "busy", "on": "users.list", "when": { "state": written }, "do": { "reply": { "status": 503 } } },
    ]));
    [(); 3].map(|()| {
        let struck = client.get("/Users").status == 503;
        client.get("/Groups");
        struck
    })
}

#[test]
fn rule_acts_in_a_state_or_in_one_of_several_or_in_all_but_some() {
    assert_eq!(states(&json!("slow")), [false, true, false]);
    assert_eq!(states(&json!(["start", "dead"])), [true, false, true]);
    assert_eq!(states(&json!({ "not": "slow" })), [true, false, true]);
    assert_eq!(
        states(&json!({ "not": ["slow", "dead"] })),
        [true, false, false]
    );
}

#[test]
fn outage_comes_again_and_again_and_ends_each_time() {
    for (when, expected) in [
        (
            json!({ "open": "1m in 5m" }),
            [true, false, false, false, false, true, false],
        ),
        (
            json!({ "open": "1m in 5m", "from": "+2m" }),
            [false, false, true, false, false, false, false],
        ),
        (
            json!({ "open": "2m in 3m", "to": "+5m" }),
            [true, true, false, true, true, false, false],
        ),
        (
            json!({ "open": "1m in 2m", "from": "hit" }),
            [false, false, true, false, true, false, true],
        ),
    ] {
        let (goto, client) = playing(json!([
            { "id": "hit", "on": "groups.list", "fires": ">=0" },
            { "id": "outage", "on": "users.list", "when": when, "do": { "reply": { "status": 503 } } },
        ]));
        let struck: Vec<_> = (0..7)
            .map(|minute| {
                if minute == 2 {
                    client.get("/Groups");
                }
                let struck = client.get("/Users").status == 503;
                goto.control().advance(Duration::from_secs(60)).unwrap();
                struck
            })
            .collect();
        assert_eq!(struck, expected, "{when}");
    }
}

#[test]
fn scopes_together_have_a_counter_for_each_combination() {
    for per in [json!(["user", "token"]), json!(["token", "user"])] {
        let (goto, client) = playing(
            json!([{ "id": "second", "on": "users.get", "when": { "nth": 2, "per": per }, "do": { "reply": { "status": 503 } } }]),
        );
        let minted = goto.control().mint_token(&MintRequest::default()).unwrap();
        let other = client.clone().bearer(&minted.access_token);
        let (ada, bob) = (
            create_user(&client, "ada@main.com"),
            create_user(&client, "bob@main.com"),
        );
        let mut seen = Vec::new();
        for client in [&client, &other] {
            for id in [&ada, &bob, &ada, &bob, &ada] {
                seen.push(client.get(&format!("/Users/{id}")).status);
            }
        }
        let each = [200, 200, 503, 503, 200];
        assert_eq!(seen, [each, each].concat(), "{per}");
    }
    let (_goto, client) = playing(
        json!([{ "id": "first", "on": "users.*", "when": { "nth": 1, "per": ["op", "user"] }, "do": { "reply": { "status": 503 } } }]),
    );
    let create = |name: &str| client.post("/Users", &user(name)).status;
    assert_eq!(
        [
            create("ada@main.com"),
            create("bob@main.com"),
            create("ada@main.com")
        ],
        [503, 503, 201]
    );
    let by_name = "/Users?filter=userName%20eq%20%22ada@main.com%22";
    assert_eq!(
        [client.get(by_name).status, client.get(by_name).status],
        [503, 200]
    );
}

#[test]
fn last_firing_moves_a_window_on_as_long_as_the_client_presses() {
    // Who asks again within a minute of the last refusal is refused again.
    let (goto, client) = playing(json!([
        { "id": "limit", "on": "users.list", "when": { "nth": 2 }, "do": { "reply": { "status": 429 } } },
        { "id": "press", "on": "users.list", "stack": true, "when": { "from": "limit", "to": "last press+1m" }, "do": { "reply": { "status": 429 } } },
    ]));
    let mut seen = Vec::new();
    for wait in [1, 1, 50, 50, 61, 0] {
        seen.push(client.get("/Users").status);
        goto.control().advance(Duration::from_secs(wait)).unwrap();
    }
    assert_eq!(seen, [200, 429, 429, 429, 429, 200]);
}
