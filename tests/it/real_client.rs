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

/// Lets `scim2-tester` judge a served double: every check is a success, is skipped, or fails for a reason that is known.
#[track_caller]
fn judge(serving: &[&str], judging: &[&str]) {
    let served = Served::start(serving);
    let output = Command::new(python())
        .arg("tests/scim2_tester.py")
        .args([served.text("scim_url"), served.text("token")])
        .args(judging)
        .current_dir(ROOT)
        .output()
        .unwrap();
    let said = format!("{}{}", stdout(&output), stderr(&output));
    assert!(output.status.success(), "{said}\n(judged {PROGRAM})");
}

#[test]
fn scim2_tester_finds_nothing_wrong_with_the_letter() {
    judge(&["--profile", "rfc"], &[]);
}

/// `scim2-tester` makes up user names, whose domains no organization has verified, so that rule is switched off.
///
/// It also makes up texts for `locale` and `timezone`, which RFC 7643 section 4.1.1 does not call valid: these failures
/// are known.
#[test]
fn scim2_tester_finds_only_its_own_locales_wrong_with_goto() {
    let serving = ["--profile", "user_domain_verified=false"];
    judge(
        &serving,
        &["--known", "locale must be", "--known", "timezone must be"],
    );
}

/// What a known failure breaks off is checked here: where locales and time zones are free, nothing fails.
#[test]
fn scim2_tester_finds_nothing_wrong_with_goto_where_its_locales_are_taken() {
    let fields = [
        "user_domain_verified=false",
        "locale_checked=false",
        "timezone_checked=false",
    ];
    let serving: Vec<_> = fields
        .iter()
        .flat_map(|field| ["--profile", field])
        .collect();
    judge(&serving, &[]);
}

#[test]
fn scim2_tester_finds_nothing_wrong_with_the_lenient_profile() {
    judge(
        &[
            "--profile",
            "entra-lenient",
            "--profile",
            "user_domain_verified=false",
        ],
        &[],
    );
}

/// The example's `notes` are returned on request. `scim2-tester` writes them, reads the resource without asking for
/// them, and misses them; RFC 7643 section 7 has them "returned in a SCIM query operation only if specified".
#[test]
fn scim2_tester_finds_nothing_wrong_with_loaded_types() {
    let serving = ["--profile", "rfc", "--schemas", "fixtures/schemas/example"];
    judge(
        &serving,
        &["--typed-values", "--known", "Attribute 'notes' was not"],
    );
}
