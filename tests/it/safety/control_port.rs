//! The control port is never affected by any fault.

use goto_double::GotoDouble;
use goto_double::operation::{OPERATIONS, Operation, Surface};
use goto_double::scenario::parse;
use rustls::ALL_VERSIONS;
use serde_json::{Value, json};

use super::rules;
use crate::support::Client;
use crate::support::secure::Trust;

/// Every fault there is, all at once, on everything that it can be about.
fn everything(about_handshakes: bool) -> (String, usize) {
    let mut everywhere = 0;
    let rules = rules().into_iter().map(|mut rule| {
        rule["stack"] = true.into();
        let mut wider = rule.clone();
        wider["on"] = "*".into();
        let file = json!({ "scenario": "one", "v": 1, "rules": [&wider] });
        if parse(&file.to_string()).is_ok() {
            everywhere += 1;
            return wider;
        }
        rule
    });
    let rules: Vec<Value> = rules
        .filter(|rule| about_handshakes || rule["on"] != "tls.handshake")
        .collect();
    let file = json!({ "scenario": "everything", "v": 1, "rules": rules });
    (file.to_string(), everywhere)
}

#[test]
fn every_route_answers_while_every_fault_is_loaded() {
    let (scenario, everywhere) = everything(false);
    assert!(everywhere > 10, "{everywhere}");
    let goto = GotoDouble::builder().seed(7).scenario(scenario).start();
    let goto = goto.unwrap();
    // The faults are there: no client gets through.
    let client = Client::new(goto.scim_url()).bearer(goto.token());
    let spoilt = client.send("GET", "/ServiceProviderConfig", b"");
    assert!(spoilt.is_err(), "{spoilt:?}");
    let root = Client::new(&goto.ready().control_url).header("Content-Type", "application/json");
    let mut answered = 0;
    let routes = OPERATIONS
        .iter()
        .filter(|row| row.surface == Surface::Control);
    for row in routes {
        let path = row.path.replace("{sandbox}", "default");
        let path = path.replace(['{', '}'], "");
        // Events have no end.
        let method = match row.operation {
            Operation::FollowJournal => "HEAD",
            _ => row.method,
        };
        let body: &[u8] = if row.method == "GET" { b"" } else { b"{}" };
        let answer = root.send(method, &path, body);
        let answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        assert!(answer.status < 500, "{method} {path}: {}", answer.text());
        if !answer.body.is_empty() {
            assert!(answer.json().is_object(), "{method} {path}");
        }
        answered += 1;
    }
    assert!(answered > 50, "{answered}");
}

#[test]
fn handshakes_with_the_control_port_are_sound_while_every_fault_is_loaded() {
    let (scenario, _) = everything(true);
    let goto = GotoDouble::builder().seed(7).tls().scenario(scenario);
    let goto = goto.start().unwrap();
    let trust = Trust::in_ca(goto.ca_pem().unwrap(), ALL_VERSIONS);
    assert!(
        trust
            .connect(goto.addresses().product, "localhost")
            .is_err()
    );
    for _ in 0..3 {
        let line = trust
            .connect(goto.addresses().control, "localhost")
            .unwrap();
        assert_eq!(line.get("/sandboxes/default/rules", "").status, 200);
    }
}
