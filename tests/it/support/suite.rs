//! The conformance suite, run by the binary, and what its report says.

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
        let rows = self.report["rows"].as_array().unwrap().iter();
        rows.map(|row| {
            let name = format!(
                "{}[{}]",
                row["scenario"].as_str().unwrap(),
                row["row"].as_str().unwrap()
            );
            let kept = Value::Array(vec![
                row["seed"].clone(),
                row["judgement"].clone(),
                row["journal"].clone(),
            ]);
            (name, without_accidents(kept))
        })
        .collect()
    }
}

/// What is left of a journal without real time, ports, and the names of sandboxes.
fn without_accidents(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields
                .into_iter()
                .filter(|(name, _)| name != "real_ms" && name != "connection");
            kept.map(|(name, value)| (name, without_accidents(value)))
                .collect()
        }
        Value::Array(items) => items.into_iter().map(without_accidents).collect(),
        Value::String(text) => Value::String(without_addresses(&text)),
        other => other,
    }
}

fn without_addresses(text: &str) -> String {
    let port = regex::Regex::new(r"127\.0\.0\.1(:|%3A)\d+").unwrap();
    let sandbox = regex::Regex::new(r"(/|%2F)t(/|%2F)[0-9a-z-]+").unwrap();
    sandbox
        .replace_all(&port.replace_all(text, "HOST"), "/t/ROW")
        .into_owned()
}
