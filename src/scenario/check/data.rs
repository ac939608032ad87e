//! Faults of the store where the store has no part in the answer.

use crate::operation::{Operation, Surface};
use crate::scenario::finding::{Findings, Pointer};
use crate::scenario::plan::{DataVerb, PageVerb, Whom};
use crate::scenario::rule::Rule;

use super::fault::only_on;

pub(super) fn verbs(rule: &Rule, verbs: &[DataVerb], at: &Pointer, findings: &mut Findings) {
    let befalls = |verb: &DataVerb| matches!(verb, DataVerb::Befalls(..) | DataVerb::Wiped);
    if !rule.act.commit && !verbs.iter().all(befalls) {
        findings.error(at, "the true handler does not run: add \"commit\": true");
        return;
    }
    for verb in verbs {
        let (expected, possible) = place(verb);
        only_on(rule, at, findings, ("data", expected), possible);
    }
    let mut pages = verbs.iter().filter(|verb| is_total(verb));
    if pages.next().is_some() && pages.next().is_some() {
        findings.error(at, "a total changes in one way");
    }
}

/// Where a fault means something.
fn place(verb: &DataVerb) -> (&'static str, fn(Operation) -> bool) {
    match verb {
        DataVerb::Racy(_) => ("creates, PUT, PATCH and bulk", |op| {
            is_create(op) || is_change(op) || op == Operation::Bulk
        }),
        DataVerb::Lags(_) | DataVerb::Hidden(_) => {
            ("reads, lists and searches", Operation::is_read)
        }
        DataVerb::Half(_) => ("PUT and PATCH of users and groups, and bulk", |op| {
            is_change(op) || op == Operation::Bulk
        }),
        DataVerb::FewMembers(_) => ("writes of groups and bulk", |op| {
            let writes = is_create(op) || is_change(op);
            (op.name().contains("groups.") && writes) || op == Operation::Bulk
        }),
        DataVerb::Quota(_) => ("creates and bulk", |op| {
            is_create(op) || op == Operation::Bulk
        }),
        DataVerb::Wiped | DataVerb::Befalls(_, Whom::Named(_)) => {
            ("requests for users and groups", is_scim)
        }
        DataVerb::Befalls(_, Whom::Subject) => ("requests about one user or group", |op| {
            is_scim(op) && (op.name().contains("users.") || op.name().contains("groups."))
        }),
        DataVerb::Page(PageVerb::ExpiredCursor) => ("lists and searches of SCIM 2.0", |op| {
            op.is_list() && op.surface() == Surface::Scim
        }),
        DataVerb::Page(_) => ("lists and searches", Operation::is_list),
    }
}

fn is_total(verb: &DataVerb) -> bool {
    matches!(verb, DataVerb::Page(PageVerb::Total(_)))
}

fn is_scim(operation: Operation) -> bool {
    matches!(operation.surface(), Surface::Scim | Surface::Identity)
}

fn is_create(operation: Operation) -> bool {
    is_scim(operation) && does(operation, "create")
}

fn is_change(operation: Operation) -> bool {
    is_scim(operation) && (does(operation, "replace") || does(operation, "patch"))
}

/// Whether the name of an operation ends in that verb.
fn does(operation: Operation, verb: &str) -> bool {
    operation.name().rsplit('.').next() == Some(verb)
}
