//! The page on draws, held to by a second implementation that has nothing in common with the first.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::program::ROOT;

/// The key of `ChaCha` that a seed stands for.
fn key_of(mut seed: u64) -> [u32; 8] {
    let mut key = [0; 8];
    for word in &mut key {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(11_634_580_027_462_260_723);
        let low = u32::try_from((((seed >> 18) ^ seed) >> 27) & 0xffff_ffff).unwrap();
        *word = low.rotate_right(u32::try_from(seed >> 59).unwrap());
    }
    key
}

fn quarter(state: &mut [u32; 16], [a, b, c, d]: [usize; 4]) {
    for (bits_d, bits_b) in [(16, 12), (8, 7)] {
        state[a] = state[a].wrapping_add(state[b]);
        state[d] = (state[d] ^ state[a]).rotate_left(bits_d);
        state[c] = state[c].wrapping_add(state[d]);
        state[b] = (state[b] ^ state[c]).rotate_left(bits_b);
    }
}

fn halves(number: u64) -> [u32; 2] {
    [
        u32::try_from(number & 0xffff_ffff).unwrap(),
        u32::try_from(number >> 32).unwrap(),
    ]
}

fn draw(seed: u64, stream: &str, n: u64) -> Vec<u8> {
    let nonce = Sha256::digest(stream.as_bytes())[..8]
        .iter()
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mut state = [0; 16];
    state[..4].copy_from_slice(&[0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]);
    state[4..12].copy_from_slice(&key_of(seed));
    state[12..14].copy_from_slice(&halves(n));
    state[14..].copy_from_slice(&halves(nonce));
    let mut mixed = state;
    for _ in 0..4 {
        for column in 0..4 {
            quarter(&mut mixed, [column, 4 + column, 8 + column, 12 + column]);
        }
        for column in 0..4 {
            let of = |row: usize| 4 * row + (column + row) % 4;
            quarter(&mut mixed, [of(0), of(1), of(2), of(3)]);
        }
    }
    let words = state.iter().zip(mixed);
    let bytes = words.flat_map(|(before, after)| before.wrapping_add(after).to_le_bytes());
    bytes.take(32).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
fn fraction(draw: &[u8]) -> f64 {
    (number(&draw[..8]) >> 11) as f64 / (1_u64 << 53) as f64
}

/// The rows of the table under a heading that begins like this, without the marks around code.
fn rows(header: &str) -> Vec<Vec<String>> {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/draws.md")).unwrap();
    let lines = page.lines().skip_while(|line| !line.starts_with(header));
    let rows: Vec<_> = lines
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells
                .map(|cell| cell.trim().trim_matches('`').replace("\\u001f", "\u{1f}"))
                .collect()
        })
        .collect();
    assert!(rows.len() > 3, "{header}");
    rows
}

#[test]
fn published_draws_are_drawn_again_by_the_words_of_the_page() {
    for row in rows("| Seed | Stream | n | Draw |") {
        let draw = draw(row[0].parse().unwrap(), &row[1], row[2].parse().unwrap());
        let hex = hex(&draw);
        assert_eq!(hex, row[3]);
        assert_eq!(format!("{:.12}", fraction(&draw)), row[4]);
    }
}

#[test]
fn published_waits_are_drawn_again_by_the_words_of_the_page() {
    for row in rows("| Seed | Stream | n | Wait |") {
        let draw = draw(row[0].parse().unwrap(), &row[1], row[2].parse().unwrap());
        let wait: Value = serde_json::from_str(&row[3]).unwrap();
        let milliseconds = |value: &Value| {
            let text = value.as_str().unwrap();
            match text.strip_suffix("ms") {
                Some(number) => number.parse::<f64>().unwrap(),
                None => text.trim_end_matches('s').parse::<f64>().unwrap() * 1000.0,
            }
        };
        let unit =
            |bytes: &[u8]| f64::from(u32::try_from(number(bytes)).unwrap()) / f64::from(u32::MAX);
        let expected = if let Some(ends) = wait["uniform"].as_array() {
            let (least, most) = (milliseconds(&ends[0]), milliseconds(&ends[1]));
            least + fraction(&draw) * (most - least)
        } else {
            let [median, sigma, cap] = wait["lognormal"].as_array().unwrap().as_slice() else {
                panic!("{wait}")
            };
            let (u, v) = (unit(&draw[..4]), unit(&draw[8..12]));
            let z = (-2.0 * (1.0 - u).max(1e-12).ln()).sqrt() * (std::f64::consts::TAU * v).cos();
            let exact = milliseconds(median) * (sigma.as_f64().unwrap() * z).exp();
            exact.min(milliseconds(cap))
        };
        assert_eq!(expected.floor().to_string(), row[4]);
    }
}

#[test]
fn published_keys_of_writes_are_made_again_by_the_words_of_the_page() {
    for row in rows("| Operation | Path | Body |") {
        let target = row[1]
            .rsplit('/')
            .next()
            .filter(|last| last.parse::<u32>().is_ok());
        let target = target.map_or(String::new(), |id| format!("/{id}"));
        // The one object of the table has its members sorted here by hand.
        let content = if row[2].starts_with('{') {
            r#"{"active":true,"userName":"ada@main.com"}"#
        } else {
            &row[2]
        };
        let digest = Sha256::digest(format!("{}{target}\n{content}", row[0]).as_bytes());
        let hex = hex(&digest[..16]);
        assert_eq!(hex, row[3]);
    }
}
