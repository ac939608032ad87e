//! Whole files: what is read, what is found, and where.

use std::time::Duration;

use proptest::prelude::*;

use super::parse::{Known, parse_with};
use super::script::{ClockMode, End};
use super::{Pace, Script, Severity, parse};

mod mistakes;

const SCRIPTS: [&str; 4] = [
    include_str!("../../fixtures/scripts/quota.json"),
    include_str!("../../fixtures/scripts/token-dies.json"),
    include_str!("../../fixtures/scripts/answer-lost.json"),
    include_str!("../../fixtures/scripts/proof-pending.json"),
];

#[track_caller]
fn read(text: &str) -> Script {
    parse(text).unwrap_or_else(|findings| panic!("{}", findings[0]))
}

#[test]
fn whole_scripts_are_read_without_a_finding() {
    let rows: Vec<_> = SCRIPTS
        .iter()
        .map(|text| {
            let script = read(text);
            assert_eq!(script.warnings(), [], "{}", script.name());
            script.rows(Pace::Quick).len()
        })
        .collect();
    assert_eq!(rows, [4, 1, 5, 2]);
}

#[test]
fn matrix_and_pace_reach_every_part_of_a_rule() {
    let script = read(SCRIPTS[0]);
    let row = script.rows(Pace::Real).remove(1);
    assert_eq!(row.name, "status=429,form=http-date");
    let reply = row.scenario.rules()[0].act().reply().unwrap();
    assert_eq!(
        (reply.status, reply.retry_after),
        (429, Some(Duration::from_secs(30)))
    );
    let quick = script.rows(Pace::Quick).remove(3);
    let reply = quick.scenario.rules()[0].act().reply().unwrap();
    assert_eq!(
        (reply.status, reply.retry_after),
        (503, Some(Duration::from_secs(2)))
    );
    assert_eq!(quick.scenario.clock().mode, ClockMode::Manual);
    assert_eq!(quick.scenario.cycles()[0].source.people, 10);
    assert_eq!(
        quick.scenario.end(),
        Some(&End::Idle(Duration::from_secs(300)))
    );
}

#[test]
fn rule_of_the_catalogue_is_checked_when_the_catalogue_is_known() {
    let known = Known {
        rules: Some(&["RET-02", "LKP-01"]),
    };
    let findings = parse_with(SCRIPTS[0], known).unwrap_err();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].nearest.as_deref(), Some("RET-02"));
    assert_eq!(findings[0].pointer, "/expect/4/rule");
    assert_eq!(findings[0].line, 25);
}

/// What is found in a file with these rules and expectations, each as `pointer: message`.
fn found(rules: &str, expect: &str) -> Vec<String> {
    let text = format!(r#"{{"scenario": "x", "v": 1, "rules": [{rules}], "expect": [{expect}]}}"#);
    let findings = match parse(&text) {
        Ok(script) => script.warnings().to_vec(),
        Err(findings) => findings,
    };
    findings
        .iter()
        .map(|finding| format!("{}: {}", finding.pointer, finding.message))
        .collect()
}

#[track_caller]
fn check_found(rules: &str, expect: &str, part: &str) {
    let found = found(rules, expect);
    assert!(
        found.iter().any(|finding| finding.contains(part)),
        "{part:?} is not in {found:#?}"
    );
}

const FINE: &str =
    r#"{"id": "a", "on": "users.create", "when": {"max": 1}, "do": {"reply": {"status": 500}}}"#;

const SENSELESS: &[(&str, &str)] = &[
    (
        r#"{"id": "a", "on": "user.create"}"#,
        "/rules/0/on: unknown operation \"user.create\"",
    ),
    (
        r#"{"id": "a", "on": "zebra.*"}"#,
        "unknown operation \"zebra.*\"",
    ),
    (
        r#"{"id": "a", "on": "users.get", "when": {"state": "never"}}"#,
        "no rule leads to the state \"never\"",
    ),
    (
        r#"{"id": "a", "on": "users.*"}, {"id": "b", "on": "users.get"}"#,
        "rule \"a\" comes first",
    ),
    (
        r#"{"id": "a", "on": "users.get", "when": {"nth": [1, 2], "max": 1}}"#,
        "they exclude each other",
    ),
    (
        r#"{"id": "a", "on": "users.get", "when": {"max": 0}}"#,
        "never acts",
    ),
    (
        r#"{"id": "a", "on": "users.get", "when": {"p": 1.5}}"#,
        "/rules/0/when/p: 1.5 is no probability",
    ),
    (
        r#"{"id": "a", "on": "users.get", "when": {"max": 1}}, {"id": "a", "on": "users.list"}"#,
        "a second rule \"a\"",
    ),
    (
        r#"{"id": "a", "on": "users.get", "fires": "often"}"#,
        "/rules/0/fires",
    ),
    (
        r#"{"id": "a", "on": "users.get", "fires": ">=2", "when": {"nth": 3}}"#,
        "/rules/0/fires: the rule can act 1 times",
    ),
    (
        r#"{"id": "a", "on": "users.get", "when": {"from": "b+3s"}}"#,
        "unknown rule \"b\"",
    ),
    (
        r#"{"id": "a", "on": "users.get", "when": {"to": "a+soon"}}"#,
        "\"soon\" is no duration",
    ),
    (
        r#"{"id": "a", "on": "users.get", "when": {"nth": "first"}}"#,
        "/rules/0/when/nth",
    ),
    (
        r#"{"id": "a", "on": "users.get", "when": {"per": "usr"}}"#,
        "unknown scope \"usr\"",
    ),
    (
        r#"{"id": "a", "on": "users.get", "do": {"mutate": "omit_id", "wire": "reset"}}"#,
        "no body to change",
    ),
    (
        r#"{"id": "a", "on": "users.delete", "do": {"mutate": "string_booleans"}}"#,
        "answers with a body",
    ),
    (
        r#"{"id": "a", "on": "users.get", "do": {"mutate": "wrong_total"}}"#,
        "lists and searches",
    ),
    (
        r#"{"id": "a", "on": "users.get", "do": {"dns": {"rcode": "NXDOMAIN"}}}"#,
        "\"dns\" has a meaning on probe.dns only",
    ),
    (
        r#"{"id": "a", "on": "users.get", "do": {"token": {"rotate": "refresh"}}}"#,
        "\"rotate\" has a meaning",
    ),
    (
        r#"{"id": "a", "on": "center.page", "do": {"token": {"revoke": "access"}}}"#,
        "\"revoke\" has a meaning",
    ),
    (
        r#"{"id": "a", "on": "users.get", "do": {"data": "racy:1s"}}"#,
        "\"data\" has a meaning",
    ),
    (
        r#"{"id": "a", "on": "probe.dns", "do": {"reply": {"status": 404}}}"#,
        "\"reply\" has a meaning",
    ),
    (
        r#"{"id": "a", "on": "probe.file", "do": {"wire": "reset"}}"#,
        "\"wire\" has a meaning",
    ),
    (
        r#"{"id": "a", "on": "users.list", "do": {"wire": "cut:head"}}"#,
        "there is no answer to break",
    ),
    (
        r#"{"id": "a", "on": "users.get", "do": {"wire": "goaway"}}"#,
        "there is no answer to break",
    ),
    (
        r#"{"id": "a", "on": "users.get", "do": {"reply": {"status": 99}}}"#,
        "/rules/0/do/reply/status: 99",
    ),
    (
        r#"{"id": "a", "on": "users.get", "do": {"delay": "soon"}}"#,
        "\"soon\" is no duration",
    ),
    (
        r#"{"id": "a", "on": "users.get", "if": {"body.x": {"re": "("}}}"#,
        "no regular expression",
    ),
    (
        r#"{"id": "a", "on": "users.get", "do": {"mutate": [{"op": "add", "path": "x"}]}}"#,
        "/rules/0/do/mutate/0",
    ),
];

#[test]
fn rules_that_make_no_sense_are_found() {
    for (rules, part) in SENSELESS {
        check_found(rules, "", part);
    }
    assert_eq!(found(FINE, ""), [""; 0]);
}

#[test]
fn expectations_that_make_no_sense_are_found() {
    for (expect, part) in [
        (r#"{"id": "e", "level": "must"}"#, "needs \"that\""),
        (
            r#"{"id": "e", "level": "mus", "that": {"final": {"select": "users", "count": 1}}}"#,
            "unknown level",
        ),
        (
            r#"{"id": "e", "level": "must", "that": {}}"#,
            "exactly one of",
        ),
        (
            r#"{"id": "e", "level": "must", "that": {"calls": {"like": "b", "count": 1}}}"#,
            "unknown rule \"b\"",
        ),
        (
            r#"{"id": "e", "level": "must", "that": {"calls": {"on": "users.*", "after": "b", "count": 1}}}"#,
            "/that/calls/after: unknown rule",
        ),
        (
            r#"{"id": "e", "level": "must", "that": {"calls": {"count": 1}}}"#,
            "expected one of \"on\" and \"like\"",
        ),
        (
            r#"{"id": "e", "level": "must", "that": {"wait": {"after": "a", "next": "users.*", "at_least": "retry_after"}}}"#,
            "no retry_after",
        ),
        (
            r#"{"id": "e", "level": "must", "that": {"order": [{"rule": "a"}]}}"#,
            "two steps",
        ),
        (
            r#"{"id": "e", "level": "must", "that": {"backoff": {"like": "a", "growth": 0.5}}}"#,
            "growth lies between",
        ),
        (
            r#"{"id": "e", "level": "must", "that": {"final": {"select": "user", "count": 1}}}"#,
            "unknown selection \"user\"",
        ),
        (
            r#"{"rule": "X"}, {"rule": "X"}"#,
            "a second expectation \"X\"",
        ),
    ] {
        check_found(FINE, expect, part);
    }
    let dead = format!(r#"{FINE}, {{"id": "z", "on": "users.get", "when": {{"state": "never"}}}}"#);
    let expect = r#"{"id": "e", "level": "must", "that": {"calls": {"on": "users.*", "after": "z", "count": 1}}}"#;
    check_found(&dead, expect, "nothing can trigger this");
}

#[test]
fn every_mistake_of_a_file_is_found_with_its_line_and_column() {
    let text = "{\n  \"scenario\": \"x\", \"v\": 2,\n  \"ruels\": [],\n  \"clock\": {\"mode\": \"fast\"},\n  \
        \"rules\": [\n    {\"id\": \"a\", \"on\": \"user.create\"},\n    {\"id\": \"b\", \"on\": \"users.get\", \"wen\": {}}\n  ],\n  \
        \"given\": {\"profile\": {\"page_sise\": 3}},\n  \"end\": {\"idle\": \"soon\"}\n}";
    let findings = parse(text).unwrap_err();
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 7, "{lines:#?}");
    assert!(
        lines[0].starts_with("2:25: this version reads format 1"),
        "{}",
        lines[0]
    );
    assert_eq!(
        lines[1],
        "3:3: unknown key \"ruels\"; did you mean \"rules\"?"
    );
    assert!(
        lines[2].starts_with("4:21: unknown mode of a clock"),
        "{}",
        lines[2]
    );
    assert_eq!(
        lines[3],
        "6:23: unknown operation \"user.create\"; did you mean \"users.create\"?"
    );
    assert_eq!(
        lines[4],
        "7:36: unknown key \"wen\"; did you mean \"when\"?"
    );
    assert!(
        lines[5].starts_with("9:25: unknown field \"page_sise\""),
        "{}",
        lines[5]
    );
    assert!(
        lines[6].starts_with("10:19: \"soon\" is no duration"),
        "{}",
        lines[6]
    );
}

#[test]
fn name_that_stands_for_nothing_is_found_once_for_all_rows() {
    let text = r#"{"scenario": "x", "v": 1, "each": {"n": [1, 2, 3]},
        "rules": [{"id": "a", "on": "users.get", "when": {"max": "${m}"}, "do": {"delay": "${n}s"}}]}"#;
    let findings = parse(text).unwrap_err();
    assert!(
        findings[0].message.contains("unknown name in ${…} \"m\""),
        "{}",
        findings[0]
    );
    assert!(
        findings
            .iter()
            .all(|finding| finding.pointer == "/rules/0/when/max")
    );
}

#[test]
fn cycles_change_source_clock_and_target() {
    let script = read(
        r#"{"scenario": "x", "v": 1, "cycles": [
            {"source": {"people": 3}},
            {"source": {"leave": ["u01"]}, "clock": "+40m", "limit": "5m", "target": {
                "delete_users": ["user-01@main.com"], "delete_groups": ["All"], "wipe_state": true,
                "patch_users": [{"user": "user-02@main.com", "set": {"active": false}}]}}]}"#,
    );
    let rows = script.rows(Pace::Quick);
    let cycles = rows[0].scenario.cycles();
    assert_eq!(cycles[1].clock, Duration::from_secs(2400));
    assert_eq!(cycles[1].limit, Some(Duration::from_secs(300)));
    assert!(cycles[1].target.wipe_state && cycles[0].target.is_empty());
    let findings = parse(r#"{"scenario": "x", "v": 1, "cycles": [{"target": {"wipe": true}}]}"#);
    assert_eq!(findings.unwrap_err()[0].nearest, None);
}

#[test]
fn warning_alone_does_not_refuse_a_file() {
    let script = read(
        r#"{"scenario": "x", "v": 1, "rules": [{"id": "a", "on": "users.list", "do": {"wire": "cut:head"}}]}"#,
    );
    assert_eq!(script.warnings().len(), 1);
    assert_eq!(script.warnings()[0].severity, Severity::Warning);
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let deep = "[".repeat(100_000);
    assert!(parse(&deep).is_err());
    let text = format!("{{\"scenario\": {}1{}}}", "[".repeat(400), "]".repeat(400));
    assert!(parse(&text).is_err());
}

proptest! {
    #[test]
    fn parse_never_panics_on_text(text in "\\PC{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn parse_never_panics_on_a_script_with_a_hole(
        which in 0..SCRIPTS.len(),
        at in 0_usize..4000,
        length in 0_usize..40,
        patch in "[\\[\\]{}\",:$0-9a-z\n-]{0,8}",
    ) {
        let letters: Vec<char> = SCRIPTS[which].chars().collect();
        let at = at.min(letters.len());
        let end = (at + length).min(letters.len());
        let text: String = letters[..at].iter().chain(patch.chars().collect::<Vec<_>>().iter())
            .chain(&letters[end..]).collect();
        match parse(&text) {
            Ok(_) => {}
            Err(findings) => prop_assert!(findings.iter().any(|finding| finding.severity == Severity::Error)),
        }
    }
}
