//! `wait`: the gap from one call to the next.

use std::time::Duration;

use crate::clock::duration_text;
use crate::scenario::expectation::{Anchor, AtLeast, Wait};
use crate::scenario::script::Scenario;
use crate::verdict::Story;

use super::Finding;
use super::happening::{Happening, Happenings};

pub(super) fn look(scenario: &Scenario, wait: &Wait, happenings: &Happenings<'_>) -> Vec<Finding> {
    let starts: Vec<&Happening<'_>> = match &wait.after {
        Anchor::Rule(rule) => {
            let firsts = happenings.firsts(rule, wait.per);
            firsts.into_iter().map(|(_, first)| first).collect()
        }
        Anchor::Calls(operations) => happenings
            .calls()
            .filter(|one| operations.contains(one.facts.operation))
            .collect(),
    };
    let at_least = match wait.at_least {
        None => None,
        Some(AtLeast::Length(length)) => Some(length),
        Some(AtLeast::RetryAfter) => asked(scenario, wait),
    };
    starts
        .into_iter()
        .filter_map(|start| {
            let key = start.key(wait.per);
            let next = happenings.all().find(|one| {
                wait.next.contains(one.facts.operation)
                    && one.follows(start)
                    && one.key(wait.per) == key
            });
            gap(wait, at_least, start, next)
        })
        .collect()
}

fn asked(scenario: &Scenario, wait: &Wait) -> Option<Duration> {
    let Anchor::Rule(rule) = &wait.after else {
        return None;
    };
    scenario.rule(rule)?.act().reply()?.retry_after
}

fn gap(
    wait: &Wait,
    at_least: Option<Duration>,
    start: &Happening<'_>,
    next: Option<&Happening<'_>>,
) -> Option<Finding> {
    let Some(next) = next else {
        // The last call of a series waits for nothing; after a fault, silence for ever is a miss.
        let most = wait
            .at_most
            .filter(|_| matches!(wait.after, Anchor::Rule(_)))?;
        return Some(Finding::Missed(Story {
            entries: vec![start.number],
            expected: format!("Another call within {}.", duration_text(most)),
            seen: "None came.".to_owned(),
        }));
    };
    let gap = next.at.since(start.known);
    let story = Story {
        entries: vec![start.number, next.number],
        expected: expected(at_least, wait.at_most),
        seen: format!("The next call came after {}.", duration_text(gap)),
    };
    let early = at_least.is_some_and(|least| gap.saturating_add(wait.slack) < least);
    let late = wait
        .at_most
        .is_some_and(|most| gap > most.saturating_add(wait.slack));
    Some(if early || late {
        Finding::Missed(story)
    } else {
        Finding::Held(story)
    })
}

fn expected(at_least: Option<Duration>, at_most: Option<Duration>) -> String {
    match (at_least.map(duration_text), at_most.map(duration_text)) {
        (Some(least), Some(most)) => format!("A gap of {least} to {most}."),
        (Some(least), None) => format!("A gap of {least} at least."),
        (None, Some(most)) => format!("A gap of {most} at most."),
        (None, None) => "A gap of any length.".to_owned(),
    }
}
