//! What is judged: one row of a scenario that a client went through, as plain values.

use std::sync::Arc;

use serde_json::Value;

use crate::entry::Entry;
use crate::scenario::source::Source;

/// One row, from its first request to its last.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Everything that happened, oldest first.
    pub entries: Vec<Arc<Entry>>,
    /// The client's cycles, in order; one that spans everything if nobody marked any.
    pub cycles: Vec<Cycle>,
    /// What the store held at the start.
    pub before: Snapshot,
    /// What the store held in the end.
    pub after: Snapshot,
    /// The ids of the catalogue's rules that the scenario means to exercise.
    pub exercises: Vec<String>,
}

/// One cycle of the client.
#[derive(Clone, Debug, Default)]
pub struct Cycle {
    /// Counted from 1.
    pub number: u32,
    /// What the client was to provision.
    pub source: Source,
    /// The number of the last entry before it.
    pub after: u64,
    /// The number of its last entry.
    pub until: u64,
    /// The exit status of the client's process, if it ended by itself.
    pub exit: Option<i32>,
    /// Whether it was stopped at its time limit.
    pub timed_out: bool,
}

impl Run {
    /// The entries of one cycle.
    pub fn entries_of(&self, cycle: &Cycle) -> &[Arc<Entry>] {
        let from = self
            .entries
            .partition_point(|entry| entry.number <= cycle.after);
        let to = self
            .entries
            .partition_point(|entry| entry.number <= cycle.until);
        self.entries.get(from..to).unwrap_or_default()
    }
}

/// What a store held at one moment, in creation order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Users, as SCIM JSON.
    pub users: Vec<Value>,
    /// Groups, as SCIM JSON.
    pub groups: Vec<Value>,
    /// Domains, with `name`, `status` and `code`.
    pub domains: Vec<Value>,
}
