//! How far the run is, for somebody who watches.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use goto_double::clock::Monotonic;
use goto_double::report::terminal::took;

use super::row::Played;
use super::suite::Job;
use crate::cli::say;

/// Counts rows and says so on a terminal; a run nobody watches gets no lines it would have to scroll past.
#[derive(Debug)]
pub(super) struct Progress {
    watched: bool,
    total: usize,
    running: AtomicUsize,
    done: AtomicUsize,
    began: Monotonic,
}

impl Progress {
    pub(super) fn new(total: usize) -> Self {
        Self {
            watched: say::is_watched(),
            total,
            running: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            began: Monotonic::now(),
        }
    }

    pub(super) fn began(&self, _job: &Job) {
        self.running.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn ended(&self, played: &Played) {
        let running = self.running.fetch_sub(1, Ordering::Relaxed) - 1;
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.watched {
            return;
        }
        let left = self.left(done);
        say::note(format!(
            "{done}/{} done, {running} running, about {} left: {} in {}",
            self.total,
            took(left),
            played.name(),
            took(played.took)
        ));
    }

    /// The time left if the rest takes as long as what is done.
    fn left(&self, done: usize) -> Duration {
        let spent = self.began.elapsed();
        #[expect(clippy::cast_precision_loss, reason = "rows are few")]
        let share = (self.total - done) as f64 / done as f64;
        spent.mul_f64(share)
    }
}
