//! Files with several mistakes: each is told, at its place, and none is told twice.

use crate::scenario::parse::Known;
use crate::scenario::{Pace, parse};

/// What is found in a file of these rules, line by line.
#[track_caller]
fn check_rules(rules: &str, rest: &str, expected: &[&str]) {
    let text = format!("{{\"scenario\": \"x\", \"v\": 1{rest},\n\"rules\": [\n{rules}]}}");
    let found = match parse(&text) {
        Ok(script) => script.warnings().to_vec(),
        Err(findings) => findings,
    };
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn what_cannot_be_read_hides_no_other_mistake_and_makes_none() {
    check_rules(
        r#"{"idd": "a", "on": "users.lst", "when": {"nth": 0}},
{"id": "b", "when": {"max": 0, "state": "x"}, "do": {"reply": {"detail": "x", "retry_after": "soon"}}},
{"id": "b", "on": "users.get", "when": {"from": "c"}, "do": {"headers": "x"}}"#,
        r#", "expect": [{"rule": "a", "id": "e", "level": "must", "that": {"wait": {"after": "d", "next": "*", "at_least": "1s"}}}]"#,
        &[
            r#"1:107: unknown rule "d"; there is b"#,
            r#"3:1: the key "id" is missing"#,
            r#"3:2: unknown key "idd"; did you mean "id"?"#,
            r#"3:20: unknown operation "users.lst"; did you mean "users.list"?"#,
            r#"3:49: 0 names no occurrences: write 3, [1, 2], "2-4", "5+", "every 10" or "every 10 from 3""#,
            r#"4:1: the key "on" is missing"#,
            "4:29: a rule that acts 0 times at most never acts",
            r#"4:63: the key "status" is missing"#,
            r#"4:94: "soon" is no duration: write 250ms, 30s, 2m, 1h or 10d"#,
            r#"5:8: a second rule "b""#,
            r#"5:49: unknown rule "c"; there is b"#,
            r#"5:73: expected an object, not "x""#,
        ],
    );
}

#[test]
fn matrix_that_is_none_is_said_once_and_not_at_each_of_its_names() {
    let rule =
        r#"{"id": "a", "on": "users.get", "do": {"reply": {"status": "${st}"}, "delay": "${q}"}}"#;
    check_rules(
        rule,
        r#", "each": {"st": 503}, "paces": {"quick": {"q": "1s"}, "real": {}}"#,
        &[
            "1:42: expected a list of values",
            "1:68: \"q\" has no value for the pace \"real\"",
        ],
    );
    check_rules(
        rule,
        r#", "each": {"st": ["x", "y"], "n": [1, 2]}, "paces": {"quick": {"q": "1s"}, "real": {"q": "2s"}}"#,
        &[
            "1:54: warning: nothing in the file says \"${n}\"",
            "3:59: expected a whole number, not \"x\"",
            "3:59: expected a whole number, not \"y\"",
        ],
    );
}

#[test]
fn rule_whose_numbers_an_earlier_rule_takes_is_refused() {
    let rules = |one: &str, other: &str| {
        format!(
            "{{\"id\": \"a\", \"on\": \"users.get\", {one}}},\n{{\"id\": \"b\", \"on\": \"users.get\", {other}}}"
        )
    };
    let taken = "rule \"a\" comes first, counts the same requests and acts on all of these";
    for (one, other) in [
        (r#""when": {"nth": 3}"#, r#""when": {"nth": 3}"#),
        (
            r#""when": {"nth": "2+"}"#,
            r#""when": {"nth": [3, 5], "p": 0.5}"#,
        ),
        (
            r#""when": {"nth": "1-5", "per": "user", "from": "+5s"}"#,
            r#""when": {"nth": "2-3", "per": "user", "from": "+5s"}"#,
        ),
    ] {
        let text = format!(
            "{{\"scenario\": \"x\", \"v\": 1, \"rules\": [{}]}}",
            rules(one, other)
        );
        let found = parse(&text).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].message.as_str(), found[0].line), (taken, 2));
    }
    for (one, other) in [
        (r#""when": {"nth": 3}"#, r#""when": {"nth": [3, 4]}"#),
        (r#""when": {"nth": 3, "p": 0.5}"#, r#""when": {"nth": 3}"#),
        (
            r#""when": {"nth": 3, "per": "user"}"#,
            r#""when": {"nth": 3}"#,
        ),
        (
            r#""when": {"nth": 3}, "if": {"token.live": true}"#,
            r#""when": {"nth": 3}"#,
        ),
        (
            r#""when": {"nth": "2+", "max": 1}"#,
            r#""when": {"nth": 3}"#,
        ),
        (
            r#""when": {"nth": 3}, "stack": true"#,
            r#""when": {"nth": 3}"#,
        ),
    ] {
        check_rules(&rules(one, other), "", &[]);
    }
    check_rules(
        &rules(
            r#""when": {"from": "+5s"}"#,
            r#""when": {"from": "+5s", "nth": 2}"#,
        ),
        "",
        &["4:1: rule \"a\" comes first and always acts in its place"],
    );
}

#[test]
fn rule_that_is_added_to_those_that_run_counts_from_then_on() {
    let script = parse(
        r#"{"scenario": "x", "v": 1, "rules": [{"id": "a", "on": "users.get", "when": {"nth": 3}}]}"#,
    );
    let scenario = script.unwrap().rows(Pace::Quick).remove(0).scenario;
    let mut rules = scenario.written_rules().to_vec();
    rules.push(serde_json::json!({"id": "b", "on": "users.get", "when": {"nth": 3}}));
    assert!(scenario.with_rules(rules, Known::default()).is_ok());
}

#[test]
fn word_of_another_language_is_led_to_its_own() {
    let rule = |on: &str, rest: &str| format!("{{\"id\": \"a\", \"on\": \"{on}\"{rest}}}");
    check_rules(
        &rule(
            "POST /Users",
            r#", "when": {"from": "10s", "to": "2030-13-01"}"#,
        ),
        "",
        &[
            r#"3:19: unknown operation "POST /Users"; did you mean "users.create"?"#,
            r#"3:51: unknown rule "10s"; did you mean "+10s"?"#,
            r#"3:64: "2030-13-01" is neither a date-time of RFC 3339 nor the id of a rule"#,
        ],
    );
    check_rules(
        &rule("zebra", r#", "when": {"repeats": "skip", "per": "USER"}"#),
        "",
        &[
            r#"3:19: unknown operation "zebra"; goto-double list operations names them all"#,
            r#"3:48: unknown word for repeats "skip"; there is count, pass, same"#,
            r#"3:63: unknown scope "USER"; did you mean "user"?"#,
        ],
    );
}

#[test]
fn byte_order_mark_is_passed_over() {
    let text = "\u{feff}{\"scenario\": \"x\", \"v\": 1, \"seede\": 3}";
    assert_eq!(parse(text).unwrap_err()[0].column, 27);
}

#[test]
fn people_and_groups_that_nobody_could_store_are_refused() {
    let given = r#", "given": {"users": [3, {"name": "x"}, {"userName": "Ada"}, {"userName": "ada"}, {"userName": "b", "id": "1"}],
"groups": [{"displayName": 5}, {"displayName": "g", "id": "1"}, {"displayName": "h", "id": "1"}]}"#;
    check_rules(
        "",
        given,
        &[
            "1:47: expected an object with \"userName\"",
            "1:50: expected \"userName\" with a text",
            "1:86: a second user \"ada\"",
            "2:12: expected \"displayName\" with a text",
            "2:65: a second group with the id \"1\"",
        ],
    );
}
