//! Clients that are commands: what they are told, how they end, and what comes of those that misbehave.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use goto_double::clock::Monotonic;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::program::{PROGRAM, run, stderr, stdout};

/// Runs the suite, or a part of it, and gives what was said and the report.
#[track_caller]
fn conform(folder: &TempDir, arguments: &[&str]) -> (Output, Value) {
    let report = folder.path().join("report").display().to_string();
    let mut all = vec!["conform", "--report", report.as_str()];
    all.extend(arguments);
    let output = run(&all);
    let text = fs::read_to_string(folder.path().join("report/report.json"))
        .unwrap_or_else(|error| panic!("{error}: {}", stderr(&output)));
    (output, serde_json::from_str(&text).unwrap())
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn write(path: &Path, text: &str) -> String {
    fs::write(path, text).unwrap();
    path.display().to_string()
}

fn cycle_ends(report: &Value) -> Vec<&Value> {
    let journal = report["rows"][0]["journal"].as_array().unwrap();
    journal
        .iter()
        .filter(|entry| entry["kind"] == "cycle-ended")
        .collect()
}

/// One person to provision, and a second for whoever is not done.
fn scenario_with_limit(folder: &TempDir) -> String {
    let text = r#"{
        "scenario": "brief", "v": 1, "about": "One person joins, and there is little time.",
        "cycles": [ { "source": { "people": 1 }, "limit": "1s" } ],
        "expect": [
            { "rule": "LKP-01" },
            { "id": "joined", "level": "must", "that": { "final": { "select": "users", "count": 1 } } }
        ]
    }"#;
    write(&folder.path().join("brief.json"), text)
}

#[test]
fn client_that_does_nothing_passes_no_rule_of_the_suite() {
    for client in ["true", "exit 3"] {
        let folder = folder();
        let (output, report) = conform(&folder, &["--", "sh", "-c", client]);
        assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
        for rule in report["rules"].as_array().unwrap() {
            assert_ne!(rule["verdict"], "pass", "{client}: {rule}");
        }
    }
}

#[test]
fn client_that_crashes_is_told_with_its_exit_status() {
    let folder = folder();
    let scenario = [
        "--scenario",
        "person-disabled",
        "--",
        "sh",
        "-c",
        "echo no memory left >&2; exit 3",
    ];
    let (output, report) = conform(&folder, &scenario);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.contains("ended cycle 1 with exit status 3"), "{said}");
    assert!(said.contains("said     no memory left"), "{said}");
    assert!(
        report["rows"][0]["output"]
            .as_str()
            .unwrap()
            .contains("no memory left")
    );
    assert!(report["rows"][0]["broken"].is_null());
    assert_eq!(cycle_ends(&report).len(), 2);
}

#[test]
fn client_that_cannot_be_started_is_told_once_with_what_to_do() {
    let folder = folder();
    let plain = write(&folder.path().join("sync.py"), "print('hello')");
    let cases = [
        ("./there-is-no-such-client", "There is no such file"),
        ("there-is-no-such-client", "-- ./there-is-no-such-client"),
        ("python3 sync.py", "one by one"),
        (plain.as_str(), "chmod +x"),
    ];
    for (client, advice) in cases {
        let output = run(&["conform", "--", client]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stdout(&output), "");
        let said = stderr(&output);
        assert!(said.contains(&format!("cannot run {client:?}")), "{said}");
        assert!(said.contains(advice), "{said}");
        assert_eq!(said.lines().count(), 2, "{said}");
    }
    // So it is with the commands around a row.
    let output = run(&["conform", "--setup", "there-is-none", "--", "true"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("PATH"), "{output:?}");
}

#[test]
fn client_that_makes_no_request_is_told_what_to_check() {
    let arguments = ["conform", "--scenario", "first-provisioning", "--"];
    let silent = run(&[&arguments[..], &["sh", "-c", "echo no such setting"]].concat());
    let said = stdout(&silent);
    assert!(said.contains("The client made no request"), "{said}");
    assert!(said.contains("GOTO_DOUBLE_SCIM_URL"), "{said}");
    assert!(
        said.contains("its last line was: no such setting"),
        "{said}"
    );
    let asking = run(&[&arguments[..], &[PROGRAM, "client"]].concat());
    let said = stdout(&asking);
    assert!(!said.contains("The client made no request"), "{said}");
}

#[test]
fn built_in_client_as_a_command_is_told_at_once_to_speak_no_tls() {
    let output = run(&["conform", "--tls", "--", PROGRAM, "client"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("speaks no TLS"), "{output:?}");
}

#[test]
fn client_that_prints_megabytes_is_read_to_its_end_and_kept_in_part() {
    let folder = folder();
    let client = "head -c 5000000 /dev/zero | tr '\\0' x; head -c 5000000 /dev/zero | tr '\\0' y >&2; exit 4";
    let (output, report) = conform(
        &folder,
        &["--scenario", "first-provisioning", "--", "sh", "-c", client],
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(cycle_ends(&report)[0]["exit"], 4);
    let kept = report["rows"][0]["output"].as_str().unwrap();
    assert_eq!(kept.len(), 2 * 64 * 1024);
    assert!(kept.starts_with('x') && kept.ends_with('y'));
}

#[test]
fn client_is_stopped_at_its_limit_with_what_it_has_started() {
    let folder = folder();
    let scenario = scenario_with_limit(&folder);
    let began = Monotonic::now();
    // The shell has a child of its own, which holds the output open when only the shell is gone.
    let client = "sleep 30 & echo $!; wait";
    let (output, report) = conform(
        &folder,
        &["--scenario", &scenario, "--", "sh", "-c", client],
    );
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(cycle_ends(&report)[0]["timed_out"], true);
    let child = report["rows"][0]["output"].as_str().unwrap().trim();
    assert!(is_gone(child), "{child} still runs");
    let said = stdout(&output);
    assert!(
        said.contains("was stopped at the time limit of cycle 1"),
        "{said}"
    );
    let replay = "-- sh -c 'sleep 30 & echo $!; wait'";
    assert!(said.contains(replay), "{said}");
}

/// Whether no such process runs; one that ended and that nobody asked about is gone too.
fn is_gone(process: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/stat"));
    status.map_or(true, |text| text.contains(") Z ") || text.contains(") X "))
}

#[test]
fn interrupted_run_stops_its_client_and_tells_what_was_played() {
    let folder = folder();
    let (pid, torn) = (folder.path().join("pid"), folder.path().join("torn"));
    let client = format!("echo $$ > {}; sleep 60; true", pid.display());
    let teardown = format!("touch {}", torn.display());
    let child = Command::new(PROGRAM)
        .args([
            "conform",
            "--scenario",
            "nothing-changed",
            "--teardown",
            &teardown,
        ])
        .args(["--", "sh", "-c", &client])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let of_client = loop {
        match fs::read_to_string(&pid) {
            Ok(text) if text.ends_with('\n') => break text.trim().to_owned(),
            _ => std::thread::yield_now(),
        }
    };
    let told = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(told.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stdout(&output).contains("the run was interrupted"));
    assert!(stderr(&output).contains("1 of 1 rows were begun"));
    assert!(torn.exists() && is_gone(&of_client));
}

#[test]
fn replay_names_every_option_that_a_row_depends_on() {
    let folder = folder();
    let options = [
        "--scenario",
        "first-provisioning",
        "--client-profile",
        "okta",
        "--profile",
        "page_size=5",
        "--no-vary",
        "--pace",
        "real",
        "--setup",
        "sh -c true",
        "--",
        "true",
        "two words",
        "it's",
    ];
    let (_, report) = conform(&folder, &options);
    let line = report["rows"][0]["replay"].as_str().unwrap();
    for part in [
        "--client-profile okta",
        "--profile page_size=5",
        "--no-vary",
        "--pace real",
        "--setup 'sh -c true'",
        r"-- true 'two words' 'it'\''s'",
    ] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
}

#[test]
fn folder_of_the_report_that_cannot_be_made_is_told_before_the_run() {
    let folder = folder();
    let (file, mark) = (
        write(&folder.path().join("file"), ""),
        folder.path().join("mark"),
    );
    let client = format!("touch {}", mark.display());
    let output = run(&["conform", "--report", &file, "--", "sh", "-c", &client]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!mark.exists());
}

#[test]
fn rule_is_named_in_any_letter_case_and_an_unknown_one_is_told() {
    let output = run(&["conform", "--rule", "rty-01", "--scenario", "rty-01"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let output = run(&["conform", "--rule", "rty-1"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(
        said.contains("there is no such rule; did you mean RTY-01?"),
        "{said}"
    );
}

#[test]
fn rule_without_a_judge_is_told_as_such_and_is_no_pass() {
    let output = run(&["conform", "--scenario", "lkp-04"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.contains("not judged    LKP-04"), "{said}");
    assert!(
        said.contains("Not judged yet") && !said.contains("Never reached"),
        "{said}"
    );
}

#[test]
fn what_a_client_leaves_running_does_not_hold_the_run_up() {
    let folder = folder();
    let began = Monotonic::now();
    let client = "echo done; sleep 30 & exit 0";
    let (_, report) = conform(
        &folder,
        &["--scenario", "first-provisioning", "--", "sh", "-c", client],
    );
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(cycle_ends(&report)[0]["exit"], 0);
    assert_eq!(report["rows"][0]["output"], "done\n");
}

#[test]
fn setup_and_teardown_run_once_a_row_around_the_client() {
    let folder = folder();
    let setup = write(
        &folder.path().join("setup.sh"),
        "echo \"setup of $GOTO_DOUBLE_SCENARIO\"; echo made > \"$GOTO_DOUBLE_STATE_DIR/made\"",
    );
    let teardown = write(
        &folder.path().join("teardown.sh"),
        "echo \"teardown ${GOTO_DOUBLE_CYCLE-of no cycle}\"",
    );
    let client =
        "cat \"$GOTO_DOUBLE_STATE_DIR/made\"; echo \"cycle $GOTO_DOUBLE_CYCLE${GOTO_DOUBLE_ROW-}\"";
    let (setup, teardown) = (format!("sh {setup}"), format!("sh {teardown}"));
    let options = [
        "--scenario",
        "person-disabled",
        "--setup",
        &setup,
        "--teardown",
        &teardown,
    ];
    let (_, report) = conform(
        &folder,
        &[&options[..], &["--", "sh", "-c", client]].concat(),
    );
    let lines = "setup of person-disabled\nmade\ncycle 1\nmade\ncycle 2\nteardown of no cycle\n";
    assert_eq!(report["rows"][0]["output"], lines);
}

#[test]
fn setup_that_fails_is_an_error_of_the_rig_and_still_torn_down() {
    let folder = folder();
    let setup = write(
        &folder.path().join("setup.sh"),
        "echo the vault is sealed; exit 7",
    );
    let (setup, mark) = (format!("sh {setup}"), folder.path().join("mark"));
    let teardown = format!("touch {}", mark.display());
    let options = [
        "--scenario",
        "person-disabled",
        "--setup",
        &setup,
        "--teardown",
        &teardown,
        "--",
        "true",
    ];
    let (output, _) = conform(&folder, &options);
    assert_eq!(output.status.code(), Some(2));
    let said = stdout(&output);
    assert!(said.contains("ended with 7: the vault is sealed"), "{said}");
    assert!(mark.exists());
}

#[test]
fn known_failure_that_holds_is_stale_be_it_a_rule_or_an_expectation() {
    let folder = folder();
    for (list, code) in [
        ("# none\n", 0),
        ("LKP-01\n", 1),
        ("first-provisioning/everybody-once\n", 1),
        ("throttled/nobody-missing\n", 0),
    ] {
        let known = write(&folder.path().join("known"), list);
        let (output, _) = conform(
            &folder,
            &[
                "--scenario",
                "first-provisioning",
                "--rule",
                "LKP-01",
                "--known-failures",
                &known,
            ],
        );
        let only_rules = if list.contains('/') { 0 } else { code };
        assert_eq!(
            output.status.code(),
            Some(only_rules),
            "{list}{}",
            stdout(&output)
        );
        let (output, report) = conform(
            &folder,
            &[
                "--scenario",
                "person-renamed",
                "--scenario",
                "first-provisioning",
                "--known-failures",
                &known,
            ],
        );
        let stale = report["tally"]["stale"].as_u64().unwrap();
        assert_eq!(stale, u64::from(code == 1), "{list}{}", stdout(&output));
    }
    let known = write(&folder.path().join("known"), "LKP-99\n");
    let output = run(&["conform", "--known-failures", &known]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("LKP-99"), "{}", stderr(&output));
}

/// In real time: what the clock of the sandbox shortens for the built-in client, a command waits for.
#[test]
fn reference_client_as_a_command_keeps_all_forty() {
    let folder = folder();
    let (output, report) = conform(&folder, &["--", PROGRAM, "client"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let rules = report["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 40);
    assert!(
        rules.iter().all(|rule| rule["verdict"] == "pass"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn command_is_judged_over_https_and_meets_a_flawed_certificate() {
    let folder = folder();
    let text = r#"{
        "scenario": "stranger", "v": 1, "about": "The first handshake shows a certificate for somebody else.",
        "rules": [ { "id": "stranger", "on": "tls.handshake", "when": { "max": 1 }, "do": { "tls": "wrong_name" } } ],
        "expect": [
            { "id": "no-secret-to-a-stranger", "level": "must", "that": { "calls": { "on": "*", "before": "stranger", "count": 0 } } },
            { "id": "tries-again", "level": "must", "that": { "calls": { "on": "users.list", "after": "stranger", "count": 1 } } }
        ]
    }"#;
    let scenario = write(&folder.path().join("stranger.json"), text);
    let ask = r#"curl -sf --cacert "$GOTO_DOUBLE_TLS_CA" -H "Authorization: Bearer $GOTO_DOUBLE_TOKEN" "$GOTO_DOUBLE_SCIM_URL/Users""#;
    let careful = format!("{ask} || {ask}");
    for (client, passes) in [(careful.as_str(), true), (ask, false)] {
        let arguments = ["--tls", "--scenario", &scenario, "--", "sh", "-c", client];
        let (output, report) = conform(&folder, &arguments);
        assert_eq!(output.status.success(), passes, "{}", stdout(&output));
        let journal = report["rows"][0]["journal"].as_array().unwrap();
        assert!(
            journal.iter().any(|entry| entry["kind"] == "incident"),
            "{journal:?}"
        );
    }
    // Without --tls there is no handshake to spoil, and the run says so.
    let output = run(&["conform", "--scenario", &scenario, "--", "true"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        (stdout(&output) + &stderr(&output)).contains("--tls"),
        "{output:?}"
    );
}
