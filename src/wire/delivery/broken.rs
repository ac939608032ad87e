//! Answers that break off, or whose head is false: on HTTP/1 without hyper, on HTTP/2 by a stream of their own.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use h2::Reason;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue, TRAILER};
use hyper::Response;

use crate::exchange::{Delivery, Ending, FalseLength, Goaway, Reply};

use super::super::codec::{self, Framing};
use super::super::frames;
use super::super::line::{Close, Parting, Tally, Turn};
use super::super::outgoing::{Leave, NoAnswer, Outgoing};
use super::{Asked, Leaving, part_now, response};

/// Bytes that no HTTP parser takes for an answer.
const GARBAGE: &[u8] = b"\x00\x01\xfe\xffthis is not HTTP\x00\r\n\r\n";

/// The field behind the last chunk, and what it says.
const TRAILING: (&str, &str) = ("x-served-by", "goto-double");

/// So much is a false length from the true one.
const FALSE_BY: usize = 7;

/// A delivery that breaks off, as both protocols need to know it.
pub(super) struct Break {
    pub(super) what: Broken,
    pub(super) hold: Option<Duration>,
    pub(super) close: Close,
    /// How HTTP/2 says so.
    stream: Stream,
}

/// What becomes of a stream of HTTP/2 whose answer breaks off.
#[derive(Clone, Copy, PartialEq)]
enum Stream {
    /// It is reset with that error code.
    Reset(Reason),
    /// Its connection is taken leave of, as of that request.
    Goaway(Goaway),
    /// Nothing but its head is false.
    Lives,
    /// It comes to its end, and its connection with it.
    Closes,
}

/// What still goes out before the break.
pub(super) enum Broken {
    Nothing,
    Garbage,
    /// The head and so many bytes of the body.
    Body(usize),
    /// The head and a first chunk.
    BadChunk,
    /// All of it, in chunks of so many bytes with everything that chunks may have.
    Chunks(usize),
    /// All of it, whatever the head says of its length.
    Whole(Option<FalseLength>),
}

impl Break {
    /// `None` for a delivery that comes to its end.
    pub(super) fn of(delivery: &Delivery) -> Option<Self> {
        let broken = |what, close| Self {
            what,
            hold: None,
            close,
            stream: Stream::Reset(Reason::INTERNAL_ERROR),
        };
        Some(match *delivery {
            Delivery::Whole
            | Delivery::Dribble { .. }
            | Delivery::Slice { .. }
            | Delivery::Interim(_)
            | Delivery::Stale(_)
            | Delivery::UnmeantClose
            | Delivery::Goaway(Goaway::After) => return None,
            Delivery::Close => broken(Broken::Nothing, Close::Orderly),
            Delivery::Unnotified => broken(Broken::Nothing, Close::Unnotified),
            Delivery::Reset => broken(Broken::Nothing, Close::Reset),
            Delivery::Cut { body, end } => broken(Broken::Body(body), Close::from(end)),
            Delivery::Stall { body, hold } => Self {
                hold: Some(hold),
                ..broken(body.map_or(Broken::Nothing, Broken::Body), Close::Orderly)
            },
            Delivery::Garbage => broken(Broken::Garbage, Close::Orderly),
            Delivery::BadChunk => broken(Broken::BadChunk, Close::Orderly),
            Delivery::Length(length) => Self {
                stream: Stream::Lives,
                ..broken(Broken::Whole(Some(length)), Close::Orderly)
            },
            Delivery::Chunks(bytes) => Self {
                stream: Stream::Lives,
                ..broken(Broken::Chunks(bytes), Close::Orderly)
            },
            Delivery::UnsaidClose => Self {
                stream: Stream::Closes,
                ..broken(Broken::Whole(None), Close::Orderly)
            },
            Delivery::StreamReset(code) => Self {
                stream: Stream::Reset(Reason::from(code)),
                ..broken(Broken::Nothing, Close::Reset)
            },
            Delivery::Goaway(goaway) => Self {
                stream: Stream::Goaway(goaway),
                ..broken(Broken::Nothing, Close::Orderly)
            },
        })
    }

    /// How such a delivery has ended when it is over.
    pub(super) fn ending(&self) -> Ending {
        match self.what {
            // What is missing of a longer one never comes.
            Broken::Whole(Some(FalseLength::Long)) => Ending::BrokenOff,
            Broken::Whole(_) | Broken::Chunks(_) => Ending::Complete,
            _ => Ending::BrokenOff,
        }
    }
}

/// Breaks off one stream of HTTP/2: hyper turns an error into a `RST_STREAM` frame.
pub(super) fn break_stream(
    reply: Reply,
    length: usize,
    broken: Break,
    (tally, turn): (Tally, Turn),
) -> Leaving {
    let reason = match broken.stream {
        Stream::Reset(reason) => reason,
        Stream::Goaway(goaway) => return go_away(goaway, (tally, turn)),
        Stream::Lives => return Leaving::Whole(lie(reply, length, &broken, (tally, turn))),
        Stream::Closes => {
            let body = Outgoing::leaving(reply.body.clone(), Leave::Close, tally, turn);
            return Leaving::Whole(response(reply, body));
        }
    };
    Leaving::Broken(Box::pin(async move {
        let bytes = match broken.what {
            Broken::Body(bytes) => bytes,
            Broken::BadChunk => length.div_ceil(2),
            Broken::Nothing | Broken::Garbage | Broken::Whole(_) | Broken::Chunks(_) => {
                let owed = Owed(&tally);
                if let Some(hold) = broken.hold {
                    tally.clock.hold(turn.line.connection.peer, hold).await;
                }
                tally.end(Ending::BrokenOff);
                drop(owed);
                return Err(NoAnswer::OnPurpose(reason.into()));
            }
        };
        let mut sent = reply.body.clone();
        sent.truncate(bytes);
        let body = Outgoing::broken(sent, (length as u64, broken.hold), tally, turn);
        Ok(response(reply, body))
    }))
}

/// Notes that the client went away, if nothing else is noted before.
struct Owed<'a>(&'a Tally);

impl Drop for Owed<'_> {
    fn drop(&mut self) {
        self.0.end(Ending::ClientGone);
    }
}

/// Says GOAWAY in place of an answer, and closes.
fn go_away(goaway: Goaway, (tally, turn): (Tally, Turn)) -> Leaving {
    // What begins from now on is begun no more, so that nothing is done beyond the last stream that is named.
    turn.line.begin_no_more();
    let (own, newest) = (turn.stream(), turn.line.streams().newest_begun());
    let words = match goaway {
        Goaway::Refused if own.stream == newest => frames::goaway(own.before),
        // GOAWAY cannot except one stream from those before the last.
        Goaway::Refused => {
            let words = [frames::refused(own.stream), frames::goaway(newest)];
            words.concat().into()
        }
        Goaway::Lost | Goaway::After => frames::goaway(newest),
    };
    let parting = Parting {
        words,
        hold: None,
        close: Close::Orderly,
        ending: Ending::BrokenOff,
        tally,
    };
    part_now(parting, turn)
}

/// A whole answer of HTTP/2 whose head is wrong about its length, or says nothing of it.
fn lie(
    mut reply: Reply,
    length: usize,
    broken: &Break,
    (tally, turn): (Tally, Turn),
) -> Response<Outgoing> {
    let told: &[usize] = match &broken.what {
        Broken::Whole(Some(FalseLength::Two)) => &[length, length + FALSE_BY],
        Broken::Whole(Some(FalseLength::Long)) => &[length + FALSE_BY],
        Broken::Whole(Some(FalseLength::Short)) => &[length.saturating_sub(FALSE_BY)],
        _ => &[],
    };
    for length in told {
        reply
            .headers
            .append(CONTENT_LENGTH, HeaderValue::from(*length));
    }
    let body = Outgoing::unmeasured(reply.body.clone(), tally, turn);
    response(reply, body)
}

/// The bytes an HTTP/1 connection still says before it breaks off.
///
/// An answer without a body has no chunks, and neither has one to HTTP/1.0.
pub(super) fn words(reply: &Reply, (length, asked): (usize, Asked), broken: &Broken) -> Bytes {
    let is_bodiless = asked.is_head || !codec::has_body(reply.status);
    match *broken {
        Broken::BadChunk if is_bodiless || asked.is_old() => {
            let half = Broken::Body(reply.body.len().div_ceil(2));
            words(reply, (length, asked), &half)
        }
        Broken::Chunks(_) if is_bodiless || asked.is_old() => {
            let mut reply = reply.clone();
            let close = HeaderValue::from_static("close");
            reply.headers.insert(CONNECTION, close);
            words(&reply, (length, asked), &Broken::Whole(None))
        }
        Broken::Nothing => Bytes::new(),
        Broken::Garbage => Bytes::from_static(GARBAGE),
        Broken::Body(bytes) => {
            let mut words = codec::head(reply, Framing::Length(length));
            words.extend_from_slice(reply.body.get(..bytes).unwrap_or(&reply.body));
            words.freeze()
        }
        Broken::Whole(length_told) => {
            let mut words = codec::head(reply, framing(length_told, length));
            if length_told == Some(FalseLength::Both) && !is_bodiless {
                one_chunk(&mut words, &reply.body);
            } else {
                words.extend_from_slice(&reply.body);
            }
            words.freeze()
        }
        Broken::Chunks(bytes) => {
            let mut reply = reply.clone();
            let fields = &mut reply.headers;
            fields.insert(TRAILER, HeaderValue::from_static(TRAILING.0));
            fields.insert(CONNECTION, HeaderValue::from_static("close"));
            let mut words = codec::head(&reply, Framing::Chunked);
            chunks(&mut words, &reply.body, bytes);
            words.freeze()
        }
        Broken::BadChunk => {
            let mut words = codec::head(reply, Framing::Chunked);
            bad_chunks(&mut words, &reply.body);
            words.freeze()
        }
    }
}

/// A sound first chunk and a second one with a size that is no number.
fn bad_chunks(words: &mut BytesMut, body: &Bytes) {
    // A chunk of size 0 would end the body in good order.
    let chunk: &[u8] = body.get(..body.len().div_ceil(2)).unwrap_or_default();
    let chunk = if chunk.is_empty() { b" " } else { chunk };
    words.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
    words.extend_from_slice(chunk);
    words.extend_from_slice(b"\r\nnot-a-size\r\n");
}

/// The body in chunks of so many bytes with an extension each, and a field behind the last, [RFC 9112 section
/// 7.1](https://www.rfc-editor.org/rfc/rfc9112#section-7.1).
fn chunks(words: &mut BytesMut, body: &[u8], bytes: usize) {
    for (place, chunk) in body.chunks(bytes.max(1)).enumerate() {
        let size = chunk.len();
        words.extend_from_slice(format!("{size:x};place={place};note=\"a;b\"\r\n").as_bytes());
        words.extend_from_slice(chunk);
        words.extend_from_slice(b"\r\n");
    }
    let (name, value) = TRAILING;
    words.extend_from_slice(format!("0;last\r\n{name}: {value}\r\n\r\n").as_bytes());
}

/// What the head of HTTP/1 says of a body of that length.
fn framing(told: Option<FalseLength>, length: usize) -> Framing {
    match told {
        None => Framing::Length(length),
        Some(FalseLength::Both) => Framing::Both(length),
        Some(FalseLength::Two) => Framing::Two(length, length + FALSE_BY),
        Some(FalseLength::Long) => Framing::Length(length + FALSE_BY),
        Some(FalseLength::Short) => Framing::Length(length.saturating_sub(FALSE_BY)),
        Some(FalseLength::None) => Framing::None,
    }
}

/// The whole body as a chunk, and the end after it.
fn one_chunk(words: &mut BytesMut, body: &Bytes) {
    if !body.is_empty() {
        words.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
        words.extend_from_slice(body);
        words.extend_from_slice(b"\r\n");
    }
    words.extend_from_slice(b"0\r\n\r\n");
}
