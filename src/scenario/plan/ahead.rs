//! What is done before a request has been read to its end, or anything of it.

use std::time::Duration;

/// What is done as soon as the head of a request is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadVerb {
    /// The answer goes out before the body is read.
    Early(Rest),
    /// The body is read at a pace.
    SlowRead {
        /// So many bytes at a time.
        bytes: usize,
        /// The pause after them on the sandbox clock.
        every: Duration,
    },
    /// The body is read for a while, and then not.
    StallRead {
        /// So many bytes before the pause.
        bytes: usize,
        /// The pause on the sandbox clock.
        hold: Duration,
    },
}

/// What becomes of a body that is answered before it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// It is read and thrown away, and the connection stays.
    Read,
    /// It is left unread, and the connection is closed.
    Left,
}

/// What a connection meets on which nothing was said yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectVerb {
    /// A reset (TCP RST).
    Reset,
    /// A reset, and a port that takes no connection for so long on the sandbox clock.
    Shut(Duration),
    /// Silence, so long on the sandbox clock, or until the sandbox ends.
    Silence(Option<Duration>),
}
