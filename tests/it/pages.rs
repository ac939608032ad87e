//! The login pages and the Organization Center, clicked through in a real browser.

use std::net::TcpListener;
use std::process::Command;

use crate::support::program::{ROOT, Served, python, stderr, stdout};

/// Serves this state and has the browser do a task there; the screenshots stay in `target/pages`.
#[track_caller]
fn click(task: &str, state: &serde_json::Value, more: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (given, ready) = (path("state.json"), path("ready.json"));
    std::fs::write(&given, state.to_string()).unwrap();
    let _served = Served::start(&["--state", &given, "--ready-file", &ready]);
    let pictures = format!("{ROOT}/target/pages");
    let output = Command::new(python())
        .args(["tests/pages.py", task, &ready, &pictures])
        .args(more)
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
}

/// The state of that name, as the binary has it.
fn default_state() -> serde_json::Value {
    serde_json::from_str(include_str!("../../fixtures/states/default.json")).unwrap()
}

// Microsoft's GoTo provisioning tutorial, step 5: Authorize, Next, Sign In, Test Connection.
#[test]
fn administrator_authorizes_a_client_and_tests_the_connection_by_clicking() {
    // The redirect URI has to be registered, so its port is chosen before the double starts.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let redirect = format!("http://127.0.0.1:{port}/callback");
    let mut state = default_state();
    state["clients"][0]["redirect_uris"] = serde_json::json!([redirect]);
    click("authorize", &state, &[&redirect]);
}

// The same, step 2: from no account to an organization, by both methods.
#[test]
fn person_signs_up_and_verifies_domains_by_clicking_and_has_an_organization() {
    click("verify", &serde_json::json!({}), &[]);
}

#[test]
fn admin_and_auditor_go_through_every_tab() {
    click("tour", &default_state(), &[]);
}
