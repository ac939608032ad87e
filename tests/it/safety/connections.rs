//! A limit on connections: clients that never let go lock out others, never the tester.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use goto_double::{Builder, GotoDouble, SandboxSpec};
use serde_json::{Value, json};

use crate::support::program::{PROGRAM, Served};
use crate::support::raw::Line;
use crate::support::{Client, with};

const CONFIG: &str = "/ServiceProviderConfig";

fn connections(goto: &GotoDouble) -> Value {
    goto.control().limits()["connections"].clone()
}

/// Waits until so many are open; a connection's end is seen by the double a little later than by its client.
fn until_open(goto: &GotoDouble, wanted: u64) {
    while connections(goto)["held"] != wanted {
        std::thread::yield_now();
    }
}

/// A connection that was answered once and stays.
fn stay(client: &Client) -> Line {
    let mut line = Line::open(client);
    assert_eq!(line.ask("GET", CONFIG, b"").status, 200);
    line
}

/// Whether a connection on which nothing was said was reset.
fn is_reset(client: &Client) -> bool {
    let mut stream = TcpStream::connect(client.host()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let end = stream.read(&mut [0]);
    end.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
}

fn three() -> Builder {
    GotoDouble::builder().connection_limit(3)
}

#[test]
fn one_connection_too_many_is_reset_and_counted_and_the_next_is_served_when_one_leaves() {
    let (goto, client) = with(three());
    let mut open: Vec<_> = (0..3).map(|_| stay(&client)).collect();
    assert_eq!(
        connections(&goto),
        json!({ "held": 3, "limit": 3, "refused": 0 })
    );
    for _ in 0..5 {
        assert!(is_reset(&client));
    }
    assert_eq!(
        connections(&goto),
        json!({ "held": 3, "limit": 3, "refused": 5 })
    );
    // Those that are open go on.
    for line in &mut open {
        assert_eq!(line.ask("GET", CONFIG, b"").status, 200);
    }
    drop(open.pop());
    until_open(&goto, 2);
    let next = stay(&client);
    assert_eq!(
        connections(&goto),
        json!({ "held": 3, "limit": 3, "refused": 5 })
    );
    drop((next, open));
    until_open(&goto, 0);
}

#[test]
fn control_port_counts_no_connections_and_answers_when_the_product_port_is_full() {
    let (goto, client) = with(three());
    let tester = Client::new(&goto.ready().control_url);
    let testers: Vec<_> = (0..6)
        .map(|_| {
            let mut line = Line::open(&tester);
            assert_eq!(line.ask("GET", "/sandboxes", b"").status, 200);
            line
        })
        .collect();
    let open: Vec<_> = (0..3).map(|_| stay(&client)).collect();
    assert!(is_reset(&client));
    let told = tester.get("/").json()["limits"]["connections"].clone();
    assert_eq!(told, json!({ "held": 3, "limit": 3, "refused": 1 }));
    drop((testers, open));
}

#[test]
fn first_connection_that_is_refused_since_there_was_room_is_journalled() {
    let (goto, client) = with(three());
    let notes = || {
        let journal = goto.journal();
        let notes = journal
            .iter()
            .filter(|entry| format!("{entry:?}").contains("as many as may be"));
        notes.count()
    };
    let mut open: Vec<_> = (0..3).map(|_| stay(&client)).collect();
    assert_eq!(notes(), 0);
    assert!(is_reset(&client) && is_reset(&client));
    assert_eq!(notes(), 1);
    open.pop();
    until_open(&goto, 2);
    open.push(stay(&client));
    assert!(is_reset(&client) && is_reset(&client));
    assert_eq!(notes(), 2);
}

#[test]
fn ports_of_single_sandboxes_count_among_the_others() {
    let (goto, client) = with(three());
    let rule = json!({ "id": "knock", "on": "connection.accept", "when": { "nth": 99 }, "do": { "wire": "no_accept" } });
    let spec = SandboxSpec {
        id: Some("own".to_owned()),
        scenario: Some(json!({ "scenario": "own", "v": 1, "rules": [rule] })),
        ..SandboxSpec::default()
    };
    let own = goto.control().create(spec).unwrap();
    let own = Client::new(&own.sandbox().unwrap().base_url);
    let open = [stay(&client), stay(&client)];
    let inside = Line::open(&own);
    until_open(&goto, 3);
    assert!(is_reset(&own) && is_reset(&client));
    drop(inside);
    until_open(&goto, 2);
    drop(open);
}

#[test]
fn connection_that_has_not_said_a_word_or_is_about_to_shake_hands_has_its_place_too() {
    for builder in [three(), three().tls()] {
        let goto = builder.start().unwrap();
        let client = Client::new(&format!("http://{}", goto.addresses().product));
        let silent: Vec<_> = (0..3).map(|_| Line::open(&client)).collect();
        until_open(&goto, 3);
        assert!(is_reset(&client));
        drop(silent);
        until_open(&goto, 0);
    }
}

/// A double that the system lets have so many descriptors.
fn with_descriptors(descriptors: u32, arguments: &[&str]) -> Served {
    let limited = format!("ulimit -n {descriptors}; exec \"$0\" \"$@\"");
    Served::start_by(&["sh", "-c", &limited, PROGRAM], arguments)
}

#[test]
fn limit_is_chosen_by_a_flag_and_leaves_descriptors_if_it_is_not() {
    let limit = |served: &Served| {
        let root = Client::new(&served.text("control_url"));
        root.get("/").json()["limits"]["connections"]["limit"].clone()
    };
    assert_eq!(limit(&Served::start(&["--connection-limit", "7"])), 7);
    assert_eq!(limit(&with_descriptors(256, &[])), 192);
}

#[test]
fn double_that_ran_out_of_descriptors_serves_again_when_connections_end() {
    let served = with_descriptors(100, &["--connection-limit", "5000"]);
    let client = Client::new(&served.text("scim_url")).bearer(&served.text("token"));
    let mut crowd: Vec<_> = (0..150)
        .map(|_| TcpStream::connect(client.host()).unwrap())
        .collect();
    // The last ones wait in the queue of the system: what they say is answered when others are gone.
    let (last, others) = crowd.split_last_mut().unwrap();
    last.write_all(&client.request("GET", CONFIG, b"", "close"))
        .unwrap();
    for other in others {
        drop(other.shutdown(std::net::Shutdown::Both));
    }
    let mut status = [0; 12];
    last.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
    let root = Client::new(&served.text("control_url"));
    assert_eq!(root.get("/sandboxes").status, 200);
}
