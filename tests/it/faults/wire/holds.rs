//! Every hold ends with its sandbox: when it is reset or deleted, and when the double stops.

use std::thread::{self, JoinHandle};

use goto_double::clock::Clock;
use goto_double::{GotoDouble, Ready, SandboxSpec};
use serde_json::{Value, json};

use crate::support::raw::hear;
use crate::support::{Client, start, user};

/// Everything that waits on the clock of a sandbox, for an hour at least.
fn holds() -> Vec<Value> {
    let on = |on: &str, act: Value| json!({ "id": "hold", "on": on, "do": act });
    let wire = |wire: &str| on("users.create", json!({ "commit": true, "wire": wire }));
    vec![
        wire("stall:1h"),
        wire("stall:body:4:1h"),
        wire("dribble:1:1h"),
        wire("slice:1:1h"),
        wire("slow_read:1:1h"),
        wire("stall_read:0:1h"),
        on("users.create", json!({ "delay": "1h" })),
        on("connection.accept", json!({ "wire": "black_hole" })),
        on("connection.accept", json!({ "delay": "1h" })),
    ]
}

/// A sandbox in which somebody waits, on a clock that runs.
struct Waiting {
    goto: GotoDouble,
    control: goto_double::Control,
    clock: Clock,
    client: JoinHandle<()>,
}

fn waiting(rule: &Value) -> Waiting {
    let (goto, _) = start();
    let scenario = json!({ "scenario": "held", "v": 1, "rules": [rule] });
    let control = goto
        .control()
        .create(SandboxSpec {
            scenario: Some(scenario),
            ..SandboxSpec::default()
        })
        .unwrap();
    let sandbox = control.sandbox().unwrap();
    let ready = Ready::of(&sandbox, &goto.ready().control_url);
    let inside = Client::new(&ready.scim_url).bearer(&ready.token.unwrap());
    let client = thread::spawn(move || {
        let body = user("ada@main.com").to_string();
        // How it ends depends on what was held; that it ends is what matters.
        drop(hear(&inside, "POST", "/Users", body.as_bytes()));
    });
    while sandbox.clock.waiting() == 0 {
        thread::yield_now();
    }
    assert_eq!(sandbox.clock.waiting(), 1, "{rule}");
    Waiting {
        goto,
        control,
        clock: sandbox.clock.clone(),
        client,
    }
}

#[test]
fn hold_ends_when_its_sandbox_is_deleted_or_reset_or_the_double_stops() {
    for rule in holds() {
        let held = waiting(&rule);
        held.control.delete().unwrap();
        while held.clock.waiting() > 0 {
            thread::yield_now();
        }
        // What was held is over; a connection that stays is idle, and ends with the double.
        drop(held.goto);
        held.client.join().unwrap();

        let held = waiting(&rule);
        held.control.reset().unwrap();
        while held.clock.waiting() > 0 {
            thread::yield_now();
        }
        drop(held.goto);
        held.client.join().unwrap();

        let held = waiting(&rule);
        drop(held.goto);
        held.client.join().unwrap();
        assert_eq!(held.clock.waiting(), 0, "{rule}");
    }
}
