//! What stood at a name before its last change, for resolvers that have not heard of it.

use std::sync::Arc;

use super::TxtSet;
use crate::clock::Timestamp;
use crate::scenario::plan::Lag;

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

    /// What one who lags so far behind still sees; `None` if it is up to date by now.
    pub(super) fn hidden_by(&mut self, lag: Lag, now: Timestamp) -> Option<Option<Arc<TxtSet>>> {
        self.look_ups += 1;
        let is_behind = match lag {
            Lag::Always => true,
            Lag::For(time) => now < self.changed.plus(time),
            Lag::LookUps(most) => self.look_ups <= most,
        };
        is_behind.then(|| self.before.clone())
    }
}
