//! Pages that list what a table in the code knows.

mod profile;

use std::fmt::Write as _;

pub use profile::{profile, profile_listing};

use crate::conformance::{catalogue, judge};
use crate::operation::OPERATIONS;
use crate::profile::Evidence;
use crate::shipped;

/// `docs/operations.md`, from the table of operations.
pub fn operations() -> String {
    let mut page = String::from(
        "# Operations\n\nEverything that can be asked of the double, by the names that scenario files, journals and reports use.\n\n\
         | Name | Method | Path | Clause | What it does |\n|---|---|---|---|---|\n",
    );
    for row in OPERATIONS {
        line(
            &mut page,
            &[
                &code(row.name),
                row.method,
                &code(row.path),
                row.clause,
                row.about,
            ],
        );
    }
    page
}

/// How an evidence is called on pages and terminals.
pub fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "documented",
        Evidence::Observed => "observed",
        Evidence::Assumed => "assumed",
    }
}

/// `docs/client-rules.md`, from the catalogue.
pub fn rules() -> String {
    let mut page = String::from(
        "# Client rules\n\nWhat a provisioning client ought to do, as far as it can be seen from outside.\n\
         `MUST`, `SHOULD` and `MAY` are the level a text gives the client; a `*` marks the level this suite proposes.\n\
         A rule that is not judged yet is listed as such and never counted as kept.\n\
         Where something must happen first, a fault or a state of the double, a scenario brings it about: the rule links to it, \
         `goto-double show rty-01` prints it and `goto-double conform --scenario rty-01 -- ./my-sync` plays it.\n\n\
         | Rule | Level | Judged | A conforming client | Seen by | Source |\n|---|---|---|---|---|---|\n",
    );
    let judged: Vec<_> = judge::implemented().collect();
    for rule in catalogue::rules() {
        let is_judged = if judged.contains(&rule.id) {
            "yes"
        } else {
            "not yet"
        };
        line(
            &mut page,
            &[
                &with_trigger(rule.id),
                &code(rule.level.as_str()),
                is_judged,
                rule.sentence,
                rule.evidence,
                rule.clause,
            ],
        );
    }
    page
}

/// The id of a rule, which leads to the scenario that brings its trigger about, if there is one.
fn with_trigger(id: &str) -> String {
    let name = id.to_lowercase();
    match shipped::named(&name) {
        Some(_) => format!("[{id}](../scenarios/triggers/{name}.json)"),
        None => id.to_owned(),
    }
}

fn code(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("`{text}`")
    }
}

fn line(page: &mut String, cells: &[&str]) {
    let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    // Writing to a String cannot fail.
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}
