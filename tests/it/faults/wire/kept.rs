//! `stale`, `unsaid_close`, `unmeant_close`: what is said of a connection, and what becomes of it.

use std::io::ErrorKind;

use goto_double::entry::Event;
use goto_double::exchange::Ending;
use goto_double::{GotoDouble, SandboxSpec};
use serde_json::json;

use super::super::{exchanges, playing, stored};
use crate::support::raw::Line;
use crate::support::{Client, create_user, user};

/// A double that does so with the connection of the first list.
fn first_list(wire: &str) -> (GotoDouble, Client) {
    playing(
        json!([{ "id": "kept", "on": "users.list", "when": { "nth": 1 },
        "do": { "commit": true, "wire": wire } }]),
    )
}

#[test]
fn stale_connection_ends_at_its_next_request_and_no_other_does() {
    for (wire, is_reset) in [("stale:close", false), ("stale:reset", true)] {
        let (goto, client) = first_list(wire);
        let mut neighbour = Line::open(&client);
        assert_eq!(
            neighbour.ask("GET", "/ServiceProviderConfig", b"").status,
            200
        );
        let mut pooled = Line::open(&client);
        let answer = pooled.ask("GET", "/Users", b"");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("connection"), None);
        assert!(pooled.is_silent(), "it is still open");

        pooled.say(
            "POST",
            "/Users",
            user("ada@main.com").to_string().as_bytes(),
        );
        let heard = pooled.hear_out();
        assert_eq!(heard.bytes, b"", "{wire}");
        let end = heard.end.map_err(|error| error.kind());
        let expected = if is_reset {
            Err(ErrorKind::ConnectionReset)
        } else {
            Ok(())
        };
        assert_eq!(end, expected, "{wire}");
        assert_eq!(stored(&goto), [""; 0], "nobody handled it");

        assert_eq!(neighbour.ask("GET", "/Users", b"").status, 200);
        create_user(&client, "ada@main.com");
        let list = &exchanges(&goto, "users.list")[0];
        assert_eq!(list.delivered.ending(), Ending::Complete);
        let entries = goto.journal();
        let told = entries.iter().any(|entry| match &entry.event {
            Event::Incident(incident) => incident.what.contains("/scim/v2/Users on a connection"),
            _ => false,
        });
        assert!(told, "the journal knows of the request that nobody handled");
    }
}

#[test]
fn connection_that_is_stale_to_one_sandbox_serves_another() {
    for wire in ["stale:close", "stale:reset"] {
        let (goto, client) = first_list(wire);
        let spec = SandboxSpec {
            id: Some("other".to_owned()),
            ..SandboxSpec::default()
        };
        goto.control().create(spec).unwrap();
        let mut pooled = Line::open(&client);
        assert_eq!(pooled.ask("GET", "/Users", b"").status, 200);
        let host = client.host();
        let elsewhere =
            format!("GET /t/other/scim/v2/ServiceProviderConfig HTTP/1.1\r\nhost: {host}\r\n\r\n");
        pooled.send(elsewhere.as_bytes());
        assert!(pooled.hear_head().starts_with("HTTP/1.1 401 "), "{wire}");
    }
}

#[test]
fn connection_ends_although_nothing_said_so() {
    let (goto, client) = first_list("unsaid_close");
    let mut line = Line::open(&client);
    line.say("GET", "/Users", b"");
    let heard = line.hear_out();
    heard.end.as_ref().unwrap();
    assert!(!heard.head().to_lowercase().contains("\r\nconnection:"));
    let list = &exchanges(&goto, "users.list")[0];
    assert_eq!(heard.body(), list.reply.body);
    assert_eq!(list.delivered.ending(), Ending::Complete);
    let mut line = Line::open(&client);
    assert_eq!(line.ask("GET", "/Users", b"").status, 200);
    assert_eq!(line.ask("GET", "/Users", b"").status, 200);
}

#[test]
fn connection_stays_although_a_close_was_said() {
    let (goto, client) = first_list("unmeant_close");
    let mut line = Line::open(&client);
    line.say("GET", "/Users", b"");
    let head = line.hear_head();
    assert!(
        head.starts_with("HTTP/1.1 200 OK\r\nconnection: close\r\n"),
        "{head}"
    );
    let list = exchanges(&goto, "users.list")[0].clone();
    assert_eq!(line.hear(list.reply.body.len()), list.reply.body);
    let arrived = head.len() + list.reply.body.len();
    assert_eq!(list.delivered.bytes(), arrived as u64);
    let next = line.ask("GET", "/Users", b"");
    assert_eq!((next.status, next.header("connection")), (200, None));
}

#[test]
fn goaway_of_http_1_is_a_close_that_is_said() {
    let (_goto, client) = first_list("goaway");
    let mut line = Line::open(&client);
    line.say("GET", "/Users", b"");
    let heard = line.hear_out();
    heard.end.as_ref().unwrap();
    assert!(
        heard
            .head()
            .to_lowercase()
            .contains("\r\nconnection: close\r\n")
    );
    assert!(heard.body().ends_with(b"}"));
    let mut line = Line::open(&client);
    assert_eq!(line.ask("GET", "/Users", b"").status, 200);
    assert_eq!(line.ask("GET", "/Users", b"").status, 200);
}
