//! No fault leaks into another sandbox: not on another connection at the same time, and not on the same one in turns.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use goto_double::operation::Operation;
use goto_double::{GotoDouble, SandboxSpec};
use rustls::ALL_VERSIONS;
use serde_json::{Value, json};

use super::rules;
use crate::support::secure::Trust;
use crate::support::{Client, group, patch, user};

/// What a client of one sandbox knows.
#[derive(Clone)]
struct Traveller {
    name: &'static str,
    base: String,
    token: String,
    refresh: String,
    basic: String,
    client: (String, String),
    /// The ids of the user and the group that the tour makes; the same seed gives the same ones.
    ids: (String, String),
}

/// One request of the tour: method, path, media type, authorization and body.
struct Stop {
    method: &'static str,
    path: String,
    media_type: &'static str,
    authorization: String,
    body: String,
}

const SCIM: &str = "application/scim+json";
const JSON: &str = "application/json";

impl Traveller {
    /// One request of every kind that a fault is about.
    fn stops(&self) -> Vec<Stop> {
        let bearer = format!("Bearer {}", self.token);
        let (user_path, group_path) = (
            format!("/scim/v2/Users/{}", self.ids.0),
            format!("/scim/v2/Groups/{}", self.ids.1),
        );
        let rename = patch(json!([{ "op": "replace", "path": "title", "value": "Dr" }]));
        let join =
            patch(json!([{ "op": "add", "path": "members", "value": [{ "value": self.ids.0 }] }]));
        let scim = |method, path: &str, body: Option<Value>| Stop {
            method,
            path: path.to_owned(),
            media_type: SCIM,
            authorization: bearer.clone(),
            body: body.map_or_else(String::new, |body| body.to_string()),
        };
        let center = |path: &str, body: Value| self.in_center(path, &body);
        let form = format!(
            "grant_type=refresh_token&refresh_token={}&client_id={}&client_secret={}",
            self.refresh, self.client.0, self.client.1
        );
        let authorize = format!(
            "/oauth/authorize?response_type=code&client_id={}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&state=x",
            self.client.0
        );
        vec![
            scim("POST", "/scim/v2/Users", Some(user("ada@main.com"))),
            scim("POST", "/scim/v2/Users", Some(user("bob@main.com"))),
            scim("POST", "/scim/v2/Users", Some(user("user-01@main.com"))),
            scim("GET", "/scim/v2/Users", None),
            scim(
                "GET",
                "/scim/v2/Users?filter=userName%20eq%20%22ada@main.com%22",
                None,
            ),
            scim("GET", &user_path, None),
            scim("PUT", &user_path, Some(user("ada@main.com"))),
            scim("PATCH", &user_path, Some(rename)),
            scim("POST", "/scim/v2/Groups", Some(group("all"))),
            scim("PATCH", &group_path, Some(join)),
            scim("GET", "/scim/v2/Groups", None),
            scim("GET", &group_path, None),
            form_sent("POST", "/oauth/token", &form),
            // A rule acts on these whoever sends them; a healthy sandbox refuses who is not signed in.
            form_sent("GET", &authorize, ""),
            form_sent("POST", "/login", "user_name=nobody"),
            form_sent("POST", "/oauth/approve", "decision=allow"),
            center("/center/domains", json!({ "domain": "proof.example" })),
            center("/center/domains/proof.example/verify", json!({})),
            scim("GET", "/scim/v2/ServiceProviderConfig", None),
            scim("DELETE", &group_path, None),
            scim("DELETE", &user_path, None),
        ]
    }

    fn in_center(&self, path: &str, body: &Value) -> Stop {
        Stop {
            method: "POST",
            path: path.to_owned(),
            media_type: JSON,
            authorization: format!("Basic {}", self.basic),
            body: body.to_string(),
        }
    }

    fn request(&self, stop: &Stop) -> Vec<u8> {
        let mut client = Client::new(&self.base).header("Content-Type", stop.media_type);
        if !stop.authorization.is_empty() {
            client = client.header("Authorization", &stop.authorization);
        }
        client.request(stop.method, &stop.path, stop.body.as_bytes(), "keep-alive")
    }
}

fn form_sent(method: &'static str, path: &str, body: &str) -> Stop {
    Stop {
        method,
        path: path.to_owned(),
        media_type: "application/x-www-form-urlencoded",
        authorization: String::new(),
        body: body.to_owned(),
    }
}

/// A connection that is opened anew when it was broken, and used again as long as it was not.
struct Shared {
    host: String,
    stream: Option<TcpStream>,
    /// How many answers came on a connection that another sandbox had been asked on before.
    reused: usize,
}

impl Shared {
    fn to(goto: &GotoDouble) -> Self {
        Self {
            host: goto.addresses().product.to_string(),
            stream: None,
            reused: 0,
        }
    }

    /// One exchange; nothing where it broke off.
    fn ask(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        let was_open = self.stream.is_some();
        let answer = self.exchange(request);
        if answer.is_err() {
            self.stream = None;
        } else if was_open {
            self.reused += 1;
        }
        answer.ok()
    }

    fn exchange(&mut self, request: &[u8]) -> io::Result<Vec<u8>> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(&self.host)?;
            stream.set_read_timeout(Some(Duration::from_secs(60)))?;
            self.stream = Some(stream);
        }
        let stream = self.stream.as_mut().unwrap();
        stream.write_all(request)?;
        let mut raw = Vec::new();
        let mut part = vec![0; 1 << 20];
        loop {
            let read = stream.read(&mut part)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            raw.extend_from_slice(&part[..read]);
            if is_whole(&raw) {
                return Ok(raw);
            }
        }
    }
}

/// Whether an answer has come to its end. The head alone is read each time: some bodies are very large.
fn is_whole(raw: &[u8]) -> bool {
    let end = raw.windows(4).position(|window| window == b"\r\n\r\n");
    let Some(end) = end.map(|start| start + 4) else {
        return false;
    };
    if raw.starts_with(b"HTTP/1.1 1") {
        // An interim answer has a head alone, and the answer is still to come.
        return is_whole(&raw[end..]);
    }
    let head = String::from_utf8_lossy(&raw[..end]).to_ascii_lowercase();
    let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
    if value("transfer-encoding:").is_some() {
        return raw.ends_with(b"0\r\n\r\n");
    }
    let length = value("content-length:").map(|text| text.trim().parse::<usize>());
    length.is_none_or(|length| length.is_ok_and(|length| raw.len() - end >= length))
}

/// What must be equal: all of an answer, but of pages, and of what names a port of the name server, the status alone.
fn shown(stop: &Stop, answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer).into_owned();
    if !stop.path.starts_with("/scim") && stop.path != "/oauth/token" {
        return text.lines().next().unwrap_or_default().to_owned();
    }
    text
}

/// Makes a sandbox of the same seed and clock as every other.
fn arrive(goto: &GotoDouble, name: &'static str, rule: Option<&Value>) -> Traveller {
    let rules: Vec<&Value> = rule.into_iter().collect();
    let control = goto
        .control()
        .create(SandboxSpec {
            id: Some(name.to_owned()),
            seed: Some(5),
            scenario: Some(json!({ "scenario": "leak", "v": 1, "clock": { "mode": "manual", "start": "2030-01-01T00:00:00Z" }, "rules": rules })),
            ..SandboxSpec::default()
        })
        .unwrap();
    let sandbox = control.sandbox().unwrap();
    let grant = &sandbox.grants.given()[0];
    let account = &sandbox.setting.state.accounts()[0];
    let client = &sandbox.setting.state.clients()[0];
    let pair = format!("{}:{}", account.user_name, account.password);
    Traveller {
        name,
        base: sandbox.base_url.clone(),
        token: grant.access_token.clone(),
        refresh: grant.refresh_token.clone().unwrap_or_default(),
        basic: BASE64_STANDARD.encode(pair),
        client: (
            client.client_id.clone(),
            client.client_secret.clone().unwrap_or_default(),
        ),
        ids: (String::new(), String::new()),
    }
}

fn leave(goto: &GotoDouble, name: &str) {
    goto.control().of(name).unwrap().delete().unwrap();
}

/// The whole tour of somebody whom no fault concerns.
fn tour(goto: &GotoDouble, traveller: &Traveller) -> Vec<String> {
    let mut line = Shared::to(goto);
    let stops = traveller.stops().into_iter();
    stops
        .map(|stop| {
            let answer = line.ask(&traveller.request(&stop));
            shown(&stop, &answer.unwrap_or_else(|| panic!("{}", stop.path)))
        })
        .collect()
}

/// What a sandbox knows of what happened: its journal, its rules, its store.
fn known(goto: &GotoDouble, name: &str) -> Value {
    let control = goto.control().of(name).unwrap();
    let entries = control.journal(0).unwrap();
    let entries: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let operation = entry.operation().map(Operation::name);
            let status = entry.exchange().map(|one| one.reply.status.as_u16());
            json!([
                entry.event.kind(),
                operation,
                status,
                entry.fired().len(),
                entry.near().len()
            ])
        })
        .collect();
    let described = control.describe().unwrap();
    let state = control.state().unwrap();
    json!({ "entries": entries, "rules": described["rules"], "stalls": described["limits"]["stalls"],
        "clock": described["clock"], "users": state.users, "groups": state.groups })
}

/// What is true of the tour where nobody plays a fault.
struct Baseline {
    ids: (String, String),
    answers: Vec<String>,
    known: Value,
}

fn baseline(goto: &GotoDouble, name: &'static str) -> Baseline {
    let mut traveller = arrive(goto, name, None);
    let client = Client::new(&format!("{}/scim/v2", traveller.base)).bearer(&traveller.token);
    let id = |answer: crate::support::Answer| answer.json()["id"].as_str().unwrap().to_owned();
    let ids = (
        id(client.post("/Users", &user("ada@main.com"))),
        id(client.post("/Groups", &group("all"))),
    );
    leave(goto, name);
    traveller = Traveller {
        ids: ids.clone(),
        ..arrive(goto, name, None)
    };
    let answers = tour(goto, &traveller);
    let known = known(goto, name);
    leave(goto, name);
    // All but those of the login pages, which nobody is signed in to.
    let served = answers.iter().filter(|one| one.starts_with("HTTP/1.1 2"));
    assert!(served.count() >= 15, "{answers:?}");
    for answer in &answers {
        let status = answer.split(' ').nth(1).unwrap();
        assert!(!status.starts_with('5'), "{answer}");
    }
    Baseline {
        ids,
        answers,
        known,
    }
}

#[test]
fn whatever_one_sandbox_plays_the_others_answer_as_if_it_were_not_there() {
    let goto = GotoDouble::builder().seed(7).start().unwrap();
    let (apart, inturn) = (baseline(&goto, "apart"), baseline(&goto, "inturn"));
    let mut reused = 0;
    let rules = rules()
        .into_iter()
        .filter(|rule| rule["on"] != "tls.handshake" && rule["on"] != "connection.accept");
    for rule in rules {
        let at = |name, rule, ids: &(String, String)| Traveller {
            ids: ids.clone(),
            ..arrive(&goto, name, rule)
        };
        let spoilt = at("spoilt", Some(&rule), &apart.ids);
        let healthy = at("apart", None, &apart.ids);
        let neighbour = at("inturn", None, &inturn.ids);
        std::thread::scope(|scope| {
            let both = scope.spawn(|| {
                let mut line = Shared::to(&goto);
                let stops = spoilt.stops().into_iter().zip(neighbour.stops());
                for ((bad, good), expected) in stops.zip(&inturn.answers) {
                    line.ask(&spoilt.request(&bad));
                    // Whatever the spoilt one left of the connection.
                    let answer = line.ask(&neighbour.request(&good));
                    let answer = answer.or_else(|| line.ask(&neighbour.request(&good)));
                    let answer = answer.unwrap_or_else(|| panic!("{rule}: {}", good.path));
                    assert_eq!(shown(&good, &answer), *expected, "{rule}");
                }
                line.reused
            });
            assert_eq!(tour(&goto, &healthy), apart.answers, "{rule}");
            let control = goto.control().of(spoilt.name).unwrap();
            // Whatever waits in the spoilt one waits on its own clock.
            while !both.is_finished() {
                control.advance(Duration::from_secs(30)).unwrap();
                std::thread::yield_now();
            }
            reused += both.join().unwrap();
        });
        let played = goto.control().of("spoilt").unwrap().describe().unwrap();
        let fired = played["rules"][0]["fired"].as_u64();
        assert!(fired > Some(0), "the tour has no stop for {rule}");
        assert_eq!(known(&goto, "apart"), apart.known, "{rule}");
        assert_eq!(known(&goto, "inturn"), inturn.known, "{rule}");
        for name in ["spoilt", "apart", "inturn"] {
            leave(&goto, name);
        }
    }
    assert!(reused > 100, "{reused}");
}

#[test]
fn whatever_connections_one_sandbox_refuses_those_of_the_others_are_taken() {
    let goto = GotoDouble::builder().seed(7).start().unwrap();
    let client = Client::new(goto.scim_url()).bearer(goto.token());
    let rules = rules().into_iter();
    let rules: Vec<_> = rules
        .filter(|rule| rule["on"] == "connection.accept")
        .collect();
    assert!(rules.len() >= 2, "{rules:?}");
    for rule in rules {
        let spoilt = arrive(&goto, "spoilt", Some(&rule));
        let address = spoilt.base.strip_prefix("http://").unwrap();
        let address = address.split('/').next().unwrap().to_owned();
        std::thread::scope(|scope| {
            let meets = scope.spawn(|| {
                let mut stream = TcpStream::connect(&address)?;
                stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")?;
                stream.read_to_end(&mut Vec::new())
            });
            let control = goto.control().of("spoilt").unwrap();
            while control.describe().unwrap()["rules"][0]["fired"] == 0 {
                std::thread::yield_now();
            }
            assert_eq!(client.get("/Users").status, 200, "{rule}");
            // Whoever still waits for an answer waits for the sandbox to end.
            leave(&goto, "spoilt");
            let heard = meets.join().unwrap();
            assert!(
                heard.is_err() || heard.is_ok_and(|bytes| bytes == 0),
                "{rule}"
            );
        });
    }
    let entries = goto.journal();
    assert!(entries.iter().all(|entry| entry.fired().is_empty()));
}

#[test]
fn whatever_handshakes_one_sandbox_spoils_the_others_are_sound() {
    let goto = GotoDouble::builder().seed(7).tls().start().unwrap();
    let trust = Trust::in_ca(goto.ca_pem().unwrap(), ALL_VERSIONS);
    let rules = rules()
        .into_iter()
        .filter(|rule| rule["on"] == "tls.handshake");
    let mut played = 0;
    for rule in rules {
        let spoilt = arrive(&goto, "spoilt", Some(&rule));
        let address = spoilt.base.strip_prefix("https://").unwrap();
        let address = address.split('/').next().unwrap().parse().unwrap();
        std::thread::scope(|scope| {
            let meets = scope.spawn(|| trust.connect(address, "localhost").map(drop));
            let line = trust
                .connect(goto.addresses().product, "localhost")
                .unwrap();
            assert_eq!(
                line.get("/scim/v2/Users", goto.token()).status,
                200,
                "{rule}"
            );
            let control = goto.control().of("spoilt").unwrap();
            while !meets.is_finished() {
                control.advance(Duration::from_secs(30)).unwrap();
            }
            drop(meets.join().unwrap());
            assert_eq!(
                control.describe().unwrap()["rules"][0]["fired"],
                1,
                "{rule}"
            );
        });
        leave(&goto, "spoilt");
        played += 1;
    }
    assert!(played >= 8, "{played}");
    let kinds = goto.journal();
    assert!(kinds.iter().all(|entry| entry.event.kind() == "exchange"));
}
