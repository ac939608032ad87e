//! `backoff`: growing gaps between repeats.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::duration_text;
use crate::scenario::expectation::Backoff;
use crate::verdict::Story;

use super::Finding;
use super::happening::{Happening, Happenings};

pub(super) fn look(backoff: &Backoff, happenings: &Happenings<'_>) -> Vec<Finding> {
    let selected = happenings.selected(&backoff.filter, backoff.per);
    let mut series: BTreeMap<String, Vec<&Happening<'_>>> = BTreeMap::new();
    for one in selected {
        series.entry(one.key(backoff.per)).or_default().push(one);
    }
    if let Some(rule) = &backoff.after {
        let firsts = happenings.firsts(rule, backoff.per);
        series.retain(|key, calls| {
            let first = firsts.iter().find(|(known, _)| known == key);
            // The call that the rule met is the one whose repeats are looked at.
            first.is_some_and(|(_, first)| {
                calls.retain(|one| one.number >= first.number);
                true
            })
        });
    }
    series
        .values()
        .filter_map(|calls| gaps(backoff, calls))
        .collect()
}

fn gaps(backoff: &Backoff, calls: &[&Happening<'_>]) -> Option<Finding> {
    let gaps: Vec<Duration> = calls
        .windows(2)
        .filter_map(|pair| match pair {
            [one, next] => Some(next.at.since(one.known)),
            _ => None,
        })
        .collect();
    let first = *gaps.first()?;
    let story = Story {
        entries: calls.iter().map(|one| one.number).collect(),
        expected: expected(backoff),
        seen: format!(
            "The gaps were {}.",
            gaps.iter()
                .copied()
                .map(duration_text)
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    let hasty = backoff
        .first
        .is_some_and(|least| first.saturating_add(backoff.slack) < least);
    let over = backoff.cap.is_some_and(|cap| {
        gaps.iter()
            .any(|gap| *gap > cap.saturating_add(backoff.slack))
    });
    let grows = backoff
        .growth
        .is_none_or(|growth| all_grow(backoff, growth, &gaps));
    Some(if hasty || over || !grows {
        Finding::Missed(story)
    } else if backoff.growth.is_some() && gaps.len() < 2 {
        Finding::Unclear(story)
    } else {
        Finding::Held(story)
    })
}

fn all_grow(backoff: &Backoff, growth: f64, gaps: &[Duration]) -> bool {
    gaps.windows(2).all(|pair| {
        let [one, next] = pair else { return true };
        let grown =
            Duration::try_from_secs_f64(one.as_secs_f64() * growth).unwrap_or(Duration::MAX);
        let due = backoff.cap.map_or(grown, |cap| grown.min(cap));
        next.saturating_add(backoff.slack) >= due
    })
}

fn expected(backoff: &Backoff) -> String {
    let mut words = Vec::new();
    if let Some(first) = backoff.first {
        words.push(format!("a first gap of {} at least", duration_text(first)));
    }
    if let Some(growth) = backoff.growth {
        words.push(format!("each gap {growth} times the one before at least"));
    }
    if let Some(cap) = backoff.cap {
        words.push(format!("no gap above {}", duration_text(cap)));
    }
    format!("Between repeats: {}.", words.join(", "))
}
