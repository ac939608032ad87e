//! What goes out, counted towards the answer it belongs to.

use std::io;
use std::sync::atomic::Ordering;
use std::task::Poll;

use crate::exchange::Ending;

use super::Line;

impl Line {
    /// Does a write of `offered` bytes and counts it.
    ///
    /// The end of an answer is noted before the write that ends it:
    /// whoever has read the answer then also finds the note. A write that falls short takes it back.
    pub(in crate::wire) fn count(
        &self,
        offered: usize,
        write: impl FnOnce() -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let mut state = self.state();
        let Some(tally) = &mut state.tally else {
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
        if is_last && written == offered {
            state.tally = None;
            self.is_counting.store(false, Ordering::Release);
            return outcome;
        }
        // Whatever comes now comes later.
        tally.ready = None;
        if is_last {
            tally.delivered.take_back(offered - written);
        } else {
            tally.delivered.add(written);
        }
        if matches!(outcome, Poll::Ready(Err(_))) {
            tally.end(Ending::ClientGone);
            state.tally = None;
            self.is_counting.store(false, Ordering::Release);
        }
        outcome
    }

    /// Does a write that is not the last of an answer, whether or not its bytes are hyper's, and counts it.
    pub(in crate::wire) fn count_more(
        &self,
        write: impl FnOnce() -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let mut state = self.state();
        let outcome = write();
        if let Some(tally) = &mut state.tally {
            tally.ready = None;
            match &outcome {
                Poll::Ready(Ok(written)) => tally.delivered.add(*written as u64),
                Poll::Ready(Err(_)) => tally.end(Ending::ClientGone),
                Poll::Pending => {}
            }
        }
        outcome
    }

    /// Whether nothing of an answer is still to be counted.
    pub(in crate::wire) fn is_delivered(&self) -> bool {
        !self.is_counting.load(Ordering::Acquire)
    }

    /// Whether hyper has handed over all of the answer.
    pub(in crate::wire) fn is_handed_over(&self) -> bool {
        self.handed_over.load(Ordering::Acquire)
    }
}
