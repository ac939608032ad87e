//! `when.parallel`: how many requests are under way at once.

use std::time::Duration;

use goto_double::MintRequest;
use serde_json::json;

use super::{fired, playing, settle, until_held};
use crate::support::raw::Line;

#[test]
fn request_beside_so_many_that_are_held_is_refused_and_none_after_they_are_answered() {
    let (goto, client) = playing(json!([
        { "id": "slow", "on": "users.list", "stack": true, "if": { "header.x-slow": "1" }, "do": { "delay": "10s" } },
        { "id": "many", "on": "users.list", "when": { "parallel": 2 }, "do": { "reply": { "status": 429 } } },
    ]));
    let slow = client.clone().header("X-Slow", "1");
    let mut lines = [Line::open(&slow), Line::open(&slow)];
    assert_eq!(client.get("/Users").status, 200);
    for (line, times) in lines.iter_mut().zip(1..) {
        assert_eq!(client.get("/Users").status, 200);
        line.say("GET", "/Users", b"");
        until_held(&goto, "slow", times);
    }
    assert_eq!(
        [client.get("/Users").status, client.get("/Users").status],
        [429, 429]
    );
    // Other operations are not counted.
    assert_eq!(client.get("/Groups").status, 200);
    goto.control().advance(Duration::from_secs(10)).unwrap();
    for line in &mut lines {
        assert_eq!(line.hear(12), b"HTTP/1.1 200");
    }
    settle(&goto);
    assert_eq!(client.get("/Users").status, 200);
    assert_eq!(fired(&goto, "many"), 2);
}

#[test]
fn answer_that_does_not_leave_is_under_way_and_each_token_has_its_own() {
    let (goto, client) = playing(json!([
        { "id": "hang", "on": "users.list", "stack": true, "when": { "nth": 1 }, "do": { "commit": true, "wire": "stall:10s" } },
        { "id": "many", "on": "users.list", "when": { "parallel": 1, "per": "token" }, "do": { "reply": { "status": 429 } } },
    ]));
    let minted = goto.control().mint_token(&MintRequest::default()).unwrap();
    let other = client.clone().bearer(&minted.access_token);
    let mut line = Line::open(&client);
    line.say("GET", "/Users", b"");
    until_held(&goto, "hang", 1);
    assert_eq!(
        [client.get("/Users").status, other.get("/Users").status],
        [429, 200]
    );
    goto.control().advance(Duration::from_secs(10)).unwrap();
    line.hear_out();
    settle(&goto);
    assert_eq!(client.get("/Users").status, 200);
}
