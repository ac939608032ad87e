//! What a directory held a while ago, for reads that lag behind the writes.
//!
//! A state shares everything with the one after it but what changed in between, so keeping one costs next to nothing.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::contents::Contents;
use crate::clock::{Clock, Timestamp};
use crate::scenario::plan::Reach;

/// Older states are let go when there are more; a read that looks further back sees the oldest that is kept.
const MOST_STATES: usize = 4096;

/// Reads of more things than these are not told apart any longer.
const MOST_KEYS: usize = 10_000;

/// The states a directory was in.
#[derive(Debug)]
pub(super) struct Past {
    reach: Reach,
    /// Its face may be turned; what lags does not look at it.
    clock: Clock,
    /// The state when this began.
    first: Contents,
    /// Each state with the moment at which it was over, oldest first.
    over: VecDeque<(Timestamp, Contents)>,
    /// What there was at the last reads of each thing, oldest first.
    reads: HashMap<String, VecDeque<Contents>>,
}

impl Past {
    pub(super) fn from(first: Contents, reach: Reach, clock: Clock) -> Self {
        Self {
            reach,
            clock,
            first,
            over: VecDeque::new(),
            reads: HashMap::new(),
        }
    }

    pub(super) fn widen(&mut self, reach: Reach) {
        self.reach = self.reach.or(reach);
    }

    /// Notes the state that a write is about to end.
    pub(super) fn note(&mut self, before: &Contents) {
        if self.reach.time.is_zero() {
            return;
        }
        let moment = self.clock.now();
        // Of several writes at one moment, only the state before the first one was ever there for a while.
        if self.over.back().is_none_or(|(over, _)| *over < moment) {
            self.over.push_back((moment, before.clone()));
        }
        let wanted = moment.minus(self.reach.time);
        while self.over.len() > MOST_STATES
            || self.over.front().is_some_and(|(over, _)| *over <= wanted)
        {
            self.over.pop_front();
        }
    }

    /// The state so long ago; `None` if it is the state there is.
    pub(super) fn ago(&self, time: Duration) -> Option<Contents> {
        let moment = self.clock.now().minus(time);
        let mut later = self.over.iter().filter(|(over, _)| *over > moment);
        later.next().map(|(_, state)| state.clone())
    }

    /// Notes a read of a thing, and gives the state so many such reads ago.
    pub(super) fn read(&mut self, key: &str, now: &Contents, behind: usize) -> Contents {
        if !self.reads.contains_key(key) && self.reads.len() >= MOST_KEYS {
            return self.first.clone();
        }
        let states = self.reads.entry(key.to_owned()).or_default();
        states.push_back(now.clone());
        while states.len() > self.reach.reads.max(behind) + 1 {
            states.pop_front();
        }
        let place = states.len().checked_sub(behind + 1);
        let state = place.and_then(|place| states.get(place));
        state.unwrap_or(&self.first).clone()
    }
}
