//! `do.delay`: the double waits on the sandbox clock before it does anything.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{exchanges, fired, playing, settle, until_held};
use crate::support::raw::Line;
use crate::support::{create_user, user};

/// How long each exchange of an operation took on the sandbox clock.
fn waits(goto: &goto_double::GotoDouble, operation: &str) -> Vec<Duration> {
    let entries = goto.journal();
    let of = |exchange: &goto_double::entry::Exchange| {
        exchange
            .operation
            .is_some_and(|known| known.name() == operation)
    };
    let timed = entries
        .iter()
        .filter_map(|entry| Some((entry.at, entry.exchange()?)));
    timed
        .filter(|(_, exchange)| of(exchange))
        .map(|(at, exchange)| exchange.answered.since(at))
        .collect()
}

#[test]
fn delayed_request_is_answered_when_the_clock_has_moved_on_and_not_before() {
    let (goto, client) = playing(
        json!([{ "id": "slow", "on": "users.create", "when": { "nth": 1 }, "do": { "delay": "30s" } }]),
    );
    let mut line = Line::open(&client);
    let body = user("ada@main.com").to_string();
    line.say("POST", "/Users", body.as_bytes());
    until_held(&goto, "slow", 1);
    goto.control()
        .advance(Duration::from_millis(29_999))
        .unwrap();
    settle(&goto);
    assert!(line.is_silent());
    // Nothing is done before the wait is over: nobody is there yet.
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
    goto.control().advance(Duration::from_millis(1)).unwrap();
    let answer = line.hear(12);
    assert_eq!(answer, b"HTTP/1.1 201");
    assert_eq!(waits(&goto, "users.create"), [Duration::from_secs(30)]);
    create_user(&client, "bob@main.com");
    assert_eq!(waits(&goto, "users.create")[1], Duration::ZERO);
}

#[test]
fn stacked_delays_add_up_and_leave_the_winner_in_place() {
    let (goto, client) = playing(json!([
        { "id": "busy", "on": "users.list", "do": { "reply": { "status": 503 } } },
        { "id": "slow", "on": "*", "stack": true, "if": { "header.x-slow": "1" }, "do": { "delay": "2s" } },
        { "id": "slower", "on": "users.*", "stack": true, "if": { "header.x-slow": "1" }, "do": { "delay": "3s" } },
    ]));
    let waiting = thread::spawn({
        let client = client.clone().header("X-Slow", "1");
        move || client.get("/Users").status
    });
    until_held(&goto, "slower", 1);
    goto.control().advance(Duration::from_secs(5)).unwrap();
    assert_eq!(waiting.join().unwrap(), 503);
    assert_eq!(waits(&goto, "users.list"), [Duration::from_secs(5)]);
    assert_eq!(
        (
            fired(&goto, "busy"),
            fired(&goto, "slow"),
            fired(&goto, "slower")
        ),
        (1, 1, 1)
    );
    let rules: Vec<_> = exchanges(&goto, "users.list")[0]
        .fired
        .iter()
        .map(|fired| fired.rule.clone())
        .collect();
    assert_eq!(rules, ["busy", "slow", "slower"]);
}

/// The drawn waits of users who are created in that order, by a client that shares the clock.
async fn drawn(delay: &Value, order: &[&str]) -> Vec<(String, Duration)> {
    let (goto, client) = playing(
        json!([{ "id": "slow", "on": "users.create", "when": { "per": "user" }, "do": { "delay": delay } }]),
    );
    let me = goto.control().sandbox().unwrap().clock.join();
    for name in order {
        let mut line = Line::open(&client);
        let (peer, body) = (line.local_address(), user(name).to_string());
        let asked =
            tokio::task::spawn_blocking(move || line.ask("POST", "/Users", body.as_bytes()).status);
        let status = me.answer(peer, Duration::from_secs(60), asked).await;
        assert_eq!(status.unwrap().unwrap(), 201);
    }
    let exchanges = exchanges(&goto, "users.create");
    let names = exchanges
        .iter()
        .map(|exchange| exchange.subject.as_ref().unwrap().key.clone());
    let mut all: Vec<_> = names.zip(waits(&goto, "users.create")).collect();
    all.sort();
    all
}

#[tokio::test]
async fn drawn_delay_belongs_to_the_user_whatever_the_order() {
    for (delay, least, most) in [
        (json!({ "uniform": ["5ms", "20ms"] }), 5, 20),
        (json!({ "lognormal": ["10ms", 0.4, "25ms"] }), 1, 25),
    ] {
        let once = drawn(&delay, &["ada@main.com", "bob@main.com", "eve@main.com"]).await;
        assert_eq!(
            once,
            drawn(&delay, &["eve@main.com", "ada@main.com", "bob@main.com"]).await,
            "{delay}"
        );
        let range = Duration::from_millis(least)..=Duration::from_millis(most);
        assert!(
            once.iter().all(|(_, wait)| range.contains(wait)),
            "{once:?}"
        );
    }
}
