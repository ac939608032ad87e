//! What look-ups and handshakes are made to see.

use std::time::Duration;

/// What the double's own DNS look-up is made to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DnsVerb {
    /// The response code, as `NXDOMAIN` or `SERVFAIL`.
    pub rcode: Option<String>,
    /// The TXT strings; `@code` stands for the current verification code.
    pub txt: Option<Vec<String>>,
    /// Their time to live.
    pub ttl: Option<Duration>,
    /// After how many bytes a string is split in two.
    pub split: Option<usize>,
    /// Whether there is an answer at all, and whether it fits into a datagram.
    pub answer: DnsAnswer,
    /// How far behind the zone's last change the answer is.
    pub lags: Option<Lag>,
    /// The label below the name at which its records stand by mistake.
    pub label: Option<String>,
    /// Resolvers that are asked in turn, each with an answer of its own.
    pub resolvers: Vec<Self>,
}

/// What becomes of the answer to a look-up on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DnsAnswer {
    /// It arrives.
    #[default]
    Whole,
    /// There is none.
    None,
    /// It does not fit into a datagram, and must be asked for again over TCP.
    Truncated,
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
