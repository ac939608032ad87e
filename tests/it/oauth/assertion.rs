//! Client authentication by a signed assertion, as Entra's workload identity federation sends it,
//! [RFC 7523 section 2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2).

use std::time::Duration;

use goto_double::GotoDouble;
use goto_double::oauth::jwt::SigningKey;
use goto_double::scenario::script::ClockSetting;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::{CLIENT, REDIRECT, assert_error, directory, granted, state_with, text};
use crate::support::{Answer, Client, with};

const KEY: &[u8] = include_bytes!("../../../fixtures/keys/signing.pem");
const TENANT: &str = "https://login.microsoftonline.com/ce5f061f-abe6-4e40-9615-301f87bcb7f0/v2.0";
const SUBJECT: &str = "d2f8ee76-c549-45b8-a143-f5b640669704";
const AUDIENCE: &str = "api://b5ba7a93-4452-4522-aeb4-a2b5da870c16";
const NOW: i64 = 1_893_456_000;

fn jwks() -> Value {
    let mut set = SigningKey::published().unwrap().key_set();
    let key = set["keys"][0].as_object_mut().unwrap();
    // As Entra's: no alg, since one key is for more than one.
    key.remove("alg");
    key.insert("kid".into(), "entra-1".into());
    set
}

fn federated(federation: Value) -> GotoDouble {
    let clients = json!([{
        "client_id": CLIENT, "redirect_uris": [REDIRECT], "scopes": ["identity:scim.org"],
        "account": "admin@main.com", "federation": federation,
    }]);
    let clock = ClockSetting {
        start: goto_double::clock::Timestamp::parse("2030-01-01T00:00:00Z"),
        ..ClockSetting::parse("manual").unwrap()
    };
    let builder = GotoDouble::builder()
        .state(state_with(clients))
        .clock(clock);
    with(builder).0
}

fn entra() -> GotoDouble {
    federated(json!({ "issuer": TENANT, "subject": SUBJECT, "audience": AUDIENCE, "jwks": jwks() }))
}

/// The claims of Entra's own, with some of them changed.
fn claims(changes: Value) -> Value {
    let mut claims = json!({
        "aud": AUDIENCE, "iss": TENANT, "iat": NOW, "nbf": NOW, "exp": NOW + 3900,
        "appid": "b5ba7a93-4452-4522-aeb4-a2b5da870c16", "appidacr": "2", "idp": TENANT, "oid": SUBJECT,
        "sub": SUBJECT, "tid": "ce5f061f-abe6-4e40-9615-301f87bcb7f0", "ver": "2.0",
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

fn signed(claims: &Value) -> String {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some("entra-1".into());
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_rsa_pem(KEY).unwrap()).unwrap()
}

/// The request that Entra sends.
fn ask(goto: &GotoDouble, assertion: &str) -> Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", assertion),
        ("scope", "identity:scim.org"),
    ];
    Client::new(&goto.ready().token_url).form("", &fields)
}

#[test]
fn entra_gets_a_token_without_any_secret() {
    let goto = entra();
    let body = granted(&ask(&goto, &signed(&claims(json!({})))));
    assert_eq!(
        (&body["token_type"], &body["expires_in"]),
        (&json!("Bearer"), &json!(3600))
    );
    assert_eq!(directory(&goto, &text(&body, "access_token")), 200);
    // Entra's have no jti, and one is good for its 65 minutes.
    granted(&ask(&goto, &signed(&claims(json!({})))));
}

#[test]
fn assertion_of_anybody_else_for_anything_else_proves_nothing() {
    let goto = entra();
    for (changes, named) in [
        (
            json!({ "iss": "https://login.microsoftonline.com/other/v2.0" }),
            "iss",
        ),
        (json!({ "sub": "other" }), "sub"),
        (json!({ "aud": "api://other" }), "aud"),
        (json!({ "aud": null }), "aud"),
        (json!({ "exp": null }), "exp"),
        (json!({ "exp": NOW - 61 }), "expired"),
        (json!({ "nbf": NOW + 120 }), "not valid yet"),
    ] {
        let answer = ask(&goto, &signed(&claims(changes.clone())));
        assert_error(&answer, 401, "invalid_client");
        let description = text(&answer.json(), "error_description");
        assert!(description.contains(named), "{changes} {description}");
    }
    let good = signed(&claims(json!({})));
    let (head, _) = good.rsplit_once('.').unwrap();
    assert_error(&ask(&goto, &format!("{head}.AAAA")), 401, "invalid_client");
    assert_error(&ask(&goto, "no jwt"), 401, "invalid_client");
}

#[test]
fn assertion_ends_on_the_clock_of_the_sandbox() {
    let goto = entra();
    let assertion = signed(&claims(json!({})));
    goto.control().advance(Duration::from_secs(3900)).unwrap();
    granted(&ask(&goto, &assertion));
    goto.control().advance(Duration::from_secs(60)).unwrap();
    assert_error(&ask(&goto, &assertion), 401, "invalid_client");
}

// RFC 7523 section 3 (7): the server "MAY ensure that JWTs are not replayed by maintaining the set of used jti values".
#[test]
fn assertion_with_an_id_is_good_once() {
    let goto = entra();
    let once = signed(&claims(json!({ "jti": "once" })));
    granted(&ask(&goto, &once));
    let again = ask(&goto, &once);
    assert_error(&again, 401, "invalid_client");
    assert!(again.text().contains("used before"), "{}", again.text());
    granted(&ask(&goto, &signed(&claims(json!({ "jti": "twice" })))));
}

#[test]
fn federated_client_is_neither_public_nor_does_it_have_a_secret() {
    let goto = entra();
    let url = goto.ready().token_url.clone();
    let grant = ("grant_type", "client_credentials");
    let by_name = Client::new(&url).form("", &[grant, ("client_id", CLIENT)]);
    assert_error(&by_name, 401, "invalid_client");
    let blank = [grant, ("client_id", CLIENT), ("client_secret", "x")];
    assert_error(&Client::new(&url).form("", &blank), 401, "invalid_client");
}

// RFC 7521 section 4.2: client_id is optional beside an assertion; RFC 7523 section 3: its subject is the client then.
#[test]
fn assertion_alone_names_a_client_whose_id_is_its_subject() {
    let goto = federated(json!({ "issuer": CLIENT, "subject": CLIENT, "jwks": jwks() }));
    let token_url = goto.ready().token_url.clone();
    let changes = json!({ "iss": CLIENT, "sub": CLIENT, "aud": token_url, "jti": "1" });
    let assertion = signed(&claims(changes));
    let fields = [
        ("grant_type", "client_credentials"),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", &*assertion),
    ];
    granted(&Client::new(&token_url).form("", &fields));
}

#[test]
fn federation_without_a_key_is_refused_at_the_start() {
    let clients = json!([{ "client_id": CLIENT, "scopes": ["identity:scim.org"],
        "federation": { "issuer": TENANT, "subject": SUBJECT, "jwks": { "keys": [] } } }]);
    let error = GotoDouble::builder()
        .state(state_with(clients))
        .start()
        .unwrap_err();
    assert!(error.to_string().contains("jwks"), "{error}");
}
