//! `do.hold`: what was asked is done, and the answer waits.

use std::time::Duration;

use serde_json::json;

use super::{documented, exchanges, playing, settle, stored, until_held, until_waiting};
use crate::support::raw::Line;
use crate::support::{create_user, user};

#[test]
fn held_answer_is_of_what_is_done_already_and_leaves_in_time() {
    let (goto, client) = playing(documented("hold", 1));
    let mut line = Line::open(&client);
    line.say(
        "POST",
        "/Users",
        user("ada@main.com").to_string().as_bytes(),
    );
    until_held(&goto, "late", 1);
    // It is stored, and whoever looks sees it, while the client still waits.
    assert_eq!(stored(&goto), ["ada@main.com"]);
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
    goto.control()
        .advance(Duration::from_millis(89_999))
        .unwrap();
    settle(&goto);
    assert!(line.is_silent());
    goto.control().advance(Duration::from_millis(1)).unwrap();
    assert_eq!(line.hear(12), b"HTTP/1.1 201");
    let exchange = exchanges(&goto, "users.create").pop().unwrap();
    assert_eq!(exchange.fired[0].what, "hold 90s");
    create_user(&client, "bob@main.com");
}

#[test]
fn client_that_does_not_wait_for_a_held_answer_finds_the_user_stored_and_without_one_not() {
    for (act, expected) in [(json!({ "hold": "1h" }), 1), (json!({ "delay": "1h" }), 0)] {
        let (goto, client) = playing(
            json!([{ "id": "late", "on": "users.create", "when": { "nth": 1 }, "do": act }]),
        );
        let mut line = Line::open(&client);
        line.say(
            "POST",
            "/Users",
            user("ada@main.com").to_string().as_bytes(),
        );
        until_held(&goto, "late", 1);
        drop(line);
        settle(&goto);
        assert_eq!(stored(&goto).len(), expected, "{act}");
    }
}

#[test]
fn delay_and_hold_follow_each_other() {
    let (goto, client) = playing(json!([
        { "id": "slow", "on": "users.create", "do": { "delay": "2s", "hold": "3s" } },
    ]));
    let mut line = Line::open(&client);
    line.say(
        "POST",
        "/Users",
        user("ada@main.com").to_string().as_bytes(),
    );
    until_held(&goto, "slow", 1);
    assert_eq!(stored(&goto).len(), 0);
    goto.control().advance(Duration::from_secs(2)).unwrap();
    until_waiting(&goto);
    assert_eq!((stored(&goto).len(), line.is_silent()), (1, true));
    goto.control().advance(Duration::from_secs(3)).unwrap();
    assert_eq!(line.hear(12), b"HTTP/1.1 201");
}
