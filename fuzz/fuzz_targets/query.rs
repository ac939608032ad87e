//! Any text as the query of a list: a list that counts right and says the same twice, or a SCIM Error.
#![no_main]

use std::sync::LazyLock;

use goto_double_fuzz::{World, check_list, check_refusal, text};
use libfuzzer_sys::fuzz_target;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

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
