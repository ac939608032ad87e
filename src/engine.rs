//! The counters of a scenario's rules: the facts of a request in, a plan out.
//!
//! It knows nothing of sockets, surfaces or the store.

mod bucket;
pub mod explain;
mod keys;
mod ledger;
mod memory;
mod near;
pub mod rulebook;
mod rules;
mod stale;
pub mod standing;
mod underway;
mod weigh;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::entry::Close;
use crate::operation::Operation;
use crate::scenario::Scenario;
use crate::scenario::facts::{Facts, Wants};
use crate::scenario::fault::Fault;
use crate::scenario::plan::{Mutation, Plan, Reach};
use crate::scenario::rule::Rule;

pub use self::memory::MOST_KEYS;
use self::memory::Memory;
use self::rules::{Among, Rules};
use self::stale::Births;
pub use self::underway::Ticket;

/// How much of a request was read when the rules are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// Its head, with a body still to come.
    Head,
    /// All of it.
    Whole,
}

impl Extent {
    /// Whether a rule is decided when so much is there; each is decided once, so that nothing counts twice.
    fn suits(self, rule: &Rule) -> bool {
        rule.act().head().is_some() == (self == Self::Head)
    }
}

/// Decides, by a scenario's rules, what happens to each request of one sandbox.
#[derive(Debug)]
pub struct Engine {
    name: String,
    rules: Arc<Rules>,
    starts: Option<Timestamp>,
    hides_newborn: bool,
    /// What came close to acting where no rule came as far as its schedule: the same for all such requests.
    calm: Close,
    /// How far back reads may look.
    reach: Reach,
    entropy: Entropy,
    memory: Mutex<Memory>,
    births: Mutex<Births>,
}

impl Default for Engine {
    fn default() -> Self {
        Self::idle()
    }
}

impl Engine {
    /// The engine of a scenario, with its counters at zero.
    pub fn new(scenario: &Scenario, entropy: Entropy) -> Self {
        let rules = Arc::new(Rules::new(scenario.rules().into()));
        let hides_newborn = rules
            .all()
            .iter()
            .flat_map(|rule| &rule.act().faults)
            .any(|fault| {
                let Fault::Mutate(mutations) = fault else {
                    return false;
                };
                mutations
                    .iter()
                    .any(|mutation| matches!(mutation, Mutation::StaleList(_)))
            });
        let faults = rules.all().iter().flat_map(|rule| &rule.act().faults);
        let verbs = faults.flat_map(|fault| match fault {
            Fault::Data(verbs) => verbs.as_slice(),
            _ => &[],
        });
        let reach = verbs.map(Reach::of).fold(Reach::default(), Reach::or);
        let starts = scenario.clock().start;
        Self {
            name: scenario.name().to_owned(),
            memory: Mutex::new(Memory::new(rules.all(), starts)),
            births: Mutex::default(),
            calm: near::calm(&rules),
            rules,
            starts,
            hides_newborn,
            reach,
            entropy,
        }
    }

    /// The same rules, going on where others were: `same` has, for each rule, the place of the old one that says the same.
    ///
    /// The state stays if it is still known, and with it everything that no single rule counted.
    pub(crate) fn taking_over(mut self, old: Self, same: &[Option<usize>]) -> Self {
        let memory = old.memory.into_inner();
        let memory = memory.unwrap_or_else(PoisonError::into_inner);
        let leads_to = |state: &str| {
            let mut rules = self.rules.all().iter();
            rules.any(|rule| rule.then() == Some(state))
        };
        let mine = self.memory.get_mut();
        let mine = mine.unwrap_or_else(PoisonError::into_inner);
        mine.take_over(memory, same, leads_to);
        self.births = old.births;
        self
    }

    /// An engine without a rule.
    pub fn idle() -> Self {
        Self {
            name: String::new(),
            rules: Arc::default(),
            starts: None,
            hides_newborn: false,
            calm: Close::default(),
            reach: Reach::default(),
            entropy: Entropy::from_seed(0),
            memory: Mutex::new(Memory::new(&[], None)),
            births: Mutex::default(),
        }
    }

    /// Whether no rule could ever act, so that nobody need gather facts.
    pub fn is_idle(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether some rule is about this operation, so that its facts are worth gathering.
    pub fn listens_to(&self, operation: Operation) -> bool {
        self.wants(operation).is_some()
    }

    /// What the rules about an operation must know of a request; `None` if there is no such rule.
    pub fn wants(&self, operation: Operation) -> Option<Wants> {
        self.rules.wants(operation)
    }

    /// Whether some rule is decided when the head of a request is there and nothing else.
    pub fn looks_at_heads(&self) -> bool {
        let mut rules = self.rules.all().iter();
        rules.any(|rule| rule.act().head().is_some())
    }

    /// Whether some rule is decided when the head of such a request is there and nothing else.
    pub fn looks_at_heads_of(&self, operation: Operation) -> bool {
        self.rules.have_heads(operation)
    }

    /// Sets the moment from which `"+10s"` counts; else it is the `start` of the file, or the first request.
    pub fn begin(&self, now: Timestamp) {
        lock(&self.memory).begin(now);
    }

    /// What happens to this request.
    ///
    /// Counters advance for every rule that holds before a winner is chosen; the first eligible rule wins, and
    /// eligible stacked ones join it. The plan also says which rules came close.
    pub fn decide(&self, facts: &Facts<'_>, now: Timestamp) -> Plan {
        self.admit(facts, now).0
    }

    /// The same, with what says that the request is under way, if a rule wants to know.
    pub fn admit(&self, facts: &Facts<'_>, now: Timestamp) -> (Plan, Option<Ticket>) {
        if !self.listens_to(facts.operation) {
            return (Plan::default(), None);
        }
        self.decide_and_note((facts, Extent::Whole), now)
    }

    /// What happens to this request as soon as its head is there: the rules that are about that, and no others.
    pub fn decide_head(&self, facts: &Facts<'_>, now: Timestamp) -> Plan {
        let asked = (facts, Extent::Head);
        self.weigh(asked, Among::Shortlisted, now, |_, _| {}).plan
    }

    /// How often each rule has acted, in file order.
    pub fn fired(&self) -> Vec<(String, u64)> {
        let memory = lock(&self.memory);
        let ids = self.rules.all().iter().map(|rule| rule.id().to_owned());
        ids.zip(memory.totals()).collect()
    }

    /// The state that the rules have led to.
    pub fn state(&self) -> String {
        lock(&self.memory).state().to_string()
    }

    /// How many requests a rule passed over because it already counts for as many keys as it may.
    pub fn passed_over(&self) -> u64 {
        lock(&self.memory).passed_over()
    }

    /// Sets every counter to zero and goes back to the first state.
    pub fn reset(&self) {
        *lock(&self.memory) = Memory::new(self.rules.all(), self.starts);
        *lock(&self.births) = Births::default();
    }

    /// How far back the reads of some rule look, so that the store must remember what it held.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Notes that a resource came to be, for rules whose lists lag behind.
    pub fn note_created(&self, id: &str) {
        if self.hides_newborn {
            lock(&self.births).created(id);
        }
    }

    /// Notes that a list was read, for rules whose lists lag behind.
    pub fn note_listed(&self) {
        if self.hides_newborn {
            lock(&self.births).listed();
        }
    }

    /// Whether a resource was created fewer than so many list reads ago.
    pub fn is_stale(&self, id: &str, reads: u32) -> bool {
        self.hides_newborn && lock(&self.births).is_stale(id, reads)
    }
}

/// Locks, and goes on with what is there if another holder panicked: counters are always whole values.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
