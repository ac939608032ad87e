//! Looks for what is written well and yet makes no sense.

mod fault;
mod life;
mod limit;
mod never;
mod reference;

use std::collections::BTreeSet;

use super::finding::{Complaint, Findings, Pointer};
use super::parse::Known;
use super::rule::Rule;
use super::schedule::{Moment, Nth, Per, Repeats, is_ambiguous};
use super::script::{End, Scenario};

use self::fault::faults;
use self::life::Life;
use self::limit::limits;
use self::never::{conditions, window};
use self::reference::References;

/// Looks at one rule by itself.
pub(super) fn rule(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    if rule.id.is_empty() || rule.id.contains(['+', '.', '*']) {
        findings.error(
            &at.key("id"),
            "an id is not empty and holds no \"+\", \".\" or \"*\"",
        );
    }
    if is_ambiguous(&rule.id) {
        let complaint = "a moment that names it would mean the last firing of another rule";
        findings.error(&at.key("id"), complaint);
    }
    schedule(rule, at, findings);
    writes(rule, &at.key("when"), findings);
    window(rule, &at.key("when"), findings);
    conditions(rule, &at.key("if"), findings);
    faults(rule, &at.key("do"), findings);
}

/// Looks at the rules side by side, and at what the expectations say of them; `places` are those of the expectations.
pub(super) fn together(
    scenario: &Scenario,
    places: &[usize],
    known: Known<'_>,
    findings: &mut Findings,
) {
    let root = Pointer::default();
    let at = root.key("rules");
    let mut ids = BTreeSet::new();
    for (index, rule) in scenario.rules().iter().enumerate() {
        let at = at.index(index);
        if !ids.insert(rule.id.as_str()) {
            findings.error(&at.key("id"), format!("a second rule \"{}\"", rule.id));
        }
        moments(scenario, rule, &at.key("when"), findings);
    }
    let life = Life::of(scenario);
    life.tell(scenario, findings);
    let reader = References {
        scenario,
        dead: life.dead(scenario),
        known,
    };
    let mut names = BTreeSet::new();
    for (expectation, index) in scenario.expectations().iter().zip(places) {
        let at = root.key("expect").index(*index);
        if !names.insert(expectation.id.as_str()) {
            let complaint = format!("a second expectation \"{}\"", expectation.id);
            findings.error(&at, complaint);
        }
        reader.expectation(expectation, &at, findings);
        limits(expectation, &at.key("that"), findings);
    }
    end(scenario, &life, &root.key("end"), findings);
}

fn unknown_rule(scenario: &Scenario, id: &str) -> Option<Complaint> {
    let known = || scenario.rules().iter().map(Rule::id);
    (!known().any(|known| known == id)).then(|| Complaint::unknown("rule", id, known()))
}

fn moments(scenario: &Scenario, rule: &Rule, at: &Pointer, findings: &mut Findings) {
    for (name, moment) in [("from", &rule.when.from), ("to", &rule.when.to)] {
        if let Some(Moment::Rule(id, ..)) = moment
            && let Some(complaint) = unknown_rule(scenario, id)
        {
            findings.error(&at.key(name), complaint);
        }
    }
}

fn schedule(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    let when = &rule.when;
    let at_when = at.key("when");
    let listed = when.nth.as_ref().and_then(Nth::size);
    match (listed, when.max) {
        (_, Some(0)) => findings.error(
            &at_when.key("max"),
            "a rule that acts 0 times at most never acts",
        ),
        (Some(size), Some(max)) if max < size => findings.error(
            &at_when.key("max"),
            format!(
                "\"nth\" names {size} occurrences and \"max\" allows {max}: they exclude each other"
            ),
        ),
        (Some(_), Some(_)) => {
            findings.warn(
                &at_when.key("max"),
                "\"nth\" allows no more than that by itself",
            );
        }
        _ => {}
    }
    if when.parallel == Some(0) {
        let complaint = "every request is beside 0 others: leave it out";
        findings.error(&at_when.key("parallel"), complaint);
    }
    if when.p.is_some_and(|p| p <= 0.0) {
        findings.error(&at_when.key("p"), "a rule with probability 0 never acts");
    }
    let limit = when.max.into_iter().chain(listed).min();
    if let Some(limit) = limit
        && when.per.is_sandbox()
        && limit > 0
        && rule.fires.least() > limit
    {
        findings.error(
            &at.key("fires"),
            format!("the rule can act {limit} times, never {}", rule.fires),
        );
    }
}

/// Finds what looks at writes where there are none.
fn writes(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    let when = &rule.when;
    if rule
        .on
        .members()
        .iter()
        .any(|operation| operation.is_write())
    {
        return;
    }
    let complaint = "none of these operations writes a user or a group";
    if when.per.includes(Per::Write) {
        findings.error(&at.key("per"), complaint);
    }
    if when.repeats != Repeats::Count {
        findings.error(&at.key("repeats"), complaint);
    }
}

fn end(scenario: &Scenario, life: &Life<'_>, at: &Pointer, findings: &mut Findings) {
    match scenario.end() {
        Some(End::State(state)) if !life.reaches(state) => {
            let complaint = format!("no rule leads to the state \"{state}\"");
            findings.error(&at.key("state"), complaint);
        }
        Some(End::At(Moment::Rule(id, ..))) => {
            if let Some(complaint) = unknown_rule(scenario, id) {
                findings.error(&at.key("at"), complaint);
            } else if life.dead(scenario).contains(id.as_str()) {
                let complaint = format!("rule \"{id}\" never acts, so this never comes");
                findings.error(&at.key("at"), complaint);
            }
        }
        _ => {}
    }
}
