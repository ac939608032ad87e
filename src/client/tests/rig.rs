//! A server of a few lines, and a client on the same hand-moved clock.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::super::*;
use crate::clock::{Clock, Timestamp};

/// What the server does to one request that it would otherwise answer normally.
#[derive(Clone, Copy, Debug)]
pub(super) enum Twist {
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
pub(super) struct Server {
    pub(super) seen: Vec<String>,
    pub(super) users: Vec<Row>,
    pub(super) groups: Vec<Row>,
    twists: VecDeque<(&'static str, Twist)>,
    pub(super) page: Option<usize>,
    pub(super) most_members: Option<usize>,
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
pub(super) struct Rig {
    pub(super) server: Arc<Mutex<Server>>,
    pub(super) clock: Clock,
    pub(super) settings: Settings,
    pub(super) memory: Memory,
}

impl Rig {
    pub(super) async fn start() -> Self {
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

    pub(super) fn twist(&self, start: &'static str, twist: Twist) {
        let mut server = self.server.lock().unwrap();
        server.twists.push_back((start, twist));
    }

    /// Runs one cycle and returns what was asked in it.
    pub(super) async fn cycle(&mut self, source: &Source) -> (Summary, Vec<String>) {
        self.server.lock().unwrap().seen.clear();
        let me = self.clock.join();
        let summary = provision(&self.settings, source, &mut self.memory, &me).await;
        self.memory = Memory::from_json(&self.memory.to_json()).unwrap();
        let seen = self.server.lock().unwrap().seen.clone();
        (summary, seen)
    }

    /// The same with one thing done wrong.
    pub(super) async fn careless_cycle(
        &mut self,
        source: &Source,
        defect: Defect,
    ) -> (Summary, Vec<String>) {
        self.settings.defect = Some(defect);
        self.cycle(source).await
    }

    pub(super) fn users(&self) -> Vec<Row> {
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
            let at = server
                .twists
                .iter()
                .position(|(start, _)| line.starts_with(start));
            let twist = at
                .and_then(|at| server.twists.remove(at))
                .map(|(_, twist)| twist);
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
        // One write: two small ones would wait for each other.
        let whole = head + &text;
        stream.write_all(whole.as_bytes()).await.unwrap();
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
