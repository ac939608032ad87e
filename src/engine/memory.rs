//! What the engine remembers between two requests.

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::scenario::facts::Facts;
use crate::scenario::limit::{Limit, Standing};
use crate::scenario::schedule::Per;

use super::bucket::Bucket;

/// For so many keys a rule counts; a client that invents more is not counted, lest memory grow without end.
pub const MOST_KEYS: usize = 100_000;

/// The state in which every sandbox begins.
const START: &str = "start";

/// What one rule counted for one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counter {
    /// How often the rule held.
    pub(super) seen: u64,
    /// How often it acted.
    pub(super) fired: u64,
}

/// A request on which a rule may act.
#[derive(Debug)]
pub(super) struct Sighting {
    pub(super) rule: usize,
    pub(super) key: String,
    /// Which occurrence for this key it is, counted from 1.
    pub(super) seen: u64,
}

#[derive(Debug)]
pub(super) struct Memory {
    state: String,
    origin: Option<Timestamp>,
    counters: Vec<HashMap<String, Counter>>,
    buckets: Vec<HashMap<String, Bucket>>,
    totals: Vec<u64>,
    firsts: HashMap<(usize, Per), HashMap<String, Timestamp>>,
    /// Connections in the order in which they came: their own numbers differ from run to run.
    connections: HashMap<u64, usize>,
    passed_over: u64,
}

impl Memory {
    pub(super) fn new(rules: usize, origin: Option<Timestamp>) -> Self {
        Self {
            state: START.to_owned(),
            origin,
            counters: vec![HashMap::new(); rules],
            buckets: vec![HashMap::new(); rules],
            totals: vec![0; rules],
            firsts: HashMap::new(),
            connections: HashMap::new(),
            passed_over: 0,
        }
    }

    /// What is still worth remembering for other rules: `same` has, for each of them, the place of the old one that says
    /// the same. A state that nothing leads to is left.
    pub(super) fn carried(self, same: &[Option<usize>], leads_to: impl Fn(&str) -> bool) -> Self {
        let Self {
            state,
            origin,
            mut counters,
            mut buckets,
            totals,
            firsts,
            connections,
            passed_over,
        } = self;
        let is_known = state == START || leads_to(&state);
        let new_place = |old: usize| same.iter().position(|place| *place == Some(old));
        let firsts = firsts.into_iter();
        Self {
            state: if is_known { state } else { START.to_owned() },
            origin,
            counters: picked(same, |old| counters.get_mut(old).map(std::mem::take)),
            buckets: picked(same, |old| buckets.get_mut(old).map(std::mem::take)),
            totals: picked(same, |old| totals.get(old).copied()),
            firsts: firsts
                .filter_map(|((rule, per), keys)| Some(((new_place(rule)?, per), keys)))
                .collect(),
            connections,
            passed_over,
        }
    }

    /// What a rule counted, in no order.
    pub(super) fn counted(&self, rule: usize) -> impl Iterator<Item = (&str, Counter)> {
        let counters = self.counters.get(rule).into_iter().flatten();
        counters.map(|(key, counter)| (key.as_str(), *counter))
    }

    /// For how many keys the rule counts that counts for the most.
    pub(super) fn most_keys(&self) -> usize {
        self.counters.iter().map(HashMap::len).max().unwrap_or(0)
    }

    pub(super) fn begin(&mut self, now: Timestamp) {
        self.origin = Some(now);
    }

    pub(super) fn begin_if_new(&mut self, now: Timestamp) {
        self.origin.get_or_insert(now);
    }

    pub(super) fn origin(&self) -> Timestamp {
        self.origin
            .unwrap_or_else(|| Timestamp::from_millisecond(0))
    }

    pub(super) fn state(&self) -> &str {
        &self.state
    }

    pub(super) fn enter(&mut self, state: &str) {
        state.clone_into(&mut self.state);
    }

    pub(super) fn totals(&self) -> &[u64] {
        &self.totals
    }

    pub(super) fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// The key of a request in a scope.
    pub(super) fn key(&mut self, per: Per, facts: &Facts<'_>) -> String {
        let Some(request) = facts.request.filter(|_| per == Per::Conn) else {
            return per.key(facts).into_owned();
        };
        let next = self.connections.len() + 1;
        let number = request.connection.number;
        if next > MOST_KEYS && !self.connections.contains_key(&number) {
            return "later".to_owned();
        }
        self.connections.entry(number).or_insert(next).to_string()
    }

    /// Counts one more occurrence; `None` if the rule has no room for another key.
    pub(super) fn count(&mut self, rule: usize, key: &str) -> Option<Counter> {
        let counters = self.counters.get_mut(rule)?;
        if let Some(counter) = counters.get_mut(key) {
            counter.seen += 1;
            return Some(*counter);
        }
        if counters.len() >= MOST_KEYS {
            self.passed_over += 1;
            return None;
        }
        let counter = Counter { seen: 1, fired: 0 };
        counters.insert(key.to_owned(), counter);
        Some(counter)
    }

    /// Takes one request out of the bucket of a rule that counts this key.
    pub(super) fn take(
        &mut self,
        (rule, key): (usize, &str),
        limit: Limit,
        now: Timestamp,
    ) -> Option<Standing> {
        let buckets = self.buckets.get_mut(rule)?;
        if let Some(bucket) = buckets.get_mut(key) {
            return Some(bucket.take(limit, now));
        }
        let mut bucket = Bucket::full(now);
        let standing = bucket.take(limit, now);
        buckets.insert(key.to_owned(), bucket);
        Some(standing)
    }

    /// Notes that a rule acts; returns how often it has for that key.
    pub(super) fn fire(&mut self, sighting: &Sighting) -> u64 {
        if let Some(total) = self.totals.get_mut(sighting.rule) {
            *total += 1;
        }
        let counters = self.counters.get_mut(sighting.rule);
        let Some(counter) = counters.and_then(|counters| counters.get_mut(&sighting.key)) else {
            return 0;
        };
        counter.fired += 1;
        counter.fired
    }

    pub(super) fn first(&self, anchor: (usize, Per), key: &str) -> Option<Timestamp> {
        self.firsts.get(&anchor)?.get(key).copied()
    }

    pub(super) fn remember_first(&mut self, anchor: (usize, Per), key: String, now: Timestamp) {
        let firsts = self.firsts.entry(anchor).or_default();
        if firsts.len() < MOST_KEYS {
            firsts.entry(key).or_insert(now);
        }
    }
}

/// For each new rule what the old one had that says the same, or nothing.
fn picked<T: Default>(same: &[Option<usize>], mut take: impl FnMut(usize) -> Option<T>) -> Vec<T> {
    let places = same.iter();
    places
        .map(|old| old.and_then(&mut take).unwrap_or_default())
        .collect()
}
