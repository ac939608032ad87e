//! What the engine remembers between two requests.

use std::collections::HashMap;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::scenario::limit::{Limit, Standing};
use crate::scenario::schedule::{Firing, Repeats};

use super::bucket::Bucket;
use super::explain::Refusal;
use super::rules::Anchor;
use super::underway::{Flight, Underway};

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

/// What one rule has counted.
#[derive(Clone, Debug, Default)]
struct Tally {
    counters: HashMap<String, Counter>,
    buckets: HashMap<String, Bucket>,
    underway: Underway,
    /// Which occurrence each write was, for a rule that knows repeats.
    writes: HashMap<String, u64>,
    /// How often it acted.
    total: u64,
}

#[derive(Debug)]
pub(super) struct Memory {
    state: Arc<str>,
    origin: Option<Timestamp>,
    tallies: Vec<Tally>,
    firings: HashMap<Anchor, HashMap<String, Timestamp>>,
    /// Connections in the order in which they came: their own numbers differ from run to run.
    connections: HashMap<u64, usize>,
    passed_over: u64,
}

impl Memory {
    pub(super) fn new(rules: usize, origin: Option<Timestamp>) -> Self {
        Self {
            state: Arc::from(START),
            origin,
            tallies: vec![Tally::default(); rules],
            firings: HashMap::new(),
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
            mut tallies,
            firings,
            connections,
            passed_over,
        } = self;
        let is_known = *state == *START || leads_to(&state);
        let new_place = |old: usize| same.iter().position(|place| *place == Some(old));
        let moved = |anchor: Anchor| {
            let rule = new_place(anchor.rule)?;
            Some(Anchor { rule, ..anchor })
        };
        let taken = |old: usize| tallies.get_mut(old).map(std::mem::take);
        let firings = firings.into_iter();
        Self {
            state: if is_known { state } else { Arc::from(START) },
            origin,
            tallies: picked(same, taken),
            firings: firings
                .filter_map(|(anchor, keys)| Some((moved(anchor)?, keys)))
                .collect(),
            connections,
            passed_over,
        }
    }

    /// What a rule counted, in no order.
    pub(super) fn counted(&self, rule: usize) -> impl Iterator<Item = (&str, Counter)> {
        let tally = self.tallies.get(rule).into_iter();
        let counters = tally.flat_map(|tally| &tally.counters);
        counters.map(|(key, counter)| (key.as_str(), *counter))
    }

    /// For how many keys the rule counts that counts for the most.
    pub(super) fn most_keys(&self) -> usize {
        let tallies = self.tallies.iter();
        let keys = tallies.map(|tally| tally.counters.len().max(tally.writes.len()));
        keys.max().unwrap_or(0)
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

    pub(super) fn state(&self) -> &Arc<str> {
        &self.state
    }

    pub(super) fn enter(&mut self, state: &str) {
        if *self.state != *state {
            self.state = Arc::from(state);
        }
    }

    /// How often each rule has acted.
    pub(super) fn totals(&self) -> impl Iterator<Item = u64> {
        self.tallies.iter().map(|tally| tally.total)
    }

    pub(super) fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// The number of a connection, in the order in which the rules met them.
    pub(super) fn connection(&mut self, number: u64) -> String {
        let next = self.connections.len() + 1;
        if next > MOST_KEYS && !self.connections.contains_key(&number) {
            return "later".to_owned();
        }
        self.connections.entry(number).or_insert(next).to_string()
    }

    /// Counts one more occurrence.
    pub(super) fn count(&mut self, rule: usize, key: &str) -> Result<Counter, Refusal> {
        let tally = self.tallies.get_mut(rule).ok_or(Refusal::NoRoom)?;
        if let Some(counter) = tally.counters.get_mut(key) {
            counter.seen += 1;
            return Ok(*counter);
        }
        if tally.counters.len() >= MOST_KEYS {
            self.passed_over += 1;
            return Err(Refusal::NoRoom);
        }
        let counter = Counter { seen: 1, fired: 0 };
        tally.counters.insert(key.to_owned(), counter);
        Ok(counter)
    }

    /// Counts a write, unless the rule has counted the same one before.
    pub(super) fn count_write(
        &mut self,
        (rule, key): (usize, &str),
        write: &str,
        repeats: Repeats,
    ) -> Result<Counter, Refusal> {
        let write = format!("{key}\n{write}");
        let tally = self.tallies.get(rule).ok_or(Refusal::NoRoom)?;
        if let Some(&seen) = tally.writes.get(&write) {
            if repeats == Repeats::Pass {
                return Err(Refusal::Repeat { seen });
            }
            let fired = tally.counters.get(key).map_or(0, |counter| counter.fired);
            return Ok(Counter { seen, fired });
        }
        if tally.writes.len() >= MOST_KEYS {
            self.passed_over += 1;
            return Err(Refusal::NoRoom);
        }
        let counter = self.count(rule, key)?;
        if let Some(tally) = self.tallies.get_mut(rule) {
            tally.writes.insert(write, counter.seen);
        }
        Ok(counter)
    }

    /// Takes one request out of the bucket of a rule that counts this key.
    pub(super) fn take(
        &mut self,
        (rule, key): (usize, &str),
        limit: Limit,
        now: Timestamp,
    ) -> Option<Standing> {
        let buckets = &mut self.tallies.get_mut(rule)?.buckets;
        if let Some(bucket) = buckets.get_mut(key) {
            return Some(bucket.take(limit, now));
        }
        let mut bucket = Bucket::full(now);
        let standing = bucket.take(limit, now);
        buckets.insert(key.to_owned(), bucket);
        Some(standing)
    }

    /// Notes that a request is under way; says how many others are that the rule counts for this key.
    pub(super) fn join(&mut self, (rule, key): (usize, &str), flight: Arc<Flight>) -> u64 {
        let tally = self.tallies.get_mut(rule);
        tally.map_or(0, |tally| tally.underway.join(key, flight))
    }

    /// Notes that a rule acts; returns how often it has for that key.
    pub(super) fn fire(&mut self, sighting: &Sighting) -> u64 {
        let Some(tally) = self.tallies.get_mut(sighting.rule) else {
            return 0;
        };
        tally.total += 1;
        let counter = tally.counters.get_mut(&sighting.key);
        counter.map_or(0, |counter| {
            counter.fired += 1;
            counter.fired
        })
    }

    /// When the rule of a window's end acted for a key.
    pub(super) fn fired(&self, anchor: Anchor, key: &str) -> Option<Timestamp> {
        self.firings.get(&anchor)?.get(key).copied()
    }

    pub(super) fn remember_firing(&mut self, anchor: Anchor, key: &str, now: Timestamp) {
        let firings = self.firings.entry(anchor).or_default();
        let is_full = firings.len() >= MOST_KEYS;
        match firings.get_mut(key) {
            Some(_) if anchor.firing == Firing::First => {}
            Some(last) => *last = now,
            None if is_full => self.passed_over += 1,
            None => _ = firings.insert(key.to_owned(), now),
        }
    }
}

/// For each new rule what the old one had that says the same, or nothing.
fn picked(same: &[Option<usize>], mut take: impl FnMut(usize) -> Option<Tally>) -> Vec<Tally> {
    let places = same.iter();
    places
        .map(|old| old.and_then(&mut take).unwrap_or_default())
        .collect()
}
