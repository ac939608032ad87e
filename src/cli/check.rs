//! `check`: every mistake of a scenario file, with line, column and the nearest valid word.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use goto_double::read_script;
use goto_double::scenario::Severity;

use super::{Failure, say};

/// Find every mistake in scenario files.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  goto-double check scenarios/*.json\n  goto-double check my-fault.json"
)]
pub(super) struct Check {
    /// The files to check.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Check {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let mut wrong = 0_usize;
        for file in &self.files {
            let text = fs::read_to_string(file)
                .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
            let (findings, errors) = findings_of(file, &text);
            findings.iter().for_each(say::line);
            if errors == 0 {
                say::line(format!("{}: ok", file.display()));
            }
            wrong += errors;
        }
        Ok(if wrong == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        })
    }
}

/// A line for everything that was found in a scenario file, and how many of these are mistakes.
pub(super) fn findings_of(file: &Path, text: &str) -> (Vec<String>, usize) {
    let findings = match read_script(text) {
        Ok(script) => script.warnings().to_vec(),
        Err(findings) => findings,
    };
    let lines = findings.iter();
    let lines = lines.map(|finding| format!("{}:{finding}", file.display()));
    let wrong = findings.iter();
    let wrong = wrong.filter(|finding| finding.severity == Severity::Error);
    (lines.collect(), wrong.count())
}
