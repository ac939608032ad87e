//! What happened in a sandbox: append-only, bounded, readable at any time.
//!
//! It knows nothing of sockets, surfaces or the store.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use crate::clock::{Clock, Monotonic, Timestamp};
use crate::entry::{Entry, Event};

/// The journal of one sandbox.
///
/// It keeps the newest entries up to its limit, and says how many older ones it let go.
#[derive(Debug)]
pub struct Journal {
    clock: Clock,
    began: Monotonic,
    limit: usize,
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Arc<Entry>>,
    /// How many entries there ever were.
    written: u64,
}

/// A moment on both clocks, taken when something begins.
#[derive(Clone, Copy, Debug)]
pub struct Began {
    at: Timestamp,
    real: std::time::Duration,
}

impl Journal {
    /// An empty journal that keeps at most `limit` entries.
    pub fn new(clock: Clock, limit: usize) -> Self {
        Self {
            clock,
            began: Monotonic::now(),
            limit: limit.max(1),
            kept: RwLock::default(),
        }
    }

    /// Notes on both clocks that something begins now.
    pub fn begin(&self) -> Began {
        Began {
            at: self.clock.now(),
            real: self.began.elapsed(),
        }
    }

    /// Appends what began then.
    pub fn append(&self, began: Began, event: Event) -> Arc<Entry> {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.written += 1;
        let entry = Arc::new(Entry {
            number: kept.written,
            at: began.at,
            real: began.real,
            event,
        });
        if kept.entries.len() == self.limit {
            kept.entries.pop_front();
        }
        kept.entries.push_back(Arc::clone(&entry));
        entry
    }

    /// Appends something that takes no time.
    pub fn note(&self, event: Event) -> Arc<Entry> {
        self.append(self.begin(), event)
    }

    /// The kept entries whose number is greater than `after`, oldest first.
    pub fn entries_after(&self, after: u64) -> Vec<Arc<Entry>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let skip = kept.entries.partition_point(|entry| entry.number <= after);
        kept.entries.iter().skip(skip).cloned().collect()
    }

    /// Every kept entry, oldest first.
    pub fn entries(&self) -> Vec<Arc<Entry>> {
        self.entries_after(0)
    }

    /// How many entries were let go because the journal was full.
    pub fn dropped(&self) -> u64 {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.written - kept.entries.len() as u64
    }

    /// Forgets every entry; numbers go on where they were.
    pub fn clear(&self) {
        self.kept
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .entries
            .clear();
    }
}
