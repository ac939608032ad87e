//! Which rows are played: the shipped scenarios, or the ones that were named.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use goto_double::read_script;
use goto_double::scenario::Pace;
use goto_double::scenario::{Scenario, Script};
use goto_double::shipped;

use crate::cli::Failure;

/// One row to be played.
#[derive(Clone, Debug)]
pub(super) struct Job {
    /// The scenario as it is named on the command line: its name, or its file.
    pub(super) named: String,
    /// The row's name; empty if there is only one.
    pub(super) row: String,
    /// What is played.
    pub(super) scenario: Scenario,
    /// The name of its sandbox: as long as every other, for it stands in addresses, and these are counted in bytes.
    pub(super) sandbox: String,
}

/// The rows to be played, in the order of the suite.
pub(super) fn rows(
    named: &[String],
    row: Option<&str>,
    rules: &[String],
    pace: Pace,
) -> Result<Vec<Job>, Failure> {
    let scripts = if named.is_empty() {
        shipped_scripts()?
    } else {
        named
            .iter()
            .map(|name| script(name))
            .collect::<Result<_, _>>()?
    };
    let mut jobs = Vec::new();
    for (named, script) in scripts {
        for one in script.rows(pace) {
            let exercises = one.scenario.exercises();
            let is_wanted = rules.is_empty() || rules.iter().any(|rule| exercises.contains(rule));
            if is_wanted && row.is_none_or(|row| row == one.name) {
                jobs.push(Job {
                    named: named.clone(),
                    row: one.name,
                    scenario: one.scenario,
                    sandbox: format!("row-{:04}", jobs.len() + 1),
                });
            }
        }
    }
    if jobs.is_empty() {
        return Err(
            "no row is left to play; goto-double list scenarios shows what there is".into(),
        );
    }
    Ok(jobs)
}

/// The rules that these rows mean to exercise.
pub(super) fn exercised(jobs: &[Job], rules: &[String]) -> Vec<String> {
    let all: BTreeSet<String> = jobs
        .iter()
        .flat_map(|job| job.scenario.exercises())
        .collect();
    all.into_iter()
        .filter(|rule| rules.is_empty() || rules.contains(rule))
        .collect()
}

fn shipped_scripts() -> Result<Vec<(String, Script)>, Failure> {
    shipped::SCENARIOS
        .iter()
        .map(|(name, text)| Ok(((*name).to_owned(), parse(name, text)?)))
        .collect()
}

/// A shipped scenario by its name, or one in a file.
fn script(named: &str) -> Result<(String, Script), Failure> {
    if let Some(text) = shipped::named(named) {
        return Ok((named.to_owned(), parse(named, text)?));
    }
    if !Path::new(named).exists() {
        let nearest = shipped::nearest(named)
            .map(|name| format!("; did you mean {name:?}?"))
            .unwrap_or_default();
        return Err(format!("{named:?} is neither a shipped scenario nor a file{nearest}").into());
    }
    let text =
        fs::read_to_string(named).map_err(|error| format!("cannot read {named}: {error}"))?;
    Ok((named.to_owned(), parse(named, &text)?))
}

fn parse(named: &str, text: &str) -> Result<Script, Failure> {
    read_script(text).map_err(|findings| {
        let lines: Vec<_> = findings
            .iter()
            .map(|finding| format!("{named}:{finding}"))
            .collect();
        lines.join("\n").into()
    })
}
