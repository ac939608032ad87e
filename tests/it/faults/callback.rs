//! `do.callback`: what the browser brings back to the client is not what the server sent.

use goto_double::GotoDouble;
use goto_double::entry::Fired;
use serde_json::{Value, json};

use super::{fired, playing};
use crate::support::{Answer, Browser};

const ADMIN: (&str, &str) = ("admin@main.com", "correct horse battery staple");

/// Asks for a code as the admin, and gives the query that the browser is sent back with.
#[track_caller]
fn brought_back(goto: &GotoDouble) -> Vec<(String, String)> {
    let ready = goto.ready();
    let mut browser = Browser::new(&ready.authorize_url);
    let target = format!(
        "{}?response_type=code&client_id={}&redirect_uri=http://127.0.0.1/callback&state=mine",
        ready.authorize_url,
        ready.client_id.as_deref().unwrap()
    );
    let page = browser.open(&target);
    let page = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    let sent: Answer = match page.status {
        302 => page,
        _ => browser.press(&page, "Allow", &[]),
    };
    let location = sent.header("location").unwrap();
    let (target, query) = location.split_once('?').unwrap();
    assert_eq!(target, "http://127.0.0.1/callback");
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

fn value<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    let found = query.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

fn rules(callback: Value) -> Value {
    json!([{ "id": "changed", "on": ["oauth.approve", "oauth.login"],
        "when": { "state": "start" }, "do": { "callback": callback } }])
}

#[test]
fn callback_brings_another_state_an_error_or_the_name_of_another_server() {
    let (goto, _client) = playing(rules(json!({ "state": "not mine" })));
    let query = brought_back(&goto);
    assert_eq!(value(&query, "state"), Some("not mine"));
    assert!(value(&query, "code").is_some());

    let (goto, _client) = playing(rules(json!({ "code": null, "error": "access_denied" })));
    let query = brought_back(&goto);
    assert_eq!(value(&query, "code"), None);
    assert_eq!(value(&query, "error"), Some("access_denied"));
    assert_eq!(value(&query, "state"), Some("mine"));

    let (goto, _client) = playing(rules(json!({ "iss": "https://other.example" })));
    let query = brought_back(&goto);
    assert_eq!(value(&query, "iss"), Some("https://other.example"));
}

#[test]
fn pages_on_the_way_are_left_alone_and_the_journal_says_so() {
    let (goto, _client) = playing(rules(json!({ "state": null })));
    let query = brought_back(&goto);
    assert_eq!(value(&query, "state"), None);
    assert!(fired(&goto, "changed") >= 2);
    let told: Vec<String> = goto
        .journal()
        .iter()
        .filter_map(|entry| entry.exchange())
        .flat_map(|exchange| exchange.fired.iter().map(Fired::told))
        .collect();
    let undone = told.iter().filter(|what| what.contains("not done"));
    assert_eq!(undone.count() + 1, told.len(), "{told:?}");
}

#[test]
fn nobody_elses_callback_is_changed() {
    let elsewhere = json!([{ "id": "changed", "on": "oauth.approve", "when": { "nth": 2 },
        "do": { "callback": { "state": "not mine" } } }]);
    let (goto, _client) = playing(elsewhere);
    assert_eq!(value(&brought_back(&goto), "state"), Some("mine"));
    assert_eq!(fired(&goto, "changed"), 0);
}
