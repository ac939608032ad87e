//! `when` and `if`: which requests a rule strikes, and in what order rules have their say.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

use goto_double::{GotoDouble, MintRequest};
use serde_json::{Value, json};

use super::{fired, playing, stored};
use crate::support::raw::Line;
use crate::support::{Client, create_group, create_user, user, with};

/// Which of so many equal requests are struck, counted from 1.
fn struck(when: &Value, requests: u64) -> Vec<u64> {
    let (_goto, client) = playing(
        json!([{ "id": "busy", "on": "users.list", "when": when, "do": { "reply": { "status": 503 } } }]),
    );
    (1..=requests)
        .filter(|_| client.get("/Users").status == 503)
        .collect()
}

#[test]
fn each_form_of_nth_strikes_its_occurrences() {
    for (nth, expected) in [
        (json!(3), vec![3]),
        (json!([1, 4]), vec![1, 4]),
        (json!("2-4"), vec![2, 3, 4]),
        (json!("5+"), vec![5, 6, 7, 8]),
        (json!("every 3"), vec![3, 6]),
    ] {
        assert_eq!(struck(&json!({ "nth": nth }), 8), expected, "{nth}");
    }
    assert_eq!(struck(&json!({ "max": 2 }), 5), [1, 2]);
    assert_eq!(struck(&json!({ "nth": "every 2", "max": 2 }), 8), [2, 4]);
    assert_eq!(struck(&json!({ "p": 1.0, "nth": "2+" }), 3), [2, 3]);
}

#[test]
fn span_of_time_has_a_beginning_and_an_end() {
    for (when, expected) in [
        (json!({ "from": "+10s" }), [false, true, true, true]),
        (json!({ "to": "+10s" }), [true, false, false, false]),
        (
            json!({ "from": "+10s", "to": "+30s" }),
            [false, true, true, false],
        ),
        (
            json!({ "from": "2030-01-01T00:00:20Z", "to": "2030-01-01T00:00:30Z" }),
            [false, false, true, false],
        ),
    ] {
        let (goto, client) = playing(
            json!([{ "id": "busy", "on": "users.list", "when": when, "do": { "reply": { "status": 503 } } }]),
        );
        for struck in expected {
            assert_eq!(
                client.get("/Users").status == 503,
                struck,
                "{when} at {}",
                goto.control().clock().unwrap()["now"]
            );
            goto.control().advance(Duration::from_secs(10)).unwrap();
        }
    }
}

#[test]
fn span_after_a_rule_begins_with_its_first_firing_for_the_same_key() {
    let (goto, client) = playing(json!([
        { "id": "quota", "on": "users.create", "when": { "nth": 1, "per": "user" }, "do": { "reply": { "status": 429 } } },
        { "id": "early", "on": "users.create", "when": { "from": "quota", "to": "quota+30s", "per": "user" }, "fires": ">=0", "do": { "reply": { "status": 420 } } },
    ]));
    let create = |name: &str| client.post("/Users", &user(name)).status;
    assert_eq!((create("ada@main.com"), create("ada@main.com")), (429, 420));
    goto.control().advance(Duration::from_secs(20)).unwrap();
    assert_eq!((create("bob@main.com"), create("ada@main.com")), (429, 420));
    goto.control().advance(Duration::from_secs(10)).unwrap();
    assert_eq!((create("bob@main.com"), create("ada@main.com")), (420, 201));
    goto.control().advance(Duration::from_secs(20)).unwrap();
    assert_eq!(create("bob@main.com"), 201);
}

#[test]
fn user_is_one_key_in_a_body_in_a_filter_and_in_a_path() {
    let (goto, client) = playing(
        json!([{ "id": "third", "on": "users.*", "when": { "nth": 3, "per": "user" }, "do": { "reply": { "status": 503 } } }]),
    );
    let ada = create_user(&client, "Ada@main.com");
    let bob = create_user(&client, "bob@main.com");
    assert_eq!(
        client
            .get("/Users?filter=userName%20eq%20%22ada@MAIN.com%22")
            .status,
        200
    );
    assert_eq!(client.get(&format!("/Users/{bob}")).status, 200);
    assert_eq!(client.get(&format!("/Users/{ada}")).status, 503);
    assert_eq!(
        client
            .get("/Users?filter=userName%20eq%20%22bob@main.com%22")
            .status,
        503
    );
    assert_eq!(client.get(&format!("/Users/{ada}")).status, 200);
    assert_eq!(fired(&goto, "third"), 2);
}

#[test]
fn every_scope_counts_for_itself() {
    let second = |per: &str, on: Value| {
        playing(
            json!([{ "id": "second", "on": on, "when": { "nth": 2, "per": per }, "do": { "reply": { "status": 503 } } }]),
        )
    };
    let (_goto, client) = second("group", json!("groups.*"));
    let (one, other) = (create_group(&client, "One"), create_group(&client, "Other"));
    let read = |id: &str| client.get(&format!("/Groups/{id}")).status;
    assert_eq!((read(&one), read(&one), read(&other)), (503, 200, 503));

    let (_goto, client) = second("op", json!(["users.list", "groups.list"]));
    let statuses: Vec<_> = ["/Users", "/Groups", "/Users", "/Groups", "/Users"]
        .map(|path| client.get(path).status)
        .into();
    assert_eq!(statuses, [200, 200, 503, 503, 200]);

    let (_goto, client) = second("conn", json!("users.list"));
    let (mut one, mut other) = (Line::open(&client), Line::open(&client));
    let mut ask = |which: u8| {
        if which == 1 { &mut one } else { &mut other }
            .ask("GET", "/Users", b"")
            .status
    };
    assert_eq!(
        [ask(1), ask(2), ask(1), ask(2), ask(1)],
        [200, 200, 503, 503, 200]
    );

    let (_goto, client) = second("sandbox", json!("users.list"));
    assert_eq!(
        [client.get("/Users").status, client.get("/Users").status],
        [200, 503]
    );
}

#[test]
fn token_and_client_are_keys_of_their_own() {
    for (per, expected) in [
        ("token", [200, 200, 503, 503]),
        ("client", [200, 503, 200, 200]),
    ] {
        let (goto, client) = playing(
            json!([{ "id": "second", "on": "users.list", "when": { "nth": 2, "per": per }, "do": { "reply": { "status": 503 } } }]),
        );
        let other = goto.control().mint_token(&MintRequest::default()).unwrap();
        let other = client.clone().bearer(&other.access_token);
        let statuses = [&client, &other, &client, &other].map(|client| client.get("/Users").status);
        assert_eq!(statuses, expected, "{per}");
    }
}

#[test]
fn state_leads_from_rule_to_rule() {
    let (goto, client) = playing(json!([
        { "id": "one", "on": "users.list", "when": { "state": "start" }, "do": { "reply": { "status": 501 } }, "then": "second" },
        { "id": "two", "on": "users.list", "when": { "state": "second" }, "do": { "reply": { "status": 502 } }, "then": "third" },
        { "id": "three", "on": "groups.list", "when": { "state": "third" }, "do": { "reply": { "status": 503 } }, "then": "start" },
    ]));
    let ask = |path: &str| client.get(path).status;
    assert_eq!(
        [
            ask("/Groups"),
            ask("/Users"),
            ask("/Groups"),
            ask("/Users"),
            ask("/Users")
        ],
        [200, 501, 200, 502, 200]
    );
    assert_eq!([ask("/Groups"), ask("/Users")], [503, 501]);
    goto.control().reset().unwrap();
    assert_eq!(
        Client::new(goto.scim_url())
            .bearer(goto.token())
            .get("/Users")
            .status,
        501
    );
}

#[test]
fn counters_advance_for_rules_that_lose() {
    let (goto, client) = playing(json!([
        { "id": "first-two", "on": "users.list", "when": { "nth": "1-2" }, "do": { "reply": { "status": 501 } } },
        { "id": "second-and-third", "on": "users.list", "when": { "nth": [2, 3] }, "do": { "reply": { "status": 502 } } },
        { "id": "fourth", "on": "users.*", "when": { "nth": 4 }, "do": { "reply": { "status": 503 } } },
    ]));
    let statuses: Vec<_> = (0..5).map(|_| client.get("/Users").status).collect();
    assert_eq!(statuses, [501, 501, 502, 503, 200]);
    // A rule that lost its turn has not acted.
    assert_eq!(
        (fired(&goto, "first-two"), fired(&goto, "second-and-third")),
        (2, 1)
    );
}

#[test]
fn rule_that_lost_may_still_act_as_often_as_it_may() {
    let (_goto, client) = playing(json!([
        { "id": "first", "on": "users.list", "when": { "max": 1 }, "do": { "reply": { "status": 501 } } },
        { "id": "second", "on": "users.list", "when": { "max": 2 }, "do": { "reply": { "status": 502 } } },
    ]));
    let statuses: Vec<_> = (0..4).map(|_| client.get("/Users").status).collect();
    assert_eq!(statuses, [501, 502, 502, 200]);
}

/// Whether a rule with that condition strikes a request that the closure makes.
fn strikes(on: &str, condition: &Value, ask: impl Fn(&GotoDouble, &Client)) -> bool {
    let (goto, client) =
        playing(json!([{ "id": "rule", "on": on, "if": condition, "do": { "delay": "0s" } }]));
    ask(&goto, &client);
    fired(&goto, "rule") > 0
}

#[test]
fn query_header_and_token_can_be_asked_for() {
    for (condition, expected) in [
        (json!({ "query.startIndex": 11 }), true),
        (json!({ "query.startIndex": "12" }), false),
        (json!({ "query.count": { "exists": false } }), true),
        (json!({ "header.x-one": { "has": "b" } }), true),
        (json!({ "header.x-two": { "exists": true } }), false),
        (json!({ "token.live": true }), true),
        (json!({ "token.client": { "re": "^5c3f" } }), true),
        (
            json!({ "query.startIndex": { "in": ["1", "11"] }, "header.x-one": "abc" }),
            true,
        ),
        (
            json!({ "query.startIndex": { "in": ["1", "11"] }, "header.x-one": { "not": "abc" } }),
            false,
        ),
        (json!({ "subject.kind": "user" }), false),
    ] {
        let ask = |_: &GotoDouble, client: &Client| {
            client
                .clone()
                .header("X-One", "abc")
                .get("/Users?startIndex=11");
        };
        assert_eq!(
            strikes("users.list", &condition, ask),
            expected,
            "{condition}"
        );
    }
}

#[test]
fn each_field_of_a_body_can_be_asked_for() {
    for (condition, expected) in [
        (json!({ "body.userName": "ada@main.com" }), true),
        (json!({ "body.userName": { "re": "@other" } }), false),
        (
            json!({ "body.name.givenName": { "not": { "has": "x" } } }),
            true,
        ),
        (
            json!({ "body.active": true, "body.schemas.0": { "has": "core" } }),
            true,
        ),
        (json!({ "body.active": "true" }), false),
        (
            json!({ "body.schemas": { "has": "urn:ietf:params:scim:schemas:core:2.0:User" } }),
            true,
        ),
        (json!({ "subject.key": "ada@main.com" }), true),
    ] {
        let ask = |_: &GotoDouble, client: &Client| _ = create_user(client, "ada@main.com");
        assert_eq!(
            strikes("users.create", &condition, ask),
            expected,
            "{condition}"
        );
    }
}

#[test]
fn forms_and_paths_can_be_asked_for() {
    for (condition, expected) in [
        (json!({ "form.grant_type": "refresh_token" }), true),
        (json!({ "form.scope": { "exists": true } }), false),
        (json!({ "token.live": false }), true),
    ] {
        let ask = |goto: &GotoDouble, _: &Client| {
            Client::new(&goto.ready().token_url).form("", &[("grant_type", "refresh_token")]);
        };
        assert_eq!(
            strikes("oauth.token", &condition, ask),
            expected,
            "{condition}"
        );
    }
    let ask = |_: &GotoDouble, client: &Client| _ = client.get("/Users/a%20b");
    assert!(strikes("users.get", &json!({ "path.id": "a b" }), ask));
    assert!(!strikes("users.get", &json!({ "path.id": "a%20b" }), ask));
}

#[test]
fn dead_token_is_told_from_a_live_one() {
    let (goto, client) = playing(
        json!([{ "id": "dead", "on": "users.list", "if": { "token.live": false }, "do": { "delay": "0s" } }]),
    );
    client.get("/Users");
    assert_eq!(fired(&goto, "dead"), 0);
    client.clone().bearer("nothing").get("/Users");
    Client::new(goto.scim_url()).get("/Users");
    assert_eq!(fired(&goto, "dead"), 2);
}

fn everybody() -> Vec<String> {
    (1..=32).map(|n| format!("user-{n:02}@main.com")).collect()
}

/// Whom a rule with a probability strikes when these are created over so many connections at once.
fn victims(
    seed: u64,
    names: &[String],
    connections: usize,
    more: Option<Value>,
) -> BTreeSet<String> {
    let mut rules = vec![
        json!({ "id": "lost", "on": "users.create", "when": { "nth": 1, "p": 0.3, "per": "user" }, "do": { "reply": { "status": 503 } } }),
    ];
    rules.extend(more);
    let scenario = json!({ "scenario": "chance", "v": 1, "rules": rules });
    let goto = GotoDouble::builder()
        .seed(seed)
        .scenario(scenario.to_string())
        .start()
        .unwrap();
    let client = Client::new(goto.scim_url()).bearer(goto.token());
    thread::scope(|scope| {
        for part in 0..connections {
            let mine = names.iter().skip(part).step_by(connections);
            let client = &client;
            scope.spawn(move || {
                let mut line = Line::open(client);
                for name in mine {
                    line.ask("POST", "/Users", user(name).to_string().as_bytes());
                }
            });
        }
    });
    let there: BTreeSet<_> = stored(&goto).into_iter().collect();
    names
        .iter()
        .filter(|name| !there.contains(*name))
        .cloned()
        .collect()
}

#[test]
fn chance_strikes_the_same_users_whatever_the_order_and_the_connections() {
    let names = everybody();
    let struck = victims(7, &names, 1, None);
    assert!((3..20).contains(&struck.len()), "{struck:?}");
    assert_eq!(victims(7, &names, 16, None), struck);
    let backwards: Vec<_> = names.iter().rev().cloned().collect();
    assert_eq!(victims(7, &backwards, 1, None), struck);
    let few: Vec<_> = names.iter().take(8).cloned().collect();
    let expected: BTreeSet<_> = struck
        .iter()
        .filter(|name| few.contains(name))
        .cloned()
        .collect();
    assert_eq!(victims(7, &few, 4, None), expected);
}

/// What each of the users got who is written so many times in turn, over so many connections at once.
fn courses(rule: &Value, connections: usize) -> BTreeMap<String, Vec<u16>> {
    let (_goto, client) = playing(json!([rule]));
    let names = everybody();
    thread::scope(|scope| {
        let parts: Vec<_> = (0..connections)
            .map(|part| {
                let mine = names.iter().skip(part).step_by(connections);
                let client = &client;
                scope.spawn(move || {
                    let mut line = Line::open(client);
                    let mut ask = |name: &String| {
                        let body = user(name).to_string();
                        line.ask("POST", "/Users", body.as_bytes()).status
                    };
                    let mut course = |name: &String| (0..4).map(|_| ask(name)).collect();
                    mine.map(|name| (name.clone(), course(name)))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap())
            .collect()
    })
}

#[test]
fn one_and_sixteen_connections_see_the_same_users_struck_at_the_same_turn() {
    for when in [
        json!({ "nth": 2, "per": "user" }),
        json!({ "nth": "every 2 from 1", "p": 0.4, "per": "user" }),
        json!({ "p": 0.4, "per": ["user", "op"], "max": 2 }),
        json!({ "p": 0.4, "per": "write", "repeats": "same" }),
    ] {
        let rule = json!({ "id": "busy", "on": "users.create", "when": when, "do": { "reply": { "status": 503 } } });
        let alone = courses(&rule, 1);
        assert_eq!(courses(&rule, 16), alone, "{when}");
        let struck = alone
            .values()
            .flatten()
            .filter(|status| **status == 503)
            .count();
        assert!((5..120).contains(&struck), "{when}: {struck}");
        if when["nth"] == 2 {
            assert!(
                alone.values().all(|course| *course == [201, 503, 409, 409]),
                "{alone:?}"
            );
        }
    }
}

#[test]
fn chance_of_one_rule_does_not_feel_another_rule_but_the_seed() {
    let names = everybody();
    let struck = victims(7, &names, 4, None);
    let other = json!({ "id": "slow", "on": "*", "stack": true, "when": { "p": 0.5 }, "do": { "delay": "0s" } });
    assert_eq!(victims(7, &names, 4, Some(other)), struck);
    assert_ne!(victims(8, &names, 4, None), struck);
}

#[test]
fn two_doubles_of_one_seed_strike_alike() {
    let scenario = json!({ "scenario": "chance", "v": 1, "rules": [
        { "id": "busy", "on": "users.list", "when": { "p": 0.5 }, "do": { "reply": { "status": 503 } } } ] });
    let play = || {
        let (_goto, client) = with(GotoDouble::builder().scenario(scenario.to_string()));
        (0..20)
            .map(|_| client.get("/Users").status)
            .collect::<Vec<_>>()
    };
    let once = play();
    assert!(once.contains(&200) && once.contains(&503), "{once:?}");
    assert_eq!(once, play());
}
