//! The path of a PATCH is refused with a keyword, or prints as what it reads as; a refused operation changes nothing.
#![no_main]

use std::sync::LazyLock;

use goto_double::scim::filter::Leniency;
use goto_double::scim::path::PatchPath;
use goto_double_fuzz::{World, check_answer, check_refusal, text};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

static WORLDS: LazyLock<Vec<World>> = LazyLock::new(World::of_every_profile);

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    for leniency in [Leniency::Strict, Leniency::Lenient] {
        if let Ok(path) = PatchPath::parse(text, leniency) {
            let printed = path.to_string();
            let again = PatchPath::parse(&printed, leniency);
            let again = again.unwrap_or_else(|error| panic!("{printed:?}: {error}"));
            assert_eq!(again.to_string(), printed);
            assert_eq!(again.attribute, path.attribute);
        }
    }
    let operations = [
        json!({ "op": "remove", "path": text }),
        json!({ "op": "add", "path": text, "value": "True" }),
        json!({ "op": "replace", "path": text, "value": [{ "value": "dora" }] }),
    ];
    for world in WORLDS.iter() {
        for path in ["/Users/anna", "/Groups/guides"] {
            for operation in &operations {
                patch(world, path, operation);
            }
        }
    }
});

fn patch(world: &World, path: &str, operation: &Value) {
    let before = world.rows();
    let body = json!({ "schemas": [PATCH_OP], "Operations": [operation] }).to_string();
    let reply = world.ask("PATCH", &format!("/scim/v2{path}"), body);
    let reply = reply.expect("a path of our own");
    if reply.status.is_success() {
        check_answer(&reply);
        world.check_sound();
        world.rewind();
    } else {
        check_refusal(&reply);
        assert_eq!(world.rows(), before, "{operation}");
    }
}
