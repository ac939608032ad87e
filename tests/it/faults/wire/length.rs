//! `length` and `chunks`: the whole answer, with a head that is wrong about its length, or in unusual chunks.

use goto_double::exchange::Ending;
use serde_json::json;

use super::super::{exchanges, playing};
use crate::support::raw::{Heard, hear};
use crate::support::{client, create_user};

/// What the second of three lists sounds like whose length is false, and its true body.
fn heard(wire: &str, ending: Ending) -> (Heard, Vec<u8>) {
    let (goto, client) = playing(json!([{ "id": "lies", "on": "users.list",
        "when": { "nth": 2 }, "do": { "commit": true, "wire": wire } }]));
    create_user(&client, "ada@main.com");
    assert_eq!(client.get("/Users").status, 200);
    let heard = hear(&client, "GET", "/Users", b"");
    assert_eq!(client.get("/Users").status, 200);
    let noted = exchanges(&goto, "users.list")[1].clone();
    assert_eq!(noted.delivered.bytes(), heard.bytes.len() as u64, "{wire}");
    assert_eq!(noted.delivered.ending(), ending, "{wire}");
    heard.end.as_ref().unwrap();
    (heard, noted.reply.body.to_vec())
}

fn lengths(head: &str) -> Vec<usize> {
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    let lengths = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.map(|(_, value)| value.parse().unwrap()).collect()
}

#[test]
fn one_length_or_two_differ_from_the_body() {
    let (two, body) = heard("length:two", Ending::Complete);
    assert_eq!(lengths(&two.head()), [body.len(), body.len() + 7]);
    assert_eq!(two.body(), body);
    let (long, body) = heard("length:long", Ending::BrokenOff);
    assert_eq!(lengths(&long.head()), [body.len() + 7]);
    assert_eq!(long.body(), body);
    let (short, body) = heard("length:short", Ending::Complete);
    assert_eq!(lengths(&short.head()), [body.len() - 7]);
    assert_eq!(short.body(), body);
}

#[test]
fn length_and_chunks_stand_there_together() {
    let (both, body) = heard("length:both", Ending::Complete);
    assert_eq!(lengths(&both.head()), [body.len()]);
    assert!(both.head().contains("transfer-encoding: chunked\r\n"));
    assert_eq!(client::parse(&both.bytes, "GET").unwrap().body, body);
}

#[test]
fn body_without_a_length_goes_to_the_end_of_the_connection() {
    let (none, body) = heard("length:none", Ending::Complete);
    assert_eq!(lengths(&none.head()), [0; 0]);
    assert!(!none.head().to_lowercase().contains("transfer-encoding"));
    assert_eq!(none.body(), body);
}

#[test]
fn chunks_have_extensions_and_a_field_behind_the_last() {
    let (chunks, body) = heard("chunks:1", Ending::Complete);
    let head = chunks.head().to_lowercase();
    assert!(
        head.contains("transfer-encoding: chunked\r\n")
            && head.contains("trailer: x-served-by\r\n")
    );
    assert_eq!(lengths(&chunks.head()), [0; 0]);
    let mut left = chunks.body();
    let mut read = Vec::new();
    for place in 0..body.len() {
        let line = format!("1;place={place};note=\"a;b\"\r\n");
        left = left.strip_prefix(line.as_bytes()).unwrap();
        read.push(left[0]);
        left = left[1..].strip_prefix(b"\r\n").unwrap();
    }
    assert_eq!(read, body);
    assert_eq!(left, b"0;last\r\nx-served-by: goto-double\r\n\r\n");
}
