//! `goto-double check`: every kind of mistake is found, each with its line and column, and the exit code is 2.

mod never;

use crate::support::program::{run, stdout};

/// A scenario with these rules, each on a line of its own from line 3 on, and these expectations.
fn file(rules: &[&str], expect: &[&str]) -> String {
    let (rules, expect) = (rules.join(",\n    "), expect.join(",\n    "));
    format!(
        "{{ \"scenario\": \"wrong\", \"v\": 1, \"about\": \"Wrong.\", \"rules\": [\n    \n    {rules}\n  ], \"expect\": [\n    {expect}\n  ] }}\n"
    )
}

/// What `check` prints of a file, without the file's name.
fn found(text: &str) -> (i32, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.json");
    std::fs::write(&path, text).unwrap();
    let output = run(&["check", path.to_str().unwrap()]);
    let prefix = format!("{}:", path.display());
    let said = stdout(&output);
    let lines = said
        .lines()
        .map(|line| line.strip_prefix(&prefix).unwrap_or(line).to_owned());
    (output.status.code().unwrap(), lines.collect())
}

/// The file is refused, every finding has a place, and one begins and goes on like this.
#[track_caller]
fn check(text: &str, place: &str, part: &str) {
    let (code, lines) = found(text);
    assert_eq!(code, 2, "{lines:#?}\n{text}");
    for line in &lines {
        let mut numbers = line.splitn(3, ':');
        let mut number = || numbers.next().and_then(|text| text.parse::<usize>().ok());
        assert!(number() > Some(0) && number() > Some(0), "{line}");
    }
    let is_it = |line: &String| line.starts_with(&format!("{place}: ")) && line.contains(part);
    assert!(lines.iter().any(is_it), "{place}: {part}\n{lines:#?}");
}

#[track_caller]
fn check_rule(rule: &str, column: usize, part: &str) {
    check(&file(&[rule], &[]), &format!("3:{column}"), part);
}

#[test]
fn text_that_is_no_json_is_found_where_it_breaks() {
    check("", "1:1", "the file is empty");
    check("{ \"scenario\": \"x\",\n  \"v\": 1,\n}", "2:9", "not json");
    check("{ \"scenario\": \"x\" // why\n}", "1:19", "not json");
    check("[1, 2]", "1:1", "one JSON object");
    check(
        "{ \"scenario\": \"x\", \"v\": 1,\n \"v\": 1 }",
        "2:2",
        "given twice",
    );
}

#[test]
fn keys_are_checked_on_every_level_with_the_nearest_one() {
    check(
        "{ \"scenario\": \"x\", \"v\": 1,\n  \"rulse\": [] }",
        "2:3",
        "did you mean \"rules\"?",
    );
    check("{ \"v\": 1 }", "1:1", "the key \"scenario\" is missing");
    check_rule(
        r#"{ "id": "a", "onn": "users.get" }"#,
        18,
        "did you mean \"on\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "nht": 3 } }"#,
        47,
        "did you mean \"nth\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "replay": {} } }"#,
        45,
        "did you mean \"reply\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "reply": { "status": 500, "hedaers": {} } } }"#,
        71,
        "did you mean \"headers\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "oauth.token", "do": { "token": { "expire_in": "5m" } } }"#,
        58,
        "did you mean \"expires_in\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "probe.dns", "do": { "dns": { "rcod": "NXDOMAIN" } } }"#,
        54,
        "did you mean \"rcode\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "if": { "boddy.userName": 1 } }"#,
        45,
        "unknown field of a request",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "if": { "query.filter": { "hass": "x" } } }"#,
        63,
        "did you mean \"has\"?",
    );
}

#[test]
fn words_are_checked_with_the_nearest_one() {
    check_rule(
        r#"{ "id": "a", "on": "user.create" }"#,
        24,
        "did you mean \"users.create\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": ["users.get", "grops.*"] }"#,
        38,
        "did you mean \"groups.*\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "control.reset" }"#,
        24,
        "no rule ever meets it",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "per": "usr" } }"#,
        54,
        "did you mean \"user\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "wire": "rest" } }"#,
        53,
        "did you mean \"reset\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "mutate": "omit_ids" } }"#,
        55,
        "did you mean \"omit_id\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "mutate": [{ "op": "ad", "path": "/x" }] } }"#,
        64,
        "did you mean \"add\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "probe.dns", "do": { "dns": { "rcode": "NXDOMIAN" } } }"#,
        63,
        "did you mean \"NXDOMAIN\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "reply": { "status": 429, "retry_after": "1s", "retry_after_as": "second" } } }"#,
        110,
        "did you mean \"seconds\"?",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "token": { "revoke": "acces" } } }"#,
        66,
        "did you mean \"access\"?",
    );
}

#[test]
fn wrong_types_are_found_at_the_value() {
    check(
        "{ \"scenario\": 7, \"v\": 1 }",
        "1:15",
        "expected text, not 7",
    );
    check(
        "{ \"scenario\": \"x\", \"v\": \"1\" }",
        "1:25",
        "expected a whole number, not \"1\"",
    );
    check("{ \"scenario\": \"x\", \"v\": 2 }", "1:25", "format 1");
    check(
        "{ \"scenario\": \"x\", \"v\": 1, \"rules\": {} }",
        "1:37",
        "expected a list, not an object",
    );
    check(
        "{ \"scenario\": \"x\", \"v\": 1, \"rules\": [7] }",
        "1:38",
        "expected an object, not 7",
    );
    check_rule(r#"{ "id": "a", "on": 7 }"#, 24, "the name of an operation");
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "max": -1 } }"#,
        54,
        "",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "p": 1.5 } }"#,
        52,
        "no probability",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "nth": "first" } }"#,
        54,
        "names no occurrences",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "reply": { "status": "500" } } }"#,
        66,
        "not ",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "reply": { "status": 99 } } }"#,
        66,
        "no final status",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "fires": "often" }"#,
        46,
        "",
    );
}

#[test]
fn durations_and_moments_are_read_wherever_they_stand() {
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "delay": "soon" } }"#,
        54,
        "\"soon\" is no duration",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "delay": 5 } }"#,
        54,
        "expected \"2s\"",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "delay": { "uniform": ["2s", "1s"] } } }"#,
        67,
        "longer than the longest",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "wire": "stall:90" } }"#,
        53,
        "\"90\" is no duration",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "reply": { "status": 429, "retry_after": "1 minute" } } }"#,
        86,
        "no duration",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "from": "+1x" } }"#,
        55,
        "no duration",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "to": "b+1s" } }"#,
        53,
        "unknown rule \"b\"",
    );
    check(
        "{ \"scenario\": \"x\", \"v\": 1, \"end\": { \"idle\": \"1\" } }",
        "1:45",
        "no duration",
    );
    check(
        "{ \"scenario\": \"x\", \"v\": 1, \"cycles\": [{ \"clock\": \"+40\" }] }",
        "1:50",
        "no duration",
    );
    check(
        "{ \"scenario\": \"x\", \"v\": 1, \"paces\": { \"quick\": { \"a\": \"1s\" }, \"real\": {} } }",
        "1:50",
        "no value for the pace \"real\"",
    );
}

#[test]
fn rules_that_can_never_act_are_found() {
    const FIRST: &str = r#"{ "id": "all", "on": "users.*", "do": { "reply": { "status": 500 } } }"#;
    const LATER: &str =
        r#"{ "id": "late", "on": "users.get", "do": { "reply": { "status": 503 } } }"#;
    check(
        &file(&[FIRST, LATER], &[]),
        "4:5",
        "rule \"all\" comes first",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "state": "dead" } }"#,
        56,
        "no rule leads to the state \"dead\"",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "max": 0 } }"#,
        54,
        "never acts",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "p": 0 } }"#,
        52,
        "never acts",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "nth": [1, 2, 3], "max": 2 } }"#,
        72,
        "exclude each other",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "when": { "nth": 2 }, "fires": ">=3" }"#,
        68,
        "can act 1 times",
    );
    check(
        "{ \"scenario\": \"x\", \"v\": 1, \"end\": { \"state\": \"never\" } }",
        "1:46",
        "no rule leads to the state",
    );
}

#[test]
fn rule_is_dead_when_what_it_waits_for_is() {
    // The only rule that leads to "b" is shadowed, and so everything behind it is dead too.
    let chain = [
        r#"{ "id": "all", "on": "users.*", "if": { "query.a": "1" } }"#,
        r#"{ "id": "to-b", "on": "users.get", "if": { "body.x": 2, "query.a": 1 }, "then": "b" }"#,
        r#"{ "id": "in-b", "on": "groups.*", "when": { "state": "b" }, "then": "c" }"#,
        r#"{ "id": "late", "on": "groups.*", "when": { "from": "in-b+1s" } }"#,
    ];
    let expect = [
        r#"{ "id": "e", "level": "must", "that": { "calls": { "on": "users.*", "after": "late", "count": 0 } } }"#,
    ];
    let text = file(&chain, &expect);
    check(&text, "4:5", "rule \"all\" comes first");
    check(&text, "5:58", "no rule leads to the state \"b\"");
    check(
        &text,
        "6:57",
        "rule \"in-b\" never acts, so this window never begins",
    );
    check(
        &text,
        "8:82",
        "nothing can trigger this: rule \"late\" never acts",
    );
    // With another predicate in front nothing is dead.
    let alive = text.replace("\"query.a\": \"1\"", "\"query.a\": \"7\"");
    assert_eq!(found(&alive).0, 0, "{:#?}", found(&alive).1);
}

#[test]
fn window_that_is_never_open_is_found() {
    let window = |when: &str| {
        let other = r#"{ "id": "b", "on": "groups.*" }"#;
        let rule = format!(r#"{{ "id": "a", "on": "users.get", "when": {{ {when} }} }}"#);
        file(&[&rule, other], &[])
    };
    for (when, column) in [
        (r#""from": "+10s", "to": "+10s""#, 69),
        (r#""to": "+0s""#, 53),
        (
            r#""from": "2030-01-02T00:00:00Z", "to": "2030-01-01T00:00:00Z""#,
            85,
        ),
        (r#""from": "b+5s", "to": "b+2s""#, 69),
    ] {
        check(
            &window(when),
            &format!("3:{column}"),
            "over before it begins",
        );
    }
    check(&window(r#""from": "a""#), "3:55", "itself has acted");
    for when in [
        r#""from": "+10s", "to": "+11s""#,
        r#""from": "b", "to": "b+2s""#,
        r#""from": "b+1h", "to": "+2s""#,
    ] {
        assert_eq!(found(&window(when)).0, 0, "{when}");
    }
}

#[test]
fn predicate_that_never_holds_is_found() {
    let asks = |test: &str| {
        let rule = format!(r#"{{ "id": "a", "on": "users.list", "if": {{ {test} }} }}"#);
        file(&[&rule], &[])
    };
    for test in [
        r#""path.id": "17""#,
        r#""path.id": { "exists": true }"#,
        r#""token.live": "true""#,
        r#""subject.kind": "users""#,
        r#""subject.key": "Ada@main.com""#,
        r#""query.filter": { "in": [] }"#,
        r#""query.filter": { "exists": false, "re": "x" }"#,
        r#""query.filter": { "not": "a", "in": [] }"#,
        r#""header.x": null"#,
    ] {
        let (code, lines) = found(&asks(test));
        assert_eq!(code, 2, "{test}");
        assert!(lines[0].contains("never"), "{test}: {lines:#?}");
    }
    for test in [
        r#""path.id": { "exists": false }"#,
        r#""token.live": false"#,
        r#""subject.key": "ada@main.com""#,
        r#""query.startIndex": 11"#,
        r#""query.filter": { "exists": true, "not": { "re": "x" } }"#,
        r#""body.x": null"#,
    ] {
        let (code, lines) = found(&asks(test));
        assert_eq!(code, 0, "{test}: {lines:#?}");
    }
}

#[test]
fn limits_of_an_expectation_that_exclude_each_other_are_found() {
    const RULE: &str = r#"{ "id": "busy", "on": "users.get", "when": { "max": 1 } }"#;
    let with = |that: &str| {
        let expect = format!(r#"{{ "id": "e", "level": "must", "that": {{ {that} }} }}"#);
        file(&[RULE], &[&expect])
    };
    for (that, part) in [
        (
            r#""wait": { "after": "busy", "next": "users.*", "at_least": "5s", "at_most": "2s" }"#,
            "shorter than \"at_least\"",
        ),
        (
            r#""calls": { "on": "users.*", "after": "busy", "within": "2s", "slack": "2s", "count": 0 }"#,
            "nothing is counted",
        ),
        (
            r#""calls": { "on": "users.*", "after": "busy", "before": "busy", "count": 0 }"#,
            "both before and after",
        ),
        (
            r#""backoff": { "on": "users.*", "first": "10s", "cap": "5s" }"#,
            "shorter than \"first\"",
        ),
    ] {
        let (code, lines) = found(&with(that));
        assert_eq!(code, 2, "{that}");
        assert!(lines[0].contains(part), "{that}: {lines:#?}");
    }
    let lawful =
        r#""wait": { "after": "busy", "next": "users.*", "at_least": "5s", "at_most": "5s" }"#;
    assert_eq!(found(&with(lawful)).0, 0);
}

#[test]
fn one_rule_that_cannot_be_read_hides_nothing_of_the_others() {
    let rules = [
        r#"{ "id": "a", "on": "user.get" }"#,
        r#"{ "id": "b", "on": "users.get", "when": { "max": 0 } }"#,
        r#"{ "id": "c", "on": "users.get", "do": { "mutate": "wrong_total" } }"#,
    ];
    let (_, lines) = found(&file(&rules, &[]));
    assert_eq!(lines.len(), 3, "{lines:#?}");
    let expect = [
        r#"{ "id": "e", "level": "musst" }"#,
        r#"{ "id": "f", "level": "must", "that": { "calls": { "like": "x", "count": 1 } } }"#,
    ];
    let text = file(
        &[r#"{ "id": "x", "on": "users.get", "when": { "state": "s" } }"#],
        &expect,
    );
    check(&text, "3:56", "no rule leads to");
    check(&text, "6:64", "nothing can trigger this");
}

#[test]
fn faults_that_contradict_each_other_or_their_operation_are_found() {
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "mutate": "omit_id", "wire": "reset" } }"#,
        55,
        "no body to change",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.delete", "do": { "mutate": "string_booleans" } }"#,
        58,
        "answers with a body",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "mutate": "wrong_total" } }"#,
        55,
        "lists and searches",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "dns": { "rcode": "NXDOMAIN" } } }"#,
        52,
        "on probe.dns only",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "data": "racy:1s" } }"#,
        53,
        "creates, PUT, PATCH and bulk only",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "token": { "rotate": "refresh" } } }"#,
        66,
        "oauth.token",
    );
    check_rule(
        r#"{ "id": "a", "on": "probe.file", "do": { "wire": "reset" } }"#,
        54,
        "never on look-outs",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "wire": "no_accept" } }"#,
        53,
        "no_accept and black_hole\" has a meaning on connection.accept only",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "reply": { "status": 503, "retry_after_as": "seconds" } } }"#,
        89,
        "no retry_after",
    );
    check_rule(
        r#"{ "id": "a", "on": "users.get", "do": { "reply": { "status": 503, "headers": { "X Y": "1" } } } }"#,
        91,
        "no header field",
    );
    check_rule(
        r#"{ "id": "a+b", "on": "users.get" }"#,
        13,
        "an id is not empty",
    );
    let twice = r#"{ "id": "a", "on": "users.get", "when": { "max": 1 } }"#;
    check(&file(&[twice, twice], &[]), "4:13", "a second rule \"a\"");
}

#[test]
fn expectations_are_checked_against_the_rules_and_the_catalogue() {
    const RULE: &str = r#"{ "id": "busy", "on": "users.get", "when": { "max": 1 }, "do": { "reply": { "status": 503 } } }"#;
    let wrong = |expect: &str, column: usize, part: &str| {
        check(&file(&[RULE], &[expect]), &format!("5:{column}"), part);
    };
    wrong(
        r#"{ "rule": "CRE-7" }"#,
        15,
        "unknown rule of the catalogue \"CRE-7\"",
    );
    wrong(r#"{ "id": "e", "level": "must" }"#, 5, "needs \"that\"");
    wrong(
        r#"{ "id": "e", "level": "musst", "that": { "final": { "select": "users", "count": 1 } } }"#,
        27,
        "did you mean \"must\"?",
    );
    wrong(
        r#"{ "id": "e", "level": "must", "that": { "calls": { "like": "bussy", "count": 1 } } }"#,
        64,
        "did you mean \"busy\"?",
    );
    wrong(
        r#"{ "id": "e", "level": "must", "that": { "calls": { "on": "users.*", "after": "buzy", "count": 1 } } }"#,
        82,
        "did you mean \"busy\"?",
    );
    wrong(
        r#"{ "id": "e", "level": "must", "that": { "calls": { "on": "users.*", "count": "many" } } }"#,
        82,
        "",
    );
    wrong(
        r#"{ "id": "e", "level": "must", "that": {} }"#,
        43,
        "exactly one of",
    );
    wrong(
        r#"{ "id": "e", "level": "must", "that": { "order": [{ "rule": "busy" }] } }"#,
        54,
        "two steps",
    );
    wrong(
        r#"{ "id": "e", "level": "must", "that": { "wait": { "after": "busy", "next": "users.*", "at_least": "retry_after" } } }"#,
        64,
        "no retry_after",
    );
    wrong(
        r#"{ "id": "e", "level": "must", "that": { "final": { "select": "people", "count": 1 } } }"#,
        66,
        "unknown selection",
    );
}

#[test]
fn matrix_is_checked_row_by_row() {
    let with = |each: &str| format!("{{ \"scenario\": \"x\", \"v\": 1,\n  \"each\": {each} }}");
    check(&with("7"), "2:11", "an object of lists");
    check(&with("{ \"a\": 7 }"), "2:18", "a list of values");
    check(
        &with("[{ \"a\": 1 }, { \"b\": 1 }]"),
        "2:24",
        "the same names as the first",
    );
    check(
        &with("[{ \"a\": 1 }, { \"a\": 1 }]"),
        "2:24",
        "an earlier one again",
    );
    let rule = r#"{ "id": "a", "on": "users.get", "do": { "reply": { "status": "${stats}" } } }"#;
    let text =
        file(&[rule], &[]).replacen("\"v\": 1", "\"v\": 1, \"each\": { \"status\": [500] }", 1);
    check(&text, "3:66", "did you mean \"status\"?");
}

#[test]
fn every_mistake_of_a_file_is_told_in_the_order_of_the_file() {
    let rules = [
        r#"{ "id": "a", "on": "user.get" }"#,
        r#"{ "id": "b", "on": "users.get", "wen": {} }"#,
        r#"{ "id": "c", "on": "users.get", "do": { "delay": "x" } }"#,
    ];
    let (code, lines) = found(&file(&rules, &[]));
    assert_eq!(code, 2);
    let places: Vec<_> = lines
        .iter()
        .map(|line| line.split(": ").next().unwrap())
        .collect();
    assert_eq!(places, ["3:24", "4:37", "5:54"], "{lines:#?}");
}

#[test]
fn what_has_no_effect_is_a_warning_and_refuses_nothing() {
    let (code, lines) = found(&file(
        &[r#"{ "id": "a", "on": "users.list", "do": { "wire": "cut:head" } }"#],
        &[],
    ));
    assert_eq!(code, 0, "{lines:#?}");
    assert!(
        lines[0].starts_with("3:54: warning: there is no answer to break"),
        "{lines:#?}"
    );
}

#[test]
fn one_bad_file_among_good_ones_is_enough() {
    let output = run(&[
        "check",
        "scenarios/throttled.json",
        "Cargo.toml",
        "scenarios/hard-names.json",
    ]);
    assert_eq!(output.status.code(), Some(2));
    let said = stdout(&output);
    assert_eq!(said.matches(": ok").count(), 2, "{said}");
    assert!(said.contains("Cargo.toml:1:"), "{said}");
}

#[test]
fn file_that_cannot_be_read_does_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (latin, good) = (path("latin.json"), path("good.json"));
    std::fs::write(&latin, b"{\n  \"scenario\": \"\xfc\" }").unwrap();
    std::fs::write(&good, file(&[], &[])).unwrap();
    let output = run(&["check", &path("none.json"), &latin, &good]);
    assert_eq!(output.status.code(), Some(2));
    let said = stdout(&output);
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[0].contains("none.json: cannot be read"), "{said}");
    assert!(
        lines[1].ends_with("latin.json:2:16: not UTF-8: save the file in that encoding"),
        "{said}"
    );
    assert!(lines[2].ends_with("good.json: ok"), "{said}");
}
