//! The fault script as pure description: what to do to which request, and what to expect of the client.
//!
//! It reads, checks and decides; it holds no state, asks no clock and draws no dice.

pub mod facts;
pub mod plan;
pub mod source;
pub mod state;
