//! Looks for what is written well and yet makes no sense.

mod data;
mod fault;
mod given;
mod life;
mod limit;
mod never;
mod number;
mod reference;
mod schedule;

use std::collections::BTreeSet;

use super::finding::{Complaint, Findings, Pointer};
use super::parse::Known;
use super::rule::Rule;
use super::schedule::{Moment, duration, is_ambiguous};
use super::script::{End, Scenario};

use self::fault::faults;
pub(super) use self::given::given;
use self::life::Life;
use self::limit::limits;
use self::never::{conditions, window, within};
pub(super) use self::number::numbers;
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

/// What the file writes, whether or not all of it could be read.
pub(super) struct Written {
    /// The ids of all rules.
    pub(super) ids: Vec<String>,
    /// The places of the rules that could be read.
    pub(super) rules: Vec<usize>,
    /// The places of the expectations that could be read.
    pub(super) expectations: Vec<usize>,
    /// Whether every rule was read as it stands: only then can be told which act and which never do.
    pub(super) is_whole: bool,
}

/// Looks at the rules side by side, and at what the expectations say of them.
pub(super) fn together(
    scenario: &Scenario,
    written: &Written,
    known: Known<'_>,
    findings: &mut Findings,
) {
    let root = Pointer::default();
    let at = root.key("rules");
    let mut ids = BTreeSet::new();
    for (rule, index) in scenario.rules().iter().zip(&written.rules) {
        let at = at.index(*index);
        if !ids.insert(rule.id.as_str()) {
            findings.error(&at.key("id"), format!("a second rule \"{}\"", rule.id));
        }
        moments(written, rule, &at.key("when"), findings);
        within(scenario, rule, &at.key("when"), findings);
    }
    let life = written.is_whole.then(|| Life::of(scenario));
    if let Some(life) = &life {
        life.tell(scenario, findings);
    }
    let dead = life.as_ref().map(|life| life.dead(scenario));
    let reader = References {
        scenario,
        written,
        dead: dead.unwrap_or_default(),
        known,
    };
    let mut names = BTreeSet::new();
    for (expectation, index) in scenario.expectations().iter().zip(&written.expectations) {
        let at = root.key("expect").index(*index);
        if !names.insert(expectation.id.as_str()) {
            let complaint = format!("a second expectation \"{}\"", expectation.id);
            findings.error(&at, complaint);
        }
        reader.expectation(expectation, &at, findings);
        limits(expectation, &at.key("that"), findings);
    }
    end(
        (scenario, written),
        life.as_ref(),
        &root.key("end"),
        findings,
    );
}

fn unknown_rule(written: &Written, id: &str) -> Option<Complaint> {
    let known = || written.ids.iter().map(String::as_str);
    (!known().any(|known| known == id)).then(|| Complaint::unknown("rule", id, known()))
}

fn moments(written: &Written, rule: &Rule, at: &Pointer, findings: &mut Findings) {
    for (name, moment) in [("from", &rule.when.from), ("to", &rule.when.to)] {
        if let Some(Moment::Rule(id, ..)) = moment
            && let Some(complaint) = unknown_rule(written, id)
        {
            // A time after the start begins with a plus, and a date-time that is none looks like a name.
            let complaint = if duration(id).is_ok() {
                let meant = format!("+{id}");
                Complaint::near(format!("unknown rule \"{id}\""), &meant, [meant.as_str()])
            } else if id.starts_with(|first: char| first.is_ascii_digit()) {
                Complaint::new(format!(
                    "\"{id}\" is neither a date-time of RFC 3339 nor the id of a rule"
                ))
            } else {
                complaint
            };
            findings.error(&at.key(name), complaint);
        }
    }
}

fn end(
    (scenario, written): (&Scenario, &Written),
    life: Option<&Life<'_>>,
    at: &Pointer,
    findings: &mut Findings,
) {
    match scenario.end() {
        Some(End::Idle(span)) if span.is_zero() => {
            findings.error(&at.key("idle"), "the scenario is over before it begins");
        }
        Some(End::At(Moment::Start(span))) if span.is_zero() => {
            findings.error(&at.key("at"), "the scenario is over before it begins");
        }
        Some(End::State(state)) if life.is_some_and(|life| !life.reaches(state)) => {
            let complaint = format!("no rule leads to the state \"{state}\"");
            findings.error(&at.key("state"), complaint);
        }
        Some(End::At(Moment::Rule(id, ..))) => {
            if let Some(complaint) = unknown_rule(written, id) {
                findings.error(&at.key("at"), complaint);
            } else if life.is_some_and(|life| life.dead(scenario).contains(id.as_str())) {
                let complaint = format!("rule \"{id}\" never acts, so this never comes");
                findings.error(&at.key("at"), complaint);
            }
        }
        _ => {}
    }
}
