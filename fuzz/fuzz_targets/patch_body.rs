//! Any bytes as the body of a PATCH: what is refused changes nothing, what is taken reads back and is taken again.
#![no_main]

use std::sync::LazyLock;

use goto_double_fuzz::{World, check_answer, check_refusal, json, same_but_for_meta};
use http::StatusCode;
use libfuzzer_sys::fuzz_target;

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
}
