//! Looks for what is written well and yet makes no sense.

mod data;
mod fault;
mod life;
mod limit;
mod never;
mod reference;
mod schedule;

use std::collections::BTreeSet;

use super::finding::{Complaint, Findings, Pointer};
use super::parse::Known;
use super::rule::Rule;
use super::schedule::{Moment, is_ambiguous};
use super::script::{End, Scenario};

use self::fault::faults;
use self::life::Life;
use self::limit::limits;
use self::never::{conditions, window, within};
use self::reference::References;
use self::schedule::schedule;

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
    window(rule, &at.key("when"), findings);
    conditions(
        (rule.on.members(), &rule.condition),
        &at.key("if"),
        findings,
    );
    faults(rule, (&at.key("do"), &at.key("if")), findings);
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
        within(scenario, rule, &at.key("when"), findings);
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
