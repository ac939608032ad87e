//! The journal is shown on the control port and goes into reports: it holds nothing that lets anybody in.

use goto_double::GotoDouble;
use serde_json::json;

use super::{
    ADMIN, CLIENT, SECRET, allowed, authorize_url, browser, code, granted, parameter, text, token,
    trade,
};
use crate::support::{Client, patch, start, user};

fn journal(goto: &GotoDouble) -> String {
    let url = format!("{}/sandboxes/default/journal", goto.ready().control_url);
    Client::new(&url).get("").text()
}

#[test]
fn journal_of_the_whole_flow_holds_no_password_token_secret_code_or_cookie() {
    let (goto, client) = start();
    let mut browser = browser(&goto);
    let page = browser.open(&authorize_url(&goto, &[]));
    let page = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    let sent = browser.press(&page, "Allow", &[]);
    let code = parameter(sent.header("location").unwrap(), "code").unwrap();
    let body = granted(&trade(&goto, &code));
    let (access, kept) = (text(&body, "access_token"), text(&body, "refresh_token"));
    let fields = [("grant_type", "refresh_token"), ("refresh_token", &*kept)];
    let second = text(&granted(&token(&goto, &fields)), "access_token");
    client.get("/Users");
    let cookie = browser.cookies.values().next().unwrap().clone();
    let shown = journal(&goto);
    for (what, secret) in [
        ("password", ADMIN.1),
        ("password in a form", "correct+horse+battery+staple"),
        ("client secret", SECRET),
        ("ready token", goto.token()),
        ("access token", &access),
        ("second access token", &second),
        ("refresh token", &kept),
        ("code", &code),
        ("cookie", &cookie),
    ] {
        assert!(!shown.contains(secret), "the {what} is in the journal");
    }
    assert!(shown.contains("oauth.token") && shown.contains(CLIENT));
}

#[test]
fn revoked_token_does_not_show() {
    let (goto, _client) = start();
    let body = granted(&trade(&goto, &code(&goto)));
    let kept = text(&body, "refresh_token");
    let fields = [
        ("token", &*kept),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ];
    assert_eq!(
        Client::new(&goto.ready().revoke_url)
            .form("", &fields)
            .status,
        200
    );
    assert!(!journal(&goto).contains(&kept));
}

#[test]
fn misplaced_token_or_secret_does_not_show() {
    let (goto, client) = start();
    let query = format!("/Users?count=1&access_token={}", goto.token());
    assert_eq!(client.get(&query).status, 400);
    let client = Client::new(&goto.ready().token_url);
    client.form(
        &format!("?client_%73ecret={SECRET}"),
        &[("grant_type", "x")],
    );
    client.form("", &[("client_id", CLIENT), ("client_secret", SECRET)]);
    client
        .send(
            "POST",
            "",
            format!("{{\"client_secret\":\"{SECRET}\"}}").as_bytes(),
        )
        .unwrap();
    let shown = journal(&goto);
    assert!(shown.contains("count=1"));
    assert!(
        !shown.contains(goto.token()) && !shown.contains(SECRET),
        "{shown}"
    );
}

// RFC 7643 section 4.1.1: a password "is not to be returned"; a client may still send one.
#[test]
fn password_of_a_provisioned_user_does_not_show_wherever_it_stands() {
    let (goto, client) = start();
    let hidden = "hunter-two-of-nine";
    let mut body = user("ada@main.com");
    body["password"] = json!(hidden);
    let id = client.post("/Users", &body).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for operation in [
        json!({ "op": "replace", "path": "password", "value": hidden }),
        json!({ "op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:PassWord", "value": hidden }),
        json!({ "op": "replace", "value": { "password": hidden } }),
        json!({ "op": "replace", "value": { "PASSWORD": hidden } }),
    ] {
        client.patch(&format!("/Users/{id}"), &patch(json!([operation])));
    }
    let shown = journal(&goto);
    assert!(shown.contains("users.patch"));
    assert!(!shown.contains(hidden), "{shown}");
}

#[test]
fn redirect_is_shown_without_its_code() {
    let (goto, _client) = start();
    let to = allowed(&goto, &[("state", "shown")]);
    let shown = journal(&goto);
    assert!(shown.contains("state=shown"));
    assert!(!shown.contains(&parameter(&to, "code").unwrap()));
}
