use std::time::Duration;

use http::{HeaderMap, Method, Version};

use super::*;
use crate::entry::{Subject, SubjectKind};
use crate::exchange::{Connection, Delivery, Request};
use crate::scenario::{Pace, parse};

fn at(second: u64) -> Timestamp {
    Timestamp::parse("2030-01-01T00:00:00Z")
        .unwrap()
        .plus(Duration::from_secs(second))
}

#[track_caller]
fn engine(rules: &str) -> Engine {
    seeded(rules, 7)
}

#[track_caller]
fn seeded(rules: &str, seed: u64) -> Engine {
    let text = format!(r#"{{"scenario": "test", "v": 1, "rules": [{rules}]}}"#);
    let script = parse(&text).unwrap_or_else(|findings| panic!("{}", findings[0]));
    Engine::new(
        &script.rows(Pace::Quick)[0].scenario,
        Entropy::from_seed(seed),
    )
}

fn user(operation: Operation, name: &str) -> Facts<'static> {
    Facts {
        subject: Some(Subject {
            kind: SubjectKind::User,
            key: name.to_owned(),
            id: None,
        }),
        ..Facts::bare(operation)
    }
}

fn acted(engine: &Engine, facts: &Facts<'_>, now: Timestamp) -> Vec<String> {
    let plan = engine.decide(facts, now);
    plan.fired.into_iter().map(|fired| fired.rule).collect()
}

const CREATE: Operation = Operation::CreateUser;

#[test]
fn engine_without_rules_is_idle_and_plans_nothing() {
    let idle = Engine::idle();
    assert!(idle.is_idle());
    assert_eq!(idle.decide(&Facts::bare(CREATE), at(0)), Plan::default());
}

#[test]
fn counters_of_losing_rules_advance_too() {
    let engine = engine(
        r#"{"id": "first", "on": "users.create", "when": {"nth": 2}, "do": {"reply": {"status": 500}}},
           {"id": "second", "on": "users.create", "when": {"nth": [2, 3]}, "do": {"reply": {"status": 503}}}"#,
    );
    let facts = Facts::bare(CREATE);
    let all: Vec<_> = (0..4).flat_map(|n| acted(&engine, &facts, at(n))).collect();
    assert_eq!(all, ["first", "second"]);
    assert_eq!(
        engine.fired(),
        [("first".to_owned(), 1), ("second".to_owned(), 1)]
    );
}

#[test]
fn stacked_rule_joins_the_winner_and_acts_alone_too() {
    let engine = engine(
        r#"{"id": "slow", "on": "*", "stack": true, "do": {"delay": "2s"}},
           {"id": "fail", "on": "users.create", "when": {"max": 1}, "do": {"reply": {"status": 500}}},
           {"id": "more", "on": "users.create", "stack": true, "do": {"delay": "1s", "mutate": "omit_id"}}"#,
    );
    let plan = engine.decide(&Facts::bare(CREATE), at(0));
    assert_eq!(plan.fired.len(), 3);
    assert_eq!(plan.delay, Duration::from_secs(3));
    assert!(!plan.commit && plan.reply.is_some() && plan.mutations.len() == 1);
    let plan = engine.decide(&Facts::bare(CREATE), at(1));
    assert!(plan.commit && plan.reply.is_none());
    assert_eq!(plan.fired.len(), 2);
}

#[test]
fn state_moves_with_then_and_reset_goes_back() {
    let engine = engine(
        r#"{"id": "kill", "on": "users.create", "when": {"state": "start"}, "do": {"token": {"revoke": "access"}}, "then": "dead"},
           {"id": "down", "on": "users.create", "when": {"state": "dead"}, "do": {"reply": {"status": 401}}}"#,
    );
    let facts = Facts::bare(CREATE);
    assert_eq!(acted(&engine, &facts, at(0)), ["kill"]);
    assert_eq!(engine.state(), "dead");
    assert_eq!(acted(&engine, &facts, at(1)), ["down"]);
    engine.reset();
    assert_eq!(engine.state(), "start");
    assert_eq!(acted(&engine, &facts, at(2)), ["kill"]);
}

#[test]
fn span_of_a_rule_is_open_only_for_the_key_on_which_it_acted() {
    let engine = engine(
        r#"{"id": "quota", "on": "users.create", "when": {"nth": 2, "per": "user"}, "do": {"reply": {"status": 429}}},
           {"id": "early", "on": "users.*", "fires": ">=0", "when": {"from": "quota", "to": "quota+30s", "per": "user"},
            "do": {"reply": {"status": 429}}}"#,
    );
    let (ada, bob) = (user(CREATE, "ada"), user(CREATE, "bob"));
    assert_eq!(acted(&engine, &ada, at(0)), [""; 0]);
    assert_eq!(acted(&engine, &ada, at(0)), ["quota"]);
    assert_eq!(acted(&engine, &bob, at(1)), [""; 0]);
    assert_eq!(acted(&engine, &ada, at(29)), ["early"]);
    assert_eq!(acted(&engine, &ada, at(30)), [""; 0]);
}

#[test]
fn spans_from_the_start_and_by_date() {
    let engine = engine(
        r#"{"id": "soon", "on": "users.create", "when": {"from": "+10s", "to": "+20s"}, "do": {"delay": "1s"}},
           {"id": "dated", "on": "users.list", "when": {"from": "2030-01-01T00:00:05Z"}, "do": {"delay": "1s"}}"#,
    );
    engine.begin(at(0));
    let create = Facts::bare(CREATE);
    assert!(acted(&engine, &create, at(9)).is_empty());
    assert_eq!(acted(&engine, &create, at(10)), ["soon"]);
    assert!(acted(&engine, &create, at(20)).is_empty());
    let list = Facts::bare(Operation::ListUsers);
    assert!(acted(&engine, &list, at(4)).is_empty());
    assert_eq!(acted(&engine, &list, at(5)), ["dated"]);
}

#[test]
fn draws_depend_on_seed_scenario_rule_key_and_occurrence_only() {
    let rule = r#"{"id": "lost", "on": "users.create", "fires": ">=0",
        "when": {"nth": 1, "p": 0.34, "per": "user"}, "do": {"commit": true, "wire": "reset"}}"#;
    let other =
        r#"{"id": "slow", "on": "*", "stack": true, "when": {"p": 0.5}, "do": {"delay": "1s"}},"#;
    let names: Vec<String> = (0..60).map(|n| format!("user-{n}")).collect();
    let lost = |engine: &Engine, names: &mut dyn Iterator<Item = &String>| {
        let mut lost: Vec<String> = names
            .filter(|name| acted(engine, &user(CREATE, name), at(0)).contains(&"lost".to_owned()))
            .cloned()
            .collect();
        lost.sort();
        lost
    };
    let forward = lost(&engine(rule), &mut names.iter());
    let backward = lost(&engine(&format!("{other}{rule}")), &mut names.iter().rev());
    assert_eq!(forward, backward);
    assert!((10..32).contains(&forward.len()), "{}", forward.len());
    assert_ne!(forward, lost(&seeded(rule, 8), &mut names.iter()));
}

#[test]
fn published_vectors_of_draws() {
    let draw = |n| {
        Entropy::from_seed(7)
            .draw("rule/throttle/quota/", n)
            .number()
    };
    assert_eq!([draw(1), draw(2), draw(3)], VECTORS);
}

const VECTORS: [u64; 3] = [
    2_624_174_800_897_426_671,
    12_842_947_267_671_070_072,
    74_139_076_889_614_275,
];

#[test]
fn commit_follows_what_the_rule_does_unless_it_says_so() {
    let commit = |act: &str| {
        let rule = format!(r#"{{"id": "a", "on": "users.create", "do": {act}}}"#);
        engine(&rule).decide(&Facts::bare(CREATE), at(0)).commit
    };
    assert!(!commit(r#"{"reply": {"status": 500}}"#));
    assert!(!commit(r#"{"wire": "reset"}"#));
    assert!(commit(r#"{"wire": "reset", "commit": true}"#));
    assert!(commit(r#"{"delay": "1s"}"#) && commit(r#"{"mutate": "omit_id"}"#));
}

#[test]
fn connections_are_numbered_in_the_order_in_which_they_came() {
    let engine = engine(
        r#"{"id": "second", "on": "users.list", "when": {"nth": 2, "per": "conn"}, "do": {"commit": true, "wire": "close"}}"#,
    );
    let peer = "127.0.0.1:4000".parse().unwrap();
    let by = |number| Request {
        method: Method::GET,
        uri: "/scim/v2/Users".parse().unwrap(),
        version: Version::HTTP_11,
        headers: HeaderMap::new(),
        body: bytes::Bytes::new(),
        connection: Connection {
            number,
            peer,
            local: peer,
        },
    };
    let (one, other) = (by(812), by(813));
    let ask = |request| {
        engine
            .decide(&Facts::of_request(Operation::ListUsers, request), at(0))
            .delivery
    };
    assert_eq!(
        [ask(&one), ask(&other), ask(&one)],
        [Delivery::Whole, Delivery::Whole, Delivery::Close]
    );
}

#[test]
fn newborn_is_hidden_for_so_many_list_reads() {
    let engine = engine(r#"{"id": "stale", "on": "users.list", "do": {"mutate": "stale_list:2"}}"#);
    engine.note_created("1");
    assert!(engine.is_stale("1", 2) && !engine.is_stale("2", 2));
    engine.note_listed();
    assert!(engine.is_stale("1", 2));
    engine.note_listed();
    assert!(!engine.is_stale("1", 2));
}

#[track_caller]
fn why(engine: &Engine, facts: &Facts<'_>, now: Timestamp, expected: &[(&str, &str)]) {
    let told = engine.explain(facts, now);
    let told: Vec<_> = told
        .rules
        .iter()
        .map(|one| (one.rule.as_str(), one.why.as_str()))
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn explanation_says_of_every_rule_what_kept_it() {
    let engine = engine(
        r#"{"id": "other", "on": "users.list"},
           {"id": "later", "on": "users.create", "when": {"state": "later"}},
           {"id": "bob", "on": "users.*", "if": {"subject.key": "bob", "token.live": true}},
           {"id": "third", "on": "users.*", "when": {"nth": 3, "per": "user"}},
           {"id": "window", "on": "users.*", "when": {"from": "+10s"}},
           {"id": "after", "on": "users.*", "when": {"from": "third+5s"}},
           {"id": "over", "on": "users.*", "when": {"to": "2029-01-01T00:00:00Z"}},
           {"id": "slow", "on": "users.*", "stack": true, "do": {"delay": "2s"}},
           {"id": "busy", "on": "users.*", "when": {"max": 1}, "do": {"reply": {"status": 503}}, "then": "later"},
           {"id": "last", "on": "users.*"}"#,
    );
    let ada = user(CREATE, "ada");
    let expected = [
        ("other", "it is on users.list, and this is users.create"),
        (
            "later",
            "it waits for the state \"later\", and the state is \"start\"",
        ),
        (
            "bob",
            "subject.key is \"ada\", not \"bob\"; token.live is false, not true",
        ),
        (
            "third",
            "it acts on number 3 only, and this is number 1 for this user",
        ),
        ("window", "it begins at +10s, which is 2030-01-01T00:00:10Z"),
        (
            "after",
            "it begins at \"third+5s\", and that rule has not acted yet",
        ),
        ("over", "it ended at 2029-01-01T00:00:00Z"),
        ("slow", "it joins the others: delay 2s"),
        ("busy", "reply 503, then the state is \"later\""),
        ("last", "it could act, but \"busy\" comes first"),
    ];
    why(&engine, &ada, at(0), &expected);
    // It was a decision like any other: the state has changed and the counters have moved.
    let told = engine.explain(&ada, at(0));
    assert_eq!(told.state, "later");
    assert_eq!(told.rules[1].standing, explain::Standing::Acts);
    assert_eq!(told.rules[8].why, "it acts once at most, and has");
}

#[test]
fn explanation_of_a_rate_says_that_its_bucket_is_not_empty() {
    let engine = engine(
        r#"{"id": "fast", "on": "users.*", "when": {"over": "1/1h"}, "do": {"reply": {"status": 429}}}"#,
    );
    let ada = user(CREATE, "ada");
    let within = "it acts once a bucket of 1 requests is empty, and it is not";
    why(&engine, &ada, at(0), &[("fast", within)]);
    why(&engine, &ada, at(0), &[("fast", "reply 429")]);
}

#[test]
fn explanation_of_a_draw_names_the_number() {
    let engine = engine(r#"{"id": "rare", "on": "users.*", "when": {"p": 0.001}}"#);
    let told = engine.explain(&user(CREATE, "ada"), at(0));
    let drawn = Entropy::from_seed(7).draw("rule/test/rare/", 1).fraction();
    let expected = explain::Refusal::Luck { seen: 1, drawn };
    assert_eq!(told.rules[0].standing, explain::Standing::Refused(expected));
    assert_eq!(
        told.rules[0].why,
        format!("the draw {drawn:.4} is not below 0.001")
    );
}

#[test]
fn state_that_a_person_supposes_is_the_state() {
    let engine = engine(
        r#"{"id": "go", "on": "users.list", "then": "dead"}, {"id": "in", "on": "users.create", "when": {"state": "dead"}}"#,
    );
    engine.enter("dead");
    assert_eq!(acted(&engine, &user(CREATE, "ada"), at(0)), ["in"]);
}

#[test]
fn rules_on_heads_are_decided_apart_and_explained_with_the_rest() {
    let engine = engine(
        r#"{"id": "full", "on": "users.create", "when": {"nth": 2}, "do": {"reply": {"status": 413}, "wire": "early"}},
           {"id": "busy", "on": "users.create", "do": {"reply": {"status": 503}}}"#,
    );
    let mut request = Request {
        method: Method::POST,
        uri: "/scim/v2/Users".parse().unwrap(),
        version: Version::HTTP_11,
        headers: HeaderMap::new(),
        body: "{}".into(),
        connection: Connection {
            number: 1,
            peer: "127.0.0.1:1".parse().unwrap(),
            local: "127.0.0.1:2".parse().unwrap(),
        },
    };
    let facts = Facts::of_request(CREATE, &request);
    assert!(engine.looks_at_heads_of(CREATE) && !engine.looks_at_heads_of(Operation::ListUsers));
    assert!(engine.decide_head(&facts, at(0)).fired.is_empty());
    assert_eq!(acted(&engine, &facts, at(0)), ["busy"]);
    let early = "the request is answered before its body is read";
    let what = "answered before the body was read";
    let told = engine.explain(&facts, at(0));
    assert!(told.rules[0].why.contains(what), "{}", told.rules[0].why);
    assert_eq!(told.rules[1].why, early);
    request.body = bytes::Bytes::new();
    let facts = Facts::of_request(CREATE, &request);
    let none = "it strikes before a body is read, and here is none";
    why(
        &engine,
        &facts,
        at(0),
        &[("full", none), ("busy", "reply 503")],
    );
}

#[test]
fn explanation_says_what_windows_repeats_and_others_under_way_have_to_do_with_it() {
    let engine = engine(
        r#"{"id": "slow", "on": "groups.*", "then": "slow"},
           {"id": "state", "on": "users.*", "when": {"state": ["slow"]}},
           {"id": "other", "on": "users.*", "fires": ">=0", "when": {"state": {"not": ["start", "slow"]}}},
           {"id": "gone", "on": "domain.*", "then": "gone"},
           {"id": "outage", "on": "users.*", "when": {"open": "1m in 10m"}, "do": {"reply": {"status": 503}}},
           {"id": "press", "on": "users.*", "when": {"from": "last outage+20m"}},
           {"id": "crowd", "on": "users.*", "when": {"parallel": 2, "per": ["op", "user"]}}"#,
    );
    engine.begin(at(0));
    let ada = user(CREATE, "ada");
    let elsewhere = |rule| format!("it is on {rule}, and this is users.create");
    let (groups, domains) = (elsewhere("groups.*"), elsewhere("domain.*"));
    let state = "it waits for the state \"slow\", and the state is \"start\"";
    let other = "it waits for a state other than \"start\" or \"slow\", and the state is \"start\"";
    let crowd = "it acts beside 2 others under way for this op and user, and there are 0";
    let expected = |outage, press| {
        [
            ("slow", groups.as_str()),
            ("state", state),
            ("other", other),
            ("gone", domains.as_str()),
            ("outage", outage),
            ("press", press),
            ("crowd", crowd),
        ]
    };
    let not_yet = "it begins at \"last outage+20m\", and that rule has not acted yet";
    let shut = "it is open for 1m in every 10m, and again at 2030-01-01T00:10:00Z";
    why(&engine, &ada, at(60), &expected(shut, not_yet));
    why(&engine, &ada, at(0), &expected("reply 503", not_yet));
    let later = "it begins at \"last outage+20m\", which is 2030-01-01T00:20:00Z";
    why(&engine, &ada, at(60), &expected(shut, later));
}

#[test]
fn explanation_of_a_repeat_says_which_write_it_repeats() {
    let engine = engine(
        r#"{"id": "lost", "on": "users.create", "when": {"nth": 1, "repeats": "pass"}, "do": {"reply": {"status": 503}}}"#,
    );
    let peer = "127.0.0.1:4000".parse().unwrap();
    let request = Request {
        method: Method::POST,
        uri: "/scim/v2/Users".parse().unwrap(),
        version: Version::HTTP_11,
        headers: HeaderMap::new(),
        body: bytes::Bytes::from_static(b"{}"),
        connection: Connection {
            number: 1,
            peer,
            local: peer,
        },
    };
    let facts = Facts::of_request(CREATE, &request);
    why(&engine, &facts, at(0), &[("lost", "reply 503")]);
    let repeat = "it passes repeats over, and has counted this write as number 1";
    why(&engine, &facts, at(0), &[("lost", repeat)]);
}
