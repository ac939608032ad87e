//! What stood at a name before its last change, for resolvers that have not heard of it.

use std::sync::Arc;

use super::TxtSet;
use crate::clock::Timestamp;
use crate::scenario::plan::Lag;

/// What a resolver sees that may lag behind.
pub(super) enum Seen {
    /// The name as it is.
    Now,
    /// The name as it was, if it was there.
    Before(Option<Arc<TxtSet>>),
}

/// The state of a name before its last change.
#[derive(Debug)]
pub(super) struct Past {
    before: Option<Arc<TxtSet>>,
    changed: Timestamp,
    /// How many look-ups since were answered by somebody who may lag behind.
    look_ups: u64,
}

impl Past {
    pub(super) fn new(before: Option<Arc<TxtSet>>, changed: Timestamp) -> Self {
        Self {
            before,
            changed,
            look_ups: 0,
        }
    }

    /// What one who lags so far behind sees.
    pub(super) fn seen_by(&mut self, lag: Lag, now: Timestamp) -> Seen {
        self.look_ups += 1;
        let is_behind = match lag {
            Lag::Always => true,
            Lag::For(time) => now < self.changed.plus(time),
            Lag::LookUps(most) => self.look_ups <= most,
        };
        if is_behind {
            Seen::Before(self.before.clone())
        } else {
            Seen::Now
        }
    }
}
