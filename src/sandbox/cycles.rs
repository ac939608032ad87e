//! The cycles of a client, as the tester marked them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::conformance::run::Cycle;
use crate::entry::Entry;
use crate::scenario::ending::silences;
use crate::scenario::source::Source;

/// The silence that divides two cycles which nobody marked.
const SILENCE: Duration = Duration::from_secs(60);

/// The marks of one sandbox.
#[derive(Debug, Default)]
pub(super) struct Cycles {
    marks: Mutex<Marks>,
}

#[derive(Debug, Default)]
struct Marks {
    ended: Vec<Cycle>,
    running: Option<Cycle>,
}

impl Cycles {
    /// Begins a cycle, ending one that was left open; `note` journals the mark and says its number.
    pub(super) fn begin(&self, source: Source, note: impl FnOnce(u32) -> u64) -> u32 {
        let mut marks = self.marks();
        if let Some(open) = marks.running.take() {
            marks.ended.push(open);
        }
        let number = u32::try_from(marks.ended.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        let after = note(number);
        if let Some(before) = marks.ended.last_mut() {
            before.until = before.until.min(after);
        }
        marks.running = Some(Cycle {
            number,
            source,
            after,
            until: u64::MAX,
            exit: None,
            timed_out: false,
        });
        number
    }

    /// Ends the cycle under way.
    pub(super) fn end(&self, exit: Option<i32>, timed_out: bool, note: impl FnOnce(u32) -> u64) {
        let mut marks = self.marks();
        if let Some(cycle) = marks.running.take() {
            let until = note(cycle.number);
            marks.ended.push(Cycle {
                until,
                exit,
                timed_out,
                ..cycle
            });
        }
    }

    /// How many were marked.
    pub(super) fn count(&self) -> usize {
        let marks = self.marks();
        marks.ended.len() + usize::from(marks.running.is_some())
    }

    /// Every cycle so far. If nobody marked any, a silence of a minute divides them, and the n-th one was to provision
    /// the n-th source, or the last one there is.
    pub(super) fn all(&self, entries: &[Arc<Entry>], sources: &[Source]) -> Vec<Cycle> {
        let marks = self.marks();
        let marked: Vec<_> = marks.ended.iter().chain(&marks.running).cloned().collect();
        if marked.is_empty() {
            return divided(entries, sources);
        }
        marked
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cycles as silences divide them.
fn divided(entries: &[Arc<Entry>], sources: &[Source]) -> Vec<Cycle> {
    let number_before = |place: usize| {
        let before = place.checked_sub(1).and_then(|before| entries.get(before));
        before.map_or(0, |entry| entry.number)
    };
    let mut ends: Vec<u64> = silences(entries, SILENCE).map(number_before).collect();
    ends.push(number_before(entries.len()));
    let mut after = 0;
    (1..)
        .zip(ends)
        .map(|(number, until)| {
            let place = usize::try_from(number - 1).unwrap_or(usize::MAX);
            let source = sources.get(place).or(sources.last());
            let cycle = Cycle {
                number,
                source: source.cloned().unwrap_or_default(),
                after,
                until,
                exit: None,
                timed_out: false,
            };
            after = until;
            cycle
        })
        .collect()
}
