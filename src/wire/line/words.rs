//! What an exchange has its connection do beside hyper: say last words, wait, go stale, take no more.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::exchange::Stale;
use crate::wire::frames::Streams;
use crate::wire::manner::Manner;

use super::{Line, Open, Parting};

impl Line {
    /// Says the last words as soon as everything before them has gone out.
    pub(in crate::wire) fn part(&self, parting: Parting) {
        self.is_parting.store(true, Ordering::Release);
        let mut state = self.state();
        state.parting = Some(parting);
        self.await_flush();
    }

    /// Begins no more exchanges: the connection is about to be taken leave of.
    pub(in crate::wire) fn begin_no_more(&self) {
        self.is_parting.store(true, Ordering::Release);
    }

    /// Whether the connection ends, so that what still comes on it is not begun.
    pub(in crate::wire) fn is_parting(&self) -> bool {
        self.is_parting.load(Ordering::Acquire)
    }

    /// Has the next flush noted; whoever asks holds the state.
    ///
    /// On HTTP/2 another task writes, and may be between its last look for frames and its flush: the flush after that
    /// one has everything.
    fn await_flush(&self) {
        let flushes = if self.is_multiplexed() { 2 } else { 1 };
        self.awaits_flush.store(flushes, Ordering::Release);
        self.nudge.notify_one();
    }

    /// Waits until everything handed over so far has gone out.
    pub(in crate::wire) async fn settled(&self) {
        let (sender, settled) = oneshot::channel();
        {
            let mut state = self.state();
            state.barriers.push(sender);
            self.await_flush();
        }
        // A sender that is dropped says that the connection is over, and nobody goes on then.
        drop(settled.await);
    }

    /// Notes that everything handed over so far has gone out.
    pub(in crate::wire) fn flushed(&self) {
        if self.awaits_flush.load(Ordering::Acquire) == 0 {
            return;
        }
        let mut state = self.state();
        let more = self.awaits_flush.load(Ordering::Acquire).saturating_sub(1);
        self.awaits_flush.store(more, Ordering::Release);
        if more > 0 {
            self.nudge.notify_one();
            return;
        }
        if state.parting.is_some() {
            self.parting_due.store(true, Ordering::Release);
        }
        if std::mem::take(&mut state.retires) {
            self.is_retired.store(true, Ordering::Release);
            self.nudge.notify_one();
        }
        for barrier in state.barriers.drain(..) {
            // Whoever is gone need not know.
            let _ = barrier.send(());
        }
    }

    /// Waits until the connection's task has something to look at.
    pub(in crate::wire) async fn nudged(&self) {
        self.nudge.notified().await;
    }

    /// Takes no more requests than there are, as soon as everything said so far has gone out.
    pub(in crate::wire) fn retire(&self) {
        let mut state = self.state();
        state.retires = true;
        self.await_flush();
    }

    pub(in crate::wire) fn is_retired(&self) -> bool {
        self.is_retired.load(Ordering::Acquire)
    }

    /// Has the answer under way leave in that manner.
    pub(in crate::wire) fn set_manner(&self, manner: Manner) {
        self.state().manner = Some(Box::new(manner));
        self.has_manner.store(true, Ordering::Release);
    }

    /// The manner of an answer that begins to leave now.
    pub(in crate::wire) fn take_manner(&self) -> Option<Box<Manner>> {
        if !self.has_manner.load(Ordering::Acquire) {
            return None;
        }
        self.has_manner.store(false, Ordering::Release);
        self.state().manner.take()
    }

    /// Has the next request end the connection.
    pub(in crate::wire) fn go_stale(&self, stale: Stale, clock: Clock) {
        self.state().stale = Some((stale, clock));
        self.is_stale.store(true, Ordering::Release);
    }

    /// How the connection ends that a request has just come on, if it does.
    pub(in crate::wire) fn stale(&self) -> Option<(Stale, Clock)> {
        if !self.is_stale.load(Ordering::Acquire) {
            return None;
        }
        self.state().stale.clone()
    }

    /// Reads so many bytes at a time from now on; 0 for as many as come.
    pub(in crate::wire) fn set_gulp(&self, bytes: usize) {
        self.gulp.store(bytes, Ordering::Release);
    }

    pub(in crate::wire) fn gulp(&self) -> usize {
        self.gulp.load(Ordering::Acquire)
    }

    /// The streams of HTTP/2, as they open.
    pub(in crate::wire) fn streams(&self) -> &Streams {
        &self.streams
    }

    /// Keeps the exchange before open, so that bytes that still come of its body are no head.
    pub(in crate::wire) fn keep_open(self: &Arc<Self>) -> Open {
        self.open.fetch_add(1, Ordering::AcqRel);
        Open(Arc::clone(self))
    }

    /// Whether it is time for the last words.
    pub(in crate::wire) fn parting_is_due(&self) -> bool {
        self.parting_due.load(Ordering::Acquire)
    }

    pub(in crate::wire) fn take_parting(&self) -> Option<Parting> {
        self.state().parting.take()
    }
}
