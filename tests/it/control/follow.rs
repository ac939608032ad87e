//! The journal as server-sent events.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use goto_double::{GotoDouble, JournalFilter};
use serde_json::{Value, json};

use super::tester;
use crate::support::{Client, create_user, start};

/// A stream of events, read as they come.
struct Events(BufReader<TcpStream>);

/// One event: its type, its id, its data.
type Event = (String, String, Value);

impl Events {
    #[track_caller]
    fn open(client: &Client, path: &str) -> Self {
        let mut stream = TcpStream::connect(client.host()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let request = client.request("GET", path, b"", "keep-alive");
        stream.write_all(&request).unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
        }
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        let head = head.to_lowercase();
        assert!(head.contains("content-type: text/event-stream"), "{head}");
        assert!(head.contains("transfer-encoding: chunked"), "{head}");
        Self(reader)
    }

    /// The next event; `None` if the body ended in good order.
    fn next(&mut self) -> Option<Event> {
        let (mut kind, mut id, mut data) = (String::new(), String::new(), None);
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "it broke off");
            let line = line.trim_end_matches(['\r', '\n']);
            if line == "0" {
                return None;
            }
            match line.split_once(": ") {
                Some(("event", text)) => text.clone_into(&mut kind),
                Some(("id", text)) => text.clone_into(&mut id),
                Some(("data", text)) => data = serde_json::from_str(text).ok(),
                _ if line.is_empty() => {
                    if let Some(data) = data.take() {
                        return Some((kind, id, data));
                    }
                }
                _ => {}
            }
        }
    }
}

fn operations(events: &mut Events, count: usize) -> Vec<Value> {
    (0..count)
        .map(|_| events.next().unwrap().2["operation"].clone())
        .collect()
}

#[test]
fn entries_that_are_there_and_that_come_are_told_in_order() {
    let (goto, client) = start();
    create_user(&client, "ada@main.com");
    let mut events = Events::open(&tester(&goto), "/journal/events");
    let (kind, id, data) = events.next().unwrap();
    assert_eq!((kind.as_str(), id.as_str()), ("", "1"));
    let read = tester(&goto).get("/journal").json();
    assert_eq!(data["number"], 1);
    assert_eq!(data["committed"], read["entries"][0]["committed"]);
    client.get("/Users");
    client.get("/Groups");
    assert_eq!(operations(&mut events, 2), ["users.list", "groups.list"]);
    assert!(!data.to_string().contains(goto.token()));
}

#[test]
fn follower_that_comes_back_goes_on_where_it_was() {
    let (goto, client) = start();
    for _ in 0..3 {
        client.get("/Users");
    }
    let tester = tester(&goto);
    let mut events = Events::open(&tester, "/journal/events?after=2");
    assert_eq!(events.next().unwrap().1, "3");
    // What a browser says wins over the address it has.
    let back = tester.header("Last-Event-ID", "1");
    let mut events = Events::open(&back, "/journal/events?after=2");
    assert_eq!(events.next().unwrap().1, "2");
    let odd = back.header("Last-Event-ID", "x").get("/journal/events");
    super::assert_problem(&odd, 400, Some("Last-Event-ID"));
}

#[test]
fn only_what_is_wanted_is_told() {
    let (goto, client) = start();
    let path = "/journal/events?operation=users.create&status=409";
    let mut events = Events::open(&tester(&goto), path);
    create_user(&client, "ada@main.com");
    client.get("/Users");
    let again = client.post("/Users", &crate::support::user("ada@main.com"));
    assert_eq!(again.status, 409);
    let (_, id, data) = events.next().unwrap();
    assert_eq!((id.as_str(), &data["reply"]["status"]), ("3", &json!(409)));
    let read = tester(&goto).get("/journal?subject=ADA@main.com&status=201");
    assert_eq!(super::each(&read, "entries", "number"), [json!(1)]);
    let read = tester(&goto).get("/journal?after=1&limit=1");
    assert_eq!(super::each(&read, "entries", "number"), [json!(2)]);
}

#[test]
fn entries_that_were_let_go_are_told_as_missed() {
    let (goto, _client) = start();
    let root = Client::new(&goto.ready().control_url);
    root.post("/sandboxes", &json!({ "id": "small", "journal_limit": 2 }));
    let product = format!("http://{}/t/small/scim/v2", goto.addresses().product);
    for _ in 0..5 {
        Client::new(&product).get("/Users");
    }
    let mut events = Events::open(&root, "/sandboxes/small/journal/events?after=1");
    let (kind, _, data) = events.next().unwrap();
    assert_eq!((kind.as_str(), &data["entries"]), ("missed", &json!(2)));
    assert_eq!(events.next().unwrap().1, "4");
}

#[test]
fn stream_ends_with_its_sandbox() {
    let (goto, _client) = start();
    let root = Client::new(&goto.ready().control_url);
    root.post("/sandboxes", &json!({ "id": "brief" }));
    let mut reset = Events::open(&tester(&goto), "/journal/events");
    let mut deleted = Events::open(&root, "/sandboxes/brief/journal/events");
    tester(&goto).post("/reset", &json!({}));
    root.delete("/sandboxes/brief");
    for events in [&mut reset, &mut deleted] {
        assert_eq!(events.next().unwrap().0, "end");
        assert!(events.next().is_none());
    }
}

#[test]
fn stream_ends_in_good_order_when_the_double_stops() {
    let (goto, client) = start();
    let mut events = Events::open(&tester(&goto), "/journal/events");
    client.get("/Users");
    assert_eq!(operations(&mut events, 1), ["users.list"]);
    drop(goto);
    assert!(events.next().is_none());
}

#[test]
fn many_followers_that_do_not_read_keep_nobody_waiting() {
    let (goto, client) = start();
    let silent: Vec<_> = (0..10)
        .map(|_| Events::open(&tester(&goto), "/journal/events"))
        .collect();
    for _ in 0..60 {
        assert_eq!(client.get("/Users").status, 200);
    }
    for mut events in silent.into_iter().take(3) {
        let mut ids = (0..60).map(|_| events.next().unwrap().1);
        assert_eq!(ids.nth(59).as_deref(), Some("60"));
    }
}

#[test]
fn head_tells_the_type_and_ends() {
    let (goto, _client) = start();
    let answer = tester(&goto).send("HEAD", "/journal/events", b"").unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
}

#[tokio::test]
async fn library_follows_as_the_port_does() {
    let goto = GotoDouble::builder().seed(7).start().unwrap();
    let filter = JournalFilter {
        kind: Some("clock-moved".into()),
        ..JournalFilter::default()
    };
    let mut follower = goto.control().follow(filter).unwrap();
    goto.control().advance(Duration::from_secs(1)).unwrap();
    let batch = follower.next().await.unwrap();
    assert_eq!(batch.entries.len(), 1);
    goto.control().reset().unwrap();
    assert!(follower.next().await.is_none());
}
