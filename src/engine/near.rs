//! Which rules nearly acted on a request: what somebody looks for whose rule does not fire.
//!
//! Few ask, and words cost more than the decision itself: so only what kept each rule is noted, and told when asked.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::entry::{CameClose, Close, Event, Near, NearMiss};
use crate::scenario::facts::Facts;
use crate::scenario::plan::Plan;
use crate::scenario::predicate::{Predicate, Unmet};
use crate::scenario::rule::Rule;

use super::explain::{Refusal, Standing, account};
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
#[derive(Debug)]
struct Calls {
    rules: Arc<[Rule]>,
    /// The state that the request met, where a rule waits for one.
    state: Option<String>,
    noted: Vec<Call>,
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
    /// Its schedule.
    Refused(Refusal),
}

impl Engine {
    /// Decides, and notes on the plan which rules nearly acted.
    pub(super) fn decide_and_note(
        &self,
        (facts, extent): (&Facts<'_>, Extent),
        now: Timestamp,
    ) -> (Plan, Option<Ticket>) {
        // A rule that acts may lead elsewhere, so the state is asked for before.
        let state = self.waits_for_states.then(|| self.state());
        let mut close: Vec<(usize, Option<Kept>)> = Vec::new();
        let (mut plan, ticket) = self.weigh((facts, extent), now, |index, refusal| {
            let Some(refusal) = refusal else {
                // Whether it acts or stands behind is known when all are weighed.
                close.push((index, None));
                return;
            };
            if close.len() <= MOST
                && let Some(rule) = self.rules.rule(index)
                && let Some(kept) = kept(rule, refusal, facts)
            {
                close.push((index, Some(kept)));
            }
        });
        let winner = self.winner(&plan);
        let behind = |rule: usize| {
            let is_stacked = self.rules.rule(rule).is_none_or(Rule::is_stacked);
            let winner = winner.filter(|winner| !is_stacked && *winner != rule)?;
            Some(Kept::Behind(winner))
        };
        let mut found = close.into_iter().filter_map(|(rule, kept)| {
            let kept = kept.or_else(|| behind(rule))?;
            Some(Call { rule, kept })
        });
        let calls: Vec<Call> = found.by_ref().take(MOST).collect();
        if !calls.is_empty() {
            plan.near = Close::of(Calls {
                rules: self.rules.shared(),
                state,
                are_more: calls.len() == MOST && found.next().is_some(),
                noted: calls,
            });
        }
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

/// What kept a rule from being eligible, if it was one thing alone.
fn kept(rule: &Rule, refusal: Refusal, facts: &Facts<'_>) -> Option<Kept> {
    match refusal {
        Refusal::State if !rule.accepts(facts) => None,
        Refusal::Condition => {
            let all = rule.condition().iter().enumerate();
            let mut unmet = all.filter(|(_, one)| rule.condition().len() == 1 || !one.holds(facts));
            let (first, _) = unmet.next()?;
            unmet.next().is_none().then_some(Kept::Unmet(first))
        }
        refusal => Some(Kept::Refused(refusal)),
    }
}

impl CameClose for Calls {
    fn tell(&self, event: &Event) -> Near {
        let facts = match event {
            Event::Exchange(exchange) => Facts::of_exchange(exchange),
            Event::Probe(probe) => Some(Facts::of_journalled_probe(probe)),
            Event::Incident(incident) => incident.operation.map(Facts::bare),
            _ => None,
        };
        let Some(facts) = facts else {
            return Near::default();
        };
        let calls = self.noted.iter();
        Near {
            misses: calls.filter_map(|call| self.miss(*call, &facts)).collect(),
            are_more: self.are_more,
        }
    }
}

impl Calls {
    fn miss(&self, call: Call, facts: &Facts<'_>) -> Option<NearMiss> {
        let rule = self.rules.get(call.rule)?;
        let told = |standing| {
            let state = self.state.as_deref().unwrap_or_default();
            account(rule, standing, facts, state).why
        };
        let (kept_by, why) = match call.kept {
            Kept::Behind(winner) => {
                let winner = self.rules.get(winner)?.id().to_owned();
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
