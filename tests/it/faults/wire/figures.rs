//! The figures that faults of the wire keep: every reset is one, and a cut leaves exactly what it says.

use std::io::{Error, ErrorKind};

use serde_json::{Value, json};

use super::super::{exchanges, playing};
use crate::support::create_user;
use crate::support::raw::hear;

#[test]
fn thousand_resets_are_seen_as_resets() {
    for wire in ["reset", "reset:body:40"] {
        let (_goto, client) = playing(json!([{ "id": "reset", "on": "users.list",
            "do": { "commit": true, "wire": wire } }]));
        for turn in 0..1000 {
            let end = hear(&client, "GET", "/Users", b"").end.unwrap_err();
            assert_eq!(end.kind(), ErrorKind::ConnectionReset, "{wire}, try {turn}");
        }
    }
}

#[test]
fn cut_leaves_exactly_so_many_bytes_for_every_number_of_them() {
    for (verb, end) in [("cut", Ok(())), ("reset", Err(ErrorKind::ConnectionReset))] {
        let rule = |bytes: usize| {
            json!({ "id": format!("after-{bytes}"), "on": "users.get",
                "when": { "nth": bytes + 2 },
                "do": { "commit": true, "wire": format!("{verb}:body:{bytes}") } })
        };
        let rules: Vec<Value> = (0..700).map(rule).collect();
        let (goto, client) = playing(rules.into());
        let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
        let whole = client.get(&path).body;
        assert!(whole.len() < 700);
        for bytes in 0..=whole.len() {
            let heard = hear(&client, "GET", &path, b"");
            assert_eq!(heard.body(), &whole[..bytes], "{verb}");
            assert_eq!(heard.end.as_ref().map_err(Error::kind).copied(), end);
            let noted = exchanges_of(&goto, bytes + 1);
            assert_eq!(noted, heard.bytes.len() as u64, "{verb} after {bytes}");
        }
    }
}

fn exchanges_of(goto: &goto_double::GotoDouble, index: usize) -> u64 {
    exchanges(goto, "users.get")[index].delivered.bytes()
}
