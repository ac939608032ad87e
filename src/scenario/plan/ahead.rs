//! What is done before a request has been read to its end, or anything of it, and how far a resolver lags.

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

/// What a client sees in place of a sound TLS handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVerb {
    /// A certificate that ended an hour ago.
    Expired,
    /// A certificate that begins tomorrow.
    NotYetValid,
    /// A certificate for another host.
    WrongName,
    /// A certificate of an authority that nobody was told of.
    UnknownCa,
    /// A certificate signed by its own key.
    SelfSigned,
    /// No TLS newer than 1.0, which nobody should speak any more.
    Tls10,
    /// No TLS newer than 1.1, which nobody should speak any more.
    Tls11,
    /// A sound certificate, but no TLS 1.3.
    Tls12,
    /// The end of the connection.
    Close,
    /// Silence, so long on the sandbox clock, or until the sandbox ends.
    Stall(Option<Duration>),
}

/// How far a resolver lags behind a change of the zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lag {
    /// It never learns of it.
    Always,
    /// It learns of it so long after.
    For(Duration),
    /// It learns of it after so many look-ups.
    LookUps(u64),
}
