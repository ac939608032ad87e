//! `do.tls`: what a client sees before it can ask anything, and that the next client sees a sound handshake.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use goto_double::entry::{Event, Incident};
use goto_double::{GotoDouble, Ready, SandboxSpec};
use rustls::version::TLS13;
use rustls::{ALL_VERSIONS, ProtocolVersion};
use serde_json::{Value, json};

use super::fired;
use crate::support::secure::{Secure, Trust};

/// A double that meets the first handshake with that fault.
fn first_meets(fault: &str) -> (GotoDouble, Trust) {
    playing(
        json!([{ "id": "spoilt", "on": "tls.handshake", "when": { "max": 1 }, "do": { "tls": fault } }]),
    )
}

fn playing(rules: Value) -> (GotoDouble, Trust) {
    let scenario = json!({
        "scenario": "under-test", "v": 1, "clock": { "mode": "manual", "start": super::START }, "rules": rules,
    });
    let builder = GotoDouble::builder()
        .seed(7)
        .tls()
        .scenario(scenario.to_string());
    let goto = builder.start().unwrap();
    let trust = Trust::in_ca(goto.ca_pem().unwrap(), ALL_VERSIONS);
    (goto, trust)
}

fn connect(goto: &GotoDouble, trust: &Trust) -> io::Result<Secure> {
    trust.connect(goto.addresses().product, "localhost")
}

#[track_caller]
fn assert_sound(goto: &GotoDouble, trust: &Trust) {
    let line = connect(goto, trust).unwrap();
    assert_eq!(line.version(), ProtocolVersion::TLSv1_3);
    assert_eq!(line.get("/scim/v2/Users", goto.token()).status, 200);
}

fn incidents(entries: &[Arc<goto_double::entry::Entry>]) -> Vec<Incident> {
    let all = entries.iter().filter_map(|entry| match &entry.event {
        Event::Incident(incident) => Some(incident.clone()),
        _ => None,
    });
    all.collect()
}

/// Waits for the entry in which a handshake that failed is told.
fn until_told(goto: &GotoDouble) -> String {
    loop {
        let told = incidents(&goto.journal());
        if let Some(last) = told.iter().find(|one| one.what.contains("failed")) {
            return last.what.clone();
        }
        thread::yield_now();
    }
}

#[test]
fn flawed_certificates_are_refused_for_their_flaw_and_the_next_one_is_sound() {
    for (fault, why) in [
        ("expired", "certificate expired"),
        ("not_yet_valid", "not valid yet"),
        ("wrong_name", "not valid for name"),
        ("unknown_ca", "UnknownIssuer"),
        ("self_signed", "UnknownIssuer"),
    ] {
        let (goto, trust) = first_meets(fault);
        let refused = connect(&goto, &trust).unwrap_err().to_string();
        assert!(refused.contains(why), "{fault}: {refused}");
        let told = until_told(&goto);
        assert!(told.contains("localhost"), "{told}");
        assert_sound(&goto, &trust);
        assert_eq!(fired(&goto, "spoilt"), 1, "{fault}");
        let told = incidents(&goto.journal());
        assert_eq!(told[0].fired[0].rule, "spoilt");
        // What went well is told by its requests.
        assert_eq!(told.len(), 2, "{told:?}");
    }
}

#[test]
fn self_signed_certificate_is_its_own_issuer() {
    let (goto, _) = first_meets("self_signed");
    let address = goto.addresses().product.to_string();
    let ran = std::process::Command::new("openssl")
        .args(["s_client", "-connect", &address, "-verify_return_error"])
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr) + String::from_utf8_lossy(&ran.stdout);
    assert!(said.contains("verify error:num=18"), "{said}");
}

// RFC 8996: "TLS clients MUST NOT" go on with TLS 1.0 or 1.1.
#[test]
fn versions_that_nobody_should_speak_are_offered_and_the_refusal_is_told() {
    for fault in ["tls10", "tls11"] {
        let (goto, trust) = first_meets(fault);
        connect(&goto, &trust).map(drop).unwrap_err();
        let told = until_told(&goto);
        assert!(told.contains("refused it with alert 70"), "{told}");
        assert_sound(&goto, &trust);
        assert_eq!(fired(&goto, "spoilt"), 1, "{fault}");
    }
}

#[test]
fn client_that_takes_an_outdated_version_is_told_of() {
    let (goto, trust) = first_meets("tls11");
    let mut stream = TcpStream::connect(goto.addresses().product).unwrap();
    let mut hello = Vec::new();
    let name = "localhost".try_into().unwrap();
    let mut client = rustls::ClientConnection::new(trust.config(), name).unwrap();
    client.write_tls(&mut hello).unwrap();
    stream.write_all(&hello).unwrap();
    let mut head = [0; 11];
    stream.read_exact(&mut head).unwrap();
    // A handshake record, a ServerHello, and the version it settles on: RFC 5246 section 7.4.1.3.
    assert_eq!((head[0], head[5], &head[9..]), (22, 2, &[3, 2][..]));
    drop(stream);
    let told = until_told(&goto);
    assert!(told.contains("did not refuse it"), "{told}");
    assert_sound(&goto, &trust);
}

#[test]
fn old_version_is_all_there_is_while_the_fault_lasts() {
    let (goto, trust) = first_meets("tls12");
    assert_eq!(
        connect(&goto, &trust).unwrap().version(),
        ProtocolVersion::TLSv1_2
    );
    assert_sound(&goto, &trust);

    let (goto, trust) = first_meets("tls12");
    let modern = Trust::in_ca(goto.ca_pem().unwrap(), &[&TLS13]);
    let refused = connect(&goto, &modern).unwrap_err().to_string();
    assert!(refused.contains("ProtocolVersion"), "{refused}");
    until_told(&goto);
    assert_sound(&goto, &trust);
}

#[test]
fn closed_handshake_is_an_end_and_no_answer() {
    let (goto, trust) = first_meets("close");
    let ended = connect(&goto, &trust).unwrap_err();
    assert_eq!(ended.kind(), io::ErrorKind::UnexpectedEof, "{ended}");
    assert_sound(&goto, &trust);
}

/// A double with a client that waits for its handshake, and what becomes of that client.
fn stalled(fault: &str) -> (GotoDouble, Trust, thread::JoinHandle<io::ErrorKind>) {
    let (goto, trust) = first_meets(fault);
    let client = thread::spawn({
        let (address, trust) = (goto.addresses().product, trust.clone());
        move || trust.connect(address, "localhost").unwrap_err().kind()
    });
    while fired(&goto, "spoilt") < 1 {
        thread::yield_now();
    }
    (goto, trust, client)
}

#[test]
fn stalled_handshake_ends_with_its_time_on_the_sandbox_clock() {
    let (goto, trust, client) = stalled("stall:30s");
    assert_sound(&goto, &trust);
    assert!(!client.is_finished());
    goto.control().advance(Duration::from_secs(30)).unwrap();
    assert_eq!(client.join().unwrap(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn stalled_handshake_without_a_time_ends_with_its_sandbox() {
    let (goto, trust, client) = stalled("stall");
    assert_sound(&goto, &trust);
    goto.control().advance(Duration::from_secs(600)).unwrap();
    assert_sound(&goto, &trust);
    assert!(!client.is_finished());
    goto.control().reset().unwrap();
    assert_eq!(client.join().unwrap(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn faults_strike_as_the_schedule_says_and_rules_about_requests_do_not_count_handshakes() {
    let (goto, trust) = playing(json!([
        { "id": "second", "on": "tls.handshake", "when": { "nth": 2 }, "do": { "tls": "expired" } },
        { "id": "third-request", "on": "*", "when": { "nth": 3 }, "do": { "reply": { "status": 503 } } },
    ]));
    assert_sound(&goto, &trust);
    assert!(connect(&goto, &trust).is_err());
    assert_sound(&goto, &trust);
    let line = connect(&goto, &trust).unwrap();
    assert_eq!(line.get("/scim/v2/Users", goto.token()).status, 503);
}

#[test]
fn fault_of_one_sandbox_is_met_at_its_own_port_and_nowhere_else() {
    let goto = GotoDouble::builder().seed(7).tls().start().unwrap();
    let trust = Trust::in_ca(goto.ca_pem().unwrap(), ALL_VERSIONS);
    let scenario = json!({ "scenario": "spoilt", "v": 1, "rules": [
        { "id": "spoilt", "on": "tls.handshake", "when": { "nth": 1 }, "do": { "tls": "wrong_name" } },
        { "id": "mute", "on": "tls.handshake", "when": { "nth": 3 }, "do": { "tls": "stall" } },
    ] });
    let control = goto
        .control()
        .create(SandboxSpec {
            scenario: Some(scenario),
            ..Default::default()
        })
        .unwrap();
    let ready = Ready::of(&control.sandbox().unwrap(), &goto.ready().control_url);
    let (address, path) = parts(&ready.scim_url);
    assert_ne!(address, goto.addresses().product);

    assert_sound(&goto, &trust);
    // A client that names an address and no host is told apart by the port.
    let refused = trust.connect(address, "127.0.0.1").unwrap_err();
    assert!(
        refused.to_string().contains("not valid for name"),
        "{refused}"
    );
    assert_sound(&goto, &trust);
    let line = trust.connect(address, "127.0.0.1").unwrap();
    let answer = line.get(&format!("{path}/Users"), &ready.token.unwrap());
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(incidents(&goto.journal()).is_empty());
    assert!(!incidents(&control.journal(0).unwrap()).is_empty());

    let mute = thread::spawn({
        let trust = trust.clone();
        move || trust.connect(address, "127.0.0.1").unwrap_err().kind()
    });
    while control.describe().unwrap()["rules"][1]["fired"] != 1 {
        thread::yield_now();
    }
    control.delete().unwrap();
    assert_eq!(mute.join().unwrap(), io::ErrorKind::UnexpectedEof);
    // The port goes with its sandbox.
    while TcpStream::connect(address).is_ok() {
        thread::yield_now();
    }
}

fn parts(url: &str) -> (SocketAddr, String) {
    let rest = url.strip_prefix("https://").unwrap();
    let (address, path) = rest.split_once('/').unwrap();
    (address.parse().unwrap(), format!("/{path}"))
}

#[test]
fn faults_of_the_wire_strike_inside_tls_too() {
    let reset = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionReset;
    for (wire, is_whole_head) in [
        ("reset", false),
        ("close", false),
        ("cut:body:40", true),
        ("garbage", false),
    ] {
        let (goto, trust) = playing(json!([
            { "id": "broken", "on": "users.list", "when": { "max": 1 }, "do": { "commit": true, "wire": wire } }
        ]));
        let (heard, end) = connect(&goto, &trust)
            .unwrap()
            .hear("/scim/v2/Users", goto.token());
        let text = String::from_utf8_lossy(&heard).into_owned();
        assert_eq!(text.contains("200 OK"), is_whole_head, "{wire}: {text}");
        assert_eq!(
            end.as_ref().is_err_and(reset),
            wire == "reset",
            "{wire}: {end:?}"
        );
        if is_whole_head {
            assert_eq!(text.split_once("\r\n\r\n").unwrap().1.len(), 40);
        }
        assert_sound(&goto, &trust);
    }
}

#[test]
fn end_without_the_farewell_of_tls_is_no_end_in_good_order() {
    for (wire, body, is_orderly) in [
        ("close", 0, true),
        ("close:no_notify", 0, false),
        ("cut:body:40", 40, true),
        ("cut:body:40:no_notify", 40, false),
    ] {
        let (goto, trust) = playing(json!([
            { "id": "cut", "on": "users.list", "when": { "max": 1 }, "do": { "commit": true, "wire": wire } }
        ]));
        let line = connect(&goto, &trust).unwrap();
        let (heard, end) = line.hear("/scim/v2/Users", goto.token());
        let text = String::from_utf8(heard).unwrap();
        let seen = text
            .split_once("\r\n\r\n")
            .map_or(0, |(_, body)| body.len());
        assert_eq!(seen, body, "{wire}");
        let end = end.map_err(|error| error.kind());
        let expected = if is_orderly {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof)
        };
        assert_eq!(end, expected, "{wire}");
        assert_sound(&goto, &trust);
    }
}

#[test]
fn odd_answers_leave_inside_tls_too() {
    for wire in ["interim:103", "slice:1", "unmeant_close", "length:none"] {
        let (goto, trust) = playing(json!([
            { "id": "odd", "on": "users.list", "when": { "max": 1 }, "do": { "commit": true, "wire": wire } }
        ]));
        let line = connect(&goto, &trust).unwrap();
        let (heard, end) = line.hear("/scim/v2/Users", goto.token());
        end.unwrap();
        let text = String::from_utf8(heard).unwrap();
        assert!(text.contains("HTTP/1.1 200 OK\r\n"), "{wire}: {text}");
        assert_eq!(
            text.contains("HTTP/1.1 103 "),
            wire == "interim:103",
            "{wire}"
        );
        assert!(text.ends_with('}'), "{wire}: {text}");
        assert_sound(&goto, &trust);
    }
}

#[test]
fn connections_are_refused_or_swallowed_before_their_handshake() {
    let (goto, trust) = playing(json!([
        { "id": "shut", "on": "connection.accept", "when": { "nth": 1 }, "do": { "wire": "no_accept" } },
        { "id": "hole", "on": "connection.accept", "when": { "nth": 2 }, "do": { "wire": "black_hole:30s" } },
    ]));
    assert!(connect(&goto, &trust).is_err());
    let client = thread::spawn({
        let (address, trust) = (goto.addresses().product, trust.clone());
        move || trust.connect(address, "localhost").unwrap_err().kind()
    });
    while fired(&goto, "hole") < 1 {
        thread::yield_now();
    }
    assert_sound(&goto, &trust);
    assert!(!client.is_finished());
    goto.control().advance(Duration::from_secs(30)).unwrap();
    client.join().unwrap();
}

#[test]
fn delayed_handshake_waits_on_the_sandbox_clock() {
    let (goto, trust) = playing(json!([
        { "id": "slow", "on": "tls.handshake", "when": { "max": 1 }, "do": { "delay": "20s" } }
    ]));
    let client = thread::spawn({
        let (address, trust) = (goto.addresses().product, trust.clone());
        move || {
            trust
                .connect(address, "localhost")
                .map(|line| line.version())
        }
    });
    while fired(&goto, "slow") < 1 {
        thread::yield_now();
    }
    assert_sound(&goto, &trust);
    goto.control().advance(Duration::from_secs(20)).unwrap();
    assert_eq!(client.join().unwrap().unwrap(), ProtocolVersion::TLSv1_3);
}
