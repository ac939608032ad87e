//! From hyper's request to a plain one, and from a plain answer to the bytes of its head.

use std::error::Error as _;
use std::io;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, EXPECT, HOST, HeaderValue, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use crate::exchange::{Arrived, Connection, Reply, Request};

use super::line::Line;
use super::outgoing::NoAnswer;
use super::pacer::Pacer;
use super::{Limits, shape};

/// A request of which the head alone was read, which is all of it if it has no body.
pub(super) fn bodiless(head: Parts, line: &Line) -> Arrived {
    let request = with_head(head, line.connection);
    Arrived {
        malformed: shape::complaint(&request, line),
        request,
        is_too_large: false,
    }
}

/// Reads a request to its end of which the head is there.
pub(super) async fn read(
    (mut arrived, body): (Arrived, Incoming),
    limits: &Limits,
    pacer: &mut Pacer,
) -> Result<Arrived, NoAnswer> {
    let waits = arrived.request.headers.contains_key(EXPECT);
    let content = if waits && is_over(&body, limits) {
        // The client waits for leave to send, so a refusal reaches it without its body.
        Content::TooLarge
    } else {
        collect(body, limits, pacer).await?
    };
    match content {
        Content::Whole(body) => arrived.request.body = body,
        Content::TooLarge => arrived.is_too_large = true,
        Content::Malformed => arrived.malformed = Some(shape::BAD_BODY),
    }
    Ok(arrived)
}

fn with_head(head: Parts, connection: Connection) -> Request {
    let mut request = Request {
        method: head.method,
        uri: head.uri,
        version: head.version,
        headers: head.headers,
        body: Bytes::new(),
        connection,
    };
    name_host(&mut request);
    request
}

/// Puts the authority of an HTTP/2 request where HTTP/1 has it.
fn name_host(request: &mut Request) {
    let Some(authority) = request.uri.authority() else {
        return;
    };
    if request.headers.contains_key(HOST) {
        return;
    }
    if let Ok(host) = HeaderValue::from_str(authority.as_str()) {
        request.headers.insert(HOST, host);
    }
}

enum Content {
    Whole(Bytes),
    TooLarge,
    Malformed,
}

fn is_over(body: &Incoming, limits: &Limits) -> bool {
    body.size_hint().lower() > limits.body_bytes as u64
}

async fn collect(
    mut body: Incoming,
    limits: &Limits,
    pacer: &mut Pacer,
) -> Result<Content, NoAnswer> {
    let mut read = Read::Nothing;
    pacer.before(0).await;
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) if is_malformed(&error) => return Ok(Content::Malformed),
            Err(_) => return Err(NoAnswer::Unreadable),
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if read.len() + data.len() > limits.body_bytes {
            drain(body, limits).await?;
            return Ok(Content::TooLarge);
        }
        let more = data.len();
        read = read.and(data);
        pacer.before(more).await;
    }
    Ok(Content::Whole(match read {
        Read::Nothing => Bytes::new(),
        Read::One(data) => data,
        Read::Many(data) => data.freeze(),
    }))
}

/// Whether a body is there and cannot be read, as against one whose sender went away.
fn is_malformed(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref());
    cause.is_some_and(|cause: &io::Error| {
        matches!(
            cause.kind(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
        )
    })
}

/// A body so far: most come in one frame and need no copy.
enum Read {
    Nothing,
    One(Bytes),
    Many(BytesMut),
}

impl Read {
    fn len(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::One(data) => data.len(),
            Self::Many(data) => data.len(),
        }
    }

    fn and(self, data: Bytes) -> Self {
        let mut all = match self {
            Self::Nothing => return Self::One(data),
            Self::One(first) => BytesMut::from(first),
            Self::Many(all) => all,
        };
        all.extend_from_slice(&data);
        Self::Many(all)
    }
}

/// Reads on without keeping anything, so that the sender is not cut off before it sees the refusal.
pub(super) async fn drain(mut body: Incoming, limits: &Limits) -> Result<(), NoAnswer> {
    let mut left = limits.drain_bytes;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| NoAnswer::Unreadable)?;
        let read = frame.data_ref().map_or(0, Bytes::len) as u64;
        match left.checked_sub(read) {
            Some(less) => left = less,
            None => return Ok(()),
        }
    }
    Ok(())
}

/// Whether an answer with this status has a body at all.
pub(super) fn has_body(status: StatusCode) -> bool {
    !status.is_informational()
        && status != StatusCode::NO_CONTENT
        && status != StatusCode::NOT_MODIFIED
}

/// Takes out the fields that say how the body is framed: that is the socket's business.
pub(super) fn strip_framing(headers: &mut HeaderMap) {
    headers.remove(CONTENT_LENGTH);
    headers.remove(TRANSFER_ENCODING);
}

/// How the head says where the body ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Framing {
    Length(usize),
    Chunked,
    /// By a length and by chunks.
    Both(usize),
    /// By two lengths.
    Two(usize, usize),
    /// It does not: the connection's end is the body's.
    None,
}

/// The head of an HTTP/1.1 answer as bytes, for answers that hyper would refuse to send.
pub(super) fn head(reply: &Reply, framing: Framing) -> BytesMut {
    let mut head = BytesMut::with_capacity(512);
    head.extend_from_slice(b"HTTP/1.1 ");
    head.extend_from_slice(reply.status.as_str().as_bytes());
    head.extend_from_slice(b" ");
    let reason = reply.status.canonical_reason().unwrap_or_default();
    head.extend_from_slice(reason.as_bytes());
    head.extend_from_slice(b"\r\n");
    for (name, value) in &reply.headers {
        field(&mut head, name.as_str(), value.as_bytes());
    }
    let lengths = match framing {
        Framing::Length(_) if !has_body(reply.status) => [None, None],
        Framing::Length(length) | Framing::Both(length) => [Some(length), None],
        Framing::Two(one, other) => [Some(one), Some(other)],
        Framing::Chunked | Framing::None => [None, None],
    };
    for length in lengths.into_iter().flatten() {
        field(&mut head, "content-length", length.to_string().as_bytes());
    }
    if matches!(framing, Framing::Chunked | Framing::Both(_)) {
        field(&mut head, "transfer-encoding", b"chunked");
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn field(head: &mut BytesMut, name: &str, value: &[u8]) {
    head.extend_from_slice(name.as_bytes());
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.extend_from_slice(b"\r\n");
}
