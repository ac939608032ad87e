//! A body that comes piece by piece, and ends early when the double stops.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use crate::app::{Piece, Pieces};

use super::Shutdown;

/// The pieces still to come; it holds one at most.
pub(super) struct Flow {
    next: Option<Piece>,
    stop: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Flow {
    pub(super) fn new(pieces: Box<dyn Pieces>, shutdown: Shutdown) -> Self {
        Self {
            next: Some(pieces.next()),
            stop: Box::pin(async move { shutdown.asked().await }),
        }
    }

    /// The next piece; none after the last, nor once the double stops.
    pub(super) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let Some(next) = &mut self.next else {
            return Poll::Ready(None);
        };
        if self.stop.as_mut().poll(cx).is_ready() {
            self.next = None;
            return Poll::Ready(None);
        }
        let piece = ready!(next.as_mut().poll(cx));
        self.next = None;
        Poll::Ready(piece.map(|(piece, rest)| {
            self.next = Some(rest.next());
            piece
        }))
    }
}
