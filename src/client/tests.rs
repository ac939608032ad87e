//! The client against a server of a few lines: what it asks, in which order, and what it never asks.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::clock::{Clock, Timestamp};
use crate::scenario::source::{SourceGroup, SourceStep};

/// What the server does to one request that it would otherwise answer normally.
#[derive(Clone, Copy, Debug)]
enum Twist {
    /// Does it, then closes without an answer.
    LoseAnswer,
    /// Does it, then answers after 90 s.
    HoldAnswer,
    /// Does nothing and answers so.
    Instead(u16, &'static str),
    /// Does nothing and sends this body with 200.
    Body(&'static str),
}

/// One user or group as stored.
type Row = Value;

/// A SCIM server that remembers what it was asked.
#[derive(Debug, Default)]
struct Server {
    seen: Vec<String>,
    users: Vec<Row>,
    groups: Vec<Row>,
    twists: VecDeque<(&'static str, Twist)>,
    page: Option<usize>,
    most_members: Option<usize>,
    issued: u64,
}

impl Server {
    fn answer(&mut self, method: &str, target: &str, body: &Value) -> (u16, Value) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut parts = path.trim_start_matches('/').split('/');
        let (kind, id) = (parts.next().unwrap_or_default(), parts.next());
        self.issued += 1;
        let issued = self.issued;
        let (page, most) = (self.page, self.most_members.unwrap_or(usize::MAX));
        let rows = match kind {
            "Users" => &mut self.users,
            "Groups" => &mut self.groups,
            _ => return (404, Value::Null),
        };
        let id = id.map(str::to_owned);
        match (method, id) {
            ("GET", None) => (200, list(rows, query, page.unwrap_or(100))),
            ("POST", _) => create(rows, body, issued),
            (_, Some(id)) => match rows.iter().position(|row| row["id"] == id.as_str()) {
                None => (404, json!({"status": "404"})),
                Some(at) if method == "DELETE" => {
                    rows.remove(at);
                    (204, Value::Null)
                }
                Some(at) if method == "PATCH" => patch(&mut rows[at], body, most),
                Some(at) => (200, rows[at].clone()),
            },
            _ => (405, Value::Null),
        }
    }
}

fn list(rows: &[Row], query: &str, page: usize) -> Value {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, v)| v);
    let found: Vec<_> = match value("filter") {
        Some(filter) => {
            let (attribute, name) = filter.split_once(" eq ").unwrap();
            let name: Value = serde_json::from_str(name).unwrap();
            rows.iter().filter(|row| row[attribute] == name).collect()
        }
        None => rows.iter().collect(),
    };
    let start: usize = value("startIndex").map_or(1, |start| start.parse().unwrap());
    let shown: Vec<_> = found.iter().skip(start - 1).take(page).collect();
    json!({"totalResults": found.len(), "Resources": shown})
}

fn create(rows: &mut Vec<Row>, body: &Value, issued: u64) -> (u16, Value) {
    let is_taken = |attribute: &str| {
        body.get(attribute).is_some() && rows.iter().any(|row| row[attribute] == body[attribute])
    };
    if is_taken("userName") || is_taken("displayName") {
        return (409, json!({"status": "409", "detail": "taken"}));
    }
    let mut row = body.clone();
    row["id"] = json!((9_000_000_000_000_000_000 + issued).to_string());
    rows.push(row.clone());
    (201, row)
}

fn patch(row: &mut Row, body: &Value, most: usize) -> (u16, Value) {
    for operation in body["Operations"].as_array().unwrap() {
        let path = operation["path"].as_str().unwrap();
        match (operation["op"].as_str().unwrap(), path) {
            ("add", "members") => {
                let added = operation["value"].as_array().unwrap();
                if added.len() > most {
                    return (413, Value::Null);
                }
                let members = &mut row["members"];
                let mut all = members.as_array().cloned().unwrap_or_default();
                all.extend(added.iter().cloned());
                *members = json!(all);
            }
            ("remove", path) if path.starts_with("members[value eq ") => {
                let id = path.split('"').nth(1).unwrap().to_owned();
                if let Some(members) = row["members"].as_array_mut() {
                    members.retain(|member| member["value"] != id.as_str());
                }
            }
            ("replace", path) if path.starts_with("name.") => {
                row["name"][&path[5..]] = operation["value"].clone();
            }
            ("replace", path) => row[path] = operation["value"].clone(),
            other => unreachable!("{other:?}"),
        }
    }
    (200, row.clone())
}

/// The server, the clock it shares with the client, and the client's things.
struct Rig {
    server: Arc<Mutex<Server>>,
    clock: Clock,
    settings: Settings,
    memory: Memory,
}

impl Rig {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let clock = Clock::manual(Timestamp::parse("2030-01-01T00:00:00Z").unwrap());
        let server = Arc::new(Mutex::new(Server::default()));
        let settings = Settings {
            scim_url: format!("http://{}", listener.local_addr().unwrap()),
            token: Some("t".into()),
            ..Settings::default()
        };
        tokio::spawn({
            let (server, clock) = (Arc::clone(&server), clock.clone());
            async move {
                while let Ok((stream, peer)) = listener.accept().await {
                    tokio::spawn(serve(stream, peer, Arc::clone(&server), clock.clone()));
                }
            }
        });
        Self {
            server,
            clock,
            settings,
            memory: Memory::default(),
        }
    }

    fn twist(&self, start: &'static str, twist: Twist) {
        let mut server = self.server.lock().unwrap();
        server.twists.push_back((start, twist));
    }

    /// Runs one cycle and returns what was asked in it.
    async fn cycle(&mut self, source: &Source) -> (Summary, Vec<String>) {
        self.server.lock().unwrap().seen.clear();
        let me = self.clock.join();
        let summary = provision(&self.settings, source, &mut self.memory, &me).await;
        self.memory = Memory::from_json(&self.memory.to_json()).unwrap();
        let seen = self.server.lock().unwrap().seen.clone();
        (summary, seen)
    }

    /// The same with one thing done wrong.
    async fn careless_cycle(&mut self, source: &Source, defect: Defect) -> (Summary, Vec<String>) {
        self.settings.defect = Some(defect);
        self.cycle(source).await
    }

    fn users(&self) -> Vec<Row> {
        self.server.lock().unwrap().users.clone()
    }
}

async fn serve(stream: TcpStream, peer: SocketAddr, server: Arc<Mutex<Server>>, clock: Clock) {
    let mut stream = BufReader::new(stream);
    loop {
        let Some((method, target, body)) = read(&mut stream).await else {
            return;
        };
        let line = format!("{method} {target}");
        let (twist, (status, answer)) = {
            let mut server = server.lock().unwrap();
            server.seen.push(line.clone());
            let is_next = |(start, _): &mut (&str, Twist)| line.starts_with(*start);
            let twist = server.twists.pop_front_if(is_next).map(|(_, twist)| twist);
            let answer = match twist {
                Some(Twist::Instead(status, _)) => (status, Value::Null),
                Some(Twist::Body(_)) => (200, Value::Null),
                _ => server.answer(&method, &target, &body),
            };
            (twist, answer)
        };
        let (mut headers, mut text) = ("", answer.to_string());
        match twist {
            Some(Twist::LoseAnswer) => return,
            Some(Twist::HoldAnswer) => clock.hold(peer, Duration::from_secs(90)).await,
            Some(Twist::Instead(_, extra)) => headers = extra,
            Some(Twist::Body(body)) => text = body.to_owned(),
            None => {}
        }
        if status == 204 {
            text.clear();
        }
        let head = format!(
            "HTTP/1.1 {status} x\r\n{headers}Content-Length: {}\r\n\r\n",
            text.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<(String, String, Value)> {
    let (mut first, mut length) = (String::new(), 0);
    stream.read_line(&mut first).await.ok()?;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut words = first.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((
        method,
        target,
        serde_json::from_slice(&body).unwrap_or_default(),
    ))
}

fn people(count: usize) -> Source {
    Source::default().after(&SourceStep {
        people: count,
        ..SourceStep::default()
    })
}

fn count(seen: &[String], start: &str) -> usize {
    seen.iter().filter(|line| line.starts_with(start)).count()
}

fn writes(seen: &[String]) -> usize {
    seen.iter().filter(|line| !line.starts_with("GET")).count()
}

#[tokio::test]
async fn second_cycle_writes_nothing_and_lost_memory_creates_nobody() {
    let mut rig = Rig::start().await;
    let mut source = people(3);
    source.groups.push(SourceGroup {
        external_id: "g1".into(),
        display_name: "All".into(),
        members: vec!["u01".into(), "u03".into()],
    });
    let (summary, _) = rig.cycle(&source).await;
    assert_eq!(
        (summary.created, summary.exit_code()),
        (4, 0),
        "{summary:?}"
    );
    let (summary, seen) = rig.cycle(&source).await;
    assert_eq!((writes(&seen), summary.exit_code()), (0, 0), "{seen:?}");
    rig.memory = Memory::default();
    let (summary, seen) = rig.cycle(&source).await;
    assert_eq!((writes(&seen), summary.adopted), (0, 4), "{seen:?}");
    let (_, seen) = rig.careless_cycle(&source, Defect::WriteAlways).await;
    assert_eq!(writes(&seen), 3);
}

#[tokio::test]
async fn lost_answer_to_a_create_leads_to_a_look_and_not_to_a_second_create() {
    for twist in [Twist::LoseAnswer, Twist::HoldAnswer] {
        let mut rig = Rig::start().await;
        rig.twist("POST /Users", twist);
        let (summary, seen) = rig.cycle(&people(2)).await;
        assert_eq!(summary.exit_code(), 0, "{summary:?}");
        assert_eq!(count(&seen, "POST /Users"), 2, "{seen:?}");
        assert_eq!(rig.users().len(), 2);
    }
}

#[tokio::test]
async fn careless_clients_repeat_the_create_blindly() {
    for (defect, twist) in [
        (Defect::BlindRepost, Twist::LoseAnswer),
        (Defect::RepostOnTimeOut, Twist::HoldAnswer),
    ] {
        let mut rig = Rig::start().await;
        rig.twist("POST /Users", twist);
        let (_, seen) = rig.careless_cycle(&people(1), defect).await;
        let first = seen
            .iter()
            .position(|line| line.starts_with("POST"))
            .unwrap();
        assert_eq!(seen[first + 1], "POST /Users", "{seen:?}");
    }
}

#[tokio::test]
async fn failed_lookup_creates_nobody() {
    for twist in [
        Twist::Body("<html>"),
        Twist::Body("{\"totalResults\":1,"),
        Twist::Instead(500, ""),
        Twist::LoseAnswer,
    ] {
        let mut rig = Rig::start().await;
        for _ in 0..6 {
            rig.twist("GET /Users?filter", twist);
        }
        let (summary, seen) = rig.cycle(&people(2)).await;
        assert_eq!(summary.failures, 1, "{summary:?}");
        assert_eq!(count(&seen, "POST /Users"), 1, "{twist:?}: {seen:?}");
    }
}

#[tokio::test]
async fn named_wait_is_waited_for_on_the_clock() {
    let mut rig = Rig::start().await;
    rig.twist("POST /Users", Twist::Instead(429, "Retry-After: 3600\r\n"));
    let began = rig.clock.now();
    let (summary, _) = rig.cycle(&people(1)).await;
    assert_eq!(summary.created, 1);
    assert_eq!(rig.clock.now().since(began), Duration::from_secs(3600));
}

#[tokio::test]
async fn leaver_is_disabled_and_returner_is_enabled_on_the_same_id() {
    let mut rig = Rig::start().await;
    let all = people(5);
    let fewer = all.after(&SourceStep {
        leave: vec!["u02".into()],
        ..SourceStep::default()
    });
    rig.cycle(&all).await;
    let (summary, seen) = rig.cycle(&fewer).await;
    assert_eq!((summary.disabled, count(&seen, "DELETE")), (1, 0));
    assert_eq!(rig.users()[1]["active"], json!(false));
    assert_eq!(writes(&rig.cycle(&fewer).await.1), 0);
    let (_, seen) = rig.cycle(&all).await;
    assert_eq!((writes(&seen), count(&seen, "PATCH")), (1, 1), "{seen:?}");
    assert_eq!(rig.users()[1]["active"], json!(true));
}

#[tokio::test]
async fn empty_source_removes_nobody() {
    let mut rig = Rig::start().await;
    rig.cycle(&people(5)).await;
    let (summary, seen) = rig.cycle(&Source::default()).await;
    assert!(summary.stopped.is_some());
    assert_eq!(writes(&seen), 0);
    let (summary, _) = rig
        .careless_cycle(&Source::default(), Defect::NoGuard)
        .await;
    assert_eq!(summary.disabled, 5);
}

#[tokio::test]
async fn account_deleted_behind_its_back_is_made_anew_once() {
    let mut rig = Rig::start().await;
    rig.cycle(&people(3)).await;
    rig.server.lock().unwrap().users.remove(1);
    let (summary, seen) = rig.cycle(&people(3)).await;
    assert_eq!(
        (summary.created, count(&seen, "GET /Users/")),
        (1, 1),
        "{seen:?}"
    );
    rig.server.lock().unwrap().users.remove(1);
    let (_, seen) = rig.careless_cycle(&people(3), Defect::KeepDeadId).await;
    assert!(count(&seen, "GET /Users/") > 2, "{seen:?}");
}

#[tokio::test]
async fn short_pages_are_read_to_the_end() {
    let mut rig = Rig::start().await;
    rig.cycle(&people(7)).await;
    rig.server.lock().unwrap().page = Some(3);
    let (_, seen) = rig.cycle(&people(7)).await;
    let starts: Vec<_> = seen
        .iter()
        .filter_map(|line| line.strip_prefix("GET /Users?startIndex="))
        .collect();
    assert_eq!(starts, ["1&count=100", "4&count=100", "7&count=100"]);
}

#[tokio::test]
async fn listing_that_breaks_off_proves_nothing() {
    let mut rig = Rig::start().await;
    rig.cycle(&people(7)).await;
    rig.server.lock().unwrap().page = Some(3);
    for _ in 0..6 {
        rig.twist("GET /Users?startIndex=4", Twist::Instead(502, ""));
    }
    let (_, seen) = rig.cycle(&people(7)).await;
    assert_eq!(writes(&seen), 0, "{seen:?}");
    for _ in 0..6 {
        rig.twist("GET /Users?startIndex=4", Twist::Body("<html>"));
    }
    let (_, seen) = rig
        .careless_cycle(&people(7), Defect::TrustPartialList)
        .await;
    assert_eq!(count(&seen, "POST"), 4, "{seen:?}");
}

#[tokio::test]
async fn batch_that_is_too_large_is_halved_and_member_who_leaves_is_named() {
    let mut rig = Rig::start().await;
    rig.server.lock().unwrap().most_members = Some(3);
    let mut source = people(10);
    source.groups.push(SourceGroup {
        external_id: "g1".into(),
        display_name: "All".into(),
        members: source.users.iter().map(|u| u.external_id.clone()).collect(),
    });
    let (summary, _) = rig.cycle(&source).await;
    assert_eq!(summary.exit_code(), 0, "{summary:?}");
    source.groups[0].members.remove(4);
    rig.cycle(&source).await;
    let server = rig.server.lock().unwrap();
    let members = server.groups[0]["members"].as_array().unwrap();
    assert_eq!(members.len(), 9);
    assert!(!members.contains(&json!({"value": server.users[4]["id"]})));
}

#[tokio::test]
async fn parallel_halves_end_without_a_jump_of_the_clock() {
    let mut rig = Rig::start().await;
    let mut source = people(4);
    source.groups.push(SourceGroup {
        external_id: "g1".into(),
        display_name: "All".into(),
        members: source.users.iter().map(|u| u.external_id.clone()).collect(),
    });
    let began = rig.clock.now();
    rig.twist("PATCH /Groups", Twist::HoldAnswer);
    let (_, seen) = rig.careless_cycle(&source, Defect::ParallelMembers).await;
    assert_eq!(count(&seen, "PATCH /Groups"), 2, "{seen:?}");
    assert_eq!(rig.clock.now().since(began), Duration::from_secs(60));
}

#[tokio::test]
async fn group_that_left_the_source_is_deleted_and_404_is_done() {
    let mut rig = Rig::start().await;
    let mut source = people(1);
    source.groups.push(SourceGroup {
        external_id: "g1".into(),
        display_name: "All".into(),
        members: vec![],
    });
    rig.cycle(&source).await;
    rig.server.lock().unwrap().groups.clear();
    let (summary, seen) = rig.cycle(&people(1)).await;
    assert_eq!((count(&seen, "DELETE"), summary.exit_code()), (1, 0));
}

#[tokio::test]
async fn dead_token_without_a_refresh_stops_the_run() {
    let mut rig = Rig::start().await;
    for _ in 0..9 {
        rig.twist("GET", Twist::Instead(401, ""));
    }
    let (summary, seen) = rig.cycle(&people(5)).await;
    assert!(summary.stopped.is_some());
    assert_eq!(seen.len(), 1);
    let (summary, seen) = rig
        .careless_cycle(&people(5), Defect::GoOnUnauthorized)
        .await;
    assert!(summary.failures > 3 && seen.len() > 4, "{seen:?}");
}
