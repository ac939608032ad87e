//! `check`: every mistake of a scenario file, with line, column and the nearest valid word.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use goto_double::read_script;
use goto_double::scenario::Severity;

use super::say;

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
    pub(super) fn run(self) -> ExitCode {
        let mut wrong = 0_usize;
        for file in &self.files {
            let (findings, errors) = match read_text(file) {
                Ok(text) => findings_of(file, &text),
                // The others are looked at all the same.
                Err(finding) => (vec![finding], 1),
            };
            findings.iter().for_each(say::line);
            if errors == 0 {
                say::line(format!("{}: ok", file.display()));
            }
            wrong += errors;
        }
        if wrong == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        }
    }
}

/// The text of a scenario file, or a finding that says why there is none.
fn read_text(file: &Path) -> Result<String, String> {
    let name = file.display();
    let bytes = fs::read(file).map_err(|error| format!("{name}: cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        let (good, _) = error
            .as_bytes()
            .split_at(error.utf8_error().valid_up_to().min(error.as_bytes().len()));
        let good = String::from_utf8_lossy(good);
        let line = good.matches('\n').count() + 1;
        let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("{name}:{line}:{column}: not UTF-8: save the file in that encoding")
    })
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
