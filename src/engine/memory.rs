//! What the engine remembers between two requests.

use std::collections::HashMap;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::scenario::limit::{Limit, Standing};
use crate::scenario::rule::Rule;
use crate::scenario::schedule::{Firing, Repeats, Scope};

use super::bucket::Bucket;
use super::explain::Refusal;
use super::ledger::{Counter, Ledger};
use super::rules::Anchor;
use super::underway::{Flight, Underway};

/// For so many keys a rule counts; a client that invents more is not counted, lest memory grow without end.
pub const MOST_KEYS: usize = 100_000;

/// The state in which every sandbox begins.
const START: &str = "start";

/// A request on which a rule may act.
#[derive(Debug)]
pub(super) struct Sighting {
    pub(super) rule: usize,
    pub(super) key: String,
    /// Where the rule counts for that key.
    pub(super) line: Line,
    /// Which occurrence for this key it is, counted from 1.
    pub(super) seen: u64,
}

/// Where the rules of one scope count for one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    ledger: usize,
    line: usize,
}

/// What one rule remembers.
#[derive(Debug)]
struct Tally {
    /// The ledger of its scope, and its own column there.
    ledger: usize,
    column: usize,
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
    ledgers: Vec<Ledger>,
    tallies: Vec<Tally>,
    firings: HashMap<Anchor, HashMap<String, Timestamp>>,
    /// Connections in the order in which they came: their own numbers differ from run to run.
    connections: HashMap<u64, usize>,
    passed_over: u64,
}

impl Memory {
    pub(super) fn new(rules: &[Rule], origin: Option<Timestamp>) -> Self {
        let mut ledgers = Vec::new();
        let tallies = rules
            .iter()
            .map(|rule| Tally::new(rule.when().per, &mut ledgers))
            .collect();
        Self {
            state: Arc::from(START),
            origin,
            ledgers,
            tallies,
            firings: HashMap::new(),
            connections: HashMap::new(),
            passed_over: 0,
        }
    }

    /// Takes over what `old` remembers and is still worth remembering: `same` has, for each rule, the place of the old one
    /// that says the same. A state that nothing leads to is left.
    pub(super) fn take_over(
        &mut self,
        mut old: Self,
        same: &[Option<usize>],
        leads_to: impl Fn(&str) -> bool,
    ) {
        let known = same.iter().enumerate();
        for (place, was) in known.filter_map(|(place, was)| Some((place, (*was)?))) {
            for (key, counter) in old.counted(was) {
                let line = self.line(place, key);
                if let Some(slot) = line.and_then(|line| self.counter(place, line)) {
                    *slot = counter;
                }
            }
            if let (Some(new), Some(old)) = (self.tallies.get_mut(place), old.tallies.get_mut(was))
            {
                new.buckets = std::mem::take(&mut old.buckets);
                new.underway = std::mem::take(&mut old.underway);
                new.writes = std::mem::take(&mut old.writes);
                new.total = old.total;
            }
        }
        if *old.state == *START || leads_to(&old.state) {
            self.state = old.state;
        }
        let new_place = |was: usize| same.iter().position(|place| *place == Some(was));
        let moved = |anchor: Anchor| {
            let rule = new_place(anchor.rule)?;
            Some(Anchor { rule, ..anchor })
        };
        self.origin = old.origin;
        self.firings = old
            .firings
            .into_iter()
            .filter_map(|(anchor, keys)| Some((moved(anchor)?, keys)))
            .collect();
        self.connections = old.connections;
        self.passed_over = old.passed_over;
    }

    /// What a rule counted, in no order.
    pub(super) fn counted(&self, rule: usize) -> impl Iterator<Item = (&str, Counter)> {
        let tally = self.tallies.get(rule).into_iter();
        tally.flat_map(|tally| {
            let ledger = self.ledgers.get(tally.ledger).into_iter();
            ledger.flat_map(|ledger| ledger.counted(tally.column))
        })
    }

    /// How many keys there are of the scope that has the most, or writes of a rule.
    pub(super) fn most_keys(&self) -> usize {
        let keys = self.ledgers.iter().map(Ledger::keys);
        let writes = self.tallies.iter().map(|tally| tally.writes.len());
        keys.chain(writes).max().unwrap_or(0)
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

    /// Where a rule counts for a key; `None` where there is room for no more keys.
    pub(super) fn line(&mut self, rule: usize, key: &str) -> Option<Line> {
        let ledger = self.tallies.get(rule)?.ledger;
        let line = self.ledgers.get_mut(ledger)?.line(key);
        if line.is_none() {
            self.passed_over += 1;
        }
        line.map(|line| Line { ledger, line })
    }

    fn counter(&mut self, rule: usize, line: Line) -> Option<&mut Counter> {
        let column = self.tallies.get(rule)?.column;
        self.ledgers
            .get_mut(line.ledger)?
            .counter(line.line, column)
    }

    /// Counts one more occurrence.
    pub(super) fn count(&mut self, rule: usize, line: Line) -> Result<Counter, Refusal> {
        let counter = self.counter(rule, line).ok_or(Refusal::NoRoom)?;
        counter.seen += 1;
        Ok(*counter)
    }

    /// Counts a write for a key, unless the rule has counted the same one before.
    pub(super) fn count_write(
        &mut self,
        (rule, line): (usize, Line),
        write: String,
        repeats: Repeats,
    ) -> Result<Counter, Refusal> {
        let tally = self.tallies.get(rule).ok_or(Refusal::NoRoom)?;
        if let Some(&seen) = tally.writes.get(&write) {
            if repeats == Repeats::Pass {
                return Err(Refusal::Repeat { seen });
            }
            let fired = self.counter(rule, line).map_or(0, |counter| counter.fired);
            return Ok(Counter { seen, fired });
        }
        if tally.writes.len() >= MOST_KEYS {
            self.passed_over += 1;
            return Err(Refusal::NoRoom);
        }
        let counter = self.count(rule, line)?;
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
        let counter = self.counter(sighting.rule, sighting.line);
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

impl Tally {
    /// The first page of a rule that counts by a scope.
    fn new(scope: Scope, ledgers: &mut Vec<Ledger>) -> Self {
        let known = ledgers.iter().position(|ledger| ledger.scope() == scope);
        let ledger = known.unwrap_or(ledgers.len());
        if known.is_none() {
            ledgers.push(Ledger::new(scope));
        }
        Self {
            ledger,
            column: ledgers.get_mut(ledger).map_or(0, Ledger::add_column),
            buckets: HashMap::new(),
            underway: Underway::default(),
            writes: HashMap::new(),
            total: 0,
        }
    }
}
