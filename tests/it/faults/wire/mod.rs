//! `do.wire`: how the answer leaves, or does not. "Stored, but the answer was lost" above all.

mod connect;
mod early;
mod figures;
mod holds;
mod http2;
mod interim;
mod kept;
mod length;
mod slice;
mod upload;

use std::io::ErrorKind;
use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::exchange::Ending;
use serde_json::json;

use super::{exchanges, playing, settle, stored};
use crate::support::raw::{Heard, Line, hear};
use crate::support::{Client, create_user, user};

/// A double that breaks the second create in that way.
fn breaking(wire: &str, commit: bool) -> (GotoDouble, Client) {
    playing(
        json!([{ "id": "break", "on": "users.create", "when": { "nth": 2 },
        "do": { "commit": commit, "wire": wire } }]),
    )
}

/// What a create that is broken off sounds like; the creates before and after it must be sound.
fn broken(wire: &str, commit: bool) -> (GotoDouble, Heard) {
    let (goto, client) = breaking(wire, commit);
    create_user(&client, "first@main.com");
    let heard = hear(
        &client,
        "POST",
        "/Users",
        user("broken@main.com").to_string().as_bytes(),
    );
    create_user(&client, "third@main.com");
    let expected: &[&str] = if commit {
        &["first@main.com", "broken@main.com", "third@main.com"]
    } else {
        &["first@main.com", "third@main.com"]
    };
    assert_eq!(stored(&goto), expected, "{wire}");
    assert_noted(&goto, commit, &heard);
    (goto, heard)
}

/// The journal knows what became of the store and how many bytes left.
#[track_caller]
fn assert_noted(goto: &GotoDouble, commit: bool, heard: &Heard) {
    let all = exchanges(goto, "users.create");
    let noted = &all[1];
    assert_eq!(noted.committed(), commit);
    assert_eq!(noted.fired.len(), 1);
    assert_eq!(noted.delivered.bytes(), heard.bytes.len() as u64);
    assert_eq!(noted.delivered.ending(), Ending::BrokenOff);
    for sound in [&all[0], &all[2]] {
        assert_eq!(
            (sound.fired.len(), sound.delivered.ending()),
            (0, Ending::Complete)
        );
    }
}

#[test]
fn reset_is_a_reset_without_a_byte_stored_or_not() {
    for wire in ["reset", "rst_stream:refused_stream"] {
        for commit in [true, false] {
            let (_goto, heard) = broken(wire, commit);
            let end = heard.end.unwrap_err().kind();
            assert_eq!(end, ErrorKind::ConnectionReset, "{wire}");
            assert_eq!(heard.bytes, b"", "{wire}");
        }
    }
}

#[test]
fn close_is_an_end_in_good_order_without_a_byte_stored_or_not() {
    for wire in ["close", "close:no_notify", "goaway:refused", "goaway:lost"] {
        for commit in [true, false] {
            let (_goto, heard) = broken(wire, commit);
            heard.end.unwrap();
            assert_eq!(heard.bytes, b"", "{wire}");
        }
    }
}

#[test]
fn cut_leaves_the_head_and_exactly_so_many_bytes() {
    for (wire, bytes) in [
        ("cut:head", 0),
        ("cut:body:0", 0),
        ("cut:body:1", 1),
        ("cut:body:40", 40),
        // Where no TLS is spoken, there is no farewell to leave out.
        ("cut:body:40:no_notify", 40),
        ("reset:head", 0),
        ("reset:body:40", 40),
    ] {
        let (goto, heard) = broken(wire, true);
        let end = heard.end.as_ref().map_err(std::io::Error::kind);
        let is_reset = wire.starts_with("reset");
        assert_eq!(end == Err(ErrorKind::ConnectionReset), is_reset, "{wire}");
        assert_eq!(end == Ok(&()), !is_reset, "{wire}: {end:?}");
        let whole = &exchanges(&goto, "users.create")[1].reply.body;
        assert!(
            heard.head().starts_with("HTTP/1.1 201 Created\r\n"),
            "{}",
            heard.text()
        );
        assert!(
            heard
                .head()
                .contains(&format!("\r\ncontent-length: {}\r\n", whole.len())),
            "{}",
            heard.text()
        );
        assert_eq!(heard.body(), &whole[..bytes], "{wire}");
    }
}

#[test]
fn cut_beyond_the_end_leaves_the_whole_answer() {
    let (goto, heard) = broken("cut:body:100000", true);
    assert_eq!(
        heard.body(),
        &exchanges(&goto, "users.create")[1].reply.body[..]
    );
}

#[test]
fn cut_of_a_given_answer_stores_nothing() {
    let (goto, client) = playing(json!([{ "id": "break", "on": "users.create", "do": {
        "reply": { "status": 503, "body": "try later" }, "wire": "cut:body:3" } }]));
    let heard = hear(
        &client,
        "POST",
        "/Users",
        user("ada@main.com").to_string().as_bytes(),
    );
    assert!(
        heard.head().starts_with("HTTP/1.1 503 "),
        "{}",
        heard.text()
    );
    assert_eq!(heard.body(), b"try");
    assert_eq!(stored(&goto), [""; 0]);
}

#[test]
fn garbage_is_no_http_stored_or_not() {
    for commit in [true, false] {
        let (_goto, heard) = broken("garbage", commit);
        heard.end.as_ref().unwrap();
        assert!(
            !heard.bytes.is_empty() && !heard.bytes.starts_with(b"HTTP/"),
            "{}",
            heard.text()
        );
    }
}

#[test]
fn bad_chunk_is_a_sound_chunk_and_then_none() {
    let (goto, heard) = broken("bad_chunk", true);
    heard.end.as_ref().unwrap();
    assert!(
        heard.head().contains("\r\ntransfer-encoding: chunked\r\n"),
        "{}",
        heard.text()
    );
    let body = String::from_utf8_lossy(heard.body()).into_owned();
    let (size, rest) = body.split_once("\r\n").unwrap();
    let size = usize::from_str_radix(size, 16).unwrap();
    let whole = &exchanges(&goto, "users.create")[1].reply.body;
    assert_eq!(rest.as_bytes()[..size], whole[..size]);
    // RFC 9112 section 7.1: "chunk-size = 1*HEXDIG".
    let next = rest[size..]
        .strip_prefix("\r\n")
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    assert!(usize::from_str_radix(&next, 16).is_err(), "{next}");
}

#[test]
fn stall_is_silent_for_so_long_on_the_clock_and_then_ends() {
    for (wire, commit, head, bytes) in [
        ("stall:90s", true, false, 0),
        ("stall:90s", false, false, 0),
        ("stall:body:0:90s", true, true, 0),
        ("stall:body:40:90s", true, true, 40),
    ] {
        let (goto, client) = breaking(wire, commit);
        create_user(&client, "first@main.com");
        let mut line = Line::open(&client);
        line.say(
            "POST",
            "/Users",
            user("broken@main.com").to_string().as_bytes(),
        );
        while exchanges(&goto, "users.create").len() < 2 {
            std::thread::yield_now();
        }
        // It is stored while the client still waits.
        assert_eq!(stored(&goto).len(), if commit { 2 } else { 1 }, "{wire}");
        settle(&goto);
        goto.control()
            .advance(Duration::from_millis(89_999))
            .unwrap();
        settle(&goto);
        assert_eq!(
            exchanges(&goto, "users.create")[1].delivered.ending(),
            Ending::UnderWay,
            "{wire}"
        );
        goto.control().advance(Duration::from_millis(1)).unwrap();
        let heard = line.hear_out();
        heard.end.as_ref().unwrap();
        assert_eq!(!heard.head().is_empty(), head, "{wire}");
        assert_eq!(heard.body().len(), bytes, "{wire}");
        create_user(&client, "third@main.com");
        assert_noted(&goto, commit, &heard);
    }
}

#[test]
fn dribble_brings_the_whole_answer_a_piece_at_a_time() {
    let (goto, client) = playing(
        json!([{ "id": "drip", "on": "users.list", "when": { "nth": 1 },
        "do": { "commit": true, "wire": "dribble:60:2s" } }]),
    );
    let mut line = Line::open(&client);
    line.say("GET", "/Users", b"");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.extend(line.hear(1));
    }
    let whole = exchanges(&goto, "users.list")[0].reply.body.clone();
    assert!(whole.len() > 60);
    for piece in whole.chunks(60) {
        assert_eq!(line.hear(piece.len()), piece);
        settle(&goto);
        assert!(line.is_silent());
        goto.control().advance(Duration::from_secs(2)).unwrap();
    }
    // It was no break: the same connection serves on, and the next answer comes at once.
    assert_eq!(line.ask("GET", "/Users", b"").status, 200);
    assert_eq!(
        exchanges(&goto, "users.list")[0].delivered.ending(),
        Ending::Complete
    );
}

#[test]
fn break_strikes_its_own_connection_only() {
    for wire in ["reset", "close", "cut:body:10", "garbage", "bad_chunk"] {
        let (goto, client) = breaking(wire, true);
        let mut neighbour = Line::open(&client);
        assert_eq!(
            neighbour
                .ask(
                    "POST",
                    "/Users",
                    user("first@main.com").to_string().as_bytes()
                )
                .status,
            201
        );
        hear(
            &client,
            "POST",
            "/Users",
            user("broken@main.com").to_string().as_bytes(),
        );
        let third = neighbour.ask(
            "POST",
            "/Users",
            user("third@main.com").to_string().as_bytes(),
        );
        assert_eq!(third.status, 201, "{wire}");
        assert_eq!(stored(&goto).len(), 3, "{wire}");
    }
}

#[test]
fn answers_before_the_break_on_one_connection_arrive_whole() {
    let (_goto, client) = breaking("cut:body:10", true);
    let mut line = Line::open(&client);
    assert_eq!(
        line.ask(
            "POST",
            "/Users",
            user("first@main.com").to_string().as_bytes()
        )
        .status,
        201
    );
    line.say(
        "POST",
        "/Users",
        user("broken@main.com").to_string().as_bytes(),
    );
    assert_eq!(line.hear_out().body().len(), 10);
}

#[test]
fn delete_that_was_done_and_not_told_finds_nobody_the_second_time() {
    let (goto, client) = playing(
        json!([{ "id": "lost", "on": "users.delete", "when": { "nth": 1, "per": "user" },
        "do": { "commit": true, "wire": "reset" } }]),
    );
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    assert!(client.send("DELETE", &path, b"").is_err());
    assert_eq!(stored(&goto), [""; 0]);
    assert_eq!(client.delete(&path).status, 404);
}

#[test]
fn oauth_answers_break_as_scim_answers_do() {
    let (goto, _client) = playing(
        json!([{ "id": "lost", "on": "oauth.metadata", "when": { "max": 1 }, "do": { "wire": "reset" } }]),
    );
    let metadata = Client::new(&goto.ready().metadata_url);
    assert!(metadata.send("GET", "", b"").is_err());
    assert_eq!(metadata.get("").status, 200);
}
