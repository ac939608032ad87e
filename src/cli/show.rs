//! `show`: a shipped scenario, to read or to begin one's own with.

use std::process::ExitCode;

use clap::Args;
use goto_double::shipped;

use super::{Failure, say};

/// Print a shipped scenario, to read it or to begin one of your own.
///
/// `list scenarios` names those of the suite; `list triggers` those that bring about what a rule is judged by.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    goto-double show create-answer-lost\n  \
    goto-double show rty-01 > mine.json          what rule RTY-01 is judged by, as a file of your own")]
pub(super) struct Show {
    /// The name of the scenario, or the rule whose trigger is meant.
    name: String,
}

impl Show {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let name = self.name.to_ascii_lowercase();
        let text = shipped::named(&name).ok_or_else(|| {
            let nearest = shipped::nearest(&name)
                .map(|name| format!("; did you mean {name:?}?"))
                .unwrap_or_default();
            format!(
                "{:?} is no shipped scenario{nearest} (list scenarios and list triggers name them)",
                self.name
            )
        })?;
        say::line(text.trim_end());
        Ok(ExitCode::SUCCESS)
    }
}
