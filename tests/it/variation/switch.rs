//! Where variation is switched on and off, and what wins.

use std::process::Command;

use goto_double::variation::POINTS;
use goto_double::{GotoDouble, SandboxSpec};
use serde_json::{Value, json};

use super::{last, person, plain, scenario, started};
use crate::support::Client;
use crate::support::program::{Served, run, stderr, stdout};

fn varies(goto: &GotoDouble, client: &Client) -> bool {
    assert_eq!(client.post("/Users", &person("ada@main.com")).status, 201);
    !last(goto).varied.is_empty()
}

fn saying(vary: bool) -> Value {
    let mut file = scenario(json!([]));
    file["vary"] = json!(vary);
    file
}

#[test]
fn embedded_it_is_off_unless_builder_or_scenario_say_so_and_the_builder_wins() {
    let builder = |file: &Value| plain(1, json!([])).scenario(file.to_string());
    let silent = scenario(json!([]));
    for (builder, expected) in [
        (builder(&silent), false),
        (builder(&silent).vary(true), true),
        (builder(&saying(true)), true),
        (builder(&saying(true)).vary(false), false),
        (builder(&saying(false)).vary(true), true),
        (builder(&saying(false)), false),
    ] {
        let (goto, client) = started(builder);
        assert_eq!(varies(&goto, &client), expected);
        assert_eq!(goto.control().describe().unwrap()["vary"], expected);
    }
}

#[test]
fn sandbox_varies_by_a_field_and_its_neighbour_does_not() {
    let (goto, _) = started(plain(1, json!([])));
    let tester = Client::new(&goto.ready().control_url);
    let made = tester.post(
        "/sandboxes",
        &json!({ "id": "open", "seed": 4, "vary": true }),
    );
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["vary"], true);
    let path = |id: &str| goto.scim_url().replace("/scim/", &format!("/t/{id}/scim/"));
    let token = |id: &str| {
        let minted = tester.post(&format!("/sandboxes/{id}/tokens"), &json!({}));
        minted.json()["access_token"].as_str().unwrap().to_owned()
    };
    let inside = Client::new(&path("open")).bearer(&token("open"));
    assert_eq!(inside.post("/Users", &person("ada@main.com")).status, 201);
    let varied = |id: &str| {
        let journal = tester.get(&format!("/sandboxes/{id}/journal")).json();
        let entries = journal["entries"].as_array().unwrap().iter();
        entries
            .filter(|entry| entry["kind"] == "exchange")
            .map(|entry| entry["varied"].clone())
            .collect::<Vec<_>>()
    };
    let told = varied("open");
    assert!(
        told.iter().any(|varied| varied["member-order"].is_string()),
        "{told:?}"
    );
    let (_, client) = (&goto, Client::new(goto.scim_url()).bearer(goto.token()));
    client.post("/Users", &person("ada@main.com"));
    assert!(varied("default").iter().all(|varied| *varied == json!({})));
    let wrong = tester.post("/sandboxes", &json!({ "vary": "yes" }));
    assert_eq!(
        (wrong.status, &wrong.json()["field"]),
        (400, &json!("vary"))
    );
}

#[test]
fn reset_keeps_varying_in_the_same_manner() {
    let (goto, client) = started(plain(9, json!([])).vary(true));
    let play = || {
        client.post("/Users", &person("ada@main.com"));
        let exchange = last(&goto);
        (exchange.varied.clone(), exchange.reply.body.clone())
    };
    let before = play();
    goto.control().reset().unwrap();
    assert_eq!(play(), before);
}

#[test]
fn serve_varies_by_a_flag() {
    for (arguments, expected) in [
        (&["--seed", "4"][..], false),
        (&["--seed", "4", "--vary"], true),
    ] {
        let served = Served::start(arguments);
        let client = Client::new(&served.text("scim_url")).bearer(&served.text("token"));
        client.get("/Users");
        let journal = Client::new(&served.text("control_url"))
            .get("/sandboxes/default/journal")
            .json();
        let varied = &journal["entries"][0]["varied"];
        assert_eq!(
            varied.as_object().unwrap().is_empty(),
            !expected,
            "{varied}"
        );
    }
}

#[test]
fn every_point_is_listed_with_its_clause() {
    let output = run(&["list", "variations"]);
    let said = stdout(&output);
    assert_eq!(
        said.lines().count(),
        POINTS.len(),
        "{said}{}",
        stderr(&output)
    );
    for (line, point) in said.lines().zip(POINTS) {
        assert!(
            line.starts_with(point.name) && line.contains(point.clause),
            "{line}"
        );
        assert!(point.forms.iter().all(|form| line.contains(form)), "{line}");
    }
}

/// HTTP/2 has no letter case of names, no words behind the status code, and no chunks.
#[test]
fn over_http_2_only_what_it_has_varies() {
    let (mut without_length, mut with_length) = (0, 0);
    for seed in 1..=6 {
        let (goto, _) = started(plain(seed, json!([])).vary(true));
        let output = Command::new("curl")
            .args(["-s", "-i", "--http2-prior-knowledge", "-H"])
            .arg(format!("Authorization: Bearer {}", goto.token()))
            .arg(format!("{}/Users", goto.scim_url()))
            .output()
            .unwrap();
        let said = stdout(&output);
        let (head, body) = said.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/2 200"), "{head}");
        assert!(head.lines().skip(1).all(|line| {
            let name = line.split(':').next().unwrap();
            name == name.to_lowercase() && !["connection", "transfer-encoding"].contains(&name)
        }));
        let told = head.contains("content-length:");
        (without_length, with_length) = (
            without_length + usize::from(!told),
            with_length + usize::from(told),
        );
        serde_json::from_str::<Value>(body).unwrap();
        let points: Vec<_> = last(&goto).varied.iter().map(|one| one.point).collect();
        assert!(
            ["field-case", "reason", "persistence"]
                .iter()
                .all(|point| !points.contains(point))
        );
    }
    assert!(without_length > 0 && with_length > 0);
}

#[test]
fn sandbox_spec_of_the_library_has_the_field() {
    let (goto, _) = started(plain(1, json!([])));
    let spec = SandboxSpec {
        vary: Some(true),
        ..SandboxSpec::default()
    };
    let made = goto.control().create(spec).unwrap();
    assert_eq!(made.describe().unwrap()["vary"], true);
}
