//! Judges a client by what a scenario expects of it, over the journal and the end state.

mod backoff;
mod calls;
mod finally;
mod happening;
mod order;
mod wait;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::entry::Entry;
use crate::verdict::{Story, Verdict};

use super::expectation::{Expectation, Level, That};
use super::rule::Rule;
use super::script::Scenario;

use self::happening::Happenings;

/// What the store holds in the end, in creation order.
#[derive(Clone, Copy, Debug, Default)]
pub struct After<'a> {
    /// Users, as SCIM JSON.
    pub users: &'a [Value],
    /// Groups, as SCIM JSON.
    pub groups: &'a [Value],
    /// Domains, with `name` and `status`.
    pub domains: &'a [Value],
}

/// What came of one expectation of a scenario, or of a rule that ought to have acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExpectationVerdict {
    /// The id of the expectation, or of the rule of the script.
    pub id: String,
    /// Whether the id is that of a rule of the script that did not act as often as it must.
    pub is_rule: bool,
    /// The word of its level: must, should or may.
    pub level: &'static str,
    /// The clause behind it.
    pub reference: Option<String>,
    /// The rule of the catalogue that it stands for.
    pub rule: Option<String>,
    /// What came of it.
    pub verdict: Verdict,
    /// The exchanges that show it.
    pub stories: Vec<Story>,
}

/// What one part of an expectation came to, before its level is known.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Finding {
    Held(Story),
    Missed(Story),
    Unclear(Story),
}

/// Judges every expectation that has a `that`, and every rule that acted too seldom for the run to count.
pub fn judge(
    scenario: &Scenario,
    entries: &[Arc<Entry>],
    after: After<'_>,
) -> Vec<ExpectationVerdict> {
    let happenings = Happenings::of(entries);
    let rules = scenario
        .rules()
        .iter()
        .filter_map(|rule| judge_rule(rule, &happenings, entries));
    let expectations = scenario.expectations().iter().filter_map(|expectation| {
        let found = look(scenario, expectation.that.as_ref()?, &happenings, after);
        Some(settle(expectation, found))
    });
    rules.chain(expectations).collect()
}

fn look(
    scenario: &Scenario,
    that: &That,
    happenings: &Happenings<'_>,
    after: After<'_>,
) -> Vec<Finding> {
    match that {
        That::Wait(wait) => wait::look(scenario, wait, happenings),
        That::Calls(calls) => calls::look(calls, happenings),
        That::Order(steps) => order::look(scenario, steps, happenings),
        That::Backoff(backoff) => backoff::look(backoff, happenings),
        That::Final(finally) => vec![finally::look(finally, after)],
    }
}

fn judge_rule(
    rule: &Rule,
    happenings: &Happenings<'_>,
    entries: &[Arc<Entry>],
) -> Option<ExpectationVerdict> {
    let acted: Vec<u64> = happenings.fired(rule.id()).map(|one| one.number).collect();
    let times = u64::try_from(acted.len()).unwrap_or(u64::MAX);
    if rule.fires().allows(times) {
        return None;
    }
    let (close, why) = close_calls(rule, entries);
    let seen = match times {
        0 => "It never acted".to_owned(),
        1 => "It acted once".to_owned(),
        times => format!("It acted {times} times"),
    };
    Some(ExpectationVerdict {
        id: rule.id().to_owned(),
        is_rule: true,
        level: Level::Must.name(),
        reference: None,
        rule: None,
        verdict: Verdict::NotExercised,
        stories: vec![Story {
            entries: if acted.is_empty() { close } else { acted },
            expected: format!("The rule acts {} times.", rule.fires()),
            seen: seen + &why,
        }],
    })
}

/// The entries at which a rule nearly acted, and in words what kept it from acting.
fn close_calls(rule: &Rule, entries: &[Arc<Entry>]) -> (Vec<u64>, String) {
    /// So many of them are told; the journal has them all.
    const TOLD: usize = 3;
    let calls = entries.iter().flat_map(|entry| {
        let mine = entry.near().iter().filter(|miss| miss.rule == rule.id());
        mine.map(|miss| (entry.number, &miss.why))
    });
    let calls: Vec<(u64, &String)> = calls.collect();
    let numbers = calls.iter().map(|(number, _)| *number).collect();
    let came_close = match calls.len() {
        0 => return (numbers, ", and no request came close.".to_owned()),
        1 => ": 1 request came close".to_owned(),
        many => format!(": {many} requests came close"),
    };
    let told = calls.iter().take(TOLD);
    let told: Vec<String> = told
        .map(|(number, why)| format!("entry {number}: {why}"))
        .collect();
    let more = calls.len().saturating_sub(TOLD);
    let end = if more > 0 {
        format!("; and {more} more.")
    } else {
        ".".to_owned()
    };
    (numbers, format!("{came_close}: {}{end}", told.join("; ")))
}

/// The gravest that was found decides; where nothing was found, nothing was exercised.
fn settle(expectation: &Expectation, found: Vec<Finding>) -> ExpectationVerdict {
    let missed = match expectation.level {
        Level::Must => Verdict::Fail,
        Level::Should => Verdict::Warn,
        Level::May => Verdict::Pass,
    };
    let occasions = found.into_iter().map(|one| match one {
        Finding::Held(story) => (Verdict::Pass, story),
        Finding::Missed(story) => (missed, story),
        Finding::Unclear(story) => (Verdict::Inconclusive, story),
    });
    let (verdict, stories) = Story::settle(occasions.collect());
    ExpectationVerdict {
        id: expectation.id.clone(),
        is_rule: false,
        level: expectation.level.name(),
        reference: expectation.reference.clone(),
        rule: expectation.rule.clone(),
        verdict,
        stories,
    }
}

#[cfg(test)]
mod tests;
