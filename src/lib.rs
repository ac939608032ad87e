#![doc = include_str!("../README.md")]

pub mod app;
pub mod client;
pub mod clock;
pub mod conformance;
pub mod domain;
pub mod double;
pub mod engine;
pub mod entropy;
pub mod entry;
pub mod exchange;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod journal;
pub mod oauth;
pub mod operation;
pub mod profile;
pub mod report;
pub mod sandbox;
pub mod scenario;
pub mod scim;
pub mod shipped;
pub mod store;
pub mod variation;
pub mod verdict;
mod wire;

pub use app::auth::MintRequest;
pub use app::control::{
    ClockChange, Control, ControlError, JournalFilter, RuleSpec, RulesChanged, RulesSpec,
    SandboxSpec, read_script,
};
pub use double::{Addresses, Builder, GotoDouble, Ready, StartError};
pub use sandbox::Judgement;
pub use verdict::Verdict;
pub use wire::{Limits, TlsError};
