//! Any text as the query of a list: a list that counts right and says the same twice and by a
//! search, or a SCIM Error.
#![no_main]

use std::sync::LazyLock;

use goto_double_fuzz::{World, check_list, check_refusal, text};
use libfuzzer_sys::fuzz_target;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

static WORLDS: LazyLock<Vec<World>> = LazyLock::new(World::of_every_profile);

/// What no request line can hold; everything else goes as it is, percent signs too.
const UNSENDABLE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'"')
    .add(b'`');

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    let query = utf8_percent_encode(text, UNSENDABLE).to_string();
    for world in WORLDS.iter() {
        let before = world.rows();
        for path in ["/Users", "/Groups", "", "/Users/anna"] {
            ask(world, path, &query);
        }
        search(world, &query);
        assert_eq!(world.rows(), before);
    }
});

fn ask(world: &World, path: &str, query: &str) {
    let target = format!("/scim/v2{path}?{query}");
    let Some(reply) = world.ask("GET", &target, "") else {
        return;
    };
    if !reply.status.is_success() {
        check_refusal(&reply);
        return;
    }
    let again = world.ask("GET", &target, "");
    assert_eq!(again.map(|again| again.body), Some(reply.body.clone()));
    let rows = match path {
        "/Users/anna" => vec![goto_double_fuzz::json(&reply)],
        _ => check_list(&reply),
    };
    for row in rows {
        // RFC 7643 section 3.1: "id" and "schemas" are always returned.
        assert!(row["id"].is_string(), "{target}: {row}");
        assert!(row.get("password").is_none(), "{target}: {row}");
    }
}

/// The same parameters as the body of a search, RFC 7644 section 3.4.3, find the same.
fn search(world: &World, query: &str) {
    let Some(body) = body_of(query) else { return };
    for endpoint in ["/scim/v2/Users", "/scim/v2/Groups", "/scim/v2"] {
        let Some(listed) = world.ask("GET", &format!("{endpoint}?{query}"), "") else {
            return;
        };
        let searched = world.ask("POST", &format!("{endpoint}/.search"), body.to_string());
        let searched = searched.expect("a target of our own");
        if !searched.status.is_success() {
            check_refusal(&searched);
        }
        assert_eq!(searched.status, listed.status, "{body} {searched:?}");
        assert_eq!(searched.body, listed.body, "{body}");
    }
}

/// The body of a search that says what the query says; nothing if no body can say it.
fn body_of(query: &str) -> Option<Value> {
    let mut body = json!({ "schemas": [SEARCH] });
    if query.contains('?') {
        // More of them are forgiven, for the sake of clients that hang a flag on the base URL.
        return None;
    }
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if value.contains('\u{fffd}') || name.contains('\u{fffd}') {
            return None;
        }
        let value = match &*name {
            "startIndex" | "count" => json!(value.parse::<i64>().ok()?),
            "attributes" | "excludedAttributes" => value.split(',').collect(),
            "filter" | "sortBy" | "sortOrder" | "cursor" => json!(value),
            _ => continue,
        };
        if body.get(&*name).is_some() {
            return None;
        }
        body[&*name] = value;
    }
    Some(body)
}
