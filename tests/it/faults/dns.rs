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

// RFC 1035 section 4.2.1: what does not fit into a datagram is asked for again over TCP.
#[test]
fn large_records_are_seen_as_they_are_written() {
    for many in [1, 5, 12, 60] {
        let mut txt = vec!["x".repeat(250); many];
        txt.push("goto-verification-code=@code".to_owned());
        let (goto, center) =
            proving(json!([{ "id": "large", "on": "probe.dns", "do": { "dns": { "txt": txt } } }]));
        goto.control().put_txt("new.example", &[]).unwrap();
        assert_eq!(verify(&center, "new.example").1, "proven", "{many}");
        let saw = probes(&goto, "probe.dns")[0].saw.clone();
        assert!(saw.starts_with(&format!("{} TXT", many + 1)), "{saw}");
    }
}

#[test]
fn strings_may_be_split_within_a_letter() {
    let (goto, center) = proving(json!([{ "id": "split", "on": "probe.dns", "do": { "dns": {
        "txt": ["\u{fc}\u{1f600}\u{fc}"], "split": 1 } } }]));
    verify(&center, "new.example");
    let text = probes(&goto, "probe.dns")[0].saw.clone();
    assert!(text.contains("\u{fc}\u{1f600}\u{fc}"), "{text}");
}

#[test]
fn file_that_the_rule_gives_is_judged_as_if_fetched() {
    let text = format!("goto-verification-code={CODE}");
    let (goto, center) = proving(json!([
        { "id": "nothing", "on": "probe.dns", "do": { "dns": { "rcode": "NXDOMAIN" } } },
        { "id": "gone", "on": "probe.file", "when": { "nth": 1 }, "do": { "reply": { "status": 404 } } },
        { "id": "page", "on": "probe.file", "when": { "nth": 2 },
          "do": { "reply": { "status": 200, "headers": { "Content-Type": "text/html" }, "body": "<h1>Welcome</h1>" } } },
        { "id": "right", "on": "probe.file", "when": { "nth": 3 }, "do": { "reply": { "status": 200, "body": text } } },
        { "id": "coded", "on": "probe.file", "when": { "nth": 4 },
          "do": { "reply": { "status": 200, "body": "goto-verification-code=@code\n" } } }
    ]));
    let findings: Vec<_> = (0..3).map(|_| verify(&center, "new.example").1).collect();
    assert_eq!(findings[2], "proven", "{findings:?}");
    assert!(
        findings[..2].iter().all(|finding| finding != "proven"),
        "{findings:?}"
    );
    assert_eq!(verify(&center, "other.example").1, "proven");
    assert_eq!(probes(&goto, "probe.file").len(), 4);
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

#[test]
fn name_server_may_know_nothing_or_refuse_or_fail_and_each_is_told() {
    for (dns, finding, saw) in [
        (json!({ "rcode": "NOERROR" }), "missing", "NOERROR"),
        (json!({ "rcode": "REFUSED" }), "transient", "REFUSED"),
        (json!({ "rcode": "SERVFAIL" }), "transient", "SERVFAIL"),
        (json!({ "rcode": "NXDOMAIN" }), "missing", "NXDOMAIN"),
        (json!({ "label": "www" }), "missing", "NOERROR"),
    ] {
        let (goto, center) = proving(
            json!([{ "id": "bent", "on": "probe.dns", "when": { "max": 1 }, "do": { "dns": dns } }]),
        );
        assert_eq!(verify(&center, "new.example").1, finding, "{dns}");
        let probe = &probes(&goto, "probe.dns")[0];
        assert!(probe.saw.contains(saw), "{dns}: {}", probe.saw);
        assert_eq!(verify(&center, "new.example").1, "proven");
        assert_eq!(fired(&goto, "bent"), 1);
    }
}

#[test]
fn truncated_answer_is_asked_for_again_over_tcp_and_is_whole_there() {
    let (goto, center) = proving(json!([
        { "id": "tc", "on": "probe.dns", "when": { "max": 1 }, "do": { "dns": { "answer": "truncated" } } },
        { "id": "other", "on": "probe.dns", "when": { "nth": 2 },
          "do": { "dns": { "answer": "truncated", "txt": ["v=spf1 -all"] } } },
    ]));
    assert_eq!(verify(&center, "new.example").1, "proven");
    // Over TCP it is what the rule says, if the rule says something.
    assert_eq!(verify(&center, "other.example").1, "missing");
    assert_eq!(verify(&center, "other.example").1, "proven");
    assert_eq!((fired(&goto, "tc"), fired(&goto, "other")), (1, 1));
}

#[test]
fn silent_name_server_is_given_up_on_after_its_time_on_the_sandbox_clock() {
    let (goto, center) = proving(json!([
        { "id": "mute", "on": "probe.dns", "when": { "max": 1 }, "do": { "dns": { "answer": "none" } } }
    ]));
    let pressed = thread::spawn({
        let center = center.clone();
        move || verify(&center, "new.example")
    });
    until_held(&goto, "mute", 1);
    goto.control().advance(Duration::from_secs(5)).unwrap();
    assert_eq!(pressed.join().unwrap().1, "transient");
    let probe = &probes(&goto, "probe.dns")[0];
    assert!(probe.saw.contains("no answer within 5 s"), "{}", probe.saw);
    assert_eq!(verify(&center, "new.example").1, "proven");
}

#[test]
fn new_record_is_seen_only_after_so_many_look_ups() {
    let (goto, center) = proving(json!([
        { "id": "lags", "on": "probe.dns", "if": { "subject.key": "new.example" }, "do": { "dns": { "lags": 2 } } }
    ]));
    let findings: Vec<_> = (0..3).map(|_| verify(&center, "new.example").1).collect();
    assert_eq!(findings, ["missing", "missing", "proven"]);
    assert_eq!(verify(&center, "other.example").1, "proven");
    let probe = &probes(&goto, "probe.dns")[0];
    assert!(probe.saw.contains("NXDOMAIN"), "{}", probe.saw);
}

#[test]
fn new_record_is_seen_only_so_long_after_it_was_put() {
    let (goto, center) = proving(json!([
        { "id": "lags", "on": "probe.dns", "do": { "dns": { "lags": "10m" } } }
    ]));
    let pass = |minutes: u64| {
        goto.control()
            .advance(Duration::from_secs(60 * minutes))
            .unwrap();
    };
    let text = [format!("goto-verification-code={CODE}")];
    goto.control()
        .put_txt("new.example", &["old".to_owned()])
        .unwrap();
    pass(20);
    assert_eq!(verify(&center, "new.example").1, "missing");
    goto.control().put_txt("new.example", &text).unwrap();
    pass(9);
    assert_eq!(verify(&center, "new.example").1, "missing");
    let seen: Vec<_> = probes(&goto, "probe.dns")
        .iter()
        .map(|probe| probe.saw.clone())
        .collect();
    assert!(seen.iter().all(|saw| saw.contains("old")), "{seen:?}");
    // To put what is there already is no change.
    goto.control().put_txt("new.example", &text).unwrap();
    pass(1);
    assert_eq!(verify(&center, "new.example").1, "proven");
}

#[test]
fn stale_code_is_all_that_a_stubborn_cache_shows() {
    let (goto, center) = proving(json!([
        { "id": "stale", "on": "probe.dns", "when": { "max": 3 }, "do": { "dns": { "lags": "always" } } }
    ]));
    let stale = "goto-verification-code=11111111-2222-4333-8444-555555555555";
    goto.control()
        .put_txt("new.example", &[stale.to_owned()])
        .unwrap();
    goto.control()
        .put_txt("new.example", &[format!("goto-verification-code={CODE}")])
        .unwrap();
    goto.control().advance(Duration::from_secs(86_400)).unwrap();
    for _ in 0..3 {
        assert_eq!(verify(&center, "new.example").1, "mismatch");
    }
    assert_eq!(verify(&center, "new.example").1, "proven");
}

#[test]
fn resolvers_that_disagree_are_met_in_turn() {
    let (goto, center) = proving(json!([
        { "id": "split", "on": "probe.dns", "do": { "dns": { "resolvers": [
            { "rcode": "NXDOMAIN" }, { "txt": ["goto-verification-code=old"] }, { "rcode": "SERVFAIL" }, {} ] } } }
    ]));
    let findings: Vec<_> = (0..4).map(|_| verify(&center, "new.example").1).collect();
    assert_eq!(findings, ["missing", "mismatch", "transient", "proven"]);
    assert_eq!(fired(&goto, "split"), 4);
}
