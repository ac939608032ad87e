//! Which rules nearly acted on a request: what somebody looks for whose rule does not fire.
//!
//! Few ask, and words cost more than the decision itself: so what kept the rules that held is noted, what kept the
//! others is found in the journal, and both are told when asked.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::entry::{CameClose, Close, Event, Near, NearMiss};
use crate::scenario::facts::Facts;
use crate::scenario::plan::Plan;
use crate::scenario::predicate::{Predicate, Unmet};
use crate::scenario::rule::Rule;

use super::explain::{Refusal, Standing, account};
use super::rules::{Among, Rules};
use super::{Engine, Extent, Ticket};

/// So many are noted of one request, however many rules there are; no more are looked at.
const MOST: usize = 8;

/// So many characters of a reason are told.
const LONGEST: usize = 200;

/// What a field is called that may hold a secret; the journal shows none.
const SECRETS: [&str; 10] = [
    "password",
    "secret",
    "token",
    "code",
    "assertion",
    "verifier",
    "authorization",
    "cookie",
    "pat",
    "value",
];

/// What came close at one request.
///
/// Which conditions did not hold is not noted at all: the request is in the journal, and can be asked again.
#[derive(Debug)]
struct Calls {
    rules: Arc<Rules>,
    /// The state that the request met; nobody asks where no rule waits for one.
    state: Option<Arc<str>>,
    /// The rules that held, in the order of the file.
    noted: Vec<Call>,
    /// Whether more rules held than are noted.
    are_more: bool,
}

/// One rule that came close, by its place in the file.
#[derive(Clone, Copy, Debug)]
struct Call {
    rule: usize,
    kept: Kept,
}

/// What kept it.
#[derive(Clone, Copy, Debug)]
enum Kept {
    /// The rule at that place acts instead.
    Behind(usize),
    /// The predicate at that place does not hold, and all others do.
    Unmet(usize),
    /// Its schedule, or the state.
    Refused(Refusal),
}

/// What came close at a request of which no rule held, where none waits for a state.
pub(super) fn calm(rules: &Arc<Rules>) -> Close {
    Close::of(Calls {
        rules: Arc::clone(rules),
        state: None,
        noted: Vec::new(),
        are_more: false,
    })
}

impl Engine {
    /// Decides, and notes on the plan which rules nearly acted.
    pub(super) fn decide_and_note(
        &self,
        (facts, extent): (&Facts<'_>, Extent),
        now: Timestamp,
    ) -> (Plan, Option<Ticket>) {
        let mut held: Vec<(usize, Option<Refusal>)> = Vec::new();
        let mut refused = 0;
        let asked = (facts, extent);
        let weighed = self.weigh(
            asked,
            Among::Shortlisted,
            now,
            |index, refusal| match refusal {
                Some(Refusal::State | Refusal::Condition) => {}
                // Whether it acts or stands behind is known when all are weighed.
                None => held.push((index, None)),
                Some(_) if refused > MOST => {}
                refusal => {
                    refused += 1;
                    held.push((index, refusal));
                }
            },
        );
        let (mut plan, ticket) = (weighed.plan, weighed.ticket);
        let winner = self.winner(&plan);
        let behind = |rule: usize| {
            let is_stacked = self.rules.rule(rule).is_none_or(Rule::is_stacked);
            let winner = winner.filter(|winner| !is_stacked && *winner != rule)?;
            Some(Kept::Behind(winner))
        };
        let mut found = held.into_iter().filter_map(|(rule, refusal)| {
            let kept = refusal.map(Kept::Refused).or_else(|| behind(rule))?;
            Some(Call { rule, kept })
        });
        let noted: Vec<Call> = found.by_ref().take(MOST).collect();
        plan.near = if !noted.is_empty() || self.rules.wait_for_states(facts.operation) {
            Close::of(Calls {
                rules: Arc::clone(&self.rules),
                state: Some(weighed.state),
                are_more: noted.len() == MOST && found.next().is_some(),
                noted,
            })
        } else if self.rules.have_conditions(facts.operation) {
            self.calm.clone()
        } else {
            Close::default()
        };
        (plan, ticket)
    }

    /// The place of the competing rule that acts.
    fn winner(&self, plan: &Plan) -> Option<usize> {
        let acted = |rule: &Rule| plan.fired.iter().any(|fired| fired.rule == rule.id());
        if plan.fired.is_empty() {
            return None;
        }
        let mut rules = self.rules.all().iter();
        rules.position(|rule| !rule.is_stacked() && acted(rule))
    }
}

impl CameClose for Calls {
    fn tell(&self, event: &Event) -> Near {
        let (facts, fired) = match event {
            Event::Exchange(exchange) => (Facts::of_exchange(exchange), &exchange.fired),
            Event::Probe(probe) => (Some(Facts::of_journalled_probe(probe)), &probe.fired),
            Event::Incident(incident) => (incident.operation.map(Facts::bare), &incident.fired),
            _ => return Near::default(),
        };
        let Some(facts) = facts else {
            return Near::default();
        };
        let rules = self.rules.about(facts.operation);
        let idle = rules.filter(|(_, rule)| fired.iter().all(|fired| fired.rule != rule.id()));
        let mut calls = idle.filter_map(|(place, rule)| self.call((place, rule), &facts));
        let misses = calls.by_ref().take(MOST);
        Near {
            misses: misses.filter_map(|call| self.miss(call, &facts)).collect(),
            are_more: self.are_more || calls.next().is_some(),
        }
    }
}

impl Calls {
    /// Whether the rule at a place came close.
    fn call(&self, (place, rule): (usize, &Rule), facts: &Facts<'_>) -> Option<Call> {
        let noted = self.noted.iter().find(|call| call.rule == place);
        // Beyond the last that is noted of too many, it is not known which rules held.
        let last = self.noted.last().filter(|_| self.are_more);
        if noted.is_some() || last.is_some_and(|last| last.rule < place) {
            return noted.copied();
        }
        if !Extent::Whole.suits(rule) {
            return None;
        }
        let kept = self.kept(rule, facts)?;
        Some(Call { rule: place, kept })
    }

    /// What kept a rule from being eligible that did not hold, if it was one thing alone.
    fn kept(&self, rule: &Rule, facts: &Facts<'_>) -> Option<Kept> {
        let state = self.state.as_deref();
        if state.is_some_and(|state| !rule.when().state.contains(state)) {
            return rule.accepts(facts).then_some(Kept::Refused(Refusal::State));
        }
        let all = rule.condition().iter().enumerate();
        let mut unmet = all.filter(|(_, one)| !one.holds(facts));
        let (first, _) = unmet.next()?;
        unmet.next().is_none().then_some(Kept::Unmet(first))
    }

    fn miss(&self, call: Call, facts: &Facts<'_>) -> Option<NearMiss> {
        let rule = self.rules.rule(call.rule)?;
        let told = |standing| {
            let state = self.state.as_deref().unwrap_or_default();
            account(rule, standing, facts, state).why
        };
        let (kept_by, why) = match call.kept {
            Kept::Behind(winner) => {
                let winner = self.rules.rule(winner)?.id().to_owned();
                ("order", told(Standing::Behind(winner)))
            }
            Kept::Unmet(place) => {
                let predicate = rule.condition().get(place)?;
                (Refusal::Condition.name(), unmet(predicate, facts))
            }
            Kept::Refused(refusal) => (refusal.name(), told(Standing::Refused(refusal))),
        };
        Some(NearMiss {
            rule: rule.id().to_owned(),
            kept_by,
            why: shortened(why),
        })
    }
}

/// A predicate that did not hold, without what could be used to impersonate somebody.
fn unmet(predicate: &Predicate, facts: &Facts<'_>) -> String {
    match predicate.unmet(facts) {
        Some(unmet) => shown(&unmet),
        // What the store knew of it then is not in the journal.
        None => format!("it asks for {predicate}"),
    }
}

fn shown(unmet: &Unmet) -> String {
    let field = unmet.field.to_ascii_lowercase();
    let is_fixed = field.starts_with("token.") || field.starts_with("subject.");
    let is_secret = !is_fixed && SECRETS.iter().any(|secret| field.contains(secret));
    let seen = unmet.seen.as_ref();
    let is_whole = seen.is_some_and(|seen| seen.is_object() || seen.is_array());
    if seen.is_some() && (is_secret || is_whole) {
        return format!("{} is not {}", unmet.field, unmet.wanted);
    }
    unmet.to_string()
}

fn shortened(why: String) -> String {
    match why.char_indices().nth(LONGEST) {
        None => why,
        Some((end, _)) => why.get(..end).unwrap_or_default().to_owned() + "…",
    }
}

#[cfg(test)]
mod tests;
