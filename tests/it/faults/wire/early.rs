//! `early`: the final answer while the body of the request is still on its way.

use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::exchange::Ending;
use serde_json::json;

use super::super::{exchanges, fired, playing, stored, until_held};
use crate::support::raw::Line;
use crate::support::{Client, create_user, user};

/// A double that refuses, before it has read them, creates that say how urgent they are.
fn refusing(wire: &str) -> (GotoDouble, Client) {
    playing(
        json!([{ "id": "full", "on": "users.create", "if": { "header.priority": "low" },
        "do": { "reply": { "status": 503, "retry_after": "30s" }, "wire": wire } }]),
    )
}

/// A create whose body comes in two parts.
fn upload(line: &Line) -> (Vec<u8>, Vec<u8>) {
    let body = user("ada@main.com").to_string();
    let request = line.request("POST", "/Users", body.as_bytes());
    let (first, rest) = request.split_at(request.len() - 20);
    (first.to_vec(), rest.to_vec())
}

#[test]
fn answer_comes_before_the_body_which_is_dropped_and_the_connection_stays() {
    let (goto, client) = refusing("early");
    create_user(&client, "first@main.com");
    let low = client.clone().header("Priority", "low");
    let mut line = Line::open(&low);
    let (first, rest) = upload(&line);
    line.send(&first);
    let head = line.hear_head();
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    assert!(head.contains("retry-after: 30\r\n"), "{head}");
    let refused = exchanges(&goto, "users.create")[1].clone();
    assert_eq!(line.hear(refused.reply.body.len()), refused.reply.body);
    assert_eq!(refused.fired[0].rule, "full");
    assert_eq!(refused.request.body, b""[..], "nobody has read it");
    assert_eq!(refused.delivered.ending(), Ending::Complete);

    line.send(&rest);
    assert_eq!(line.ask("GET", "/Users", b"").status, 200);
    assert_eq!(stored(&goto), ["first@main.com"]);
    create_user(&client, "third@main.com");
    assert_eq!(fired(&goto, "full"), 1);
}

#[test]
fn connection_is_closed_over_a_body_that_is_left() {
    let (goto, client) = refusing("early:close");
    let low = client.clone().header("Priority", "low");
    let mut line = Line::open(&low);
    let (first, _) = upload(&line);
    line.send(&first);
    let heard = line.hear_out();
    heard.end.as_ref().unwrap();
    assert!(
        heard.head().starts_with("HTTP/1.1 503 "),
        "{}",
        heard.text()
    );
    assert!(
        heard.head().contains("connection: close\r\n"),
        "{}",
        heard.text()
    );
    assert_eq!(heard.body(), exchanges(&goto, "users.create")[0].reply.body);
    assert_eq!(stored(&goto), [""; 0]);
    create_user(&client, "third@main.com");
}

#[test]
fn client_that_asks_for_leave_is_refused_before_it_sends() {
    let (goto, client) = refusing("early");
    let low = client.clone().header("Priority", "low");
    let low = low.header("Expect", "100-continue");
    let mut line = Line::open(&low);
    let (first, _) = upload(&line);
    let end = first
        .windows(4)
        .position(|part| part == b"\r\n\r\n")
        .unwrap()
        + 4;
    line.send(&first[..end]);
    assert!(line.hear_head().starts_with("HTTP/1.1 503 "));
    assert_eq!(stored(&goto), [""; 0]);
}

#[test]
fn rules_on_whole_requests_count_each_once_beside_those_on_heads() {
    let (goto, client) = playing(json!([
        { "id": "slow", "on": "users.create", "when": { "nth": 3 }, "do": { "wire": "stall_read:0:1s" } },
        { "id": "early", "on": "users.create", "when": { "nth": 2 },
          "do": { "reply": { "status": 413 }, "wire": "early" } },
        { "id": "late", "on": "users.create", "when": { "nth": 2 }, "do": { "reply": { "status": 429 } } },
    ]));
    let status = |client: &Client, name| client.post("/Users", &user(name)).status;
    assert_eq!(status(&client, "a@main.com"), 201);
    assert_eq!(status(&client, "b@main.com"), 413);
    let third = std::thread::spawn(move || status(&client, "c@main.com"));
    until_held(&goto, "slow", 1);
    goto.control().advance(Duration::from_secs(1)).unwrap();
    // The second never came to the rules on whole requests, so the third is their second.
    assert_eq!(third.join().unwrap(), 429);
}
