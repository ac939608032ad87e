//! Reading a journal while it grows.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::{Journal, Place};
use crate::entry::Entry;

/// How many entries are taken at a time: what a follower holds, however much there is to read.
const MOST: usize = 16;

/// Follows a journal from entry to entry.
///
/// It holds a number and no entries, so one that never asks again costs nothing.
#[derive(Debug)]
pub struct Following<W: AsRef<Journal>> {
    /// What the journal belongs to.
    world: Arc<W>,
    after: u64,
}

/// What a follower gets at a time.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The entries, oldest first.
    pub entries: Vec<Arc<Entry>>,
    /// How many the journal let go before this follower came to them.
    pub missed: u64,
}

impl<W: AsRef<Journal>> Following<W> {
    /// Follows from behind the entry of that number on; 0 is the beginning.
    pub fn after(world: Arc<W>, number: u64) -> Self {
        (*world).as_ref().followers.fetch_add(1, Ordering::Relaxed);
        Self {
            world,
            after: number,
        }
    }

    /// Waits until there are entries to read; `None` when there will never be any more.
    pub async fn next(&mut self) -> Option<Batch> {
        loop {
            let journal = (*self.world).as_ref();
            let grown = journal.grown.notified();
            tokio::pin!(grown);
            // Registered before the journal is read: an entry between the two is not missed.
            grown.as_mut().enable();
            // Looked at before the entries, so that the last ones are still read.
            let is_over = journal.ended.load(Ordering::Acquire);
            let batch = journal.batch_after(self.after);
            if let Some(last) = batch.entries.last() {
                self.after = last.number;
                return Some(batch);
            }
            if is_over {
                return None;
            }
            grown.await;
        }
    }
}

impl<W: AsRef<Journal>> Drop for Following<W> {
    fn drop(&mut self) {
        (*self.world)
            .as_ref()
            .followers
            .fetch_sub(1, Ordering::Relaxed);
    }
}

impl Journal {
    /// The next entries behind that number, a few at most.
    fn batch_after(&self, after: u64) -> Batch {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let skip = kept.places.partition_point(|place| place.number() <= after);
        let places: Vec<Place> = kept.places.iter().skip(skip).take(MOST).cloned().collect();
        drop(kept);
        let first = places.first().map(Place::number);
        Batch {
            missed: first.map_or(0, |first| first.saturating_sub(after + 1)),
            entries: places.into_iter().map(Place::entry).collect(),
        }
    }

    /// How many entries there ever were: the number of the last one.
    pub fn written(&self) -> u64 {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.written
    }

    /// Says that nothing will be appended that anybody should wait for: its world is gone.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Release);
        self.grown.notify_waiters();
    }
}
