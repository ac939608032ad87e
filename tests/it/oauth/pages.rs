//! The pages themselves: what they say, what they escape, and what their header fields forbid.

use goto_double::GotoDouble;
use serde_json::json;

use super::{ADMIN, CLIENT, SECRET, authorize_url, browser, state_with};
use crate::support::{Answer, Browser, start, with};

const SCRIPT: &str = "<script>alert(\"1\")</script>";

#[track_caller]
fn assert_sound(page: &Answer) {
    let text = page.text();
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(
        !text.contains("<script") && !text.contains("onclick"),
        "{text}"
    );
    assert!(
        text.contains("test double") && text.contains("not GoTo"),
        "{text}"
    );
    assert!(text.starts_with("<!DOCTYPE html>") && text.contains("<html lang=\"en\">"));
}

#[test]
fn every_page_says_what_it_is_and_is_guarded() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let first = browser.open(&authorize_url(&goto, &[]));
    assert_sound(&first);
    let second = browser.press(&first, "Next", &[("emailAddress", ADMIN.0)]);
    assert_sound(&second);
    assert_sound(&browser.press(&second, "Sign In", &[("password", "wrong")]));
    assert_sound(&browser.press(&second, "Sign In", &[("password", ADMIN.1)]));
    assert_sound(&browser.open(&goto.ready().center_url));
    assert_sound(&browser.get(&authorize_url(&goto, &[("client_id", "nobody")])));
    assert_sound(&browser.send("/center/domains", &[]));
}

#[test]
fn page_names_the_fields_and_buttons_that_gotos_sign_in_has() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let first = browser.open(&authorize_url(&goto, &[])).text();
    assert!(
        first.contains("id=\"emailAddress\"") && first.contains(">Next<"),
        "{first}"
    );
    assert!(!first.contains("type=\"password\""));
    let page = browser.open(&authorize_url(&goto, &[]));
    let second = browser
        .press(&page, "Next", &[("emailAddress", ADMIN.0)])
        .text();
    assert!(
        second.contains("id=\"password\"") && second.contains(">Sign In<"),
        "{second}"
    );
}

#[test]
fn what_a_person_types_is_shown_as_text() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let page = browser.open(&authorize_url(&goto, &[]));
    let name = format!("\"'{SCRIPT}@main.com");
    let page = browser.press(&page, "Next", &[("emailAddress", &name)]);
    assert_sound(&page);
    assert!(page.text().contains("&lt;script&gt;"));
    let page = browser.press(&page, "Sign In", &[("password", SCRIPT)]);
    assert_sound(&page);
    assert!(
        !page.text().contains("alert(&quot;1&quot;)</"),
        "{}",
        page.text()
    );
}

#[test]
fn names_of_clients_redirects_and_states_are_shown_as_text() {
    let redirect = format!("http://127.0.0.1/callback?a={SCRIPT}");
    let id = format!("app{SCRIPT}");
    let clients = json!([{ "client_id": id, "client_secret": SECRET, "redirect_uris": [redirect], "scopes": ["identity:scim.org"] }]);
    let (goto, _client) = with(GotoDouble::builder().state(state_with(clients)));
    let mut browser = browser(&goto);
    let more = [
        ("client_id", &*id),
        ("redirect_uri", &*redirect),
        ("state", SCRIPT),
    ];
    let page = browser.open(&authorize_url(&goto, &more));
    let page = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    assert_sound(&page);
    assert!(page.text().contains("&lt;script&gt;"));
    let unknown = [
        ("client_id", SCRIPT),
        ("redirect_uri", SCRIPT),
        ("scope", SCRIPT),
    ];
    assert_sound(&browser.get(&authorize_url(&goto, &unknown)));
    let unregistered = [("client_id", &*id), ("redirect_uri", SCRIPT)];
    assert_sound(&browser.get(&authorize_url(&goto, &unregistered)));
}

#[test]
fn cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let page = browser.get(&browser_login(&goto));
    let cookie = page.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    assert!(cookie.contains("Path=/"), "{cookie}");
}

#[test]
fn worlds_of_one_process_do_not_take_each_others_cookies() {
    let (goto, _client) = start();
    let mut browser = browser(&goto);
    let page = browser.open(&authorize_url(&goto, &[]));
    browser.sign_in(&page, ADMIN.0, ADMIN.1);
    let other = goto_double::SandboxSpec {
        id: Some("one".into()),
        ..goto_double::SandboxSpec::default()
    };
    goto.control().create(other).unwrap();
    let page = browser.open(&browser_login(&goto).replace("/login", "/t/one/center"));
    assert!(page.text().contains("emailAddress"), "{}", page.text());
}

#[test]
fn form_of_a_strange_media_type_is_a_form_without_fields() {
    let (goto, _client) = start();
    let client =
        crate::support::Client::new(&browser_login(&goto)).header("Content-Type", "text/plain");
    let answer = client.send("POST", "", b"emailAddress=a").unwrap();
    assert_eq!(answer.status, 403);
    assert_sound(&answer);
}

fn browser_login(goto: &GotoDouble) -> String {
    goto.ready()
        .authorize_url
        .replace("/oauth/authorize", "/login")
}

#[test]
fn nothing_of_the_client_secret_is_on_any_page() {
    let (goto, _client) = start();
    let mut browser = Browser::new(&goto.ready().center_url);
    let page = browser.open(&authorize_url(&goto, &[]));
    let page = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    assert!(page.text().contains(CLIENT) && !page.text().contains(SECRET));
}
