//! How verdicts look as JSON, for the control surface and for reports.

use serde_json::{Value, json};

use crate::conformance::catalogue;
use crate::conformance::judge::RuleVerdict;
use crate::sandbox::Judgement;
use crate::verdict::Story;

/// What a run came to.
pub fn judgement(judgement: &Judgement) -> Value {
    json!({
        "verdict": judgement.worst(),
        "rules": judgement.rules.iter().map(rule).collect::<Vec<_>>(),
        "expectations": judgement.expectations.iter().map(|expectation| json!({
            "id": expectation.id,
            "verdict": expectation.verdict,
            "stories": stories(&expectation.stories),
        })).collect::<Vec<_>>(),
    })
}

/// One rule's verdict, with its level and clause.
pub fn rule(verdict: &RuleVerdict) -> Value {
    let row = catalogue::rule(verdict.rule);
    json!({
        "rule": verdict.rule,
        "verdict": verdict.verdict,
        "level": row.map(|row| row.level.as_str()),
        "clause": row.map(|row| row.clause),
        "sentence": row.map(|row| row.sentence),
        "stories": stories(&verdict.stories),
    })
}

/// The evidence of a verdict.
pub fn stories(stories: &[Story]) -> Value {
    stories.iter().map(|story| json!({ "entries": story.entries, "expected": story.expected, "seen": story.seen })).collect()
}
