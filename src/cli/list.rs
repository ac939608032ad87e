//! `list`: what there is, by name.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use goto_double::conformance::{catalogue, judge};
use goto_double::operation::OPERATIONS;
use goto_double::read_script;
use goto_double::report::reference;
use goto_double::scenario::fault;
use goto_double::shipped;

use super::{Failure, say};

/// List what there is: scenarios, triggers, rules, faults, operations or the profile.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  goto-double list rules\n  goto-double list scenarios")]
pub(super) struct List {
    /// What to list.
    what: What,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// The shipped scenarios and the rules they exercise.
    Scenarios,
    /// A scenario for each rule that something must happen for.
    Triggers,
    /// Every rule of the catalogue, judged or not yet.
    Rules,
    /// What a scenario can do to a request.
    Faults,
    /// Everything that can be asked of the double.
    Operations,
    /// Every behaviour that no RFC fixes.
    Profile,
}

impl List {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.what {
            What::Scenarios => scenarios(shipped::SCENARIOS)?,
            What::Triggers => scenarios(shipped::TRIGGERS)?,
            What::Rules => rules(),
            What::Faults => faults(),
            What::Operations => operations(),
            What::Profile => say::line(reference::profile_listing().trim_end()),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn scenarios(shipped: &[(&str, &str)]) -> Result<(), Failure> {
    for (name, text) in shipped {
        let script = read_script(text).map_err(|findings| {
            let findings: Vec<_> = findings.iter().map(ToString::to_string).collect();
            format!("{name}: {}", findings.join("; "))
        })?;
        say::line(format!("{:<34} {}", script.name(), script.about()));
    }
    Ok(())
}

fn rules() {
    let judged: Vec<_> = judge::implemented().collect();
    for rule in catalogue::rules() {
        let word = if judged.contains(&rule.id) {
            "judged"
        } else {
            "not yet"
        };
        say::line(format!(
            "{:<7} {:<8} {:<11} {}",
            rule.id,
            word,
            rule.level.as_str(),
            rule.sentence
        ));
    }
}

fn faults() {
    for fault in fault::FAULTS {
        say::line(format!(
            "{:<16} {:<10} {}",
            fault.name,
            fault.phase.name(),
            fault.about
        ));
    }
}

fn operations() {
    for row in OPERATIONS {
        say::line(format!(
            "{:<26} {:<7} {:<46} {}",
            row.name, row.method, row.path, row.about
        ));
    }
}
