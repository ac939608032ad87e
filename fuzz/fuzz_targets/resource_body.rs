//! Any bytes as the body of a create and of a PUT: what is refused changes nothing, what is taken reads back, and is
//! taken again.
#![no_main]

use std::sync::LazyLock;

use goto_double_fuzz::{World, check_answer, check_refusal, json, same_but_for_meta};
use http::StatusCode;
use http::header::{ETAG, LOCATION};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static WORLDS: LazyLock<Vec<World>> = LazyLock::new(World::of_every_profile);

fuzz_target!(|data: &[u8]| {
    for world in WORLDS.iter() {
        for endpoint in ["/Users", "/Groups"] {
            create(world, endpoint, data);
        }
        for path in ["/Users/anna", "/Groups/guides"] {
            replace(world, path, data);
        }
    }
});

/// Writes the body; nothing comes of a refusal, which must have changed nothing.
fn write(world: &World, (method, path): (&str, &str), body: &[u8]) -> Option<Value> {
    let before = world.rows();
    let reply = world.ask(method, &format!("/scim/v2{path}"), body.to_vec());
    let reply = reply.expect("a target of our own");
    if !reply.status.is_success() {
        check_refusal(&reply);
        assert_eq!(world.rows(), before, "{reply:?}");
        return None;
    }
    check_answer(&reply);
    world.check_sound();
    let resource = json(&reply);
    let header = |name| {
        reply
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    assert_eq!(header(ETAG), resource["meta"]["version"].as_str());
    let location = resource["meta"]["location"].as_str();
    if reply.status == StatusCode::CREATED {
        assert_eq!(header(LOCATION), location);
    }
    let endpoint = path.split('/').nth(1).expect("a path of our own");
    let id = resource["id"].as_str().expect("a resource has an id");
    let path = format!("/{endpoint}/{id}");
    assert!(location.is_some_and(|location| location.ends_with(&path)));
    assert_eq!(world.read(&path), resource);
    Some(resource)
}

fn create(world: &World, endpoint: &str, body: &[u8]) {
    let Some(made) = write(world, ("POST", endpoint), body) else {
        return;
    };
    if endpoint == "/Users" || world.profile().group_name_unique {
        let twice = world.ask("POST", &format!("/scim/v2{endpoint}"), body.to_vec());
        let twice = twice.expect("a target of our own");
        assert_eq!(twice.status, 409, "{twice:?}");
        check_refusal(&twice);
    }
    again(world, endpoint, &made);
    world.rewind();
    in_place_of(world, endpoint, body, &made);
    world.rewind();
}

/// A body that makes a resource also replaces one that is there, and leaves the same.
fn in_place_of(world: &World, endpoint: &str, body: &[u8], made: &Value) {
    let path = match endpoint {
        "/Users" => "/Users/dora",
        _ => "/Groups/nobody",
    };
    let replaced = write(world, ("PUT", path), body);
    // A group that is to hold itself can be made, under another id, and cannot be put.
    let Some(mut replaced) = replaced else {
        assert_eq!(
            endpoint, "/Groups",
            "a PUT refuses what a POST takes: {made}"
        );
        return;
    };
    let mut made = made.clone();
    for resource in [&mut replaced, &mut made] {
        for own in ["id", "groups"] {
            resource[own].take();
        }
    }
    same_but_for_meta(&replaced, &made);
}

fn replace(world: &World, path: &str, body: &[u8]) {
    if let Some(made) = write(world, ("PUT", path), body) {
        let endpoint = &path[..path.rfind('/').expect("a path of our own")];
        again(world, endpoint, &made);
        world.rewind();
    }
}

/// What was read can be sent back as it is, and changes nothing.
fn again(world: &World, endpoint: &str, made: &Value) {
    let path = format!("{endpoint}/{}", made["id"].as_str().expect("an id"));
    let read = made.to_string();
    let written = write(world, ("PUT", &path), read.as_bytes());
    let written = written.unwrap_or_else(|| panic!("what was read is refused: {made}"));
    same_but_for_meta(&written, made);
}
