//! Schedules whose parts exclude each other, so that the rule never acts.

use crate::entry::SubjectKind as Kind;
use crate::operation::{Operation, Surface};
use crate::scenario::finding::{Findings, Pointer};
use crate::scenario::rule::Rule;
use crate::scenario::schedule::{Nth, Per, Repeats, States};
use crate::scenario::subject;

pub(super) fn schedule(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    let when = at.key("when");
    often(rule, &when, findings);
    beyond(rule, &when, findings);
    writes(rule, &when, findings);
    subjects(rule, &when, findings);
    if rule.when.p.is_some_and(|p| p == 0.0) {
        findings.error(&when.key("p"), "a rule with probability 0 never acts");
    }
    if let (States::In(states), Some(then)) = (&rule.when.state, rule.then())
        && *states == [then]
    {
        findings.warn(&at.key("then"), "this is the state in which the rule acts");
    }
    let limit = rule.when.max.into_iter().chain(listed(rule)).min();
    if let Some(limit) = limit
        && rule.when.per.is_sandbox()
        && limit > 0
        && rule.fires.least() > limit
    {
        let complaint = format!("the rule can act {limit} times, never {}", rule.fires);
        findings.error(&at.key("fires"), complaint);
    }
}

/// How often the rule acts at most by its numbers alone; a repeat that is the same occurrence has the same number.
fn listed(rule: &Rule) -> Option<u64> {
    let nth = rule.when.nth.as_ref();
    nth.filter(|_| rule.when.repeats != Repeats::Same)
        .and_then(Nth::size)
}

fn often(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    let at = at.key("max");
    match (listed(rule), rule.when.max) {
        (_, Some(0)) => findings.error(&at, "a rule that acts 0 times at most never acts"),
        (Some(size), Some(max)) if max < size => findings.error(
            &at,
            format!(
                "\"nth\" names {size} occurrences and \"max\" allows {max}: they exclude each other"
            ),
        ),
        (Some(_), Some(_)) => findings.warn(&at, "\"nth\" allows no more than that by itself"),
        _ => {}
    }
}

/// Finds numbers that come before anything is beyond a limit.
fn beyond(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    let when = &rule.when;
    let greatest = when.nth.as_ref().and_then(Nth::greatest);
    if let (Some(limit), Some(greatest)) = (when.over, greatest)
        && greatest <= limit.requests
    {
        let complaint = format!(
            "the bucket is good for {}, so number {greatest} is never beyond it",
            limit.requests
        );
        findings.error(&at.key("nth"), complaint);
    }
    let Some(most) = when.parallel else {
        return;
    };
    let at_parallel = at.key("parallel");
    if most == 0 {
        let complaint = "every request is beside 0 others: leave it out";
        findings.error(&at_parallel, complaint);
    } else if let Some(greatest) = greatest
        && greatest <= most
    {
        let complaint = format!("number {greatest} is never beside {most} others");
        findings.error(&at.key("nth"), complaint);
    }
    let members = rule.on.members();
    if rule.act.head().is_some() {
        let complaint = "what strikes before the body is read is not counted as under way";
        findings.error(&at_parallel, complaint);
    } else if members.iter().all(|one| one.surface() == Surface::Probe) {
        let complaint = "only requests are under way, never look-outs and handshakes";
        findings.error(&at_parallel, complaint);
    }
}

/// Finds what looks at writes where there are none, and what counts each of them to one and wants more.
fn writes(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    let when = &rule.when;
    let by_write = when.per.includes(Per::Write);
    let members = rule.on.members();
    if !members.iter().any(|operation| operation.is_write()) {
        let complaint = "none of these operations writes a user or a group";
        if by_write {
            findings.error(&at.key("per"), complaint);
        }
        if when.repeats != Repeats::Count {
            findings.error(&at.key("repeats"), complaint);
        }
    } else if by_write
        && when.repeats != Repeats::Count
        && when.nth.as_ref().is_some_and(|nth| !nth.contains(1))
    {
        let complaint = "without its repeats each write is number 1 of its kind, and no other";
        findings.error(&at.key("nth"), complaint);
    }
}

/// Warns of scopes that tell nothing apart.
fn subjects(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    for (per, kind) in [
        (Per::User, Kind::User),
        (Per::Group, Kind::Group),
        (Per::Domain, Kind::Domain),
    ] {
        let is_named = |operation: &Operation| subject::kind(*operation) == Some(kind);
        if rule.when.per.includes(per) && !rule.on.members().iter().any(is_named) {
            let complaint = "no request of these operations names one, so all share one key";
            findings.warn(&at.key("per"), complaint);
        }
    }
}
