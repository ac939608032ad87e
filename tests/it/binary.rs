//! The command line: what it prints, what it refuses, how it ends.

use goto_double::GotoDouble;
use goto_double::verdict::Verdict;
use serde_json::json;

use crate::support::Client;
use crate::support::program::{Served, run, stderr, stdout};

#[test]
fn serve_says_everything_in_one_line_and_ends_well() {
    let served = Served::start(&["--seed", "3"]);
    for field in [
        "scim_url",
        "token",
        "authorize_url",
        "token_url",
        "client_id",
        "client_secret",
        "redirect_uri",
        "admin_user",
        "admin_password",
        "center_url",
        "domain",
        "dns",
        "control_url",
    ] {
        assert!(!served.text(field).is_empty(), "{field}");
    }
    assert_eq!(served.ready["seed"], 3);
    let client = Client::new(&served.text("scim_url")).bearer(&served.text("token"));
    assert_eq!(client.get("/Users").status, 200);
    let (code, said) = served.interrupt();
    assert_eq!(code, 0);
    assert!(
        said.contains("not GoTo") && !said.contains('\u{1b}'),
        "{said}"
    );
}

#[test]
fn serve_with_a_scenario_judges_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("busy.json");
    let scenario = json!({ "scenario": "busy", "v": 1, "rules": [{ "id": "busy", "on": "users.list", "do": { "reply": { "status": 429 } } }],
        "expect": [{ "id": "asked-once", "level": "must", "that": { "calls": { "on": "users.list", "count": "1" } } }] });
    std::fs::write(&path, scenario.to_string()).unwrap();
    for (calls, expected) in [(1, 0), (2, 1)] {
        let served = Served::start(&["--scenario", path.to_str().unwrap()]);
        let client = Client::new(&served.text("scim_url")).bearer(&served.text("token"));
        for _ in 0..calls {
            assert_eq!(client.get("/Users").status, 429);
        }
        let (code, said) = served.interrupt();
        assert_eq!(code, expected, "{said}");
    }
}

#[test]
fn scenario_for_a_rule_without_a_judge_is_no_pass_at_any_door() {
    let scenario =
        json!({ "scenario": "miss", "v": 1, "expect": [{ "rule": "LKP-04" }] }).to_string();
    let goto = GotoDouble::builder().scenario(&scenario).start().unwrap();
    let judgement = goto.verdict();
    assert_eq!(judgement.worst(), Some(Verdict::NotExercised));
    let complaints = judgement.complaints();
    assert!(
        complaints.contains("LKP-04") && complaints.contains("no judge"),
        "{complaints}"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miss.json");
    std::fs::write(&path, scenario).unwrap();
    let served = Served::start(&["--scenario", path.to_str().unwrap()]);
    let (code, said) = served.interrupt();
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("LKP-04: not exercised"), "{said}");
}

#[test]
fn check_names_every_mistake_with_place_and_nearest_word() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.json");
    std::fs::write(&path, "{\n  \"scenario\": \"wrong\", \"v\": 1,\n  \"rules\": [\n    { \"id\": \"a\", \"on\": \"user.create\", \"do\": { \"wire\": \"rest\" } }\n  ]\n}\n").unwrap();
    let output = run(&["check", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let said = stdout(&output);
    assert!(
        said.contains(":4:") && said.contains("users.create") && said.contains("reset"),
        "{said}"
    );
}

#[test]
fn shipped_scenarios_have_no_mistakes() {
    let files: Vec<String> = std::fs::read_dir("scenarios")
        .unwrap()
        .chain(std::fs::read_dir("scenarios/serve").unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    let mut arguments = vec!["check"];
    arguments.extend(files.iter().map(String::as_str));
    let output = run(&arguments);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
}

#[test]
fn what_cannot_run_ends_with_two_and_says_what_to_do() {
    for (arguments, word) in [
        (
            vec!["conform", "--scenario", "create-answer-los"],
            "create-answer-lost",
        ),
        (vec!["conform", "--defect", "XYZ-01"], "CRE-07"),
        (vec!["check", "no-such-file.json"], "no-such-file.json"),
        (
            vec![
                "serve",
                "--port",
                "0",
                "--control-port",
                "0",
                "--dns-port",
                "0",
                "--scenario",
                "scenarios/one-bad-user.json",
                "--ready-file",
                "no-such-folder/ready.json",
            ],
            "no-such-folder",
        ),
        (
            vec!["serve", "--state", "no-such-state"],
            "default and empty",
        ),
        (vec!["conform", "--", "./no-such-client"], "no-such-client"),
    ] {
        let output = run(&arguments);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert!(
            format!("{}{}", stdout(&output), stderr(&output)).contains(word),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn lists_and_completions_are_there() {
    for (what, word) in [
        ("scenarios", "create-answer-lost"),
        ("rules", "CRE-07"),
        ("faults", "reset"),
        ("operations", "users.create"),
        ("profile", "verification_days"),
    ] {
        let output = run(&["list", what]);
        assert!(
            output.status.success() && stdout(&output).contains(word),
            "{what}: {}",
            stdout(&output)
        );
    }
    assert!(stdout(&run(&["completions", "bash"])).contains("goto-double"));
    let rules = stdout(&run(&["list", "rules"]));
    let judged = rules
        .lines()
        .filter(|line| line.split_whitespace().nth(1) == Some("judged"))
        .count();
    assert_eq!((rules.lines().count(), judged), (290, 40));
}
