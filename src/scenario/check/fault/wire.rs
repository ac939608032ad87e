//! Faults of the wire where they mean nothing, or beside what they exclude.

use crate::exchange::Delivery;
use crate::operation::{Operation, Surface};
use crate::scenario::fault::Fault;
use crate::scenario::fault::wire::shows_answer;
use crate::scenario::finding::{Findings, Pointer};
use crate::scenario::plan::HeadVerb;
use crate::scenario::rule::Rule;
use crate::scenario::schedule::Per;

use super::only_on;

pub(super) fn delivery(rule: &Rule, delivery: &Delivery, at: &Pointer, findings: &mut Findings) {
    let expected = ("wire", "requests, never on look-outs");
    only_on(rule, at, findings, expected, |operation| {
        operation.surface() != Surface::Probe
    });
    if shows_answer(delivery) && !rule.act.commit && rule.act.reply().is_none() {
        findings.warn(
            at,
            "there is no answer to break: add \"commit\": true for the true one, or a \"reply\"",
        );
    }
}

/// A fault that is decided when the head is there and nothing else.
pub(super) fn head(
    rule: &Rule,
    verb: HeadVerb,
    (at, at_if): (&Pointer, &Pointer),
    findings: &mut Findings,
) {
    let at_wire = at.key("wire");
    let expected = ("wire", "requests with a body, for this fault,");
    only_on(rule, &at_wire, findings, expected, brings_body);
    if let HeadVerb::Early(_) = verb {
        if rule.act.reply().is_none() {
            let complaint = "an early answer needs a \"reply\": nothing was done that the true one could tell of";
            findings.error(&at_wire, complaint);
        }
        if rule.act.commit {
            findings.error(&at.key("commit"), "an early answer never commits");
        }
    } else if !rule.act.commit {
        let complaint = "this only reads the body: what becomes of it is for another rule";
        findings.error(&at.key("commit"), complaint);
    }
    let fits = |fault: &Fault| match fault {
        Fault::Head(_) => true,
        Fault::Reply(_) | Fault::Headers(_) => matches!(verb, HeadVerb::Early(_)),
        _ => false,
    };
    if !rule.act.faults.iter().all(fits) {
        let complaint = match verb {
            HeadVerb::Early(_) => "beside an early answer stand \"reply\" and \"headers\" only",
            _ => "this only reads the body: put the rest into another rule",
        };
        findings.error(&at_wire, complaint);
    }
    head_alone(rule, (&at_wire, at_if), findings);
}

/// Finds what a rule asks of a body that nobody has read.
fn head_alone(rule: &Rule, (at, at_if): (&Pointer, &Pointer), findings: &mut Findings) {
    let names_subject = |operation: &Operation| operation.row().path.contains('{');
    let knows_subject = rule.on.members().iter().any(names_subject);
    for predicate in &rule.condition {
        let name = predicate.field_name();
        let root = name.split('.').next().unwrap_or_default();
        if matches!(root, "body" | "form") || (root == "subject" && !knows_subject) {
            let complaint =
                "this fault strikes before the body is read, and nobody knows this then";
            findings.error_at_key(&at_if.key(name), complaint);
        }
    }
    let named = [Per::User, Per::Group, Per::Domain, Per::Write];
    let is_of_subject = named.iter().any(|per| rule.when.per.includes(*per));
    if is_of_subject && !knows_subject {
        let complaint = "this fault strikes before the body is read, and nobody knows whom the request is about";
        findings.error(at, complaint);
    }
}

fn brings_body(operation: Operation) -> bool {
    let row = operation.row();
    row.surface != Surface::Probe && matches!(row.method, "POST" | "PUT" | "PATCH")
}

/// A fault that strikes before anything was said.
pub(super) fn connect(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    let expected = ("no_accept and black_hole", "connection.accept");
    only_on(rule, &at.key("wire"), findings, expected, |operation| {
        operation == Operation::AcceptConnection
    });
}

#[cfg(test)]
mod tests {
    const ODD: &[(&str, &str)] = &[
        (
            r#"{"id": "a", "on": "users.get", "do": {"wire": "no_accept"}}"#,
            "has a meaning on connection.accept only",
        ),
        (
            r#"{"id": "a", "on": "connection.accept", "if": {"header.x": "y"}, "do": {"wire": "black_hole"}}"#,
            "so it never holds",
        ),
        (
            r#"{"id": "a", "on": "connection.accept", "do": {"wire": "reset"}}"#,
            "requests, never on look-outs",
        ),
        (
            r#"{"id": "a", "on": "users.create", "do": {"wire": "early"}}"#,
            "needs a \"reply\"",
        ),
        (
            r#"{"id": "a", "on": "users.create", "do": {"wire": "early", "reply": {"status": 413}, "commit": true}}"#,
            "never commits",
        ),
        (
            r#"{"id": "a", "on": "users.list", "do": {"wire": "early", "reply": {"status": 413}}}"#,
            "requests with a body",
        ),
        (
            r#"{"id": "a", "on": "users.create", "if": {"body.userName": "a"}, "do": {"wire": "early", "reply": {"status": 413}}}"#,
            "before the body is read",
        ),
        (
            r#"{"id": "a", "on": "users.create", "if": {"subject.key": "a"}, "do": {"wire": "slow_read:10:1s"}}"#,
            "before the body is read",
        ),
        (
            r#"{"id": "a", "on": "users.create", "when": {"per": "user"}, "do": {"wire": "slow_read:10:1s"}}"#,
            "nobody knows whom",
        ),
        (
            r#"{"id": "a", "on": "users.create", "do": {"wire": "slow_read:10:1s", "reply": {"status": 500}, "commit": true}}"#,
            "put the rest into another rule",
        ),
    ];

    #[test]
    fn faults_where_they_can_do_nothing_are_refused() {
        for (rule, complaint) in ODD {
            let text = format!(r#"{{"scenario": "odd", "v": 1, "rules": [{rule}]}}"#);
            let findings = crate::scenario::parse(&text).err().unwrap_or_default();
            let found = findings
                .iter()
                .any(|one| one.to_string().contains(complaint));
            assert!(found, "{complaint}: {findings:?}");
        }
    }
}
