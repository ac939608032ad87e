//! Every delivery, for real: what a healthy answer needs of hyper, and what a broken one does without it.
//!
//! On HTTP/1 a break ends the connection; on HTTP/2 it ends the stream, so that its neighbours live.

mod broken;
mod parting;

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::Version;
use http::header::{CONNECTION, CONTENT_LENGTH, DATE, Entry, HeaderValue};
use hyper::Response;
use hyper::ext::ReasonPhrase;

use crate::app::Sent;
use crate::clock::Clock;
use crate::exchange::{Cuts, Delivery, Ending, Framing, Reason, Reply, Spelling, Stale};

use self::broken::{Break, break_stream, words};
pub(super) use self::parting::{close, part};
use super::codec;
use super::flow::Flow;
use super::line::{Close, Parting, Tally, Turn};
use super::manner::Manner;
use super::outgoing::{Leave, NoAnswer, Outgoing};

/// An answer on its way to hyper.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every answer is the large one, and is not worth a piece of memory of its own"
)]
pub(super) enum Leaving {
    /// One that comes to its end.
    Whole(Response<Outgoing>),
    /// One that breaks off: what it takes to do so.
    Broken(Pin<Box<dyn Future<Output = Result<Response<Outgoing>, NoAnswer>> + Send>>),
}

/// What a request says of the form of its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Whether it wants the head alone.
    pub(super) is_head: bool,
    pub(super) version: Version,
}

impl Asked {
    /// Whether it comes from before there were chunks and interim answers.
    fn is_old(self) -> bool {
        self.version < Version::HTTP_11
    }
}

/// Sends an answer the way its delivery says.
pub(super) fn deliver(sent: Sent, asked: Asked, turn: Turn) -> Leaving {
    let tally = Tally {
        delivered: sent.delivered,
        clock: sent.clock,
        ready: None,
    };
    let mut reply = sent.reply;
    let length = prepare(&mut reply, asked.is_head, turn.line.date(sent.answered));
    let Some(broken) = Break::of(&sent.delivery) else {
        let tally = Tally {
            ready: Some(sent.answered),
            ..tally
        };
        if !turn.is_multiplexed() {
            turn.line.names.spell(sent.spelling.names);
        }
        let delivery = match sent.delivery {
            // RFC 9110 section 15.2: never to HTTP/1.0.
            Delivery::Interim(_) if asked.is_old() => Delivery::Whole,
            other => other,
        };
        let how = (delivery, sent.spelling);
        return whole(reply, length, how, (tally, turn));
    };
    if turn.is_multiplexed() {
        return break_stream(reply, length, broken, (tally, turn));
    }
    let parting = Parting {
        words: words(&reply, (length, asked), &broken.what),
        hold: broken.hold,
        close: broken.close,
        ending: broken.ending(),
        tally,
    };
    part_now(parting, turn)
}

/// Ends the connection by these last words: its task takes over, and drops what waits here, and the turn with it.
fn part_now(parting: Parting, turn: Turn) -> Leaving {
    turn.line.part(parting);
    Leaving::Broken(Box::pin(async move {
        let _turn = turn;
        pending().await
    }))
}

/// Ends a connection on which a request has come although it was no longer kept; nobody answers it.
pub(super) fn end_stale((stale, clock): (Stale, Clock), turn: Turn) -> Leaving {
    let parting = Parting {
        words: Bytes::new(),
        hold: None,
        close: match stale {
            Stale::Close => Close::Orderly,
            Stale::Reset => Close::Reset,
        },
        ending: Ending::BrokenOff,
        tally: Tally {
            delivered: Arc::default(),
            clock,
            ready: None,
        },
    };
    part_now(parting, turn)
}

/// Sends a head, and the pieces of a body after it for as long as there are any.
pub(super) fn flow(sent: Sent, pieces: Flow, turn: Turn) -> Response<Outgoing> {
    let tally = Tally {
        delivered: sent.delivered,
        clock: sent.clock,
        ready: None,
    };
    let mut reply = sent.reply;
    prepare(&mut reply, false, turn.line.date(sent.answered));
    response(reply, Outgoing::flowing(pieces, tally, turn))
}

/// Sends an answer that comes to its end.
fn whole(
    mut reply: Reply,
    length: usize,
    (delivery, spelling): (Delivery, Spelling),
    (tally, turn): (Tally, Turn),
) -> Leaving {
    match &delivery {
        Delivery::Whole => {}
        Delivery::Stale(stale) => turn.line.go_stale(*stale, tally.clock.clone()),
        Delivery::Goaway(_) if turn.is_multiplexed() => {}
        Delivery::Goaway(_) => {
            let close = HeaderValue::from_static("close");
            reply.headers.insert(CONNECTION, close);
        }
        _ if turn.is_multiplexed() => {}
        other => {
            let peer = turn.line.connection.peer;
            if let Some(manner) = Manner::of(other, &tally.clock, peer) {
                return Leaving::Broken(Box::pin(async move {
                    // What was said before must not be taken for a part of this.
                    turn.line.settled().await;
                    turn.line.set_manner(manner);
                    Ok(respond(reply, length, (&delivery, spelling), (tally, turn)))
                }));
            }
        }
    }
    Leaving::Whole(respond(reply, length, (&delivery, spelling), (tally, turn)))
}

/// The head of an answer, and a body that says by itself how it leaves.
fn response(reply: Reply, body: Outgoing) -> Response<Outgoing> {
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}

/// Completes the head and takes the body from an answer that has none on the wire; says what length to announce.
fn prepare(reply: &mut Reply, is_head: bool, date: Option<HeaderValue>) -> usize {
    codec::strip_framing(&mut reply.headers);
    if let (Entry::Vacant(place), Some(date)) = (reply.headers.entry(DATE), date) {
        place.insert(date);
    }
    if !codec::has_body(reply.status) {
        reply.body = Bytes::new();
    }
    let length = reply.body.len();
    if is_head {
        reply.body = Bytes::new();
    }
    length
}

fn respond(
    mut reply: Reply,
    length: usize,
    (delivery, spelling): (&Delivery, Spelling),
    (tally, turn): (Tally, Turn),
) -> Response<Outgoing> {
    let is_bodiless = reply.body.len() < length;
    let content = std::mem::take(&mut reply.body);
    let body = match *delivery {
        Delivery::Whole if spelling.framing != Framing::Length => {
            Outgoing::in_chunks(content, spelling.framing, tally, turn)
        }
        Delivery::Dribble { bytes, every } => {
            Outgoing::in_pieces(content, (Cuts::Bytes(bytes), every), tally, turn)
        }
        Delivery::Slice { at, every } if turn.is_multiplexed() => {
            Outgoing::in_pieces(content, (at, every), tally, turn)
        }
        Delivery::Goaway(_) if turn.is_multiplexed() => {
            Outgoing::leaving(content, Leave::Retire, tally, turn)
        }
        _ => Outgoing::whole(content, tally, turn),
    };
    let mut response = response(reply, body);
    if let Some(reason) = reason(spelling.reason) {
        response.extensions_mut().insert(reason);
    }
    if is_bodiless {
        // The answer to HEAD announces what GET would send.
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

/// The words behind the status code, where they are not the usual ones.
fn reason(reason: Reason) -> Option<ReasonPhrase> {
    match reason {
        Reason::Usual => None,
        Reason::Absent => Some(ReasonPhrase::from_static(b"")),
        Reason::Other => Some(ReasonPhrase::from_static(b"So Be It: 200 times 404")),
    }
}
