//! The names of rules in expectations: whether they exist, and can act at all.

use std::collections::BTreeSet;

use crate::scenario::expectation::{
    Anchor, AtLeast, Calls, Expectation, Filter, Selection, Step, StepKind, That,
};
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::parse::Known;
use crate::scenario::predicate::Predicate;
use crate::scenario::rule::Rule;
use crate::scenario::script::Scenario;

use super::never::conditions;
use super::{Written, unknown_rule};

/// Follows the names in expectations.
pub(super) struct References<'s> {
    pub(super) scenario: &'s Scenario,
    pub(super) written: &'s Written,
    pub(super) dead: BTreeSet<&'s str>,
    pub(super) known: Known<'s>,
}

impl References<'_> {
    pub(super) fn expectation(
        &self,
        expectation: &Expectation,
        at: &Pointer,
        findings: &mut Findings,
    ) {
        if let (Some(id), Some(known)) = (&expectation.rule, self.known.rules)
            && !known.contains(&id.as_str())
        {
            let complaint = Complaint::unknown("rule of the catalogue", id, known.iter().copied());
            findings.error(&at.key("rule"), complaint.or_see("rules"));
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
                if self.written.is_whole
                    && wait.at_least == Some(AtLeast::RetryAfter)
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
            StepKind::Calls(selection) => {
                if let Selection::Like(id) = selection {
                    self.rule(id, &at.key("like"), findings);
                }
                self.conditions((selection, &step.condition), at, findings);
            }
        }
    }

    fn filter(&self, filter: &Filter, at: &Pointer, findings: &mut Findings) {
        if let Selection::Like(id) = &filter.selection {
            self.rule(id, &at.key("like"), findings);
        }
        let selected = (&filter.selection, filter.condition.as_slice());
        self.conditions(selected, at, findings);
    }

    /// Looks for predicates that hold of none of the calls that are meant.
    fn conditions(
        &self,
        (selection, condition): (&Selection, &[Predicate]),
        at: &Pointer,
        findings: &mut Findings,
    ) {
        let operations = match selection {
            Selection::On(operations) => Some(operations),
            Selection::Like(id) => self.scenario.rule(id).map(Rule::on),
        };
        if let Some(operations) = operations {
            let asked = (operations.members(), condition);
            conditions(asked, &at.key("if"), findings);
        }
    }

    fn optional(&self, id: Option<&str>, at: &Pointer, findings: &mut Findings) {
        if let Some(id) = id {
            self.rule(id, at, findings);
        }
    }

    fn rule(&self, id: &str, at: &Pointer, findings: &mut Findings) {
        if let Some(complaint) = unknown_rule(self.written, id) {
            findings.error(at, complaint);
        } else if self.dead.contains(id) {
            findings.error(
                at,
                format!("nothing can trigger this: rule \"{id}\" never acts"),
            );
        }
    }
}
