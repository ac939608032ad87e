//! Every delivery, for real: what a healthy answer needs of hyper, and what a broken one does without it.
//!
//! On HTTP/1 a break ends the connection; on HTTP/2 it ends the stream, so that its neighbours live.

use std::future::{Future, pending};
use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Method;
use http::header::{CONTENT_LENGTH, DATE, Entry, HeaderValue};
use hyper::Response;
use hyper::ext::ReasonPhrase;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::app::Sent;
use crate::clock::real_sleep;
use crate::exchange::{Connection, Delivery, Ending, Framing, Reason, Reply, Spelling};

use super::codec;
use super::flow::Flow;
use super::line::{Close, Parting, Tally, Turn};
use super::outgoing::{NoAnswer, Outgoing};
use super::socket::Socket;

/// Bytes that no HTTP parser takes for an answer.
const GARBAGE: &[u8] = b"\x00\x01\xfe\xffthis is not HTTP\x00\r\n\r\n";

/// How long a closed connection stays readable, so that the client sees the end and not a reset.
const LINGER: Duration = Duration::from_secs(1);

/// A delivery that breaks off, as both protocols need to know it.
struct Break {
    what: Broken,
    hold: Option<Duration>,
    close: Close,
}

/// What still goes out before the break.
enum Broken {
    Nothing,
    Garbage,
    /// The head and so many bytes of the body.
    Body(usize),
    /// The head and a first chunk.
    BadChunk,
}

impl Break {
    /// `None` for a delivery that comes to its end.
    fn of(delivery: &Delivery) -> Option<Self> {
        let (what, hold, close) = match *delivery {
            Delivery::Whole | Delivery::Dribble { .. } => return None,
            Delivery::Close => (Broken::Nothing, None, Close::Orderly),
            Delivery::Reset => (Broken::Nothing, None, Close::Reset),
            Delivery::Cut { body } => (Broken::Body(body), None, Close::Orderly),
            Delivery::Stall { body, hold } => {
                let what = body.map_or(Broken::Nothing, Broken::Body);
                (what, Some(hold), Close::Orderly)
            }
            Delivery::Garbage => (Broken::Garbage, None, Close::Orderly),
            Delivery::BadChunk => (Broken::BadChunk, None, Close::Orderly),
        };
        Some(Self { what, hold, close })
    }
}

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

/// Sends an answer the way its delivery says.
pub(super) fn deliver(sent: Sent, method: &Method, turn: Turn) -> Leaving {
    let tally = Tally {
        delivered: sent.delivered,
        clock: sent.clock,
        ready: None,
    };
    let mut reply = sent.reply;
    let length = prepare(&mut reply, method, turn.line.date(sent.answered));
    let Some(broken) = Break::of(&sent.delivery) else {
        if !turn.is_multiplexed() {
            turn.line.names.spell(sent.spelling.names);
        }
        let tally = Tally {
            ready: Some(sent.answered),
            ..tally
        };
        return Leaving::Whole(respond(
            reply,
            length,
            (&sent.delivery, sent.spelling),
            (tally, turn),
        ));
    };
    if turn.is_multiplexed() {
        let breaking = break_stream(reply, length, broken, (tally, turn));
        return Leaving::Broken(Box::pin(breaking));
    }
    let parting = Parting {
        words: words(&reply, length, &broken.what),
        hold: broken.hold,
        close: broken.close,
        tally,
    };
    turn.line.part(parting);
    Leaving::Broken(Box::pin(async move {
        // The connection's task takes over from here and drops this future, and the turn with it.
        let _turn = turn;
        pending().await
    }))
}

/// Sends a head, and the pieces of a body after it for as long as there are any.
pub(super) fn flow(sent: Sent, pieces: Flow, turn: Turn) -> Response<Outgoing> {
    let tally = Tally {
        delivered: sent.delivered,
        clock: sent.clock,
        ready: None,
    };
    let mut reply = sent.reply;
    prepare(&mut reply, &Method::GET, turn.line.date(sent.answered));
    let mut response = Response::new(Outgoing::flowing(pieces, tally, turn));
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}

/// Completes the head and takes the body from an answer that has none on the wire; says what length to announce.
fn prepare(reply: &mut Reply, method: &Method, date: Option<HeaderValue>) -> usize {
    codec::strip_framing(&mut reply.headers);
    if let (Entry::Vacant(place), Some(date)) = (reply.headers.entry(DATE), date) {
        place.insert(date);
    }
    if !codec::has_body(reply.status) {
        reply.body = Bytes::new();
    }
    let length = reply.body.len();
    if *method == Method::HEAD {
        reply.body = Bytes::new();
    }
    length
}

fn respond(
    reply: Reply,
    length: usize,
    (delivery, spelling): (&Delivery, Spelling),
    (tally, turn): (Tally, Turn),
) -> Response<Outgoing> {
    let bodiless = reply.body.len() < length;
    let body = match *delivery {
        Delivery::Whole if spelling.framing != Framing::Length => {
            Outgoing::in_chunks(reply.body, spelling.framing, tally, turn)
        }
        Delivery::Dribble { bytes, every } => {
            Outgoing::in_pieces(reply.body, (bytes, every), tally, turn)
        }
        _ => Outgoing::whole(reply.body, tally, turn),
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    if let Some(reason) = reason(spelling.reason) {
        response.extensions_mut().insert(reason);
    }
    if bodiless {
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

/// Breaks off one stream of HTTP/2: hyper turns the error into a `RST_STREAM` frame.
async fn break_stream(
    reply: Reply,
    length: usize,
    broken: Break,
    (tally, turn): (Tally, Turn),
) -> Result<Response<Outgoing>, NoAnswer> {
    let bytes = match broken.what {
        Broken::Body(bytes) => bytes,
        Broken::BadChunk => length.div_ceil(2),
        Broken::Nothing | Broken::Garbage => {
            if let Some(hold) = broken.hold {
                tally.clock.hold(turn.line.connection.peer, hold).await;
            }
            tally.end(Ending::BrokenOff);
            return Err(NoAnswer::OnPurpose);
        }
    };
    let mut sent = reply.body;
    sent.truncate(bytes);
    let body = Outgoing::broken(sent, (length as u64, broken.hold), tally, turn);
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    Ok(response)
}

/// The bytes an HTTP/1 connection still says before it breaks off.
fn words(reply: &Reply, length: usize, broken: &Broken) -> Bytes {
    match *broken {
        Broken::Nothing => Bytes::new(),
        Broken::Garbage => Bytes::from_static(GARBAGE),
        Broken::Body(bytes) => {
            let mut words = codec::head(reply, codec::Framing::Length(length));
            words.extend_from_slice(reply.body.get(..bytes).unwrap_or(&reply.body));
            words.freeze()
        }
        Broken::BadChunk => {
            let mut words = codec::head(reply, codec::Framing::Chunked);
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

/// Says a connection's last words and ends it.
pub(super) async fn part(mut stream: Socket, parting: Parting, connection: Connection) {
    let _guard = Unended(&parting.tally);
    if !say(&mut stream, &parting).await {
        parting.tally.end(Ending::ClientGone);
        return;
    }
    if let Some(hold) = parting.hold {
        tokio::select! {
            biased;
            () = parting.tally.clock.hold(connection.peer, hold) => {}
            () = read_to_end(&mut stream) => {
                parting.tally.end(Ending::ClientGone);
                return;
            }
        }
    }
    parting.tally.end(Ending::BrokenOff);
    match parting.close {
        Close::Orderly => close(stream).await,
        Close::Reset => stream.reset(),
    }
}

/// Writes the last words; `false` if the client is gone.
///
/// They are noted before they are written, as is the end if no silence follows:
/// whoever has heard them then also finds the note, and its hour is not that of what the client does next.
async fn say(stream: &mut Socket, parting: &Parting) -> bool {
    let mut words = parting.words.clone();
    let delivered = &parting.tally.delivered;
    delivered.add(words.len() as u64);
    if parting.hold.is_none() {
        parting.tally.end(Ending::BrokenOff);
    }
    while !words.is_empty() {
        if stream.write_buf(&mut words).await.is_err() {
            delivered.take_back(words.len() as u64);
            return false;
        }
    }
    stream.flush().await.is_ok()
}

/// Closes in good order: our end first, then the whole once the client has seen it.
pub(super) async fn close(mut stream: Socket) {
    if stream.shutdown().await.is_err() {
        return;
    }
    // Closing with unread bytes in the socket would send RST after all.
    tokio::select! {
        () = read_to_end(&mut stream) => {}
        () = real_sleep(LINGER) => {}
    }
}

async fn read_to_end(stream: &mut Socket) {
    let mut scrap = [0; 4096];
    while let Ok(1..) = stream.read(&mut scrap).await {}
}

/// Notes a delivery that is dropped half-way: the double stops.
struct Unended<'a>(&'a Tally);

impl Drop for Unended<'_> {
    fn drop(&mut self) {
        self.0.end(Ending::BrokenOff);
    }
}
