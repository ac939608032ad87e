//! `no_accept`, `black_hole`: what a connection meets before anything is said on it.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use goto_double::entry::Event;
use goto_double::{GotoDouble, Ready, SandboxSpec};
use serde_json::{Value, json};

use super::super::{fired, playing, until_waiting};
use crate::support::raw::{Line, hear};
use crate::support::{Client, start};

fn meeting(wire: &str, when: &Value) -> (GotoDouble, Client) {
    playing(
        json!([{ "id": "knock", "on": "connection.accept", "when": when, "do": { "wire": wire } }]),
    )
}

#[track_caller]
fn assert_served(client: &Client) {
    assert_eq!(client.get("/Users").status, 200);
}

fn told(goto: &GotoDouble) -> Vec<String> {
    let entries = goto.journal();
    let all = entries.iter().filter_map(|entry| match &entry.event {
        Event::Incident(incident) => Some(incident.what.clone()),
        _ => None,
    });
    all.collect()
}

#[test]
fn refused_connection_is_reset_and_the_next_one_is_served() {
    let (goto, client) = meeting("no_accept", &json!({ "nth": 2 }));
    assert_served(&client);
    // Nothing is said: what is said to a connection that is reset already fails by itself.
    let error = Line::open(&client).hear_out().end.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}");
    assert_served(&client);
    assert_eq!(fired(&goto, "knock"), 1);
    assert_eq!(
        told(&goto),
        ["connection: connection reset as soon as it was there"]
    );
}

#[test]
fn shut_port_refuses_every_connection_until_its_time_is_over_and_keeps_those_there_are() {
    let (goto, client) = meeting("no_accept:30s", &json!({ "nth": 2 }));
    let mut early = Line::open(&client);
    assert_eq!(early.ask("GET", "/Users", b"").status, 200);
    drop(TcpStream::connect(client.host()));
    until_waiting(&goto);
    for _ in 0..10 {
        let refused = TcpStream::connect(client.host()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    }
    assert_eq!(early.ask("GET", "/Users", b"").status, 200);
    // Its tester gets in.
    assert!(TcpStream::connect(goto.addresses().control).is_ok());
    goto.control()
        .advance(Duration::from_millis(29_999))
        .unwrap();
    assert!(TcpStream::connect(client.host()).is_err());
    goto.control().advance(Duration::from_millis(1)).unwrap();
    while TcpStream::connect(client.host()).is_err() {
        thread::yield_now();
    }
    assert_served(&client);
}

#[test]
fn shut_port_opens_again_when_the_sandbox_is_reset() {
    let (goto, client) = meeting("no_accept:1h", &json!({ "nth": 1 }));
    drop(TcpStream::connect(client.host()));
    until_waiting(&goto);
    goto.control().reset().unwrap();
    while fired(&goto, "knock") == 0 {
        drop(TcpStream::connect(client.host()));
    }
}

/// A client that asks into the black hole, and what becomes of it.
fn swallowed(wire: &str) -> (GotoDouble, Client, thread::JoinHandle<Vec<u8>>) {
    let (goto, client) = meeting(wire, &json!({ "nth": 1 }));
    let lost = thread::spawn({
        let client = client.clone();
        move || hear(&client, "GET", "/Users", b"").bytes
    });
    until_waiting(&goto);
    assert_served(&client);
    (goto, client, lost)
}

#[test]
fn black_hole_says_nothing_until_its_time_is_over() {
    let (goto, client, lost) = swallowed("black_hole:90s");
    goto.control()
        .advance(Duration::from_millis(89_999))
        .unwrap();
    assert_served(&client);
    assert!(!lost.is_finished());
    goto.control().advance(Duration::from_millis(1)).unwrap();
    assert_eq!(lost.join().unwrap(), b"");
}

#[test]
fn black_hole_without_a_time_ends_with_its_sandbox() {
    let (goto, client, lost) = swallowed("black_hole");
    goto.control().advance(Duration::from_secs(600)).unwrap();
    assert_served(&client);
    assert!(!lost.is_finished());
    goto.control().reset().unwrap();
    assert_eq!(lost.join().unwrap(), b"");
}

#[test]
fn rules_about_requests_do_not_count_connections() {
    let (_goto, client) = playing(json!([
        { "id": "third", "on": "*", "when": { "nth": 3 }, "do": { "reply": { "status": 503 } } },
        { "id": "late", "on": "connection.accept", "when": { "nth": 4 }, "do": { "wire": "no_accept" } },
    ]));
    assert_served(&client);
    assert_served(&client);
    assert_eq!(client.get("/Users").status, 503);
    assert!(client.send("GET", "/Users", b"").is_err());
    assert_served(&client);
}

#[test]
fn fault_of_one_sandbox_is_met_at_its_own_port_and_nowhere_else() {
    let scenario = json!({ "scenario": "shut", "v": 1, "rules": [
        { "id": "knock", "on": "connection.accept", "do": { "wire": "no_accept" } } ] });
    let spec = |scenario| SandboxSpec {
        scenario,
        ..SandboxSpec::default()
    };
    let (goto, client) = start();
    let control = goto.control().create(spec(Some(scenario))).unwrap();
    let ready = Ready::of(&control.sandbox().unwrap(), &goto.ready().control_url);
    let inside = Client::new(&ready.scim_url);
    assert_ne!(inside.host(), client.host());
    assert!(inside.send("GET", "/Users", b"").is_err());
    assert_served(&client);
    control.delete().unwrap();
    while TcpStream::connect(inside.host()).is_ok() {
        thread::yield_now();
    }

    // Where the default sandbox has such rules, the others have ports of their own.
    let (goto, client) = meeting("no_accept", &json!({}));
    let control = goto.control().create(spec(None)).unwrap();
    let ready = Ready::of(&control.sandbox().unwrap(), &goto.ready().control_url);
    let other = Client::new(&ready.scim_url).bearer(&ready.token.unwrap());
    assert_served(&other);
    assert!(client.send("GET", "/Users", b"").is_err());
    assert_served(&other);
}
