use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode, Version};
use serde_json::{Value, json};

use super::*;
use crate::clock::Timestamp;
use crate::entry::{Event, Exchange, Fired, Probe, Subject, SubjectKind, TokenFacts};
use crate::exchange::{Connection, Delivered, Delivery, Reply, Request};
use crate::operation::Operation;
use crate::scenario::{Pace, parse};

fn at(second: u64) -> Timestamp {
    Timestamp::from_millisecond(0).plus(Duration::from_secs(second))
}

fn fired(rule: &str) -> Vec<Fired> {
    let named = Fired {
        rule: rule.to_owned(),
        count: 1,
        ..Fired::default()
    };
    if rule.is_empty() {
        Vec::new()
    } else {
        vec![named]
    }
}

/// One call at a second about a user, on which a rule (if named) acted.
fn call(number: u64, second: u64, (operation, user): (&str, &str), rule: &str) -> Arc<Entry> {
    let operation = Operation::named(operation).unwrap();
    let peer = "127.0.0.1:4000".parse().unwrap();
    let exchange = Exchange {
        request: Request {
            method: Method::POST,
            uri: operation
                .row()
                .path
                .replace(['{', '}'], "")
                .parse()
                .unwrap(),
            version: Version::HTTP_11,
            headers: HeaderMap::new(),
            body: bytes::Bytes::new(),
            connection: Connection {
                number: 1,
                peer,
                local: peer,
            },
        },
        operation: Some(operation),
        subject: (!user.is_empty()).then(|| Subject {
            kind: SubjectKind::User,
            key: user.to_owned(),
            id: None,
        }),
        token: TokenFacts::default(),
        near: crate::entry::Near::default(),
        fired: fired(rule),
        varied: Vec::new(),
        changes: Vec::new(),
        reply: Reply::empty(StatusCode::OK),
        answered: at(second),
        delivery: Delivery::Whole,
        delivered: Arc::default(),
    };
    entry(number, second, Event::Exchange(Box::new(exchange)))
}

fn entry(number: u64, second: u64, event: Event) -> Arc<Entry> {
    Arc::new(Entry {
        number,
        at: at(second),
        real: Duration::ZERO,
        event,
    })
}

const RULE: &str = r#"{"id": "hit", "on": "users.create", "fires": ">=0", "when": {"per": "user"},
    "do": {"reply": {"status": 429, "retry_after": "30s"}}},
    {"id": "later", "on": "users.list", "fires": ">=0", "do": {"delay": "1s"}}"#;

#[track_caller]
fn verdicts(
    rules: &str,
    level: &str,
    that: &str,
    entries: &[Arc<Entry>],
) -> Vec<ExpectationVerdict> {
    let text = format!(
        r#"{{"scenario": "x", "v": 1, "rules": [{rules}],
            "expect": [{{"id": "e", "level": "{level}", "that": {that}}}]}}"#
    );
    let script = parse(&text).unwrap_or_else(|findings| panic!("{}", findings[0]));
    let users = [
        json!({"userName": "a"}),
        json!({"userName": "b"}),
        json!({"userName": "b"}),
    ];
    let after = After {
        users: &users,
        ..After::default()
    };
    judge(&script.rows(Pace::Quick)[0].scenario, entries, after)
}

#[track_caller]
fn check(that: &str, entries: &[Arc<Entry>], expected: Verdict) {
    let found = verdicts(RULE, "must", that, entries);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].verdict, expected,
        "{that}: {:#?}",
        found[0].stories
    );
}

const CREATE_A: (&str, &str) = ("users.create", "a");
const CREATE_B: (&str, &str) = ("users.create", "b");
const LIST_A: (&str, &str) = ("users.list", "a");

#[test]
fn wait_is_held_by_patience_and_missed_by_haste_and_by_silence() {
    let least = r#"{"wait": {"after": "hit", "next": "users.*", "per": "user", "at_least": "retry_after", "slack": "1s"}}"#;
    let most = r#"{"wait": {"after": "hit", "next": "users.*", "per": "user", "at_most": "2m"}}"#;
    let hit = || call(1, 0, CREATE_A, "hit");
    check(least, &[], Verdict::NotExercised);
    check(least, &[hit()], Verdict::NotExercised);
    check(least, &[hit(), call(2, 29, CREATE_A, "")], Verdict::Pass);
    check(least, &[hit(), call(2, 28, CREATE_A, "")], Verdict::Fail);
    check(
        least,
        &[hit(), call(2, 1, CREATE_B, ""), call(3, 31, CREATE_A, "")],
        Verdict::Pass,
    );
    check(most, &[hit(), call(2, 119, CREATE_A, "")], Verdict::Pass);
    check(most, &[hit(), call(2, 121, CREATE_A, "")], Verdict::Fail);
    check(most, &[hit()], Verdict::Fail);
}

#[test]
fn wait_between_calls_looks_at_each_pair() {
    let that = r#"{"wait": {"after": "users.list", "next": "users.list", "at_least": "30s"}}"#;
    let calls = |third| {
        [
            call(1, 0, LIST_A, ""),
            call(2, 30, LIST_A, ""),
            call(3, third, LIST_A, ""),
        ]
    };
    check(that, &calls(60), Verdict::Pass);
    check(that, &calls(50), Verdict::Fail);
}

#[test]
fn calls_count_within_their_span_and_their_key() {
    let hit = || call(1, 10, CREATE_A, "hit");
    let silent = r#"{"calls": {"on": "users.*", "after": "hit", "count": 0, "per": "user"}}"#;
    check(silent, &[hit(), call(2, 11, CREATE_B, "")], Verdict::Pass);
    check(silent, &[hit(), call(2, 11, CREATE_A, "")], Verdict::Fail);
    check(silent, &[call(2, 11, CREATE_A, "")], Verdict::NotExercised);
    let like = r#"{"calls": {"like": "hit", "after": "hit", "count": ">=1"}}"#;
    check(like, &[hit(), call(2, 11, CREATE_B, "")], Verdict::Fail);
    check(like, &[hit(), call(2, 11, CREATE_A, "")], Verdict::Pass);
    let window = r#"{"calls": {"on": "users.*", "after": "hit", "slack": "2s", "within": "10s", "count": 1}}"#;
    let around = [
        hit(),
        call(2, 11, CREATE_A, ""),
        call(3, 15, CREATE_A, ""),
        call(4, 21, CREATE_A, ""),
    ];
    check(window, &around, Verdict::Pass);
    let before = r#"{"calls": {"on": "users.create", "before": "later", "count": "1"}}"#;
    let list = || call(5, 30, LIST_A, "later");
    check(
        before,
        &[hit(), list(), call(6, 31, CREATE_A, "")],
        Verdict::Pass,
    );
    check(before, &[hit()], Verdict::NotExercised);
    let all = r#"{"calls": {"on": "users.create", "count": "<=1"}}"#;
    check(all, &[], Verdict::Pass);
    check(all, &[hit(), call(2, 11, CREATE_A, "")], Verdict::Fail);
}

#[test]
fn call_that_was_under_way_is_innocent() {
    let that = r#"{"calls": {"on": "users.*", "after": "hit", "count": 0}}"#;
    check(
        that,
        &[call(1, 10, CREATE_A, "hit"), call(2, 9, CREATE_B, "")],
        Verdict::Pass,
    );
}

#[test]
fn retry_of_a_stalled_call_is_seen_before_the_stall_ends() {
    let that = r#"{"calls": {"on": "users.create", "after": "hit", "count": 1}}"#;
    let mut stalled = Arc::unwrap_or_clone(call(1, 0, CREATE_A, "hit"));
    if let Event::Exchange(exchange) = &mut stalled.event {
        exchange.delivery = Delivery::Stall {
            body: None,
            hold: Duration::from_secs(90),
        };
        let delivered = Delivered::default();
        delivered.end(crate::exchange::Ending::BrokenOff, at(90).as_millisecond());
        exchange.delivered = Arc::new(delivered);
    }
    check(
        that,
        &[Arc::new(stalled), call(2, 60, CREATE_A, "")],
        Verdict::Pass,
    );
}

#[test]
fn order_is_broken_by_a_repeat_of_its_first_step() {
    let that = r#"{"order": [{"rule": "hit"}, {"on": "users.list", "per": "user"}]}"#;
    let hit = || call(1, 0, CREATE_A, "hit");
    check(
        that,
        &[hit(), call(2, 1, LIST_A, ""), call(3, 2, CREATE_A, "")],
        Verdict::Pass,
    );
    check(
        that,
        &[hit(), call(2, 1, CREATE_A, ""), call(3, 2, LIST_A, "")],
        Verdict::Fail,
    );
    check(
        that,
        &[hit(), call(2, 1, ("users.list", "b"), "")],
        Verdict::Fail,
    );
    check(that, &[call(2, 1, LIST_A, "")], Verdict::NotExercised);
    let resumed = r#"{"order": [{"rule": "hit"}, {"rule": "later"}, {"like": "hit"}]}"#;
    let list = || call(2, 1, LIST_A, "later");
    check(
        resumed,
        &[hit(), list(), call(3, 2, CREATE_A, "")],
        Verdict::Pass,
    );
    check(
        resumed,
        &[hit(), list(), call(3, 2, CREATE_B, "")],
        Verdict::Fail,
    );
}

#[test]
fn backoff_asks_for_growth_until_the_cap() {
    let that =
        r#"{"backoff": {"like": "hit", "per": "user", "first": "1s", "growth": 2, "cap": "8s"}}"#;
    let calls = |seconds: &[u64]| -> Vec<_> {
        let rule = |n| if n == 0 { "hit" } else { "" };
        let each = seconds.iter().enumerate();
        each.map(|(n, second)| call(n as u64 + 1, *second, CREATE_A, rule(n)))
            .collect()
    };
    check(that, &calls(&[0, 1, 3, 7, 15, 23]), Verdict::Pass);
    check(that, &calls(&[0, 1, 2, 3]), Verdict::Fail);
    check(that, &calls(&[0, 0]), Verdict::Fail);
    check(that, &calls(&[0, 9]), Verdict::Fail);
    check(that, &calls(&[0, 2]), Verdict::Inconclusive);
    check(that, &calls(&[0]), Verdict::NotExercised);
}

#[test]
fn final_counts_what_is_left() {
    check(
        r#"{"final": {"select": "users", "count": 3}}"#,
        &[],
        Verdict::Pass,
    );
    check(
        r#"{"final": {"select": "users", "where": {"userName": {"not": "a"}}, "count": 2}}"#,
        &[],
        Verdict::Pass,
    );
    check(
        r#"{"final": {"select": "users", "group_by": "userName", "per_group": 1}}"#,
        &[],
        Verdict::Fail,
    );
    check(
        r#"{"final": {"select": "groups", "count": ">=1"}}"#,
        &[],
        Verdict::Fail,
    );
}

#[test]
fn miss_weighs_as_much_as_its_level() {
    let that = r#"{"final": {"select": "users", "count": 1}}"#;
    for (level, expected) in [
        ("must", Verdict::Fail),
        ("should", Verdict::Warn),
        ("may", Verdict::Pass),
    ] {
        let found = verdicts(RULE, level, that, &[]);
        assert_eq!(found[0].verdict, expected);
        assert_eq!(found[0].stories[0].seen, "There are 3 users.");
    }
}

#[test]
fn rule_that_acted_too_seldom_is_not_exercised() {
    let rule = r#"{"id": "look", "on": "probe.dns", "fires": ">=2", "do": {"dns": {"rcode": "SERVFAIL"}}}"#;
    let probe = |number| {
        let probe = Probe {
            operation: Operation::ProbeDns,
            domain: "main.example".into(),
            asked: String::new(),
            saw: String::new(),
            near: crate::entry::Near::default(),
            fired: fired("look"),
        };
        entry(number, number, Event::Probe(probe))
    };
    let that = r#"{"final": {"select": "users", "count": 3}}"#;
    let once = verdicts(rule, "must", that, &[probe(1)]);
    assert_eq!(
        (once.len(), once[0].is_rule, once[0].verdict),
        (2, true, Verdict::NotExercised)
    );
    assert_eq!(verdicts(rule, "must", that, &[probe(1), probe(2)]).len(), 1);
    let _: Value = serde_json::to_value(&once).unwrap();
}
