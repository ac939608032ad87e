//! What happened in a sandbox: append-only, bounded, readable at any time.
//!
//! Exchanges are many and seldom read, so each is kept as one [`Record`] and made an [`Entry`] again for its reader.
//! It knows nothing of sockets, surfaces or the store.

mod fields;
mod follow;
mod record;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Notify;

use self::fields::Repeated;
pub use self::follow::{Batch, Following};
pub use self::record::Happened;
use self::record::Record;
use crate::clock::{Clock, Monotonic, Timestamp};
use crate::entry::{Entry, Event};
use crate::exchange::Delivered;

/// The journal of one sandbox.
///
/// It keeps the newest entries up to its limit, and says how many older ones it let go.
#[derive(Debug)]
pub struct Journal {
    clock: Clock,
    began: Monotonic,
    limit: usize,
    most_bytes: usize,
    kept: RwLock<Kept>,
    /// How many wait for entries to come: nearly always none, and then nobody need be told.
    followers: AtomicUsize,
    grown: Notify,
    ended: AtomicBool,
}

#[derive(Debug, Default)]
struct Kept {
    places: VecDeque<Place>,
    /// How many entries there ever were.
    written: u64,
    /// What the entries hold, as far as clients decide how much that is.
    bytes: usize,
    repeated: Repeated,
}

/// One entry, as it is kept.
#[derive(Clone, Debug)]
enum Place {
    Exchange(Arc<Record>),
    Other(Arc<Entry>),
}

impl Place {
    fn number(&self) -> u64 {
        match self {
            Self::Exchange(record) => record.number(),
            Self::Other(entry) => entry.number,
        }
    }

    /// How much it holds of what a client sent or got.
    fn bytes(&self) -> usize {
        match self {
            Self::Exchange(record) => record.bytes(),
            Self::Other(_) => 0,
        }
    }

    fn entry(self) -> Arc<Entry> {
        match self {
            Self::Exchange(record) => Arc::new(record.entry()),
            Self::Other(entry) => entry,
        }
    }
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
            most_bytes: usize::MAX,
            kept: RwLock::default(),
            followers: AtomicUsize::new(0),
            grown: Notify::new(),
            ended: AtomicBool::new(false),
        }
    }

    /// The same, keeping at most so many bytes of heads and bodies; the newest entry stays, however large it is.
    #[must_use]
    pub fn holding(mut self, bytes: usize) -> Self {
        self.most_bytes = bytes;
        self
    }

    /// Notes on both clocks that something begins now.
    pub fn begin(&self) -> Began {
        let now = Monotonic::now();
        Began {
            at: self.clock.at(now),
            real: now.since(self.began),
        }
    }

    /// Appends what began then.
    pub fn append(&self, began: Began, event: Event) -> Arc<Entry> {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.make_room(self.limit);
        kept.written += 1;
        let entry = Arc::new(Entry {
            number: kept.written,
            at: began.at,
            real: began.real,
            event,
        });
        kept.push(Place::Other(Arc::clone(&entry)), self.most_bytes);
        drop(kept);
        self.tell();
        entry
    }

    /// Appends an exchange that began then; says where to note what really leaves.
    pub fn append_exchange(&self, began: Began, happened: Happened<'_>) -> Arc<Delivered> {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let evicted = kept.make_room(self.limit);
        kept.written += 1;
        let number = kept.written;
        let fields = kept.repeated.share(&happened.request.headers);
        let record = match evicted {
            Some(Place::Exchange(mut record)) => match Arc::get_mut(&mut record) {
                // What was let go lies far from the processor by now: one piece of memory is better than many.
                Some(unshared) => {
                    unshared.replace((number, began), happened, fields);
                    record
                }
                None => Arc::new(Record::new((number, began), happened, fields)),
            },
            _ => Arc::new(Record::new((number, began), happened, fields)),
        };
        let delivered = Arc::clone(record.delivered());
        kept.push(Place::Exchange(record), self.most_bytes);
        drop(kept);
        self.tell();
        delivered
    }

    /// Appends something that takes no time.
    pub fn note(&self, event: Event) -> Arc<Entry> {
        self.append(self.begin(), event)
    }

    /// The kept entries whose number is greater than `after`, oldest first.
    pub fn entries_after(&self, after: u64) -> Vec<Arc<Entry>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let skip = kept.places.partition_point(|place| place.number() <= after);
        let places: Vec<Place> = kept.places.iter().skip(skip).cloned().collect();
        // Whoever waits to append need not wait for the reader's work.
        drop(kept);
        places.into_iter().map(Place::entry).collect()
    }

    /// Wakes whoever follows.
    fn tell(&self) {
        // A follower counts itself before it reads under the lock that was just let go: it is seen here, or it has
        // seen the entry.
        if self.followers.load(Ordering::Relaxed) > 0 {
            self.grown.notify_waiters();
        }
    }

    /// Every kept entry, oldest first.
    pub fn entries(&self) -> Vec<Arc<Entry>> {
        self.entries_after(0)
    }

    /// How many entries there are.
    pub fn held(&self) -> usize {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.places.len()
    }

    /// How many bytes of heads and bodies there are; a body that the store has too is counted here as well.
    pub fn bytes(&self) -> usize {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.bytes
    }

    /// How many entries were let go because the journal was full.
    pub fn dropped(&self) -> u64 {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.written - kept.places.len() as u64
    }

    /// Forgets every entry; numbers go on where they were.
    pub fn clear(&self) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.places.clear();
        kept.bytes = 0;
    }
}

impl Kept {
    /// Lets the oldest entry go if there is no room for one more.
    fn make_room(&mut self, limit: usize) -> Option<Place> {
        if self.places.len() < limit {
            return None;
        }
        self.let_go()
    }

    fn let_go(&mut self) -> Option<Place> {
        let oldest = self.places.pop_front()?;
        self.bytes = self.bytes.saturating_sub(oldest.bytes());
        Some(oldest)
    }

    /// Puts one more there, and lets old ones go until it fits.
    fn push(&mut self, place: Place, most_bytes: usize) {
        self.bytes = self.bytes.saturating_add(place.bytes());
        self.places.push_back(place);
        while self.bytes > most_bytes && self.places.len() > 1 {
            self.let_go();
        }
    }
}
