//! Why each rule acts on a request, or does not: told by the very decision, never by a second one.

use crate::clock::Timestamp;
use crate::scenario::facts::Facts;
use crate::scenario::plan::{HeadVerb, Plan};
use crate::scenario::predicate::Unmet;
use crate::scenario::rule::Rule;
use crate::scenario::schedule::Moment;

use super::rules::Among;
use super::{Engine, Extent, lock};

/// The first thing that kept a rule from acting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    /// It is about other operations.
    Operation,
    /// It is decided when more of a request was read, or less.
    Extent,
    /// It waits for another state.
    State,
    /// A predicate does not hold.
    Condition,
    /// Its window begins with a rule that has not acted for that key.
    NoAnchor,
    /// Its window has not begun.
    Early {
        /// When it begins.
        from: Timestamp,
    },
    /// Its window is over.
    Late {
        /// When it ended.
        to: Timestamp,
    },
    /// Its window comes again and again, and is shut.
    Shut {
        /// When it opens next.
        opens: Timestamp,
    },
    /// It counts for as many keys as it may.
    NoRoom,
    /// It has counted the same write before.
    Repeat {
        /// Which occurrence that was.
        seen: u64,
    },
    /// Too few others are under way.
    Alone {
        /// Which occurrence this is.
        seen: u64,
        /// How many others are.
        others: u64,
    },
    /// The rate that it watches is not passed.
    Within {
        /// Which occurrence this is.
        seen: u64,
    },
    /// It acts on other occurrences.
    Nth {
        /// Which occurrence this is.
        seen: u64,
    },
    /// It has acted as often as it may.
    Max {
        /// Which occurrence this is.
        seen: u64,
    },
    /// The draw was against it.
    Luck {
        /// Which occurrence this is.
        seen: u64,
        /// What was drawn.
        drawn: f64,
    },
}

impl Refusal {
    /// The word that a program can ask for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Extent => "extent",
            Self::State => "state",
            Self::Condition => "condition",
            Self::NoAnchor | Self::Early { .. } => "early",
            Self::Late { .. } => "late",
            Self::Shut { .. } => "open",
            Self::NoRoom => "keys",
            Self::Repeat { .. } => "repeats",
            Self::Alone { .. } => "parallel",
            Self::Within { .. } => "over",
            Self::Nth { .. } => "nth",
            Self::Max { .. } => "max",
            Self::Luck { .. } => "draw",
        }
    }

    /// Which occurrence the request was, where the rule came so far as to count it.
    pub fn seen(self) -> Option<u64> {
        match self {
            Self::Within { seen }
            | Self::Repeat { seen }
            | Self::Alone { seen, .. }
            | Self::Nth { seen }
            | Self::Max { seen }
            | Self::Luck { seen, .. } => Some(seen),
            _ => None,
        }
    }

    /// What was drawn, where the draw was against it.
    pub fn drawn(self) -> Option<f64> {
        match self {
            Self::Luck { drawn, .. } => Some(drawn),
            _ => None,
        }
    }
}

/// What became of one rule at one request.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// It acts.
    Acts,
    /// It could act, but an earlier rule of that id does.
    Behind(String),
    /// It cannot act.
    Refused(Refusal),
}

/// One rule at one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// The rule's id.
    pub rule: String,
    /// What became of it.
    pub standing: Standing,
    /// The predicates that do not hold, with what was seen.
    pub unmet: Vec<Unmet>,
    /// The same as a sentence.
    pub why: String,
}

/// Every rule at one request.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The state that the request met.
    pub state: String,
    /// What is done to the request.
    pub plan: Plan,
    /// The rules, in file order.
    pub rules: Vec<Account>,
}

impl Engine {
    /// Decides as [`decide`](Self::decide) does, counters and all, and says why.
    pub fn explain(&self, facts: &Facts<'_>, now: Timestamp) -> Explanation {
        let state = self.state();
        let mut refusals = vec![Some(Refusal::Operation); self.rules.len()];
        for (place, _) in self.rules.about(facts.operation) {
            if let Some(slot) = refusals.get_mut(place) {
                *slot = Some(Refusal::Extent);
            }
        }
        let plan = self.weigh_all(facts, now, &mut refusals);
        let acted = |rule: &&Rule| plan.fired.iter().any(|fired| fired.rule == rule.id());
        let competing = self.rules.all().iter().filter(|rule| !rule.is_stacked());
        let rules = self.rules.all().iter().zip(refusals);
        let rules = rules
            .map(|(rule, refusal)| {
                let of_head = rule.act().head().is_some();
                let mut rivals = competing
                    .clone()
                    .filter(|rival| rival.act().head().is_some() == of_head);
                let winner = rivals.find(acted).map(Rule::id);
                let standing = match (refusal, winner) {
                    (Some(refusal), _) => Standing::Refused(refusal),
                    (None, Some(winner)) if !rule.is_stacked() && winner != rule.id() => {
                        Standing::Behind(winner.to_owned())
                    }
                    (None, _) => Standing::Acts,
                };
                account(rule, standing, facts, &state)
            })
            .collect();
        Explanation { state, plan, rules }
    }

    /// Asks the rules about the head of a request, if a body follows it, and then about all of it.
    fn weigh_all(
        &self,
        facts: &Facts<'_>,
        now: Timestamp,
        refusals: &mut [Option<Refusal>],
    ) -> Plan {
        let mut note = |index, refusal| {
            let slot = refusals.get_mut(index);
            if let Some(slot) = slot {
                *slot = refusal;
            }
        };
        let has_body = facts
            .request
            .is_some_and(|request| !request.body.is_empty());
        let mut first = Plan::default();
        if has_body && self.looks_at_heads() {
            first = self
                .weigh((facts, Extent::Head), Among::All, now, &mut note)
                .plan;
        }
        if let Some(HeadVerb::Early(_)) = first.head {
            return first;
        }
        let mut plan = self
            .weigh((facts, Extent::Whole), Among::All, now, note)
            .plan;
        plan.head = first.head;
        plan.fired.splice(0..0, first.fired);
        plan
    }

    /// Puts the rules into a state, as if one of them had led there.
    pub fn enter(&self, state: &str) {
        lock(&self.memory).enter(state);
    }
}

pub(super) fn account(rule: &Rule, standing: Standing, facts: &Facts<'_>, state: &str) -> Account {
    let is_unmet = standing == Standing::Refused(Refusal::Condition);
    let conditions = rule.condition().iter().filter(|_| is_unmet);
    let unmet: Vec<Unmet> = conditions.filter_map(|one| one.unmet(facts)).collect();
    let why = match &standing {
        Standing::Acts => acts(rule),
        Standing::Behind(winner) => format!("it could act, but \"{winner}\" comes first"),
        Standing::Refused(Refusal::Operation) => format!(
            "it is on {}, and this is {}",
            rule.on().written(),
            facts.operation.name()
        ),
        Standing::Refused(Refusal::State) => format!(
            "it waits for {}, and the state is \"{state}\"",
            rule.when().state
        ),
        Standing::Refused(Refusal::Condition) => {
            let unmet: Vec<_> = unmet.iter().map(ToString::to_string).collect();
            unmet.join("; ")
        }
        Standing::Refused(refusal) => held_back(rule, *refusal),
    };
    Account {
        rule: rule.id().to_owned(),
        standing,
        unmet,
        why,
    }
}

fn acts(rule: &Rule) -> String {
    let what = rule.act().what();
    let stacked = if rule.is_stacked() {
        "it joins the others: "
    } else {
        ""
    };
    match rule.then() {
        Some(state) => format!("{stacked}{what}, then the state is \"{state}\""),
        None => format!("{stacked}{what}"),
    }
}

/// How the schedule of a rule kept it from acting.
fn held_back(rule: &Rule, refusal: Refusal) -> String {
    let when = rule.when();
    let scope = match when.per {
        scope if scope.is_sandbox() => String::new(),
        scope => format!(" for this {scope}"),
    };
    match refusal {
        Refusal::NoAnchor => format!(
            "it begins at {}, and that rule has not acted yet{scope}",
            when.from
                .as_ref()
                .map(Moment::to_string)
                .unwrap_or_default()
        ),
        Refusal::Early { from } => format!("it begins at {}", placed(when.from.as_ref(), from)),
        Refusal::Late { to } => format!("it ended at {}", placed(when.to.as_ref(), to)),
        Refusal::Shut { opens } => {
            let open = when.open.as_ref().map(ToString::to_string);
            let open = open.unwrap_or_default();
            format!("it is open for {open}, and again at {opens}")
        }
        Refusal::Repeat { seen } => {
            format!("it passes repeats over, and has counted this write as number {seen}{scope}")
        }
        Refusal::Alone { others, .. } => {
            let most = when.parallel.unwrap_or_default();
            format!("it acts beside {most} others under way{scope}, and there are {others}")
        }
        Refusal::Within { .. } => {
            let most = when.over.map_or(0, |limit| limit.requests);
            format!("it acts once a bucket of {most} requests is empty{scope}, and it is not")
        }
        Refusal::Nth { seen } => {
            let nth = when.nth.as_ref().map(ToString::to_string);
            let nth = nth.unwrap_or_default();
            format!("it acts on {nth}, and this is number {seen}{scope}")
        }
        Refusal::Max { .. } => {
            let often = match when.max.unwrap_or_default() {
                1 => "once".to_owned(),
                max => format!("{max} times"),
            };
            format!("it acts {often} at most{scope}, and has")
        }
        Refusal::Luck { drawn, .. } => {
            let p = when.p.unwrap_or_default();
            format!("the draw {drawn:.4} is not below {p}")
        }
        Refusal::Extent if rule.act().head().is_some() => {
            "it strikes before a body is read, and here is none".to_owned()
        }
        Refusal::Extent => "the request is answered before its body is read".to_owned(),
        Refusal::NoRoom => "it counts for as many keys as it may".to_owned(),
        Refusal::Operation | Refusal::State | Refusal::Condition => String::new(),
    }
}

/// A moment as the file has it, with the time it stands for.
fn placed(written: Option<&Moment>, at: Timestamp) -> String {
    match written {
        None | Some(Moment::At(_)) => at.to_string(),
        Some(written) => format!("{written}, which is {at}"),
    }
}
