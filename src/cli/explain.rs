//! `explain`: what a scenario would do, rule by rule and row by row, before anything is sent.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use goto_double::scenario::{self, pace::Pace};

use super::{Failure, say};

/// Say in sentences what a scenario does and expects.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  goto-double explain scenarios/create-answer-lost.json")]
pub(super) struct Explain {
    /// The scenario file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Explain this row only.
    #[arg(long)]
    row: Option<String>,
}

impl Explain {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let text = fs::read_to_string(&self.file)
            .map_err(|error| format!("cannot read {}: {error}", self.file.display()))?;
        let script = match scenario::parse(&text, &super::check::known_rules()) {
            Ok(script) => script,
            Err(findings) => {
                for finding in findings {
                    say::line(format!("{}:{finding}", self.file.display()));
                }
                return Ok(ExitCode::from(2));
            }
        };
        say::line(format!("{}: {}", script.name(), script.about()));
        for row in script.rows(Pace::Real) {
            if self.row.as_ref().is_some_and(|wanted| *wanted != row.name) {
                continue;
            }
            say::line(format!(
                "row {}",
                if row.name.is_empty() {
                    "(the only one)"
                } else {
                    &row.name
                }
            ));
            for sentence in row.scenario.explain() {
                say::line(format!("  {sentence}"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
