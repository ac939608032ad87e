//! Client authentication and the errors of the token endpoint,
//! [RFC 6749 sections 2.3 and 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use goto_double::GotoDouble;
use serde_json::json;

use super::{CLIENT, REDIRECT, SECRET, assert_error, code, granted, state_with, token};
use crate::support::{Answer, Client, start, with};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn basic(user: &str, password: &str) -> String {
    format!(
        "Basic {}",
        BASE64_STANDARD.encode(format!("{user}:{password}"))
    )
}

#[track_caller]
fn by_header(goto: &GotoDouble, header: &str, fields: &[(&str, &str)]) -> Answer {
    let client = Client::new(&goto.ready().token_url).header("Authorization", header);
    client.form("", fields)
}

// RFC 6749 section 2.3.1: HTTP Basic, or the two fields in the body.
#[test]
fn client_authenticates_by_basic_or_in_the_form() {
    let (goto, _client) = start();
    granted(&by_header(&goto, &basic(CLIENT, SECRET), &[GRANT]));
    granted(&by_header(
        &goto,
        &basic(CLIENT, SECRET).replace("Basic", "bAsIc"),
        &[GRANT],
    ));
    granted(&token(&goto, &[GRANT]));
}

// RFC 6749 section 2.3: "The client MUST NOT use more than one authentication method in each request."
#[test]
fn both_methods_at_once_are_refused() {
    let (goto, _client) = start();
    let twice = [GRANT, ("client_id", CLIENT), ("client_secret", SECRET)];
    let answer = by_header(&goto, &basic(CLIENT, SECRET), &twice);
    assert_error(&answer, 400, "invalid_request");
    let other = [GRANT, ("client_id", "other")];
    let answer = by_header(&goto, &basic(CLIENT, SECRET), &other);
    assert_error(&answer, 400, "invalid_request");
    let named = [GRANT, ("client_id", CLIENT)];
    granted(&by_header(&goto, &basic(CLIENT, SECRET), &named));
}

// Entra's connector setting "Both" shows the secret twice, and can do no other.
#[test]
fn same_secret_twice_is_taken_where_the_profile_says_so() {
    let (goto, _client) = with(GotoDouble::builder().profile("client_secret_twice", true));
    let header = basic(CLIENT, SECRET);
    let twice = [GRANT, ("client_id", CLIENT), ("client_secret", SECRET)];
    granted(&by_header(&goto, &header, &twice));
    let different = [GRANT, ("client_id", CLIENT), ("client_secret", "other")];
    let answer = by_header(&goto, &header, &different);
    assert_error(&answer, 400, "invalid_request");
    let wrong = [GRANT, ("client_id", CLIENT), ("client_secret", "wrong")];
    let answer = by_header(&goto, &basic(CLIENT, "wrong"), &wrong);
    assert_error(&answer, 401, "invalid_client");
}

// RFC 6749 section 2.3.1: id and secret are form-encoded before they become user name and password.
#[test]
fn both_halves_of_basic_are_form_encoded() {
    let clients = json!([{
        "client_id": "a:b", "client_secret": "s%&+ /é", "redirect_uris": [REDIRECT],
        "scopes": ["identity:scim.org"], "account": "admin@main.com",
    }]);
    let (goto, _client) = with(GotoDouble::builder().state(state_with(clients)));
    let encoded = basic("a%3Ab", "s%25%26%2B+%2F%C3%A9");
    granted(&by_header(&goto, &encoded, &[GRANT]));
    assert_error(
        &by_header(&goto, &basic("a%3Ab", "s%&+ /é"), &[GRANT]),
        401,
        "invalid_client",
    );
}

// RFC 6749 section 5.2: "If the client attempted to authenticate via the "Authorization" request header field,
// the authorization server MUST respond with an HTTP 401 (Unauthorized) status code and include the
// "WWW-Authenticate" response header field matching the authentication scheme used by the client."
#[test]
fn client_that_does_not_prove_itself_is_401_with_a_challenge() {
    let (goto, _client) = start();
    for header in [
        basic(CLIENT, "wrong"),
        basic("nobody", SECRET),
        "Basic ???".into(),
        format!("Bearer {}", goto.token()),
    ] {
        let answer = by_header(&goto, &header, &[GRANT]);
        assert_error(&answer, 401, "invalid_client");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.starts_with("Basic"), "{challenge}");
    }
    for fields in [
        vec![GRANT, ("client_id", CLIENT)],
        vec![GRANT, ("client_id", CLIENT), ("client_secret", "wrong")],
        vec![GRANT, ("client_id", "nobody"), ("client_secret", SECRET)],
    ] {
        assert_error(&token(&goto, &fields), 401, "invalid_client");
    }
    let nobody = Client::new(&goto.ready().token_url).form("", &[GRANT]);
    assert_error(&nobody, 401, "invalid_client");
}

// RFC 6749 section 5.2: invalid_request "includes a parameter more than once"; section 3.2 for what is not known.
#[test]
fn repeated_parameter_is_refused_and_an_unknown_one_ignored() {
    let (goto, _client) = start();
    assert_error(&token(&goto, &[GRANT, GRANT]), 400, "invalid_request");
    let scopes = [GRANT, ("scope", "a"), ("scope", "a")];
    assert_error(&token(&goto, &scopes), 400, "invalid_request");
    granted(&token(&goto, &[GRANT, ("resource", "x")]));
}

// RFC 6749 section 3.2: "Parameters sent without a value MUST be treated as if they were omitted from the request."
#[test]
fn parameter_without_a_value_counts_as_absent() {
    let (goto, _client) = start();
    granted(&token(&goto, &[GRANT, ("scope", "")]));
    assert_error(&token(&goto, &[("grant_type", "")]), 400, "invalid_request");
}

#[test]
fn grant_type_is_needed_and_must_be_offered() {
    let (goto, _client) = start();
    assert_error(&token(&goto, &[]), 400, "invalid_request");
    let password = [
        ("grant_type", "password"),
        ("username", "admin@main.com"),
        ("password", "x"),
    ];
    assert_error(&token(&goto, &password), 400, "unsupported_grant_type");
}

// RFC 6749 section 5.2: "Values for the "error_description" parameter MUST NOT include characters outside the set
// %x20-21 / %x23-5B / %x5D-7E."
#[test]
fn description_holds_no_character_that_a_client_smuggled_in() {
    let (goto, _client) = start();
    let hostile = "\"\\\r\n\u{7f}ä";
    let answer = token(&goto, &[("grant_type", hostile)]);
    assert_error(&answer, 400, "unsupported_grant_type");
    let answer = token(&goto, &[GRANT, ("scope", hostile)]);
    assert_error(&answer, 400, "invalid_scope");
}

// RFC 6749 section 2.3.1: "The parameters can only be transmitted in the request-body and MUST NOT be included in
// the request URI."
#[test]
fn secret_in_the_uri_and_a_body_that_is_no_form_are_refused() {
    let (goto, _client) = start();
    let client = Client::new(&goto.ready().token_url);
    let in_uri = format!("?client_secret={SECRET}");
    let fields = [GRANT, ("client_id", CLIENT)];
    assert_error(&client.form(&in_uri, &fields), 400, "invalid_request");
    let json =
        json!({ "grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET });
    let typed = client.clone().header("Content-Type", "application/json");
    assert_error(&typed.post("", &json), 400, "invalid_request");
    let untyped = client.send("POST", "", b"grant_type=client_credentials");
    assert_error(&untyped.unwrap(), 400, "invalid_request");
}

// RFC 6749 section 3.2: "The client MUST use the HTTP "POST" method when making access token requests."
#[test]
fn only_post_is_answered() {
    let (goto, _client) = start();
    let answer = Client::new(&goto.ready().token_url).get("?grant_type=client_credentials");
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), Some("POST"));
}

// RFC 6749 section 5.1: "Cache-Control" with "no-store" in any response containing sensitive information; section 5.2
// for the media type of errors.
#[test]
fn no_cache_keeps_an_answer_good_or_bad() {
    let (goto, _client) = start();
    let fields = [("grant_type", "authorization_code"), ("code", "x")];
    for answer in [
        token(&goto, &[GRANT]),
        token(&goto, &fields),
        token(&goto, &[GRANT, ("client_id", "nobody")]),
    ] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("pragma"), Some("no-cache"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}

#[test]
fn error_says_nothing_of_what_was_sent() {
    let (goto, _client) = start();
    let code = code(&goto);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", REDIRECT),
        ("client_id", CLIENT),
        ("client_secret", "nearly-right"),
    ];
    let said = token(&goto, &fields).text();
    assert!(
        !said.contains(&code) && !said.contains("nearly-right"),
        "{said}"
    );
}
