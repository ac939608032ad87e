//! Rules: on this operation, if the request looks so, when the schedule says so, do this, then go to that state.

use super::count::Count;
use super::facts::{Facts, Wants};
use super::fault::{Act, Fault};
use super::file;
use super::finding::{Findings, Pointer};
use super::predicate::Predicate;
use super::schedule::{Per, Schedule};
use super::selector::Operations;

/// One rule of a scenario.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) id: String,
    pub(super) on: Operations,
    pub(super) condition: Vec<Predicate>,
    pub(super) when: Schedule,
    pub(super) act: Act,
    pub(super) then: Option<String>,
    pub(super) fires: Count,
    pub(super) stack: bool,
}

impl Rule {
    /// Its name in the file.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Which operations it is about.
    pub fn on(&self) -> &Operations {
        &self.on
    }

    /// When it acts.
    pub fn when(&self) -> &Schedule {
        &self.when
    }

    /// What it does.
    pub fn act(&self) -> &Act {
        &self.act
    }

    /// The state it leads to.
    pub fn then(&self) -> Option<&str> {
        self.then.as_deref()
    }

    /// How often it must act for the run to count.
    pub fn fires(&self) -> Count {
        self.fires
    }

    /// Whether it adds to the winner instead of competing with it.
    pub fn is_stacked(&self) -> bool {
        self.stack
    }

    /// What must hold of a request.
    pub fn condition(&self) -> &[Predicate] {
        &self.condition
    }

    /// What of a request must be known to weigh it.
    pub fn wants(&self) -> Wants {
        let parts = self.when.per.parts().map(Per::wants);
        let fields = self.condition.iter().map(Predicate::wants);
        let mut wants = parts.chain(fields).fold(Wants::default(), Wants::or);
        // Most oddities of the store are about whom the request is about.
        let is_data = |fault: &Fault| matches!(fault, Fault::Data(_));
        wants.subject |= self.act.faults.iter().any(is_data);
        wants
    }

    /// Whether every predicate holds of a request.
    pub fn accepts(&self, facts: &Facts<'_>) -> bool {
        self.condition
            .iter()
            .all(|predicate| predicate.holds(facts))
    }

    pub(super) fn read(rule: &file::Rule, at: &Pointer, findings: &mut Findings) -> Option<Self> {
        let on = Operations::read(&rule.on, &at.key("on"), findings).or_else(|| {
            // The rest of the rule is looked at all the same.
            findings.spoil(&at.key("on"));
            Operations::parse("*").ok()
        });
        let condition = Predicate::read_all(&rule.condition, &at.key("if"), findings);
        let when = Schedule::read(&rule.when, &at.key("when"), findings);
        let act = Act::read(&rule.act, &at.key("do"), findings);
        let tells = act
            .faults
            .iter()
            .any(|fault| matches!(fault, Fault::RateLimit(_)));
        if tells && rule.when.over.is_none() {
            let complaint = "there is no limit to tell of: give \"over\" in \"when\"";
            findings.error(&at.key("do").key("rate_limit"), complaint);
        }
        let fires = rule
            .fires
            .as_ref()
            .and_then(|fires| findings.keep(&at.key("fires"), Count::parse(fires)));
        Some(Self {
            id: rule.id.clone(),
            on: on?,
            condition,
            when,
            act,
            then: rule.then.clone(),
            fires: fires.unwrap_or_else(|| Count::at_least(1)),
            stack: rule.stack,
        })
    }
}
