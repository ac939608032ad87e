//! What is told of each rule: that it acts, or what keeps it.

use super::*;

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
