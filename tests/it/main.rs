//! What the double does, told by somebody outside: over HTTP, through the library door, and by its command line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    clippy::disallowed_methods,
    clippy::format_push_string,
    missing_docs,
    unreachable_pub,
    reason = "these are tests"
)]

mod support;

mod binary;
mod center;
mod check;
mod conformance;
mod control;
mod dns;
mod draws;
mod driver;
mod embed;
mod explain;
mod faults;
mod house;
mod identity;
mod oauth;
mod pages;
mod profiles;
mod readme;
mod real_client;
mod recorded;
mod reload;
mod safety;
mod sandboxes;
mod scenarios;
mod scim;
mod smuggling;
mod tls;
mod triggers;
mod variation;
