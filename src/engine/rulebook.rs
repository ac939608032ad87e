//! The rules of one sandbox while it runs: what is in force now, and how other rules take their place.
//!
//! A request under way keeps the plan it has; the next one is decided by the new rules.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use super::standing::RuleStanding;
use super::{Engine, Ticket};
use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::entry::RulesChange;
use crate::operation::Operation;
use crate::scenario::Scenario;
use crate::scenario::facts::{Facts, Wants};
use crate::scenario::plan::{Plan, Reach};

/// The rules of one sandbox, which may be changed while it runs.
#[derive(Debug)]
pub struct Rulebook {
    entropy: Entropy,
    /// Held by whoever changes the rules, from reading the old ones to setting the new ones.
    pen: Mutex<()>,
    page: RwLock<Page>,
}

#[derive(Debug)]
struct Page {
    engine: Engine,
    scenario: Option<Arc<Scenario>>,
    /// What the file said when it was read anew, if it was: a reset goes back to it.
    reread: Option<Arc<Scenario>>,
}

impl Rulebook {
    /// The rules of a scenario, or none, with every counter at zero.
    pub fn new(scenario: Option<&Scenario>, entropy: Entropy) -> Self {
        let scenario = scenario.cloned().map(Arc::new);
        let engine = match &scenario {
            Some(scenario) => Engine::new(scenario, entropy),
            None => Engine::idle(),
        };
        Self {
            entropy,
            pen: Mutex::default(),
            page: RwLock::new(Page {
                engine,
                reread: None,
                scenario,
            }),
        }
    }

    /// The scenario that is in force, if there is one.
    pub fn scenario(&self) -> Option<Arc<Scenario>> {
        self.page().scenario.clone()
    }

    /// The scenario that a reset goes back to, if its file was read anew.
    pub fn reread_scenario(&self) -> Option<Arc<Scenario>> {
        self.page().reread.clone()
    }

    /// Puts a changed scenario in force. Rules that are as they were keep their counters.
    ///
    /// # Errors
    ///
    /// What `write` says; then nothing is changed.
    pub fn amend<E>(
        &self,
        by: &'static str,
        write: impl FnOnce(Option<&Scenario>) -> Result<Scenario, E>,
    ) -> Result<RulesChange, E> {
        let _pen = self.pen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.scenario();
        let scenario = Arc::new(write(before.as_deref())?);
        Ok(self.turn(by, (before.as_deref(), scenario), |_, _| {}))
    }

    /// Puts a file that was read anew in force, and has a reset go back to it.
    pub fn reread(&self, by: &'static str, scenario: Scenario) -> RulesChange {
        let _pen = self.pen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.scenario();
        let turned = (before.as_deref(), Arc::new(scenario));
        self.turn(by, turned, |page, new| page.reread = Some(Arc::clone(new)))
    }

    fn turn(
        &self,
        by: &'static str,
        (before, scenario): (Option<&Scenario>, Arc<Scenario>),
        also: impl FnOnce(&mut Page, &Arc<Scenario>),
    ) -> RulesChange {
        let (change, same) = compared(before, &scenario);
        let fresh = Engine::new(&scenario, self.entropy);
        // Whoever is being decided holds the page: no count is lost between the old rules and the new.
        let mut page = self.page.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::take(&mut page.engine);
        page.engine = fresh.taking_over(old, &same);
        also(&mut page, &scenario);
        page.scenario = Some(scenario);
        RulesChange {
            by,
            state: page.engine.state(),
            ..change
        }
    }

    fn page(&self) -> RwLockReadGuard<'_, Page> {
        self.page.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`Engine::is_idle`].
    pub fn is_idle(&self) -> bool {
        self.page().engine.is_idle()
    }

    /// As [`Engine::listens_to`].
    pub fn listens_to(&self, operation: Operation) -> bool {
        self.page().engine.listens_to(operation)
    }

    /// As [`Engine::wants`].
    pub fn wants(&self, operation: Operation) -> Option<Wants> {
        self.page().engine.wants(operation)
    }

    /// As [`Engine::admit`].
    pub fn admit(&self, facts: &Facts<'_>, now: Timestamp) -> (Plan, Option<Ticket>) {
        self.page().engine.admit(facts, now)
    }

    /// As [`Engine::looks_at_heads`].
    pub fn looks_at_heads(&self) -> bool {
        self.page().engine.looks_at_heads()
    }

    /// As [`Engine::looks_at_heads_of`].
    pub fn looks_at_heads_of(&self, operation: Operation) -> bool {
        self.page().engine.looks_at_heads_of(operation)
    }

    /// As [`Engine::decide_head`].
    pub fn decide_head(&self, facts: &Facts<'_>, now: Timestamp) -> Plan {
        self.page().engine.decide_head(facts, now)
    }

    /// As [`Engine::reach`].
    pub fn reach(&self) -> Reach {
        self.page().engine.reach()
    }

    /// As [`Engine::begin`].
    pub fn begin(&self, now: Timestamp) {
        self.page().engine.begin(now);
    }

    /// As [`Engine::decide`].
    pub fn decide(&self, facts: &Facts<'_>, now: Timestamp) -> Plan {
        self.page().engine.decide(facts, now)
    }

    /// As [`Engine::fired`].
    pub fn fired(&self) -> Vec<(String, u64)> {
        self.page().engine.fired()
    }

    /// As [`Engine::standings`].
    pub fn standings(&self) -> Vec<RuleStanding> {
        self.page().engine.standings()
    }

    /// As [`Engine::state`].
    pub fn state(&self) -> String {
        self.page().engine.state()
    }

    /// As [`Engine::passed_over`].
    pub fn passed_over(&self) -> u64 {
        self.page().engine.passed_over()
    }

    /// As [`Engine::most_keys`].
    pub fn most_keys(&self) -> usize {
        self.page().engine.most_keys()
    }

    /// As [`Engine::note_created`].
    pub fn note_created(&self, id: &str) {
        self.page().engine.note_created(id);
    }

    /// As [`Engine::note_listed`].
    pub fn note_listed(&self) {
        self.page().engine.note_listed();
    }

    /// As [`Engine::is_stale`].
    pub fn is_stale(&self, id: &str, reads: u32) -> bool {
        self.page().engine.is_stale(id, reads)
    }
}

/// What differs, and for each new rule the place of the old one that says the same.
fn compared(before: Option<&Scenario>, after: &Scenario) -> (RulesChange, Vec<Option<usize>>) {
    let mut change = RulesChange::default();
    let old = before.map(Scenario::rules).unwrap_or_default();
    let old_written = before.map(Scenario::written_rules).unwrap_or_default();
    let new = after.rules().iter().zip(after.written_rules());
    let same = new
        .map(|(rule, written)| {
            let id = rule.id().to_owned();
            let Some(place) = old.iter().position(|one| one.id() == id) else {
                change.added.push(id);
                return None;
            };
            if old_written.get(place) == Some(written) {
                change.kept += 1;
                return Some(place);
            }
            change.changed.push(id);
            None
        })
        .collect();
    let gone = old.iter().filter(|rule| after.rule(rule.id()).is_none());
    change.removed = gone.map(|rule| rule.id().to_owned()).collect();
    (change, same)
}

#[cfg(test)]
mod tests;
