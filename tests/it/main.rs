//! What the double does, told by somebody outside: over HTTP, through the library door, and by its command line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "these are tests"
)]

mod support;

mod driver;
mod house;
mod real_client;
