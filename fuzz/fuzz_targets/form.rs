//! Any bytes as a form: it reads back as it was written, and the token endpoint says why it refuses it.
#![no_main]

use std::sync::{LazyLock, Mutex};

use goto_double::exchange::Reply;
use goto_double::oauth::form::Form;
use goto_double_fuzz::{World, json};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;

/// RFC 6749 section 5.2, and what section 4.1.2.1 adds.
const CODES: [&str; 7] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "access_denied",
];

/// How many inputs a world takes before its grants are thrown away.
const LIFE: u32 = 500;

static WORLD: LazyLock<Mutex<(World, u32)>> = LazyLock::new(|| Mutex::new((World::of("goto"), 0)));

fuzz_target!(|data: &[u8]| {
    reads_back(data);
    let mut held = WORLD.lock().expect("one thread");
    let (world, asked) = &mut *held;
    *asked += 1;
    if *asked == LIFE {
        *asked = 0;
        *world = World::of("goto");
    }
    let before = world.rows();
    for path in ["/oauth/token", "/oauth/revoke"] {
        let bare = HeaderMap::new();
        // The seeded client, by RFC 6749 section 2.3.1.
        let mut known = HeaderMap::new();
        let pair = "Basic NWMzZjllMWEtN2Q0Mi00YjhlLTlhMTAtMmY2ZDhjNGI3ZTAxOmRvdWJsZS1zZWNyZXQtbm90LWZvci1wcm9kdWN0aW9u";
        known.insert(AUTHORIZATION, HeaderValue::from_static(pair));
        for mut headers in [bare, known] {
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(CONTENT_TYPE, form);
            let reply = world.ask_with(("POST", path), headers, data.to_vec());
            check(path, &reply.expect("nothing waits here"));
        }
    }
    assert_eq!(world.rows(), before);
});

fn reads_back(data: &[u8]) {
    let form = Form::read(data);
    let pairs = form_urlencoded::parse(data);
    let written = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.clone())
        .finish();
    assert_eq!(Form::read(written.as_bytes()), form);
    for (name, _) in pairs.clone() {
        let all: Vec<_> = pairs.clone().filter(|(other, _)| *other == name).collect();
        match form.one(&name) {
            Ok(value) => {
                assert_eq!(all.len(), 1);
                assert_eq!(value.unwrap_or_default(), all[0].1);
            }
            Err(repeated) => assert!(all.len() > 1, "{repeated:?}"),
        }
    }
    let is_repeated = pairs.clone().any(|(name, _)| form.one(&name).is_err());
    assert_eq!(form.repeated().is_some(), is_repeated);
}

fn check(path: &str, reply: &Reply) {
    if reply.status.is_success() {
        if path == "/oauth/token" {
            let body = json(reply);
            assert!(body["access_token"].is_string(), "{body}");
            assert_eq!(body["token_type"], "Bearer", "{body}");
            // RFC 6749 section 5.1.
            let cache = reply.headers.get(CACHE_CONTROL);
            assert_eq!(cache, Some(&HeaderValue::from_static("no-store")));
        }
        return;
    }
    assert!([400, 401].contains(&reply.status.as_u16()), "{reply:?}");
    let body = json(reply);
    let code = body["error"].as_str().unwrap_or_default();
    assert!(CODES.contains(&code), "{body}");
    // RFC 6749 section 5.2 on the characters of a description.
    let description = body["error_description"].as_str().unwrap_or_default();
    let allowed = |letter: char| matches!(letter, ' '..='!' | '#'..='[' | ']'..='~');
    assert!(
        !description.is_empty() && description.chars().all(allowed),
        "{body}"
    );
}
