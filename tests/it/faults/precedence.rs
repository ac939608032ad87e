//! "How rules are evaluated", sentence by sentence, told from the client's side.

use std::time::Duration;

use serde_json::{Value, json};

use super::{exchanges, fired, playing, stored};
use crate::support::raw::hear;
use crate::support::{Client, create_user, user};

fn statuses(client: &Client, path: &str, requests: usize) -> Vec<u16> {
    let mut ask = || client.get(path).status;
    std::iter::repeat_with(&mut ask).take(requests).collect()
}

fn reply(status: u16) -> Value {
    json!({ "reply": { "status": status } })
}

/// The rules that acted on the last request of an operation, in the order in which they did.
fn acted(goto: &goto_double::GotoDouble, operation: &str) -> Vec<String> {
    let last = exchanges(goto, operation).pop().unwrap();
    last.fired.into_iter().map(|fired| fired.rule).collect()
}

#[test]
fn s1_and_2_rule_that_does_not_hold_counts_nothing_and_one_that_holds_counts_though_another_wins() {
    let (goto, client) = playing(json!([
        { "id": "first", "on": "users.list", "when": { "nth": "1-2" }, "do": reply(501) },
        // Counts every list, and so is at its third when the first rule has done with two.
        { "id": "third", "on": "users.list", "when": { "nth": 3 }, "do": reply(502) },
        // Counts nothing before its window, and nothing in another state or of another header.
        { "id": "later", "on": "users.list", "when": { "nth": 1, "from": "+10s" }, "do": reply(503) },
        { "id": "other", "on": "users.list", "if": { "header.x": "y" }, "when": { "nth": 1 }, "do": reply(504) },
        { "id": "dead", "on": "users.list", "fires": ">=0", "when": { "nth": 1, "state": { "not": "start" } }, "do": reply(505) },
        { "id": "kill", "on": "users.get", "do": reply(404), "then": "dead" },
    ]));
    assert_eq!(statuses(&client, "/Users", 4), [501, 501, 502, 200]);
    goto.control().advance(Duration::from_secs(10)).unwrap();
    assert_eq!(statuses(&client, "/Users", 2), [503, 200]);
    assert_eq!(client.clone().header("X", "y").get("/Users").status, 504);
    client.get("/Users/1");
    assert_eq!(statuses(&client, "/Users", 2), [505, 200]);
}

#[test]
fn s3_limit_comes_before_number_and_number_before_max_and_all_before_the_draw() {
    // The bucket gives one to every request that the rule counts, even where `nth` names another.
    let (_goto, client) = playing(json!([
        { "id": "over", "on": "users.list", "when": { "over": "2/1h", "nth": "4+" }, "do": reply(429) },
        { "id": "max", "on": "groups.list", "when": { "nth": "2+", "max": 2 }, "do": reply(503) },
    ]));
    assert_eq!(statuses(&client, "/Users", 5), [200, 200, 200, 429, 429]);
    assert_eq!(statuses(&client, "/Groups", 5), [200, 503, 503, 200, 200]);
    // What a draw refused has used up nothing of `max`.
    let (goto, client) = playing(json!([
        { "id": "lucky", "on": "users.list", "when": { "p": 0.3, "max": 2 }, "do": reply(503) },
    ]));
    let struck = statuses(&client, "/Users", 60);
    assert_eq!(struck.iter().filter(|status| **status == 503).count(), 2);
    assert!(
        struck.starts_with(&[200]) || struck[..8].contains(&200),
        "{struck:?}"
    );
    assert_eq!(fired(&goto, "lucky"), 2);
}

#[test]
fn s4_first_eligible_rule_wins_and_stacked_ones_act_beside_it_or_alone() {
    let (goto, client) = playing(json!([
        { "id": "tag", "on": "users.list", "stack": true, "do": { "headers": { "X-Tag": "1" } } },
        { "id": "busy", "on": "users.list", "when": { "nth": 2 }, "do": reply(503) },
        { "id": "down", "on": "users.list", "when": { "nth": [2, 3] }, "do": reply(500) },
        { "id": "mark", "on": "users.list", "stack": true, "when": { "nth": "2+" }, "do": { "headers": { "X-Mark": "1" } } },
    ]));
    let mut seen = Vec::new();
    for _ in 0..4 {
        let answer = client.get("/Users");
        let has = |name: &str| answer.header(name).is_some();
        seen.push((
            answer.status,
            has("X-Tag"),
            has("X-Mark"),
            acted(&goto, "users.list"),
        ));
    }
    let acted = |rules: &[&str]| rules.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(seen[0], (200, true, false, acted(&["tag"])));
    assert_eq!(seen[1], (503, true, true, acted(&["tag", "busy", "mark"])));
    assert_eq!(seen[2], (500, true, true, acted(&["tag", "down", "mark"])));
    assert_eq!(seen[3], (200, true, true, acted(&["tag", "mark"])));
}

#[test]
fn s5_rule_that_does_not_win_has_not_acted() {
    let (goto, client) = playing(json!([
        { "id": "first", "on": "users.list", "when": { "max": 1 }, "do": reply(501) },
        { "id": "second", "on": "users.list", "when": { "max": 1 }, "do": reply(502), "then": "dead" },
        { "id": "window", "on": "users.list", "when": { "from": "second+10m" }, "do": reply(503) },
        { "id": "dead", "on": "groups.list", "when": { "state": "dead" }, "do": reply(504) },
    ]));
    assert_eq!(client.get("/Users").status, 501);
    assert_eq!((fired(&goto, "first"), fired(&goto, "second")), (1, 0));
    assert_eq!(client.get("/Groups").status, 200);
    goto.control().advance(Duration::from_secs(600)).unwrap();
    // Its window has not begun to run, and it still has all of its `max`.
    assert_eq!(statuses(&client, "/Users", 2), [502, 200]);
    assert_eq!(client.get("/Groups").status, 504);
    goto.control().advance(Duration::from_secs(600)).unwrap();
    assert_eq!(client.get("/Users").status, 503);
}

#[test]
fn s6_and_7_where_there_is_room_for_one_the_first_in_the_file_has_its_way() {
    // A stacked rule that stands before the winner takes the answer from it.
    let (goto, client) = playing(json!([
        { "id": "gone", "on": "users.list", "stack": true, "when": { "nth": 1 }, "do": reply(410) },
        { "id": "busy", "on": "users.list", "do": reply(503) },
        { "id": "late", "on": "users.list", "stack": true, "when": { "nth": 2 }, "do": reply(500) },
    ]));
    assert_eq!(client.get("/Users").status, 410);
    assert_eq!(acted(&goto, "users.list"), ["gone", "busy"]);
    assert_eq!(client.get("/Users").status, 503);
    assert_eq!(acted(&goto, "users.list"), ["busy", "late"]);

    let (_goto, client) = playing(json!([
        { "id": "cut", "on": "users.list", "stack": true, "do": { "commit": true, "wire": "cut:head" } },
        { "id": "reset", "on": "users.list", "do": { "commit": true, "wire": "reset" } },
    ]));
    let heard = hear(&client, "GET", "/Users", b"");
    assert!(heard.head().starts_with("HTTP/1.1 200") && heard.body().is_empty());

    // A verb is taken whole: nothing of the second one is added to the first.
    let (_goto, client) = playing(json!([
        { "id": "narrow", "on": "oauth.token", "do": { "token": { "scope": "identity:scim.me" } } },
        { "id": "short", "on": "oauth.token", "stack": true, "do": { "token": { "scope": "x", "expires_in": "5s" } } },
        { "id": "jump", "on": "users.list", "do": { "clock": "+1h" } },
        { "id": "back", "on": "users.list", "stack": true, "do": { "clock": "-10m" } },
    ]));
    let date = client.get("/Users").header("Date").unwrap().to_owned();
    assert_eq!(date, "Tue, 01 Jan 2030 01:00:00 GMT");
}

#[test]
fn s8_waits_add_up_changes_follow_each_other_and_the_later_header_stays() {
    let (_goto, client) = playing(json!([
        { "id": "one", "on": "users.list", "do": {
            "mutate": [{ "op": "replace", "path": "/totalResults", "value": 7 }], "headers": { "X-Who": "one", "X-One": "1" } } },
        { "id": "two", "on": "users.list", "stack": true, "do": {
            "mutate": "wrong_total", "headers": { "X-Who": "two" } } },
        { "id": "fast", "on": "users.list", "stack": true, "when": { "over": "9/1s" },
            "do": { "rate_limit": "x-ratelimit", "delay": "0s" }, "fires": ">=0" },
        { "id": "slow", "on": "users.list", "stack": true, "when": { "over": "8/1s" },
            "do": { "rate_limit": "ratelimit-fields", "delay": "0s" }, "fires": ">=0" },
    ]));
    let answer = client.get("/Users");
    assert_eq!(answer.json()["totalResults"], 8);
    assert_eq!(
        ["X-Who", "X-One", "X-RateLimit-Limit", "RateLimit-Limit"].map(|name| answer.header(name)),
        [Some("two"), Some("1"), Some("9"), Some("8")]
    );
}

#[test]
fn s8_every_fault_of_the_store_comes_about() {
    let (_goto, client) = playing(json!([
        { "id": "one", "on": "users.list", "do": { "data": "hidden:ada@main.com" } },
        { "id": "two", "on": "users.list", "stack": true, "do": { "data": "hidden:bob@main.com" } },
    ]));
    for name in ["ada@main.com", "bob@main.com", "carl@main.com"] {
        create_user(&client, name);
    }
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
}

#[test]
fn s9_one_rule_that_does_not_let_the_handler_run_is_enough() {
    for (stacked, expected) in [
        (json!({ "delay": "0s" }), 1),
        (json!({ "delay": "0s", "commit": false }), 0),
    ] {
        let (goto, client) = playing(json!([
            { "id": "lost", "on": "users.create", "do": { "commit": true, "reply": { "status": 502 } } },
            { "id": "slow", "on": "users.create", "stack": true, "do": stacked },
        ]));
        assert_eq!(client.post("/Users", &user("ada@main.com")).status, 502);
        assert_eq!(stored(&goto).len(), expected);
    }
}

#[test]
fn s10_state_is_that_of_the_last_rule_that_acts_and_the_next_request_meets_it() {
    let (goto, client) = playing(json!([
        { "id": "one", "on": "users.list", "when": { "state": "start" }, "do": reply(501), "then": "first" },
        // Weighed against the state that the request met, not the one that rule "one" leads to.
        { "id": "two", "on": "users.list", "when": { "state": "first" }, "do": reply(502), "then": "start" },
        { "id": "also", "on": "users.list", "stack": true, "when": { "max": 1 }, "then": "second" },
        { "id": "three", "on": "users.list", "when": { "state": "second" }, "do": reply(503), "then": "first" },
    ]));
    assert_eq!(client.get("/Users").status, 501);
    assert_eq!(acted(&goto, "users.list"), ["one", "also"]);
    assert_eq!(statuses(&client, "/Users", 3), [503, 502, 501]);
}

#[test]
fn s12_window_goes_by_the_first_or_the_last_firing_for_the_key_of_the_rule_that_asks() {
    let window = |moment: &str| {
        playing(json!([
            { "id": "hit", "on": "users.create", "do": reply(503) },
            { "id": "quiet", "on": "users.get", "fires": ">=0", "when": { "from": moment, "per": "client" }, "do": reply(429) },
            { "id": "until", "on": "groups.list", "fires": ">=0", "when": { "to": moment }, "do": reply(420) },
        ]))
    };
    for (moment, expected) in [
        ("hit+20s", [404, 404, 429, 429]),
        ("last hit+20s", [404, 404, 404, 429]),
    ] {
        let (goto, client) = window(moment);
        let mut seen = Vec::new();
        // A `to` without a firing is not over.
        assert_eq!(client.get("/Groups").status, 420);
        for hit in [true, true, false, false] {
            if hit {
                client.post("/Users", &user("ada@main.com"));
            }
            seen.push(client.get("/Users/17").status);
            goto.control().advance(Duration::from_secs(10)).unwrap();
        }
        assert_eq!(seen, expected, "{moment}");
        assert_eq!(client.get("/Groups").status, 200, "{moment}");
    }
}

#[test]
fn delay_of_a_rule_that_lost_is_not_waited() {
    let (_goto, client) = playing(json!([
        { "id": "busy", "on": "users.create", "when": { "max": 1 }, "do": reply(503) },
        { "id": "slow", "on": "users.create", "fires": ">=0", "when": { "nth": 1 }, "do": { "delay": "1h" } },
    ]));
    // On a clock that stands still, a wait would never end.
    assert_eq!(client.post("/Users", &user("ada@main.com")).status, 503);
    create_user(&client, "ada@main.com");
}
