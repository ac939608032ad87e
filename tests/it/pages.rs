//! The login pages and the Organization Center, clicked through in a real browser.

use std::net::TcpListener;
use std::process::Command;

use crate::support::program::{ROOT, Served, python, stderr, stdout};

#[test]
fn administrator_authorizes_and_sees_the_domain_by_clicking() {
    // The redirect URI has to be registered, so its port is chosen before the double starts.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let redirect = format!("http://127.0.0.1:{port}/callback");
    let folder = tempfile::tempdir().unwrap();
    let mut state: serde_json::Value = serde_json::from_str(include_str!("../../fixtures/states/default.json")).unwrap();
    state["clients"][0]["redirect_uris"] = serde_json::json!([redirect]);
    let path = folder.path().join("state.json");
    std::fs::write(&path, state.to_string()).unwrap();
    let ready = folder.path().join("ready.json");
    let _served = Served::start(&["--state", path.to_str().unwrap(), "--ready-file", ready.to_str().unwrap()]);
    let output = Command::new(python())
        .args(["tests/pages.py", ready.to_str().unwrap(), &format!("{ROOT}/target/pages"), &redirect])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
}
