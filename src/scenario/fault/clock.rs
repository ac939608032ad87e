//! A clock that somebody turns: what the directory takes the time to be, from one request on.

use crate::clock::duration_text;
use crate::scenario::finding::Complaint;
use crate::scenario::plan::Skew;

use super::token::skew;

/// Reads a jump with its direction, as `+1h`.
pub(super) fn parse(text: &str) -> Result<Skew, Complaint> {
    let jump = skew(text)?;
    match jump {
        Skew::Ahead(by) | Skew::Behind(by) if by.is_zero() => {
            Err("a clock that is turned by nothing shows what it did".into())
        }
        jump => Ok(jump),
    }
}

/// What it does, in a few words.
pub(super) fn what(jump: Skew) -> String {
    match jump {
        Skew::Ahead(by) => format!("clock put forward by {}", duration_text(by)),
        Skew::Behind(by) => format!("clock put back by {}", duration_text(by)),
    }
}
