//! The endpoints that GoTo shut down.

use goto_double::GotoDouble;
use serde_json::Value;

use super::{CLIENT, SECRET, token};
use crate::support::{Answer, Client, start, with};

#[track_caller]
fn assert_over(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let Value::Object(members) = answer.json() else {
        panic!("{}", answer.text())
    };
    assert_eq!(members.keys().collect::<Vec<_>>(), ["message"]);
    let message = members["message"].as_str().unwrap();
    assert!(
        message.starts_with("This endpoint is no longer valid"),
        "{message}"
    );
    assert!(
        message.contains("New_Token_Retrieval_Migration_Guide"),
        "{message}"
    );
}

// n8n-io/n8n issue 14077 shows this body.
#[test]
fn older_endpoints_say_that_they_are_no_more() {
    let (goto, _client) = start();
    let base = goto.ready().token_url.replace("/oauth/token", "");
    let client = Client::new(&base);
    let query = "/oauth/v2/authorize?client_id=x&redirect_uri=http://evil.example/";
    let answer = client.get(query);
    assert_over(&answer, 410);
    assert_eq!(answer.header("location"), None);
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ];
    assert_over(&client.form("/oauth/v2/token", &fields), 410);
    assert_eq!(client.get("/oauth/v2/token").status, 405);
    assert_eq!(token(&goto, &fields[..1]).status, 200);
}

#[test]
fn their_status_is_what_the_profile_says() {
    let (goto, _client) = with(GotoDouble::builder().profile("legacy_oauth_status", 404));
    let url = goto.ready().token_url.replace("/oauth/", "/oauth/v2/");
    assert_over(&Client::new(&url).form("", &[]), 404);
}
