//! Any text as a scenario file: every finding has a place in it, and what has none can be played.
#![no_main]

use std::sync::LazyLock;

use goto_double::conformance::client_profile::ClientProfile;
use goto_double::scenario::script::Pace;
use goto_double::{SandboxSpec, read_script};
use goto_double_fuzz::{World, text};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

/// Rules that wait need somebody who could wake them.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime without sockets")
});

/// How many rows of a file are played.
const ROWS: usize = 4;

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    let _inside = RUNTIME.enter();
    let script = match read_script(text) {
        Ok(script) => script,
        Err(findings) => {
            assert!(!findings.is_empty());
            let lines = text.split('\n').count();
            for finding in &findings {
                assert!(!finding.message.is_empty());
                assert!((1..=lines).contains(&finding.line), "{finding}");
                assert!(
                    finding.column >= 1 && !finding.to_string().contains('\n'),
                    "{finding}"
                );
            }
            return;
        }
    };
    for row in script.rows(Pace::default()).into_iter().take(ROWS) {
        let spec = SandboxSpec {
            checked: Some(row.scenario),
            ..SandboxSpec::default()
        };
        // A starting state of its own may contradict the one that it is put over.
        if let Ok(world) = World::try_from(spec) {
            play(&world);
        }
    }
});

fn play(world: &World) {
    let user =
        r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"eve@main.com"}"#;
    for _ in 0..2 {
        // What a rule makes of an answer is its own affair, and so is whether it waits.
        let _ = world.ask(
            "GET",
            "/scim/v2/Users?filter=userName%20eq%20%22anna@main.com%22",
            "",
        );
        let _ = world.ask("POST", "/scim/v2/Users", user);
        let _ = world.ask("PATCH", "/scim/v2/Groups/guides", "{}");
    }
    let judged = world.control().verdict(&ClientProfile::default());
    let _ = judged.expect("the world is there").complaints();
}
