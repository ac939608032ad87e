//! Which rules nearly acted on a request: what somebody looks for whose rule does not fire.

use crate::clock::Timestamp;
use crate::entry::{Near, NearMiss};
use crate::scenario::facts::Facts;
use crate::scenario::plan::Plan;
use crate::scenario::predicate::Unmet;
use crate::scenario::rule::Rule;

use super::Engine;
use super::explain::{Refusal, Standing, account};

/// So many are told of one request, however many rules there are.
const MOST: usize = 8;

/// So many characters of a reason are kept.
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

impl Engine {
    /// Decides, and notes on the plan which rules nearly acted.
    pub(super) fn decide_and_note(&self, facts: &Facts<'_>, now: Timestamp) -> Plan {
        // Who is asked later whether it is in that state may be told of one that a rule has just left.
        let state = self.waits_for_states.then(|| self.state());
        let mut close: Vec<(usize, Option<Refusal>)> = Vec::new();
        let mut plan = self.weigh(facts, now, |index, refusal| {
            if refusal != Some(Refusal::Operation) {
                close.push((index, refusal));
            }
        });
        let mut near = Near::default();
        for (index, refusal) in close {
            let Some(rule) = self.rules.get(index) else {
                continue;
            };
            let Some(standing) = standing(rule, refusal, (facts, &plan), self) else {
                continue;
            };
            if near.misses.len() < MOST {
                let state = state.as_deref().unwrap_or_default();
                near.misses.push(miss(rule, standing, facts, state));
            } else {
                near.more += 1;
            }
        }
        plan.near = near;
        plan
    }
}

/// What kept a rule from acting, if it was one thing alone.
fn standing(
    rule: &Rule,
    refusal: Option<Refusal>,
    (facts, plan): (&Facts<'_>, &Plan),
    engine: &Engine,
) -> Option<Standing> {
    let Some(refusal) = refusal else {
        let acted = |id: &str| plan.fired.iter().any(|fired| fired.rule == id);
        if acted(rule.id()) {
            return None;
        }
        let mut others = engine.rules.iter().filter(|other| !other.is_stacked());
        let winner = others.find(|other| acted(other.id()))?;
        return Some(Standing::Behind(winner.id().to_owned()));
    };
    let is_near = match refusal {
        Refusal::Operation => false,
        Refusal::State => rule.accepts(facts),
        Refusal::Condition => {
            let unmet = rule.condition().iter().filter(|one| !one.holds(facts));
            unmet.take(2).count() == 1
        }
        _ => true,
    };
    is_near.then_some(Standing::Refused(refusal))
}

fn miss(rule: &Rule, standing: Standing, facts: &Facts<'_>, state: &str) -> NearMiss {
    let kept_by = match &standing {
        Standing::Refused(refusal) => refusal.name(),
        Standing::Acts | Standing::Behind(_) => "order",
    };
    let why = if standing == Standing::Refused(Refusal::Condition) {
        let mut unmet = rule.condition().iter().filter_map(|one| one.unmet(facts));
        unmet.next().map(shown).unwrap_or_default()
    } else {
        account(rule, standing, facts, state).why
    };
    NearMiss {
        rule: rule.id().to_owned(),
        kept_by,
        why: shortened(why),
    }
}

/// A predicate that does not hold, without what could be used to impersonate somebody.
fn shown(unmet: Unmet) -> String {
    let field = unmet.field.to_ascii_lowercase();
    let is_fixed = field.starts_with("token.") || field.starts_with("subject.");
    let is_secret = !is_fixed && SECRETS.iter().any(|secret| field.contains(secret));
    let is_whole = unmet
        .seen
        .as_ref()
        .is_some_and(|seen| seen.is_object() || seen.is_array());
    if unmet.seen.is_some() && (is_secret || is_whole) {
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
