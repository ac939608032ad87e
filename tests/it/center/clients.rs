//! OAuth clients: registered with a secret that is shown once, changed, deleted.

use serde_json::{Value, json};

use super::{ADMIN, AUDITOR, MEMBER, assert_problem, at, script, sign_in, text};
use crate::support::{Client, start};

const REDIRECT: &str = "https://client.example/callback";

fn wanted() -> Value {
    json!({ "redirect_uris": [REDIRECT], "scopes": ["identity:scim.org"], "account": ADMIN.0 })
}

fn ask(url: &str, client: &Value) -> crate::support::Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client["client_id"].as_str().unwrap()),
        ("client_secret", client["client_secret"].as_str().unwrap()),
    ];
    Client::new(url).form("", &fields)
}

#[test]
fn registered_client_gets_tokens_until_it_is_deleted() {
    let (goto, _client) = start();
    let admin = script(&goto, ADMIN);
    let made = admin.post("/clients", &wanted());
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    let id = text(&made, "/client_id");
    assert_eq!(id.len(), 36);
    let shown = admin.get(&format!("/clients/{id}"));
    assert!(!shown.text().contains("client_secret"));
    assert!(
        !admin
            .get("/clients")
            .text()
            .contains(&text(&made, "/client_secret"))
    );
    let answer = ask(&goto.ready().token_url, &made);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let token = text(&answer.json(), "/access_token");
    let scim = Client::new(goto.scim_url()).bearer(&token);
    assert_eq!(scim.get("/Users").status, 200);
    assert_eq!(admin.delete(&format!("/clients/{id}")).status, 204);
    assert_eq!(scim.get("/Users").status, 401, "its tokens end with it");
    assert_eq!(ask(&goto.ready().token_url, &made).status, 401);
    assert_problem(&admin.get(&format!("/clients/{id}")), 404);
    assert_problem(&admin.delete(&format!("/clients/{id}")), 404);
}

#[test]
fn redirect_uris_can_be_changed_and_nothing_else_is_redirected_to() {
    let (goto, _client) = start();
    let admin = script(&goto, ADMIN);
    let id = text(&admin.post("/clients", &wanted()).json(), "/client_id");
    let asked = |uri: &str| {
        let query = format!("?response_type=code&client_id={id}&redirect_uri={uri}");
        Client::new(&goto.ready().authorize_url).get(&query).status
    };
    assert_eq!(asked(REDIRECT), 302);
    let other = "https://client.example/other";
    let change = json!({ "redirect_uris": [other] });
    assert_eq!(admin.post(&format!("/clients/{id}"), &change).status, 200);
    assert_eq!((asked(REDIRECT), asked(other)), (400, 302));
    for wrong in ["/callback", "javascript:alert(1)", "https://a.example/#x"] {
        let change = json!({ "redirect_uris": [wrong] });
        assert_problem(&admin.post(&format!("/clients/{id}"), &change), 400);
    }
    assert_eq!(asked(other), 302, "a refused change changes nothing");
}

#[test]
fn what_no_client_can_be_is_refused() {
    let (goto, _client) = start();
    let admin = script(&goto, ADMIN);
    let before = admin.get("/clients").json();
    for (name, value) in [
        ("redirect_uris", json!(["callback"])),
        ("redirect_uris", json!("https://a.example/")),
        ("scopes", json!([])),
        ("scopes", json!(["two words"])),
        ("account", json!("nobody@main.com")),
        ("more", json!(1)),
    ] {
        let mut body = wanted();
        body[name] = value;
        assert_problem(&admin.post("/clients", &body), 400);
    }
    assert_eq!(admin.get("/clients").json(), before);
    assert_problem(&script(&goto, AUDITOR).post("/clients", &wanted()), 403);
    assert_eq!(script(&goto, AUDITOR).get("/clients").status, 200);
    assert_problem(&script(&goto, MEMBER).get("/clients"), 403);
}

#[test]
fn public_client_has_no_secret() {
    let (goto, _client) = start();
    let mut body = wanted();
    body["public"] = true.into();
    let made = script(&goto, ADMIN).post("/clients", &body).json();
    assert_eq!(made["public"], true);
    assert_eq!(made["client_secret"], Value::Null);
}

#[test]
fn person_sees_the_secret_once() {
    let (goto, _client) = start();
    let (mut browser, _) = sign_in(&goto, ADMIN);
    let page = browser.open(&at(&goto, "/clients"));
    let lines = format!("{REDIRECT}\r\nhttp://127.0.0.1/other");
    let made = browser.press(&page, "Register client", &[("redirect_uris", &lines)]);
    let said = made.text();
    let secret = said.split("id=\"new-client-secret\">").nth(1).unwrap();
    let secret = secret.split('<').next().unwrap();
    assert_eq!(secret.len(), 64);
    assert!(said.contains("http://127.0.0.1/other"));
    assert!(!browser.open(&at(&goto, "/clients")).text().contains(secret));
    let (_, other) = sign_in(&goto, AUDITOR);
    assert!(!other.text().contains(secret));
    // Journals are shown around: nothing in them signs anybody in.
    let url = format!("{}/sandboxes/default/journal", goto.ready().control_url);
    assert!(!Client::new(&url).get("").text().contains(secret));
    let none = browser.press(&page, "Register client", &[("scope identity:scim.org", "")]);
    assert_eq!(none.status, 400);
    assert!(none.text().contains("one scope at least"));
}
