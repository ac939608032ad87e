//! `report.json`: everything a run came to, for programs.

use serde_json::{Value, json};

use super::{Report, Row};
use crate::app::{journal_json, verdict_json};

/// The whole report.
pub fn render(report: &Report) -> Value {
    let tally = report.tally();
    json!({
        "tool": "goto-double",
        "version": env!("CARGO_PKG_VERSION"),
        "client": report.client,
        "passed": report.exit_code() == 0,
        "took_ms": millis(report.took),
        "tally": { "rules": tally.rules, "expectations": tally.expectations, "stale": tally.stale, "broken": tally.broken },
        "rules": report.rules().iter().map(|rule| json!({
            "rule": rule.rule,
            "verdict": rule.verdict,
            "level": rule.row.map(|row| row.level.as_str()),
            "clause": rule.row.map(|row| row.clause),
            "sentence": rule.row.map(|row| row.sentence),
            "exercised_in_rows": rule.exercised,
            "known": rule.known.then(|| report.known.reason(rule.rule).unwrap_or_default()),
        })).collect::<Vec<_>>(),
        "rows": report.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

fn row(row: &Row) -> Value {
    let mut value = json!({
        "scenario": row.scenario,
        "row": row.row,
        "seed": row.seed,
        "took_ms": millis(row.took),
        "replay": row.replay,
        "broken": row.broken,
        "output": row.output,
        "judgement": verdict_json::judgement(&row.judgement),
    });
    if let Value::Object(fields) = &mut value {
        fields.insert(
            "journal".into(),
            row.entries
                .iter()
                .map(|entry| journal_json::entry(entry))
                .collect(),
        );
    }
    value
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
