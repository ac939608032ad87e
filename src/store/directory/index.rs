//! Finds resources by a text that many of them may share.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;
use imbl::OrdSet;

/// Which places a text stands for: the hash of each text with a place, in order.
///
/// Equal texts stand together, the oldest place first. Two texts may share a hash, so whoever looks something up
/// compares the texts themselves. Neither texts nor lists are kept here, which is why an entry costs so little, and a
/// copy of the whole shares everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    entries: OrdSet<(u64, u64)>,
}

/// The hash that a text is found by; the same in every process, though nothing outside ever sees it.
pub(super) fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

impl Index {
    pub(super) fn insert(&mut self, hash: u64, place: u64) {
        self.entries.insert((hash, place));
    }

    pub(super) fn remove(&mut self, hash: u64, place: u64) {
        self.entries.remove(&(hash, place));
    }

    /// The places of that hash, in order.
    pub(super) fn find(&self, hash: u64) -> impl Iterator<Item = u64> {
        let all = self.entries.range((hash, 0)..=(hash, u64::MAX));
        all.map(|(_, place)| *place)
    }
}
