//! Each point over HTTP: every form is seen for some seed, the journal tells which, and without variation none is.

use std::collections::BTreeSet;

use goto_double::GotoDouble;
use goto_double::entry::Choice;
use goto_double::variation::POINTS;
use serde_json::{Value, json};

use super::raw::Raw;
use super::shows::shows;
use super::{last, person, plain, seen, started, varied};
use crate::support::{CORE_GROUP, Client, patch};

/// A refusal whose form of `Retry-After` is open.
fn busy() -> Value {
    json!([{ "id": "busy", "on": "groups.list", "do": { "reply": { "status": 429, "retry_after": "5s" } } }])
}

/// The form that trades the ready refresh token.
fn renewal(goto: &GotoDouble) -> String {
    let ready = goto.ready();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("refresh_token", &text(&ready.refresh_token))
        .append_pair("client_id", &text(&ready.client_id))
        .append_pair("client_secret", &text(&ready.client_secret))
        .finish()
}

/// Asks for everything at which something is open; gives each answer with what the journal says of it.
fn tour(goto: &GotoDouble, client: &Client) -> Vec<(Raw, Vec<Choice>)> {
    let mut all = Vec::new();
    let mut ask = |client: &Client, method: &str, path: &str, body: &Value| {
        let (raw, choices) = seen(goto, client, (method, path, body));
        all.push((raw.clone(), choices));
        raw.json()
    };
    let none = Value::Null;
    ask(
        client,
        "GET",
        "/Users?filter=userName%20eq%20%22nobody%40main.com%22",
        &none,
    );
    let ids: Vec<Value> = (1..=8)
        .map(|n| {
            ask(
                client,
                "POST",
                "/Users",
                &person(&format!("user-{n}@main.com")),
            )["id"]
                .clone()
        })
        .collect();
    let members: Vec<_> = (0..3)
        .map(|n| json!({ "value": ids[n], "display": format!("{n}") }))
        .collect();
    let group = json!({ "schemas": [CORE_GROUP], "displayName": "Readers", "members": members });
    ask(client, "POST", "/Groups", &group);
    let list = ask(
        client,
        "GET",
        "/Users?filter=userName%20sw%20%22user-%22",
        &none,
    );
    assert_eq!(list["totalResults"], 8);
    for id in ids.iter().take(4) {
        let title = patch(json!([{ "op": "replace", "path": "title", "value": "Dr" }]));
        ask(
            client,
            "PATCH",
            &format!("/Users/{}", id.as_str().unwrap()),
            &title,
        );
    }
    ask(client, "GET", "/Users/nobody", &none);
    ask(&Client::new(goto.scim_url()), "GET", "/Users", &none);
    ask(client, "GET", "/Groups", &none);
    let token = Client::new(&goto.ready().token_url);
    let given = ask(&token, "POST", "", &renewal(goto).into());
    assert!(given["access_token"].is_string(), "{given}");
    all
}

/// The same without what differs from run to run: ports.
fn repeatable(tour: &[(Raw, Vec<Choice>)], goto: &GotoDouble) -> Vec<String> {
    let port = goto.addresses().product.port().to_string();
    let strip = |text: String| text.replace(&port, "PORT");
    tour.iter()
        .map(|(raw, choices)| {
            strip(format!(
                "{:?} {:?} {} {choices:?}",
                raw.reason,
                raw.fields,
                raw.text()
            ))
        })
        .collect()
}

#[test]
fn each_form_is_seen_for_some_seed_and_is_the_one_in_the_journal() {
    let mut forms = BTreeSet::new();
    for seed in 1..=8 {
        let (goto, client) = varied(seed, busy());
        for (raw, choices) in tour(&goto, &client) {
            assert!(!choices.is_empty(), "{raw:?}");
            for Choice { point, form } in choices {
                assert!(
                    shows(point, form, &raw),
                    "seed {seed}: {point} is no {form} in {raw:?}\n{}",
                    raw.text()
                );
                forms.insert((point, form));
            }
        }
    }
    for point in POINTS {
        for form in point.forms {
            assert!(
                forms.contains(&(point.name, *form)),
                "{} {form}",
                point.name
            );
        }
    }
}

#[test]
fn without_variation_every_answer_has_its_usual_form_and_the_journal_says_nothing() {
    for seed in 1..=3 {
        let (off, off_client) = started(plain(seed, busy()));
        let (on, client) = varied(seed, busy());
        let varied = tour(&on, &client);
        for ((raw, choices), (_, open)) in tour(&off, &off_client).iter().zip(varied) {
            assert!(choices.is_empty());
            for Choice { point, .. } in open {
                let usual = POINTS.iter().find(|row| row.name == point).unwrap().forms[0];
                assert!(
                    shows(point, usual, raw),
                    "{point} is not {usual} in {raw:?}\n{}",
                    raw.text()
                );
            }
        }
    }
}

#[test]
fn same_seed_gives_the_same_bytes_and_another_seed_others() {
    let play = |seed| {
        let (goto, client) = varied(seed, busy());
        repeatable(&tour(&goto, &client), &goto)
    };
    let (once, again) = (play(5), play(5));
    for (one, other) in once.iter().zip(&again) {
        assert_eq!(one, other);
    }
    assert_ne!(once, play(6));
}

#[test]
fn what_is_chosen_does_not_depend_on_the_order_of_requests_nor_on_connections() {
    let names: Vec<String> = (0..16).map(|n| format!("user-{n:02}@main.com")).collect();
    let chosen = |goto: &GotoDouble| {
        let entries = goto.journal();
        let exchanges = entries.iter().filter_map(|entry| entry.exchange());
        exchanges
            .map(|one| {
                (
                    one.subject.as_ref().map(|subject| subject.key.clone()),
                    format!("{:?}", one.varied),
                )
            })
            .collect::<BTreeSet<_>>()
    };
    let (one_by_one, client) = varied(3, json!([]));
    for name in names.iter().rev() {
        Raw::of(&client, ("POST", "/Users", &person(name)));
    }
    let (at_once, client) = varied(3, json!([]));
    std::thread::scope(|scope| {
        for name in &names {
            let client = client.clone();
            scope.spawn(move || Raw::of(&client, ("POST", "/Users", &person(name))));
        }
    });
    assert_eq!(chosen(&one_by_one), chosen(&at_once));
    assert_eq!(chosen(&at_once).len(), names.len());
}

#[test]
fn nothing_is_said_of_the_framing_of_an_answer_without_a_body() {
    for seed in 1..=4 {
        let (goto, client) = varied(seed, json!([]));
        assert_eq!(client.send("HEAD", "/Users", b"").unwrap().status, 200);
        let choices = last(&goto).varied;
        assert!(choices.iter().any(|one| one.point == "field-case"));
        assert!(
            choices.iter().all(|one| one.point != "framing"),
            "seed {seed}"
        );
    }
}
