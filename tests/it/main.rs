//! What the double does, told by somebody outside: over HTTP, through the library door, and by its command line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "these are tests"
)]

mod support;

mod center;
mod house;
mod oauth;
mod pages;
