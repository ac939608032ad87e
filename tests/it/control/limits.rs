//! How much there is of everything that can grow, and what happens where there is as much as may be.

use goto_double::sandbox::KEPT;
use goto_double::scenario::source::Source;
use goto_double::{GotoDouble, Verdict};
use serde_json::{Value, json};

use super::{assert_problem, tester};
use crate::support::program::Served;
use crate::support::{Client, create_user, start, user, with};

fn limits(tester: &Client) -> Value {
    tester.get("").json()["limits"].clone()
}

#[test]
fn everything_that_can_grow_is_shown_with_its_limit() {
    let (goto, client) = start();
    let tester = tester(&goto);
    create_user(&client, "ada@main.com");
    let limits = limits(&tester);
    let told: Vec<_> = limits.as_object().unwrap().keys().collect();
    let kinds: Vec<_> = KEPT.iter().map(|kept| kept.name).collect();
    assert_eq!(told, kinds);
    assert_eq!(
        limits["journal"],
        json!({ "held": 1, "limit": 10_000, "dropped": 0 })
    );
    assert_eq!(
        limits["resources"],
        json!({ "held": 1, "limit": 1_000_000, "refused": 0 })
    );
    assert_eq!(
        limits["stalls"],
        json!({ "held": 0, "limit": 10_000, "refused": 0 })
    );
    assert!(limits["journal_bytes"]["held"].as_u64() > Some(100));
    assert_eq!(limits["accounts"]["held"], 3);
    assert_eq!(limits["access_tokens"]["held"], 1);
    let whole = Client::new(&goto.ready().control_url).get("/").json();
    assert_eq!(
        whole["limits"]["sandboxes"],
        json!({ "held": 1, "limit": 100_000, "refused": 0 })
    );
    assert_eq!(whole["limits"]["stalls"]["held"], 0);
    assert_eq!(
        whole["requests"],
        json!({ "body_bytes": 1_048_576, "head_bytes": 65_536 })
    );
}

#[test]
fn journal_lets_old_entries_go_when_their_bodies_are_too_much() {
    let (goto, client) = with(GotoDouble::builder().journal_bytes(20_000));
    let mut body = user("ada@main.com");
    body["title"] = "x".repeat(3_000).into();
    for _ in 0..10 {
        client.post("/Users", &body);
    }
    let limits = limits(&tester(&goto));
    let (held, dropped) = (
        &limits["journal_bytes"]["held"],
        &limits["journal"]["dropped"],
    );
    assert!(held.as_u64() <= Some(20_000), "{limits}");
    assert!(dropped.as_u64() > Some(0), "{limits}");
    let journal = goto.journal();
    assert_eq!(journal.last().unwrap().number, 10);
    assert_eq!(limits["journal"]["held"], journal.len());
    // One that is larger than all of it stays as long as it is the newest.
    body["title"] = "x".repeat(30_000).into();
    client.post("/Users", &body);
    assert_eq!(goto.journal().len(), 1);
    client.get("/Groups");
    assert_eq!(goto.journal().last().unwrap().number, 12);
}

#[test]
fn one_resource_too_many_is_refused_in_every_dialect_until_a_reset() {
    let (goto, client) = with(GotoDouble::builder().resource_limit(2));
    let id = create_user(&client, "ada@main.com");
    create_user(&client, "bob@main.com");
    let refused = client.post("/Users", &user("cid@main.com"));
    assert_eq!(refused.status, 507, "{}", refused.text());
    let error = refused.json();
    assert_eq!(error["status"], "507");
    assert!(
        error["detail"]
            .as_str()
            .unwrap()
            .contains("keeps 2 resources"),
        "{error}"
    );
    assert_eq!(client.get("/Users").json()["totalResults"], 2);
    // Who is gone is still known by name.
    assert_eq!(client.delete(&format!("/Users/{id}")).status, 204);
    assert_eq!(
        client.post("/Groups", &crate::support::group("all")).status,
        507
    );
    let tester = tester(&goto);
    assert_eq!(
        limits(&tester)["resources"],
        json!({ "held": 2, "limit": 2, "refused": 2 })
    );
    tester.post("/reset", &json!({}));
    create_user(&client, "cid@main.com");
}

#[test]
fn one_sandbox_too_many_is_refused_and_the_new_ones_take_the_limits_of_the_default() {
    let (goto, _client) = with(GotoDouble::builder().sandbox_limit(2).journal_limit(7));
    let root = Client::new(&goto.ready().control_url).header("Content-Type", "application/json");
    let made = root.post("/sandboxes", &json!({ "id": "a", "stall_limit": 3 }));
    assert_eq!(made.status, 201);
    assert_eq!(made.json()["limits"]["journal"]["limit"], 7);
    assert_eq!(made.json()["limits"]["stalls"]["limit"], 3);
    let refused = root.post("/sandboxes", &json!({ "id": "b" }));
    assert_problem(&refused, 507, None);
    assert!(
        refused.text().contains("as many as there may be, 2"),
        "{}",
        refused.text()
    );
    assert_eq!(root.get("/").json()["limits"]["sandboxes"]["refused"], 1);
    root.delete("/sandboxes/a");
    assert_eq!(root.post("/sandboxes", &json!({ "id": "b" })).status, 201);
}

#[test]
fn one_cycle_too_many_is_refused_and_counted() {
    let (goto, _client) = start();
    for _ in 0..10_000 {
        goto.control().begin_cycle(Source::default()).unwrap();
    }
    let refused = tester(&goto).post("/cycles", &json!({}));
    assert_problem(&refused, 507, None);
    let limits = limits(&tester(&goto));
    assert_eq!(
        limits["cycles"],
        json!({ "held": 10_000, "limit": 10_000, "refused": 1 })
    );
    let judged = goto.verdict();
    assert!(
        judged
            .rules
            .iter()
            .all(|rule| rule.verdict != Verdict::Fail)
    );
}

#[test]
fn limits_are_chosen_by_flags() {
    let served = Served::start(&[
        "--journal-limit",
        "3",
        "--journal-bytes",
        "5000",
        "--stall-limit",
        "4",
        "--resource-limit",
        "5",
        "--sandbox-limit",
        "6",
    ]);
    let root = Client::new(&served.text("control_url"));
    let limits = root.get("/sandboxes/default").json()["limits"].clone();
    let limit = |name: &str| limits[name]["limit"].clone();
    let chosen = ["journal", "journal_bytes", "stalls", "resources"].map(limit);
    assert_eq!(chosen, [json!(3), json!(5000), json!(4), json!(5)]);
    assert_eq!(root.get("/").json()["limits"]["sandboxes"]["limit"], 6);
}

#[test]
fn bulk_makes_as_many_as_there_may_be_and_still_changes_what_there_is() {
    let (goto, client) = with(GotoDouble::builder().profile_named("rfc").resource_limit(2));
    let made = |name: &str| json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": user(name) });
    let bulk = |operations: Value| {
        let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
        let answer = client.post(
            "/Bulk",
            &json!({ "schemas": [schema], "Operations": operations }),
        );
        assert_eq!(answer.status, 200, "{}", answer.text());
        let operations = answer.json()["Operations"].as_array().unwrap().clone();
        operations
            .iter()
            .map(|one| one["status"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let all = json!([
        made("ada@main.com"),
        made("bob@main.com"),
        made("cid@main.com")
    ]);
    assert_eq!(bulk(all), ["201", "201", "507"]);
    let tester = tester(&goto);
    assert_eq!(
        limits(&tester)["resources"],
        json!({ "held": 2, "limit": 2, "refused": 1 })
    );
    let id = client.get("/Users").json()["Resources"][0]["id"].clone();
    let path = format!("/Users/{}", id.as_str().unwrap());
    assert_eq!(bulk(json!([{ "method": "DELETE", "path": path }])), ["204"]);
}

#[test]
fn resources_of_every_organization_count() {
    let (goto, _client) = with(GotoDouble::builder().resource_limit(2));
    let tester = tester(&goto);
    let account = json!({ "user_name": "boss@other.com", "password": "correct horse 2" });
    assert_eq!(tester.post("/accounts", &account).status, 201);
    let domain = json!({ "name": "other.com", "account": "boss@other.com" });
    assert_eq!(tester.post("/domains", &domain).status, 201);
    let verified = tester.post("/domains/other.com/verify", &json!({}));
    assert_eq!(verified.json()["organization"], "other.com");
    let token = tester
        .post("/tokens", &json!({ "account": "boss@other.com" }))
        .json();
    let other = Client::new(goto.scim_url()).bearer(token["access_token"].as_str().unwrap());
    create_user(&other, "ada@other.com");
    create_user(&other, "bob@other.com");
    assert_eq!(other.post("/Users", &user("cid@other.com")).status, 507);
    assert_eq!(
        limits(&tester)["resources"],
        json!({ "held": 2, "limit": 2, "refused": 1 })
    );
}

#[test]
fn one_rule_too_many_is_refused_and_counted() {
    let (goto, _client) = start();
    let tester = tester(&goto);
    let rule = |n: usize| json!({ "id": format!("r{n}"), "on": "users.get", "do": { "reply": { "status": 429 } } });
    let rules: Vec<_> = (0..=10_000).map(rule).collect();
    let refused = tester.put("/rules", &json!({ "rules": rules }));
    assert_problem(&refused, 507, None);
    assert!(refused.text().contains("keeps 10000 rules at most"));
    assert_eq!(
        limits(&tester)["rules"],
        json!({ "held": 0, "limit": 10_000, "refused": 1 })
    );
}
