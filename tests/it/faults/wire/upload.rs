//! `slow_read`, `stall_read`: the body of a request is read slowly, and its sender has to wait.

use std::io::{ErrorKind, Write};
use std::time::Duration;

use goto_double::GotoDouble;
use serde_json::json;

use super::super::{fired, playing, settle, stored};
use crate::support::raw::Line;
use crate::support::{Client, create_user, user};

fn reading(wire: &str) -> (GotoDouble, Client) {
    playing(
        json!([{ "id": "slow", "on": "users.create", "when": { "nth": 2 },
        "do": { "wire": wire } }]),
    )
}

/// Sends as much as the other side takes, until it takes no more for a while.
fn push(goto: &GotoDouble, line: &Line, bytes: &mut &[u8]) {
    let mut stream = line.stream();
    stream.set_nonblocking(true).unwrap();
    let mut idle = 0;
    while idle < 50 && !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(sent) => {
                *bytes = &bytes[sent..];
                idle = 0;
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                settle(goto);
                idle += 1;
            }
        }
    }
    stream.set_nonblocking(false).unwrap();
}

/// A body that is near the limit of what is read, and far above what the system keeps for a reader.
fn large(name: &str) -> Vec<u8> {
    let mut large = user(name);
    large["displayName"] = "x".repeat(900_000).into();
    large.to_string().into_bytes()
}

#[test]
fn sender_stands_while_nothing_is_read_and_goes_on_after() {
    let (goto, client) = reading("stall_read:1000:90s");
    let healthy = client
        .send("POST", "/Users", &large("one@main.com"))
        .unwrap();
    let mut line = Line::open(&client);
    socket2::SockRef::from(line.stream())
        .set_send_buffer_size(4096)
        .unwrap();
    let request = line.request("POST", "/Users", &large("two@main.com"));
    let mut left = &request[..];
    push(&goto, &line, &mut left);
    assert!(!left.is_empty(), "all of it was taken");
    assert_eq!(fired(&goto, "slow"), 1);
    goto.control()
        .advance(Duration::from_millis(89_999))
        .unwrap();
    push(&goto, &line, &mut left);
    assert!(!left.is_empty(), "it was read on");
    goto.control().advance(Duration::from_millis(1)).unwrap();
    line.send(left);
    let head = line.hear_head();
    let status = format!("HTTP/1.1 {} ", healthy.status);
    assert!(head.starts_with(&status), "{head}");
}

#[test]
fn body_is_read_by_so_many_bytes_at_a_time() {
    let (goto, client) = reading("slow_read:100:1s");
    create_user(&client, "first@main.com");
    let mut body = user("second@main.com");
    body["displayName"] = "y".repeat(1000).into();
    let body = body.to_string();
    let mut line = Line::open(&client);
    let request = line.request("POST", "/Users", b"");
    let head = String::from_utf8(request).unwrap();
    let head = head.replace(
        "Content-Length: 0",
        &format!("Content-Length: {}", body.len()),
    );
    line.send(head.as_bytes());
    while fired(&goto, "slow") == 0 {
        std::thread::yield_now();
    }
    line.send(body.as_bytes());
    let mut seconds = 0;
    while stored(&goto).len() < 2 {
        settle(&goto);
        if goto.control().sandbox().unwrap().clock.waiting() > 0 {
            goto.control().advance(Duration::from_secs(1)).unwrap();
            seconds += 1;
        }
    }
    assert_eq!(seconds, body.len() / 100);
    assert!(line.hear_head().starts_with("HTTP/1.1 201 "));
    create_user(&client, "third@main.com");
}

#[test]
fn requests_without_a_body_and_others_are_read_as_ever() {
    let (goto, client) = playing(json!([{ "id": "slow", "on": "users.*",
        "if": { "header.priority": "low" }, "do": { "wire": "slow_read:1:1h" } }]));
    let low = client.clone().header("Priority", "low");
    assert_eq!(low.get("/Users").status, 200);
    create_user(&client, "ada@main.com");
    assert_eq!(fired(&goto, "slow"), 0);
}
