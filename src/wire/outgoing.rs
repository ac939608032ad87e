//! The body of an answer on its way through hyper: at once, in pieces, or with an end before its end.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use hyper::body::{Body, Frame, SizeHint};
use thiserror::Error;

use crate::clock::Clock;
use crate::exchange::{Cuts, Ending, Framing};

use super::flow::Flow;
use super::line::{Close, Parting, Tally, Turn};

/// Why an exchange ends without a whole answer; hyper closes the connection or resets the stream.
#[derive(Debug, Error)]
pub(super) enum NoAnswer {
    /// The request could not be read to its end.
    #[error("the request broke off")]
    Unreadable,
    /// The double breaks off on purpose.
    #[error("the answer breaks off on purpose")]
    OnPurpose(#[source] h2::Error),
}

/// A body under way.
pub(super) struct Outgoing {
    left: Bytes,
    /// What the client has been told to expect, less what it got.
    announced: u64,
    /// Whether the client is told nothing of that.
    is_untold: bool,
    /// What is unusual about it; nearly every body leaves whole and at once.
    unusual: Option<Box<Unusual>>,
    /// Where a stream of HTTP/2 counts its bytes; HTTP/1 counts them on its line.
    stream: Option<Tally>,
    turn: Turn,
}

type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How a body leaves that does not leave whole and at once.
struct Unusual {
    cuts: Cuts,
    pause: Duration,
    last: Last,
    /// Whether the head says how long it is.
    is_measured: bool,
    /// What the connection does when it is over.
    leave: Option<Leave>,
    waiting: Option<Wait>,
    /// Where its bytes come from, if they are not there yet.
    flow: Option<Flow>,
    tally: Tally,
}

/// What comes after the last byte.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Last {
    End,
    /// A silence, and then a fault.
    Silence(Duration),
    Fault,
    /// The end, apart from the last byte: by then the client has let that one come.
    EndApart,
}

/// What becomes of a connection of HTTP/2 after an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Leave {
    /// It is closed.
    Close,
    /// It takes no more requests, and says so.
    Retire,
}

impl Outgoing {
    /// All of it at once.
    pub(super) fn whole(body: Bytes, tally: Tally, turn: Turn) -> Self {
        let announced = body.len() as u64;
        let outgoing = Self::new(body, announced, tally, turn);
        if outgoing.left.is_empty() {
            // hyper never asks an empty body for anything.
            outgoing.handed_over();
        }
        outgoing
    }

    /// In pieces, with a pause between each and the next.
    pub(super) fn in_pieces(
        body: Bytes,
        (cuts, pause): (Cuts, Duration),
        tally: Tally,
        turn: Turn,
    ) -> Self {
        let mut outgoing = Self::whole(body, tally.clone(), turn);
        let unusual = Unusual::new(tally);
        outgoing.unusual = Some(Box::new(Unusual {
            cuts,
            pause,
            ..unusual
        }));
        outgoing
    }

    /// In chunks, none of which waits; nobody is told how long the whole is.
    pub(super) fn in_chunks(body: Bytes, framing: Framing, tally: Tally, turn: Turn) -> Self {
        let piece = match framing {
            Framing::Length | Framing::OneChunk => usize::MAX,
            // Small, and cut within names, numbers and letters of more than one byte.
            Framing::ManyChunks => (body.len() / 8).max(7),
        };
        let mut outgoing = Self::in_pieces(body, (Cuts::Bytes(piece), Duration::ZERO), tally, turn);
        outgoing.is_untold = !outgoing.left.is_empty();
        outgoing
    }

    /// A body of which the client is told one length and gets another: then comes an error, be it after a silence.
    pub(super) fn broken(
        body: Bytes,
        (announced, silence): (u64, Option<Duration>),
        tally: Tally,
        turn: Turn,
    ) -> Self {
        let mut outgoing = Self::new(body, announced, tally.clone(), turn);
        outgoing.unusual = Some(Box::new(Unusual {
            last: silence.map_or(Last::Fault, Last::Silence),
            waiting: Some(outgoing.gone_out()),
            ..Unusual::new(tally)
        }));
        outgoing
    }

    /// Waits until all there is of it has gone out.
    fn gone_out(&self) -> Wait {
        let line = &self.turn.line;
        let told = line
            .streams()
            .watch(self.turn.stream().stream, self.left.len());
        // If nobody tells, the connection is gone.
        Box::pin(async move { drop(told.await) })
    }

    /// All of it at once, with a head that says by itself what it wants of the length.
    pub(super) fn unmeasured(body: Bytes, tally: Tally, turn: Turn) -> Self {
        let mut outgoing = Self::whole(body, tally.clone(), turn);
        outgoing.unusual = Some(Box::new(Unusual {
            is_measured: false,
            ..Unusual::new(tally)
        }));
        outgoing
    }

    /// Piece by piece as they come; nobody knows how many.
    pub(super) fn flowing(flow: Flow, tally: Tally, turn: Turn) -> Self {
        let mut outgoing = Self::new(Bytes::new(), 0, tally.clone(), turn);
        outgoing.unusual = Some(Box::new(Unusual {
            is_measured: false,
            flow: Some(flow),
            ..Unusual::new(tally)
        }));
        outgoing
    }

    /// All of it, and then the connection is left.
    pub(super) fn leaving(body: Bytes, leave: Leave, tally: Tally, turn: Turn) -> Self {
        let announced = body.len() as u64;
        let mut outgoing = Self::new(body, announced, tally.clone(), turn);
        outgoing.unusual = Some(Box::new(Unusual {
            last: Last::EndApart,
            leave: Some(leave),
            waiting: Some(outgoing.gone_out()),
            ..Unusual::new(tally)
        }));
        outgoing
    }

    /// The next piece of a body that is not there yet; nothing of any other.
    fn poll_flow(&mut self, cx: &mut Context<'_>) -> Option<Poll<Option<Bytes>>> {
        let flow = self.unusual.as_mut()?.flow.as_mut()?;
        let polled = flow.poll_piece(cx);
        match &polled {
            Poll::Ready(Some(piece)) => {
                if let Some(tally) = &self.stream {
                    tally.delivered.add(piece.len() as u64);
                }
            }
            Poll::Ready(None) => self.handed_over(),
            Poll::Pending => {}
        }
        Some(polled)
    }

    fn is_measured(&self) -> bool {
        self.unusual
            .as_deref()
            .is_none_or(|unusual| unusual.is_measured)
    }

    fn new(left: Bytes, announced: u64, tally: Tally, turn: Turn) -> Self {
        let stream = if turn.is_multiplexed() {
            Some(tally.later())
        } else {
            turn.line.count_towards(tally);
            None
        };
        Self {
            left,
            announced,
            is_untold: false,
            unusual: None,
            stream,
            turn,
        }
    }

    fn handed_over(&self) {
        match &self.stream {
            Some(tally) => tally.end(Ending::Complete),
            None => self.turn.line.handed_over(),
        }
    }

    /// The next bytes to go out; all of them but for an unusual body.
    fn take(&mut self) -> Bytes {
        let cuts = self.unusual.as_ref().map(|unusual| unusual.cuts);
        let piece = cuts.map_or(usize::MAX, |cuts| cuts.piece(&self.left));
        let data = if piece < self.left.len() {
            self.left.split_to(piece)
        } else {
            std::mem::take(&mut self.left)
        };
        self.announced = self.announced.saturating_sub(data.len() as u64);
        if let Some(tally) = &self.stream {
            tally.delivered.add(data.len() as u64);
        }
        let peer = self.turn.line.connection.peer;
        match &mut self.unusual {
            Some(unusual) if !self.left.is_empty() => unusual.wait(peer, unusual.pause),
            Some(unusual) if unusual.last != Last::End => {}
            _ => self.handed_over(),
        }
        data
    }
}

impl Unusual {
    /// A body that is like any other so far.
    fn new(tally: Tally) -> Self {
        Self {
            cuts: Cuts::Bytes(usize::MAX),
            pause: Duration::ZERO,
            last: Last::End,
            is_measured: true,
            leave: None,
            waiting: None,
            flow: None,
            tally: tally.later(),
        }
    }

    fn wait(&mut self, peer: SocketAddr, duration: Duration) {
        if !duration.is_zero() {
            self.waiting = Some(hold(self.tally.clock.clone(), peer, duration));
        }
    }

    fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(waiting) = &mut self.waiting {
            ready!(waiting.as_mut().poll(cx));
            self.waiting = None;
        }
        Poll::Ready(())
    }

    /// What to say when there are no bytes left.
    fn poll_last(
        &mut self,
        peer: SocketAddr,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NoAnswer>>> {
        if let Last::Silence(silence) = self.last {
            self.last = Last::Fault;
            self.wait(peer, silence);
            ready!(self.poll_wait(cx));
        }
        Poll::Ready(match self.last {
            Last::End => None,
            Last::EndApart => {
                self.last = Last::End;
                self.tally.end(Ending::Complete);
                None
            }
            Last::Fault | Last::Silence(_) => {
                self.tally.end(Ending::BrokenOff);
                Some(Err(NoAnswer::OnPurpose(Reason::INTERNAL_ERROR.into())))
            }
        })
    }
}

fn hold(
    clock: Clock,
    peer: SocketAddr,
    duration: Duration,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move { clock.hold(peer, duration).await })
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = NoAnswer;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NoAnswer>>> {
        let this = self.get_mut();
        if let Some(polled) = this.poll_flow(cx) {
            return polled.map(|piece| piece.map(|piece| Ok(Frame::data(piece))));
        }
        if let Some(unusual) = &mut this.unusual {
            // What waits for the last byte to go out cannot keep it back.
            if this.left.is_empty() || unusual.last == Last::End {
                ready!(unusual.poll_wait(cx));
            }
            if this.left.is_empty() {
                return unusual.poll_last(this.turn.line.connection.peer, cx);
            }
        }
        if this.left.is_empty() {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(Ok(Frame::data(this.take()))))
    }

    fn is_end_stream(&self) -> bool {
        let ends = |unusual: &Unusual| unusual.last == Last::End && unusual.flow.is_none();
        self.left.is_empty() && self.unusual.as_deref().is_none_or(ends)
    }

    fn size_hint(&self) -> SizeHint {
        if self.is_untold || !self.is_measured() {
            return SizeHint::default();
        }
        SizeHint::with_exact(self.announced)
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        // On HTTP/1 the socket has the last word on how the delivery ended.
        if let Some(tally) = &self.stream {
            tally.end(Ending::ClientGone);
        }
        let Some(unusual) = self.unusual.take() else {
            return;
        };
        match unusual.leave {
            None => {}
            Some(Leave::Retire) => self.turn.line.retire(),
            Some(Leave::Close) => self.turn.line.part(Parting {
                words: Bytes::new(),
                hold: None,
                close: Close::Orderly,
                ending: Ending::Complete,
                tally: unusual.tally,
            }),
        }
    }
}
