//! Rows side by side: a queue, some threads, and the results in the order of the suite.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::Settings;
use super::progress::Progress;
use super::row::{self, Played};
use super::suite::Job;

/// Plays every job and gives the results in the order of the jobs; of those that had begun, if the run ends early.
pub(super) fn play(settings: &Settings, jobs: &[Job], threads: usize) -> Vec<Played> {
    let progress = Progress::new(jobs.len());
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Played)>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..threads.min(jobs.len()) {
            scope.spawn(|| {
                loop {
                    if settings.interrupt.has_come() || settings.hopeless.get().is_some() {
                        return;
                    }
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(index) else { return };
                    progress.began(job);
                    let played = row::play(settings, job);
                    progress.ended(&played);
                    done.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((index, played));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, played)| played).collect()
}
