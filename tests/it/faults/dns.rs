//! `do.dns`, and `do.reply` on `probe.file`: what the double itself sees when it looks a domain's proof up.

use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use goto_double::GotoDouble;
use goto_double::entry::{Event, Probe};
use serde_json::{Value, json};

use super::{fired, playing_with, until_held};
use crate::support::Client;

const CODE: &str = "00aa00aa-bb11-4c22-8d33-44ee44ee44ee";

/// A double with two domains to prove, both published in DNS, that plays these rules.
fn proving(mut rules: Value) -> (GotoDouble, Client) {
    let no_file = json!({ "id": "no-file", "on": "probe.file", "fires": ">=0", "do": { "reply": { "status": 404 } } });
    rules.as_array_mut().unwrap().push(no_file);
    let text = format!("goto-verification-code={CODE}");
    let given = json!({
        "domains": [
            { "name": "main.com", "status": "verified" },
            { "name": "new.example", "code": CODE }, { "name": "other.example", "code": CODE } ],
        "zone": { "new.example": [text], "other.example": [text] },
    });
    let (goto, _client) = playing_with(rules, given);
    let ready = goto.ready();
    let pair = format!(
        "{}:{}",
        ready.admin_user.clone().unwrap(),
        ready.admin_password.clone().unwrap()
    );
    let center = Client::new(&ready.center_url)
        .header(
            "Authorization",
            &format!("Basic {}", BASE64_STANDARD.encode(pair)),
        )
        .header("Content-Type", "application/json");
    (goto, center)
}

/// Presses Verify; gives the state of the domain and what was found.
fn verify(center: &Client, domain: &str) -> (String, String) {
    let answer = center.post(&format!("/domains/{domain}/verify"), &json!({}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
    (text("status"), text("finding"))
}

fn probes(goto: &GotoDouble, operation: &str) -> Vec<Probe> {
    let entries = goto.journal();
    let all = entries.iter().filter_map(|entry| match &entry.event {
        Event::Probe(probe) => Some(probe.clone()),
        _ => None,
    });
    all.filter(|probe| probe.operation.name() == operation)
        .collect()
}

#[test]
fn rcodes_strike_the_domain_so_often_and_then_it_is_proved() {
    let (goto, center) = proving(json!([
        { "id": "nx", "on": "probe.dns", "if": { "subject.key": "new.example" }, "when": { "per": "domain", "max": 2 }, "do": { "dns": { "rcode": "NXDOMAIN" } } },
        { "id": "broken", "on": "probe.dns", "if": { "subject.key": "new.example" }, "when": { "per": "domain", "nth": 3 }, "do": { "dns": { "rcode": "SERVFAIL" } } },
    ]));
    assert_eq!(verify(&center, "other.example").1, "proven");
    let findings: Vec<_> = (0..4).map(|_| verify(&center, "new.example").1).collect();
    assert_eq!(findings[3], "proven");
    assert!(
        findings[..3].iter().all(|finding| finding != "proven"),
        "{findings:?}"
    );
    assert_eq!(findings[0], "missing");
    // A broken name server is no proof of absence.
    assert_eq!(findings[2], "transient");
    assert_eq!((fired(&goto, "nx"), fired(&goto, "broken")), (2, 1));
    let seen: Vec<_> = probes(&goto, "probe.dns")
        .iter()
        .map(|probe| probe.saw.clone())
        .collect();
    assert!(
        seen[1].contains("NXDOMAIN") && seen[3].contains("SERVFAIL"),
        "{seen:?}"
    );
}

#[test]
fn records_take_the_place_of_the_published_ones() {
    let (goto, center) = proving(json!([
        { "id": "stale", "on": "probe.dns", "when": { "per": "domain", "nth": 1 },
          "do": { "dns": { "txt": ["goto-verification-code=ffffffff-0000-4000-8000-000000000000"] } } },
        { "id": "none", "on": "probe.dns", "when": { "per": "domain", "nth": 2 }, "do": { "dns": { "txt": [] } } },
        { "id": "among-others", "on": "probe.dns", "when": { "per": "domain", "nth": 3 },
          "do": { "dns": { "txt": ["v=spf1 -all", "goto-verification-code=@code"] } } },
    ]));
    goto.control().put_txt("new.example", &[]).unwrap();
    assert_eq!(
        verify(&center, "new.example"),
        ("pending".into(), "mismatch".into())
    );
    assert_eq!(
        verify(&center, "new.example"),
        ("pending".into(), "missing".into())
    );
    assert_eq!(
        verify(&center, "new.example"),
        ("verified".into(), "proven".into())
    );
    // Only look-ups were bent: the zone is as it was left.
    assert_eq!(goto.control().txt("new.example").unwrap(), [""; 0]);
}

#[test]
fn record_in_several_strings_is_still_one_text() {
    // RFC 1035 section 3.3.14: TXT-DATA is "One or more <character-string>s".
    let (goto, center) = proving(json!([{ "id": "split", "on": "probe.dns",
        "do": { "dns": { "txt": ["goto-verification-code=@code"], "split": 7, "ttl": "60s" } } }]));
    assert_eq!(verify(&center, "new.example").1, "proven");
    let probe = &probes(&goto, "probe.dns")[0];
    assert_eq!(probe.fired[0].rule, "split");
    assert!(probe.saw.contains(CODE), "{}", probe.saw);
}

#[test]
fn file_that_the_rule_gives_is_judged_as_if_fetched() {
    let text = format!("goto-verification-code={CODE}");
    let (goto, center) = proving(json!([
        { "id": "nothing", "on": "probe.dns", "do": { "dns": { "rcode": "NXDOMAIN" } } },
        { "id": "gone", "on": "probe.file", "when": { "nth": 1 }, "do": { "reply": { "status": 404 } } },
        { "id": "page", "on": "probe.file", "when": { "nth": 2 },
          "do": { "reply": { "status": 200, "headers": { "Content-Type": "text/html" }, "body": "<h1>Welcome</h1>" } } },
        { "id": "right", "on": "probe.file", "when": { "nth": 3 }, "do": { "reply": { "status": 200, "body": text } } }
    ]));
    let findings: Vec<_> = (0..3).map(|_| verify(&center, "new.example").1).collect();
    assert_eq!(findings[2], "proven", "{findings:?}");
    assert!(
        findings[..2].iter().all(|finding| finding != "proven"),
        "{findings:?}"
    );
    assert_eq!(probes(&goto, "probe.file").len(), 3);
}

#[test]
fn slow_look_up_waits_on_the_sandbox_clock() {
    let (goto, center) =
        proving(json!([{ "id": "slow", "on": "probe.dns", "do": { "delay": "20s" } }]));
    let pressed = thread::spawn(move || verify(&center, "new.example"));
    until_held(&goto, "slow", 1);
    goto.control().advance(Duration::from_secs(20)).unwrap();
    assert_eq!(pressed.join().unwrap().1, "proven");
}
