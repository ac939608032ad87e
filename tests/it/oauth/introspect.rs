//! Asking about a token, [RFC 7662](https://www.rfc-editor.org/rfc/rfc7662).

use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::scenario::script::ClockSetting;
use serde_json::{Value, json};

use super::{
    ADMIN, CLIENT, PUBLIC, REDIRECT, SECRET, assert_error, code, granted, state_with, text, token,
    trade,
};
use crate::support::{Answer, Client, start, with};

#[track_caller]
fn introspect(goto: &GotoDouble, fields: &[(&str, &str)]) -> Answer {
    let url = goto.ready().token_url.replace("/token", "/introspect");
    let mut all = fields.to_vec();
    if !fields.iter().any(|(name, _)| *name == "client_id") {
        all.extend([("client_id", CLIENT), ("client_secret", SECRET)]);
    }
    Client::new(&url).form("", &all)
}

#[track_caller]
fn said(goto: &GotoDouble, token: &str) -> Value {
    let answer = introspect(goto, &[("token", token)]);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    granted(&answer)
}

// RFC 7662 section 2.2: "active REQUIRED. Boolean indicator of whether or not the presented token is currently active."
#[test]
fn live_tokens_are_described() {
    let (goto, _client) = start();
    let body = granted(&trade(&goto, &code(&goto)));
    let access = said(&goto, &text(&body, "access_token"));
    assert_eq!(access["active"], true);
    assert_eq!(access["scope"], "identity:scim.org");
    assert_eq!(
        (&access["client_id"], &access["aud"]),
        (&json!(CLIENT), &json!(CLIENT))
    );
    assert_eq!(access["username"], ADMIN.0);
    assert_eq!(access["token_type"], "Bearer");
    let life = access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap();
    assert_eq!(life, 3600);
    assert_eq!(access["sub"].as_str().unwrap().len(), 19);
    let kept = said(&goto, &text(&body, "refresh_token"));
    assert_eq!(kept["active"], true);
    assert_eq!(
        (&kept["username"], kept.get("token_type")),
        (&json!(ADMIN.0), None)
    );
}

// RFC 7662 section 2.2: a token that is not active gets "active" false and SHOULD NOT get anything else.
#[test]
fn dead_and_unknown_tokens_are_told_apart_by_nobody() {
    let clock = ClockSetting::parse("manual").unwrap();
    let (goto, _client) = with(GotoDouble::builder().clock(clock));
    let dead = json!({ "active": false });
    assert_eq!(said(&goto, "guessed"), dead);
    let body = granted(&trade(&goto, &code(&goto)));
    let (access, kept) = (text(&body, "access_token"), text(&body, "refresh_token"));
    goto.control().advance(Duration::from_secs(3599)).unwrap();
    assert_eq!(said(&goto, &access)["active"], true);
    goto.control().advance(Duration::from_secs(1)).unwrap();
    assert_eq!(said(&goto, &access), dead);
    assert_eq!(said(&goto, &kept)["active"], true);
    let fields = [
        ("token", &*kept),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ];
    Client::new(&goto.ready().revoke_url).form("", &fields);
    assert_eq!(said(&goto, &kept), dead);
}

#[test]
fn replaced_refresh_token_is_dead() {
    let (goto, _client) = with(GotoDouble::builder().profile("refresh_token_rotates", true));
    let kept = text(&granted(&trade(&goto, &code(&goto))), "refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", &*kept)];
    let new = text(&granted(&token(&goto, &fields)), "refresh_token");
    assert_eq!(said(&goto, &kept), json!({ "active": false }));
    assert_eq!(said(&goto, &new)["active"], true);
}

// RFC 7662 section 2.1: "To prevent token scanning attacks, the endpoint MUST also require some form of authorization".
#[test]
fn only_a_client_that_proves_itself_is_answered() {
    let (goto, _client) = start();
    let ready = goto.token();
    let public = [("token", ready), ("client_id", PUBLIC)];
    assert_error(&introspect(&goto, &public), 401, "invalid_client");
    let wrong = [
        ("token", ready),
        ("client_id", CLIENT),
        ("client_secret", "x"),
    ];
    assert_error(&introspect(&goto, &wrong), 401, "invalid_client");
    assert_error(&introspect(&goto, &[]), 400, "invalid_request");
    let twice = [("token", ready), ("token", "x")];
    assert_error(&introspect(&goto, &twice), 400, "invalid_request");
}

// A resource server is another client than the one that holds the token.
#[test]
fn other_client_may_ask_and_a_hint_misleads_nobody() {
    let clients = json!([
        { "client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [REDIRECT], "scopes": ["identity:scim.org"] },
        { "client_id": "resources", "client_secret": "theirs", "grants": [], "scopes": ["identity:scim.org"] },
    ]);
    let (goto, _client) = with(GotoDouble::builder().state(state_with(clients)));
    let access = text(&granted(&trade(&goto, &code(&goto))), "access_token");
    let fields = [
        ("token", &*access),
        ("token_type_hint", "refresh_token"),
        ("client_id", "resources"),
        ("client_secret", "theirs"),
    ];
    let body = granted(&introspect(&goto, &fields));
    assert_eq!(
        (&body["active"], &body["client_id"]),
        (&json!(true), &json!(CLIENT))
    );
}
