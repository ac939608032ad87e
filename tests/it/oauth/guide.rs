//! The page `docs/oauth.md`: its script reaches the directory, and its starting state is one.

use std::process::Command;

use goto_double::GotoDouble;
use serde_json::{Value, json};

use crate::support::program::{stderr, stdout};
use crate::support::{Client, start};

const PAGE: &str = include_str!("../../../docs/oauth.md");

fn block(language: &str) -> &'static str {
    let (_, after) = PAGE.split_once(&format!("```{language}\n")).unwrap();
    after.split_once("\n```").unwrap().0
}

#[test]
fn script_of_the_page_comes_by_a_token_and_reads_the_directory() {
    let (goto, _client) = start();
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", block("sh")])
        .current_dir(folder.path())
        .env("AUTHORIZE", &goto.ready().authorize_url)
        .env("TOKEN", &goto.ready().token_url)
        .env("SCIM", goto.scim_url())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let users: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(users["totalResults"], 0);
}

#[test]
fn starting_state_of_the_page_is_taken_and_its_clients_get_their_tokens() {
    let state: Value = serde_json::from_str(block("json")).unwrap();
    let goto = GotoDouble::builder().state(state).start().unwrap();
    let token = |fields: &[(&str, &str)]| Client::new(&goto.ready().token_url).form("", fields);
    let own = token(&[
        ("grant_type", "client_credentials"),
        ("client_id", "with-a-secret"),
        ("client_secret", "a secret"),
    ]);
    assert_eq!(own.status, 200, "{}", own.text());
    let personal = token(&[
        ("grant_type", "personal_access_token"),
        ("pat", "one-of-the-admin"),
        ("client_id", "for-personal-tokens"),
        ("client_secret", "a secret"),
    ]);
    assert_eq!(personal.json()["principal"], json!("admin@main.com"));
}
