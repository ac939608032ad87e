//! Writes the reference page of the format, so that it cannot disagree with the code.

#[cfg(test)]
mod draws;
mod evaluation;
pub(super) mod keys;
mod start;

use std::fmt::Write as _;

use crate::operation::{OPERATIONS, Operation, Surface};

use super::fault::FAULTS;
use super::schedule::PERS;

use self::evaluation::{EVALUATION, RUNNING, WRITES};
use self::keys::SECTIONS;
use self::start::{AFTER, BEFORE, EXAMPLE};

/// The reference page of the format in Markdown, one sentence a line.
pub fn reference() -> String {
    let mut page = format!("{BEFORE}```json\n{EXAMPLE}```\n{AFTER}");
    for (heading, about, rows) in SECTIONS {
        let heading = heading_of(heading);
        push(
            &mut page,
            format_args!("\n## {heading}\n\n{about}\n\n| Key | Meaning |\n|---|---|\n"),
        );
        for (key, meaning) in *rows {
            push(&mut page, format_args!("| `{key}` | {meaning} |\n"));
        }
    }
    push(
        &mut page,
        format_args!("\n## How rules are evaluated\n\n{EVALUATION}"),
    );
    push(
        &mut page,
        format_args!("\n## Rules that change while it runs\n\n{RUNNING}"),
    );
    scopes(&mut page);
    faults(&mut page);
    operations(&mut page);
    vectors(&mut page);
    page
}

/// A heading that is a key is written as one.
fn heading_of(name: &str) -> String {
    if name.contains(' ') {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}

fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = page.write_fmt(text);
}

fn scopes(page: &mut String) {
    page.push_str("\n## Scopes\n\nThe values of `per`, one or several.\nRequests that name no such thing share one key.\n\n| Scope | Counts |\n|---|---|\n");
    for (name, _, about) in PERS {
        push(page, format_args!("| `{name}` | {about} |\n"));
    }
    push(page, format_args!("\n## Writes\n\n{WRITES}"));
}

fn faults(page: &mut String) {
    page.push_str(
        "\n## Faults\n\n\
         A fault takes effect before the request is handled, during its handling, instead of the answer, after the answer is made, or in its delivery.\n\
         Each example is a whole rule.\n\n\
         Faults of TLS strike before there is a request, so their rules are `on` `tls.handshake`, which `*` does not mean, and need a double that speaks TLS (`--tls`).\n\
         A handshake belongs to the sandbox whose port it comes in by, or whose name `{id}.localhost` the client asks for; a sandbox with such rules has a port of its own.\n\n\
         So do those that refuse or swallow connections, `on` `connection.accept`.\n\
         A connection belongs to the sandbox whose port it comes in by: one with such rules has a port of its own, and so has each one beside a default sandbox with such rules.\n\n\
         `early`, `slow_read` and `stall_read` strike when the head of a request is there and its body is not: their rules are decided first and apart from the others, and ask nothing of the body.\n\
         An early answer ends the request, so no other rule meets it; after the other two the others are asked as ever.\n",
    );
    for fault in FAULTS {
        push(
            page,
            format_args!(
                "\n### {}\n\nPhase: {}.\n{}\n\n```json\n{}\n```\n",
                fault.name,
                fault.phase.name(),
                fault.about,
                fault.example
            ),
        );
    }
}

fn operations(page: &mut String) {
    page.push_str("\n## Operations\n\n| Name | Request | Meaning |\n|---|---|---|\n");
    for row in OPERATIONS
        .iter()
        .filter(|row| row.surface != Surface::Control)
    {
        let request = match row.surface {
            Surface::Probe if row.operation == Operation::TlsHandshake => "a handshake".to_owned(),
            Surface::Probe if row.operation == Operation::AcceptConnection => {
                "a connection".to_owned()
            }
            Surface::Probe => "a look-out of the double's own".to_owned(),
            _ => format!("`{} {}`", row.method, row.path),
        };
        push(
            page,
            format_args!("| `{}` | {request} | {} |\n", row.name, row.about),
        );
    }
}

fn vectors(page: &mut String) {
    page.push_str(
        "\n## Draws\n\n\
         Whether a rule with `p` acts, and how long a drawn wait is, follows from seed, scenario, rule, key and occurrence.\n\
         [draws.md](draws.md) fixes how, precisely enough for another program to draw the same, and has the vectors to check it by.\n",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_names_every_fault_scope_and_operation() {
        let page = reference();
        for fault in FAULTS {
            assert!(page.contains(fault.name) && page.contains(fault.example));
        }
        assert!(
            PERS.iter()
                .all(|(name, ..)| page.contains(&format!("| `{name}` |")))
        );
        assert!(page.contains("`users.create`") && !page.contains("`control.reset`"));
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "BLESS is how a person asks for a new page"
    )]
    fn page_in_the_docs_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenario-format.md");
        if std::env::var("BLESS").is_ok() {
            std::fs::write(path, reference()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == reference(),
            "{path} is stale: BLESS=1 cargo test rewrites it"
        );
    }
}
