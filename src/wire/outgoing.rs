//! The body of an answer on its way through hyper: at once, in pieces, or with an end before its end.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use thiserror::Error;

use crate::clock::Clock;
use crate::exchange::Ending;

use super::line::{Tally, Turn};

/// Why an exchange ends without a whole answer; hyper closes the connection or resets the stream.
#[derive(Clone, Copy, Debug, Error)]
pub(super) enum NoAnswer {
    /// The request could not be read to its end.
    #[error("the request broke off")]
    Unreadable,
    /// The double breaks off on purpose.
    #[error("the answer breaks off on purpose")]
    OnPurpose,
}

/// A body under way.
pub(super) struct Outgoing {
    left: Bytes,
    /// What the client has been told to expect, less what it got.
    announced: u64,
    piece: usize,
    pause: Duration,
    last: Last,
    waiting: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    tally: Tally,
    turn: Turn,
}

/// What comes after the last byte.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Last {
    End,
    Silence(Duration),
    Fault,
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

    /// A body of which the client is told one length and gets another: then comes an error.
    pub(super) fn broken(body: Bytes, announced: u64, tally: Tally, turn: Turn) -> Self {
        let mut outgoing = Self::new(body, announced, tally, turn);
        outgoing.last = Last::Fault;
        outgoing
    }

    fn new(left: Bytes, announced: u64, tally: Tally, turn: Turn) -> Self {
        Self {
            left,
            announced,
            piece: usize::MAX,
            pause: Duration::ZERO,
            last: Last::End,
            waiting: None,
            tally,
            turn,
        }
    }

    /// In pieces, with a pause between each and the next.
    #[must_use]
    pub(super) fn in_pieces(mut self, bytes: usize, every: Duration) -> Self {
        self.piece = bytes.max(1);
        self.pause = every;
        self
    }

    /// The same with a silence before its end.
    #[must_use]
    pub(super) fn silent_for(mut self, hold: Duration) -> Self {
        self.last = Last::Silence(hold);
        self
    }

    fn peer(&self) -> SocketAddr {
        self.turn.line.connection.peer
    }

    fn wait(&mut self, duration: Duration) {
        if !duration.is_zero() {
            self.waiting = Some(hold(self.tally.clock.clone(), self.peer(), duration));
        }
    }

    fn handed_over(&self) {
        if self.turn.is_multiplexed() {
            self.tally.end(Ending::Complete);
        } else {
            self.turn.line.handed_over();
        }
    }

    /// What to say when there are no bytes left.
    fn poll_last(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, NoAnswer>>> {
        if let Last::Silence(silence) = self.last {
            self.last = Last::Fault;
            self.wait(silence);
            if let Some(waiting) = &mut self.waiting {
                ready!(waiting.as_mut().poll(cx));
            }
        }
        self.waiting = None;
        Poll::Ready(match self.last {
            Last::End => None,
            Last::Fault | Last::Silence(_) => {
                self.tally.end(Ending::BrokenOff);
                Some(Err(NoAnswer::OnPurpose))
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
        if let Some(waiting) = &mut this.waiting {
            ready!(waiting.as_mut().poll(cx));
            this.waiting = None;
        }
        if this.left.is_empty() {
            return this.poll_last(cx);
        }
        let data = this.left.split_to(this.piece.min(this.left.len()));
        this.announced = this.announced.saturating_sub(data.len() as u64);
        if this.turn.is_multiplexed() {
            this.tally.delivered.add(data.len() as u64);
        }
        if !this.left.is_empty() {
            this.wait(this.pause);
        } else if this.last == Last::End {
            this.handed_over();
        }
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && self.last == Last::End
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        // On HTTP/1 the socket has the last word on how the delivery ended.
        if self.turn.is_multiplexed() {
            self.tally.end(Ending::ClientGone);
        }
    }
}
