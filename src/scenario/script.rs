//! The checked scenario: its fields are private, so that an unchecked one cannot exist.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::operation::Operation;

use super::expectation::Expectation;
use super::finding::Finding;
use super::rule::Rule;
use super::schedule::Moment;
use super::source::SourceStep;
use super::state::State;
use super::target::TargetStep;

/// One scenario file, checked, with each row of its matrix filled in.
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) refs: Vec<String>,
    pub(super) seed: Option<u64>,
    pub(super) quick: Vec<Row>,
    /// Absent where the file has no paces, because both are the same then.
    pub(super) real: Option<Vec<Row>>,
    pub(super) warnings: Vec<Finding>,
}

impl Script {
    /// The id of the scenario.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is about, in one sentence.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The clauses behind it.
    pub fn refs(&self) -> &[String] {
        &self.refs
    }

    /// The seed that the file names.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Its rows at a pace, in the order of the matrix; one with an empty name if there is no matrix.
    pub fn rows(&self, pace: Pace) -> Vec<Row> {
        match (pace, &self.real) {
            (Pace::Real, Some(rows)) => rows.clone(),
            (Pace::Real | Pace::Quick, _) => self.quick.clone(),
        }
    }

    /// What has no effect in the file, though it can be run.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }
}

/// Which value the named durations of a file take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Short, yet long enough that obeying and ignoring stay apart.
    #[default]
    Quick,
    /// As a production server would answer.
    Real,
}

impl Pace {
    /// The word of files and flags.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Real => "real",
        }
    }
}

impl FromStr for Pace {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        [Self::Quick, Self::Real]
            .into_iter()
            .find(|pace| pace.name() == word)
            .ok_or_else(|| format!("{word:?} is no pace; there are quick and real"))
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One row of the matrix of a scenario file.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its values, as in `status=429,form=seconds`; empty where the file has no matrix.
    pub name: String,
    /// The scenario with the values filled in.
    pub scenario: Scenario,
}

/// One scenario, ready to be run.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) refs: Vec<String>,
    pub(super) seed: Option<u64>,
    pub(super) vary: Option<bool>,
    pub(super) clock: ClockSetting,
    pub(super) given: State,
    pub(super) rules: Vec<Rule>,
    pub(super) expectations: Vec<Expectation>,
    pub(super) cycles: Vec<CycleStep>,
    pub(super) end: Option<End>,
    /// The object of the file, with the values of the row filled in.
    pub(super) written: Arc<Map<String, Value>>,
}

impl Scenario {
    /// The id of the scenario.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is about, in one sentence.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The clauses behind it.
    pub fn refs(&self) -> &[String] {
        &self.refs
    }

    /// The seed that the file names.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Whether answers vary where the RFCs leave them open, if the file says so.
    pub fn vary(&self) -> Option<bool> {
        self.vary
    }

    /// How its clock runs.
    pub fn clock(&self) -> ClockSetting {
        self.clock
    }

    /// What is to be merged onto the starting state.
    pub fn given(&self) -> &State {
        &self.given
    }

    /// The rules, in file order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Whether one of its rules is about an operation.
    pub fn is_about(&self, operation: Operation) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| rule.on.contains(operation))
    }

    /// What it expects of the client.
    pub fn expectations(&self) -> &[Expectation] {
        &self.expectations
    }

    /// The cycles of the client; one that changes nothing where the file names none.
    pub fn cycles(&self) -> &[CycleStep] {
        &self.cycles
    }

    /// The rules of the catalogue that it means to exercise, each once.
    pub fn exercises(&self) -> Vec<String> {
        let mut rules: Vec<String> = self
            .expectations
            .iter()
            .filter_map(|one| one.rule.clone())
            .collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// Whether it expects anything of the client.
    pub fn has_expectations(&self) -> bool {
        !self.expectations.is_empty()
    }

    /// When it ends, if the file says so.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }
}

/// How the clock of a scenario runs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClockSetting {
    /// What moves it.
    pub mode: ClockMode,
    /// Where it begins; the system's time if absent.
    pub start: Option<Timestamp>,
}

impl ClockSetting {
    /// Reads the clock of a flag: `real`, `manual`, `frozen`, or a pace as in `scaled:60`.
    pub fn parse(text: &str) -> Option<Self> {
        let mode = match text {
            "real" => ClockMode::Real,
            "manual" => ClockMode::Manual,
            "frozen" => ClockMode::Scaled(0.0),
            _ => ClockMode::Scaled(
                text.strip_prefix("scaled:")?
                    .parse()
                    .ok()
                    .filter(|rate: &f64| rate.is_finite() && *rate >= 0.0)?,
            ),
        };
        Some(Self { mode, start: None })
    }
}

/// What moves a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ClockMode {
    /// It runs with the system.
    #[default]
    Real,
    /// Only hands and waiting clients move it.
    Manual,
    /// It runs so many times as fast as the system.
    Scaled(f64),
}

/// One run of the client, and what changes before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CycleStep {
    /// What becomes of the directory to provision.
    pub source: SourceStep,
    /// How far the clock moves first.
    pub clock: Duration,
    /// How long the client may take, if the file says so.
    pub limit: Option<Duration>,
    /// What the tester changes in GoTo first.
    pub target: TargetStep,
}

/// When a scenario ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Nobody has asked anything for so long.
    Idle(Duration),
    /// This moment has come.
    At(Moment),
    /// The sandbox is in this state.
    State(String),
}
