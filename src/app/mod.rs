//! The life of a request, from a plain [`Request`](crate::exchange::Request) to a plain answer.
//!
//! It knows nothing of hyper, sockets or files. Read `App::answer` from top to bottom and you know the server.

pub mod auth;
mod gate;
pub mod surface;

use std::sync::Arc;

use crate::clock::Clock;
use crate::exchange::{Delivered, Delivery, Reply};

/// An answer on its way out: the socket's part begins here.
#[derive(Debug)]
pub struct Sent {
    /// The answer.
    pub reply: Reply,
    /// How it leaves.
    pub delivery: Delivery,
    /// Where to note what really left.
    pub delivered: Arc<Delivered>,
    /// The sandbox clock that stalls and pauses wait on.
    pub clock: Clock,
}
