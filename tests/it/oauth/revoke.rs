//! Token revocation, [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009).

use goto_double::GotoDouble;

use super::{CLIENT, PUBLIC, SECRET, assert_error, code, directory, granted, text, token, trade};
use crate::support::{Answer, Client, start};

#[track_caller]
fn revoke(goto: &GotoDouble, fields: &[(&str, &str)]) -> Answer {
    let mut all = fields.to_vec();
    if !fields.iter().any(|(name, _)| *name == "client_id") {
        all.extend([("client_id", CLIENT), ("client_secret", SECRET)]);
    }
    Client::new(&goto.ready().revoke_url).form("", &all)
}

#[track_caller]
fn pair(goto: &GotoDouble) -> (String, String) {
    let body = granted(&trade(goto, &code(goto)));
    (text(&body, "access_token"), text(&body, "refresh_token"))
}

#[track_caller]
fn refresh(goto: &GotoDouble, kept: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", kept)];
    token(goto, &fields)
}

// RFC 7009 section 2.1: "the invalidation takes place immediately, and the token cannot be used again".
#[test]
fn revoked_access_token_is_dead_at_once_and_the_refresh_token_lives() {
    let (goto, _client) = start();
    let (access, kept) = pair(&goto);
    let answer = revoke(&goto, &[("token", &access)]);
    assert_eq!(answer.status, 200);
    assert!(answer.body.is_empty());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(directory(&goto, &access), 401);
    let fresh = text(&granted(&refresh(&goto, &kept)), "access_token");
    assert_eq!(directory(&goto, &fresh), 200);
}

// RFC 7009 section 2.1: "If the particular token is a refresh token and the authorization server supports the
// revocation of access tokens, then the authorization server SHOULD also invalidate all access tokens".
#[test]
fn revoked_refresh_token_takes_its_access_tokens_along_and_no_others() {
    let (goto, _client) = start();
    let (access, kept) = pair(&goto);
    assert_eq!(revoke(&goto, &[("token", &kept)]).status, 200);
    assert_eq!(directory(&goto, &access), 401);
    assert_error(&refresh(&goto, &kept), 400, "invalid_grant");
    assert_eq!(directory(&goto, goto.token()), 200);
}

// RFC 7009 section 2.2: "The authorization server responds with HTTP status code 200 if the token has been revoked
// successfully or if the client submitted an invalid token."
#[test]
fn unknown_token_and_one_revoked_before_are_200() {
    let (goto, _client) = start();
    let (access, _) = pair(&goto);
    assert_eq!(revoke(&goto, &[("token", "guessed")]).status, 200);
    assert_eq!(revoke(&goto, &[("token", &access)]).status, 200);
    assert_eq!(revoke(&goto, &[("token", &access)]).status, 200);
}

// RFC 7009 section 2.1: "If the server is unable to locate the token using the given hint, it MUST extend its search".
#[test]
fn wrong_hint_misleads_nobody() {
    let (goto, _client) = start();
    let (access, kept) = pair(&goto);
    let hint = |name| ("token_type_hint", name);
    assert_eq!(
        revoke(&goto, &[("token", &access), hint("refresh_token")]).status,
        200
    );
    assert_eq!(directory(&goto, &access), 401);
    assert_eq!(
        revoke(&goto, &[("token", &kept), hint("unheard_of")]).status,
        200
    );
    assert_error(&refresh(&goto, &kept), 400, "invalid_grant");
}

// RFC 7009 section 2.1: the server "first validates the client credentials [...] and then verifies whether the token
// was issued to the client making the revocation request".
#[test]
fn token_of_another_client_stays_alive() {
    let (goto, _client) = start();
    let (access, kept) = pair(&goto);
    let other = ("client_id", PUBLIC);
    assert_error(
        &revoke(&goto, &[("token", &access), other]),
        400,
        "invalid_grant",
    );
    assert_error(
        &revoke(&goto, &[("token", &kept), other]),
        400,
        "invalid_grant",
    );
    assert_eq!(directory(&goto, &access), 200);
}

#[test]
fn client_must_prove_itself_and_name_one_token() {
    let (goto, _client) = start();
    let (access, _) = pair(&goto);
    let wrong = [
        ("token", &*access),
        ("client_id", CLIENT),
        ("client_secret", "wrong"),
    ];
    assert_error(&revoke(&goto, &wrong), 401, "invalid_client");
    assert_error(&revoke(&goto, &[]), 400, "invalid_request");
    let twice = [("token", &*access), ("token", "x")];
    assert_error(&revoke(&goto, &twice), 400, "invalid_request");
    assert_eq!(directory(&goto, &access), 200);
}
