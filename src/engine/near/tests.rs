use std::time::Duration;

use super::*;
use crate::entropy::Entropy;
use crate::entry::{Exchange, Subject, SubjectKind, TokenFacts};
use crate::exchange::{Connection, Delivery, Reply, Request};
use crate::operation::Operation;
use crate::scenario::{Pace, parse};

fn engine(rules: &str) -> Engine {
    let text = format!(r#"{{"scenario": "test", "v": 1, "rules": [{rules}]}}"#);
    let script = parse(&text).unwrap_or_else(|findings| panic!("{}", findings[0]));
    Engine::new(&script.rows(Pace::Quick)[0].scenario, Entropy::from_seed(7))
}

/// What came close to acting on a create of that name.
fn told(engine: &Engine, name: &str) -> Near {
    let request = request(name);
    let facts = Facts {
        subject: Some(subject(name)),
        ..Facts::of_request(Operation::CreateUser, &request)
    };
    let now = Timestamp::from_millisecond(0).plus(Duration::from_secs(9));
    engine.decide(&facts, now).near.tell(&happened(name))
}

fn near(engine: &Engine, name: &str) -> Vec<(String, &'static str, String)> {
    let misses = told(engine, name).misses.into_iter();
    misses
        .map(|miss| (miss.rule, miss.kept_by, miss.why))
        .collect()
}

fn subject(name: &str) -> Subject {
    Subject {
        kind: SubjectKind::User,
        key: name.to_owned(),
        id: None,
    }
}

fn request(name: &str) -> Request {
    let body = serde_json::json!({ "userName": name, "password": "hunter2", "name": {} });
    let here = "127.0.0.1:1".parse().unwrap();
    Request {
        method: http::Method::POST,
        uri: "/scim/v2/Users".parse().unwrap(),
        version: http::Version::HTTP_11,
        headers: http::HeaderMap::new(),
        body: body.to_string().into(),
        connection: Connection {
            number: 1,
            peer: here,
            local: here,
        },
    }
}

fn happened(name: &str) -> Event {
    Event::Exchange(Box::new(Exchange {
        request: request(name),
        operation: Some(Operation::CreateUser),
        subject: Some(subject(name)),
        token: TokenFacts::default(),
        fired: Vec::new(),
        varied: Vec::new(),
        near: Near::default(),
        changes: Vec::new(),
        reply: Reply::empty(http::StatusCode::CREATED),
        answered: Timestamp::from_millisecond(0),
        delivery: Delivery::Whole,
        delivered: Arc::default(),
    }))
}

#[test]
fn one_condition_that_differs_is_told_in_the_words_of_explain() {
    let engine = engine(
        r#"{"id": "nth", "on": "users.create", "when": {"nth": 2}, "do": {"wire": "reset"}},
           {"id": "two", "on": "users.create", "if": {"body.userName": "ada", "body.active": true}, "do": {"wire": "reset"}},
           {"id": "ada", "on": "users.create", "if": {"body.userName": "ada"}, "do": {"wire": "reset"}},
           {"id": "list", "on": "users.list", "when": {"nth": 9}, "do": {"wire": "reset"}},
           {"id": "led", "on": "users.create", "when": {"state": "open"}, "do": {"wire": "reset"}},
           {"id": "leads", "on": "users.list", "then": "open"}"#,
    );
    let told = near(&engine, "bob");
    let expected = [
        (
            "nth",
            "nth",
            "it acts on number 2 only, and this is number 1",
        ),
        ("ada", "condition", "body.userName is \"bob\", not \"ada\""),
        (
            "led",
            "state",
            "it waits for the state \"open\", and the state is \"start\"",
        ),
    ];
    let told: Vec<_> = told
        .iter()
        .map(|(rule, kept_by, why)| (rule.as_str(), *kept_by, why.as_str()))
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn rule_that_acts_is_not_near_and_one_behind_it_is() {
    let engine = engine(
        r#"{"id": "first", "on": "users.create", "when": {"max": 9}, "do": {"wire": "reset"}},
           {"id": "second", "on": "users.create", "do": {"wire": "close"}},
           {"id": "joins", "on": "users.create", "stack": true, "do": {"delay": "1s"}}"#,
    );
    let told = near(&engine, "bob");
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].0.as_str(), told[0].1), ("second", "order"));
    assert!(told[0].2.contains("\"first\" comes first"));
}

#[test]
fn secrets_and_whole_objects_are_not_quoted() {
    let engine = engine(
        r#"{"id": "p", "on": "users.create", "if": {"body.password": "x"}, "do": {"wire": "reset"}},
           {"id": "n", "on": "users.create", "if": {"body.name": "x"}, "do": {"wire": "reset"}}"#,
    );
    let told = near(&engine, "bob");
    assert_eq!(told[0].2, "body.password is not \"x\"");
    assert_eq!(told[1].2, "body.name is not \"x\"");
}

#[test]
fn near_misses_of_one_request_are_few_and_short_whatever_comes() {
    let rules: Vec<_> = (0..20)
        .map(|number| format!(r#"{{"id": "r{number}", "on": "users.create", "if": {{"body.userName": "x{number}"}}, "do": {{"wire": "reset"}}}}"#))
        .collect();
    let engine = engine(&rules.join(","));
    let near = told(&engine, &"é".repeat(5_000));
    assert_eq!((near.misses.len(), near.are_more), (MOST, true));
    let longest = near.misses.iter().map(|miss| miss.why.chars().count());
    assert_eq!(longest.max(), Some(LONGEST + 1));
}
