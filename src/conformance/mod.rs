//! What a provisioning client ought to do, as pure functions over what happened.
//!
//! It reads entries and states as values; it asks nothing of the double itself.

pub mod catalogue;
pub mod run;
