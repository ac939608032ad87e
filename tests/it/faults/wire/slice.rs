//! `slice`: head and body in pieces, each a write of its own.

use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::exchange::Ending;
use serde_json::json;

use super::super::{exchanges, playing, settle, until_waiting};
use crate::support::raw::{Line, hear};
use crate::support::{Client, user};

/// A double that holds one user with letters of several bytes, and slices its first list so.
fn slicing(wire: &str) -> (GotoDouble, Client) {
    let (goto, client) = playing(json!([{ "id": "sliced", "on": "users.list",
        "when": { "nth": 1 }, "do": { "commit": true, "wire": wire } }]));
    let mut zoe = user("zoe@main.com");
    zoe["displayName"] = "Zoë 彩".into();
    assert_eq!(client.post("/Users", &zoe).status, 201);
    (goto, client)
}

#[test]
fn slices_make_up_the_answer_and_the_connection_stays() {
    for wire in [
        "slice:1",
        "slice:7",
        "slice:100000",
        "slice:crlf",
        "slice:utf8",
    ] {
        let (goto, client) = slicing(wire);
        let mut line = Line::open(&client);
        let sliced = line.ask("GET", "/Users", b"");
        let whole = line.ask("GET", "/Users", b"");
        assert_eq!(sliced.headers, whole.headers, "{wire}");
        assert_eq!(sliced.body, whole.body, "{wire}");
        let [sliced, whole] = &exchanges(&goto, "users.list")[..] else {
            panic!("two lists");
        };
        assert_eq!(sliced.delivered.bytes(), whole.delivered.bytes(), "{wire}");
        assert_eq!(sliced.delivered.ending(), Ending::Complete, "{wire}");
    }
}

#[test]
fn each_slice_waits_on_the_clock_the_head_included() {
    let (goto, client) = slicing("slice:60:2s");
    let mut line = Line::open(&client);
    line.say("GET", "/Users", b"");
    let mut heard = Vec::new();
    while !heard.ends_with(b"}") {
        // The last one is shorter; its end is that of the list.
        heard.extend(line.hear(1));
        if heard.len() % 60 == 0 {
            settle(&goto);
            assert!(line.is_silent(), "{}", heard.len());
            goto.control().advance(Duration::from_secs(2)).unwrap();
        }
        if heard.len() > 60 && heard.ends_with(b"}") && !line.is_silent() {
            heard.extend(line.hear(1));
        }
        let noted = exchanges(&goto, "users.list")[0].delivered.clone();
        if noted.ending() == Ending::Complete && noted.bytes() == heard.len() as u64 {
            break;
        }
    }
    assert!(heard.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert_eq!(line.ask("GET", "/Users", b"").status, 200);
}

#[test]
fn slice_ends_within_a_line_end_or_a_letter() {
    for (wire, last, first) in [
        ("slice:crlf:2s", b'\r', b'\n'),
        ("slice:utf8:2s", 0xc3, 0xab),
    ] {
        let (goto, client) = slicing(wire);
        let mut line = Line::open(&client);
        line.say("GET", "/Users", b"");
        while line.hear(1) != [last] {}
        settle(&goto);
        assert!(line.is_silent(), "{wire}");
        goto.control().advance(Duration::from_secs(2)).unwrap();
        assert_eq!(line.hear(1), [first], "{wire}");
    }
}

#[test]
fn slices_end_with_the_pauses_when_the_sandbox_does() {
    let (goto, client) = slicing("slice:1:1h");
    let line = std::thread::spawn({
        let client = client.clone();
        move || hear(&client, "GET", "/Users", b"")
    });
    until_waiting(&goto);
    goto.control().reset().unwrap();
    drop(goto);
    line.join().unwrap();
}
