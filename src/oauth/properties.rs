//! Whatever comes in, an answer goes out: nothing here panics, and nothing leads to an address that is not registered.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value;

use super::assertion::Federation;
use super::authorize::AuthorizationRequest;
use super::client::tests::client;
use super::credentials::Credentials;
use super::error::Whither;
use super::form::Form;
use super::jwt::SigningKey;
use super::token::tests::request;
use super::token::{TokenRequest, form_of};
use crate::clock::Timestamp;
use crate::profile::Profile;

/// Parameters as they are meant, and as nobody meant them.
fn parameters() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "client_id",
        "client_secret",
        "client_assertion",
        "client_assertion_type",
        "grant_type",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "code",
        "code_challenge",
        "code_challenge_method",
    ]);
    let values = prop_oneof![
        prop::sample::select(vec![
            "app",
            "code",
            "S256",
            "client_credentials",
            "http%3A%2F%2F127.0.0.1%2Fcallback",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,40}",
        "\\PC{0,20}",
    ];
    let pairs = (names, values).prop_map(|(name, value)| format!("{name}={value}"));
    prop::collection::vec(prop_oneof![4 => pairs, 1 => "\\PC{0,20}"], 0..8)
        .prop_map(|pairs| pairs.join("&"))
}

proptest! {
    #[test]
    fn authorization_request_is_answered_at_a_registered_address_or_on_a_page(query in parameters()) {
        let app = || Arc::new(client(None));
        match AuthorizationRequest::parse(&query, |id| (id == "app").then(app)) {
            Ok(asked) => prop_assert_eq!(asked.redirect_uri.as_str(), "http://127.0.0.1/callback"),
            Err(error) => match error.whither {
                Whither::Redirect { uri, .. } => {
                    prop_assert_eq!(uri.as_str(), "http://127.0.0.1/callback");
                }
                Whither::Page => {}
                Whither::Direct(status) => prop_assert!(false, "{status} has no place here"),
            },
        }
    }

    #[test]
    fn token_request_is_read_or_refused(body in parameters(), header in prop::option::of("[ -~]{0,40}")) {
        let headers: Vec<&str> = header.iter().map(String::as_str).collect();
        let request = request("/oauth/token", &headers, &body);
        if let Ok(form) = form_of(&request) {
            let _ = Credentials::parse(&request, &form, &Profile::default());
            let _ = TokenRequest::parse(&form);
        }
    }

    #[test]
    fn form_of_any_bytes_is_read(raw in prop::collection::vec(any::<u8>(), 0..200)) {
        let form = Form::read(&raw);
        let _ = (form.repeated(), form.one("a"), form.first("b"));
    }

    #[test]
    fn text_that_nobody_signed_is_no_assertion(jwt in "([A-Za-z0-9_-]{0,40}\\.){0,3}[A-Za-z0-9_-]{0,40}|\\PC{0,40}") {
        let keys: Value = SigningKey::published().map(SigningKey::key_set).unwrap_or_default();
        let federation = Federation::parse(("i", "s", None), &keys).unwrap();
        let now = Timestamp::from_millisecond(0);
        prop_assert!(federation.check(&jwt, &["http://double"], now).is_err());
    }
}
