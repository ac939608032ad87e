//! What is counted of an answer, and a connection's last words.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::clock::{Clock, Timestamp};
use crate::exchange::{Delivered, End, Ending};

/// Where the bytes of one answer are counted.
#[derive(Clone, Debug)]
pub(in crate::wire) struct Tally {
    pub(in crate::wire) delivered: Arc<Delivered>,
    pub(in crate::wire) clock: Clock,
    /// When the answer was ready, as long as nobody has waited since.
    pub(in crate::wire) ready: Option<Timestamp>,
}

impl Tally {
    /// The same for a delivery that may end at any time.
    #[must_use]
    pub(in crate::wire) fn later(mut self) -> Self {
        self.ready = None;
        self
    }

    pub(in crate::wire) fn end(&self, ending: Ending) {
        let now = self.ready.unwrap_or_else(|| self.clock.now());
        self.delivered.end(ending, now.as_millisecond());
    }
}

/// A connection's last words, said without hyper.
#[derive(Debug)]
pub(in crate::wire) struct Parting {
    /// What still goes out.
    pub(in crate::wire) words: Bytes,
    /// The silence after it, on the sandbox clock.
    pub(in crate::wire) hold: Option<Duration>,
    /// How the connection then ends.
    pub(in crate::wire) close: Close,
    /// How the delivery then has ended.
    pub(in crate::wire) ending: Ending,
    pub(in crate::wire) tally: Tally,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::wire) enum Close {
    /// In good order (TCP FIN).
    Orderly,
    /// By a reset (TCP RST).
    Reset,
    /// In good order for TCP, and without the farewell of TLS.
    Unnotified,
}

impl From<End> for Close {
    fn from(end: End) -> Self {
        match end {
            End::Close => Self::Orderly,
            End::Reset => Self::Reset,
            End::Unnotified => Self::Unnotified,
        }
    }
}
