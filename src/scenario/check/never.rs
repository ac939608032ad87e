//! Windows that are never open and predicates that never hold.

use crate::operation::Operation;
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
        (Some(Moment::Rule(from, after)), Moment::Rule(to, until)) => from == to && after >= until,
        _ => false,
    };
    if is_empty {
        findings.error(&at.key("to"), "the window is over before it begins");
    }
}

/// Finds predicates that hold of no request that the rule is about.
pub(super) fn conditions(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    let says_nothing = |operation: &Operation| {
        matches!(
            operation,
            Operation::AcceptConnection | Operation::TlsHandshake
        )
    };
    let is_mute = rule.on.members().iter().all(says_nothing);
    for predicate in &rule.condition {
        if is_mute && predicate.wants_presence() {
            let complaint = "a connection or handshake says nothing of this, so it never holds";
            findings.error(&at.key(&predicate.field_name()), complaint);
            continue;
        }
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
