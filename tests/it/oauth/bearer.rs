//! How the directory takes a bearer token, [RFC 6750](https://www.rfc-editor.org/rfc/rfc6750), and what it takes beside one.

use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::app::auth::MintRequest;
use goto_double::scenario::script::ClockSetting;
use serde_json::json;

use super::{ADMIN, AUDITOR, CLIENT, MEMBER, REDIRECT, SECRET, directory, state_with};
use crate::support::{Answer, Client, start, user, with};

#[track_caller]
fn mint(goto: &GotoDouble, account: &str, scopes: Option<&[&str]>) -> String {
    let wanted = MintRequest {
        account: Some(account.into()),
        scopes: scopes.map(|all| all.iter().map(|one| (*one).to_owned()).collect()),
        ..MintRequest::default()
    };
    goto.control().mint_token(&wanted).unwrap().access_token
}

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, error: &str) -> String {
    assert_eq!(answer.status, status, "{answer:?} {}", answer.text());
    let challenge = answer.header("www-authenticate").unwrap().to_owned();
    assert!(challenge.starts_with("Bearer realm="), "{challenge}");
    assert!(
        challenge.contains(&format!("error=\"{error}\"")),
        "{challenge}"
    );
    assert_eq!(answer.json()["status"], status.to_string());
    challenge
}

// RFC 6750 section 3: "the resource server MUST include the HTTP "WWW-Authenticate" response header field".
#[test]
fn request_without_a_live_token_is_401_with_a_challenge() {
    let (goto, _client) = start();
    let bare = Client::new(goto.scim_url());
    assert_refused(&bare.get("/Users"), 401, "invalid_token");
    for header in [
        "Bearer",
        "Bearer ",
        "Bearer guessed",
        "Basic YWRtaW46eA==",
        "Token x",
    ] {
        let answer = bare.clone().header("Authorization", header).get("/Users");
        assert_refused(&answer, 401, "invalid_token");
    }
    let damaged = goto.token().replace('.', "_");
    assert_refused(&bare.bearer(&damaged).get("/Users"), 401, "invalid_token");
}

// RFC 9110 section 11.1: the scheme is "a case-insensitive token".
#[test]
fn scheme_is_read_in_whatever_case() {
    let (goto, _client) = start();
    let header = format!("bEARER {}", goto.token());
    let client = Client::new(goto.scim_url()).header("Authorization", &header);
    assert_eq!(client.get("/Users").status, 200);
}

// RFC 6750 section 2.3: tokens in the URI "SHOULD NOT be used"; section 2: "Clients MUST NOT use more than one method".
#[test]
fn token_in_the_query_or_in_a_form_is_refused() {
    let (goto, client) = start();
    let bare = Client::new(goto.scim_url());
    let query = format!("/Users?access_token={}", goto.token());
    assert_refused(&bare.get(&query), 400, "invalid_request");
    assert_refused(&client.get(&query), 400, "invalid_request");
    let fields = [("access_token", goto.token())];
    assert_refused(&bare.form("/Users", &fields), 400, "invalid_request");
    let twice = bare.header(
        "Authorization",
        &format!("Bearer x\r\nAuthorization: Bearer {}", goto.token()),
    );
    assert_refused(&twice.get("/Users"), 400, "invalid_request");
    assert_eq!(twice.get("/Users").json()["scimType"], "invalidSyntax");
}

// developer.goto.com: an access token is good for an hour.
#[test]
fn token_ends_after_an_hour_on_the_clock() {
    let clock = ClockSetting::parse("manual").unwrap();
    let (goto, client) = with(GotoDouble::builder().clock(clock));
    goto.control()
        .advance(Duration::from_millis(3_599_999))
        .unwrap();
    assert_eq!(client.get("/Users").status, 200);
    goto.control().advance(Duration::from_millis(1)).unwrap();
    assert_refused(&client.get("/Users"), 401, "invalid_token");
}

#[test]
fn life_of_a_token_is_a_matter_of_the_profile() {
    let clock = ClockSetting::parse("manual").unwrap();
    let (goto, client) = with(
        GotoDouble::builder()
            .clock(clock)
            .profile("access_token_seconds", 5),
    );
    goto.control().advance(Duration::from_secs(5)).unwrap();
    assert_eq!(client.get("/Users").status, 401);
}

// RFC 6750 section 3.1: "insufficient_scope [...] MAY include the "scope" attribute with the scope necessary".
#[test]
fn admin_without_the_scope_is_403_and_told_which() {
    let clients = json!([{
        "client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [REDIRECT],
        "scopes": ["identity:scim.org", "identity:scim.me"],
    }]);
    let (goto, _client) = with(GotoDouble::builder().state(state_with(clients)));
    let token = mint(&goto, ADMIN.0, Some(&["identity:scim.me"]));
    let answer = Client::new(goto.scim_url()).bearer(&token).get("/Users");
    let challenge = assert_refused(&answer, 403, "insufficient_scope");
    assert!(
        challenge.contains("scope=\"identity:scim.org\""),
        "{challenge}"
    );
}

#[test]
fn scope_without_the_role_is_403_for_what_the_role_forbids() {
    let (goto, _client) = with(GotoDouble::builder().profile("read_only_admin_reads", true));
    let auditor = Client::new(goto.scim_url()).bearer(&mint(&goto, AUDITOR.0, None));
    assert_eq!(auditor.get("/Users").status, 200);
    let refused = auditor.post("/Users", &user("ada@main.com"));
    assert_refused(&refused, 403, "insufficient_scope");
    let member = Client::new(goto.scim_url()).bearer(&mint(&goto, MEMBER.0, None));
    assert_refused(&member.get("/Users"), 403, "insufficient_scope");
    let refused = member.post("/Users", &user("ada@main.com"));
    assert_refused(&refused, 403, "insufficient_scope");
    let state = goto.control().state().unwrap();
    assert!(state.users.is_empty(), "{:?}", state.users);
}

#[test]
fn tester_revokes_every_token_at_once() {
    let (goto, _client) = start();
    let token = mint(&goto, ADMIN.0, None);
    goto.control().revoke_tokens().unwrap();
    assert_eq!(directory(&goto, &token), 401);
    assert_eq!(directory(&goto, goto.token()), 401);
}
