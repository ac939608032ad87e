//! The journal as expectations see it: calls and look-outs with the facts of each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::entry::{Entry, Event, Fired};
use crate::exchange::Delivery;
use crate::scenario::expectation::{Filter, Selection};
use crate::scenario::facts::Facts;
use crate::scenario::schedule::Scope;

/// One call or look-out.
#[derive(Debug)]
pub(super) struct Happening<'e> {
    pub(super) number: u64,
    /// When it began.
    pub(super) at: Timestamp,
    /// When it began, in real time: a hand-moved clock may stand still between two happenings.
    real: Duration,
    /// From when on the client could know of it.
    pub(super) known: Timestamp,
    pub(super) facts: Facts<'e>,
    fired: &'e [Fired],
    is_call: bool,
}

impl Happening<'_> {
    pub(super) fn key(&self, per: Scope) -> String {
        per.key(&self.facts).into_owned()
    }

    pub(super) fn fired(&self, rule: &str) -> bool {
        self.fired.iter().any(|fired| fired.rule == rule)
    }

    /// Whether it has the operation and the resource of another.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let key = |one: &Self| {
            one.facts
                .subject
                .as_ref()
                .map(|subject| subject.key.clone())
        };
        self.facts.operation == other.facts.operation
            && (key(other).is_none() || key(self) == key(other))
    }

    /// Whether the client sent it when it could know of `earlier`: calls that were under way are innocent.
    pub(super) fn follows(&self, earlier: &Self) -> bool {
        // A look-out is journalled before the press of the button that it is part of.
        let began_later = self.real >= earlier.real;
        self.number > earlier.number && self.at >= earlier.known && began_later
    }
}

/// Everything that happened, oldest first.
#[derive(Debug)]
pub(super) struct Happenings<'e> {
    all: Vec<Happening<'e>>,
}

impl<'e> Happenings<'e> {
    pub(super) fn of(entries: &'e [Arc<Entry>]) -> Self {
        Self {
            all: entries
                .iter()
                .filter_map(|entry| happening(entry))
                .collect(),
        }
    }

    /// The calls and look-outs on which a rule acted.
    pub(super) fn fired<'h>(
        &'h self,
        rule: &'h str,
    ) -> impl Iterator<Item = &'h Happening<'e>> + 'h {
        self.all.iter().filter(move |one| one.fired(rule))
    }

    /// The first time a rule acted, for each key.
    pub(super) fn firsts<'h>(
        &'h self,
        rule: &'h str,
        per: Scope,
    ) -> Vec<(String, &'h Happening<'e>)> {
        let mut firsts = BTreeMap::new();
        for one in self.fired(rule) {
            firsts.entry(one.key(per)).or_insert(one);
        }
        let mut firsts: Vec<_> = firsts.into_iter().collect();
        firsts.sort_by_key(|(_, one)| one.number);
        firsts
    }

    /// The calls of a client, oldest first.
    pub(super) fn calls(&self) -> impl Iterator<Item = &Happening<'e>> {
        self.all.iter().filter(|one| one.is_call)
    }

    /// The calls and look-outs, oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Happening<'e>> {
        self.all.iter()
    }

    /// The calls that a filter means; `key` narrows whose victim a `like` stands for.
    pub(super) fn selected<'h>(&'h self, filter: &'h Filter, per: Scope) -> Vec<&'h Happening<'e>> {
        let victims = match &filter.selection {
            Selection::Like(rule) => self.firsts(rule, per),
            Selection::On(_) => Vec::new(),
        };
        let chosen = |one: &Happening<'_>| match &filter.selection {
            Selection::On(operations) => operations.contains(one.facts.operation),
            Selection::Like(_) => victims
                .iter()
                .any(|(key, victim)| one.is_like(victim) && one.key(per) == *key),
        };
        self.all
            .iter()
            .filter(|one| chosen(one) && filter.accepts(&one.facts))
            .collect()
    }
}

fn happening(entry: &Entry) -> Option<Happening<'_>> {
    let (facts, fired, known, is_call) = match &entry.event {
        Event::Exchange(exchange) => {
            let known = match exchange.delivery {
                // A client that gives up on a silent answer does so long before the silence ends.
                Delivery::Stall { .. } | Delivery::Dribble { .. } => exchange.answered,
                _ => exchange.ended(),
            };
            let facts = Facts::of_exchange(exchange)?;
            (facts, &exchange.fired, known, true)
        }
        Event::Probe(probe) => (
            Facts::of_journalled_probe(probe),
            &probe.fired,
            entry.at,
            false,
        ),
        Event::Incident(incident) => (
            Facts::bare(incident.operation?),
            &incident.fired,
            entry.at,
            false,
        ),
        Event::CycleBegan(_)
        | Event::CycleEnded(_)
        | Event::ClockMoved { .. }
        | Event::Changed(_)
        | Event::RulesChanged(_)
        | Event::RulesRefused(_) => return None,
    };
    Some(Happening {
        number: entry.number,
        at: entry.at,
        real: entry.real,
        known,
        facts,
        fired,
        is_call,
    })
}
