//! Identity at a glance: what arrived by SCIM, bounded however much it is.

use goto_double::GotoDouble;
use serde_json::json;

use super::{ADMIN, AUDITOR, MEMBER, assert_problem, at, script, sign_in};
use crate::support::{create_group, create_user, patch, start, user, with};

#[test]
fn users_and_groups_that_arrived_by_scim_are_shown_and_suspended_ones_are_marked() {
    let (goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    create_user(&client, "bob@main.com");
    create_group(&client, "Engineers & <Friends>");
    let off = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    assert!(client.patch(&format!("/Users/{ada}"), &off).status < 300);
    let users = script(&goto, ADMIN).get("/identity").json();
    assert_eq!((&users["total"], &users["pages"]), (&json!(2), &json!(1)));
    let active = |place: usize| &users["items"][place]["active"];
    assert_eq!((active(0), active(1)), (&json!(false), &json!(true)));
    let (mut browser, _) = sign_in(&goto, AUDITOR);
    let page = browser.get(&at(&goto, "/identity")).text();
    assert_eq!(page.matches(">Suspended<").count(), 1);
    assert_eq!(page.matches(">Active<").count(), 1);
    let page = browser.get(&at(&goto, "/identity?list=groups")).text();
    assert!(page.contains("Engineers &amp; &lt;Friends&gt;"), "{page}");
    let page = browser.get(&at(&goto, "/identity?find=ADA")).text();
    assert!(page.contains("ada@main.com") && !page.contains("bob@main.com"));
    let page = browser
        .get(&at(&goto, "/identity?find=%3Cscript%3E"))
        .text();
    assert!(page.contains("Nothing of that name") && !page.contains("<script"));
    assert_problem(&script(&goto, MEMBER).get("/identity"), 403);
}

#[test]
fn a_hundred_thousand_users_are_shown_a_page_at_a_time() {
    let users: Vec<_> = (0..100_000)
        .map(|number| user(&format!("p{number:06}@main.com")))
        .collect();
    let text = include_str!("../../../fixtures/states/default.json");
    let mut state: serde_json::Value = serde_json::from_str(text).unwrap();
    state["users"] = users.into();
    let (goto, _client) = with(GotoDouble::builder().state(state));
    let (mut browser, _) = sign_in(&goto, ADMIN);
    let page = browser.get(&at(&goto, "/identity"));
    assert!(page.text().contains("Users: 1 to 50 of 100,000"));
    assert!(page.body.len() < 60_000, "{} bytes", page.body.len());
    for (query, shown) in [
        ("?page=2000", "99,951 to 100,000 of 100,000"),
        ("?page=999999999999", "99,951 to 100,000 of 100,000"),
        ("?page=99999999999999999999999", "1 to 50 of 100,000"),
        ("?page=0", "1 to 50 of 100,000"),
        ("?page=-1&list=nothing", "1 to 50 of 100,000"),
        ("?find=p0999&page=2", "51 to 100 of 100"),
    ] {
        let page = browser.get(&at(&goto, &format!("/identity{query}"))).text();
        assert!(page.contains(shown), "{query}");
    }
}
