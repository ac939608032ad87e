//! The counters of a scenario's rules: the facts of a request in, a plan out.
//!
//! It knows nothing of sockets, surfaces or the store.

mod bucket;
pub mod explain;
mod memory;
mod near;
pub mod rulebook;
mod stale;
pub mod standing;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::entry::Fired;
use crate::operation::Operation;
use crate::scenario::Scenario;
use crate::scenario::facts::Facts;
use crate::scenario::fault::Fault;
use crate::scenario::limit::{Limit, Standing};
use crate::scenario::plan::{Mutation, Plan, Reach, Told};
use crate::scenario::rule::Rule;
use crate::scenario::schedule::{Moment, Per};

use self::explain::Refusal;
pub use self::memory::MOST_KEYS;
use self::memory::{Memory, Sighting};
use self::stale::Births;

/// How much of a request was read when the rules are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// Its head, with a body still to come.
    Head,
    /// All of it.
    Whole,
}

/// Decides, by a scenario's rules, what happens to each request of one sandbox.
#[derive(Debug)]
pub struct Engine {
    name: String,
    rules: Arc<[Rule]>,
    /// Which rules' first firings are asked for, and in which scope.
    anchors: Vec<(usize, Per)>,
    starts: Option<Timestamp>,
    hides_newborn: bool,
    /// Whether some rule acts in one state alone.
    waits_for_states: bool,
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
        let rules: Arc<[Rule]> = scenario.rules().into();
        let hides_newborn = rules
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
        let faults = rules.iter().flat_map(|rule| &rule.act().faults);
        let verbs = faults.flat_map(|fault| match fault {
            Fault::Data(verbs) => verbs.as_slice(),
            _ => &[],
        });
        let reach = verbs.map(Reach::of).fold(Reach::default(), Reach::or);
        let starts = scenario.clock().start;
        Self {
            name: scenario.name().to_owned(),
            anchors: anchors(&rules),
            memory: Mutex::new(Memory::new(rules.len(), starts)),
            births: Mutex::default(),
            waits_for_states: rules.iter().any(|rule| rule.when().state.is_some()),
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
        let leads_to = |state: &str| self.rules.iter().any(|rule| rule.then() == Some(state));
        self.memory = Mutex::new(memory.carried(same, leads_to));
        self.births = old.births;
        self
    }

    /// An engine without a rule.
    pub fn idle() -> Self {
        Self {
            name: String::new(),
            rules: Arc::from([]),
            anchors: Vec::new(),
            starts: None,
            hides_newborn: false,
            waits_for_states: false,
            reach: Reach::default(),
            entropy: Entropy::from_seed(0),
            memory: Mutex::new(Memory::new(0, None)),
            births: Mutex::default(),
        }
    }

    /// Whether no rule could ever act, so that nobody need gather facts.
    pub fn is_idle(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether some rule is about this operation, so that its facts are worth gathering.
    pub fn listens_to(&self, operation: Operation) -> bool {
        self.rules.iter().any(|rule| rule.on().contains(operation))
    }

    /// Whether some rule is decided when the head of a request is there and nothing else.
    pub fn looks_at_heads(&self) -> bool {
        self.rules.iter().any(|rule| rule.act().head().is_some())
    }

    /// Whether some rule is decided when the head of such a request is there and nothing else.
    pub fn looks_at_heads_of(&self, operation: Operation) -> bool {
        let mut heads = self.rules.iter().filter(|rule| rule.act().head().is_some());
        heads.any(|rule| rule.on().contains(operation))
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
        if self.is_idle() {
            return Plan::default();
        }
        self.decide_and_note((facts, Extent::Whole), now)
    }

    /// What happens to this request as soon as its head is there: the rules that are about that, and no others.
    pub fn decide_head(&self, facts: &Facts<'_>, now: Timestamp) -> Plan {
        self.weigh((facts, Extent::Head), now, |_, _| {})
    }

    /// Considers every rule, has the ones act whose turn it is, and tells what was found of each.
    fn weigh(
        &self,
        (facts, extent): (&Facts<'_>, Extent),
        now: Timestamp,
        mut tell: impl FnMut(usize, Option<Refusal>),
    ) -> Plan {
        let mut memory = lock(&self.memory);
        memory.begin_if_new(now);
        let mut plan = Plan::default();
        let mut sightings: Vec<Sighting> = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            // These are decided apart, so that nothing counts twice.
            if rule.act().head().is_some() != (extent == Extent::Head) {
                tell(index, Some(Refusal::Extent));
                continue;
            }
            let considered = self.consider(&mut memory, &mut plan, (index, rule), (facts, now));
            tell(index, considered.as_ref().err().copied());
            sightings.extend(considered);
        }
        let winner = sightings
            .iter()
            .find(|one| {
                self.rules
                    .get(one.rule)
                    .is_some_and(|rule| !rule.is_stacked())
            })
            .map(|one| one.rule);
        for one in sightings {
            let Some(rule) = self.rules.get(one.rule) else {
                continue;
            };
            if rule.is_stacked() || Some(one.rule) == winner {
                self.act(&mut memory, &mut plan, (rule, one), (facts, now));
            }
        }
        plan
    }

    /// Counts the request for one rule; says why the rule may not act on it, if it may not.
    fn consider(
        &self,
        memory: &mut Memory,
        plan: &mut Plan,
        (index, rule): (usize, &Rule),
        (facts, now): (&Facts<'_>, Timestamp),
    ) -> Result<Sighting, Refusal> {
        let when = rule.when();
        if !rule.on().contains(facts.operation) {
            return Err(Refusal::Operation);
        }
        if let Some(state) = when.state.as_deref()
            && state != memory.state()
        {
            return Err(Refusal::State);
        }
        if !rule.accepts(facts) {
            return Err(Refusal::Condition);
        }
        self.is_time(memory, rule, facts, now)?;
        let key = memory.key(when.per, facts);
        let counter = memory.count(index, &key).ok_or(Refusal::NoRoom)?;
        let seen = counter.seen;
        if let Some(limit) = when.over
            && let Some(standing) = memory.take((index, &key), limit, now)
        {
            plan.told.extend(told(rule, limit, standing));
            if !standing.is_over {
                return Err(Refusal::Within { seen });
            }
        }
        if when.nth.as_ref().is_some_and(|nth| !nth.contains(seen)) {
            return Err(Refusal::Nth { seen });
        }
        if when.max.is_some_and(|max| counter.fired >= max) {
            return Err(Refusal::Max { seen });
        }
        let sighting = Sighting {
            rule: index,
            key,
            seen,
        };
        if let Some(p) = when.p {
            let stream = self.stream(rule, &sighting.key);
            let drawn = self.entropy.draw(&stream, seen).fraction();
            if drawn >= p {
                return Err(Refusal::Luck { seen, drawn });
            }
        }
        Ok(sighting)
    }

    fn stream(&self, rule: &Rule, key: &str) -> String {
        format!("rule/{}/{}/{key}", self.name, rule.id())
    }

    /// Refuses if `from` has not come, or `to` has.
    fn is_time(
        &self,
        memory: &mut Memory,
        rule: &Rule,
        facts: &Facts<'_>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let when = rule.when();
        if when.from.is_none() && when.to.is_none() {
            return Ok(());
        }
        let key = memory.key(when.per, facts);
        let moment = |moment: &Moment| match moment {
            Moment::Start(after) => Some(memory.origin().plus(*after)),
            Moment::At(at) => Some(*at),
            Moment::Rule(id, after) => {
                let index = self.rules.iter().position(|rule| rule.id() == id)?;
                Some(memory.first((index, when.per), &key)?.plus(*after))
            }
        };
        if let Some(from) = &when.from {
            match moment(from) {
                None => return Err(Refusal::NoAnchor),
                Some(from) if now < from => return Err(Refusal::Early { from }),
                Some(_) => {}
            }
        }
        match when.to.as_ref().and_then(moment) {
            Some(to) if now >= to => Err(Refusal::Late { to }),
            _ => Ok(()),
        }
    }

    fn act(
        &self,
        memory: &mut Memory,
        plan: &mut Plan,
        (rule, sighting): (&Rule, Sighting),
        (facts, now): (&Facts<'_>, Timestamp),
    ) {
        let count = memory.fire(&sighting);
        for (index, per) in self
            .anchors
            .iter()
            .filter(|(index, _)| *index == sighting.rule)
        {
            let key = memory.key(*per, facts);
            memory.remember_first((*index, *per), key, now);
        }
        if let Some(state) = rule.then() {
            memory.enter(state);
        }
        let stream = self.stream(rule, &sighting.key) + "/delay";
        let draw = self.entropy.draw(&stream, sighting.seen);
        for fault in &rule.act().faults {
            fault.join(plan, (count, draw));
        }
        plan.commit &= rule.act().commit;
        plan.fired.push(Fired {
            rule: rule.id().to_owned(),
            count,
            what: rule.act().what(),
        });
    }

    /// How often each rule has acted, in file order.
    pub fn fired(&self) -> Vec<(String, u64)> {
        let memory = lock(&self.memory);
        let ids = self.rules.iter().map(|rule| rule.id().to_owned());
        ids.zip(memory.totals().iter().copied()).collect()
    }

    /// The state that the rules have led to.
    pub fn state(&self) -> String {
        lock(&self.memory).state().to_owned()
    }

    /// How many requests a rule passed over because it already counts for as many keys as it may.
    pub fn passed_over(&self) -> u64 {
        lock(&self.memory).passed_over()
    }

    /// Sets every counter to zero and goes back to the first state.
    pub fn reset(&self) {
        *lock(&self.memory) = Memory::new(self.rules.len(), self.starts);
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

/// What the answer tells of the limit, if the rule wants it told.
fn told(rule: &Rule, limit: Limit, standing: Standing) -> Option<Told> {
    rule.act().faults.iter().find_map(|fault| match fault {
        Fault::RateLimit(style) => Some(Told {
            style: *style,
            limit,
            standing,
        }),
        _ => None,
    })
}

fn anchors(rules: &[Rule]) -> Vec<(usize, Per)> {
    let mut anchors = Vec::new();
    for rule in rules {
        let when = rule.when();
        for moment in [&when.from, &when.to].into_iter().flatten() {
            let Moment::Rule(id, _) = moment else {
                continue;
            };
            let index = rules.iter().position(|rule| rule.id() == id);
            let anchor = index.map(|index| (index, when.per));
            anchors.extend(anchor.filter(|anchor| !anchors.contains(anchor)));
        }
    }
    anchors
}

/// Locks, and goes on with what is there if another holder panicked: counters are always whole values.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
