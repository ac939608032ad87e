//! How the rules are weighed against one request: which may act, which does, and what is counted.

use crate::clock::Timestamp;
use crate::entry::Fired;
use crate::scenario::facts::Facts;
use crate::scenario::fault::Fault;
use crate::scenario::limit::{Limit, Standing};
use crate::scenario::plan::{Plan, Told};
use crate::scenario::rule::Rule;
use crate::scenario::schedule::{Moment, Per};

use super::explain::Refusal;
use super::memory::{Memory, Sighting};
use super::{Engine, lock};

impl Engine {
    /// Considers every rule, has the ones act whose turn it is, and tells what was found of each.
    pub(super) fn weigh(
        &self,
        facts: &Facts<'_>,
        now: Timestamp,
        mut tell: impl FnMut(usize, Option<Refusal>),
    ) -> Plan {
        let mut memory = lock(&self.memory);
        memory.begin_if_new(now);
        let mut plan = Plan::default();
        let mut sightings: Vec<Sighting> = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
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

/// Which rules' firings are asked for by the windows of others, and in which scope.
pub(super) fn anchors(rules: &[Rule]) -> Vec<(usize, Per)> {
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
