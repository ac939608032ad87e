//! `order`: a sequence of calls.

use crate::scenario::expectation::{Selection, Step, StepKind};
use crate::scenario::schedule::Scope;
use crate::scenario::script::Scenario;
use crate::verdict::Story;

use super::Finding;
use super::happening::{Happening, Happenings};

pub(super) fn look(
    scenario: &Scenario,
    steps: &[Step],
    happenings: &Happenings<'_>,
) -> Vec<Finding> {
    let Some((first, rest)) = steps.split_first() else {
        return Vec::new();
    };
    let per = scope(scenario, steps);
    starts(first, per, happenings)
        .into_iter()
        .map(|start| follow(first, rest, start, happenings))
        .collect()
}

/// What tells the sequences apart: the first `per` of a step, or that of the rule which begins it.
fn scope(scenario: &Scenario, steps: &[Step]) -> Scope {
    let of_rule = || match &steps.first()?.kind {
        StepKind::Rule(rule) => Some(scenario.rule(rule)?.when().per),
        StepKind::Calls(_) => None,
    };
    let named = steps.iter().find_map(|step| step.per);
    named.or_else(of_rule).unwrap_or_default()
}

/// The first happening of each key that makes the first step.
fn starts<'h, 'e>(
    first: &'h Step,
    per: Scope,
    happenings: &'h Happenings<'e>,
) -> Vec<&'h Happening<'e>> {
    let mut starts: Vec<(String, &Happening<'_>)> = Vec::new();
    for one in happenings.all() {
        let key = one.key(per);
        if makes(first, one, happenings) && !starts.iter().any(|(known, _)| *known == key) {
            starts.push((key, one));
        }
    }
    starts.into_iter().map(|(_, one)| one).collect()
}

fn makes(step: &Step, one: &Happening<'_>, happenings: &Happenings<'_>) -> bool {
    let kind = match &step.kind {
        StepKind::Rule(rule) => one.fired(rule),
        StepKind::Calls(Selection::On(operations)) => operations.contains(one.facts.operation),
        StepKind::Calls(Selection::Like(rule)) => happenings
            .fired(rule)
            .any(|victim| one.is_like(victim) && one.number > victim.number),
    };
    kind && step
        .condition
        .iter()
        .all(|predicate| predicate.holds(&one.facts))
}

/// Whether `one` repeats what began the sequence.
fn repeats(first: &Step, one: &Happening<'_>, start: &Happening<'_>) -> bool {
    match &first.kind {
        StepKind::Rule(_) | StepKind::Calls(Selection::Like(_)) => one.is_like(start),
        StepKind::Calls(Selection::On(operations)) => {
            operations.contains(one.facts.operation) && one.is_like(start)
        }
    }
}

fn follow(
    first: &Step,
    rest: &[Step],
    start: &Happening<'_>,
    happenings: &Happenings<'_>,
) -> Finding {
    let mut entries = vec![start.number];
    let mut rest = rest.iter();
    let mut wanted = rest.next();
    let mut last = start;
    for one in happenings.all() {
        let Some(step) = wanted else { break };
        if !one.follows(last) {
            continue;
        }
        let shares = step.per.is_none_or(|per| one.key(per) == start.key(per));
        if shares && makes(step, one, happenings) {
            entries.push(one.number);
            last = one;
            wanted = rest.next();
        } else if repeats(first, one, start) {
            entries.push(one.number);
            return Finding::Missed(Story {
                entries,
                expected: expected(first, step),
                seen: "The first step was repeated before that.".to_owned(),
            });
        }
    }
    match wanted {
        Some(step) => Finding::Missed(Story {
            entries,
            expected: expected(first, step),
            seen: "It never came.".to_owned(),
        }),
        None => Finding::Held(Story {
            entries,
            expected: "The steps in their order.".to_owned(),
            seen: "They came in that order.".to_owned(),
        }),
    }
}

fn expected(first: &Step, step: &Step) -> String {
    format!("After {}, {}.", described(first), described(step))
}

fn described(step: &Step) -> String {
    match &step.kind {
        StepKind::Rule(rule) => format!("a call on which \"{rule}\" acts"),
        StepKind::Calls(Selection::On(operations)) => format!("a call of {}", operations.written()),
        StepKind::Calls(Selection::Like(rule)) => {
            format!("a call like the one that \"{rule}\" met")
        }
    }
}
