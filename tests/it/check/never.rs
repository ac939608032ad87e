//! Rules that can never act, in every way that the file alone shows; beside each a rule that differs by little and can.

use super::{file, found};

/// The file with that rule, and others beside it, is refused for this reason at the line of the rule.
#[track_caller]
fn never(rules: &[&str], part: &str) {
    let (code, lines) = found(&file(rules, &[]));
    assert_eq!(code, 2, "{rules:#?}\n{lines:#?}");
    let is_it = |line: &String| line.contains(part);
    assert!(lines.iter().any(is_it), "{part}\n{lines:#?}");
}

/// The file is taken, with or without a warning.
#[track_caller]
fn can(rules: &[&str]) {
    let (code, lines) = found(&file(rules, &[]));
    assert_eq!(code, 0, "{rules:#?}\n{lines:#?}");
}

fn when(when: &str) -> String {
    format!(r#"{{ "id": "a", "on": "users.*", "fires": ">=0", "when": {{ {when} }} }}"#)
}

fn condition(on: &str, members: &str) -> String {
    format!(r#"{{ "id": "a", "on": "{on}", "if": {{ {members} }} }}"#)
}

#[test]
fn number_that_comes_before_a_limit_is_passed() {
    for (wrong, right, part) in [
        (
            r#""over": "10/1s", "nth": 3"#,
            r#""over": "10/1s", "nth": 11"#,
            "never beyond it",
        ),
        (
            r#""over": "10/1s", "nth": "2-10""#,
            r#""over": "10/1s", "nth": "2+""#,
            "never beyond it",
        ),
        (
            r#""parallel": 4, "nth": [1, 4]"#,
            r#""parallel": 4, "nth": [1, 5]"#,
            "never beside 4 others",
        ),
        (r#""parallel": 0"#, r#""parallel": 1"#, "beside 0 others"),
        (r#""max": 0"#, r#""max": 1"#, "never acts"),
        (r#""p": 0"#, r#""p": 0.001"#, "never acts"),
        (
            r#""p": 0.0, "nth": 2"#,
            r#""p": 1.0, "nth": 2"#,
            "never acts",
        ),
        (
            r#""nth": "1-5", "max": 3"#,
            r#""nth": "1-5", "max": 3, "repeats": "same""#,
            "exclude each other",
        ),
        (
            r#""per": "write", "repeats": "pass", "nth": 2"#,
            r#""per": "write", "nth": 2"#,
            "number 1 of its kind",
        ),
        (
            r#""per": ["write", "token"], "repeats": "same", "nth": "every 2""#,
            r#""per": ["user", "token"], "repeats": "same", "nth": "every 2""#,
            "number 1 of its kind",
        ),
    ] {
        never(&[&when(wrong)], part);
        can(&[&when(right)]);
    }
}

#[test]
fn rule_about_writes_where_nothing_writes() {
    for members in [
        r#""per": "write""#,
        r#""repeats": "pass""#,
        r#""repeats": "same", "nth": 2"#,
    ] {
        let rule = |on: &str| {
            format!(r#"{{ "id": "a", "on": {on}, "fires": ">=0", "when": {{ {members} }} }}"#)
        };
        never(
            &[&rule(r#""users.list""#)],
            "none of these operations writes",
        );
        never(
            &[&rule(r#"["users.search", "oauth.token", "probe.dns"]"#)],
            "none of these operations writes",
        );
        can(&[&rule(r#"["users.list", "users.create"]"#)]);
    }
}

#[test]
fn window_that_never_opens() {
    const OTHER: &str = r#"{ "id": "b", "on": "groups.*" }"#;
    for (wrong, right) in [
        (
            r#""from": "last b+5s", "to": "b+5s""#,
            r#""from": "b+5s", "to": "last b+5s""#,
        ),
        (
            r#""from": "last b+5s", "to": "last b+2s""#,
            r#""from": "last b+2s", "to": "last b+5s""#,
        ),
        (
            r#""from": "b+5s", "to": "b+2s""#,
            r#""from": "b+2s", "to": "b+5s""#,
        ),
        (r#""to": "+0s""#, r#""to": "+1ms""#),
    ] {
        never(&[&when(wrong), OTHER], "over before it begins");
        can(&[&when(right), OTHER]);
    }
    never(&[&when(r#""from": "last a+1s""#)], "itself has acted");
    never(&[&when(r#""from": "c""#), OTHER], "unknown rule \"c\"");
    for (open, part) in [
        ("1m", "comes again and again"),
        ("0s in 1m", "never open"),
        ("1m in 1m", "always open"),
        ("2m in 1m", "always open"),
        ("1m in an hour", "no duration"),
    ] {
        never(&[&when(&format!(r#""open": "{open}""#))], part);
    }
    can(&[&when(r#""open": "1m in 10m""#)]);
}

#[test]
fn window_outside_the_time_of_the_scenario() {
    let whole = |when: &str, end: &str| {
        format!(
            r#"{{ "scenario": "x", "v": 1, "about": "X.", "refs": ["x"],
            "clock": {{ "mode": "manual", "start": "2030-01-01T00:00:00Z" }}, "end": {{ "at": "{end}" }},
            "rules": [{{ "id": "a", "on": "users.*", "when": {{ {when} }} }}] }}"#
        )
    };
    for (members, end, part) in [
        (
            r#""to": "2029-12-31T00:00:00Z""#,
            "+1h",
            "before the clock begins",
        ),
        (
            r#""from": "+2h", "to": "2030-01-01T01:00:00Z""#,
            "+9h",
            "over before it begins",
        ),
        (
            r#""from": "2030-01-01T01:00:00Z", "to": "+30m""#,
            "+9h",
            "over before it begins",
        ),
        (r#""from": "+1h""#, "+1h", "the scenario is over"),
        (
            r#""from": "+1h""#,
            "2030-01-01T00:59:00Z",
            "the scenario is over",
        ),
        (
            r#""from": "2030-01-01T02:00:00Z""#,
            "+1h",
            "the scenario is over",
        ),
    ] {
        let (code, lines) = found(&whole(members, end));
        assert!(
            code == 2 && lines.iter().any(|line| line.contains(part)),
            "{members}\n{lines:#?}"
        );
    }
    for members in [
        r#""to": "2030-01-01T00:00:01Z""#,
        r#""from": "+10m", "to": "2030-01-01T00:20:00Z""#,
        r#""from": "2029-01-01T00:00:00Z""#,
    ] {
        let (code, lines) = found(&whole(members, "+1h"));
        assert_eq!(code, 0, "{members}\n{lines:#?}");
    }
}

#[test]
fn state_that_never_comes_and_state_that_is_always_there() {
    const KILL: &str = r#"{ "id": "kill", "on": "groups.*", "then": "dead" }"#;
    never(
        &[&when(r#""state": "daed""#), KILL],
        "did you mean \"dead\"?",
    );
    never(
        &[&when(r#""state": ["dead", "gone"]"#), KILL],
        "leads to the state \"gone\"",
    );
    never(
        &[&when(r#""state": { "not": "gone" }"#), KILL],
        "leads to the state \"gone\"",
    );
    never(
        &[&when(r#""state": { "not": "start" }"#)],
        "there is no other state",
    );
    never(
        &[&when(r#""state": { "not": ["start", "dead"] }"#), KILL],
        "there is no other state",
    );
    never(
        &[&when(r#""state": ["dead", "dead"]"#), KILL],
        "there already",
    );
    never(
        &[&when(r#""state": { "nto": "dead" }"#), KILL],
        "did you mean \"not\"?",
    );
    can(&[&when(r#""state": { "not": "start" }"#), KILL]);
    can(&[&when(r#""state": ["start", "dead"]"#), KILL]);
}

#[test]
fn rule_that_leaves_its_state_for_good_acts_once() {
    const KILL: &str = r#"{ "id": "kill", "on": "groups.*", "when": { "state": "start" }, "then": "dead", "fires": 2 }"#;
    never(&[KILL], "none leads back");
    can(&[
        KILL,
        r#"{ "id": "heal", "on": "users.*", "when": { "state": "dead" }, "then": "start" }"#,
    ]);
    can(&[&KILL.replace(r#", "fires": 2"#, "")]);
}

#[test]
fn rule_in_whose_place_others_always_act() {
    let rule = |id: &str, on: &str, more: &str| format!(r#"{{ "id": "{id}", "on": {on}{more} }}"#);
    let (get, list) = (
        rule("get", r#""users.get""#, ""),
        rule("list", r#""users.list""#, ""),
    );
    let both = rule("both", r#"["users.get", "users.list"]"#, "");
    // Neither alone stands in its way everywhere, and both together do.
    never(
        &[&get, &list, &both],
        "rules \"get\" and \"list\" come first",
    );
    can(&[&get, &both]);
    can(&[&both, &rule("create", r#""users.*""#, "")]);
    // In each of the two states there are.
    let before = rule(
        "before",
        r#""users.get""#,
        r#", "when": { "state": "start" }, "then": "dead""#,
    );
    let after = rule(
        "after",
        r#""users.*""#,
        r#", "when": { "state": { "not": "start" } }"#,
    );
    never(
        &[&before, &after, &get],
        "rules \"after\" and \"before\" come first",
    );
    can(&[&before, &get]);
}

#[test]
fn rule_whose_condition_another_one_includes() {
    let rule = |id: &str, on: &str, more: &str| format!(r#"{{ "id": "{id}", "on": {on}{more} }}"#);
    let get = rule("get", r#""users.get""#, "");
    // What asks for one of several values is met by whoever asks for one of them.
    let asks = |id: &str, test: &str| {
        rule(
            id,
            r#""users.list""#,
            &format!(r#", "if": {{ "query.count": {test} }}"#),
        )
    };
    never(
        &[
            &asks("wide", r#"{ "in": ["1", "2"] }"#),
            &asks("late", "\"2\""),
        ],
        "rule \"wide\" comes first",
    );
    never(
        &[
            &asks("wide", r#"{ "exists": true }"#),
            &asks("late", r#"{ "re": "^1" }"#),
        ],
        "rule \"wide\" comes first",
    );
    never(
        &[
            &asks("wide", r#"{ "number": ">5" }"#),
            &asks("late", r#"{ "in": [6, 7] }"#),
        ],
        "rule \"wide\" comes first",
    );
    can(&[
        &asks("wide", r#"{ "in": ["1", "2"] }"#),
        &asks("late", r#"{ "in": ["2", "3"] }"#),
    ]);
    can(&[
        &asks("narrow", "\"2\""),
        &asks("late", r#"{ "in": ["1", "2"] }"#),
    ]);
    // A rule that may not act, or stacks, stands in nobody's way.
    can(&[
        &rule("rare", r#""users.get""#, r#", "when": { "p": 0.5 }"#),
        &get,
    ]);
    can(&[
        &rule(
            "part",
            r#""users.get""#,
            r#", "when": { "open": "1m in 2m" }"#,
        ),
        &get,
    ]);
    can(&[
        &rule("crowd", r#""users.get""#, r#", "when": { "parallel": 2 }"#),
        &get,
    ]);
    can(&[&rule("slow", r#""users.get""#, r#", "stack": true"#), &get]);
}

#[test]
fn predicates_of_one_rule_that_exclude_each_other() {
    for (members, part) in [
        (
            r#""query.x": { "in": ["a", "b"], "not": { "in": ["a", "b"] } }"#,
            "never",
        ),
        (r#""query.x": { "in": ["a", "b"], "re": "^c" }"#, "never"),
        (
            r#""query.x": { "has": "a", "not": { "has": "a" } }"#,
            "never",
        ),
        (
            r#""query.x": { "not": { "exists": true }, "has": "a" }"#,
            "never",
        ),
        (
            r#""query.x": { "in": ["10", "20"], "number": ">20" }"#,
            "never",
        ),
        (r#""query.x": { "in": ["abc"], "size": "<3" }"#, "never"),
        (
            r#""header.X-A": "1", "header.x-a": "2""#,
            "exclude each other",
        ),
        (
            r#""header.x-a": { "exists": false }, "header.X-A": { "re": "a" }"#,
            "exclude each other",
        ),
        (
            r#""body.userName": "ada", "form.client_id": "x""#,
            "exclude each other",
        ),
        (r#""request.bytes": "12""#, "never"),
        (r#""request.version": "3""#, "never"),
        (r#""token.live": { "size": 4 }"#, "never"),
    ] {
        never(&[&condition("users.create", members)], part);
    }
    for members in [
        r#""query.x": { "in": ["a", "b"], "not": "a" }"#,
        r#""query.x": { "has": "a", "not": { "has": "b" } }"#,
        r#""header.X-A": { "has": "1" }, "header.x-a": { "has": "2" }"#,
        r#""body.userName": "ada", "form.client_id": { "exists": false }"#,
        r#""body.a.*": { "has": "x", "not": "y" }"#,
        r#""request.bytes": { "number": ">1000" }"#,
        r#""request.version": { "not": "2" }"#,
    ] {
        can(&[&condition("users.create", members)]);
    }
}

#[test]
fn predicate_on_what_requests_of_the_operation_never_have() {
    for (on, members, part) in [
        (
            "users.*",
            r#""subject.kind": "group""#,
            "about something else",
        ),
        (
            "groups.*",
            r#""subject.kind": { "in": ["user", "domain"] }"#,
            "about something else",
        ),
        (
            "resources.get",
            r#""subject.kind": "resource""#,
            "about something else",
        ),
        (
            "discovery.*",
            r#""subject.key": "ada@main.com""#,
            "about nobody",
        ),
        (
            "oauth.token",
            r#""subject.id": { "exists": true }"#,
            "about nobody",
        ),
        ("probe.dns", r#""header.x": "1""#, "no requests"),
        (
            "probe.dns",
            r#""subject.kind": "user""#,
            "about something else",
        ),
        (
            "tls.handshake",
            r#""query.x": { "re": "." }"#,
            "says nothing of this",
        ),
        ("users.list", r#""path.id": "17""#, "no path"),
    ] {
        never(&[&condition(on, members)], part);
    }
    for (on, members) in [
        ("*", r#""subject.kind": "group""#),
        ("me.*", r#""subject.kind": "user""#),
        ("probe.dns", r#""subject.key": "main.com""#),
        ("probe.dns", r#""header.x": { "exists": false }"#),
        ("users.*", r#""path.id": "17""#),
    ] {
        can(&[&condition(on, members)]);
    }
    // It is only odd that a client sends a body with these.
    let (code, lines) = found(&file(&[&condition("users.get", r#""body.x": 1"#)], &[]));
    assert!(code == 0 && lines[0].contains("have no body"), "{lines:#?}");
}

#[test]
fn scopes_that_say_nothing() {
    for (per, part) in [
        (r#"["user", "user"]"#, "there already"),
        (r#"["sandbox", "user"]"#, "whatever else is told apart"),
        ("[]", "at least one scope"),
        (r#"["user", "usr"]"#, "did you mean \"user\"?"),
        ("7", "expected a scope"),
    ] {
        never(&[&when(&format!(r#""per": {per}"#))], part);
    }
    let (code, lines) = found(&file(&[&when(r#""per": "group""#)], &[]));
    assert!(
        code == 0 && lines[0].contains("share one key"),
        "{lines:#?}"
    );
    can(&[&when(r#""per": ["user", "op"]"#)]);
}

#[test]
fn faults_that_have_no_place_where_the_rule_is() {
    for (on, act, part) in [
        (
            "probe.dns",
            r#""hold": "1s""#,
            "requests, never on look-outs",
        ),
        (
            "tls.handshake",
            r#""clock": "+1h""#,
            "requests, never on look-outs",
        ),
        ("users.*", r#""clock": "1h""#, "no skew"),
        ("users.*", r#""clock": "+0s""#, "turned by nothing"),
        ("users.*", r#""hold": "soon""#, "no duration"),
        (
            "users.*",
            r#""hold": { "normal": ["1s", "2s"] }"#,
            "unknown kind of delay",
        ),
    ] {
        never(
            &[&format!(
                r#"{{ "id": "a", "on": "{on}", "do": {{ {act} }} }}"#
            )],
            part,
        );
    }
}

#[test]
fn expectation_on_calls_that_no_request_is() {
    const RULE: &str = r#"{ "id": "busy", "on": "users.get", "when": { "max": 1 } }"#;
    for that in [
        r#""calls": { "on": "users.*", "if": { "subject.kind": "group" }, "count": 0 }"#,
        r#""calls": { "like": "busy", "if": { "subject.kind": "group" }, "count": 0 }"#,
        r#""order": [{ "rule": "busy" }, { "on": "discovery.*", "if": { "subject.key": "a" } }]"#,
        r#""backoff": { "on": "users.*", "if": { "query.x": { "in": [] } }, "growth": 2 }"#,
    ] {
        let expect = format!(r#"{{ "id": "e", "level": "must", "that": {{ {that} }} }}"#);
        let (code, lines) = found(&file(&[RULE], &[&expect]));
        assert!(
            code == 2
                && lines[0].contains("/if")
                    | lines[0].contains("never")
                    | lines[0].contains("about"),
            "{that}\n{lines:#?}"
        );
    }
}

#[test]
fn id_that_a_moment_would_misread() {
    never(
        &[r#"{ "id": "last call", "on": "users.get" }"#],
        "last firing of another rule",
    );
    can(&[r#"{ "id": "lasting call", "on": "users.get" }"#]);
}
