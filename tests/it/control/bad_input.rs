//! Mistakes of a tester: each is named, and changes nothing.

use serde_json::{Value, json};

use super::{assert_problem, tester};
use crate::support::{Client, start};

/// Each of these is refused for that field, and nothing changes.
#[track_caller]
fn refused(mistakes: &[(&str, &str, Value, &str)]) {
    let (goto, _client) = start();
    let tester = tester(&goto);
    let before = tester.get("/snapshot").json();
    for (method, path, body, field) in mistakes {
        let answer = tester.json(method, path, body);
        assert_problem(&answer, 400, Some(field));
    }
    assert_eq!(tester.get("/snapshot").json(), before);
}

/// An account with one member put in.
fn account(name: &str, value: Value) -> Value {
    let mut account = json!({ "user_name": "eve@main.com", "password": "x" });
    account[name] = value;
    account
}

#[test]
fn mistakes_about_accounts_and_domains_are_named() {
    let new = |name: &str, value: &str| json!({ "name": "new.com", name: value });
    let no_password = json!({ "user_name": "eve@main.com" });
    refused(&[
        (
            "POST",
            "/accounts",
            account("rolle", json!("user")),
            "rolle",
        ),
        ("POST", "/accounts", account("role", json!("king")), "role"),
        (
            "POST",
            "/accounts",
            account("password", json!(7)),
            "password",
        ),
        (
            "POST",
            "/accounts",
            account("password", json!("")),
            "password",
        ),
        ("POST", "/accounts", no_password, "password"),
        (
            "POST",
            "/accounts",
            account("user_name", json!("eve")),
            "user_name",
        ),
        (
            "POST",
            "/accounts",
            account("organization", json!("None")),
            "organization",
        ),
        ("POST", "/domains", json!({ "name": "a b" }), "name"),
        ("POST", "/domains", new("code", "1"), "code"),
        ("POST", "/domains", new("status", "done"), "status"),
        ("POST", "/domains", new("account", "no@a.b"), "account"),
    ]);
}

#[test]
fn mistakes_about_clients_and_the_world_outside_are_named() {
    let relative = json!({ "scopes": ["a"], "redirect_uris": ["/x"] });
    refused(&[
        ("POST", "/clients", json!({ "scopes": "all" }), "scopes"),
        ("POST", "/clients", json!({}), "scopes"),
        ("POST", "/clients", relative, "redirect_uris[0]"),
        ("POST", "/tokens", json!({ "scope": ["a"] }), "scope"),
        ("PUT", "/zone/main.com", json!({ "txt": [1] }), "txt[0]"),
        (
            "PUT",
            "/zone/main.com",
            json!({ "txt": [], "ttl": -1 }),
            "ttl",
        ),
        ("PUT", "/zone/main.com", json!({}), "txt"),
        ("PUT", "/web/main.com", json!({}), "server"),
        (
            "PUT",
            "/web/main.com",
            json!({ "server": "nowhere" }),
            "server",
        ),
        (
            "PUT",
            "/web/main.com",
            json!({ "files": { "x": "y" } }),
            "files.x",
        ),
    ]);
}

#[test]
fn mistakes_about_clock_and_state_are_named() {
    let patch = json!({ "patch_users": [{ "user": "a" }] });
    let typed = json!({ "accounts": [{ "user_name": 1 }] });
    refused(&[
        ("POST", "/clock", json!({ "set": "soon" }), "set"),
        (
            "POST",
            "/clock",
            json!({ "set": "1999-01-01T00:00:00Z" }),
            "set",
        ),
        ("POST", "/clock", json!({ "advance": "soon" }), "advance"),
        ("POST", "/clock", json!({ "rate": "fast" }), "rate"),
        (
            "POST",
            "/clock",
            json!({ "frozen": true, "rate": 2 }),
            "frozen",
        ),
        ("POST", "/state", patch, "patch_users[0].set"),
        ("PUT", "/snapshot", json!({ "userz": [] }), "userz"),
        ("PUT", "/snapshot", typed, "accounts[0].user_name"),
    ]);
}

#[test]
fn bodies_that_are_no_json_say_where_they_break() {
    let (goto, _client) = start();
    for body in ["{\"txt\":", "[", "[[\"x\"]]", "{} {}", "\u{0}"] {
        let answer = tester(&goto).send("PUT", "/zone/a.b", body.as_bytes());
        assert_problem(&answer.unwrap(), 400, None);
    }
}

#[test]
fn queries_for_entries_are_checked() {
    let (goto, _client) = start();
    for (query, field) in [
        ("after=x", "after"),
        ("after=-1", "after"),
        ("status=ok", "status"),
        ("operation=user.create", "operation"),
        ("kind=odd", "kind"),
        ("limit=many", "limit"),
        ("operatoin=users.create", "operatoin"),
        ("after=1&after=2", "after"),
    ] {
        let answer = tester(&goto).get(&format!("/journal?{query}"));
        assert_problem(&answer, 400, Some(field));
        let answer = tester(&goto).get(&format!("/journal/events?{query}"));
        assert_problem(&answer, 400, Some(field));
    }
    let near = tester(&goto).get("/journal?operation=user.create").json();
    assert!(
        near["detail"]
            .as_str()
            .unwrap()
            .contains("\"users.create\"")
    );
}

#[test]
fn what_is_not_there_is_404_and_what_cannot_be_asked_405() {
    let (goto, _client) = start();
    let tester = tester(&goto);
    for (method, path) in [
        ("GET", "/accounts/nobody@main.com"),
        ("PATCH", "/accounts/nobody@main.com"),
        ("DELETE", "/accounts/nobody@main.com"),
        ("GET", "/domains/other.com"),
        ("POST", "/domains/other.com/verify"),
        ("DELETE", "/domains/%00"),
        ("GET", "/clients/none"),
        ("PATCH", "/clients/none"),
        ("DELETE", "/clients/none"),
        ("DELETE", "/tokens/none"),
        ("DELETE", "/zone/none.com"),
        ("GET", "/web/none.com"),
        ("DELETE", "/web/none.com"),
        ("GET", "/nowhere"),
        ("GET", "/journal/events/more"),
    ] {
        let answer = tester.send(method, path, b"").unwrap();
        assert_problem(&answer, 404, None);
    }
    let nobody = Client::new(&format!("{}/sandboxes/nobody", goto.ready().control_url));
    for path in ["/journal/events", "/accounts", "/snapshot"] {
        assert_problem(&nobody.get(path), 404, None);
    }
    for (method, path, allow) in [
        ("DELETE", "/clock", "GET, HEAD, POST"),
        ("POST", "/journal/events", "GET, HEAD"),
        ("PUT", "/accounts", "GET, HEAD, POST"),
        ("POST", "/snapshot", "GET, HEAD, PUT"),
        ("PATCH", "/zone/main.com", "GET, HEAD, PUT, DELETE"),
    ] {
        let answer = tester.send(method, path, b"").unwrap();
        assert_problem(&answer, 405, None);
        assert_eq!(answer.header("allow"), Some(allow));
    }
}

#[test]
fn what_is_taken_is_409() {
    let (goto, _client) = start();
    let tester = tester(&goto);
    let first = tester.get("/accounts").json()["accounts"][0].clone();
    let account = json!({ "user_name": first["user_name"], "password": "x" });
    assert_problem(&tester.post("/accounts", &account), 409, None);
    let client = tester.get("/clients").json()["clients"][0].clone();
    let again = json!({ "client_id": client["client_id"], "scopes": ["a"] });
    assert_problem(&tester.post("/clients", &again), 409, None);
    let domain = tester.get("/domains").json()["domains"][0]["name"].clone();
    assert_problem(
        &tester.post("/domains", &json!({ "name": domain })),
        409,
        None,
    );
}

#[test]
fn no_fault_reaches_the_control_port() {
    let faults = json!({ "scenario": "all", "v": 1, "rules": [
        { "id": "all", "on": ["users.*", "groups.*", "oauth.*", "domain.*"], "do": { "wire": "reset" } },
    ] });
    let (goto, client) =
        crate::support::with(goto_double::GotoDouble::builder().scenario(faults.to_string()));
    assert!(client.send("GET", "/Users", b"").is_err());
    for path in [
        "",
        "/clock",
        "/journal",
        "/accounts",
        "/domains",
        "/clients",
        "/tokens",
        "/state",
    ] {
        assert_eq!(tester(&goto).get(path).status, 200, "{path}");
    }
    assert_eq!(tester(&goto).post("/tokens", &json!({})).status, 200);
}
