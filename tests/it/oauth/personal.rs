//! Personal access tokens, and the grant types a client is registered for.

use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::scenario::script::ClockSetting;
use serde_json::{Value, json};

use super::{
    ADMIN, CLIENT, MEMBER, REDIRECT, SECRET, allowed, assert_error, authorize_url, browser,
    directory, granted, location, parameter, state_with, text, token,
};
use crate::support::{Client, start, with};

const PAT: &str = "pat-of-the-admin-0123456789abcdef";

fn state(grants: Value) -> Value {
    let mut state = state_with(json!([{
        "client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [REDIRECT],
        "scopes": ["identity:scim.org", "identity:scim.me"], "grants": grants,
    }]));
    state["accounts"][0]["personal_access_tokens"] = json!([PAT]);
    state["accounts"][2]["personal_access_tokens"] = json!(["of-the-member"]);
    state
}

fn fields(pat: &str) -> [(&str, &str); 2] {
    [("grant_type", "personal_access_token"), ("pat", pat)]
}

// developer.goto.com, "How to get an access token with a personal access token": field pat, enabled on the client.
#[test]
fn personal_access_token_gives_a_token_of_its_account_again_and_again() {
    let clock = ClockSetting::parse("manual").unwrap();
    let builder = GotoDouble::builder().state(state(json!(["personal_access_token"])));
    let (goto, _client) = with(builder.clock(clock));
    let first = granted(&token(&goto, &fields(PAT)));
    assert_eq!(first["principal"], ADMIN.0);
    assert!(first.get("refresh_token").is_none(), "{first}");
    assert_eq!(directory(&goto, &text(&first, "access_token")), 200);
    goto.control().advance(Duration::from_secs(3600)).unwrap();
    assert_eq!(directory(&goto, &text(&first, "access_token")), 401);
    let second = granted(&token(&goto, &fields(PAT)));
    assert_eq!(directory(&goto, &text(&second, "access_token")), 200);
    let members = granted(&token(&goto, &fields("of-the-member")));
    assert_eq!(members["principal"], MEMBER.0);
    assert_eq!(directory(&goto, &text(&members, "access_token")), 403);
    let [grant, pat] = fields(PAT);
    let narrow = granted(&token(&goto, &[grant, pat, ("scope", "identity:scim.me")]));
    assert_eq!(narrow["scope"], "identity:scim.me");
}

#[test]
fn unknown_personal_access_token_and_a_client_without_the_grant_get_none() {
    let (goto, _client) =
        with(GotoDouble::builder().state(state(json!(["personal_access_token"]))));
    assert_error(&token(&goto, &fields("guessed")), 400, "invalid_grant");
    assert_error(&token(&goto, &fields("")), 400, "invalid_request");
    let [grant, pat] = fields(PAT);
    assert_error(&token(&goto, &[grant, pat, pat]), 400, "invalid_request");
    let in_uri = format!("{}?pat={PAT}", goto.ready().token_url);
    let sent = [grant, ("client_id", CLIENT), ("client_secret", SECRET)];
    assert_error(
        &Client::new(&in_uri).form("", &sent),
        400,
        "invalid_request",
    );
    let (usual, _client) = start();
    assert_error(&token(&usual, &fields(PAT)), 400, "unauthorized_client");
}

#[test]
fn personal_access_token_does_not_show_in_the_journal() {
    let (goto, _client) =
        with(GotoDouble::builder().state(state(json!(["personal_access_token"]))));
    granted(&token(&goto, &fields(PAT)));
    let url = format!("{}/sandboxes/default/journal", goto.ready().control_url);
    let shown = Client::new(&url).get("").text();
    assert!(
        shown.contains("personal_access_token") && !shown.contains(PAT),
        "{shown}"
    );
}

// RFC 6749 section 5.2: "unauthorized_client: The authenticated client is not authorized to use this [...] grant type."
#[test]
fn client_gets_nothing_by_a_grant_type_it_is_not_registered_for() {
    let (goto, _client) = with(GotoDouble::builder().state(state(json!(["client_credentials"]))));
    let mut browser = browser(&goto);
    let to = location(&browser.get(&authorize_url(&goto, &[("state", "s")])));
    assert!(to.starts_with(REDIRECT), "{to}");
    assert_eq!(
        parameter(&to, "error").as_deref(),
        Some("unauthorized_client")
    );
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    assert_error(&token(&goto, &refresh), 400, "unauthorized_client");
}

#[test]
fn client_without_the_refresh_grant_is_given_no_refresh_token() {
    let (goto, _client) = with(GotoDouble::builder().state(state(json!(["authorization_code"]))));
    let code = parameter(&allowed(&goto, &[]), "code").unwrap();
    let body = granted(&super::trade(&goto, &code));
    assert!(body.get("refresh_token").is_none(), "{body}");
    assert_eq!(directory(&goto, &text(&body, "access_token")), 200);
}

#[test]
fn grant_type_that_is_none_is_refused_at_the_start() {
    let error = GotoDouble::builder()
        .state(state(json!(["password"])))
        .start()
        .unwrap_err();
    assert!(
        error.to_string().contains("no grant type password"),
        "{error}"
    );
}
