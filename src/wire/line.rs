//! One connection, as its socket and its exchanges see it together.
//!
//! hyper sits between the two and hands neither to the other, so they meet here.

mod count;
mod tally;
mod turn;
mod words;

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use http::header::HeaderValue;
use tokio::sync::{Notify, oneshot};

use crate::clock::{Clock, Monotonic, Timestamp};
use crate::exchange::{Connection, Ending, Stale};

pub(super) use self::tally::{Close, Parting, Tally};
pub(super) use self::turn::{Open, Turn};
use super::Limits;
use super::frames::{Begun, Streams};
use super::manner::Manner;
use super::recase::Names;
use super::socket::Socket;

/// What a connection's socket and its exchanges tell each other.
///
/// What each request asks or says is a plain number; only what is handed over is behind the lock.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) connection: Connection,
    pub(super) limits: Limits,
    born: Monotonic,
    phase: AtomicU8,
    is_http2: AtomicBool,
    /// Whether bytes came in that began no exchange yet.
    heard: AtomicBool,
    /// Since when the client keeps us waiting in this phase: nanoseconds after `born`; 0 until we began to wait.
    since: AtomicU64,
    /// Exchanges under way; more than one on HTTP/2 only.
    open: AtomicUsize,
    /// Whether there is a tally.
    is_counting: AtomicBool,
    /// Whether hyper has all of the answer, so that the next full write is its last.
    handed_over: AtomicBool,
    /// After how many flushes everything has gone out that somebody waits for; 0 if nobody waits.
    awaits_flush: AtomicU8,
    /// Whether the connection ends, and nothing more is begun on it.
    is_parting: AtomicBool,
    /// Whether everything said before them has gone out.
    parting_due: AtomicBool,
    /// Whether the answer under way leaves in a manner of its own.
    has_manner: AtomicBool,
    /// Whether the next request ends the connection.
    is_stale: AtomicBool,
    /// Whether no more requests are taken than there are.
    is_retired: AtomicBool,
    /// How much is read at a time; 0 for as much as comes.
    gulp: AtomicUsize,
    streams: Streams,
    /// Wakes the connection's task.
    nudge: Notify,
    /// What is wrong with the head that came last.
    complaint: OnceLock<&'static str>,
    /// How the names of header fields are written in the head that goes out next.
    pub(super) names: Names,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    tally: Option<Tally>,
    parting: Option<Parting>,
    /// The socket, once hyper has let go of it.
    returned: Option<Socket>,
    date: Option<(i64, HeaderValue)>,
    manner: Option<Box<Manner>>,
    stale: Option<(Stale, Clock)>,
    barriers: Vec<oneshot::Sender<()>>,
    /// Whether no more requests are to be taken from the next flush on.
    retires: bool,
}

/// What the connection's client is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Phase {
    Quiet,
    Head,
    Body,
}

impl Phase {
    fn of(code: u8) -> Self {
        match code {
            1 => Self::Head,
            2 => Self::Body,
            _ => Self::Quiet,
        }
    }
}

impl Line {
    pub(super) fn new(connection: Connection, limits: Limits) -> Self {
        Self {
            connection,
            limits,
            born: Monotonic::now(),
            phase: AtomicU8::new(Phase::Quiet as u8),
            is_http2: AtomicBool::new(false),
            heard: AtomicBool::new(false),
            since: AtomicU64::new(0),
            open: AtomicUsize::new(0),
            is_counting: AtomicBool::new(false),
            handed_over: AtomicBool::new(false),
            awaits_flush: AtomicU8::new(0),
            is_parting: AtomicBool::new(false),
            parting_due: AtomicBool::new(false),
            has_manner: AtomicBool::new(false),
            is_stale: AtomicBool::new(false),
            is_retired: AtomicBool::new(false),
            gulp: AtomicUsize::new(0),
            streams: Streams::default(),
            nudge: Notify::new(),
            complaint: OnceLock::new(),
            names: Names::default(),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change to the state is one assignment, so a poisoned one is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the client is in the middle of from now on; nobody has waited for it yet.
    fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Release);
        self.since.store(0, Ordering::Release);
    }

    fn phase(&self) -> Phase {
        Phase::of(self.phase.load(Ordering::Acquire))
    }

    /// Notes that bytes came in.
    pub(super) fn heard(&self) {
        self.heard.store(true, Ordering::Release);
    }

    /// Whether the next bytes belong to the head of a request, as far as can be told from here.
    ///
    /// A head that comes while an exchange is under way is not told apart from a body.
    pub(super) fn expects_head(&self) -> bool {
        !self.is_multiplexed() && self.open.load(Ordering::Acquire) == 0
    }

    /// Notes what is wrong with a head; the connection ends with its refusal.
    pub(super) fn complain(&self, why: &'static str) {
        // The first complaint is as good as any.
        let _ = self.complaint.set(why);
    }

    /// What is wrong with the head of the request.
    pub(super) fn complaint(&self) -> Option<&'static str> {
        self.complaint.get().copied()
    }

    /// Notes that the client speaks HTTP/2.
    pub(super) fn multiplex(&self) {
        self.is_http2.store(true, Ordering::Release);
        self.enter(Phase::Quiet);
    }

    pub(super) fn is_multiplexed(&self) -> bool {
        self.is_http2.load(Ordering::Acquire)
    }

    /// Notes that from now on we wait for the client, if we do not already.
    ///
    /// The clock is read here and not where a phase begins: most requests are there before anybody waits for them.
    pub(super) fn wait(&self) {
        if self.heard.swap(false, Ordering::AcqRel) {
            let idle = self.open.load(Ordering::Acquire) == 0;
            match self.phase() {
                _ if self.is_multiplexed() => self.enter(Phase::Quiet),
                Phase::Quiet if idle => self.enter(Phase::Head),
                Phase::Body => self.enter(Phase::Body),
                Phase::Quiet | Phase::Head => {}
            }
        }
        self.since();
    }

    /// Since when we wait, after the line was born; from now on if we did not before.
    fn since(&self) -> Duration {
        match self.since.load(Ordering::Acquire) {
            0 => {
                let now = self.born.elapsed();
                let nanoseconds = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
                self.since.store(nanoseconds.max(1), Ordering::Release);
                now
            }
            since => Duration::from_nanos(since),
        }
    }

    /// How long the client may still keep us waiting; `None` while it is our turn.
    pub(super) fn patience(&self) -> Option<Duration> {
        let limit = match self.phase() {
            Phase::Body => self.limits.body_time,
            _ if self.open.load(Ordering::Acquire) > 0 => return None,
            Phase::Head => self.limits.head_time,
            Phase::Quiet => self.limits.idle_time,
        };
        let waited = self.born.elapsed().saturating_sub(self.since());
        Some(limit.saturating_sub(waited))
    }

    /// Opens an exchange.
    pub(super) fn begin(self: &Arc<Self>) -> Turn {
        self.open.fetch_add(1, Ordering::AcqRel);
        self.heard.store(false, Ordering::Release);
        let is_multiplexed = self.is_multiplexed();
        if !is_multiplexed {
            self.enter(Phase::Quiet);
            // A pipelined request is only read once the answer before it has been handed over whole.
            if self.is_counting.load(Ordering::Acquire)
                && let Some(before) = self.state().tally.take()
            {
                before.end(Ending::Complete);
            }
        }
        Turn {
            line: Arc::clone(self),
            is_multiplexed,
            stream: if is_multiplexed {
                self.streams.begin()
            } else {
                Begun::default()
            },
        }
    }

    /// Counts what goes out from now on towards `tally`.
    pub(super) fn count_towards(&self, tally: Tally) {
        self.handed_over.store(false, Ordering::Release);
        self.is_counting.store(true, Ordering::Release);
        self.state().tally = Some(tally);
    }

    /// Whether what goes out now is no answer of ours.
    pub(super) fn is_unasked(&self) -> bool {
        !self.is_counting.load(Ordering::Acquire)
            && self.open.load(Ordering::Acquire) == 0
            && !self.is_multiplexed()
    }

    /// Notes that hyper has all of the answer.
    pub(super) fn handed_over(&self) {
        self.handed_over.store(true, Ordering::Release);
    }

    /// Hands the socket back.
    pub(super) fn give_back(&self, stream: Socket) {
        self.state().returned = Some(stream);
    }

    pub(super) fn take_stream(&self) -> Option<Socket> {
        self.state().returned.take()
    }

    /// Notes how an answer ended that never came to its end.
    pub(super) fn abandon(&self, ending: Ending) {
        if let Some(tally) = self.state().tally.take() {
            tally.later().end(ending);
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
