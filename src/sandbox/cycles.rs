//! The cycles of a client, as the tester marked them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::conformance::run::Cycle;
use crate::scenario::source::Source;

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

    /// Every cycle so far; one that spans everything up to `last` if none was marked.
    pub(super) fn all(&self, last: u64, source: impl FnOnce() -> Source) -> Vec<Cycle> {
        let marks = self.marks();
        let mut cycles: Vec<_> = marks.ended.iter().chain(&marks.running).cloned().collect();
        if cycles.is_empty() {
            cycles.push(Cycle {
                number: 1,
                source: source(),
                until: last,
                ..Cycle::default()
            });
        }
        cycles
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
