//! What a provisioning client ought to do, as pure functions over what happened.
//!
//! It reads entries and states as values; it asks nothing of the double itself.

mod asked;
mod behind;
mod body;
pub(crate) mod call;
pub mod catalogue;
pub mod client_profile;
pub mod judge;
mod rules;
pub mod run;
#[cfg(test)]
mod tests;
mod view;
