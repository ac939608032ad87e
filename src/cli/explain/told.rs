//! What `explain` writes, for a person and for a program.

use std::fmt::Write as _;

use goto_double::engine::explain::{Account, Explanation, Standing};
use goto_double::scenario::Row;
use goto_double::scenario::facts::Facts;
use serde_json::{Value, json};

/// One explanation with what it is about.
pub(super) struct Told<'t> {
    pub(super) row: &'t Row,
    pub(super) seed: u64,
    pub(super) facts: &'t Facts<'t>,
    pub(super) nth: u32,
    pub(super) explanation: Explanation,
}

impl Told<'_> {
    pub(super) fn as_text(&self) -> String {
        let rules = &self.explanation.rules;
        let width = rules.iter().map(|one| one.rule.chars().count()).max();
        let width = width.unwrap_or(0);
        let mut text = self.heading();
        for one in rules {
            let mark = match one.standing {
                Standing::Acts => "acts",
                Standing::Behind(_) | Standing::Refused(_) => "-",
            };
            // Writing to a String cannot fail.
            let _ = write!(text, "\n  {mark:<4}  {:<width$}  {}", one.rule, one.why);
        }
        if self.explanation.plan.fired.is_empty() {
            text.push_str("\nNo rule acts: the true answer is given.");
        }
        text
    }

    /// What was asked, as the rules see it.
    fn heading(&self) -> String {
        let mut parts = vec![format!("{}", self.facts.operation.name())];
        if let Some(subject) = &self.facts.subject {
            parts.push(format!("about {}", subject.key));
        }
        parts.push(format!("in state \"{}\"", self.explanation.state));
        if self.nth > 1 {
            parts.push(format!("request number {}", self.nth));
        }
        if !self.row.name.is_empty() {
            parts.push(format!("row {}", self.row.name));
        }
        parts.push(format!("seed {}", self.seed));
        parts.join(", ")
    }

    pub(super) fn as_json(&self) -> Value {
        let fired = &self.explanation.plan.fired;
        let subject = self.facts.subject.as_ref();
        json!({
            "scenario": self.row.scenario.name(),
            "row": self.row.name,
            "seed": self.seed,
            "operation": self.facts.operation.name(),
            "subject": subject.map(|subject| &subject.key),
            "state": self.explanation.state,
            "nth": self.nth,
            "acts": fired.iter().map(|one| &one.rule).collect::<Vec<_>>(),
            "rules": self.explanation.rules.iter().map(rule).collect::<Vec<_>>(),
        })
    }
}

fn rule(one: &Account) -> Value {
    let mut told = json!({ "rule": one.rule, "acts": one.standing == Standing::Acts });
    match &one.standing {
        Standing::Acts => {}
        Standing::Behind(winner) => {
            told["kept_by"] = json!("order");
            told["winner"] = json!(winner);
        }
        Standing::Refused(refusal) => {
            told["kept_by"] = json!(refusal.name());
            if let Some(seen) = refusal.seen() {
                told["occurrence"] = json!(seen);
            }
            if let Some(drawn) = refusal.drawn() {
                told["drawn"] = json!(drawn);
            }
        }
    }
    if !one.unmet.is_empty() {
        let unmet = one.unmet.iter().map(
            |unmet| json!({ "field": unmet.field, "wanted": unmet.wanted, "seen": unmet.seen }),
        );
        told["unmet"] = unmet.collect();
    }
    told["why"] = json!(one.why);
    told
}
