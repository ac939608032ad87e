//! How the rules are weighed against one request: which may act, which does, and what is counted.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::entry::Fired;
use crate::scenario::facts::Facts;
use crate::scenario::fault::{Chance, Fault};
use crate::scenario::limit::{Limit, Standing};
use crate::scenario::plan::{Plan, Told};
use crate::scenario::rule::Rule;
use crate::scenario::schedule::{Moment, Repeats, Schedule, Scope};

use super::explain::Refusal;
use super::keys::Keys;
use super::ledger::Counter;
use super::memory::{Line, Memory, Sighting};
use super::rules::{Among, Anchor};
use super::underway::Ticket;
use super::{Engine, Extent, lock};

/// What came of asking the rules about one request.
pub(super) struct Weighed {
    pub(super) plan: Plan,
    /// There if a rule wants to know what is under way.
    pub(super) ticket: Option<Ticket>,
    /// The state that the request met.
    pub(super) state: Arc<str>,
}

/// One request on its way past the rules.
struct Weighing<'w> {
    memory: &'w mut Memory,
    keys: Keys<'w>,
    /// Where the rules of a scope count this request, once it is known.
    lines: Vec<(Scope, Line)>,
    now: Timestamp,
    plan: Plan,
    /// There once a rule wants to know what is under way.
    ticket: Option<Ticket>,
}

impl Engine {
    /// Asks rules about a request, has the ones act whose turn it is, and tells what was found of each.
    pub(super) fn weigh(
        &self,
        (facts, extent): (&Facts<'_>, Extent),
        among: Among,
        now: Timestamp,
        mut tell: impl FnMut(usize, Option<Refusal>),
    ) -> Weighed {
        let mut memory = lock(&self.memory);
        memory.begin_if_new(now);
        // A rule that acts may lead elsewhere.
        let state = Arc::clone(memory.state());
        let mut weighing = Weighing {
            memory: &mut memory,
            keys: Keys::of(facts),
            lines: Vec::new(),
            now,
            plan: Plan::default(),
            ticket: None,
        };
        let mut sightings: Vec<Sighting> = Vec::new();
        let places = self.rules.among(among, (facts, extent));
        let asked = places.iter();
        for (index, rule) in asked.filter_map(|place| Some((*place, self.rules.rule(*place)?))) {
            let considered = self.consider(&mut weighing, facts, (index, rule));
            match considered {
                Ok(sighting) => {
                    tell(index, None);
                    sightings.push(sighting);
                }
                Err(refusal) => tell(index, Some(refusal)),
            }
        }
        let competes = |one: &&Sighting| {
            let rule = self.rules.rule(one.rule);
            rule.is_some_and(|rule| !rule.is_stacked())
        };
        let winner = sightings.iter().find(competes).map(|one| one.rule);
        for one in sightings {
            let Some(rule) = self.rules.rule(one.rule) else {
                continue;
            };
            if rule.is_stacked() || Some(one.rule) == winner {
                self.act(&mut weighing, rule, &one);
            }
        }
        let Weighing { plan, ticket, .. } = weighing;
        Weighed {
            plan,
            ticket,
            state,
        }
    }

    /// Counts the request for one rule; says why the rule may not act on it, if it may not.
    fn consider(
        &self,
        weighing: &mut Weighing<'_>,
        facts: &Facts<'_>,
        (index, rule): (usize, &Rule),
    ) -> Result<Sighting, Refusal> {
        let when = rule.when();
        if !when.state.contains(weighing.memory.state()) {
            return Err(Refusal::State);
        }
        if !rule.accepts(facts) {
            return Err(Refusal::Condition);
        }
        self.is_time(weighing, when)?;
        let line = weighing.line(index, when.per)?;
        let Counter { seen, fired } = weighing.count((index, line), when)?;
        weighing.is_beyond((index, rule), seen)?;
        if when.nth.as_ref().is_some_and(|nth| !nth.contains(seen)) {
            return Err(Refusal::Nth { seen });
        }
        if when.max.is_some_and(|max| fired >= max) {
            return Err(Refusal::Max { seen });
        }
        let key = weighing.keys.key(weighing.memory, when.per);
        if let Some(p) = when.p {
            let stream = self.stream(rule, key);
            let drawn = self.entropy.draw(&stream, seen).fraction();
            if drawn >= p {
                return Err(Refusal::Luck { seen, drawn });
            }
        }
        Ok(Sighting {
            rule: index,
            key: key.to_owned(),
            line,
            seen,
        })
    }

    fn stream(&self, rule: &Rule, key: &str) -> String {
        format!("rule/{}/{}/{key}", self.name, rule.id())
    }

    /// Refuses if `from` has not come, if `to` has, or if the window that comes again is shut.
    fn is_time(&self, weighing: &mut Weighing<'_>, when: &Schedule) -> Result<(), Refusal> {
        let now = weighing.now;
        let mut since = weighing.memory.origin();
        if let Some(from) = &when.from {
            since = self.moment(weighing, when, from).ok_or(Refusal::NoAnchor)?;
            if now < since {
                return Err(Refusal::Early { from: since });
            }
        }
        if let Some(to) = &when.to
            && let Some(to) = self.moment(weighing, when, to)
            && now >= to
        {
            return Err(Refusal::Late { to });
        }
        match when.open.and_then(|open| open.opens_after(since, now)) {
            Some(after) => Err(Refusal::Shut {
                opens: since.plus(after),
            }),
            None => Ok(()),
        }
    }

    /// The time that a moment stands for; `None` as long as the rule that it waits for has not acted.
    fn moment(
        &self,
        weighing: &mut Weighing<'_>,
        when: &Schedule,
        moment: &Moment,
    ) -> Option<Timestamp> {
        match moment {
            Moment::Start(after) => Some(weighing.memory.origin().plus(*after)),
            Moment::At(at) => Some(*at),
            Moment::Rule(id, firing, after) => {
                let anchor = Anchor {
                    rule: self.rules.place(id)?,
                    firing: *firing,
                    scope: when.per,
                };
                let key = weighing.keys.key(weighing.memory, when.per);
                Some(weighing.memory.fired(anchor, key)?.plus(*after))
            }
        }
    }

    fn act(&self, weighing: &mut Weighing<'_>, rule: &Rule, sighting: &Sighting) {
        let count = weighing.memory.fire(sighting);
        for anchor in self.rules.anchors_at(sighting.rule) {
            let key = weighing.keys.key(weighing.memory, anchor.scope);
            weighing.memory.remember_firing(anchor, key, weighing.now);
        }
        if let Some(state) = rule.then() {
            weighing.memory.enter(state);
        }
        let draw = |verb: &str| {
            let stream = self.stream(rule, &sighting.key) + "/" + verb;
            self.entropy.draw(&stream, sighting.seen)
        };
        let plan = &mut weighing.plan;
        for fault in &rule.act().faults {
            fault.join(plan, Chance { count, draw: &draw });
        }
        plan.commit &= rule.act().commit;
        plan.enter(Fired {
            rule: rule.id().to_owned(),
            count,
            what: rule.act().what(),
            undone: Vec::new(),
            misleads: rule.act().faults.iter().any(Fault::misleads),
        });
    }
}

impl Weighing<'_> {
    /// Where a rule counts the request.
    fn line(&mut self, index: usize, per: Scope) -> Result<Line, Refusal> {
        if let Some((_, line)) = self.lines.iter().find(|(known, _)| *known == per) {
            return Ok(*line);
        }
        let key = self.keys.key(self.memory, per);
        let line = self.memory.line(index, key).ok_or(Refusal::NoRoom)?;
        self.lines.push((per, line));
        Ok(line)
    }

    /// Counts the request, which may be a write that was counted before.
    fn count(&mut self, (index, line): (usize, Line), when: &Schedule) -> Result<Counter, Refusal> {
        let write = match when.repeats {
            Repeats::Count => None,
            Repeats::Pass | Repeats::Same => self.keys.write().map(str::to_owned),
        };
        match write {
            Some(write) => {
                let key = self.keys.key(self.memory, when.per);
                let write = format!("{key}\n{write}");
                self.memory.count_write((index, line), write, when.repeats)
            }
            None => self.memory.count(index, line),
        }
    }

    /// Refuses what keeps within the limits that the rule watches.
    fn is_beyond(&mut self, (index, rule): (usize, &Rule), seen: u64) -> Result<(), Refusal> {
        let when = rule.when();
        if when.over.is_none() && when.parallel.is_none() {
            return Ok(());
        }
        let key = self.keys.key(self.memory, when.per);
        if let Some(limit) = when.over
            && let Some(standing) = self.memory.take((index, key), limit, self.now)
        {
            self.plan.told.extend(told(rule, limit, standing));
            if !standing.is_over {
                return Err(Refusal::Within { seen });
            }
        }
        if let Some(most) = when.parallel {
            let flight = self.ticket.get_or_insert_default().flight();
            let others = self.memory.join((index, key), flight);
            if others < most {
                return Err(Refusal::Alone { seen, others });
            }
        }
        Ok(())
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
