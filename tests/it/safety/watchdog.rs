//! Everything that waits ends with its sandbox, whatever ends that.

use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use goto_double::{Control, GotoDouble, SandboxSpec};
use rustls::ALL_VERSIONS;
use serde_json::{Value, json};

use crate::support::raw::{Heard, Line};
use crate::support::secure::Trust;
use crate::support::{Client, create_group, patch};

/// What becomes of a sandbox in which somebody waits.
#[derive(Clone, Copy, Debug)]
enum End {
    Delete,
    Reset,
    Load,
    Stop,
    /// Other rules take the place of those that keep it waiting, and then it is deleted.
    ReloadAndDelete,
}

const ENDS: [End; 5] = [
    End::Delete,
    End::Reset,
    End::Load,
    End::Stop,
    End::ReloadAndDelete,
];

/// Every way to wait, for an hour of real time.
fn waits() -> Vec<Value> {
    let rule = |on: &str, act: Value| json!({ "id": "waits", "on": on, "do": act });
    vec![
        rule("users.list", json!({ "delay": "1h" })),
        rule("users.list", json!({ "commit": true, "wire": "stall:1h" })),
        rule(
            "users.list",
            json!({ "commit": true, "wire": "stall:body:10:1h" }),
        ),
        rule(
            "users.list",
            json!({ "commit": true, "wire": "dribble:1:1h" }),
        ),
        rule("groups.patch", json!({ "data": "racy:1h" })),
        rule("probe.dns", json!({ "delay": "1h" })),
        rule("oauth.token", json!({ "delay": "1h" })),
    ]
}

fn held_by(goto: &GotoDouble, rule: &Value) -> Control {
    let spec = SandboxSpec {
        id: Some("held".to_owned()),
        scenario: Some(json!({ "scenario": "held", "v": 1, "rules": [rule] })),
        ..SandboxSpec::default()
    };
    goto.control().create(spec).unwrap()
}

/// Asks for what the rule is about; the connection ends with the answer.
fn ask(control: &Control, on: &str) -> Line {
    let sandbox = control.sandbox().unwrap();
    let base = sandbox.base_url.clone();
    let token = sandbox.grants.given()[0].access_token.clone();
    let scim = Client::new(&format!("{base}/scim/v2")).bearer(&token);
    let (client, method, path, body) = match on {
        "users.list" => (scim, "GET", "/Users".to_owned(), String::new()),
        "groups.patch" => {
            let scim = scim.header("Content-Type", "application/scim+json");
            let path = format!("/Groups/{}", create_group(&scim, "all"));
            let body = patch(json!([{ "op": "replace", "path": "displayName", "value": "some" }]));
            (scim, "PATCH", path, body.to_string())
        }
        "oauth.token" => {
            let client = Client::new(&base);
            let client = client.header("Content-Type", "application/x-www-form-urlencoded");
            (
                client,
                "POST",
                "/oauth/token".to_owned(),
                "grant_type=x".to_owned(),
            )
        }
        _ => {
            let account = &sandbox.setting.state.accounts()[0];
            let pair = format!("{}:{}", account.user_name, account.password);
            let basic = format!("Basic {}", BASE64_STANDARD.encode(pair));
            let center = Client::new(&format!("{base}/center")).header("Authorization", &basic);
            let center = center.header("Content-Type", "application/json");
            let added = center.post("/domains", &json!({ "domain": "proof.example" }));
            assert_eq!(added.status, 201, "{}", added.text());
            let path = "/domains/proof.example/verify".to_owned();
            (center, "POST", path, "{}".to_owned())
        }
    };
    let mut line = Line::open(&client);
    line.say_last(method, &path, body.as_bytes());
    line
}

fn until_waiting(control: &Control, is_counted: bool) {
    let waits = || {
        let described = control.describe().unwrap();
        let open = described["limits"]["stalls"]["held"].as_u64();
        let fired = described["rules"][0]["fired"].as_u64();
        fired == Some(1) && (!is_counted || open == Some(1))
    };
    while !waits() {
        std::thread::yield_now();
    }
}

fn end(goto: &mut Option<GotoDouble>, control: &Control, end: End) {
    match end {
        End::Delete => control.delete().unwrap(),
        End::Reset => control.reset().unwrap(),
        End::Load => control.load(json!("empty")).unwrap(),
        End::Stop => drop(goto.take()),
        End::ReloadAndDelete => {
            let open = || control.sandbox().unwrap().clock.holds().open();
            let before = open();
            let other = r#"{ "scenario": "held", "v": 1 }"#;
            assert_eq!(control.reload(other).unwrap().change.removed, ["waits"]);
            // A request under way keeps the plan it has.
            assert_eq!(open(), before);
            control.delete().unwrap();
        }
    }
}

#[track_caller]
fn assert_ended(heard: &Heard, what: &str) {
    let timed_out = |error: &io::Error| {
        [io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut].contains(&error.kind())
    };
    assert!(
        !heard.end.as_ref().is_err_and(timed_out),
        "{what}: {}",
        heard.text()
    );
}

#[test]
fn every_wait_ends_with_its_sandbox() {
    for rule in waits() {
        for how in ENDS {
            let what = format!("{how:?} {rule}");
            let mut goto = Some(GotoDouble::builder().seed(7).start().unwrap());
            let control = held_by(goto.as_ref().unwrap(), &rule);
            let on = rule["on"].as_str().unwrap();
            let line = ask(&control, on);
            // A look-out of the double's own is nobody's exchange.
            until_waiting(&control, on != "probe.dns");
            let world = control.sandbox().unwrap();
            let heard = std::thread::spawn(move || line.hear_out());
            end(&mut goto, &control, how);
            assert_ended(&heard.join().unwrap(), &what);
            assert_eq!(world.clock.holds().open(), 0, "{what}");
        }
    }
}

#[test]
fn handshake_that_waits_ends_with_its_sandbox() {
    for act in [
        json!({ "tls": "stall" }),
        json!({ "tls": "stall:1h" }),
        json!({ "delay": "1h" }),
    ] {
        for how in ENDS {
            let mut goto = Some(GotoDouble::builder().seed(7).tls().start().unwrap());
            let running = goto.as_ref().unwrap();
            let trust = Trust::in_ca(running.ca_pem().unwrap(), ALL_VERSIONS);
            let rule = json!({ "id": "waits", "on": "tls.handshake", "do": act });
            let control = held_by(running, &rule);
            let world = control.sandbox().unwrap();
            let address = world.base_url.strip_prefix("https://").unwrap();
            let address = address.split('/').next().unwrap().parse().unwrap();
            let client = std::thread::spawn(move || trust.connect(address, "localhost").map(drop));
            until_waiting(&control, true);
            end(&mut goto, &control, how);
            let timed_out = client.join().unwrap().is_err_and(|error| {
                [io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut].contains(&error.kind())
            });
            assert!(!timed_out, "{how:?} {rule}");
            assert_eq!(world.clock.holds().open(), 0, "{how:?} {rule}");
        }
    }
}

#[test]
fn one_stall_more_than_there_may_be_does_not_wait_and_is_counted() {
    let rule = json!({ "id": "waits", "on": "users.list", "when": { "max": 3 }, "do": { "delay": "10m" } });
    let scenario = json!({ "scenario": "held", "v": 1, "rules": [rule] });
    let builder = GotoDouble::builder().seed(7).stall_limit(2);
    let goto = builder.scenario(scenario.to_string()).start().unwrap();
    let client = Client::new(goto.scim_url()).bearer(goto.token());
    let stalls = || goto.control().describe().unwrap()["limits"]["stalls"].clone();
    std::thread::scope(|scope| {
        let waiting = [(); 2].map(|()| scope.spawn(|| client.get("/Users").status));
        while stalls()["held"] != 2 {
            std::thread::yield_now();
        }
        assert_eq!(client.get("/Users").status, 200);
        assert_eq!(stalls(), json!({ "held": 2, "limit": 2, "refused": 1 }));
        goto.control().advance(Duration::from_secs(601)).unwrap();
        for waiting in waiting {
            assert_eq!(waiting.join().unwrap(), 200);
        }
    });
    assert_eq!(stalls()["held"], 0);
}
