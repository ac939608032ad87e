//! GoTo in memory: a test double that breaks on purpose and judges provisioning clients.

pub mod app;
pub mod client;
pub mod clock;
pub mod conformance;
pub mod domain;
pub mod engine;
pub mod entropy;
pub mod entry;
pub mod exchange;
pub mod journal;
pub mod oauth;
pub mod operation;
pub mod profile;
pub mod sandbox;
pub mod scenario;
pub mod scim;
pub mod store;
pub mod verdict;
pub(crate) mod wire;
