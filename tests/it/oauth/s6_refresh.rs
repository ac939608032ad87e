//! Refreshing, [RFC 6749 section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6).

use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::scenario::script::ClockSetting;
use serde_json::json;

use super::{
    CLIENT, PUBLIC, REDIRECT, SECRET, assert_error, code, directory, granted, state_with, text,
    token, trade,
};
use crate::support::{Answer, start, with};

#[track_caller]
fn refresh(goto: &GotoDouble, refresh_token: &str) -> Answer {
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
    ];
    token(goto, &fields)
}

/// The refresh token of a grant that went through the pages.
#[track_caller]
fn first(goto: &GotoDouble) -> (String, String) {
    let body = granted(&trade(goto, &code(goto)));
    (text(&body, "access_token"), text(&body, "refresh_token"))
}

// developer.goto.com, "How to use refresh tokens": the answer brings no new one; RFC 6749 section 6 says MAY.
#[test]
fn refresh_brings_an_access_token_and_leaves_the_refresh_token_good() {
    let (goto, _client) = start();
    let (access, kept) = first(&goto);
    for _ in 0..2 {
        let body = granted(&refresh(&goto, &kept));
        assert!(body.get("refresh_token").is_none(), "{body}");
        let fresh = text(&body, "access_token");
        assert_ne!(fresh, access);
        assert_eq!(directory(&goto, &fresh), 200);
    }
    assert_eq!(directory(&goto, &access), 200);
}

#[test]
fn rotation_brings_a_new_refresh_token_and_the_old_one_again_ends_the_whole_grant() {
    let (goto, _client) = with(GotoDouble::builder().profile("refresh_token_rotates", true));
    let (access, old) = first(&goto);
    let body = granted(&refresh(&goto, &old));
    let (second, new) = (text(&body, "access_token"), text(&body, "refresh_token"));
    assert_ne!(old, new);
    let third = text(&granted(&refresh(&goto, &new)), "access_token");
    assert_error(&refresh(&goto, &old), 400, "invalid_grant");
    for dead in [access, second, third] {
        assert_eq!(directory(&goto, &dead), 401);
    }
    assert_error(&refresh(&goto, &new), 400, "invalid_grant");
}

// RFC 6749 section 6: "The requested scope MUST NOT include any scope not originally granted by the resource owner".
#[test]
fn scope_can_shrink_and_never_grow() {
    let clients = json!([{
        "client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [REDIRECT],
        "scopes": ["identity:scim.org", "identity:scim.me"],
    }]);
    let (goto, _client) = with(GotoDouble::builder().state(state_with(clients)));
    let (_, kept) = first(&goto);
    let asked = |scope: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &*kept),
            ("scope", scope),
        ];
        token(&goto, &fields)
    };
    let narrow = granted(&asked("identity:scim.me"));
    assert_eq!(narrow["scope"], "identity:scim.me");
    assert_eq!(directory(&goto, &text(&narrow, "access_token")), 403);
    assert_error(&asked("identity:scim.me identity:"), 400, "invalid_scope");
    let whole = granted(&refresh(&goto, &kept));
    assert_eq!(whole["scope"], "identity:scim.org identity:scim.me");
}

// RFC 6749 section 6: "validate that the refresh token was issued to the authenticated client".
#[test]
fn refresh_token_is_bound_to_its_client() {
    let (goto, _client) = start();
    let (_, kept) = first(&goto);
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*kept),
        ("client_id", PUBLIC),
    ];
    assert_error(&token(&goto, &fields), 400, "invalid_grant");
    granted(&refresh(&goto, &kept));
}

// developer.goto.com: an access token lives 60 minutes; its refresh token 30 days.
#[test]
fn refresh_token_ends_after_thirty_days_on_the_clock() {
    let clock = ClockSetting::parse("manual").unwrap();
    let (goto, _client) = with(GotoDouble::builder().clock(clock));
    let (access, kept) = first(&goto);
    let hour = Duration::from_secs(3600);
    goto.control().advance(hour).unwrap();
    assert_eq!(directory(&goto, &access), 401);
    goto.control()
        .advance(Duration::from_millis((30 * 24 - 1) * 3_600_000 - 1))
        .unwrap();
    granted(&refresh(&goto, &kept));
    goto.control().advance(Duration::from_millis(1)).unwrap();
    assert_error(&refresh(&goto, &kept), 400, "invalid_grant");
}

#[test]
fn access_token_is_no_refresh_token() {
    let (goto, _client) = start();
    assert_error(&refresh(&goto, goto.token()), 400, "invalid_grant");
    assert_error(&refresh(&goto, "guessed"), 400, "invalid_grant");
    assert_error(&refresh(&goto, ""), 400, "invalid_request");
}

#[test]
fn ready_refresh_token_works_without_any_page() {
    let (goto, _client) = start();
    let ready = goto.ready().refresh_token.clone().unwrap();
    let body = granted(&refresh(&goto, &ready));
    assert_eq!(directory(&goto, &text(&body, "access_token")), 200);
}
