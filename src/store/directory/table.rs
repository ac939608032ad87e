//! A hash table that copies share: one look into memory finds what is looked for, however much there is.

use std::sync::Arc;

use imbl::Vector;

/// How small a table with anything in it may be.
const LEAST: usize = 8;

/// How many slots lie together; a power of two. A copy that is written to makes its own of these alone.
const PIECE: usize = 256;

/// Places by hash. Cloning shares everything and costs next to nothing.
///
/// It is an open-addressing table with linear probing, in pieces that copies share until one of them is written to. A
/// tree would share as well, but each of its levels is another piece of memory that a large directory keeps far from
/// the processor.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Of one length each, which is a power of two as their number is.
    pieces: Vector<Arc<[Slot]>>,
    /// How many slots there are; a quarter of them at least is free, so that every search ends.
    length: usize,
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
    fn is_taken(self) -> bool {
        self.place != NOWHERE
    }
}

impl Table {
    /// What a hash stands for.
    pub(super) fn get(&self, hash: u64) -> Option<u64> {
        let (_, slot) = self.search(hash)?;
        slot.is_taken().then_some(slot.place)
    }

    /// Lets a hash stand for a place; says what it stood for before.
    pub(super) fn insert(&mut self, hash: u64, place: u64) -> Option<u64> {
        if (self.filled + 1) * 4 > self.length * 3 {
            self.grow();
        }
        let (at, before) = self.search(hash)?;
        self.set(at, Slot { hash, place });
        self.filled += usize::from(!before.is_taken());
        before.is_taken().then_some(before.place)
    }

    /// Lets a hash stand for nothing.
    pub(super) fn remove(&mut self, hash: u64) {
        let Some((mut hole, slot)) = self.search(hash) else {
            return;
        };
        if !slot.is_taken() {
            return;
        }
        self.filled -= 1;
        // Whoever had to step over the slot moves up, so that no search ends too early.
        let mut next = self.after(hole);
        while let Some(slot) = self.at(next).filter(|slot| slot.is_taken()) {
            let begins = self.home(slot.hash);
            if self.distance(begins, next) >= self.distance(hole, next) {
                self.set(hole, slot);
                hole = next;
            }
            next = self.after(next);
        }
        self.set(hole, FREE);
    }

    /// The slot of a hash and where it lies, or the free one where it would go; nothing in a table without slots.
    fn search(&self, hash: u64) -> Option<(usize, Slot)> {
        let mut at = self.home(hash);
        loop {
            let slot = self.at(at)?;
            if !slot.is_taken() || slot.hash == hash {
                return Some((at, slot));
            }
            at = self.after(at);
        }
    }

    fn at(&self, at: usize) -> Option<Slot> {
        self.pieces.get(at / PIECE)?.get(at % PIECE).copied()
    }

    fn set(&mut self, at: usize, slot: Slot) {
        if let Some(piece) = self.pieces.get_mut(at / PIECE)
            && let Some(place) = Arc::make_mut(piece).get_mut(at % PIECE)
        {
            *place = slot;
        }
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
        self.length.saturating_sub(1)
    }

    fn grow(&mut self) {
        let length = (self.length * 2).max(LEAST);
        let piece = || Arc::from(vec![FREE; length.min(PIECE)]);
        let pieces = std::iter::repeat_with(piece).take(length.div_ceil(PIECE));
        let before = std::mem::replace(&mut self.pieces, pieces.collect());
        self.length = length;
        let slots = before.iter().flat_map(|piece| piece.iter().copied());
        for slot in slots.filter(|slot| slot.is_taken()) {
            if let Some((at, _)) = self.search(slot.hash) {
                self.set(at, slot);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// Enough for several pieces.
    const KEYS: u64 = 900;

    proptest! {
        #[test]
        fn table_holds_what_a_map_holds_and_a_copy_what_it_held(
            steps in prop::collection::vec((0_u64..KEYS, any::<u32>(), 0..4), 0..1200),
            spread in prop_oneof![Just(1_u64), Just(8), Just(0x9e37_79b9_7f4a_7c15)],
        ) {
            let (mut table, mut map) = (Table::default(), HashMap::new());
            let mut copies = Vec::new();
            for (step, (key, place, kind)) in steps.into_iter().enumerate() {
                let (hash, place) = (key.wrapping_mul(spread), u64::from(place));
                if kind > 0 {
                    prop_assert_eq!(table.insert(hash, place), map.insert(hash, place));
                } else {
                    table.remove(hash);
                    map.remove(&hash);
                }
                if step % 200 == 0 {
                    copies.push((table.clone(), map.clone()));
                }
            }
            copies.push((table, map));
            for (table, map) in copies {
                for key in 0..KEYS {
                    let hash = key.wrapping_mul(spread);
                    prop_assert_eq!(table.get(hash), map.get(&hash).copied());
                }
            }
        }
    }
}
