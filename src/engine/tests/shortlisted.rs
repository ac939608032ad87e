//! Asking few rules is asking all: what is done is the same, and so is what is told of those that came close.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::explain::{Refusal, Standing};
use super::*;
use crate::entry::{Event, Exchange, Near, TokenFacts};
use crate::exchange::Reply;

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["ada", "bob", "carl"])
}

fn test() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => name().prop_map(|name| json!(name)),
        1 => prop::collection::vec(name(), 1..3).prop_map(|names| json!({ "in": names })),
        1 => name().prop_map(|name| json!({ "not": name })),
        1 => name().prop_map(|name| json!({ "has": &name[..1] })),
        1 => name().prop_map(|name| json!({ "re": "a", "in": [name, "bob"] })),
    ]
}

fn rule() -> impl Strategy<Value = Value> {
    let field = prop::sample::select(vec!["body.userName", "subject.key", "header.x-who"]);
    let condition = prop::collection::btree_map(field, test(), 0..3);
    let when = prop_oneof![
        3 => Just(json!({})),
        1 => (1..4u8).prop_map(|nth| json!({ "nth": nth })),
        1 => (1..4u8).prop_map(|nth| json!({ "nth": nth, "per": "user" })),
        1 => (1..3u8).prop_map(|max| json!({ "max": max })),
        1 => Just(json!({ "p": 0.5, "per": "user" })),
        1 => Just(json!({ "state": "led" })),
    ];
    let stack = prop::bool::weighted(0.2);
    let leads = prop::bool::weighted(0.2);
    (condition, when, stack, leads).prop_map(|(condition, when, stack, leads)| {
        let mut rule =
            json!({ "on": "users.create", "if": condition, "when": when, "do": { "delay": "1s" } });
        if stack {
            rule["stack"] = json!(true);
        }
        if leads {
            rule["then"] = json!("led");
        }
        rule
    })
}

fn request(user_name: &str, who: &str) -> Request {
    let here = "127.0.0.1:1".parse().unwrap();
    Request {
        method: Method::POST,
        uri: "/scim/v2/Users".parse().unwrap(),
        version: Version::HTTP_11,
        headers: HeaderMap::from_iter([("x-who".parse().unwrap(), who.parse().unwrap())]),
        body: json!({ "userName": user_name }).to_string().into(),
        connection: Connection {
            number: 1,
            peer: here,
            local: here,
        },
    }
}

/// The exchange as the journal has it.
fn happened(request: &Request, subject: &Subject, plan: &Plan) -> Event {
    Event::Exchange(Box::new(Exchange {
        request: request.clone(),
        operation: Some(CREATE),
        subject: Some(subject.clone()),
        token: TokenFacts::default(),
        fired: plan.fired.clone(),
        varied: Vec::new(),
        near: Near::default(),
        changes: Vec::new(),
        reply: Reply::empty(http::StatusCode::CREATED),
        answered: at(0),
        delivery: Delivery::Whole,
        delivered: Arc::default(),
    }))
}

/// The rules that came close by a full account of a request.
fn close(engine: &Engine, told: &explain::Explanation, facts: &Facts<'_>) -> Vec<String> {
    let accounts = told.rules.iter().zip(engine.rules.all());
    let close = accounts.filter(|(account, rule)| match &account.standing {
        Standing::Acts | Standing::Refused(Refusal::Operation | Refusal::Extent) => false,
        Standing::Refused(Refusal::Condition) => account.unmet.len() == 1,
        Standing::Refused(Refusal::State) => rule.accepts(facts),
        Standing::Behind(_) | Standing::Refused(_) => true,
    });
    close.map(|(account, _)| account.rule.clone()).collect()
}

proptest! {
    #[test]
    fn few_rules_are_asked_and_nothing_else_is_done_or_told(
        rules in prop::collection::vec(rule(), 1..9),
        asked in prop::collection::vec((name(), name(), name()), 1..8),
    ) {
        let rules: Vec<_> = rules.into_iter().enumerate().map(|(number, mut rule)| {
            rule["id"] = json!(format!("r{number}"));
            rule.to_string()
        }).collect();
        let text = format!(r#"{{"scenario": "test", "v": 1, "rules": [{}]}}"#, rules.join(","));
        // A made-up rule may stand behind one that always acts; such files are refused.
        let script = parse(&text);
        prop_assume!(script.is_ok());
        let scenario = &script.unwrap().rows(Pace::Quick)[0].scenario;
        let [few, all] = [(); 2].map(|()| Engine::new(scenario, Entropy::from_seed(7)));
        for (user_name, who, key) in asked {
            let request = request(user_name, who);
            let subject = Subject { kind: SubjectKind::User, key: key.to_owned(), id: None };
            let facts = Facts {
                subject: Some(subject.clone()),
                ..Facts::of_request(CREATE, &request)
            };
            let mut plan = few.decide(&facts, at(0));
            let told = all.explain(&facts, at(0));
            let near = std::mem::take(&mut plan.near).tell(&happened(&request, &subject, &plan));
            prop_assert_eq!(&plan, &told.plan);
            let near: Vec<_> = near.misses.into_iter().map(|miss| miss.rule).collect();
            prop_assert_eq!(near, close(&all, &told, &facts));
        }
    }
}
