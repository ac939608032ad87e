//! How many wait on a clock for the sake of an exchange, and how many may.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The waits of exchanges on one clock.
#[derive(Debug)]
pub struct Holds {
    open: AtomicUsize,
    limit: AtomicUsize,
    refused: AtomicU64,
}

impl Default for Holds {
    fn default() -> Self {
        Self {
            open: AtomicUsize::new(0),
            limit: AtomicUsize::new(usize::MAX),
            refused: AtomicU64::new(0),
        }
    }
}

impl Holds {
    /// How many wait now.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// How many were not let wait, because as many did as may.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Lets so many wait at a time from now on.
    pub fn limit_to(&self, most: usize) {
        self.limit.store(most, Ordering::Relaxed);
    }

    /// A place to wait at; `None`, and counted, if there is none.
    pub(super) fn enter(&self) -> Option<Place<'_>> {
        let before = self.open.fetch_add(1, Ordering::Relaxed);
        let place = Place { holds: self };
        if before >= self.limit.load(Ordering::Relaxed) {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(place)
    }
}

/// One that waits; dropping it frees its place.
#[derive(Debug)]
pub(super) struct Place<'h> {
    holds: &'h Holds,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.holds.open.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_wait_as_may_and_the_others_are_counted() {
        let holds = Holds::default();
        holds.limit_to(2);
        let one = holds.enter();
        let two = holds.enter();
        assert!(one.is_some() && two.is_some());
        assert!(holds.enter().is_none());
        assert_eq!((holds.open(), holds.refused()), (2, 1));
        drop(one);
        assert!(holds.enter().is_some());
        assert_eq!((holds.open(), holds.refused()), (1, 1));
    }
}
