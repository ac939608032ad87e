//! The older dialect at `/identity/v1` from outside. What is GoTo's is told by its published SCIM OpenAPI; where that is
//! silent, SCIM 1.1 speaks, and where that is too, the profile says what was chosen.

mod discovery;
mod errors;
mod groups;
mod list;
mod me;
mod users;

use goto_double::{Builder, GotoDouble};
use serde_json::{Value, json};

use crate::support::{Answer, Client};

pub const CORE: &str = "urn:scim:schemas:core:1.0";
pub const GETGO: &str = "urn:scim:schemas:extension:getgo:1.0";
pub const SCOPES: [&str; 3] = ["identity:scim.org", "identity:scim.me", "identity:"];

/// One double, seen through both dialects with its ready token.
pub struct Both {
    pub goto: GotoDouble,
    pub older: Client,
    pub newer: Client,
}

/// A double with every default.
pub fn start() -> Both {
    with(GotoDouble::builder())
}

/// A double as described.
pub fn with(builder: Builder) -> Both {
    let (goto, newer) = crate::support::with(builder);
    let older = client(&goto).bearer(goto.token());
    Both { goto, older, newer }
}

/// A client of the older dialect without a token.
pub fn client(goto: &GotoDouble) -> Client {
    let base = format!("http://{}/identity/v1", goto.addresses().product);
    Client::new(&base).header("Content-Type", "application/json")
}

/// A starting state whose client may be given every scope, with more in it.
pub fn state(more: Value) -> Value {
    let mut state: Value =
        serde_json::from_str(include_str!("../../../fixtures/states/default.json")).unwrap();
    state["clients"][0]["scopes"] = json!(SCOPES);
    let more = more.as_object().unwrap().clone();
    state.as_object_mut().unwrap().extend(more);
    state
}

/// A client of the older dialect with a token of that account and these scopes.
#[track_caller]
pub fn speaking_for(goto: &GotoDouble, account: &str, scopes: &[&str]) -> Client {
    let control = Client::new(&goto.ready().control_url).header("Content-Type", "application/json");
    let wanted = json!({ "account": account, "scopes": scopes });
    let minted = control.post("/sandboxes/default/tokens", &wanted);
    assert!(minted.status < 300, "{}", minted.text());
    client(goto).bearer(minted.json()["access_token"].as_str().unwrap())
}

/// A user as GoTo's published SCIM OpenAPI defines it.
pub fn user(name: &str) -> Value {
    json!({
        "userName": name, "displayName": "Ada L.", "locale": "en_GB", "timezone": "Europe/London",
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
    })
}

/// The id of what was just created.
#[track_caller]
pub fn id_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

#[track_caller]
pub fn create_user(client: &Client, name: &str) -> String {
    id_of(&client.post("/Users", &user(name)))
}

/// A group with these users in it.
#[track_caller]
pub fn create_group(client: &Client, name: &str, members: &[&str]) -> String {
    let members: Vec<Value> = members
        .iter()
        .map(|id| json!({ "type": "user", "value": id }))
        .collect();
    let group = json!({ "displayName": name, "members": members });
    id_of(&client.post("/Groups", &group))
}

/// Checks a refusal in full: the status, what stands in the body, and that every 401 carries a challenge.
#[track_caller]
pub fn check_refused(answer: &Answer, status: u16, (code, uri): (&str, &str), part: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let body = answer.json();
    assert_eq!(
        (&body["code"], &body["uri"]),
        (&json!(code), &json!(uri)),
        "{body}"
    );
    let message = body["message"].as_str().unwrap();
    assert!(!message.is_empty() && message.contains(part), "{body}");
    if status == 401 {
        assert!(answer.header("www-authenticate").is_some(), "{answer:?}");
    }
}

/// The same answer after one field of the profile has another value.
pub fn switched(field: &str, value: Value) -> Both {
    with(GotoDouble::builder().profile(field, value))
}
