//! The clock of a sandbox: read, set, advanced, frozen, paced.

use serde_json::json;

use super::{assert_problem, tester};
use crate::support::{Client, start};

#[test]
fn clock_is_set_advanced_and_frozen() {
    let (goto, client) = start();
    let tester = tester(&goto);
    let frozen = tester.post("/clock", &json!({ "frozen": true })).json();
    assert_eq!(
        (&frozen["mode"], &frozen["rate"]),
        (&json!("frozen"), &json!(0.0))
    );
    assert_eq!(tester.get("/clock").json(), frozen);

    let set = tester.post(
        "/clock",
        &json!({ "set": "2040-01-01T00:00:00Z", "advance": "90m" }),
    );
    assert_eq!(set.json()["now"], "2040-01-01T01:30:00Z");
    // The ready token has long ended by then.
    assert_eq!(client.get("/Users").status, 401);
    assert_problem(
        &tester.post("/clock", &json!({ "set": "2039-12-31T00:00:00Z" })),
        400,
        Some("set"),
    );
    assert_eq!(tester.get("/clock").json()["now"], "2040-01-01T01:30:00Z");

    let running = tester.post("/clock", &json!({ "frozen": false })).json();
    assert_eq!(
        (&running["mode"], &running["rate"]),
        (&json!("running"), &json!(1.0))
    );
    goto.control().freeze().unwrap();
    assert_eq!(tester.get("/clock").json()["mode"], "frozen");
    let moved = tester.get("/journal?kind=clock-moved").json();
    assert_eq!(moved["entries"].as_array().unwrap().len(), 1);
}

#[test]
fn sandbox_is_made_with_a_clock_of_its_own() {
    let (goto, _client) = start();
    let root = Client::new(&goto.ready().control_url);
    let clock = json!({ "mode": "manual", "start": "2030-01-01T00:00:00Z" });
    let made = root.post("/sandboxes", &json!({ "id": "hands", "clock": clock }));
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.header("location"), Some("/sandboxes/hands"));
    let now = |answer: crate::support::Answer| answer.json()["now"].clone();
    assert_eq!(
        now(root.get("/sandboxes/hands/clock")),
        "2030-01-01T00:00:00Z"
    );
    let moved = root.post(
        "/sandboxes/hands/clock",
        &json!({ "set": "2030-01-11T00:00:00Z" }),
    );
    assert_eq!(now(moved), "2030-01-11T00:00:00Z");
    let paced = root.post("/sandboxes/hands/clock", &json!({ "rate": 2.0 }));
    assert_problem(&paced, 400, Some("rate"));
    for (clock, field) in [
        (json!({ "mode": "odd" }), "clock"),
        (json!({ "start": "soon" }), "clock"),
        (json!({ "begin": "soon" }), "clock.begin"),
    ] {
        let refused = root.post("/sandboxes", &json!({ "id": "no", "clock": clock }));
        assert_problem(&refused, 400, Some(field));
    }
    assert_eq!(root.get("/sandboxes/no").status, 404);
}
