//! Proof of domain ownership as pure functions: names, verification codes, and what counts as proof.
//!
//! It looks nothing up: it says what it needs to see, and judges what was seen.

pub mod code;
mod judge;
pub mod name;
pub mod proof;
