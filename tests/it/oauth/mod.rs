//! The OAuth 2.0 server, from the button **Authorize** to a revoked token.

mod assertion;
mod bad_input;
mod bearer;
mod guide;
mod introspect;
mod journal;
mod legacy;
mod library;
mod metadata;
mod pages;
mod personal;
mod pkce;
mod revoke;
mod s4_1_code;
mod s4_4_client_credentials;
mod s5_2_error;
mod s6_refresh;
mod standing;

use goto_double::GotoDouble;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Client};

const ADMIN: (&str, &str) = ("admin@main.com", "correct horse battery staple");
const AUDITOR: (&str, &str) = ("auditor@main.com", "read only battery staple");
const MEMBER: (&str, &str) = ("member@main.com", "plain user battery staple");
const CLIENT: &str = "5c3f9e1a-7d42-4b8e-9a10-2f6d8c4b7e01";
const SECRET: &str = "double-secret-not-for-production";
const PUBLIC: &str = "8a1d4c77-0b5e-4f39-8c26-61e3b90fd502";
const REDIRECT: &str = "http://127.0.0.1/callback";

/// The seeded state with other clients.
fn state_with(clients: Value) -> Value {
    let text = include_str!("../../../fixtures/states/default.json");
    let mut state: Value = serde_json::from_str(text).unwrap();
    state["clients"] = clients;
    state["tokens"] = json!([]);
    state
}

/// The address that asks for a code, with these parameters besides.
fn authorize_url(goto: &GotoDouble, more: &[(&str, &str)]) -> String {
    let usual = [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
    ];
    let replaced = |name: &str| more.iter().any(|(other, _)| *other == name);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(usual.iter().filter(|(name, _)| !replaced(name)))
        .extend_pairs(more.iter().filter(|(_, value)| !value.is_empty()))
        .finish();
    format!("{}?{query}", goto.ready().authorize_url)
}

fn browser(goto: &GotoDouble) -> Browser {
    Browser::new(&goto.ready().authorize_url)
}

/// Goes through the pages as the admin and gives where the browser is sent in the end.
#[track_caller]
fn allowed(goto: &GotoDouble, more: &[(&str, &str)]) -> String {
    let mut browser = browser(goto);
    let page = browser.open(&authorize_url(goto, more));
    let page = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    // Consent is asked for once only.
    if page.status == 302 {
        return location(&page);
    }
    location(&browser.press(&page, "Allow", &[]))
}

#[track_caller]
fn location(answer: &Answer) -> String {
    let to = answer.header("location");
    to.unwrap_or_else(|| panic!("no redirect: {} {}", answer.status, answer.text()))
        .to_owned()
}

/// A parameter of the query of an address, decoded.
fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(field, _)| field == name)
        .map(|(_, value)| value.into_owned())
}

/// A code for the seeded client, as the admin allowed it.
#[track_caller]
fn code(goto: &GotoDouble) -> String {
    parameter(&allowed(goto, &[]), "code").unwrap()
}

/// Posts to the token endpoint; the client authenticates in the form, unless the fields say who it is.
#[track_caller]
fn token(goto: &GotoDouble, fields: &[(&str, &str)]) -> Answer {
    let mut all = fields.to_vec();
    if !fields.iter().any(|(name, _)| *name == "client_id") {
        all.extend([("client_id", CLIENT), ("client_secret", SECRET)]);
    }
    Client::new(&goto.ready().token_url).form("", &all)
}

/// Trades a code of the seeded client.
#[track_caller]
fn trade(goto: &GotoDouble, code: &str) -> Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
    ];
    token(goto, &fields)
}

/// The body of a token request that succeeded.
#[track_caller]
fn granted(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?} {}", answer.text());
    answer.json()
}

#[track_caller]
fn text(value: &Value, member: &str) -> String {
    let text = value[member].as_str();
    text.unwrap_or_else(|| panic!("no {member} in {value}"))
        .to_owned()
}

#[track_caller]
fn assert_error(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{answer:?} {}", answer.text());
    let body = answer.json();
    assert_eq!(body["error"], error, "{body}");
    // RFC 6749 section 5.2 on the characters of a description.
    let description = body["error_description"].as_str().unwrap_or_default();
    let allowed = |letter| matches!(letter, ' '..='~') && !['"', '\\'].contains(&letter);
    assert!(description.chars().all(allowed), "{body}");
}

/// The status that the directory answers a bearer token with.
#[track_caller]
fn directory(goto: &GotoDouble, token: &str) -> u16 {
    let client = Client::new(goto.scim_url()).bearer(token);
    client.get("/Users").status
}
