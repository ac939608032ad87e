//! Rules that a tester lists, adds, replaces and takes away while the double runs.

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{assert_done, assert_problem, each, tester};
use crate::support::{Client, start, with};

fn busy(id: &str, nth: u64, status: u16) -> Value {
    json!({ "id": id, "on": "users.list", "when": { "nth": nth }, "do": { "reply": { "status": status } } })
}

fn playing(rules: &Value) -> (GotoDouble, Client) {
    let scenario = json!({ "scenario": "live", "v": 1, "rules": rules });
    with(GotoDouble::builder().scenario(scenario.to_string()))
}

fn lists(client: &Client, often: usize) -> Vec<u16> {
    (0..often).map(|_| client.get("/Users").status).collect()
}

#[test]
fn sandbox_without_a_scenario_takes_a_rule_and_loses_it_again() {
    let (goto, client) = start();
    let tester = tester(&goto);
    assert_eq!(tester.get("/rules").json()["rules"], json!([]));
    let made = tester.post("/rules", &json!({ "rule": busy("second", 2, 503) }));
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["added"], json!(["second"]));
    let location = "/sandboxes/default/rules/second";
    assert_eq!(made.header("location"), Some(location));
    assert_eq!(lists(&client, 3), [200, 503, 200]);
    let rule = tester.get("/rules/second").json();
    assert_eq!((&rule["fired"], &rule["keys"]), (&json!(1), &json!(1)));
    assert_eq!(
        rule["counted"],
        json!([{ "key": "", "seen": 3, "fired": 1 }])
    );
    assert_eq!(rule["rule"], busy("second", 2, 503));
    assert_done(&tester.delete("/rules/second"));
    assert_problem(&tester.get("/rules/second"), 404, None);
    assert_problem(&tester.delete("/rules/second"), 404, None);
    assert_eq!(lists(&client, 2), [200, 200]);
}

#[test]
fn rule_stands_where_it_is_put_and_the_others_go_on_counting() {
    let (goto, client) = playing(&json!([busy("third", 3, 500)]));
    let tester = tester(&goto);
    assert_eq!(lists(&client, 2), [200, 200]);
    let first = json!({ "rule": busy("first", 1, 429), "before": "third" });
    assert_eq!(tester.post("/rules", &first).status, 201);
    let between = json!({ "rule": busy("between", 9, 503), "after": "first" });
    let changed = tester.post("/rules", &between).json();
    assert_eq!(
        (&changed["kept"], &changed["by"]),
        (&json!(2), &json!("control"))
    );
    let ids = each(&tester.get("/rules"), "rules", "id");
    assert_eq!(ids, [json!("first"), json!("between"), json!("third")]);
    // It is the third list for "third" and the first for "first", which stands before it.
    assert_eq!(lists(&client, 2), [429, 200]);
    let journalled = tester.get("/journal?kind=rules-changed");
    assert_eq!(
        each(&journalled, "entries", "added"),
        [json!(["first"]), json!(["between"])]
    );
}

#[test]
fn whole_list_is_replaced_and_only_what_differs_counts_anew() {
    let (goto, client) = playing(&json!([busy("a", 4, 500), busy("b", 2, 429)]));
    let tester = tester(&goto);
    assert_eq!(lists(&client, 1), [200]);
    let rules = json!({ "rules": [busy("b", 2, 503), busy("a", 4, 500), busy("c", 9, 500)] });
    let answer = tester.put("/rules", &rules);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let changed = answer.json();
    assert_eq!(changed["added"], json!(["c"]));
    assert_eq!(changed["changed"], json!(["b"]));
    assert_eq!(
        (&changed["kept"], &changed["removed"]),
        (&json!(1), &json!([]))
    );
    assert_eq!(lists(&client, 3), [200, 503, 500]);
    let (a, b) = (tester.get("/rules/a").json(), tester.get("/rules/b").json());
    assert_eq!((&a["fired"], &b["fired"]), (&json!(1), &json!(1)));
    assert_eq!(tester.put("/rules", &json!({ "rules": [] })).status, 200);
    assert_eq!(lists(&client, 2), [200, 200]);
}

#[test]
fn rules_belong_to_one_sandbox_alone() {
    let (goto, client) = start();
    let root = Client::new(&goto.ready().control_url).header("Content-Type", "application/json");
    let made = root.post("/sandboxes", &json!({ "id": "other" }));
    assert_eq!(made.status, 201, "{}", made.text());
    let added = root.post(
        "/sandboxes/other/rules",
        &json!({ "rule": busy("x", 1, 500) }),
    );
    assert_eq!(added.status, 201);
    assert_eq!(lists(&client, 1), [200]);
    assert_eq!(tester(&goto).get("/rules").json()["rules"], json!([]));
    let other = goto.control().of("other").unwrap();
    let sandbox = other.sandbox().unwrap();
    let token = sandbox.grants.given()[0].access_token.clone();
    let client = Client::new(&format!("{}/scim/v2", sandbox.base_url)).bearer(&token);
    assert_eq!(lists(&client, 2), [500, 200]);
}

#[test]
fn reset_brings_back_the_rules_of_the_scenario() {
    let (goto, client) = playing(&json!([busy("a", 1, 500)]));
    let tester = tester(&goto);
    assert_eq!(
        tester
            .put("/rules", &json!({ "rules": [busy("b", 1, 429)] }))
            .status,
        200
    );
    assert_eq!(lists(&client, 1), [429]);
    assert_done(&tester.post("/reset", &json!({})));
    assert_eq!(lists(&client, 2), [500, 200]);
}

#[test]
fn every_mistake_is_told_with_its_place_in_what_was_sent_and_nothing_changes() {
    let (goto, client) = playing(&json!([busy("a", 2, 500)]));
    let tester = tester(&goto);
    let wrong = "{ \"rule\": {\n  \"id\": \"b\", \"on\": \"users.lst\",\n  \"when\": { \"nht\": 1 },\n  \"do\": { \"wire\": \"reset\" } } }";
    let answer = tester.send("POST", "/rules", wrong.as_bytes()).unwrap();
    assert_problem(&answer, 422, None);
    let problem = answer.json();
    let places = problem["findings"].as_array().unwrap().iter();
    let places: Vec<_> = places
        .map(|one| {
            (
                one["pointer"].as_str().unwrap(),
                one["line"].as_u64().unwrap(),
            )
        })
        .collect();
    assert!(places.contains(&("/rule/on", 2)), "{problem}");
    assert!(places.contains(&("/rule/when/nht", 3)), "{problem}");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("nothing was changed")
    );

    let twice = json!({ "rules": [busy("b", 1, 500), busy("b", 2, 500)] });
    let answer = tester.put("/rules", &twice);
    assert_problem(&answer, 422, None);
    assert_eq!(answer.json()["findings"][0]["pointer"], "/rules/1/id");
    // A rule that can never act is refused as it is in a file.
    let never =
        json!({ "id": "c", "on": "users.list", "when": { "max": 0 }, "do": { "wire": "reset" } });
    assert_problem(&tester.post("/rules", &json!({ "rule": never })), 422, None);
    let shaken = json!({ "id": "t", "on": "tls.handshake", "do": { "tls": "expired" } });
    assert_problem(
        &tester.post("/rules", &json!({ "rule": shaken })),
        400,
        None,
    );
    let beside = |field: &str| json!({ "rule": busy("d", 1, 500), field: "nobody" });
    assert_problem(
        &tester.post("/rules", &beside("before")),
        400,
        Some("before"),
    );
    assert_problem(&tester.post("/rules", &beside("after")), 400, Some("after"));

    assert_eq!(each(&tester.get("/rules"), "rules", "id"), [json!("a")]);
    assert_eq!(tester.get("/journal").json()["entries"], json!([]));
    assert_eq!(lists(&client, 2), [200, 500]);
}

#[test]
fn rule_that_an_expectation_needs_cannot_be_taken_away() {
    let scenario = json!({ "scenario": "live", "v": 1, "rules": [busy("a", 1, 429)],
        "expect": [{ "id": "e", "level": "must", "that": { "wait": { "after": "a", "next": "users.list", "at_least": "1s" } } }] });
    let (goto, client) = with(GotoDouble::builder().scenario(scenario.to_string()));
    let answer = tester(&goto).delete("/rules/a");
    assert_problem(&answer, 422, None);
    let pointer = answer.json()["findings"][0]["pointer"].clone();
    assert!(
        pointer.as_str().unwrap().starts_with("/expect/0"),
        "{pointer}"
    );
    assert_eq!(lists(&client, 1), [429]);
    goto.verdict();
}

#[test]
fn request_under_way_keeps_the_plan_it_has() {
    let clock = goto_double::scenario::script::ClockSetting::parse("manual");
    let rule = json!({ "id": "slow", "on": "users.list", "do": { "delay": "1m", "reply": { "status": 503 } } });
    let (goto, client) = with(GotoDouble::builder().clock(clock.unwrap()));
    let tester = tester(&goto);
    assert_eq!(tester.post("/rules", &json!({ "rule": rule })).status, 201);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| client.get("/Users").status);
        // The rule has counted it, so it is under way.
        while tester.get("/rules/slow").json()["fired"] != 1 {
            std::thread::yield_now();
        }
        assert_done(&tester.delete("/rules/slow"));
        // Counted is not yet waiting: the hands are moved until it is over.
        while !slow.is_finished() {
            tester.post("/clock", &json!({ "advance": "61s" }));
        }
        assert_eq!(slow.join().unwrap(), 503);
    });
    assert_eq!(tester.get("/rules").json()["rules"], json!([]));
}
