//! Requests that two readers could take for different ones: refused, journalled, and nothing changed.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::entry::{Entry, Event};

use crate::support::{CORE_USER, start};

/// Sends bytes as they are and reads until the other side ends the connection.
fn say(goto: &GotoDouble, words: &[u8]) -> String {
    let mut stream = TcpStream::connect(goto.addresses().product).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream.write_all(words).unwrap();
    let mut heard = Vec::new();
    // A reset after the refusal is an end too.
    drop(stream.read_to_end(&mut heard));
    String::from_utf8_lossy(&heard).into_owned()
}

/// A create whose head has these fields beside what is needed, and this body.
fn create(goto: &GotoDouble, fields: &str, body: &str) -> String {
    format!(
        "POST /scim/v2/Users HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/scim+json\r\n{fields}\r\n{body}",
        goto.addresses().product,
        goto.token()
    )
}

fn ada() -> String {
    format!(
        r#"{{"schemas":["{CORE_USER}"],"userName":"ada@main.com","name":{{"givenName":"Ada","familyName":"L"}}}}"#
    )
}

/// A sound create.
fn sound(goto: &GotoDouble) -> String {
    let body = ada();
    let length = format!("Content-Length: {}\r\n", body.len());
    create(goto, &length, &body)
}

fn chunked(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
}

fn users(goto: &GotoDouble) -> usize {
    goto.control().state().unwrap().users.len()
}

/// The journal, once it tells of so many refusals that hyper gave by itself, which are told when they have left.
fn journal(goto: &GotoDouble, incidents: usize) -> Vec<std::sync::Arc<Entry>> {
    loop {
        let entries = goto.journal();
        let told = entries
            .iter()
            .filter(|entry| matches!(entry.event, Event::Incident(_)));
        if told.count() >= incidents {
            return entries;
        }
        std::thread::yield_now();
    }
}

#[track_caller]
fn assert_refused(heard: &str, status: &str, what: &str) {
    assert!(
        heard.starts_with(&format!("HTTP/1.1 {status} ")),
        "{what}: {heard}"
    );
    assert_eq!(heard.matches("HTTP/1.1 ").count(), 1, "{what}: {heard}");
}

/// Creates that can be read in two ways.
fn framings(goto: &GotoDouble) -> Vec<(&'static str, String)> {
    let body = ada();
    let length = body.len();
    let sound = sound(goto);
    vec![
        (
            "both lengths",
            create(
                goto,
                &format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"),
                &chunked(&body),
            ),
        ),
        (
            "both lengths, the other way",
            create(
                goto,
                "Transfer-Encoding: chunked\r\ncontent-length: 5\r\n",
                &chunked(&body),
            ),
        ),
        (
            "one length twice",
            create(
                goto,
                &format!("Content-Length: {length}\r\nContent-Length: {length}\r\n"),
                &body,
            ),
        ),
        ("bare LF", sound.replacen("\r\nAuth", "\nAuth", 1)),
        (
            "bare LF at the end",
            sound.replacen("\r\n\r\n", "\r\n\n", 1),
        ),
        ("no Host", sound.replacen("Host:", "X-Host:", 1)),
        (
            "two Hosts",
            sound.replacen("Host:", "Host: elsewhere.com\r\nHost:", 1),
        ),
        (
            "another authority",
            sound.replacen("/scim", "http://elsewhere.com/scim", 1),
        ),
    ]
}

/// Creates whose body cannot be told from what follows it.
fn bodies(goto: &GotoDouble) -> Vec<(&'static str, String)> {
    let body = ada();
    let length = body.len();
    vec![
        (
            "broken chunk size",
            create(
                goto,
                "Transfer-Encoding: chunked\r\n",
                &format!("zz\r\n{body}\r\n0\r\n\r\n"),
            ),
        ),
        (
            "chunk longer than it says",
            create(
                goto,
                "Transfer-Encoding: chunked\r\n",
                &format!("5\r\n{body}\r\n0\r\n\r\n"),
            ),
        ),
        (
            "bare LF after a chunk",
            create(
                goto,
                "Transfer-Encoding: chunked\r\n",
                &format!("{length:x}\r\n{body}\n0\r\n\r\n"),
            ),
        ),
        (
            "chunk size too large",
            create(
                goto,
                "Transfer-Encoding: chunked\r\n",
                "fffffffffffffffffff\r\n",
            ),
        ),
    ]
}

#[test]
fn framing_that_can_be_read_in_two_ways_is_refused_with_the_reason() {
    let (goto, _client) = start();
    let before = users(&goto);
    let sound = sound(&goto);
    let shapes = [framings(&goto), bodies(&goto)].concat();
    for (number, (what, shape)) in shapes.iter().enumerate() {
        // What follows on the connection is no request any more.
        let heard = say(&goto, format!("{shape}{sound}").as_bytes());
        assert_refused(&heard, "400", what);
        assert!(
            heard.to_lowercase().contains("connection: close"),
            "{what}: {heard}"
        );
        assert!(
            heard.contains("urn:ietf:params:scim:api:messages:2.0:Error"),
            "{what}: {heard}"
        );
        let entries = goto.journal();
        assert_eq!(entries.len(), number + 1, "{what}");
        let exchange = entries[number].exchange().unwrap();
        assert_eq!(
            (exchange.reply.status.as_u16(), exchange.committed()),
            (400, false),
            "{what}"
        );
        assert_eq!(users(&goto), before, "{what}");
    }
    let heard = say(
        &goto,
        sound
            .replacen("Host:", "Connection: close\r\nHost:", 1)
            .as_bytes(),
    );
    assert!(heard.starts_with("HTTP/1.1 201 "), "{heard}");
}

/// Requests whose head is none, and the status they are refused with.
fn unreadable(goto: &GotoDouble) -> Vec<(&'static str, &'static str, String)> {
    let body = ada();
    let sound = sound(goto);
    let field = |line: &str| sound.replacen("Host:", &format!("{line}\r\nHost:"), 1);
    let many = "X: y\r\n".repeat(200);
    vec![
        ("folded field", "400", field("X-A: b\r\n  c")),
        ("blank before the colon", "400", field("X-A : b")),
        ("bare CR", "400", field("X-A: b\rc")),
        ("NUL", "400", field("X-A: b\0c")),
        ("lengths that differ", "400", field("Content-Length: 3")),
        (
            "length that is none",
            "400",
            sound.replacen("Content-Length: ", "Content-Length: +", 1),
        ),
        (
            "list of lengths",
            "400",
            sound.replacen("Content-Length: ", "Content-Length: 3, ", 1),
        ),
        (
            "chunked not last",
            "400",
            create(
                goto,
                "Transfer-Encoding: chunked, gzip\r\n",
                &chunked(&body),
            ),
        ),
        (
            "huge field",
            "431",
            field(&format!("X-A: {}", "b".repeat(100_000))),
        ),
        ("very many fields", "431", field(many.trim_end())),
        (
            "huge target",
            "414",
            sound.replacen(
                "/scim/v2/Users",
                &format!("/scim/v2/Users?a={}", "b".repeat(66_000)),
                1,
            ),
        ),
        ("no version", "400", sound.replacen(" HTTP/1.1", "", 1)),
        (
            "version of the future",
            "400",
            sound.replacen("HTTP/1.1", "HTTP/1.9", 1),
        ),
    ]
}

#[test]
fn head_that_cannot_be_read_is_refused_and_told() {
    let (goto, _client) = start();
    let before = users(&goto);
    let sound = sound(&goto);
    let shapes = unreadable(&goto);
    for (number, (what, status, shape)) in shapes.iter().enumerate() {
        let heard = say(&goto, format!("{shape}{sound}").as_bytes());
        let is_refused = heard.starts_with(&format!("HTTP/1.1 {status} "))
            || heard.starts_with("HTTP/1.1 4") && *status == "414";
        assert!(is_refused, "{what}: {heard}");
        let entries = journal(&goto, number + 1);
        let Event::Incident(incident) = &entries[number].event else {
            panic!("{what}: {:?}", entries[number]);
        };
        assert!(
            incident.what.contains("cannot be read"),
            "{what}: {incident:?}"
        );
        assert_eq!(users(&goto), before, "{what}");
    }
}

#[test]
fn absolute_form_is_taken_where_it_means_this_host() {
    // RFC 9112 section 3.2.2: "a server MUST accept the absolute-form".
    let (goto, _client) = start();
    let body = ada();
    let host = goto.addresses().product;
    let sound = create(
        &goto,
        &format!("Connection: close\r\nContent-Length: {}\r\n", body.len()),
        &body,
    );
    let heard = say(
        &goto,
        sound
            .replacen("/scim", &format!("http://{host}/scim"), 1)
            .as_bytes(),
    );
    assert!(heard.starts_with("HTTP/1.1 201 "), "{heard}");
}

#[test]
fn trace_connect_and_unknown_methods_are_refused() {
    let (goto, _client) = start();
    let host = goto.addresses().product;
    for line in [
        "TRACE /scim/v2/Users".to_owned(),
        format!("CONNECT {host}"),
        "CONNECT elsewhere.com:443".to_owned(),
        "BREW /scim/v2/Users".to_owned(),
    ] {
        let heard = say(
            &goto,
            format!("{line} HTTP/1.1\r\nHost: {host}\r\nSecret: x\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        );
        assert!(heard.starts_with("HTTP/1.1 4"), "{line}: {heard}");
        assert!(!heard.contains("Secret"), "{line}: {heard}");
    }
    assert_eq!(goto.journal().len(), 4);
}

#[test]
fn control_port_refuses_them_too() {
    let (goto, _client) = start();
    let mut stream = TcpStream::connect(goto.addresses().control).unwrap();
    stream
        .write_all(b"GET /sandboxes HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
        .unwrap();
    let mut heard = String::new();
    stream.read_to_string(&mut heard).unwrap();
    assert!(
        heard.starts_with("HTTP/1.1 400 ") && heard.contains("application/problem+json"),
        "{heard}"
    );
}
