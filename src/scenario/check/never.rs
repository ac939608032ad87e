//! Windows that are never open and predicates that never hold.

use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::rule::Rule;
use crate::scenario::schedule::Moment;

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
            (from, first) == (to, last) && after >= until
        }
        _ => false,
    };
    if is_empty {
        findings.error(&at.key("to"), "the window is over before it begins");
    }
}

/// Finds predicates that hold of no request that the rule is about.
pub(super) fn conditions(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    for predicate in &rule.condition {
        let paths = || {
            rule.on
                .members()
                .iter()
                .map(|operation| operation.row().path)
        };
        if let Some(complaint) = predicate.never_holds(paths) {
            findings.error(&at.key(&predicate.field_name()), Complaint::new(complaint));
        }
    }
}
