//! `do.clock`: the directory's clock is turned, and the time that passes is not.

use std::time::Duration;

use serde_json::json;

use super::{exchanges, playing, playing_with};
use crate::support::{create_user, user};

fn hour(client: &crate::support::Client) -> String {
    let answer = client.get("/ServiceProviderConfig");
    let date = answer.header("Date").unwrap();
    date[17..25].to_owned()
}

#[test]
fn clock_jumps_from_that_request_on_and_back_again() {
    let rules = json!([
        { "id": "jump", "on": "users.list", "when": { "nth": 1 }, "do": { "clock": "+50m" } },
        { "id": "back", "on": "users.list", "when": { "nth": 2 }, "do": { "clock": "-1h" } },
    ]);
    let (goto, client) = playing_with(rules, json!({ "profile": { "base": "rfc" } }));
    create_user(&client, "before@main.com");
    assert_eq!(hour(&client), "00:00:00");
    let answer = client.get("/Users");
    // Its own date shows the jump already; what was stored before keeps its date.
    assert_eq!(answer.header("Date").unwrap()[17..25], *"00:50:00");
    assert_eq!(
        answer.json()["Resources"][0]["meta"]["created"],
        "2030-01-01T00:00:00Z"
    );
    let created = client.post("/Users", &user("ada@main.com")).json();
    assert_eq!(created["meta"]["created"], "2030-01-01T00:50:00Z");
    goto.control().advance(Duration::from_secs(60)).unwrap();
    assert_eq!(hour(&client), "00:51:00");
    client.get("/Users");
    let created = client.post("/Users", &user("bob@main.com")).json();
    assert_eq!(created["meta"]["created"], "2029-12-31T23:51:00Z");
    // The journal goes by the time that passes, so its order is that of its dates.
    let clock = goto.control().clock().unwrap();
    assert_eq!(
        (&clock["now"], &clock["shown"]),
        (
            &json!("2030-01-01T00:01:00Z"),
            &json!("2029-12-31T23:51:00Z")
        )
    );
    let moments: Vec<_> = goto.journal().iter().map(|entry| entry.at).collect();
    assert!(moments.is_sorted(), "{moments:?}");
    let last = exchanges(&goto, "users.create").pop().unwrap();
    assert_eq!(last.answered.to_string(), "2030-01-01T00:01:00Z");
}

#[test]
fn token_dies_when_the_clock_jumps_past_its_end_and_not_before() {
    let (goto, client) = playing(json!([
        { "id": "half", "on": "groups.list", "do": { "clock": "+30m" } },
    ]));
    assert_eq!(client.get("/Groups").status, 200);
    assert_eq!(client.get("/Users").status, 200);
    // The token lives for an hour: the second half of it is jumped over by this very request.
    assert_eq!(client.get("/Groups").status, 401);
    assert_eq!(client.get("/Users").status, 401);
    assert!(goto.control().clock().unwrap()["now"] == "2030-01-01T00:00:00Z");
}

#[test]
fn windows_waits_and_promised_moments_stay_in_their_own_time() {
    let rules = json!([
        { "id": "jump", "on": "users.list", "do": { "clock": "+40m" } },
        { "id": "window", "on": "groups.list", "when": { "from": "+10m" },
          "do": { "reply": { "status": 503, "retry_after": "90s", "retry_after_as": "http-date" } } },
    ]);
    let (goto, client) = playing(rules);
    client.get("/Users");
    assert_eq!(hour(&client), "00:40:00");
    assert_eq!(client.get("/Groups").status, 200);
    goto.control().advance(Duration::from_secs(600)).unwrap();
    // A date that is promised is meant on the clock that dates the answer.
    let refused = client.get("/Groups");
    assert_eq!(refused.status, 503);
    assert_eq!(
        refused.header("Date"),
        Some("Tue, 01 Jan 2030 00:50:00 GMT")
    );
    assert_eq!(
        refused.header("Retry-After"),
        Some("Tue, 01 Jan 2030 00:51:30 GMT")
    );
}

#[test]
fn world_that_begins_anew_has_a_clock_that_nobody_turned() {
    let (goto, client) =
        playing(json!([{ "id": "jump", "on": "users.list", "do": { "clock": "+1h" } }]));
    client.get("/Users");
    assert_eq!(hour(&client), "01:00:00");
    goto.control().reset().unwrap();
    assert_eq!(hour(&client), "00:00:00");
}
