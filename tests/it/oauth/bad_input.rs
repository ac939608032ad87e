//! Forms that no honest client sends: each is refused clearly, journalled, and changes nothing.

use std::time::{Duration, Instant};

use goto_double::GotoDouble;
use serde_json::json;

use super::{
    ADMIN, CLIENT, REDIRECT, SECRET, assert_error, authorize_url, browser, code, granted,
    state_with, token, trade,
};
use crate::support::browser::form_with;
use crate::support::{Answer, Client, start};

fn post(goto: &GotoDouble, media_type: &str, body: &[u8]) -> Answer {
    let client = Client::new(&goto.ready().token_url).header("Content-Type", media_type);
    client.send("POST", "", body).unwrap()
}

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn what_is_no_form_is_refused() {
    let (goto, _client) = start();
    for (media_type, body) in [
        (
            "application/json",
            &br#"{"grant_type":"client_credentials"}"#[..],
        ),
        ("text/plain", b"grant_type=client_credentials"),
        ("multipart/form-data; boundary=x", b"--x--"),
        (FORM, b""),
        (FORM, b"%%%&=&&&=%zz\xff\xfe\0"),
        (FORM, b"grant_type"),
    ] {
        let answer = post(&goto, media_type, body);
        assert!(
            (400..=401).contains(&answer.status),
            "{media_type} {body:?} {}",
            answer.status
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.json()["error"].is_string());
    }
}

// RFC 6749 section 3.2: "Request and response parameters MUST NOT be included more than once."
#[test]
fn repeated_parameters_are_refused_and_the_code_stays_good() {
    let (goto, _client) = start();
    let code = code(&goto);
    let whole = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", REDIRECT),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ];
    for twice in whole {
        let mut fields = whole.to_vec();
        fields.push(twice);
        assert_error(&token(&goto, &fields), 400, "invalid_request");
    }
    let mut fields = whole.to_vec();
    fields.extend([("unknown", "1"), ("unknown", "2")]);
    assert_error(&token(&goto, &fields), 400, "invalid_request");
    granted(&trade(&goto, &code));
}

#[test]
fn repeated_fields_of_the_pages_are_refused() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let page = browser.open(&authorize_url(&goto, &[]));
    let form = form_with(&page, "Next");
    let mut fields = form.filled("Next", &[("emailAddress", ADMIN.0)]);
    fields.push(("emailAddress".into(), "eve@main.com".into()));
    assert_eq!(browser.send(&form.action, &fields).status, 400);
    let page = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    let form = form_with(&page, "Allow");
    let mut fields = form.filled("Allow", &[]);
    fields.push(("decision".into(), "deny".into()));
    let refused = browser.send(&form.action, &fields);
    assert_eq!((refused.status, refused.header("location")), (400, None));
    form_with(&browser.open(&authorize_url(&goto, &[])), "Allow");
}

#[test]
fn huge_fields_and_very_many_fields_are_answered_soon() {
    let (goto, _client) = start();
    let many: Vec<u8> = (0..60_000)
        .flat_map(|n| format!("f{n}=&").into_bytes())
        .collect();
    let began = Instant::now();
    let answer = post(&goto, FORM, &many);
    assert!((400..=413).contains(&answer.status), "{}", answer.status);
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    let large = "a".repeat(64 * 1024);
    for (name, grant) in [
        ("code", "authorization_code"),
        ("refresh_token", "refresh_token"),
        ("scope", "client_credentials"),
        ("client_secret", "client_credentials"),
        ("pat", "personal_access_token"),
    ] {
        let fields = [
            (name, &*large),
            ("grant_type", grant),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
        ];
        let answer = token(&goto, &fields);
        assert_eq!(answer.status, 400, "{name}");
    }
    let nobody = [("client_id", &*large), ("grant_type", "client_credentials")];
    assert_error(&token(&goto, &nobody), 401, "invalid_client");
    let nothing = [
        ("grant_type", &*large),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ];
    assert_error(&token(&goto, &nothing), 400, "unsupported_grant_type");
    let assertion = [
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", &large),
        ("grant_type", "client_credentials"),
    ];
    let answer = Client::new(&goto.ready().token_url).form("", &assertion);
    assert_error(&answer, 401, "invalid_client");
}

#[test]
fn refused_request_is_journalled() {
    let (goto, _client) = start();
    post(&goto, FORM, b"grant_type=x&grant_type=y");
    let entries = goto.journal();
    let last = entries
        .iter()
        .filter_map(|entry| entry.exchange())
        .next_back()
        .unwrap();
    assert_eq!(last.operation.unwrap().name(), "oauth.token");
    assert_eq!(last.reply.status, 400);
}

#[test]
fn text_from_outside_is_escaped_wherever_it_is_shown() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let evil = "<script>alert(1)</script>\"'";
    let page = browser.open(&authorize_url(&goto, &[("state", evil)]));
    assert!(!page.text().contains("<script"), "{}", page.text());
    let page = browser.press(&page, "Next", &[("emailAddress", evil)]);
    assert!(!page.text().contains("<script"), "{}", page.text());
    let refused = browser.get(&authorize_url(&goto, &[("client_id", evil)]));
    assert!(!refused.text().contains("<script"), "{}", refused.text());
}

// RFC 6749 section 3.1.2: "The redirection endpoint URI MUST be an absolute URI [...] MUST NOT include a fragment".
#[test]
fn redirect_uri_that_leads_nowhere_safe_cannot_be_registered() {
    for uri in ["/callback", "https://a/#x", "javascript:alert(1)"] {
        let clients = json!([{ "client_id": CLIENT, "redirect_uris": [uri], "scopes": ["identity:scim.org"] }]);
        let error = GotoDouble::builder()
            .state(state_with(clients))
            .start()
            .unwrap_err();
        assert!(error.to_string().contains("redirect URI"), "{uri} {error}");
    }
}
