//! Pages that list what a table in the code knows.

mod profile;

use std::fmt::Write as _;

pub use profile::{profile, profile_listing};

use crate::conformance::{catalogue, judge};
use crate::operation::OPERATIONS;
use crate::profile::Evidence;
use crate::sandbox::{Bounds, KEPT};
use crate::shipped;
use crate::variation::POINTS;

/// What stands above the table of points.
const VARIATION: &str = include_str!("reference/variation.md");

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

/// `docs/limits.md`, from the table of what a world keeps.
pub fn limits() -> String {
    let mut page = String::from(
        "# Limits\n\nMemory is bounded: this is everything that a client or a tester can make grow.\n\
         `GET /sandboxes/{sandbox}` of the control port shows under `limits` how much there is and how much there may be; `GET /` shows there how many sandboxes and connections there are and may be, and what all sandboxes hold of stalls and journal bytes; under `requests`, how large a request may be.\n\n\
         ## In one sandbox\n\n\
         | Name | What it is | Limit | Another one by | At the limit |\n|---|---|---|---|---|\n",
    );
    for kept in &KEPT {
        let limit = Bounds::default().limit_of(kept.name).to_string();
        let row = [&code(kept.name), kept.what, &limit, kept.flag, kept.then];
        line(&mut page, &row);
    }
    page.push_str(
        "\nA flag is one of `goto-double serve`; the builder has a method of the same name, and so has the body of `POST /sandboxes`.\n\
         A sandbox for which nothing is named takes the limits of the default one.\n\
         Cursors are not kept: each carries all that it stands for.\n\n\
         ## In the whole process\n\n\
         | What it is | Limit | Another one by | At the limit |\n|---|---|---|---|\n\
         | Sandboxes | 100000 | `--sandbox-limit` | One more is refused with 507 by the control port; `refused` counts it. |\n\
         | Connections to the product ports | 10000, less where the system lets the process have fewer descriptors | `--connection-limit` | One more is reset before anything is read; `refused` counts it. The control port counts none, and goes on. |\n\
         | Bytes of one request's body | 1048576 | `Limits::body_bytes` | 413, in the dialect of the surface. |\n\
         | Bytes of one request's head | 65536 | `Limits::head_bytes` | 431, and the connection ends. |\n\
         \nA quarter of the descriptors of the process, 64 at least, is left to what is no connection of a client: the control port, name servers, ports of single sandboxes.\n\
         Where a higher limit is chosen than the system has descriptors, new connections to every port wait in the system's queue until others end, and what needs a socket of its own, a new sandbox or a look-up, fails.\n\
         Without the feature `cli`, and where there is no such limit to ask for, the limit is 10000.\n",
    );
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

/// `docs/variation.md`, from the points at which the RFCs leave an answer open.
pub fn variation() -> String {
    let mut page = String::from(VARIATION);
    page.push_str(
        "\n| Name | Clause | What varies | Forms, the usual one first |\n|---|---|---|---|\n",
    );
    for point in POINTS {
        let cells = [
            &code(point.name),
            point.clause,
            point.about,
            &point.forms.join("; "),
        ];
        line(&mut page, &cells);
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
