//! The conformance suite, run by the binary, and what its report says.

use std::sync::{Mutex, PoisonError};
use std::thread;

use regex::Regex;
use serde_json::Value;

use super::program::{run, stderr, stdout};

/// A run of `conform`: its exit code, its `report.json`, and all it said.
#[derive(Debug)]
pub struct Suite {
    pub code: i32,
    pub report: Value,
    pub said: String,
}

/// Runs `conform` with a report.
#[track_caller]
pub fn conform(arguments: &[&str]) -> Suite {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    let mut all = vec!["conform", "--report", path.as_str()];
    all.extend(arguments);
    let output = run(&all);
    let said = format!("{}{}", stdout(&output), stderr(&output));
    let text = std::fs::read_to_string(folder.path().join("report.json"))
        .unwrap_or_else(|error| panic!("{error}\n{said}"));
    assert!(folder.path().join("junit.xml").exists());
    Suite {
        code: output.status.code().unwrap(),
        report: serde_json::from_str(&text).unwrap(),
        said,
    }
}

/// Has each of these tried by one of two threads; gives what came of those that went wrong.
pub fn wrong_among<T: Send>(
    all: Vec<T>,
    try_one: impl Fn(T) -> Option<String> + Sync,
) -> Vec<String> {
    let left = Mutex::new(all);
    let wrong: Mutex<Vec<String>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(one) = left.lock().unwrap_or_else(PoisonError::into_inner).pop()
                    else {
                        return;
                    };
                    let came = try_one(one);
                    wrong
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .extend(came);
                }
            });
        }
    });
    wrong.into_inner().unwrap()
}

impl Suite {
    /// The verdict of a rule, over all rows.
    pub fn verdict(&self, rule: &str) -> String {
        let rules = self.report["rules"].as_array().unwrap();
        let found = rules.iter().find(|row| row["rule"] == rule);
        found.map_or_else(
            || "absent".into(),
            |row| row["verdict"].as_str().unwrap().to_owned(),
        )
    }

    /// Each row's name with what another run of the same seed must bring again: its journal and its verdicts.
    pub fn repeatable(&self) -> Vec<(String, Value)> {
        let accidents = Accidents::new();
        let rows = self.report["rows"].as_array().unwrap().iter();
        rows.map(|row| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            let kept = ["seed", "judgement", "journal"].map(|name| row[name].clone());
            let kept = accidents.taken_from(Value::from(kept.to_vec()));
            (format!("{}[{}]", text("scenario"), text("row")), kept)
        })
        .collect()
    }
}

/// What differs between two runs although nothing else does: real time, ports, and the names of sandboxes.
struct Accidents {
    port: Regex,
    sandbox: Regex,
}

impl Accidents {
    fn new() -> Self {
        Self {
            port: Regex::new(r"127\.0\.0\.1(:|%3A)\d+").unwrap(),
            sandbox: Regex::new(r"(/|%2F)t(/|%2F)[0-9a-z-]+").unwrap(),
        }
    }

    fn taken_from(&self, value: Value) -> Value {
        match value {
            Value::Object(fields) => {
                let kept = fields
                    .into_iter()
                    .filter(|(name, _)| name != "real_ms" && name != "connection");
                kept.map(|(name, value)| (name, self.taken_from(value)))
                    .collect()
            }
            Value::Array(items) => items
                .into_iter()
                .map(|item| self.taken_from(item))
                .collect(),
            Value::String(text) => {
                let text = self.port.replace_all(&text, "HOST");
                Value::from(self.sandbox.replace_all(&text, "/t/ROW"))
            }
            other => other,
        }
    }
}
