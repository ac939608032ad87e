//! `goto-double explain`: the rule that would act on a request, and why each other one would not.

use serde_json::Value;

use crate::support::program::{run, stderr, stdout};

const RULES: &str = r#"{ "scenario": "asked", "v": 1, "seed": 5,
  "each": { "status": [503, 429] },
  "given": { "users": [{ "id": "17", "userName": "Bob@main.com" }] },
  "rules": [
    { "id": "quota", "on": "users.create", "when": { "nth": 3, "per": "user" }, "do": { "reply": { "status": "${status}" } }, "then": "tired" },
    { "id": "bob", "on": "users.*", "if": { "subject.key": "bob@main.com" }, "do": { "reply": { "status": 500 } } },
    { "id": "tired", "on": "users.*", "when": { "state": "tired" }, "do": { "delay": "1s" }, "stack": true },
    { "id": "dice", "on": "users.*", "when": { "p": 0.5, "from": "+10s" }, "do": { "reply": { "status": 502 } } },
    { "id": "dns", "on": "probe.dns", "when": { "max": 1 }, "do": { "dns": { "rcode": "NXDOMAIN" } } },
    { "id": "form", "on": "oauth.token", "if": { "form.grant_type": "refresh_token", "token.live": false }, "do": { "reply": { "status": 400 } } }
  ] }"#;

/// Runs `explain` on the rules above, with this body; gives the exit code and what was written.
fn explain(body: &str, arguments: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (scenario, file) = (path("asked.json"), path("body"));
    std::fs::write(&scenario, RULES).unwrap();
    std::fs::write(&file, body).unwrap();
    let mut all = vec!["explain", &scenario, "--body", &file];
    all.extend(arguments);
    let output = run(&all);
    (
        output.status.code().unwrap(),
        stdout(&output),
        stderr(&output),
    )
}

/// The line about one rule.
#[track_caller]
fn line(said: &str, rule: &str) -> String {
    let found = said.lines().map(str::trim).find(|line| {
        let mut words = line.split_whitespace().skip(1);
        words.next() == Some(rule)
    });
    found
        .unwrap_or_else(|| panic!("{rule}:\n{said}"))
        .to_owned()
}

const ADA: &str = r#"{ "userName": "Ada@main.com" }"#;
const CREATE: [&str; 2] = ["--request", "POST /scim/v2/Users"];

#[test]
fn reason_of_each_rule_is_told_for_the_request_that_is_asked_about() {
    let (code, said, _) = explain(ADA, &CREATE);
    assert_eq!(code, 0);
    let heading = said.lines().next().unwrap();
    assert_eq!(
        heading,
        "users.create, about ada@main.com, in state \"start\", row status=503, seed 5"
    );
    assert!(
        line(&said, "quota")
            .ends_with("it acts on number 3 only, and this is number 1 for this user")
    );
    assert!(line(&said, "bob").ends_with("subject.key is \"ada@main.com\", not \"bob@main.com\""));
    assert!(line(&said, "tired").contains("waits for the state \"tired\""));
    assert!(line(&said, "dice").contains("it begins at +10s"));
    assert!(line(&said, "dns").ends_with("it is on probe.dns, and this is users.create"));
    assert!(said.contains("No rule acts"));
}

#[test]
fn occurrence_row_state_and_time_change_the_answer() {
    let third = [&CREATE[..], &["--nth", "3", "--row", "status=429"]].concat();
    let (_, said, _) = explain(ADA, &third);
    assert_eq!(
        line(&said, "quota")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        "acts quota reply 429, then the state is \"tired\""
    );
    let tired = [&CREATE[..], &["--state", "tired", "--at", "10s"]].concat();
    let (_, said, _) = explain(ADA, &tired);
    assert!(line(&said, "tired").contains("acts"), "{said}");
    let dice = line(&said, "dice");
    assert!(
        dice.starts_with("acts") || dice.contains("the draw 0."),
        "{dice}"
    );
}

#[test]
fn draw_is_the_one_of_a_run_with_that_seed() {
    let answers: Vec<_> = (0..20)
        .map(|seed| {
            let seed = seed.to_string();
            let asked = [&CREATE[..], &["--at", "10s", "--seed", &seed, "--json"]].concat();
            let (_, said, _) = explain(ADA, &asked);
            let told: Value = serde_json::from_str(&said).unwrap();
            let dice = &told["rules"][3];
            match dice["drawn"].as_f64() {
                Some(drawn) => assert!(dice["acts"] == false && drawn >= 0.5, "{dice}"),
                None => assert_eq!(told["acts"], serde_json::json!(["dice"])),
            }
            dice["acts"].as_bool().unwrap()
        })
        .collect();
    assert!(answers.contains(&true) && answers.contains(&false));
}

#[test]
fn path_filter_form_and_look_out_are_understood_as_in_a_run() {
    for request in [
        "GET /scim/v2/Users/17",
        "GET /scim/v2/Users?filter=userName eq \"bob@main.com\"",
    ] {
        let (_, said, _) = explain("", &["--request", request]);
        assert!(line(&said, "bob").starts_with("acts"), "{said}");
    }
    let form = "grant_type=refresh_token\n";
    let asked = ["--request", "POST /oauth/token"];
    let (_, said, _) = explain(form, &asked);
    assert!(
        line(&said, "form").ends_with("token.live is true, not false"),
        "{said}"
    );
    let (_, said, _) = explain(form, &[&asked[..], &["--token", "dead"]].concat());
    assert!(line(&said, "form").starts_with("acts"), "{said}");
    let (_, said, _) = explain("", &["--request", "probe.dns main.com"]);
    assert!(said.starts_with("probe.dns, about main.com"), "{said}");
    assert!(line(&said, "dns").starts_with("acts"), "{said}");
    let (_, said, _) = explain("", &["--request", "probe.dns main.com", "--nth", "2"]);
    assert!(
        line(&said, "dns").ends_with("it acts once at most, and has"),
        "{said}"
    );
}

#[test]
fn json_holds_what_a_program_wants_to_know() {
    let (_, said, _) = explain(ADA, &[&CREATE[..], &["--nth", "2", "--json"]].concat());
    let told: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(told["operation"], "users.create");
    assert_eq!(told["acts"], serde_json::json!([]));
    let rules = told["rules"].as_array().unwrap();
    let kept_by: Vec<_> = rules
        .iter()
        .map(|rule| rule["kept_by"].as_str().unwrap())
        .collect();
    assert_eq!(
        kept_by,
        [
            "nth",
            "condition",
            "state",
            "early",
            "operation",
            "operation"
        ]
    );
    assert_eq!(rules[0]["occurrence"], 2);
    assert_eq!(rules[1]["unmet"][0]["seen"], "ada@main.com");
}

#[test]
fn what_cannot_be_explained_is_refused_with_exit_code_two() {
    for (request, part) in [
        ("POST", "is no path"),
        ("POST scim", "is no path"),
        ("P@ST /scim/v2/Users", "is no method"),
        ("GET /nowhere", "nothing answers GET /nowhere"),
        ("users.create", "write the request: 'POST /scim/v2/Users'"),
    ] {
        let (code, _, said) = explain("", &["--request", request]);
        assert_eq!(code, 2, "{request}");
        assert!(said.contains(part), "{request}: {said}");
    }
    let (code, _, said) = explain(ADA, &[&CREATE[..], &["--row", "status=7"]].concat());
    assert!(
        code == 2 && said.contains("there are: status=503; status=429"),
        "{said}"
    );
    let (code, _, _) = explain(ADA, &[&CREATE[..], &["--nth", "0"]].concat());
    assert_eq!(code, 2);
    let output = run(&["explain", "Cargo.toml", "--request", "GET /scim/v2/Users"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("Cargo.toml:1:"));
}
