//! A sandbox written as a starting state, and loaded again.

use serde_json::{Value, json};

use super::{assert_done, assert_problem, tester};
use crate::support::{Client, create_group, create_user, start};

#[test]
fn snapshot_brings_everything_back_here_and_in_another_sandbox() {
    let (goto, client) = start();
    let tester = tester(&goto);
    let ada = create_user(&client, "ada@main.com");
    let group = create_group(&client, "Staff");
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ada }] }]);
    client.patch(&format!("/Groups/{group}"), &crate::support::patch(add));
    tester.post(
        "/accounts",
        &json!({ "user_name": "eve@main.com", "password": "pw", "role": "read-only" }),
    );
    tester.post(
        "/clients",
        &json!({ "client_id": "own", "scopes": ["identity:scim.org"] }),
    );
    tester.post("/domains", &json!({ "name": "new.com" }));
    tester.put("/zone/new.com", &json!({ "txt": ["hello"] }));
    tester.put("/web/new.com", &json!({ "server": "127.0.0.1:1" }));
    let snapshot = tester.get("/snapshot").json();
    assert_eq!(snapshot["web"]["new.com"], "127.0.0.1:1");

    client.delete(&format!("/Users/{ada}"));
    tester.delete("/accounts/eve@main.com");
    assert_done(&tester.put("/snapshot", &snapshot));
    assert_eq!(
        client.get(&format!("/Users/{ada}")).json()["userName"],
        "ada@main.com"
    );
    let members = client.get(&format!("/Groups/{group}")).json()["members"].clone();
    assert_eq!(members[0]["value"], json!(ada));
    assert_eq!(
        tester.get("/accounts/eve@main.com").json()["role"],
        "read-only"
    );
    assert_eq!(tester.get("/clients/own").status, 200);
    assert_eq!(tester.get("/zone/new.com").json()["txt"], json!(["hello"]));
    let mut again = tester.get("/snapshot").json();
    let mut first = snapshot.clone();
    for state in [&mut again, &mut first] {
        forget_dates(state);
    }
    assert_eq!(again, first);

    // A reset comes back to what was loaded, not to what was before.
    client.delete(&format!("/Users/{ada}"));
    assert_done(&tester.post("/reset", &json!({})));
    assert_eq!(client.get(&format!("/Users/{ada}")).status, 200);

    let root = Client::new(&goto.ready().control_url);
    let made = root.post("/sandboxes", &json!({ "id": "copy", "state": snapshot }));
    assert_eq!(made.status, 201, "{}", made.text());
    let held = root.get("/sandboxes/copy/state").json();
    assert_eq!(held["users"][0]["userName"], "ada@main.com");
}

/// Takes out when resources were made and changed: that is not part of a state.
fn forget_dates(state: &mut Value) {
    for list in ["users", "groups"] {
        for resource in state[list].as_array_mut().unwrap() {
            resource["meta"] = Value::Null;
        }
    }
}

#[test]
fn state_is_loaded_by_name_and_a_wrong_one_changes_nothing() {
    let (goto, client) = start();
    let tester = tester(&goto);
    create_user(&client, "ada@main.com");
    for wrong in [
        json!("nothing"),
        json!(7),
        json!([]),
        json!({ "organization": "main.com", "users": [{ "active": true }] }),
        json!({ "users": 5 }),
        json!({ "tokens": [{ "account": "no@a.b", "client_id": "no" }] }),
        json!({ "profile": { "no_such_field": 1 } }),
    ] {
        assert_problem(&tester.put("/snapshot", &wrong), 400, None);
    }
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
    assert_done(&tester.put("/snapshot", &json!("default")));
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
    let entries = tester.get("/journal").json();
    assert_eq!(entries["entries"].as_array().unwrap().len(), 1);
    assert_done(&tester.delete("/journal"));
    assert_eq!(tester.get("/journal").json()["entries"], json!([]));
}
