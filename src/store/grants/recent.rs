//! The tokens that were presented lately, found by the very bytes they were presented in.
//!
//! A client presents the same token with request after request; to read, hash and compare it anew each time is
//! most of what a look-up costs.

use std::sync::{Arc, PoisonError, RwLock};

/// How many are remembered.
const MOST: usize = 4;

/// What was found behind a header field's value, for the last few values.
#[derive(Debug)]
pub(super) struct Recent<T> {
    found: RwLock<Found<T>>,
}

#[derive(Debug)]
struct Found<T> {
    things: Vec<(Box<[u8]>, Arc<T>)>,
    /// Which one makes room for the next.
    oldest: usize,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self {
            found: RwLock::new(Found {
                things: Vec::new(),
                oldest: 0,
            }),
        }
    }
}

impl<T> Recent<T> {
    pub(super) fn find(&self, value: &[u8]) -> Option<Arc<T>> {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        let mut things = found.things.iter();
        let (_, thing) = things.find(|(known, _)| **known == *value)?;
        Some(Arc::clone(thing))
    }

    pub(super) fn remember(&self, value: &[u8], thing: &Arc<T>) {
        let mut found = self.found.write().unwrap_or_else(PoisonError::into_inner);
        let new = (value.into(), Arc::clone(thing));
        let place = found.oldest;
        match found.things.get_mut(place) {
            Some(oldest) => *oldest = new,
            None => found.things.push(new),
        }
        found.oldest = (place + 1) % MOST;
    }

    /// Forgets them all: some may have been let go where they are kept.
    pub(super) fn clear(&self) {
        let mut found = self.found.write().unwrap_or_else(PoisonError::into_inner);
        found.things.clear();
        found.oldest = 0;
    }
}
