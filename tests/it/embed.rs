//! The library door: in plain tests, in async ones, several at once.

use goto_double::GotoDouble;
use serde_json::json;

use crate::support::{create_user, start, user, with};

#[test]
fn two_doubles_in_one_process_share_nothing() {
    let (_one, client) = start();
    let (_other, other) = start();
    create_user(&client, "ada@main.com");
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
    assert_eq!(other.get("/Users").json()["totalResults"], 0);
}

#[tokio::test(start_paused = true)]
async fn paused_runtime_of_a_test_does_not_stop_it() {
    let (_goto, client) = start();
    assert_eq!(client.get("/Users").status, 200);
}

#[test]
fn same_seed_gives_the_same_id_whatever_came_before() {
    let (_one, client) = start();
    create_user(&client, "first@main.com");
    let later = create_user(&client, "ada@main.com");
    let (_other, other) = start();
    assert_eq!(create_user(&other, "ada@main.com"), later);
}

#[test]
fn reset_takes_everything_back_and_the_ready_token_still_works() {
    let (goto, client) = start();
    create_user(&client, "ada@main.com");
    goto.control().reset().unwrap();
    assert!(goto.journal().is_empty());
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
}

#[test]
#[should_panic(expected = "never judged")]
fn scenario_that_nobody_asks_the_verdict_of_fails_the_test() {
    let scenario = include_str!("../../scenarios/one-bad-user.json");
    let (_goto, client) = with(GotoDouble::builder().scenario(scenario));
    client.post("/Users", &user("ada@main.com"));
}

#[test]
fn stop_ends_open_stalls_at_once() {
    let stall = json!({ "scenario": "stall", "v": 1, "rules": [{ "id": "stall", "on": "users.list", "do": { "commit": true, "wire": "stall:1h" } }] });
    let (goto, client) = with(GotoDouble::builder().scenario(stall.to_string()));
    let waiting = std::thread::spawn(move || client.send("GET", "/Users", b""));
    while goto.journal().is_empty() {
        std::thread::yield_now();
    }
    drop(goto);
    assert!(waiting.join().unwrap().is_err());
}
