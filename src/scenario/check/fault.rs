//! Faults on operations where they mean nothing.

mod reply;
mod wire;

use crate::exchange::Delivery;
use crate::operation::{Operation, Surface};
use crate::scenario::fault::Fault;
use crate::scenario::fault::wire::shows_body;
use crate::scenario::finding::{Findings, Pointer};
use crate::scenario::plan::{Mutation, Shape, TokenVerb};
use crate::scenario::rule::Rule;

use super::data;

pub(super) fn faults(rule: &Rule, (at, at_if): (&Pointer, &Pointer), findings: &mut Findings) {
    let delivery = rule.act.faults.iter().find_map(|fault| match fault {
        Fault::Wire(delivery) => Some(delivery),
        _ => None,
    });
    reply::of_quota(rule, at, findings);
    for fault in &rule.act.faults {
        match fault {
            Fault::Dns(_) => only_on(rule, &at.key("dns"), findings, ("dns", "probe.dns"), |op| {
                op == Operation::ProbeDns
            }),
            Fault::Tls(_) => only_on(
                rule,
                &at.key("tls"),
                findings,
                ("tls", "tls.handshake"),
                |op| op == Operation::TlsHandshake,
            ),
            Fault::Data(verbs) => data::verbs(rule, verbs, &at.key("data"), findings),
            Fault::Token(verb) => token(rule, verb, &at.key("token"), findings),
            Fault::Wire(delivery) => wire::delivery(rule, delivery, &at.key("wire"), findings),
            Fault::Head(verb) => wire::head(rule, *verb, (at, at_if), findings),
            Fault::Connect(_) => wire::connect(rule, at, findings),
            Fault::Mutate(mutations) => {
                mutate(rule, (mutations, delivery), &at.key("mutate"), findings);
            }
            Fault::Reply(planned) => {
                let at = at.key("reply");
                reply::shown(rule, planned, &at, findings);
                let expected = "requests and on probe.file, never on other look-outs, handshakes and connections";
                only_on(rule, &at, findings, ("reply", expected), |op| {
                    op.surface() != Surface::Probe || op == Operation::ProbeFile
                });
            }
            Fault::Headers(_) => of_requests(rule, "headers", at, findings),
            Fault::Hold(_) => of_requests(rule, "hold", at, findings),
            Fault::Clock(_) => of_requests(rule, "clock", at, findings),
            Fault::Callback(_) => {
                let expected = (
                    "callback",
                    "oauth.authorize, oauth.login, oauth.approve-page and oauth.approve, which send the browser back,",
                );
                only_on(rule, &at.key("callback"), findings, expected, sends_back);
            }
            Fault::Delay(_) | Fault::RateLimit(_) => {}
        }
    }
}

/// Finds fault with a rule about look-outs alone.
fn of_requests(rule: &Rule, fault: &str, at: &Pointer, findings: &mut Findings) {
    let expected = (fault, "requests, never on look-outs");
    only_on(rule, &at.key(fault), findings, expected, |operation| {
        operation.surface() != Surface::Probe
    });
}

/// Finds fault with a rule none of whose operations a fault can be done to.
pub(super) fn only_on(
    rule: &Rule,
    at: &Pointer,
    findings: &mut Findings,
    (fault, expected): (&str, &str),
    possible: impl Fn(Operation) -> bool,
) {
    let members = rule.on.members();
    if !members.iter().any(|operation| possible(*operation)) {
        let complaint = format!("\"{fault}\" has a meaning on {expected} only");
        findings.error(at, complaint);
    } else if ["dns", "tls", "no_accept and black_hole"].contains(&fault)
        && !members.iter().all(|operation| possible(*operation))
    {
        findings.warn(at, format!("\"{fault}\" has no effect but on {expected}"));
    }
}

fn token(rule: &Rule, verb: &TokenVerb, at: &Pointer, findings: &mut Findings) {
    if !rule.act.commit && !verb.gives_as_ever() {
        findings.error(
            at,
            "the true handler does not run, and gives no token: add \"commit\": true",
        );
    }
    if verb.revoke.is_some() {
        let expected = ("revoke", "requests with a token: SCIM and oauth.token");
        only_on(rule, &at.key("revoke"), findings, expected, |operation| {
            matches!(operation.surface(), Surface::Scim | Surface::Identity)
                || operation == Operation::Token
        });
    }
    for (name, present) in [
        ("expires_in", verb.expires_in.is_some()),
        ("rotate", verb.rotate),
        ("scope", verb.scope.is_some()),
        ("skew", verb.skew.is_some()),
        ("account", verb.account.is_some()),
        ("size", verb.size.is_some()),
    ] {
        if present {
            let expected = (name, "oauth.token, where tokens are given");
            only_on(rule, &at.key(name), findings, expected, |operation| {
                operation == Operation::Token
            });
        }
    }
}

fn sends_back(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::Authorize | Operation::Login | Operation::ApprovePage | Operation::Approve
    )
}

fn has_body(operation: Operation) -> bool {
    let deletes = operation.row().method == "DELETE" || operation == Operation::Revoke;
    !deletes && operation.surface() != Surface::Probe
}

fn mutate(
    rule: &Rule,
    (mutations, delivery): (&[Mutation], Option<&Delivery>),
    at: &Pointer,
    findings: &mut Findings,
) {
    let needs_no_body =
        |mutation: &Mutation| matches!(mutation, Mutation::Dress(dress) if !dress.needs_body());
    if mutations.iter().all(needs_no_body) {
        return;
    }
    let bodiless_reply = rule.act.reply().is_some_and(|reply| {
        matches!(reply.status, 204 | 205 | 304) || (reply.status < 400 && reply.body.is_none())
    });
    if bodiless_reply || delivery.is_some_and(|delivery| !shows_body(delivery)) {
        findings.error(at, "the answer has no body to change");
        return;
    }
    only_on(
        rule,
        at,
        findings,
        ("mutate", "answers with a body"),
        has_body,
    );
    for mutation in mutations {
        if let Some((expected, possible)) = place(mutation) {
            only_on(rule, at, findings, expected, possible);
        }
    }
}

/// What a finding calls a change and its place, and whether an operation is of that place.
type Place = ((&'static str, &'static str), fn(Operation) -> bool);

/// Where a change has a meaning, if not everywhere; with the name it goes by.
fn place(mutation: &Mutation) -> Option<Place> {
    Some(match mutation {
        Mutation::WrongTotal
        | Mutation::PageDrift
        | Mutation::StaleList(_)
        | Mutation::FilterIgnored
        | Mutation::DuplicateMatch
        | Mutation::EmptyPage => {
            let expected = ("mutate", "lists and searches, for this deviation,");
            (expected, Operation::is_list)
        }
        Mutation::Count(..) | Mutation::NoMatch404 | Mutation::Shape(Shape::Resources) => {
            let expected = (
                "mutate",
                "lists and searches of SCIM 2.0, for this deviation,",
            );
            (expected, |operation| {
                operation.is_list() && operation.surface() == Surface::Scim
            })
        }
        Mutation::StaleBody => {
            let expected = ("stale_body", "PUT and PATCH of a resource");
            (expected, |operation| operation.reading().is_some())
        }
        Mutation::OtherResource => {
            let expected = ("other_resource", "answers that show one resource of a type");
            (expected, |operation| operation.listing().is_some())
        }
        Mutation::Tag(_) => {
            let expected = ("mutate", "SCIM 2.0, for this deviation,");
            (expected, |operation| operation.surface() == Surface::Scim)
        }
        Mutation::OmitId | Mutation::ForeignHost => {
            let expected = ("mutate", "SCIM resources, for this deviation,");
            (expected, |operation| {
                matches!(operation.surface(), Surface::Scim | Surface::Identity)
            })
        }
        Mutation::JsonPatch(_)
        | Mutation::StringBooleans
        | Mutation::Shape(_)
        | Mutation::Dress(_) => return None,
    })
}
