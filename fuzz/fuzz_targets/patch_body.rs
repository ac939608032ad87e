//! Any bytes as the body of a PATCH: what is refused changes nothing, what is taken reads back and is taken
//! again, and its operations leave the same one by one.
#![no_main]

use std::sync::LazyLock;

use goto_double_fuzz::{World, check_answer, check_refusal, json, same_but_for_meta};
use http::StatusCode;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static WORLDS: LazyLock<Vec<World>> = LazyLock::new(World::of_every_profile);

fuzz_target!(|data: &[u8]| {
    for world in WORLDS.iter() {
        for path in ["/Users/anna", "/Groups/guides"] {
            patch(world, path, data);
        }
    }
});

fn patch(world: &World, path: &str, body: &[u8]) {
    let target = format!("/scim/v2{path}");
    let before = world.rows();
    let reply = world.ask("PATCH", &target, body.to_vec());
    let reply = reply.expect("a target of our own");
    if !reply.status.is_success() {
        check_refusal(&reply);
        assert_eq!(world.rows(), before, "{reply:?}");
        return;
    }
    check_answer(&reply);
    let after = world.read(path);
    if reply.status == StatusCode::OK {
        assert_eq!(json(&reply), after);
    }
    world.check_sound();
    let again = world.ask("PUT", &target, after.to_string());
    let again = again.expect("a target of our own");
    assert!(again.status.is_success(), "{after} was refused: {again:?}");
    same_but_for_meta(&world.read(path), &after);
    world.check_sound();
    world.rewind();
    one_by_one(world, path, body, &after);
    world.rewind();
}

/// Operations are applied "in the order they appear": each in a PATCH of its own leaves the same, where each alone is
/// taken at all.
fn one_by_one(world: &World, path: &str, body: &[u8], expected: &Value) {
    let Ok(mut body) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let Some(Value::Array(operations)) = body.get_mut("Operations").map(Value::take) else {
        return;
    };
    if operations.len() < 2 {
        return;
    }
    for operation in operations {
        body["Operations"] = Value::Array(vec![operation]);
        let reply = world.ask("PATCH", &format!("/scim/v2{path}"), body.to_string());
        let reply = reply.expect("a target of our own");
        if !reply.status.is_success() {
            return;
        }
    }
    same_but_for_meta(&world.read(path), expected);
}
