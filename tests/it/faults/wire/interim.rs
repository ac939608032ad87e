//! `interim`: heads that are no answer yet, before the one that is.

use goto_double::exchange::Ending;
use serde_json::json;

use super::super::{exchanges, playing};
use crate::support::raw::Line;

#[test]
fn interim_heads_come_before_the_answer_and_the_connection_stays() {
    let (goto, client) = playing(
        json!([{ "id": "hints", "on": "users.list", "when": { "nth": 2 },
        "do": { "commit": true, "wire": "interim:100,103,102" } }]),
    );
    let mut line = Line::open(&client);
    assert_eq!(line.ask("GET", "/Users", b"").status, 200);

    line.say("GET", "/Users", b"");
    let interim = [line.hear_head(), line.hear_head(), line.hear_head()];
    assert_eq!(interim[0], "HTTP/1.1 100 Continue\r\n\r\n");
    assert!(
        interim[1].starts_with("HTTP/1.1 103 Early Hints\r\nlink: <"),
        "{interim:?}"
    );
    assert_eq!(interim[2], "HTTP/1.1 102 Processing\r\n\r\n");
    let head = line.hear_head();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    let whole = exchanges(&goto, "users.list")[1].clone();
    assert_eq!(line.hear(whole.reply.body.len()), whole.reply.body);
    let arrived = interim.concat().len() + head.len() + whole.reply.body.len();
    assert_eq!(whole.delivered.bytes(), arrived as u64);
    assert_eq!(whole.delivered.ending(), Ending::Complete);

    assert_eq!(line.ask("GET", "/Users", b"").status, 200);
    assert!(line.is_silent());
}

#[test]
fn requests_sent_ahead_get_their_interim_heads_in_their_turn() {
    let (_goto, client) = playing(json!([{ "id": "hints", "on": "users.list",
        "when": { "nth": "every 2" }, "do": { "commit": true, "wire": "interim:103" } }]));
    let mut line = Line::open(&client);
    let request = line.request("GET", "/Users", b"");
    line.send(&request.repeat(20));
    for turn in 0..20 {
        if turn % 2 == 1 {
            assert!(line.hear_head().starts_with("HTTP/1.1 103 "), "{turn}");
        }
        let head = line.hear_head();
        assert!(head.starts_with("HTTP/1.1 200 "), "{turn}: {head}");
        let length = head.to_lowercase();
        let length = length.split("content-length: ").nth(1).unwrap();
        line.hear(length.lines().next().unwrap().parse().unwrap());
    }
}
