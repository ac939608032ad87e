//! Looks for what is written well and yet makes no sense.

use std::collections::BTreeSet;

use crate::exchange::Delivery;
use crate::operation::{Operation, Surface};

use super::expectation::{
    Anchor, AtLeast, Calls, Expectation, Filter, Selection, Step, StepKind, That,
};
use super::fault::{Fault, wire};
use super::finding::{Complaint, Findings, Pointer};
use super::parse::Known;
use super::plan::{Mutation, TokenVerb};
use super::rule::Rule;
use super::schedule::{Moment, Per};
use super::script::{End, Scenario};

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
    let listed = when.nth.as_ref().and_then(super::schedule::Nth::size);
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

fn faults(rule: &Rule, at: &Pointer, findings: &mut Findings) {
    let delivery = rule.act.faults.iter().find_map(|fault| match fault {
        Fault::Wire(delivery) => Some(delivery),
        _ => None,
    });
    for fault in &rule.act.faults {
        match fault {
            Fault::Dns(_) => only_on(rule, &at.key("dns"), findings, ("dns", "probe.dns"), |op| {
                op == Operation::ProbeDns
            }),
            Fault::Data(_) => {
                let expected = ("data", "users.patch and groups.patch");
                only_on(rule, &at.key("data"), findings, expected, |op| {
                    matches!(op, Operation::PatchUser | Operation::PatchGroup)
                });
            }
            Fault::Token(verb) => token(rule, verb, &at.key("token"), findings),
            Fault::Wire(delivery) => wire_fault(rule, delivery, &at.key("wire"), findings),
            Fault::Mutate(mutations) => {
                mutate(rule, (mutations, delivery), &at.key("mutate"), findings);
            }
            Fault::Reply(_) => only_on(
                rule,
                &at.key("reply"),
                findings,
                ("reply", "requests and on probe.file, never on probe.dns"),
                |op| op != Operation::ProbeDns,
            ),
            Fault::Delay(_) => {}
        }
    }
}

/// Finds fault with a rule none of whose operations a fault can be done to.
fn only_on(
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
    } else if fault == "dns" && !members.iter().all(|operation| possible(*operation)) {
        findings.warn(at, format!("\"{fault}\" has no effect but on {expected}"));
    }
}

fn token(rule: &Rule, verb: &TokenVerb, at: &Pointer, findings: &mut Findings) {
    if verb.revoke.is_some() {
        let expected = ("revoke", "requests with a token: SCIM and oauth.token");
        only_on(rule, &at.key("revoke"), findings, expected, |operation| {
            operation.surface() == Surface::Scim || operation == Operation::Token
        });
    }
    for (name, present) in [
        ("expires_in", verb.expires_in.is_some()),
        ("rotate", verb.rotate),
        ("scope", verb.scope.is_some()),
    ] {
        if present {
            let expected = (name, "oauth.token, where tokens are given");
            only_on(rule, &at.key(name), findings, expected, |operation| {
                operation == Operation::Token
            });
        }
    }
}

fn wire_fault(rule: &Rule, delivery: &Delivery, at: &Pointer, findings: &mut Findings) {
    only_on(
        rule,
        at,
        findings,
        ("wire", "requests, never on look-outs"),
        |operation| operation.surface() != Surface::Probe,
    );
    let shows_answer = !matches!(
        delivery,
        Delivery::Reset | Delivery::Close | Delivery::Garbage | Delivery::Stall { body: None, .. }
    );
    if shows_answer && !rule.act.commit && rule.act.reply().is_none() {
        findings.warn(
            at,
            "there is no answer to break: add \"commit\": true for the true one, or a \"reply\"",
        );
    }
}

fn has_body(operation: Operation) -> bool {
    let deletes = operation.row().method == "DELETE" || operation == Operation::Revoke;
    !deletes && operation.surface() != Surface::Probe
}

fn is_list(operation: Operation) -> bool {
    matches!(operation, Operation::ListUsers | Operation::ListGroups)
}

fn mutate(
    rule: &Rule,
    (mutations, delivery): (&[Mutation], Option<&Delivery>),
    at: &Pointer,
    findings: &mut Findings,
) {
    let bodiless_reply = rule.act.reply().is_some_and(|reply| {
        matches!(reply.status, 204 | 205 | 304) || (reply.status < 400 && reply.body.is_none())
    });
    if bodiless_reply || delivery.is_some_and(|delivery| !wire::shows_body(delivery)) {
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
        match mutation {
            Mutation::WrongTotal | Mutation::PageDrift | Mutation::StaleList(_) => {
                let expected = ("mutate", "users.list and groups.list, for this deviation,");
                only_on(rule, at, findings, expected, is_list);
            }
            Mutation::OmitId => {
                only_on(
                    rule,
                    at,
                    findings,
                    ("omit_id", "SCIM resources"),
                    |operation| operation.surface() == Surface::Scim,
                );
            }
            Mutation::JsonPatch(_) | Mutation::StringBooleans => {}
        }
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

/// Follows the names in expectations.
struct References<'s> {
    scenario: &'s Scenario,
    dead: BTreeSet<&'s str>,
    known: Known<'s>,
}

impl References<'_> {
    fn expectation(&self, expectation: &Expectation, at: &Pointer, findings: &mut Findings) {
        if let (Some(id), Some(known)) = (&expectation.rule, self.known.rules)
            && !known.contains(&id.as_str())
        {
            let complaint = Complaint::unknown("rule of the catalogue", id, known.iter().copied());
            findings.error(&at.key("rule"), complaint);
        }
        let at = at.key("that");
        match &expectation.that {
            Some(That::Wait(wait)) => {
                let at = at.key("wait").key("after");
                if let Anchor::Rule(id) = &wait.after {
                    self.rule(id, &at, findings);
                }
                let asked = match &wait.after {
                    Anchor::Rule(id) => self.scenario.rule(id).and_then(|rule| rule.act.reply()),
                    Anchor::Calls(_) => None,
                };
                if wait.at_least == Some(AtLeast::RetryAfter)
                    && asked.and_then(|reply| reply.retry_after).is_none()
                {
                    findings.error(&at, "the rule asks for no wait: it has no retry_after");
                }
            }
            Some(That::Calls(calls)) => self.calls(calls, &at.key("calls"), findings),
            Some(That::Order(steps)) => {
                for (index, step) in steps.iter().enumerate() {
                    self.step(step, &at.key("order").index(index), findings);
                }
            }
            Some(That::Backoff(backoff)) => {
                let at = at.key("backoff");
                self.filter(&backoff.filter, &at, findings);
                self.optional(backoff.after.as_deref(), &at.key("after"), findings);
            }
            Some(That::Final(_)) | None => {}
        }
    }

    fn calls(&self, calls: &Calls, at: &Pointer, findings: &mut Findings) {
        self.filter(&calls.filter, at, findings);
        self.optional(calls.after.as_deref(), &at.key("after"), findings);
        self.optional(calls.before.as_deref(), &at.key("before"), findings);
    }

    fn step(&self, step: &Step, at: &Pointer, findings: &mut Findings) {
        match &step.kind {
            StepKind::Rule(id) => self.rule(id, &at.key("rule"), findings),
            StepKind::Calls(Selection::Like(id)) => self.rule(id, &at.key("like"), findings),
            StepKind::Calls(Selection::On(_)) => {}
        }
    }

    fn filter(&self, filter: &Filter, at: &Pointer, findings: &mut Findings) {
        if let Selection::Like(id) = &filter.selection {
            self.rule(id, &at.key("like"), findings);
        }
    }

    fn optional(&self, id: Option<&str>, at: &Pointer, findings: &mut Findings) {
        if let Some(id) = id {
            self.rule(id, at, findings);
        }
    }

    fn rule(&self, id: &str, at: &Pointer, findings: &mut Findings) {
        if let Some(complaint) = unknown_rule(self.scenario, id) {
            findings.error(at, complaint);
        } else if self.dead.contains(id) {
            findings.error(
                at,
                format!("nothing can trigger this: rule \"{id}\" never acts"),
            );
        }
    }
}
