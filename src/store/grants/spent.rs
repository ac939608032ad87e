//! What was used and must not be used again until it has ended.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::clock::Timestamp;

/// How many are remembered.
const MOST: usize = 32_768;

/// Holds names of things that are good once, as long as they would be good.
#[derive(Debug, Default)]
pub(super) struct Spent {
    until: Mutex<HashMap<String, Timestamp>>,
}

impl Spent {
    /// Takes a name; says whether nobody had taken it before.
    pub(super) fn take(&self, name: String, expires: Timestamp, now: Timestamp) -> bool {
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.get(&name).is_some_and(|expires| now < *expires) {
            return false;
        }
        if until.len() >= MOST {
            until.retain(|_, expires| now < *expires);
        }
        // Who is full of live ones would rather take one for used than use one twice.
        if until.len() >= MOST {
            return false;
        }
        until.insert(name, expires);
        true
    }
}
