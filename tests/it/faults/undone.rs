//! A rule that acts and finds nothing to act on says so in the journal, and changes nothing.

use serde_json::{Value, json};

use super::token::{first_refresh_token, refresh};
use super::{exchanges, looking_for, playing};
use crate::support::{Client, create_user};

/// What the journal says of the last exchange of an operation.
#[track_caller]
fn told(goto: &goto_double::GotoDouble, operation: &str) -> String {
    exchanges(goto, operation).pop().unwrap().fired[0].told()
}

/// Changes to the answer to one GET that find nothing there.
#[track_caller]
fn check_undone(path: &str, operation: &str, mutations: &[&str]) {
    for mutation in mutations {
        let (goto, client) = playing(json!([{ "id": "in-vain", "on": operation,
            "when": { "nth": 2 }, "do": { "mutate": mutation } }]));
        create_user(&client, "ada@main.com");
        let answers = [(); 2].map(|()| client.get(path));
        assert_eq!(answers[0].body, answers[1].body, "{mutation}");
        assert_eq!(answers[0].status, answers[1].status, "{mutation}");
        let what = told(&goto, operation);
        assert!(what.contains("not done"), "{mutation}: {what}");
    }
}

#[test]
fn list_without_rows_has_nothing_to_change() {
    let mutations = [
        "omit_id",
        "string_booleans",
        "dates:offset",
        "number_id",
        "unassigned:null",
        "rewritten",
        "etag:missing",
        "foreign_host",
        "stale_list:3",
        "empty_page",
        "duplicate_match",
        "page_drift",
    ];
    check_undone(&looking_for("nobody@main.com"), "users.list", &mutations);
}

#[test]
fn list_of_somebody_is_no_miss_and_without_a_filter_none_is_ignored() {
    check_undone(
        "/Users",
        "users.list",
        &["no_match_404", "filter_ignored", "page_drift", "status:200"],
    );
}

#[test]
fn error_shows_no_resource() {
    let mutations = [
        "omit_id",
        "other_resource",
        "etag:changing",
        "twice_named",
        "unassigned:null",
    ];
    check_undone("/Users/1", "users.get", &mutations);
}

#[test]
fn what_is_done_is_not_told_as_undone() {
    let (goto, client) = playing(json!([
        { "id": "lists", "on": "users.list", "do": { "mutate": ["page_drift", "filter_ignored"] } },
        { "id": "absent", "on": "users.get", "do": { "mutate": "unassigned:absent" } },
    ]));
    let id = create_user(&client, "ada@main.com");
    client.get(&format!("/Users/{id}"));
    assert_eq!(told(&goto, "users.get"), "mutate unassigned:absent");
    let path = looking_for("ada@main.com");
    client.get(&format!("{path}&startIndex=2"));
    assert_eq!(
        told(&goto, "users.list"),
        "mutate page_drift filter_ignored"
    );
}

#[test]
fn page_without_a_body_gets_none() {
    let (goto, client) =
        playing(json!([{ "id": "page", "on": "users.delete", "do": { "mutate": "html" } }]));
    let id = create_user(&client, "ada@main.com");
    let answer = client.delete(&format!("/Users/{id}"));
    assert_eq!((answer.status, answer.header("content-type")), (204, None));
    assert!(told(&goto, "users.delete").contains("not done"));
}

#[test]
fn token_that_nobody_knows_is_not_revoked() {
    let rules =
        |kind| json!([{ "id": "kill", "on": "users.list", "do": { "token": { "revoke": kind } } }]);
    for kind in ["access", "refresh", "all"] {
        let (goto, client) = playing(rules(kind));
        Client::new(goto.scim_url()).get("/Users");
        assert!(told(&goto, "users.list").contains("not done"), "{kind}");
        client.get("/Users");
        assert!(!told(&goto, "users.list").contains("not done"), "{kind}");
    }
}

#[test]
fn token_that_is_not_given_is_not_changed() {
    for token in [
        json!({ "expires_in": "5m" }),
        json!({ "skew": "+1h" }),
        json!({ "rotate": "refresh" }),
    ] {
        let (goto, _client) =
            playing(json!([{ "id": "odd", "on": "oauth.token", "do": { "token": token } }]));
        assert_eq!(refresh(&goto, "wrong").status, 400);
        assert!(
            told(&goto, "oauth.token").contains("no token was given"),
            "{token}"
        );
        assert_eq!(refresh(&goto, &first_refresh_token(&goto)).status, 200);
        assert!(!told(&goto, "oauth.token").contains("not done"), "{token}");
    }
}

#[test]
fn client_that_got_no_refresh_token_has_none_that_rotates() {
    let (goto, _client) = playing(
        json!([{ "id": "rotate", "on": "oauth.token", "do": { "token": { "rotate": "refresh" } } }]),
    );
    let ready = goto.ready();
    let (id, secret) = (ready.client_id.clone(), ready.client_secret.clone());
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &id.unwrap()),
        ("client_secret", &secret.unwrap()),
    ];
    let given = Client::new(&ready.token_url).form("", &fields).json();
    assert_eq!(given.get("refresh_token"), None::<&Value>);
    assert!(told(&goto, "oauth.token").contains("not done: there is no refresh token to replace"));
}

#[test]
fn rule_whose_change_found_nothing_is_told_apart_from_one_whose_did() {
    let rules = |first: &str, second: &str| {
        json!([{ "id": "first", "on": "users.list", "stack": true, "do": { "mutate": first } },
            { "id": "second", "on": "users.list", "stack": true, "do": { "mutate": second } }])
    };
    for (first, second, undone) in [
        ("duplicate_match", "upper_names", [true, false]),
        ("upper_names", "duplicate_match", [false, true]),
    ] {
        let (goto, client) = playing(rules(first, second));
        client.get("/Users");
        let fired = exchanges(&goto, "users.list").pop().unwrap().fired;
        let told: Vec<_> = fired.iter().map(|one| !one.undone.is_empty()).collect();
        assert_eq!(told, undone, "{fired:?}");
    }
}
