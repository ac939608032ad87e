//! The client credentials grant, [RFC 6749 section 4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4).

use goto_double::GotoDouble;

use super::{ADMIN, PUBLIC, assert_error, directory, granted, text, token};
use crate::support::{Client, start, with};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

// RFC 6749 section 4.4.3: "A refresh token SHOULD NOT be included."
#[test]
fn client_gets_a_token_in_its_own_name_without_a_refresh_token() {
    let (goto, _client) = start();
    let body = granted(&token(&goto, &[GRANT]));
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["principal"], ADMIN.0);
    assert!(body.get("refresh_token").is_none(), "{body}");
    assert_eq!(directory(&goto, &text(&body, "access_token")), 200);
}

// RFC 6749 section 3.3: "the authorization server MUST include the "scope" response parameter to inform the client".
#[test]
fn scope_is_cut_to_what_the_client_may_have() {
    let (goto, _client) = start();
    let asked = ("scope", "identity:scim.org identity:scim.me");
    assert_eq!(
        granted(&token(&goto, &[GRANT, asked]))["scope"],
        "identity:scim.org"
    );
    let answer = token(&goto, &[GRANT, ("scope", "identity:scim.me")]);
    assert_error(&answer, 400, "invalid_scope");
}

// RFC 6749 section 4.4: "The client credentials grant type MUST only be used by confidential clients."
#[test]
fn public_client_gets_none() {
    let (goto, _client) = start();
    let answer = token(&goto, &[GRANT, ("client_id", PUBLIC)]);
    assert_error(&answer, 400, "unauthorized_client");
}

// GoTo does not advertise the grant, so it can be switched off.
#[test]
fn grant_that_is_switched_off_is_unsupported_and_not_advertised() {
    let (goto, _client) = with(GotoDouble::builder().profile("client_credentials", false));
    assert_error(&token(&goto, &[GRANT]), 400, "unsupported_grant_type");
    let metadata = Client::new(&goto.ready().metadata_url).get("").json();
    let grants = metadata["grant_types_supported"].as_array().unwrap();
    assert!(grants.iter().all(|grant| grant != GRANT.1), "{metadata}");
}
