//! Hashing for maps whose keys the double made itself.
//!
//! Nobody outside can choose such keys so that many fall together, so they need no keyed hash.

use std::hash::{BuildHasher, Hasher};

/// An odd number without a pattern.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hashes keys that the double made itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OwnKeys;

impl BuildHasher for OwnKeys {
    type Hasher = OwnKeyHasher;

    fn build_hasher(&self) -> OwnKeyHasher {
        OwnKeyHasher(0)
    }
}

/// One hash in the making.
#[derive(Debug)]
pub(super) struct OwnKeyHasher(u64);

impl OwnKeyHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(SPREAD);
    }
}

impl Hasher for OwnKeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        self.add(u64::from_le_bytes(last));
    }

    fn write_u8(&mut self, byte: u8) {
        self.add(byte.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    fn finish(&self) -> u64 {
        // A product is best in its upper bits, and tables take the lower ones.
        self.0.rotate_left(26)
    }
}
