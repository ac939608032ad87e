//! One connection, as its socket and its exchanges see it together.
//!
//! hyper sits between the two and hands neither to the other, so they meet here.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::header::HeaderValue;
use tokio::net::TcpStream;

use crate::clock::{Clock, Monotonic, Timestamp};
use crate::exchange::{Connection, Delivered, Ending};

use super::Limits;

/// What a connection's socket and its exchanges tell each other.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) connection: Connection,
    pub(super) limits: Limits,
    state: Mutex<State>,
    /// Whether hyper has all of the answer, so that the next full write is its last.
    handed_over: AtomicBool,
    /// Whether there are last words to say.
    is_parting: AtomicBool,
    /// Whether everything said before them has gone out.
    parting_due: AtomicBool,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Since when the client keeps us waiting in this phase; nothing until we began to wait.
    since: Option<Monotonic>,
    /// Exchanges under way; more than one on HTTP/2 only.
    open: usize,
    protocol: Protocol,
    tally: Option<Tally>,
    parting: Option<Parting>,
    /// The socket, once hyper has let go of it.
    returned: Option<TcpStream>,
    date: Option<(i64, HeaderValue)>,
}

/// What the connection's client is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Quiet,
    Head,
    Body,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Protocol {
    Http1,
    Http2,
}

/// Where the bytes of one answer are counted.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub(super) delivered: Arc<Delivered>,
    pub(super) clock: Clock,
}

impl Tally {
    pub(super) fn end(&self, ending: Ending) {
        self.delivered
            .end(ending, self.clock.now().as_millisecond());
    }
}

/// A connection's last words, said without hyper.
#[derive(Debug)]
pub(super) struct Parting {
    /// What still goes out.
    pub(super) words: Bytes,
    /// The silence after it, on the sandbox clock.
    pub(super) hold: Option<Duration>,
    /// How the connection then ends.
    pub(super) close: Close,
    pub(super) tally: Tally,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Close {
    /// In good order (TCP FIN).
    Orderly,
    /// By a reset (TCP RST).
    Reset,
}

impl Line {
    pub(super) fn new(connection: Connection, limits: Limits) -> Self {
        let state = State {
            phase: Phase::Quiet,
            since: None,
            open: 0,
            protocol: Protocol::Http1,
            tally: None,
            parting: None,
            returned: None,
            date: None,
        };
        Self {
            connection,
            limits,
            state: Mutex::new(state),
            handed_over: AtomicBool::new(false),
            is_parting: AtomicBool::new(false),
            parting_due: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change to the state is one assignment, so a poisoned one is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that bytes came in.
    pub(super) fn heard(&self) {
        let mut state = self.state();
        match (state.protocol, state.phase) {
            (Protocol::Http1, Phase::Quiet) if state.open == 0 => state.enter(Phase::Head),
            (Protocol::Http2, _) | (_, Phase::Body) => state.since = None,
            _ => {}
        }
    }

    /// Notes that from now on we wait for the client, if we do not already.
    ///
    /// The clock is read here and not where a phase begins: most requests are there before anybody waits for them.
    pub(super) fn wait(&self) {
        self.state().since.get_or_insert_with(Monotonic::now);
    }

    /// Notes that the client speaks HTTP/2.
    pub(super) fn multiplex(&self) {
        let mut state = self.state();
        state.protocol = Protocol::Http2;
        state.enter(Phase::Quiet);
    }

    /// How long the client may still keep us waiting; `None` while it is our turn.
    pub(super) fn patience(&self) -> Option<Duration> {
        let mut state = self.state();
        let limit = match state.phase {
            Phase::Body => self.limits.body_time,
            _ if state.open > 0 => return None,
            Phase::Head => self.limits.head_time,
            Phase::Quiet => self.limits.idle_time,
        };
        let since = state.since.get_or_insert_with(Monotonic::now);
        Some(limit.saturating_sub(since.elapsed()))
    }

    /// Opens an exchange.
    pub(super) fn begin(self: &Arc<Self>) -> Turn {
        let mut state = self.state();
        state.open += 1;
        if state.protocol == Protocol::Http1 {
            state.enter(Phase::Quiet);
            // A pipelined request is only read once the answer before it has been handed over whole.
            if let Some(before) = state.tally.take() {
                before.end(Ending::Complete);
            }
        }
        Turn {
            line: Arc::clone(self),
            protocol: state.protocol,
        }
    }

    /// Counts what goes out from now on towards `tally`.
    pub(super) fn count_towards(&self, tally: Tally) {
        self.handed_over.store(false, Ordering::Release);
        self.state().tally = Some(tally);
    }

    /// Notes that hyper has all of the answer.
    pub(super) fn handed_over(&self) {
        self.handed_over.store(true, Ordering::Release);
    }

    /// Does a write of `offered` bytes and counts it.
    ///
    /// The end of an answer is noted before the write that ends it:
    /// whoever has read the answer then also finds the note. A write that falls short takes it back.
    pub(super) fn count(
        &self,
        offered: usize,
        write: impl FnOnce() -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let mut state = self.state();
        let Some(tally) = &state.tally else {
            drop(state);
            return write();
        };
        let offered = offered as u64;
        let is_last = self.handed_over.load(Ordering::Acquire);
        if is_last {
            tally.delivered.add(offered);
            tally.end(Ending::Complete);
        }
        let outcome = write();
        let written = match &outcome {
            Poll::Ready(Ok(written)) => *written as u64,
            _ => 0,
        };
        if !is_last {
            tally.delivered.add(written);
        } else if written < offered {
            tally.delivered.take_back(offered - written);
        }
        if matches!(outcome, Poll::Ready(Err(_))) {
            tally.end(Ending::ClientGone);
        }
        if tally.delivered.ending() != Ending::UnderWay {
            state.tally = None;
        }
        outcome
    }

    /// Says the last words as soon as everything before them has gone out.
    pub(super) fn part(&self, parting: Parting) {
        self.state().parting = Some(parting);
        self.is_parting.store(true, Ordering::Release);
    }

    /// Notes that everything handed over so far has gone out.
    pub(super) fn flushed(&self) {
        if self.is_parting.load(Ordering::Acquire) {
            self.parting_due.store(true, Ordering::Release);
        }
    }

    /// Whether it is time for the last words.
    pub(super) fn parting_is_due(&self) -> bool {
        self.parting_due.load(Ordering::Acquire)
    }

    pub(super) fn take_parting(&self) -> Option<Parting> {
        self.state().parting.take()
    }

    /// Hands the socket back.
    pub(super) fn give_back(&self, stream: TcpStream) {
        self.state().returned = Some(stream);
    }

    pub(super) fn take_stream(&self) -> Option<TcpStream> {
        self.state().returned.take()
    }

    /// Notes how an answer ended that never came to its end.
    pub(super) fn abandon(&self, ending: Ending) {
        if let Some(tally) = self.state().tally.take() {
            tally.end(ending);
        }
    }

    /// The `Date` of an answer that was ready at that moment.
    pub(super) fn date(&self, moment: Timestamp) -> Option<HeaderValue> {
        let mut state = self.state();
        match &state.date {
            Some((second, value)) if *second == moment.as_second() => Some(value.clone()),
            _ => {
                let value = HeaderValue::try_from(moment.http_date()).ok()?;
                state.date = Some((moment.as_second(), value.clone()));
                Some(value)
            }
        }
    }
}

impl State {
    /// What the client is in the middle of from now on; nobody has waited for it yet.
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = None;
    }
}

/// An exchange under way; dropping it ends it.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) line: Arc<Line>,
    protocol: Protocol,
}

impl Turn {
    /// Notes that the request has a body, which is still to be read.
    pub(super) fn reads_body(&self) {
        if self.protocol == Protocol::Http1 {
            self.line.state().enter(Phase::Body);
        }
    }

    /// Notes that the request has been read to its end.
    pub(super) fn body_read(&self) {
        self.line.state().enter(Phase::Quiet);
    }

    pub(super) fn is_multiplexed(&self) -> bool {
        self.protocol == Protocol::Http2
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.line.state();
        state.open = state.open.saturating_sub(1);
        state.enter(Phase::Quiet);
    }
}
