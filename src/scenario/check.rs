//! Looks for what is written well and yet makes no sense.

mod fault;
mod reference;

use std::collections::BTreeSet;

use super::finding::{Complaint, Findings, Pointer};
use super::parse::Known;
use super::rule::Rule;
use super::schedule::{Moment, Nth, Per};
use super::script::{End, Scenario};

use self::fault::faults;
use self::reference::References;

/// The state in which every sandbox begins.
const START: &str = "start";

pub(super) fn check(scenario: &Scenario, known: Known<'_>, findings: &mut Findings) {
    let root = Pointer::default();
    let at = root.key("rules");
    let mut ids = BTreeSet::new();
    for (index, rule) in scenario.rules().iter().enumerate() {
        let at = at.index(index);
        if rule.id.is_empty() || rule.id.contains(['+', '.', '*']) {
            findings.error(
                &at.key("id"),
                "an id is not empty and holds no \"+\", \".\" or \"*\"",
            );
        }
        if !ids.insert(rule.id.as_str()) {
            findings.error(&at.key("id"), format!("a second rule \"{}\"", rule.id));
        }
        moments(scenario, rule, &at.key("when"), findings);
        schedule(rule, &at, findings);
        faults(rule, &at.key("do"), findings);
    }
    let dead = dead_rules(scenario, findings);
    let reader = References {
        scenario,
        dead,
        known,
    };
    let mut names = BTreeSet::new();
    for (index, expectation) in scenario.expectations().iter().enumerate() {
        let at = root.key("expect").index(index);
        if !names.insert(expectation.id.as_str()) {
            let complaint = format!("a second expectation \"{}\"", expectation.id);
            findings.error(&at, complaint);
        }
        reader.expectation(expectation, &at, findings);
    }
    end(scenario, &root.key("end"), findings);
}

fn unknown_rule(scenario: &Scenario, id: &str) -> Option<Complaint> {
    let known = || scenario.rules().iter().map(Rule::id);
    (!known().any(|known| known == id)).then(|| Complaint::unknown("rule", id, known()))
}

fn moments(scenario: &Scenario, rule: &Rule, at: &Pointer, findings: &mut Findings) {
    for (name, moment) in [("from", &rule.when.from), ("to", &rule.when.to)] {
        if let Some(Moment::Rule(id, _)) = moment
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
    if when.p.is_some_and(|p| p <= 0.0) {
        findings.error(&at_when.key("p"), "a rule with probability 0 never acts");
    }
    let limit = when.max.into_iter().chain(listed).min();
    if let Some(limit) = limit
        && when.per == Per::Sandbox
        && rule.fires.least() > limit
    {
        findings.error(
            &at.key("fires"),
            format!("the rule can act {limit} times, never {}", rule.fires),
        );
    }
}

/// The states that some chain of rules leads to.
fn reachable(scenario: &Scenario) -> BTreeSet<&str> {
    let mut reached = BTreeSet::from([START]);
    loop {
        let before = reached.len();
        for rule in scenario.rules() {
            let open = rule
                .when
                .state
                .as_deref()
                .is_none_or(|state| reached.contains(state));
            reached.extend(rule.then.as_deref().filter(|_| open));
        }
        if reached.len() == before {
            return reached;
        }
    }
}

/// Finds the rules that can never act, and says why.
fn dead_rules<'s>(scenario: &'s Scenario, findings: &mut Findings) -> BTreeSet<&'s str> {
    let at = Pointer::default().key("rules");
    let reached = reachable(scenario);
    let mut dead = BTreeSet::new();
    for (index, rule) in scenario.rules().iter().enumerate() {
        let at = at.index(index);
        if let Some(state) = rule.when.state.as_deref()
            && !reached.contains(state)
        {
            let complaint = format!("no rule leads to the state \"{state}\"");
            findings.error(&at.key("when").key("state"), complaint);
            dead.insert(rule.id());
        }
        let earlier = scenario.rules().iter().take(index);
        let shadow = earlier.into_iter().find(|earlier| shadows(earlier, rule));
        if let Some(shadow) = shadow {
            let complaint = format!(
                "rule \"{}\" comes first and always acts in its place",
                shadow.id()
            );
            findings.error(&at, complaint);
            dead.insert(rule.id());
        }
    }
    dead
}

/// Whether `earlier` wins whenever `later` could.
fn shadows(earlier: &Rule, later: &Rule) -> bool {
    !earlier.stack
        && !later.stack
        && earlier.condition.is_empty()
        && earlier.when.is_unconditional()
        && (earlier.when.state.is_none() || earlier.when.state == later.when.state)
        && earlier.on.covers(&later.on)
}

fn end(scenario: &Scenario, at: &Pointer, findings: &mut Findings) {
    match scenario.end() {
        Some(End::State(state)) if !reachable(scenario).contains(state.as_str()) => {
            let complaint = format!("no rule leads to the state \"{state}\"");
            findings.error(&at.key("state"), complaint);
        }
        Some(End::At(Moment::Rule(id, _))) => {
            if let Some(complaint) = unknown_rule(scenario, id) {
                findings.error(&at.key("at"), complaint);
            }
        }
        _ => {}
    }
}
