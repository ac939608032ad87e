//! Which rules can act at all, and which states they lead to.

use std::collections::BTreeSet;

use crate::operation::Operation;
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
                if life.allows(scenario, (index, rule)) {
                    life.rules.insert(index);
                    life.states.extend(rule.then());
                }
            }
            if before == (life.states.len(), life.rules.len()) {
                return life;
            }
        }
    }

    fn allows(&self, scenario: &Scenario, (index, rule): (usize, &Rule)) -> bool {
        rule.when.max != Some(0)
            && anchor(rule).is_none_or(|id| self.acts(scenario, id))
            && self
                .moments(rule)
                .any(|moment| shadow(scenario, index, moment).is_none())
    }

    /// Every operation of a rule in every state in which it holds and which there is.
    fn moments(&self, rule: &Rule) -> impl Iterator<Item = (Operation, &'s str)> {
        let states = self.states.iter().copied();
        let mine = states.filter(|state| rule.when.state.contains(state));
        mine.flat_map(|state| rule.on.members().iter().map(move |one| (*one, state)))
    }

    /// The rules that act in place of the one at that place whenever it could.
    fn shadows(&self, scenario: &'s Scenario, (index, rule): (usize, &Rule)) -> BTreeSet<&'s str> {
        let mut all = BTreeSet::new();
        for moment in self.moments(rule) {
            match shadow(scenario, index, moment) {
                Some(shadow) => all.insert(shadow.id()),
                None => return BTreeSet::new(),
            };
        }
        all
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
            let shadows = self.shadows(scenario, (index, rule));
            if !shadows.is_empty() {
                findings.error(&at, shadowed(&shadows));
            } else if let Some(complaint) = self.once(scenario, rule) {
                findings.error(&at.key("fires"), complaint);
            }
        }
    }

    /// Why a rule that must act several times acts once at most: it leaves its own states, and nothing leads back.
    fn once(&self, scenario: &Scenario, rule: &Rule) -> Option<String> {
        let states = &rule.when.state;
        let then = rule.then().filter(|then| !states.contains(then))?;
        let live = scenario.rules().iter().enumerate();
        let mut live = live.filter(|(place, _)| self.rules.contains(place));
        let leads_back =
            live.any(|(_, rule)| rule.then().is_some_and(|then| states.contains(then)));
        (rule.fires.least() > 1 && !leads_back).then(|| {
            format!("the rule leads to the state \"{then}\", and none leads back, so it acts once")
        })
    }
}

fn shadowed(shadows: &BTreeSet<&str>) -> String {
    let names: Vec<_> = shadows.iter().map(|id| format!("\"{id}\"")).collect();
    match names.as_slice() {
        [one] => format!("rule {one} comes first and always acts in its place"),
        several => format!(
            "rules {} come first, and one of them always acts in its place",
            several.join(" and ")
        ),
    }
}

/// The rule at whose firing the window of a rule begins.
fn anchor(rule: &Rule) -> Option<&str> {
    match &rule.when.from {
        Some(Moment::Rule(id, ..)) => Some(id),
        _ => None,
    }
}

/// The rule that wins over the one at that place whenever it could act on that operation in that state.
fn shadow<'s>(
    scenario: &'s Scenario,
    index: usize,
    (operation, state): (Operation, &str),
) -> Option<&'s Rule> {
    let later = scenario.rules().get(index).filter(|rule| !rule.stack)?;
    let mut earlier = scenario.rules().iter().take(index);
    earlier.find(|earlier| {
        !earlier.stack
            // What strikes when the head is there is decided before the rest, and apart from it.
            && earlier.act.head().is_some() == later.act.head().is_some()
            && earlier.when.lets_pass_what(&later.when)
            && earlier.when.state.contains(state)
            && earlier.on.contains(operation)
            && earlier.condition.iter().all(|asked| {
                let mut known = later.condition.iter();
                known.any(|known| asked.follows_from(known))
            })
    })
}
