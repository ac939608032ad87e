//! Odd answers of the token endpoint: each rule is the example that the reference page shows for it.

use goto_double::scenario::fault::FAULTS;
use serde_json::{Value, json};

use super::token::{first_refresh_token, refresh, text, with_token};
use super::{fired, playing};
use crate::support::{Answer, Client};

/// The example of that name, which acts on the second request to the token endpoint.
fn example(name: &str) -> Value {
    let row = FAULTS.iter().find(|row| row.name == name).unwrap();
    let mut rule: Value = serde_json::from_str(row.example).unwrap();
    rule["when"] = json!({ "nth": 2 });
    json!([rule])
}

/// What comes before, in and after an answer that the example of that name is about.
#[track_caller]
fn played(name: &str) -> [Answer; 3] {
    let rules = example(name);
    let rule = rules[0]["id"].as_str().unwrap().to_owned();
    let (goto, _client) = playing(rules);
    let kept = first_refresh_token(&goto);
    let answers = [(); 3].map(|()| refresh(&goto, &kept));
    assert_eq!(fired(&goto, &rule), 1);
    for healthy in [&answers[0], &answers[2]] {
        assert_eq!(healthy.json()["token_type"], "Bearer");
        assert_eq!(healthy.json()["expires_in"], 3600);
        let given = with_token(&goto, &text(healthy, "access_token"));
        assert_eq!(given.get("/Users").status, 200);
    }
    answers
}

#[test]
fn lifetime_is_said_oddly_once() {
    let [_, odd, _] = played("token answer: expires_in");
    assert_eq!(
        (odd.status, &odd.json()["expires_in"]),
        (200, &json!("3600"))
    );
}

// RFC 6749 section 4.2.2 to 5.1: "expires_in RECOMMENDED. The lifetime in seconds of the access token."
#[test]
fn lifetime_can_be_left_out_or_be_none() {
    for (operation, told) in [
        (json!({ "op": "remove", "path": "/expires_in" }), None),
        (replaced(json!(-1)), Some(json!(-1))),
        (replaced(json!(0)), Some(json!(0))),
        (replaced(json!(3599.5)), Some(json!(3599.5))),
        (replaced(json!(null)), Some(json!(null))),
        (replaced(json!(1e40)), Some(json!(1e40))),
    ] {
        let (goto, _client) = playing(
            json!([{ "id": "odd", "on": "oauth.token", "when": { "nth": 1 }, "do": { "mutate": [operation] } }]),
        );
        let kept = first_refresh_token(&goto);
        assert_eq!(
            refresh(&goto, &kept).json().get("expires_in"),
            told.as_ref()
        );
        assert_eq!(refresh(&goto, &kept).json()["expires_in"], 3600);
    }
}

fn replaced(value: Value) -> Value {
    json!({ "op": "replace", "path": "/expires_in", "value": value })
}

// RFC 6749 section 7.1: "The client MUST NOT use an access token if it does not understand the token type."
#[test]
fn another_token_type_is_named_once() {
    let [_, odd, _] = played("token answer: token_type");
    assert_eq!(
        (odd.status, &odd.json()["token_type"]),
        (200, &json!("mac"))
    );
}

// RFC 6749 section 5.1: "The client MUST ignore unrecognized value names in the response."
#[test]
fn member_that_nobody_asked_for_is_there_once() {
    let [before, odd, after] = played("token answer: more members");
    assert_eq!(odd.json()["organizer_key"], "1234567890123456789");
    for healthy in [before, after] {
        assert_eq!(healthy.json().get("organizer_key"), None);
    }
}

#[test]
fn page_comes_in_place_of_a_token_once() {
    let [_, odd, _] = played("token answer: HTML");
    assert_eq!(
        (odd.status, odd.header("content-type")),
        (200, Some("text/html"))
    );
    assert!(odd.text().starts_with("<html>"), "{}", odd.text());
}

#[test]
fn request_is_sent_to_another_host_once() {
    let [_, odd, _] = played("token answer: redirect");
    assert_eq!(odd.status, 307);
    assert_eq!(
        odd.header("location"),
        Some("http://tokens.example/oauth/token")
    );
}

#[test]
fn answer_in_place_of_the_true_one_gives_no_token() {
    let (goto, _client) = playing(
        json!([{ "id": "instead", "on": "oauth.token", "when": { "nth": 1 },
        "do": { "reply": { "status": 307, "headers": { "Location": "http://tokens.example/" } } } }]),
    );
    refresh(&goto, &first_refresh_token(&goto));
    let token = super::exchanges(&goto, "oauth.token");
    assert!(token[0].changes.is_empty());
    assert_eq!(refresh(&goto, &first_refresh_token(&goto)).status, 200);
}

#[test]
fn answer_is_lost_once_and_what_it_replaced_is_worth_nothing() {
    let (goto, _client) = playing(example("token answer: lost"));
    let ready = goto.ready();
    let old = first_refresh_token(&goto);
    assert_eq!(refresh(&goto, &old).status, 200);
    let body = format!(
        "grant_type=refresh_token&refresh_token={old}&client_id={}&client_secret={}",
        ready.client_id.clone().unwrap(),
        ready.client_secret.clone().unwrap()
    );
    let endpoint =
        Client::new(&ready.token_url).header("Content-Type", "application/x-www-form-urlencoded");
    assert!(endpoint.send("POST", "", body.as_bytes()).is_err());
    assert_eq!(fired(&goto, "lost-token"), 1);
    assert_eq!(text(&refresh(&goto, &old), "error"), "invalid_grant");
}

#[test]
fn example_of_every_token_fault_is_played_as_it_is_written() {
    for row in FAULTS.iter().filter(|row| row.name.starts_with("token")) {
        let rule: Value = serde_json::from_str(row.example).unwrap();
        let (goto, client) = playing(json!([rule]));
        let body = format!(
            "grant_type=refresh_token&refresh_token={}&client_id={}&client_secret={}",
            first_refresh_token(&goto),
            goto.ready().client_id.clone().unwrap(),
            goto.ready().client_secret.clone().unwrap()
        );
        let endpoint = Client::new(&goto.ready().token_url)
            .header("Content-Type", "application/x-www-form-urlencoded");
        for _ in 0..5 {
            drop(endpoint.send("POST", "", body.as_bytes()));
            client.get("/Users");
        }
        assert!(
            fired(&goto, rule["id"].as_str().unwrap()) > 0,
            "{}",
            row.name
        );
    }
}
