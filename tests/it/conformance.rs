//! A rule must be able to fail: the sound client keeps each of the forty, and each defect breaks its own.

use std::sync::{Mutex, PoisonError};
use std::thread;

use goto_double::client::Defect;
use goto_double::conformance::catalogue::FIRST_FORTY;
use serde_json::Value;

use crate::support::program::{run, stderr, stdout};

/// The verdict of a rule in a report, over all rows.
fn verdict(report: &Value, rule: &str) -> String {
    let rules = report["rules"].as_array().unwrap();
    let found = rules.iter().find(|row| row["rule"] == rule);
    found
        .map(|row| row["verdict"].as_str().unwrap().to_owned())
        .unwrap_or_else(|| "absent".into())
}

fn conform(arguments: &[&str]) -> (i32, Value, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    let mut all = vec!["conform", "--report", path.as_str()];
    all.extend(arguments);
    let output = run(&all);
    let said = format!("{}{}", stdout(&output), stderr(&output));
    let text = std::fs::read_to_string(folder.path().join("report.json"))
        .unwrap_or_else(|error| panic!("{error}\n{said}"));
    assert!(folder.path().join("junit.xml").exists());
    (
        output.status.code().unwrap(),
        serde_json::from_str(&text).unwrap(),
        said,
    )
}

#[test]
fn sound_client_keeps_and_exercises_all_forty() {
    let (code, report, said) = conform(&[]);
    assert_eq!(code, 0, "{said}");
    for rule in FIRST_FORTY {
        assert_eq!(verdict(&report, rule), "pass", "{rule}\n{said}");
    }
}

#[test]
fn every_defect_breaks_the_rule_it_is_named_after() {
    let left = Mutex::new(Defect::ALL.iter().collect::<Vec<_>>());
    let wrong: Mutex<Vec<String>> = Mutex::default();
    assert_eq!(Defect::ALL.len(), 40);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(defect) = left.lock().unwrap_or_else(PoisonError::into_inner).pop() {
                    let (code, report, said) = conform(&[
                        "--rule",
                        defect.id(),
                        "--defect",
                        defect.id(),
                        "--jobs",
                        "1",
                    ]);
                    if code != 1 || verdict(&report, defect.id()) != "fail" {
                        let found = verdict(&report, defect.id());
                        let text = format!("{}: exit {code}, verdict {found}\n{said}", defect.id());
                        wrong
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(text);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn one_row_played_twice_by_one_seed_gives_one_journal() {
    let journal = || {
        let (_, report, said) = conform(&["--scenario", "create-answer-lost", "--seed", "11"]);
        let rows = report["rows"].as_array().unwrap().clone();
        assert!(!rows.is_empty(), "{said}");
        rows.into_iter()
            .map(|row| without_measured_times(row["journal"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(journal(), journal());
}

/// A journal without what the machine and its ports decide.
fn without_measured_times(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let measured = ["real_ms", "connection", "host", "target"];
            fields
                .into_iter()
                .filter(|(name, _)| !measured.contains(&name.as_str()))
                .map(|(name, value)| (name, without_measured_times(value)))
                .collect()
        }
        Value::Array(items) => {
            let is_host = |item: &Value| item.get(0).is_some_and(|name| name == "host");
            items
                .into_iter()
                .filter(|item| !is_host(item))
                .map(without_measured_times)
                .collect()
        }
        Value::String(text) => Value::String(without_ports(&text)),
        other => other,
    }
}

fn without_ports(text: &str) -> String {
    let port = regex::Regex::new(r"127\.0\.0\.1:\d+(/t/[0-9a-z]+)?").unwrap();
    port.replace_all(text, "HOST").into_owned()
}
