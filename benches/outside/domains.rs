//! Very many domains, each published in the zone and proved by a press of Verify.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use goto_double::GotoDouble;
use goto_double::clock::Monotonic;
use goto_double::entry::Event;
use serde_json::{Map, Value, json};

use crate::{Outcome, row};

/// The default starting state, to which the domains are added.
const STATE: &str = include_str!("../../fixtures/states/default.json");
const CODE: &str = "11111111-2222-4333-8444-555555555555";
const MANY: usize = 1000;
const AIM: Duration = Duration::from_secs(5);

pub(crate) fn measure() -> Outcome<()> {
    println!(
        "\nProving {MANY} domains by TXT records over UDP, in one process and one client after another"
    );
    let goto = GotoDouble::builder().state(state()?).start()?;
    let ready = goto.ready();
    let (Some(user), Some(password)) = (&ready.admin_user, &ready.admin_password) else {
        return Err("the starting state has no admin".into());
    };
    let pair = BASE64_STANDARD.encode(format!("{user}:{password}"));
    let mut socket = TcpStream::connect(goto.addresses().product)?;
    socket.set_nodelay(true)?;
    let began = Monotonic::now();
    for n in 0..MANY {
        let answer = verify(&mut socket, &domain(n), &pair)?;
        if !answer.contains("\"proven\"") {
            return Err(answer.into());
        }
    }
    row(&format!("{MANY} domains"), began.elapsed(), Some(AIM));
    let entries = goto.journal();
    let looked = entries
        .iter()
        .filter(|entry| matches!(entry.event, Event::Probe(_)));
    println!("  look-ups in the journal: {}", looked.count());
    Ok(())
}

fn domain(n: usize) -> String {
    format!("domain-{n}.example")
}

fn state() -> Outcome<Value> {
    let mut state: Value = serde_json::from_str(STATE)?;
    let mut zone = Map::new();
    let mut domains = vec![json!({ "name": "main.com", "status": "verified" })];
    for n in 0..MANY {
        zone.insert(domain(n), json!([format!("goto-verification-code={CODE}")]));
        domains.push(json!({ "name": domain(n), "code": CODE }));
    }
    state["zone"] = zone.into();
    state["domains"] = domains.into();
    Ok(state)
}

/// Presses the button and reads the whole answer; the connection stays open.
fn verify(socket: &mut TcpStream, domain: &str, pair: &str) -> Outcome<String> {
    // In one piece: a request that leaves in several waits for acknowledgements, and measures those.
    let request = format!(
        "POST /center/domains/{domain}/verify HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {pair}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
    );
    socket.write_all(request.as_bytes())?;
    let mut heard = Vec::new();
    let mut part = [0; 8192];
    loop {
        let read = socket.read(&mut part)?;
        heard.extend_from_slice(part.get(..read).unwrap_or_default());
        let text = String::from_utf8_lossy(&heard);
        let Some((fields, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = fields
            .to_lowercase()
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if read == 0 || length.is_some_and(|length: usize| body.len() >= length) {
            return Ok(text.into_owned());
        }
    }
}
