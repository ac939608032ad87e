//! A whole request as text, head and body, to any surface: an answer in the dialect of that surface.
//!
//! `{token}` in a header field stands for the ready token.
#![no_main]

use std::sync::{LazyLock, Mutex};

use goto_double::exchange::Reply;
use goto_double_fuzz::{World, check_answer, json};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

/// How many inputs a world takes before what they left behind is thrown away.
const LIFE: u32 = 500;

static WORLD: LazyLock<Mutex<(World, u32)>> = LazyLock::new(|| Mutex::new((World::of("rfc"), 0)));

/// Proofs of domains are looked up with a time-out.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime without sockets")
});

fuzz_target!(|data: &[u8]| {
    let Some((method, target, headers, body)) = read(data) else {
        return;
    };
    let _inside = RUNTIME.enter();
    let mut held = WORLD.lock().expect("one thread");
    let (world, asked) = &mut *held;
    *asked += 1;
    if *asked == LIFE {
        *asked = 0;
        *world = World::of("rfc");
    }
    let headers = fields(headers, world.token());
    let before = world.rows();
    let Some(reply) = world.ask_with((method, target), headers, body.to_vec()) else {
        return;
    };
    let path = target.split(['?', '#']).next().unwrap_or_default();
    check(method, path, &reply);
    let is_bulk = path.ends_with("/Bulk");
    if !reply.status.is_success() && !is_bulk {
        assert_eq!(world.rows(), before, "{reply:?}");
    } else {
        world.check_sound();
        world.rewind();
    }
});

/// Method, target, the lines of the header fields, and the body.
fn read(data: &[u8]) -> Option<(&str, &str, &[u8], &[u8])> {
    let end = data.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = (&data[..end], &data[end + 1..]);
    let (method, target) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    let (head, body) = if let Some(body) = rest.strip_prefix(b"\n") {
        (&rest[..0], body)
    } else {
        let end = rest.windows(2).position(|pair| pair == b"\n\n");
        let end = end.unwrap_or(rest.len());
        (&rest[..end], rest.get(end + 2..).unwrap_or_default())
    };
    Some((method, target, head, body))
}

/// The header fields, as far as HTTP can carry them.
fn fields(head: &[u8], token: &HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in head.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let value = line[colon + 1..].trim_ascii();
        let value = match value {
            b"Bearer {token}" => Ok(token.clone()),
            other => HeaderValue::from_bytes(other),
        };
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(&line[..colon]), value) {
            headers.append(name, value);
        }
    }
    headers
}

fn check(method: &str, path: &str, reply: &Reply) {
    let status = reply.status;
    // RFC 7644 has it for what a server does not offer.
    let is_offered = status != StatusCode::NOT_IMPLEMENTED;
    assert!(status.as_u16() < 500 || !is_offered, "{reply:?}");
    let media_type = reply.headers.get(CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    if path.starts_with("/scim/v2/") && status != StatusCode::NOT_MODIFIED && is_offered {
        check_answer(reply);
    } else if !status.is_success() && media_type == Some("application/problem+json") {
        let body = json(reply);
        assert_eq!(body["status"], status.as_u16(), "{body}");
        assert!(
            body["detail"].is_string() && body["title"].is_string(),
            "{body}"
        );
    } else if status.is_client_error() && path.starts_with("/identity/v1/") {
        let is_bare = reply.body.is_empty();
        assert!(
            is_bare || json(reply)["code"].is_string(),
            "{method} {reply:?}"
        );
    }
}
