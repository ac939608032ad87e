//! Which rules can act at all, and which states they lead to.

use std::collections::BTreeSet;

use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::rule::Rule;
use crate::scenario::schedule::Moment;
use crate::scenario::script::Scenario;

/// The state in which every sandbox begins.
const START: &str = "start";

/// What can come to be, by whatever requests.
pub(super) struct Life<'s> {
    states: BTreeSet<&'s str>,
    /// By their places, because an id may stand there twice by mistake.
    rules: BTreeSet<usize>,
}

impl<'s> Life<'s> {
    /// Begins with nothing but the first state, and adds what that makes possible until no more comes.
    pub(super) fn of(scenario: &'s Scenario) -> Self {
        let mut life = Self {
            states: BTreeSet::from([START]),
            rules: BTreeSet::new(),
        };
        loop {
            let before = (life.states.len(), life.rules.len());
            for (index, rule) in scenario.rules().iter().enumerate() {
                if life.allows(scenario, rule) && shadow(scenario, index).is_none() {
                    life.rules.insert(index);
                    life.states.extend(rule.then());
                }
            }
            if before == (life.states.len(), life.rules.len()) {
                return life;
            }
        }
    }

    fn allows(&self, scenario: &Scenario, rule: &Rule) -> bool {
        rule.when.max != Some(0)
            && self
                .states
                .iter()
                .any(|state| rule.when.state.contains(state))
            && anchor(rule).is_none_or(|id| self.acts(scenario, id))
    }

    /// Says which of the states that a rule names never come, and whether it waits for others than there are.
    fn states_of(&self, rule: &Rule, at: &Pointer, findings: &mut Findings) {
        let states = &rule.when.state;
        let unknown = states.named().iter().filter(|state| !self.reaches(state));
        let mut is_told = false;
        for state in unknown {
            let known = self.states.iter().copied();
            let complaint = format!("no rule leads to the state \"{state}\"");
            let complaint = Complaint::near(complaint, state, known);
            findings.error(at, complaint);
            is_told = true;
        }
        let is_met = self.states.iter().any(|state| states.contains(state));
        if !is_told && !is_met {
            findings.error(at, "there is no other state, so this rule never acts");
        }
    }

    /// Whether the sandbox can come to be in that state.
    pub(super) fn reaches(&self, state: &str) -> bool {
        self.states.contains(state)
    }

    /// Whether the rule of that id can act; an unknown one is found elsewhere.
    fn acts(&self, scenario: &Scenario, id: &str) -> bool {
        let place = scenario.rules().iter().position(|rule| rule.id() == id);
        place.is_none_or(|place| self.rules.contains(&place))
    }

    /// The rules that can never act.
    pub(super) fn dead(&self, scenario: &'s Scenario) -> BTreeSet<&'s str> {
        let rules = scenario.rules().iter().enumerate();
        rules
            .filter(|(index, _)| !self.rules.contains(index))
            .map(|(_, rule)| rule.id())
            .collect()
    }

    /// Says of each rule that can never act why it cannot.
    pub(super) fn tell(&self, scenario: &Scenario, findings: &mut Findings) {
        let at = Pointer::default().key("rules");
        for (index, rule) in scenario.rules().iter().enumerate() {
            let at = at.index(index);
            self.states_of(rule, &at.key("when").key("state"), findings);
            if let Some(id) = anchor(rule)
                && !self.acts(scenario, id)
            {
                let complaint = if id == rule.id() {
                    "the window begins when the rule itself has acted, so it never acts".to_owned()
                } else {
                    format!("rule \"{id}\" never acts, so this window never begins")
                };
                findings.error(&at.key("when").key("from"), complaint);
            }
            if let Some(shadow) = shadow(scenario, index) {
                let complaint = format!(
                    "rule \"{}\" comes first and always acts in its place",
                    shadow.id()
                );
                findings.error(&at, complaint);
            }
        }
    }
}

/// The rule at whose firing the window of a rule begins.
fn anchor(rule: &Rule) -> Option<&str> {
    match &rule.when.from {
        Some(Moment::Rule(id, ..)) => Some(id),
        _ => None,
    }
}

/// The rule that always acts in place of the one at that place.
fn shadow(scenario: &Scenario, index: usize) -> Option<&Rule> {
    let later = scenario.rules().get(index)?;
    let mut earlier = scenario.rules().iter().take(index);
    earlier.find(|earlier| shadows(earlier, later))
}

/// Whether `earlier` wins whenever `later` could.
fn shadows(earlier: &Rule, later: &Rule) -> bool {
    let asks_too = |text: String| later.condition.iter().any(|one| one.to_string() == text);
    !earlier.stack
        && !later.stack
        && earlier.when.is_unconditional()
        && earlier.when.state.cover(&later.when.state)
        && earlier.on.covers(&later.on)
        // What is written in the same way means the same.
        && earlier.condition.iter().all(|one| asks_too(one.to_string()))
}
