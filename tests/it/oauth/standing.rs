//! Who may sign in and be spoken for: suspended users, and the admin that Test Connection wants.

use goto_double::GotoDouble;
use serde_json::json;

use super::{
    ADMIN, AUDITOR, CLIENT, MEMBER, assert_error, authorize_url, browser, code, directory, granted,
    location, parameter, text, token, trade,
};
use crate::support::browser::form_with;
use crate::support::{Client, create_user, patch, start, with};

const SUSPENDED: &str = "has suspended this account";

#[track_caller]
fn set_active(client: &Client, id: &str, active: bool) {
    let body = patch(json!([{ "op": "replace", "path": "active", "value": active }]));
    assert_eq!(client.patch(&format!("/Users/{id}"), &body).status, 200);
}

// Okta's page on the LogMeIn parent app: deactivated users stay with the status "Suspended" and can be reactivated.
#[test]
fn suspended_user_is_not_signed_in_until_it_is_restored() {
    let (goto, client) = start();
    let id = create_user(&client, ADMIN.0);
    set_active(&client, &id, false);
    let mut browser = browser(&goto);
    let url = authorize_url(&goto, &[]);
    let page = browser.open(&url);
    let refused = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    assert!(refused.text().contains(SUSPENDED), "{}", refused.text());
    // Whoever does not know the password is told nothing.
    let guessed = browser.sign_in(&page, ADMIN.0, "guessed").text();
    assert!(!guessed.contains(SUSPENDED), "{guessed}");
    set_active(&client, &id, true);
    form_with(&browser.sign_in(&page, ADMIN.0, ADMIN.1), "Allow");
}

#[test]
fn suspension_ends_the_sign_in_and_stops_tokens_of_every_kind() {
    let (goto, client) = start();
    let id = create_user(&client, ADMIN.0);
    let mut browser = browser(&goto);
    let url = authorize_url(&goto, &[]);
    let page = browser.open(&url);
    let page = browser.sign_in(&page, ADMIN.0, ADMIN.1);
    browser.press(&page, "Allow", &[]);
    let again = location(&browser.open(&url));
    let first = parameter(&again, "code").unwrap();
    let kept = text(&granted(&trade(&goto, &code(&goto))), "refresh_token");
    set_active(&client, &id, false);
    form_with(&browser.open(&url), "Next");
    assert_error(&trade(&goto, &first), 400, "invalid_grant");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &*kept)];
    assert_error(&token(&goto, &refresh), 400, "invalid_grant");
    let own = [("grant_type", "client_credentials")];
    assert_error(&token(&goto, &own), 400, "invalid_grant");
    // The access token of before lives on, so that the admin's own client can undo it; nothing of the rest was spent.
    set_active(&client, &id, true);
    granted(&trade(&goto, &first));
    granted(&token(&goto, &refresh));
    granted(&token(&goto, &own));
}

/// What Entra sends when somebody presses Test Connection.
fn test_connection(goto: &GotoDouble, who: (&str, &str)) -> u16 {
    let mut browser = browser(goto);
    let page = browser.open(&authorize_url(goto, &[]));
    let page = browser.sign_in(&page, who.0, who.1);
    let to = location(&browser.press(&page, "Allow", &[]));
    let body = granted(&trade(goto, &parameter(&to, "code").unwrap()));
    let client = Client::new(goto.scim_url()).bearer(&text(&body, "access_token"));
    let missing = "/Users?filter=userName+eq+%22a1b2c3d4-e5f6%22";
    client.get(missing).status
}

// Microsoft's tutorial, step 5: "If the connection fails, ensure your GoTo account has Admin permissions and try again."
#[test]
fn connection_is_made_by_an_admin_who_may_write_and_by_nobody_else() {
    let (goto, _client) = start();
    assert_eq!(test_connection(&goto, ADMIN), 200);
    assert_eq!(test_connection(&goto, AUDITOR), 403);
    assert_eq!(test_connection(&goto, MEMBER), 403);
    let reads = GotoDouble::builder().profile("read_only_admin_reads", true);
    let (goto, _client) = with(reads);
    assert_eq!(test_connection(&goto, AUDITOR), 200);
    assert_eq!(test_connection(&goto, MEMBER), 403);
}

#[test]
fn token_of_another_sandbox_is_nothing_here() {
    let (goto, _client) = start();
    let spec = goto_double::SandboxSpec {
        id: Some("other".into()),
        ..goto_double::SandboxSpec::default()
    };
    goto.control().create(spec).unwrap();
    let url = goto.ready().token_url.replace("/oauth/", "/t/other/oauth/");
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", super::SECRET),
    ];
    let foreign = text(
        &granted(&Client::new(&url).form("", &fields)),
        "access_token",
    );
    assert_eq!(directory(&goto, &foreign), 401);
    assert_eq!(directory(&goto, goto.token()), 200);
}
