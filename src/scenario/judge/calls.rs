//! `calls`: how many calls there are.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::clock::duration_text;
use crate::scenario::expectation::{Calls, Selection};
use crate::verdict::Story;

use super::Finding;
use super::happening::{Happening, Happenings};

/// The span in which the calls of one key count.
#[derive(Clone, Copy, Debug, Default)]
struct Span<'s, 'e> {
    after: Option<&'s Happening<'e>>,
    before: Option<&'s Happening<'e>>,
}

pub(super) fn look(calls: &Calls, happenings: &Happenings<'_>) -> Vec<Finding> {
    let selected = happenings.selected(&calls.filter, calls.per);
    spans(calls, &selected, happenings)
        .into_iter()
        .map(|(key, span)| {
            let counted: Vec<u64> = selected
                .iter()
                .filter(|one| one.key(calls.per) == key && within(calls, span, one))
                .map(|one| one.number)
                .collect();
            let times = u64::try_from(counted.len()).unwrap_or(u64::MAX);
            let mut entries: Vec<u64> = span.after.iter().map(|after| after.number).collect();
            entries.extend(counted);
            entries.extend(span.before.iter().map(|before| before.number));
            let story = Story {
                entries,
                expected: format!(
                    "{}: {} calls{}.",
                    named(&key),
                    calls.count,
                    described(calls)
                ),
                seen: format!("There were {times}."),
            };
            if calls.count.allows(times) {
                Finding::Held(story)
            } else {
                Finding::Missed(story)
            }
        })
        .collect()
}

fn named(key: &str) -> &str {
    if key.is_empty() { "In all" } else { key }
}

fn described(calls: &Calls) -> String {
    let mut text = match &calls.filter.selection {
        Selection::On(operations) => format!(" of {}", operations.written()),
        Selection::Like(rule) => format!(" like the one that \"{rule}\" met"),
    };
    if let Some(rule) = &calls.after {
        push(&mut text, format_args!(" after \"{rule}\" acted"));
    }
    if let Some(rule) = &calls.before {
        push(&mut text, format_args!(" before \"{rule}\" acted"));
    }
    if let Some(within) = calls.within {
        push(&mut text, format_args!(" within {}", duration_text(within)));
    }
    text
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(more);
}

/// Each key with its span; no key where the rule that opens or closes the span never acted.
fn spans<'s, 'e>(
    calls: &'s Calls,
    selected: &[&'s Happening<'e>],
    happenings: &'s Happenings<'e>,
) -> BTreeMap<String, Span<'s, 'e>> {
    let firsts = |rule: &'s str| happenings.firsts(rule, calls.per);
    let opened = calls.after.as_deref().map(firsts);
    let closed = calls.before.as_deref().map(firsts);
    let mut spans: BTreeMap<String, Span<'s, 'e>> = BTreeMap::new();
    match (opened, closed) {
        (Some(opened), closed) => {
            let is_open = closed.is_none();
            for (key, after) in opened {
                let before = closed.iter().flatten().find(|(other, _)| *other == key);
                let before = before.map(|(_, before)| *before);
                if is_open || before.is_some() {
                    let after = Some(after);
                    spans.insert(key, Span { after, before });
                }
            }
        }
        (None, Some(closed)) => {
            for (key, before) in closed {
                let before = Some(before);
                spans.insert(
                    key,
                    Span {
                        after: None,
                        before,
                    },
                );
            }
        }
        (None, None) if calls.per.is_sandbox() => {
            spans.insert(String::new(), Span::default());
        }
        (None, None) => spans.extend(
            selected
                .iter()
                .map(|one| (one.key(calls.per), Span::default())),
        ),
    }
    spans
}

fn within(calls: &Calls, span: Span<'_, '_>, one: &Happening<'_>) -> bool {
    let opened = span.after.is_none_or(|after| {
        one.follows(after)
            && one.at >= after.known.plus(calls.slack)
            && calls
                .within
                .is_none_or(|within| one.at <= after.known.plus(within))
    });
    opened && span.before.is_none_or(|before| one.number < before.number)
}
