//! Finds resources by a text that many of them may share.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;
use imbl::OrdSet;

use super::table::Table;

/// Which places a text stands for, by the hash of the text.
///
/// Two texts may share a hash, so whoever looks something up compares the texts themselves. Neither texts nor lists are
/// kept here, which is why an entry costs so little, and a copy of the whole shares everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// The first place of each hash: nearly always the only one.
    first: Table,
    /// The others, in order.
    more: OrdSet<(u64, u64)>,
}

/// The hash that a text is found by; the same in every process, though nothing outside ever sees it.
pub(super) fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

impl Index {
    pub(super) fn insert(&mut self, hash: u64, place: u64) {
        let Some(first) = self.first.insert(hash, place) else {
            return;
        };
        let (first, later) = (first.min(place), first.max(place));
        self.first.insert(hash, first);
        if first != later {
            self.more.insert((hash, later));
        }
    }

    pub(super) fn remove(&mut self, hash: u64, place: u64) {
        if self.first.get(hash) != Some(place) {
            self.more.remove(&(hash, place));
            return;
        }
        let next = self.others(hash).next();
        match next {
            Some(next) => {
                self.more.remove(&(hash, next));
                self.first.insert(hash, next);
            }
            None => self.first.remove(hash),
        }
    }

    /// The places of that hash, in order.
    pub(super) fn find(&self, hash: u64) -> impl Iterator<Item = u64> {
        let first = self.first.get(hash);
        first.into_iter().chain(self.others(hash))
    }

    fn others(&self, hash: u64) -> impl Iterator<Item = u64> {
        // To look for a range costs as much as to look for the first place, and there seldom is one.
        let any = (!self.more.is_empty()).then_some(&self.more);
        let alike = any.map(|more| more.range((hash, 0)..=(hash, u64::MAX)));
        alike.into_iter().flatten().map(|(_, place)| *place)
    }
}
