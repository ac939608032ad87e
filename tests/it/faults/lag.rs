//! `do.data: lag`: reads that do not see the last writes.

use std::time::Duration;

use serde_json::{Value, json};

use super::{documented, exchanges, looking_for, names, older, playing, playing_with};
use crate::support::{Client, create_user, patch, user};

fn lagging(lag: &str) -> Value {
    json!([{ "id": "replica", "do": { "data": format!("lag:{lag}") },
        "on": ["users.get", "users.list", "users.search", "identity.users.list", "identity.users.get"] }])
}

fn status(client: &Client, id: &str) -> u16 {
    client.get(&format!("/Users/{id}")).status
}

fn titled(client: &Client, id: &str, title: &str) {
    let operation = json!([{ "op": "replace", "path": "title", "value": title }]);
    let answer = client.patch(&format!("/Users/{id}"), &patch(operation));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["title"], title, "a write sees what there is");
}

#[test]
fn who_was_just_created_is_not_found_for_so_many_reads() {
    let (goto, client) = playing(lagging("2"));
    let id = create_user(&client, "ada@main.com");
    assert_eq!([(); 4].map(|()| status(&client, &id)), [404, 404, 200, 200]);
    // What a filter finds lags by its own reads.
    let look = |()| names(&client.get(&looking_for("ada@main.com")).json()).len();
    assert_eq!([(); 4].map(look), [0, 0, 1, 1]);
    let again = client.post("/Users", &user("ada@main.com"));
    assert_eq!(again.status, 409, "the store itself does not lag");
    assert_eq!(goto.control().state().unwrap().users.len(), 1);
}

#[test]
fn what_changed_is_as_it_was_and_who_was_deleted_is_still_there() {
    let (_goto, client) = playing(lagging("1"));
    let id = create_user(&client, "ada@main.com");
    assert_eq!([(); 2].map(|()| status(&client, &id)), [404, 200]);
    titled(&client, &id, "Countess");
    let title = |()| client.get(&format!("/Users/{id}")).json()["title"].clone();
    assert_eq!([(); 2].map(title), [Value::Null, json!("Countess")]);
    assert_eq!(client.delete(&format!("/Users/{id}")).status, 204);
    assert_eq!([(); 3].map(|()| status(&client, &id)), [200, 404, 404]);
}

#[test]
fn lists_searches_and_the_older_dialect_lag_too() {
    let (goto, client) = playing(lagging("1"));
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
    create_user(&client, "ada@main.com");
    let listed = |()| client.get("/Users").json()["totalResults"].clone();
    assert_eq!([(); 2].map(listed), [0, 1]);
    let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "userName sw \"a\"" });
    let searched = |()| client.post("/Users/.search", &search).json()["totalResults"].clone();
    assert_eq!([(); 2].map(searched), [0, 1]);
    let older = older(&goto);
    let listed = |()| older.get("/Users").json()["totalResults"].clone();
    assert_eq!([(); 2].map(listed), [0, 1]);
}

#[test]
fn time_on_the_clock_of_the_sandbox_brings_the_news() {
    let (goto, client) = playing(lagging("30s"));
    let control = goto.control();
    let seconds = |n| control.advance(Duration::from_secs(n)).unwrap();
    let id = create_user(&client, "ada@main.com");
    seconds(29);
    assert_eq!(status(&client, &id), 404);
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
    seconds(1);
    assert_eq!(status(&client, &id), 200);
    titled(&client, &id, "one");
    seconds(20);
    titled(&client, &id, "two");
    seconds(10);
    let title = || client.get(&format!("/Users/{id}")).json()["title"].clone();
    assert_eq!(title(), "one");
    seconds(20);
    assert_eq!(title(), "two");
    assert_eq!(client.delete(&format!("/Users/{id}")).status, 204);
    assert_eq!(status(&client, &id), 200);
    seconds(30);
    assert_eq!(status(&client, &id), 404);
}

#[test]
fn who_was_given_at_the_start_has_long_arrived() {
    let given = json!({ "users": [user("ada@main.com")] });
    let (_goto, client) = playing_with(lagging("3"), given);
    assert_eq!(names(&client.get("/Users").json()), ["ada@main.com"]);
}

#[test]
fn documented_replica_lags_while_its_rule_acts_only() {
    let (goto, client) = playing(documented("data lag", 2));
    let id = create_user(&client, "ada@main.com");
    assert_eq!([(); 3].map(|()| status(&client, &id)), [200, 404, 200]);
    let what = &exchanges(&goto, "users.get")[1].fired[0].what;
    assert_eq!(what, "read behind by 3 reads");
}

#[test]
fn reads_of_somebody_else_do_not_bring_the_news_nearer() {
    let (_goto, client) = playing(lagging("1"));
    let (ada, bob) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
    );
    assert_eq!([status(&client, &ada), status(&client, &bob)], [404, 404]);
    assert_eq!([status(&client, &ada), status(&client, &bob)], [200, 200]);
}

#[test]
fn reset_forgets_what_was() {
    let (goto, client) = playing(lagging("2"));
    let id = create_user(&client, "ada@main.com");
    assert_eq!([(); 3].map(|()| status(&client, &id)), [404, 404, 200]);
    goto.control().reset().unwrap();
    assert_eq!(create_user(&client, "ada@main.com"), id);
    assert_eq!([(); 3].map(|()| status(&client, &id)), [404, 404, 200]);
}

#[test]
fn who_is_hidden_is_so_in_what_lags_as_well() {
    for data in [
        ["lag:1", "hidden:ada@main.com"],
        ["hidden:ada@main.com", "lag:1"],
    ] {
        let rules = json!([{ "id": "both", "on": "users.list", "do": { "data": data } }]);
        let given = json!({ "users": [user("ada@main.com"), user("bob@main.com")] });
        let (_goto, client) = playing_with(rules, given);
        for _ in 0..3 {
            assert_eq!(names(&client.get("/Users").json()), ["bob@main.com"]);
        }
    }
}

#[test]
fn read_that_lags_still_shows_whom_the_same_request_has_deleted() {
    let rules = json!([
        { "id": "gone", "on": "users.list", "when": { "nth": 1 }, "stack": true, "do": { "data": "deleted:ada@main.com" } },
        { "id": "replica", "on": "users.list", "do": { "data": "lag:1" } },
    ]);
    let (goto, client) = playing_with(rules, json!({ "users": [user("ada@main.com")] }));
    let listed = |()| names(&client.get("/Users").json()).len();
    assert_eq!([(); 2].map(listed), [1, 0]);
    assert!(goto.control().state().unwrap().users.is_empty());
}

#[test]
fn lag_goes_by_the_time_that_passes_whatever_the_clock_shows() {
    for turn in ["+20m", "-20m"] {
        let rules = json!([
            { "id": "replica", "on": "users.get", "do": { "data": "lag:30s" } },
            { "id": "turned", "on": "users.list", "do": { "clock": turn } },
        ]);
        let (goto, client) = playing(rules);
        let ada = create_user(&client, "ada@main.com");
        client.get("/Users");
        assert_eq!(status(&client, &ada), 404, "{turn}");
        goto.control().advance(Duration::from_secs(30)).unwrap();
        assert_eq!(status(&client, &ada), 200, "{turn}");
    }
}
