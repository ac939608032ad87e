//! Which resources are too young for a list that lags behind.

use std::collections::HashMap;

/// Births older than so many are forgotten first; lists lag by a few reads, not by thousands.
const MOST_BIRTHS: usize = 100_000;

/// How many lists had been read when each resource came to be.
#[derive(Debug, Default)]
pub(super) struct Births {
    reads: u64,
    born: HashMap<String, u64>,
}

impl Births {
    pub(super) fn created(&mut self, id: &str) {
        if self.born.len() < MOST_BIRTHS {
            self.born.insert(id.to_owned(), self.reads);
        }
    }

    pub(super) fn listed(&mut self) {
        self.reads += 1;
    }

    pub(super) fn is_stale(&self, id: &str, reads: u32) -> bool {
        self.born
            .get(id)
            .is_some_and(|born| self.reads - born < u64::from(reads))
    }
}
