//! How an answer leaves the socket.

use std::time::Duration;

use http::{StatusCode, Version};

/// How an answer leaves the socket.
///
/// Every fault of the wire is one of these; [`Whole`](Self::Whole) is no fault.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Delivery {
    /// All of it, at once.
    #[default]
    Whole,
    /// Nothing; the connection is closed in good order.
    Close,
    /// Nothing; the connection is closed without the farewell that TLS wants before it.
    Unnotified,
    /// Nothing; the connection is reset (TCP RST).
    Reset,
    /// The head and so many bytes of the body, then the end.
    Cut {
        /// Bytes of the body that still go out; 0 cuts right after the head.
        body: usize,
        /// How the connection then ends.
        end: End,
    },
    /// The head and so many bytes of the body (or nothing at all), then silence, then a close.
    Stall {
        /// Bytes of the body that go out before the silence; `None` holds the head back too.
        body: Option<usize>,
        /// How long the silence lasts on the sandbox clock.
        hold: Duration,
    },
    /// The body in pieces with a pause after each.
    Dribble {
        /// Bytes a piece.
        bytes: usize,
        /// The pause on the sandbox clock.
        every: Duration,
    },
    /// Head and body in pieces, each a write of its own.
    Slice {
        /// Where a piece ends.
        at: Cuts,
        /// The pause after each on the sandbox clock; none if zero.
        every: Duration,
    },
    /// Bytes that are no HTTP, then a close.
    Garbage,
    /// A chunked body whose second chunk has a broken size line, then a close.
    BadChunk,
    /// The whole answer in chunks of so many bytes, each with an extension, and fields behind the last; then a close.
    Chunks(usize),
    /// The heads of answers that are not final, and then the whole answer.
    Interim(Vec<StatusCode>),
    /// The whole answer with a head that says something else of its length, then a close.
    Length(FalseLength),
    /// The whole answer; the connection ends when the next request comes on it.
    Stale(Stale),
    /// The whole answer, then a close that the head does not announce.
    UnsaidClose,
    /// The whole answer with a head that announces a close, and none.
    UnmeantClose,
    /// Nothing; the stream of HTTP/2 is reset with that error code, and on HTTP/1 the connection.
    StreamReset(u32),
    /// Takes leave of the whole connection.
    Goaway(Goaway),
}

impl Delivery {
    /// Why an answer to a request of that version leaves as ever all the same.
    pub fn lacks(&self, version: Version) -> Option<&'static str> {
        match (self, version) {
            (Self::Interim(_), Version::HTTP_10) => Some("HTTP/1.0 knows no interim answers"),
            (Self::Interim(_), Version::HTTP_2) => Some("none are sent on HTTP/2"),
            (Self::Chunks(_), Version::HTTP_10) => Some("HTTP/1.0 has no chunks"),
            (
                Self::Slice {
                    at: Cuts::LineEnds, ..
                },
                Version::HTTP_2,
            ) => Some("HTTP/2 has no lines"),
            (Self::UnmeantClose, Version::HTTP_2) => Some("HTTP/2 has no such field"),
            _ => None,
        }
    }

    /// Whether all of the answer goes out, and no careful client takes it for broken.
    pub fn comes_whole(&self) -> bool {
        matches!(
            self,
            Self::Whole
                | Self::Dribble { .. }
                | Self::Slice { .. }
                | Self::Chunks(_)
                | Self::Interim(_)
                | Self::Length(FalseLength::None)
                | Self::Stale(_)
                | Self::UnsaidClose
                | Self::UnmeantClose
                | Self::Goaway(Goaway::After)
        )
    }
}

/// How a connection ends whose answer is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// In good order.
    #[default]
    Close,
    /// By a reset (TCP RST).
    Reset,
    /// By the end of TCP alone, without the farewell of TLS.
    Unnotified,
}

/// Where the pieces of an answer end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cuts {
    /// After so many bytes.
    Bytes(usize),
    /// In the middle of each line end of the head.
    LineEnds,
    /// In the middle of each letter of the body that takes several bytes.
    Letters,
}

impl Cuts {
    /// How many of these bytes of a body make the next piece.
    pub fn piece(self, bytes: &[u8]) -> usize {
        let cut = match self {
            Self::Bytes(most) => return most.max(1).min(bytes.len()),
            Self::LineEnds => None,
            // The first byte of a letter that takes several.
            Self::Letters => bytes.iter().position(|byte| *byte >= 0xc0),
        };
        cut.map_or(bytes.len(), |cut| cut + 1)
    }
}

/// What the head of an answer says of the length of its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FalseLength {
    /// A `Content-Length` beside `Transfer-Encoding: chunked`.
    Both,
    /// Two `Content-Length` that differ.
    Two,
    /// More bytes than there are.
    Long,
    /// Fewer bytes than there are.
    Short,
    /// Nothing: the body goes to the end of the connection.
    None,
}

/// How a connection ends that was said to stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// In good order.
    Close,
    /// By a reset (TCP RST).
    Reset,
}

/// How a connection of HTTP/2 is taken leave of,
/// [RFC 9113 section 6.8](https://www.rfc-editor.org/rfc/rfc9113#section-6.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goaway {
    /// After this answer, which arrives whole.
    After,
    /// Before it: this request counts as never processed.
    Refused,
    /// In its place: this request may have been processed.
    Lost,
}
