//! What the rules that count by one scope have counted, key by key.

use std::collections::HashMap;

use crate::scenario::schedule::Scope;

use super::memory::MOST_KEYS;

/// What one rule counted for one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counter {
    /// How often the rule held.
    pub(super) seen: u64,
    /// How often it acted.
    pub(super) fired: u64,
}

/// The counters of all rules of one scope. Those for one key lie side by side: a request finds its key once, however many
/// rules count it.
#[derive(Debug)]
pub(super) struct Ledger {
    scope: Scope,
    /// How many rules there are.
    columns: usize,
    lines: HashMap<String, usize>,
    /// Line by line, one for each rule.
    counters: Vec<Counter>,
}

impl Ledger {
    pub(super) fn new(scope: Scope) -> Self {
        Self {
            scope,
            columns: 0,
            lines: HashMap::new(),
            counters: Vec::new(),
        }
    }

    pub(super) fn scope(&self) -> Scope {
        self.scope
    }

    /// Makes room for one more rule; says which column is its own. No line is there yet.
    pub(super) fn add_column(&mut self) -> usize {
        self.columns += 1;
        self.columns - 1
    }

    /// The line of a key, a new one if there is none; `None` where there is room for no more.
    pub(super) fn line(&mut self, key: &str) -> Option<usize> {
        if let Some(line) = self.lines.get(key) {
            return Some(*line);
        }
        let line = self.lines.len();
        if line >= MOST_KEYS {
            return None;
        }
        self.lines.insert(key.to_owned(), line);
        let end = self.counters.len() + self.columns;
        self.counters.resize(end, Counter::default());
        Some(line)
    }

    pub(super) fn counter(&mut self, line: usize, column: usize) -> Option<&mut Counter> {
        self.counters.get_mut(line * self.columns + column)
    }

    /// What the rule of a column counted, in no order; it counts only for keys that it has seen.
    pub(super) fn counted(&self, column: usize) -> impl Iterator<Item = (&str, Counter)> {
        let lines = self.lines.iter().filter_map(move |(key, line)| {
            let counter = self.counters.get(line * self.columns + column)?;
            Some((key.as_str(), *counter))
        });
        lines.filter(|(_, counter)| counter.seen > 0)
    }

    /// How many keys there are.
    pub(super) fn keys(&self) -> usize {
        self.lines.len()
    }
}
