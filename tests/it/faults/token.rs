//! `do.token`: tokens that die early, live shortly, rotate or shrink.

use std::time::Duration;

use goto_double::{GotoDouble, MintRequest};
use serde_json::{Value, json};

use super::{exchanges, playing, playing_with, stored};
use crate::support::{Answer, Client, create_user, user};

const FIRST_CLIENT: &str = "5c3f9e1a-7d42-4b8e-9a10-2f6d8c4b7e01";

/// Asks for a new access token with that refresh token.
pub(super) fn refresh(goto: &GotoDouble, token: &str) -> Answer {
    let ready = goto.ready();
    let id = ready.client_id.clone().unwrap();
    let secret = ready.client_secret.clone().unwrap();
    Client::new(&ready.token_url).form(
        "",
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", &id),
            ("client_secret", &secret),
        ],
    )
}

pub(super) fn first_refresh_token(goto: &GotoDouble) -> String {
    goto.ready().refresh_token.clone().unwrap()
}

pub(super) fn text(answer: &Answer, name: &str) -> String {
    answer.json()[name]
        .as_str()
        .unwrap_or_else(|| panic!("{}", answer.text()))
        .to_owned()
}

pub(super) fn with_token(goto: &GotoDouble, token: &str) -> Client {
    Client::new(goto.scim_url()).bearer(token)
}

#[test]
fn revoked_access_token_is_dead_from_that_request_on_and_the_refresh_token_lives() {
    let (goto, client) = playing(
        json!([{ "id": "kill", "on": "users.create", "when": { "nth": 2 },
        "do": { "token": { "revoke": "access" } } }]),
    );
    create_user(&client, "first@main.com");
    // RFC 6750 section 3.1: "The access token provided is expired, revoked, malformed, or invalid for other reasons."
    let refused = client.post("/Users", &user("second@main.com"));
    assert_eq!(refused.status, 401);
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .contains("error=\"invalid_token\"")
    );
    assert_eq!(client.get("/Users").status, 401);
    assert_eq!(stored(&goto), ["first@main.com"]);
    let fresh = text(&refresh(&goto, &first_refresh_token(&goto)), "access_token");
    create_user(&with_token(&goto, &fresh), "second@main.com");
    let live: Vec<_> = exchanges(&goto, "users.create")
        .iter()
        .map(|one| one.token.live)
        .collect();
    assert_eq!((live[0], live[2]), (true, true));
}

#[test]
fn token_that_dies_with_a_given_answer_is_dead_for_the_next_request() {
    let (goto, client) = playing(
        json!([{ "id": "kill", "on": "users.list", "when": { "max": 1 },
        "do": { "token": { "revoke": "access" }, "reply": { "status": 401, "auth_error": "invalid_token" } } }]),
    );
    assert_eq!(
        client.get("/Users").header("www-authenticate"),
        Some("Bearer realm=\"default\", error=\"invalid_token\"")
    );
    let again = client.get("/Users");
    assert_eq!(
        (again.status, exchanges(&goto, "users.list")[1].fired.len()),
        (401, 0)
    );
}

#[test]
fn revoked_refresh_token_is_no_grant_and_the_access_token_lives() {
    let (goto, client) = playing(
        json!([{ "id": "kill", "on": "users.list", "when": { "max": 1 },
        "do": { "token": { "revoke": "refresh" } } }]),
    );
    assert_eq!(client.get("/Users").status, 200);
    // RFC 6749 section 5.2: invalid_grant says that the "refresh token is invalid, expired, revoked".
    let refused = refresh(&goto, &first_refresh_token(&goto));
    assert_eq!(
        (refused.status, text(&refused, "error").as_str()),
        (400, "invalid_grant")
    );
    assert_eq!(client.get("/Users").status, 200);
}

#[test]
fn all_tokens_die_together() {
    let (goto, client) = playing(
        json!([{ "id": "kill", "on": "users.list", "when": { "max": 1 },
        "do": { "token": { "revoke": "all" } } }]),
    );
    assert_eq!(client.get("/Users").status, 401);
    assert_eq!(refresh(&goto, &first_refresh_token(&goto)).status, 400);
    let other = goto.control().mint_token(&MintRequest::default()).unwrap();
    assert_eq!(
        with_token(&goto, &other.access_token).get("/Users").status,
        200
    );
}

#[test]
fn refresh_token_that_dies_as_it_is_used_gives_nothing() {
    let (goto, client) = playing(
        json!([{ "id": "kill", "on": "oauth.token", "when": { "nth": 2 },
        "do": { "token": { "revoke": "refresh" } } }]),
    );
    assert_eq!(refresh(&goto, &first_refresh_token(&goto)).status, 200);
    assert_eq!(refresh(&goto, &first_refresh_token(&goto)).status, 400);
    assert_eq!(client.get("/Users").status, 200);
}

#[test]
fn named_lifetime_is_told_and_kept() {
    let (goto, _client) = playing(
        json!([{ "id": "short", "on": "oauth.token", "when": { "nth": 1 },
        "do": { "token": { "expires_in": "5m" } } }]),
    );
    let short = refresh(&goto, &first_refresh_token(&goto));
    let usual = refresh(&goto, &first_refresh_token(&goto));
    assert_eq!(
        (&short.json()["expires_in"], &usual.json()["expires_in"]),
        (&json!(300), &json!(3600))
    );
    let (short, usual) = (text(&short, "access_token"), text(&usual, "access_token"));
    goto.control().advance(Duration::from_secs(299)).unwrap();
    assert_eq!(with_token(&goto, &short).get("/Users").status, 200);
    goto.control().advance(Duration::from_secs(1)).unwrap();
    assert_eq!(with_token(&goto, &short).get("/Users").status, 401);
    assert_eq!(with_token(&goto, &usual).get("/Users").status, 200);
}

#[test]
fn rotation_brings_a_new_refresh_token_and_ends_the_old_one() {
    let (goto, _client) = playing(
        json!([{ "id": "rotate", "on": "oauth.token", "if": { "form.grant_type": "refresh_token" },
        "when": { "nth": 2 }, "do": { "token": { "rotate": "refresh" } } }]),
    );
    let old = first_refresh_token(&goto);
    // GoTo's way: the answer to a refresh brings no new refresh token.
    assert_eq!(refresh(&goto, &old).json().get("refresh_token"), None);
    let new = text(&refresh(&goto, &old), "refresh_token");
    assert_ne!(new, old);
    assert_eq!(refresh(&goto, &new).status, 200);
    // RFC 9700 section 4.14.2: a replaced refresh token that comes again ends the whole grant.
    assert_eq!(text(&refresh(&goto, &old), "error"), "invalid_grant");
    assert_eq!(refresh(&goto, &new).status, 400);
}

#[test]
fn token_of_a_clock_that_is_behind_dies_earlier_than_it_says() {
    let (goto, _client) = playing(
        json!([{ "id": "early", "on": "oauth.token", "when": { "nth": 1 },
        "do": { "token": { "skew": "-10m" } } }]),
    );
    let early = refresh(&goto, &first_refresh_token(&goto));
    assert_eq!(early.json()["expires_in"], 3600);
    let early = text(&early, "access_token");
    let usual = text(&refresh(&goto, &first_refresh_token(&goto)), "access_token");
    let (told, kept) = (dated(&early), dated(&usual));
    assert_eq!((kept.0 - told.0, kept.1 - told.1), (600, 600));
    goto.control().advance(Duration::from_secs(2999)).unwrap();
    assert_eq!(with_token(&goto, &early).get("/Users").status, 200);
    goto.control().advance(Duration::from_secs(1)).unwrap();
    assert_eq!(with_token(&goto, &early).get("/Users").status, 401);
    assert_eq!(with_token(&goto, &usual).get("/Users").status, 200);
}

#[test]
fn token_of_a_clock_that_is_ahead_is_not_good_yet() {
    let (goto, _client) = playing(
        json!([{ "id": "ahead", "on": "oauth.token", "when": { "nth": 1 },
        "do": { "token": { "skew": "+10m" } } }]),
    );
    let ahead = text(&refresh(&goto, &first_refresh_token(&goto)), "access_token");
    assert_eq!(with_token(&goto, &ahead).get("/Users").status, 401);
    goto.control().advance(Duration::from_secs(599)).unwrap();
    assert_eq!(with_token(&goto, &ahead).get("/Users").status, 401);
    goto.control().advance(Duration::from_secs(1)).unwrap();
    assert_eq!(with_token(&goto, &ahead).get("/Users").status, 200);
    goto.control().advance(Duration::from_secs(3599)).unwrap();
    assert_eq!(with_token(&goto, &ahead).get("/Users").status, 200);
    goto.control().advance(Duration::from_secs(1)).unwrap();
    assert_eq!(with_token(&goto, &ahead).get("/Users").status, 401);
}

/// When a token says that it was issued, and when that it ends.
fn dated(token: &str) -> (i64, i64) {
    let claims = goto_double::oauth::jwt::Claims::of(token).unwrap();
    (claims.iat, claims.exp)
}

pub(super) const EVE: &str = "eve@other.com";

/// A second organization beside the first, with a user of its own.
pub(super) fn two_organizations() -> Value {
    let account =
        |name: &str| json!({ "user_name": name, "password": "a password", "role": "read-write" });
    let mut eve = account(EVE);
    eve["organization"] = json!("other.com");
    json!({
        "accounts": [account("admin@main.com"), eve],
        "domains": [
            { "name": "main.com", "status": "verified" },
            { "name": "other.com", "status": "verified", "account": EVE },
        ],
    })
}

#[test]
fn mixed_tenants_let_one_organizations_client_write_into_the_others_directory() {
    let (goto, client) = playing_with(
        json!([{ "id": "mixed", "on": "oauth.token", "when": { "nth": 2 },
        "do": { "token": { "account": EVE } } }]),
        two_organizations(),
    );
    create_user(&client, "ada@main.com");
    let own = refresh(&goto, &first_refresh_token(&goto));
    let mixed = refresh(&goto, &first_refresh_token(&goto));
    assert_eq!(text(&own, "principal"), "admin@main.com");
    assert_eq!(text(&mixed, "principal"), EVE);
    let own = with_token(&goto, &text(&own, "access_token"));
    let foreign = with_token(&goto, &text(&mixed, "access_token"));
    assert_eq!(own.get("/Users").json()["totalResults"], 1);
    assert_eq!(foreign.get("/Users").json()["totalResults"], 0);
    // The rule on domains holds in each.
    assert_eq!(foreign.post("/Users", &user("bob@main.com")).status, 400);
    create_user(&foreign, "bob@other.com");
    assert_eq!(own.get("/Users").json()["totalResults"], 1);
    let third = refresh(&goto, &first_refresh_token(&goto));
    assert_eq!(text(&third, "principal"), "admin@main.com");
}

#[test]
fn account_that_is_not_there_is_told_and_nothing_is_given() {
    let (goto, _client) = playing(
        json!([{ "id": "mixed", "on": "oauth.token", "when": { "nth": 1 },
        "do": { "token": { "account": "nobody@main.com" } } }]),
    );
    let refused = refresh(&goto, &first_refresh_token(&goto));
    assert_eq!(
        (refused.status, &*text(&refused, "error")),
        (500, "server_error")
    );
    assert_eq!(refresh(&goto, &first_refresh_token(&goto)).status, 200);
}

#[test]
fn narrowed_scope_is_told_and_kept() {
    let given = json!({ "clients": [{ "client_id": FIRST_CLIENT, "client_secret": "a secret",
        "scopes": ["identity:scim.org", "identity:scim.me"], "account": "admin@main.com" }] });
    let rules = json!([{ "id": "narrow", "on": "oauth.token", "when": { "nth": 1 }, "do": { "token": { "scope": "identity:scim.me" } } }]);
    let (goto, _client) = playing_with(rules, given);
    let narrow = refresh(&goto, &first_refresh_token(&goto));
    // RFC 6749 section 5.1: the scope is "REQUIRED" in the answer if it is not the one that was asked for.
    assert_eq!(narrow.json()["scope"], Value::from("identity:scim.me"));
    let refused = with_token(&goto, &text(&narrow, "access_token")).get("/Users");
    assert_eq!(refused.status, 403);
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .contains("insufficient_scope")
    );
    let whole = refresh(&goto, &first_refresh_token(&goto));
    assert_eq!(
        with_token(&goto, &text(&whole, "access_token"))
            .get("/Users")
            .status,
        200
    );
}

#[test]
fn answer_that_was_lost_has_given_its_token_all_the_same() {
    let (goto, _client) = playing(
        json!([{ "id": "lost", "on": "oauth.token", "when": { "nth": 1 },
        "do": { "commit": true, "token": { "rotate": "refresh" }, "wire": "reset" } }]),
    );
    let ready = goto.ready();
    let old = first_refresh_token(&goto);
    let body = format!(
        "grant_type=refresh_token&refresh_token={old}&client_id={}&client_secret={}",
        ready.client_id.clone().unwrap(),
        ready.client_secret.clone().unwrap()
    );
    let token =
        Client::new(&ready.token_url).header("Content-Type", "application/x-www-form-urlencoded");
    assert!(token.send("POST", "", body.as_bytes()).is_err());
    assert_eq!(text(&refresh(&goto, &old), "error"), "invalid_grant");
}

// RFC 6750 section 2.1: "b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=""
#[test]
fn token_of_a_chosen_size_holds_every_sign_and_is_good() {
    let (goto, _client) = playing(json!([{ "id": "long", "on": "oauth.token",
        "when": { "nth": 1 }, "do": { "token": { "size": 4096 } } }]));
    let long = text(&refresh(&goto, &first_refresh_token(&goto)), "access_token");
    assert_eq!(long.len(), 4096);
    assert!("-._~+/=".chars().all(|sign| long.contains(sign)), "{long}");
    assert_eq!(with_token(&goto, &long).get("/Users").status, 200);
    assert_eq!(with_token(&goto, &long[..4095]).get("/Users").status, 401);
    let usual = text(&refresh(&goto, &first_refresh_token(&goto)), "access_token");
    assert_eq!(usual.split('.').count(), 3);
}
