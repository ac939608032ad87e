//! A verdict made readable: on a terminal, as JSON, as `JUnit` XML; and the reference pages.
//!
//! It takes verdicts and journals as values and judges nothing itself, but for adding rows up.

pub mod json;
#[cfg(feature = "cli")]
pub mod junit;
pub mod known;
pub mod reference;
#[cfg(feature = "cli")]
pub mod terminal;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::conformance::catalogue::{self, Rule};
use crate::entry::Entry;
use crate::sandbox::Judgement;
use crate::verdict::Verdict;

use self::known::Known;

/// A whole run of the suite.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The client, as it was named on the command line.
    pub client: String,
    /// The rows, in the order of the suite.
    pub rows: Vec<Row>,
    /// The rules the suite meant to exercise.
    pub wanted: Vec<String>,
    /// What was known to fail.
    pub known: Known,
    /// How long the whole run took.
    pub took: Duration,
}

/// One row of one scenario.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The scenario.
    pub scenario: String,
    /// The row's name; empty if the scenario has only one.
    pub row: String,
    /// What happens in it, as a sentence.
    pub about: String,
    /// The seed that decided everything.
    pub seed: u64,
    /// How long it took.
    pub took: Duration,
    /// What it came to.
    pub judgement: Judgement,
    /// Everything that happened.
    pub entries: Vec<Arc<Entry>>,
    /// What the client printed.
    pub output: String,
    /// Why the rig itself failed.
    pub broken: Option<String>,
    /// The command line that replays exactly this row.
    pub replay: String,
}

impl Row {
    /// Scenario and row in one.
    pub fn name(&self) -> String {
        if self.row.is_empty() {
            self.scenario.clone()
        } else {
            format!("{}[{}]", self.scenario, self.row)
        }
    }
}

/// What one rule came to over all rows.
#[derive(Clone, Copy, Debug)]
pub struct RuleSummary<'r> {
    /// The rule's id.
    pub rule: &'r str,
    /// Its row of the catalogue.
    pub row: Option<&'static Rule>,
    /// The verdict over all rows.
    pub verdict: Verdict,
    /// In how many rows it was exercised.
    pub exercised: usize,
    /// Whether it was known to fail.
    pub known: bool,
}

/// What stands in the way of a pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rules broken, never exercised or undecided that were not known to be.
    pub rules: usize,
    /// Expectations of scripts that failed.
    pub expectations: usize,
    /// Known failures that did not fail.
    pub stale: usize,
    /// Rows in which the rig itself failed.
    pub broken: usize,
}

impl Report {
    /// Every rule that was wanted or judged, by id.
    pub fn rules(&self) -> Vec<RuleSummary<'_>> {
        let mut verdicts: BTreeMap<&str, Vec<Verdict>> = BTreeMap::new();
        for wanted in &self.wanted {
            verdicts.entry(wanted).or_default();
        }
        for rule in self.rows.iter().flat_map(|row| &row.judgement.rules) {
            verdicts.entry(rule.rule).or_default().push(rule.verdict);
        }
        let summary = |(rule, verdicts): (_, Vec<Verdict>)| RuleSummary {
            rule,
            row: catalogue::rule(rule),
            verdict: Verdict::on_one(verdicts.iter().copied()),
            exercised: verdicts
                .iter()
                .filter(|verdict| **verdict != Verdict::NotExercised)
                .count(),
            known: self.known.names(rule),
        };
        verdicts.into_iter().map(summary).collect()
    }

    /// What stands in the way of a pass.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for rule in self.rules() {
            tally.rules += usize::from(!rule.verdict.stands() && !rule.known);
        }
        tally.stale = self.stale().len();
        for row in &self.rows {
            let own = row.judgement.expectations.iter();
            tally.expectations += own
                .filter(|one| {
                    !one.verdict.stands() && !self.known.names(&expectation_name(row, &one.id))
                })
                .count();
            tally.broken += usize::from(row.broken.is_some());
        }
        tally
    }

    /// The names on the list of known failures that passed wherever they were judged.
    pub fn stale(&self) -> Vec<String> {
        let rules = self.rules().into_iter();
        let rules = rules.filter(|rule| rule.known && rule.verdict.stands());
        let mut stale: Vec<String> = rules.map(|rule| rule.rule.to_owned()).collect();
        let expectations = self.known.expectations();
        stale.extend(
            expectations
                .filter(|name| self.is_kept(name))
                .map(str::to_owned),
        );
        stale
    }

    /// Whether an expectation held in every row of its scenario that was played; false if none was.
    fn is_kept(&self, name: &str) -> bool {
        let mut rows = self
            .rows
            .iter()
            .filter(|row| row.broken.is_none() && name.starts_with(&expectation_name(row, "")))
            .peekable();
        // A rule of the script that acted as it must has no verdict: then there is nothing to put up with either.
        let holds = |row: &Row| {
            let mut own = row.judgement.expectations.iter();
            own.all(|one| one.verdict.stands() || expectation_name(row, &one.id) != name)
        };
        rows.peek().is_some() && rows.all(holds)
    }

    /// The exit code: 0 passed, 1 did not, 2 the rig itself failed.
    pub fn exit_code(&self) -> u8 {
        let tally = self.tally();
        match tally {
            Tally { broken: 1.., .. } => 2,
            Tally {
                rules: 0,
                expectations: 0,
                stale: 0,
                broken: 0,
            } => 0,
            _ => 1,
        }
    }
}

/// The name an expectation of a script goes by in reports and lists of known failures.
pub fn expectation_name(row: &Row, id: &str) -> String {
    format!("{}/{id}", row.scenario)
}
