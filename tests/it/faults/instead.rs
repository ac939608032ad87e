//! `do.reply` where the scenario leaves something open: the answer has what its status and its surface demand.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{older, playing};
use crate::support::{Answer, Client, user};

/// A double in which every request is answered with this reply, and a client.
fn answering(reply: Value) -> (GotoDouble, Client) {
    playing(json!([{ "id": "instead", "on": "*", "do": { "reply": reply } }]))
}

fn origin(goto: &GotoDouble) -> Client {
    Client::new(&format!("http://{}", goto.addresses().product))
}

/// A script at the Organization Center.
fn script(goto: &GotoDouble) -> Client {
    let ready = goto.ready();
    let (name, password) = (ready.admin_user.clone(), ready.admin_password.clone());
    let pair = BASE64_STANDARD.encode(format!("{}:{}", name.unwrap(), password.unwrap()));
    Client::new(&ready.center_url).header("Authorization", &format!("Basic {pair}"))
}

#[track_caller]
fn challenge(answer: &Answer) -> &str {
    answer.header("www-authenticate").expect("a challenge")
}

// RFC 9110 section 15.5.2: a 401 "MUST" be sent with a challenge; RFC 6750 section 3 wants a parameter in it.
#[test]
fn every_401_says_how_to_get_in_on_each_surface() {
    let (goto, client) = answering(json!({ "status": 401 }));
    assert_eq!(challenge(&client.get("/Users")), "Bearer realm=\"default\"");
    let answer = older(&goto).get("/Users");
    assert_eq!(challenge(&answer), "Bearer realm=\"default\"");
    let token = Client::new(&goto.ready().token_url).form("", &[]);
    assert_eq!(challenge(&token), "Basic realm=\"oauth\"");
    let center = script(&goto).get("/domains");
    let realm = "Basic realm=\"Organization Center\", charset=\"UTF-8\"";
    assert_eq!(challenge(&center), realm);
}

// RFC 6750 section 3.1: insufficient_scope comes with 403, invalid_request with 400.
#[test]
fn error_of_a_token_is_named_with_whatever_refusal() {
    for (status, error) in [
        (403, "insufficient_scope"),
        (400, "invalid_request"),
        (401, "invalid_token"),
    ] {
        let (_goto, client) = answering(json!({ "status": status, "auth_error": error }));
        let answer = client.get("/Users");
        assert_eq!(answer.status, status);
        let expected = format!("Bearer realm=\"default\", error=\"{error}\"");
        assert_eq!(challenge(&answer), expected);
    }
}

// RFC 6750 section 3: no quotation mark, no backslash and nothing but ASCII stands in error_description.
#[test]
fn challenge_is_whole_whatever_the_detail_holds() {
    let detail = "say \"hi\"\\\r\nX-Evil: \u{fc}\u{0}";
    let (_goto, client) =
        answering(json!({ "status": 401, "auth_error": "invalid_token", "detail": detail }));
    let answer = client.get("/Users");
    assert_eq!(
        challenge(&answer),
        "Bearer realm=\"default\", error=\"invalid_token\", error_description=\"say 'hi''??X-Evil: ??\""
    );
    assert_eq!(answer.header("x-evil"), None);
    assert_eq!(answer.json()["detail"], detail);
}

// RFC 9110 section 15.5.6: a 405 "MUST" list what the resource does support.
#[test]
fn refused_method_is_not_among_those_allowed() {
    let (goto, client) = answering(json!({ "status": 405 }));
    let patch = client.patch("/Users/1", &json!({}));
    assert_eq!(
        patch.header("allow"),
        Some("GET, HEAD, PUT, DELETE, OPTIONS")
    );
    assert_eq!(client.get("/Users").header("allow"), Some("POST, OPTIONS"));
    let token = Client::new(&goto.ready().token_url).form("", &[]);
    assert_eq!(token.header("allow"), Some(""));
    let (_goto, client) = playing(json!([{ "id": "own", "on": "users.list", "do": {
        "reply": { "status": 405, "headers": { "Allow": "BREW" } } } },
        { "id": "bare", "on": "users.create", "do": {
        "reply": { "status": 405 }, "headers": { "Allow": null } } }]));
    assert_eq!(client.get("/Users").header("allow"), Some("BREW"));
    assert_eq!(
        client.post("/Users", &user("a@main.com")).header("allow"),
        None
    );
}

#[test]
fn proxy_and_upgrade_say_what_they_want() {
    let (_goto, client) = answering(json!({ "status": 407 }));
    let proxy = client.get("/Users");
    assert_eq!(
        proxy.header("proxy-authenticate"),
        Some("Basic realm=\"proxy\"")
    );
    let (_goto, client) = answering(json!({ "status": 426 }));
    assert_eq!(client.get("/Users").header("upgrade"), Some("HTTP/2.0"));
}

// RFC 6749 section 5.1: what holds tokens "MUST" say no-store.
#[test]
fn scripted_token_is_kept_by_no_cache() {
    let (goto, _client) = answering(
        json!({ "status": 200, "body": { "access_token": "a", "token_type": "Bearer" } }),
    );
    let token = Client::new(&goto.ready().token_url).form("", &[]);
    assert_eq!(token.json()["access_token"], "a");
    assert_eq!(token.header("cache-control"), Some("no-store"));
    assert_eq!(token.header("pragma"), Some("no-cache"));
}

#[test]
fn person_sees_a_page_where_a_program_gets_an_error() {
    let (goto, _client) =
        answering(json!({ "status": 503, "detail": "<Back> soon", "retry_after": "30s" }));
    let browser = origin(&goto).header("Accept", "text/html");
    for path in ["/oauth/authorize", "/login", "/center", "/center/domains"] {
        let page = browser.get(path);
        assert_eq!(page.status, 503, "{path}");
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(page.header("retry-after"), Some("30"));
        assert!(page.text().contains("&lt;Back&gt; soon"), "{}", page.text());
    }
    let problem = script(&goto)
        .header("Accept", "application/json")
        .get("/domains");
    assert_eq!(problem.json()["detail"], "<Back> soon");
    let token = Client::new(&goto.ready().token_url).form("", &[]);
    assert_eq!(token.json()["error"], "temporarily_unavailable");
}

#[test]
fn answer_without_a_body_names_no_media_type() {
    for status in [204, 304] {
        let (_goto, client) = answering(json!({ "status": status, "body": { "a": 1 } }));
        let answer = client.get("/Users");
        assert_eq!((answer.status, answer.body.len()), (status, 0));
        assert_eq!(answer.header("content-type"), None);
    }
}
