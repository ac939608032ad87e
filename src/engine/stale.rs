//! Which resources are too young for a list that lags behind.

use std::collections::{HashMap, VecDeque};

/// Births older than so many are forgotten first; lists lag by a few reads, not by thousands.
const MOST_BIRTHS: usize = 100_000;

/// How many lists had been read when each resource came to be.
#[derive(Debug, Default)]
pub(super) struct Births {
    reads: u64,
    born: HashMap<String, u64>,
    /// The ids of those, the oldest first.
    order: VecDeque<String>,
}

impl Births {
    pub(super) fn created(&mut self, id: &str) {
        if self.born.insert(id.to_owned(), self.reads).is_none() {
            self.order.push_back(id.to_owned());
        }
        if self.order.len() > MOST_BIRTHS
            && let Some(oldest) = self.order.pop_front()
        {
            self.born.remove(&oldest);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_birth_is_forgotten_for_the_newest() {
        let mut births = Births::default();
        for number in 0..=MOST_BIRTHS {
            births.created(&number.to_string());
        }
        assert!(!births.is_stale("0", 3));
        assert!(births.is_stale("1", 3) && births.is_stale(&MOST_BIRTHS.to_string(), 3));
        for _ in 0..3 {
            births.listed();
        }
        assert!(!births.is_stale("1", 3));
    }
}
