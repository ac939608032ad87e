//! `interim`: heads that are no answer yet, before the one that is.

use goto_double::exchange::Ending;
use serde_json::json;

use super::super::{exchanges, playing};
use crate::support::raw::{Line, hear};

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
fn client_of_http_1_0_gets_neither_interim_heads_nor_chunks() {
    for (wire, method) in [
        ("interim:103", "GET"),
        ("chunks:7", "GET"),
        ("chunks:7", "HEAD"),
        ("bad_chunk", "GET"),
    ] {
        let (goto, client) = playing(json!([{ "id": "new", "on": "users.list",
            "do": { "commit": true, "wire": wire } }]));
        let mut line = Line::open(&client);
        let request = client.request(method, "/Users", b"", "close");
        let request = String::from_utf8(request).unwrap();
        line.send(request.replacen("HTTP/1.1", "HTTP/1.0", 1).as_bytes());
        let heard = line.hear_out();
        let fields = heard.head().to_ascii_lowercase();
        assert!(fields.contains(" 200 ok\r\n"), "{wire}: {fields}");
        assert!(!fields.contains("transfer-encoding"), "{wire}: {fields}");
        let whole = exchanges(&goto, "users.list")[0].reply.body.clone();
        let expected = match (method, wire) {
            ("HEAD", _) => 0,
            (_, "bad_chunk") => whole.len().div_ceil(2),
            _ => whole.len(),
        };
        assert_eq!(heard.body(), &whole[..expected], "{wire} {method}");
        let told = exchanges(&goto, "users.list")[0].fired[0].told();
        assert_eq!(told.contains("not done"), wire != "bad_chunk", "{told}");
    }
}

#[test]
fn answer_without_a_body_leaves_without_chunks() {
    for wire in ["chunks:7", "bad_chunk", "length:both"] {
        let (_goto, client) = playing(json!([{ "id": "chunks", "on": "users.list",
            "do": { "commit": true, "wire": wire } }]));
        let heard = hear(&client, "HEAD", "/Users", b"");
        assert!(heard.head().starts_with("HTTP/1.1 200 "), "{wire}");
        assert_eq!(heard.body(), b"", "{wire}");
    }
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
