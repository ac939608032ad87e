//! The only room with sockets: HTTP in and out, DNS, and the look-ups a proof needs.
//!
//! It knows no rule of SCIM or OAuth: a request goes up as a plain value, an answer comes down as one,
//! and this room makes sure that the socket shows exactly what the answer's delivery says.

mod alarm;
pub(crate) mod codec;
mod conduit;
mod delivery;
pub(crate) mod dns;
pub(crate) mod door;
mod flow;
mod frames;
mod knock;
mod line;
pub(crate) mod listen;
mod manner;
mod outgoing;
mod pacer;
pub(crate) mod probe;
mod refusal;
mod resolve;
mod shape;
mod shutdown;
mod socket;
mod talk;
#[cfg(test)]
mod tests;
pub(crate) mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) use self::probe::Probe;
pub(crate) use self::shutdown::{Shutdown, Stop};
pub use self::tls::TlsError;

/// What protects the double itself; all times are real ones, whatever a sandbox's clock says.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest request body that is read into memory.
    pub body_bytes: usize,
    /// How much of a larger body is read and thrown away, so that its sender sees the refusal.
    pub drain_bytes: u64,
    /// The largest request head; at least 8192.
    pub head_bytes: u32,
    /// How long a request head may take from its first byte to its last.
    pub head_time: Duration,
    /// How long a request body may stay silent.
    pub body_time: Duration,
    /// How long a connection may stay open without a request.
    pub idle_time: Duration,
    /// How long exchanges under way may still take once the double stops.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            drain_bytes: 64 << 20,
            head_bytes: 64 << 10,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(600),
            grace: Duration::from_millis(500),
        }
    }
}

/// Counts connections from 1 over everything that shares it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connections(Arc<AtomicU64>);

impl Connections {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}
