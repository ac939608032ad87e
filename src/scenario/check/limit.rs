//! Limits of an expectation that contradict each other, so that no client could keep them or miss them.

use crate::scenario::count::Count;
use crate::scenario::expectation::{AtLeast, Backoff, Calls, Expectation, That, Wait};
use crate::scenario::finding::{Findings, Pointer};

pub(super) fn limits(expectation: &Expectation, at: &Pointer, findings: &mut Findings) {
    match &expectation.that {
        Some(That::Wait(one)) => wait(one, &at.key("wait"), findings),
        Some(That::Calls(one)) => calls(one, &at.key("calls"), findings),
        Some(That::Backoff(one)) => backoff(one, &at.key("backoff"), findings),
        Some(That::Order(_) | That::Final(_)) | None => {}
    }
}

fn wait(wait: &Wait, at: &Pointer, findings: &mut Findings) {
    if let (Some(AtLeast::Length(least)), Some(most)) = (wait.at_least, wait.at_most)
        && least > most
    {
        findings.error(&at.key("at_most"), "shorter than \"at_least\"");
    }
}

fn calls(calls: &Calls, at: &Pointer, findings: &mut Findings) {
    if calls.count == Count::at_least(0) {
        findings.error(
            &at.key("count"),
            "any number will do, so nothing can miss this",
        );
    }
    if calls.within.is_some_and(|within| within <= calls.slack) {
        let complaint = "nothing is counted: \"slack\" lasts as long as this";
        findings.error(&at.key("within"), complaint);
    }
    if calls.after.is_some() && calls.after == calls.before {
        let complaint = "no call comes both before and after one moment";
        findings.error(&at.key("before"), complaint);
    }
}

fn backoff(backoff: &Backoff, at: &Pointer, findings: &mut Findings) {
    if let (Some(first), Some(cap)) = (backoff.first, backoff.cap)
        && first > cap
    {
        findings.error(&at.key("cap"), "shorter than \"first\"");
    }
}
