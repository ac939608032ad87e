//! How many connections to the product ports are open, and how many may be.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// How many connections may be open at a time where the system lets a process have that many, and nothing else is wanted.
pub(crate) const MOST: usize = 10_000;

/// The connections to all product ports of one process; those to the control port are not among them.
#[derive(Debug)]
pub(crate) struct OpenConnections {
    /// How many there may be at a time.
    pub(crate) most: usize,
    open: AtomicUsize,
    refused: AtomicU64,
    /// Whether one was refused since there was room last.
    is_full: AtomicBool,
}

/// One connection's place among them; it is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place(Arc<OpenConnections>);

/// There is no place for one more connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoPlace {
    /// How many there may be.
    pub(crate) most: usize,
    /// Whether it is the first that was refused since there was room.
    pub(crate) is_first: bool,
}

impl OpenConnections {
    /// Room for so many.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            open: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
            is_full: AtomicBool::new(false),
        }
    }

    /// How many are open.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::Acquire)
    }

    /// How many were refused so far.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Gives a new connection its place, or counts it as refused.
    pub(crate) fn admit(self: &Arc<Self>) -> Result<Place, NoPlace> {
        let one_more = |open| (open < self.most).then_some(open + 1);
        let order = (Ordering::AcqRel, Ordering::Acquire);
        if self.open.fetch_update(order.0, order.1, one_more).is_ok() {
            return Ok(Place(Arc::clone(self)));
        }
        self.refused.fetch_add(1, Ordering::Relaxed);
        Err(NoPlace {
            most: self.most,
            is_first: !self.is_full.swap(true, Ordering::AcqRel),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::AcqRel);
        self.0.is_full.store(false, Ordering::Release);
    }
}
