//! What came close: for whoever wonders why a rule does not fire.

use goto_double::{GotoDouble, JournalFilter};
use serde_json::json;

use super::{assert_problem, each, tester};
use crate::support::{create_user, with};

#[test]
fn journal_tells_which_rule_nearly_acted_and_what_kept_it() {
    let scenario = json!({ "scenario": "close", "v": 1, "rules": [
        { "id": "lost", "on": "users.create", "if": { "body.userName": "user-02@main.com" }, "when": { "nth": 2 }, "do": { "wire": "reset" } },
        { "id": "list", "on": "users.list", "when": { "nth": 1 }, "do": { "reply": { "status": 429 } } }] });
    let (goto, client) = with(GotoDouble::builder().scenario(scenario.to_string()));
    create_user(&client, "user-01@main.com");
    create_user(&client, "user-02@main.com");
    assert_eq!(client.get("/Users").status, 429);
    assert_eq!(client.get("/Groups").status, 200);

    let tester = tester(&goto);
    let close = each(&tester.get("/journal?near=lost"), "entries", "near");
    assert_eq!(
        close,
        [
            json!([{ "rule": "lost", "kept_by": "condition", "why": "body.userName is \"user-01@main.com\", not \"user-02@main.com\"" }]),
            json!([{ "rule": "lost", "kept_by": "nth", "why": "it acts on number 2 only, and this is number 1" }]),
        ]
    );
    let fired = each(&tester.get("/journal?rule=list"), "entries", "near");
    assert_eq!(fired, [json!([])]);
    assert_eq!(
        tester.get("/journal?near=list").json()["entries"],
        json!([])
    );
    assert_problem(&tester.get("/journal?near=a&near=b"), 400, Some("near"));
    let filter = JournalFilter {
        near: Some("lost".to_owned()),
        ..JournalFilter::default()
    };
    let entries = goto.control().journal_where(&filter).unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[1].near()[0].kept_by, "nth");

    let complaints = goto.verdict().complaints();
    assert!(
        complaints.contains("It never acted: 2 requests came close: entry 1: body.userName is"),
        "{complaints}"
    );
    assert!(
        complaints.contains("; entry 2: it acts on number 2 only, and this is number 1."),
        "{complaints}"
    );
}

#[test]
fn rule_that_nothing_came_near_to_says_so() {
    let scenario = json!({ "scenario": "far", "v": 1, "rules": [
        { "id": "lost", "on": "users.create", "do": { "wire": "reset" } }] });
    let (goto, client) = with(GotoDouble::builder().scenario(scenario.to_string()));
    client.get("/Users");
    let complaints = goto.verdict().complaints();
    assert!(
        complaints.contains("It never acted, and no request came close."),
        "{complaints}"
    );
}
