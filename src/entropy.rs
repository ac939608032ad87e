//! Chance, as a pure function of (seed, stream, position).
//!
//! There is no shared generator: neither the order of requests nor another stream shifts anybody's draws.
//! The published vectors in `docs/scenario-format.md` are checked by the tests below.
//! This module knows nothing of the rest of the crate.

use rand::Rng;
use rand::SeedableRng;
use rand::TryRng;
use rand::rngs::{ChaCha8Rng, SysRng};
use sha2::{Digest, Sha256};

/// How many 32-bit words of a stream belong to one draw.
const WORDS_PER_DRAW: u128 = 16;

/// The chance of one sandbox: the n-th draw of a named stream.
///
/// # Examples
///
/// ```
/// # use goto_double::entropy::Entropy;
/// let dice = Entropy::from_seed(7);
/// assert_eq!(dice.draw("rule", 3).fraction(), Entropy::from_seed(7).draw("rule", 3).fraction());
/// assert_ne!(dice.draw("rule", 3).fraction(), dice.draw("rule", 4).fraction());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entropy {
    seed: u64,
}

impl Entropy {
    /// The chance that `seed` stands for.
    pub fn from_seed(seed: u64) -> Self {
        Self { seed }
    }

    /// A seed from the system, for whoever did not name one; it is printed wherever it decides anything.
    pub fn seed_from_system() -> u64 {
        // Without a system source every run would still be repeatable, only not different: say so with a fixed seed.
        SysRng.try_next_u64().unwrap_or(0) >> 11
    }

    /// The seed this chance came from.
    pub fn seed(self) -> u64 {
        self.seed
    }

    /// The `n`-th draw of `stream`.
    pub fn draw(self, stream: &str, n: u64) -> Draw {
        let mut generator = ChaCha8Rng::seed_from_u64(self.seed);
        generator.set_stream(label(stream));
        generator.set_word_pos(u128::from(n) * WORDS_PER_DRAW);
        let mut bytes = [0; 32];
        generator.fill_bytes(&mut bytes);
        Draw { bytes }
    }
}

/// The stream number of a name: the first eight bytes of its SHA-256, big-endian.
fn label(stream: &str) -> u64 {
    let digest = Sha256::digest(stream.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// What one draw gave: 32 bytes, to be read in one of the forms below.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    bytes: [u8; 32],
}

impl Draw {
    /// The drawn bytes.
    pub fn bytes(self) -> [u8; 32] {
        self.bytes
    }

    /// The first eight bytes as a number.
    pub fn number(self) -> u64 {
        self.bytes
            .iter()
            .take(8)
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// A number from 0 up to but not 1.
    pub fn fraction(self) -> f64 {
        const STEPS: u64 = 1 << 53;
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
        let (numerator, steps) = ((self.number() >> 11) as f64, STEPS as f64);
        numerator / steps
    }

    /// A decimal number of 19 digits that fits a signed 64-bit integer, as GoTo's keys are.
    pub fn decimal19(self) -> String {
        const LEAST: u64 = 1_000_000_000_000_000_000;
        const MOST: u64 = i64::MAX as u64;
        (LEAST + self.number() % (MOST - LEAST)).to_string()
    }

    /// A version 4 UUID, [RFC 9562 section 5.4](https://www.rfc-editor.org/rfc/rfc9562#section-5.4).
    pub fn uuid(self) -> String {
        let mut bytes = self.bytes;
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = |range: std::ops::Range<usize>| hex(&bytes[range]);
        format!(
            "{}-{}-{}-{}-{}",
            hex(0..4),
            hex(4..6),
            hex(6..8),
            hex(8..10),
            hex(10..16)
        )
    }

    /// 64 hexadecimal digits: an unguessable token.
    pub fn token(self) -> String {
        hex(&self.bytes)
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_not_shifted_by_another() {
        let dice = Entropy::from_seed(1);
        let before = dice.draw("a", 5).number();
        for n in 0..10 {
            dice.draw("b", n);
        }
        assert_eq!(dice.draw("a", 5).number(), before);
        assert_ne!(dice.draw("a", 5).number(), dice.draw("b", 5).number());
        assert_ne!(
            dice.draw("a", 5).number(),
            Entropy::from_seed(2).draw("a", 5).number()
        );
    }

    #[test]
    fn forms_have_their_shape() {
        for n in 0..1000 {
            let draw = Entropy::from_seed(3).draw("shape", n);
            assert_eq!(draw.decimal19().len(), 19);
            assert!(draw.decimal19().parse::<i64>().is_ok());
            assert!((0.0..1.0).contains(&draw.fraction()));
            let uuid = draw.uuid();
            assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
        }
    }
}
