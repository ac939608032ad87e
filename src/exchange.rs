//! One HTTP exchange as plain values: what was asked, what is answered, how the answer leaves.
//!
//! Below the socket nobody sees hyper or a half-read body.
//! This module knows nothing of the rest of the crate.

mod delivery;

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, StatusCode, Uri, Version};

pub use self::delivery::{Cuts, Delivery, End, FalseLength, Goaway, Stale};

/// A request that has been read to its end.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The target as it was sent.
    pub uri: Uri,
    /// The protocol version.
    pub version: Version,
    /// The header fields in the order they came.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The connection it came by.
    pub connection: Connection,
}

/// The connection an exchange runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Counted from 1 over the life of the process.
    pub number: u64,
    /// The client's end.
    pub peer: SocketAddr,
    /// Our end.
    pub local: SocketAddr,
}

/// A request as it came off the socket.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// The request.
    pub request: Request,
    /// Whether its body was larger than the double takes; then the request carries none of it.
    pub is_too_large: bool,
    /// Why two readers could take it for different requests, if they could; it is refused then.
    pub malformed: Option<&'static str>,
}

impl Request {
    /// The path as it was sent, not percent-decoded.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The query as it was sent, without the question mark; empty if there is none.
    pub fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }

    /// The value of a header field, if it is there once at least and is visible ASCII.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The media type of the body in lower case, without parameters.
    pub fn media_type(&self) -> Option<String> {
        self.sent_media_type().map(str::to_ascii_lowercase)
    }

    /// Whether the body says that it is a form.
    pub fn is_form(&self) -> bool {
        self.sent_media_type()
            .is_some_and(|sent| sent.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    }

    fn sent_media_type(&self) -> Option<&str> {
        let value = self.header(&CONTENT_TYPE)?;
        Some(value.split(';').next().unwrap_or_default().trim())
    }
}

/// The media type of nearly every answer, read once; to read it each time is to look at each of its letters.
static SCIM: LazyLock<HeaderValue> =
    LazyLock::new(|| HeaderValue::from_static("application/scim+json"));

/// An answer, whole and not yet on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The status code.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// An answer with nothing but a status.
    pub fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// An answer with a body of the given media type.
    pub fn with_body(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut reply = Self {
            status,
            headers: HeaderMap::with_capacity(4),
            body: body.into(),
        };
        let media_type = if media_type.as_bytes() == SCIM.as_bytes() {
            SCIM.clone()
        } else {
            HeaderValue::from_static(media_type)
        };
        reply.headers.insert(CONTENT_TYPE, media_type);
        reply
    }

    /// The same with a header field set whose value is ready; without one it stays as it is.
    #[must_use]
    pub fn with_value(mut self, name: HeaderName, value: Option<&HeaderValue>) -> Self {
        if let Some(value) = value {
            self.headers.insert(name, value.clone());
        }
        self
    }

    /// The same with a header field set; a value that no header field can hold is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.insert(name, value);
        }
        self
    }
}

/// Anything that knows how it looks as an answer.
pub trait IntoReply {
    /// Turns into that answer.
    fn into_reply(self) -> Reply;
}

impl IntoReply for Reply {
    fn into_reply(self) -> Reply {
        self
    }
}

/// What really left the socket for one exchange; filled in while it happens, readable at any time.
#[derive(Debug, Default)]
pub struct Delivered {
    bytes: AtomicU64,
    ending: AtomicU8,
    /// Milliseconds since 1970 on the sandbox clock, plus one; 0 until the delivery ended.
    ended: AtomicU64,
}

/// How a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It has not.
    UnderWay,
    /// Everything meant to go out went out.
    Complete,
    /// The double broke off on purpose.
    BrokenOff,
    /// The client went away first.
    ClientGone,
}

impl Delivered {
    /// Notes bytes that were handed to the socket.
    pub fn add(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Notes how and when (milliseconds since 1970) the delivery ended; only the first call counts.
    pub fn end(&self, ending: Ending, at_millisecond: i64) {
        let code = match ending {
            Ending::UnderWay => 0,
            Ending::Complete => 1,
            Ending::BrokenOff => 2,
            Ending::ClientGone => 3,
        };
        if self
            .ending
            .compare_exchange(0, code, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
        {
            self.ended.store(
                u64::try_from(at_millisecond).unwrap_or(0) + 1,
                Ordering::Release,
            );
        }
    }

    /// Takes back bytes and an ending that were noted ahead of a write that then fell short.
    pub fn take_back(&self, bytes: u64) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.ended.store(0, Ordering::Release);
        self.ending.store(0, Ordering::Release);
    }

    /// Bytes handed to the socket so far, head included.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// How the delivery ended.
    pub fn ending(&self) -> Ending {
        match self.ending.load(Ordering::Acquire) {
            1 => Ending::Complete,
            2 => Ending::BrokenOff,
            3 => Ending::ClientGone,
            _ => Ending::UnderWay,
        }
    }

    /// When the delivery ended, in milliseconds since 1970 on the sandbox clock.
    pub fn ended_millisecond(&self) -> Option<i64> {
        let stored = self.ended.load(Ordering::Acquire);
        stored
            .checked_sub(1)
            .and_then(|millisecond| i64::try_from(millisecond).ok())
    }
}
