//! Programs that others wrote, against the double: a client to be judged, and a judge of servers.

use std::process::Command;

use serde_json::Value;

use crate::support::program::{PROGRAM, ROOT, Served, python, run, stderr, stdout};

/// The job made of the `PyPI` package `scim2-client`, through the whole suite.
///
/// What it breaks is written down in `examples/scim2_client_sync.known`; anything else broken, and anything on that
/// list that is kept, fails this test.
#[test]
fn scim2_client_gets_the_verdicts_that_are_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().to_str().unwrap();
    let known = "examples/scim2_client_sync.known";
    let python = python();
    let output = run(&[
        "conform",
        "--report",
        report,
        "--known-failures",
        known,
        "--",
        &python,
        "examples/scim2_client_sync.py",
    ]);
    let said = format!("{}{}", stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(0), "{said}");
    let report: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("report.json")).unwrap())
            .unwrap();
    let broken: Vec<&Value> = report["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|rule| rule["verdict"] == "fail")
        .collect();
    assert!(
        !broken.is_empty(),
        "a list of known failures that holds no broken rule is not evidence: {said}"
    );
    for rule in broken {
        assert!(
            evidence(&report, rule["rule"].as_str().unwrap()),
            "no evidence for {rule}"
        );
    }
}

/// Whether some row tells a story of the rule with the exchanges it rests on.
fn evidence(report: &Value, rule: &str) -> bool {
    let rows = report["rows"].as_array().unwrap();
    rows.iter()
        .flat_map(|row| row["judgement"]["rules"].as_array().unwrap())
        .any(|judged| {
            let stories = judged["stories"].as_array().unwrap();
            judged["rule"] == rule
                && judged["verdict"] == "fail"
                && stories
                    .iter()
                    .any(|story| !story["entries"].as_array().unwrap().is_empty())
        })
}

/// `scim2-tester` makes up user names, locales and time zones, which no organization has verified the domain of and no
/// standard has heard of; those three rules of GoTo's are switched off for it, and nothing else.
#[test]
fn scim2_tester_finds_nothing_wrong() {
    let rules = ["user_domain_verified", "locale_checked", "timezone_checked"];
    let off = rules.map(|rule| format!("{rule}=false"));
    let arguments: Vec<_> = off.iter().flat_map(|off| ["--profile", off]).collect();
    let served = Served::start(&arguments);
    let output = Command::new(python())
        .arg("tests/scim2_tester.py")
        .args([served.text("scim_url"), served.text("token")])
        .current_dir(ROOT)
        .output()
        .unwrap();
    let said = format!("{}{}", stdout(&output), stderr(&output));
    assert!(output.status.success(), "{said}\n(judged {PROGRAM})");
}
