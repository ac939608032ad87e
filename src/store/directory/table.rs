//! A hash table that copies share: one look into memory finds what is looked for, however much there is.

use imbl::Vector;

/// How small a table with anything in it may be.
const LEAST: usize = 8;

/// Places by hash. Cloning shares everything and costs next to nothing.
///
/// It is an open-addressing table with linear probing whose slots lie in a persistent vector. A tree would share as
/// well, but each of its levels is another piece of memory that a large directory keeps far from the processor.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// A power of two of them, or none; a quarter of them at least is free, so that every search ends.
    slots: Vector<Slot>,
    filled: usize,
}

/// One slot: a hash and what it stands for.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u64,
    place: u64,
}

/// What the hash of a free slot stands for. No directory has so many places.
const NOWHERE: u64 = u64::MAX;

const FREE: Slot = Slot {
    hash: 0,
    place: NOWHERE,
};

impl Slot {
    /// What its hash stands for; nothing if it is free.
    fn place(self) -> Option<u64> {
        (self.place != NOWHERE).then_some(self.place)
    }

    fn is_taken(self) -> bool {
        self.place != NOWHERE
    }
}

impl Table {
    /// What a hash stands for.
    pub(super) fn get(&self, hash: u64) -> Option<u64> {
        self.slots.get(self.search(hash)?)?.place()
    }

    /// Lets a hash stand for a place; says what it stood for before.
    pub(super) fn insert(&mut self, hash: u64, place: u64) -> Option<u64> {
        if (self.filled + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let before = self.put(Slot { hash, place });
        self.filled += usize::from(before.is_none());
        before
    }

    /// Lets a hash stand for nothing.
    pub(super) fn remove(&mut self, hash: u64) {
        let Some(mut hole) = self.search(hash).filter(|at| self.is_taken(*at)) else {
            return;
        };
        self.filled -= 1;
        // Whoever had to step over the slot moves up, so that no search ends too early.
        let mut next = self.after(hole);
        while let Some(slot) = self.slots.get(next).copied().filter(|slot| slot.is_taken()) {
            let home = self.home(slot.hash);
            if self.distance(home, next) >= self.distance(hole, next) {
                self.slots.set(hole, slot);
                hole = next;
            }
            next = self.after(next);
        }
        self.slots.set(hole, FREE);
    }

    /// The slot of a hash, or the free one where it would go; nothing in a table without slots.
    fn search(&self, hash: u64) -> Option<usize> {
        let mut at = self.home(hash);
        loop {
            let slot = self.slots.get(at)?;
            if !slot.is_taken() || slot.hash == hash {
                return Some(at);
            }
            at = self.after(at);
        }
    }

    fn is_taken(&self, at: usize) -> bool {
        self.slots.get(at).is_some_and(|slot| slot.is_taken())
    }

    /// Fills the slot of a hash; says what the hash stood for before.
    fn put(&mut self, slot: Slot) -> Option<u64> {
        let at = self.search(slot.hash)?;
        self.slots.set(at, slot).place()
    }

    /// Where the search for a hash begins.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the lower bits are all that counts"
    )]
    fn home(&self, hash: u64) -> usize {
        hash as usize & self.mask()
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & self.mask()
    }

    /// How many steps a search takes from one slot to another.
    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & self.mask()
    }

    fn mask(&self) -> usize {
        self.slots.len().saturating_sub(1)
    }

    fn grow(&mut self) {
        let length = (self.slots.len() * 2).max(LEAST);
        let wider = std::iter::repeat_n(FREE, length).collect();
        let taken = std::mem::replace(&mut self.slots, wider);
        for slot in taken.into_iter().filter(|slot| slot.is_taken()) {
            self.put(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn table_holds_what_a_map_holds_and_a_copy_what_it_held(
            steps in prop::collection::vec((0_u64..40, 0_u64..1000, any::<bool>()), 0..200),
            spread in prop_oneof![Just(1_u64), Just(8), Just(0x9e37_79b9_7f4a_7c15)],
        ) {
            let (mut table, mut map) = (Table::default(), HashMap::new());
            let mut copies = Vec::new();
            for (key, place, stays) in steps {
                let hash = key.wrapping_mul(spread);
                if stays {
                    prop_assert_eq!(table.insert(hash, place), map.insert(hash, place));
                } else {
                    table.remove(hash);
                    map.remove(&hash);
                }
                copies.push((table.clone(), map.clone()));
            }
            for (table, map) in copies {
                for key in 0..40_u64 {
                    let hash = key.wrapping_mul(spread);
                    prop_assert_eq!(table.get(hash), map.get(&hash).copied());
                }
            }
        }
    }
}
