//! Exchanges under way, and what is left of them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Line, Phase};
use crate::wire::frames::Begun;

/// An exchange under way; dropping it ends it.
#[derive(Debug)]
pub(in crate::wire) struct Turn {
    pub(in crate::wire) line: Arc<Line>,
    pub(super) is_multiplexed: bool,
    /// Its stream of HTTP/2.
    pub(super) stream: Begun,
}

impl Turn {
    /// Notes that the request has a body, which is still to be read.
    pub(in crate::wire) fn reads_body(&self) {
        if !self.is_multiplexed {
            self.line.enter(Phase::Body);
        }
    }

    /// Notes that the request has been read to its end.
    pub(in crate::wire) fn body_read(&self) {
        self.line.enter(Phase::Quiet);
    }

    pub(in crate::wire) fn is_multiplexed(&self) -> bool {
        self.is_multiplexed
    }

    /// The number of its stream, where it is one of many.
    pub(in crate::wire) fn stream(&self) -> Begun {
        self.stream
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.line.open.fetch_sub(1, Ordering::AcqRel);
        self.line.enter(Phase::Quiet);
    }
}

/// A body that is still being read although its exchange is over; dropping it says that it is not.
#[derive(Debug)]
pub(in crate::wire) struct Open(pub(super) Arc<Line>);

impl Open {
    pub(in crate::wire) fn line(&self) -> &Line {
        &self.0
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::AcqRel);
    }
}
