//! Windows that are never open and predicates that never hold.

use std::mem;

use crate::operation::Operation;
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::predicate::Predicate;
use crate::scenario::rule::Rule;
use crate::scenario::schedule::{Firing, Moment};
use crate::scenario::script::{End, Scenario};

/// Finds a window that is over before it begins, as far as the file alone shows it.
pub(super) fn window(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    let Some(to) = &rule.when.to else {
        return;
    };
    let is_empty = match (&rule.when.from, to) {
        (Some(Moment::Start(from)), Moment::Start(to)) => from >= to,
        (None, Moment::Start(to)) => to.is_zero(),
        (Some(Moment::At(from)), Moment::At(to)) => from >= to,
        (Some(Moment::Rule(from, first, after)), Moment::Rule(to, last, until)) => {
            // What has happened last has not happened before it first did.
            let is_sound = (*first, *last) == (Firing::First, Firing::Last);
            from == to && after >= until && !is_sound
        }
        _ => false,
    };
    if is_empty {
        findings.error(&at.key("to"), "the window is over before it begins");
    }
}

/// Finds a window that lies outside the time of the scenario: before its clock begins, or after its end.
pub(super) fn within(scenario: &Scenario, rule: &Rule, at: &Pointer, findings: &mut Findings) {
    let when = &rule.when;
    let start = scenario.clock().start;
    let placed = |moment: Option<&Moment>| match moment? {
        Moment::Start(after) => Some(start?.plus(*after)),
        Moment::At(moment) => Some(*moment),
        Moment::Rule(..) => None,
    };
    let (from, to) = (placed(when.from.as_ref()), placed(when.to.as_ref()));
    if let (Some(start), Some(to)) = (start, to)
        && to <= start
        && !matches!(when.to, Some(Moment::Start(_)))
    {
        findings.error(&at.key("to"), "the window is over before the clock begins");
    } else if let (Some(from), Some(to)) = (from, to)
        && from >= to
        && when.from.as_ref().map(mem::discriminant) != when.to.as_ref().map(mem::discriminant)
    {
        findings.error(&at.key("to"), "the window is over before it begins");
    }
    let is_after_the_end = match (scenario.end(), &when.from) {
        (Some(End::At(Moment::Start(end))), Some(Moment::Start(from))) => from >= end,
        (Some(End::At(end)), Some(_)) => from >= placed(Some(end)) && placed(Some(end)).is_some(),
        _ => false,
    };
    if is_after_the_end {
        findings.error(
            &at.key("from"),
            "the scenario is over before the window begins",
        );
    }
}

/// Finds predicates that hold of no request of these operations.
pub(super) fn conditions(
    (operations, conditions): (&[Operation], &[Predicate]),
    at: &Pointer,
    findings: &mut Findings,
) {
    for (place, predicate) in conditions.iter().enumerate() {
        let at = at.key(predicate.field_name());
        let before = conditions.get(..place).unwrap_or_default();
        if let Some(complaint) = predicate.never_holds(operations) {
            findings.error(&at, Complaint::new(complaint));
        } else if let Some(other) = before.iter().find(|other| predicate.excludes(other)) {
            let other = other.field_name();
            findings.error(&at, format!("this and \"{other}\" exclude each other"));
        } else if let Some(complaint) = predicate.hardly_holds(operations) {
            findings.warn(&at, complaint);
        }
    }
}
