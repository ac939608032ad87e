//! SHA-256 as text: for naming secrets without telling them.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The SHA-256 of the parts, one after the other, in 64 hexadecimal digits.
pub fn hex_digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
    }
    hasher
        .finalize()
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The first `digits` digits of the SHA-256 of a text.
pub fn short_digest(text: &str, digits: usize) -> String {
    let mut short = hex_digest(&[text]);
    short.truncate(digits);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_is_that_of_the_joined_parts() {
        let of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex_digest(&["a", "bc"]), of_abc);
        assert_eq!(short_digest("abc", 12), "ba7816bf8f01");
    }
}
