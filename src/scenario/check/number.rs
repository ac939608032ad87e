//! Rules that count the very requests that an earlier one counts, and name no number that is left to them.
//!
//! This holds from the start of a run alone: a rule that is added later counts from then on.

use crate::scenario::finding::{Findings, Pointer};
use crate::scenario::predicate::Predicate;
use crate::scenario::rule::Rule;
use crate::scenario::script::Scenario;

/// Finds rules all of whose numbers an earlier rule takes, at every request.
pub(in crate::scenario) fn numbers(scenario: &Scenario, findings: &mut Findings) {
    let at = Pointer::default().key("rules");
    let rules = scenario.rules();
    for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| !rule.stack) {
        let mut earlier = rules.iter().take(index).filter(|rule| !rule.stack);
        if let Some(taker) = earlier.find(|earlier| takes_all(earlier, rule)) {
            let complaint = format!(
                "rule \"{}\" comes first, counts the same requests and acts on all of these",
                taker.id()
            );
            findings.error(&at.index(index).key("when").key("nth"), complaint);
        }
    }
}

fn takes_all(earlier: &Rule, later: &Rule) -> bool {
    let (mine, its) = (&earlier.when, &later.when);
    let Some(nth) = &mine.nth else {
        return false;
    };
    let is_named = its.nth.as_ref().is_some_and(|other| nth.covers(other));
    let is_often_enough = mine
        .max
        .is_none_or(|max| nth.size().is_some_and(|size| size <= max));
    is_named
        && is_often_enough
        && mine.acts_on_all_it_names()
        && earlier.act.head().is_some() == later.act.head().is_some()
        && (mine.per, mine.repeats) == (its.per, its.repeats)
        && (&mine.state, &mine.from, &mine.to, mine.open)
            == (&its.state, &its.from, &its.to, its.open)
        && earlier.on.covers(&later.on)
        && later.on.covers(&earlier.on)
        && all_follow(&earlier.condition, &later.condition)
        && all_follow(&later.condition, &earlier.condition)
}

/// Whether each of these holds wherever all of the others do.
fn all_follow(these: &[Predicate], others: &[Predicate]) -> bool {
    let follows = |one: &Predicate| others.iter().any(|other| one.follows_from(other));
    these.iter().all(follows)
}
