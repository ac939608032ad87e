//! The report for a person at a terminal.

mod failure;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::{Report, Row};
use crate::conformance::judge::is_judged;
use crate::verdict::Verdict;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// How many characters of a row's name are shown.
const TITLE: usize = 60;

/// Writes the whole report; colours are for the stream to keep or strip.
pub fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    rows(report, out)?;
    rules(report, out)?;
    for row in &report.rows {
        failure::row(report, row, out)?;
    }
    never_reached(report, out)?;
    never_judged(report, out)?;
    never_asked(report, out)?;
    closing(report, out)
}

fn rows(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let width = report
        .rows
        .iter()
        .map(|row| title(row).chars().count())
        .max()
        .unwrap_or(0);
    writeln!(out, "{BOLD}Rows{BOLD:#}")?;
    for row in &report.rows {
        let (word, style) = row_word(report, row);
        writeln!(
            out,
            "  {style}{word:<6}{style:#} {:<width$}  {DIM}{:>7}{DIM:#}",
            title(row),
            took(row.took)
        )?;
    }
    writeln!(out)
}

/// Scenario and row, cut to what fits on a line; the replay line has the whole of it.
fn title(row: &Row) -> String {
    let name = row.name();
    if name.chars().count() <= TITLE {
        return name;
    }
    name.chars().take(TITLE - 1).chain(['…']).collect()
}

fn row_word(report: &Report, row: &Row) -> (&'static str, Style) {
    if row.broken.is_some() {
        return ("ERROR", colour(AnsiColor::Red));
    }
    let verdicts = row
        .judgement
        .rules
        .iter()
        .map(|rule| (rule.verdict, report.known.names(rule.rule)));
    let own = row.judgement.expectations.iter();
    let own = own.map(|one| {
        (
            one.verdict,
            report.known.names(&super::expectation_name(row, &one.id)),
        )
    });
    let all: Vec<_> = verdicts.chain(own).collect();
    let worst = |is_known| {
        let those = all.iter().filter(|(_, known)| *known == is_known);
        Verdict::on_one(those.map(|(verdict, _)| *verdict))
    };
    match (worst(false), worst(true)) {
        (Verdict::Fail, _) => ("FAIL", colour(AnsiColor::Red)),
        (Verdict::Inconclusive, _) => ("open", colour(AnsiColor::Yellow)),
        (_, Verdict::Fail | Verdict::Inconclusive) => ("known", colour(AnsiColor::Yellow)),
        _ => ("ok", colour(AnsiColor::Green)),
    }
}

fn rules(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{BOLD}Rules{BOLD:#}")?;
    for rule in report.rules() {
        let style = verdict_style(rule.verdict);
        let word = if is_judged(rule.rule) {
            rule.verdict.to_string()
        } else {
            "not judged".to_owned()
        };
        let level = rule.row.map_or("", |row| row.level.as_str());
        let sentence = rule.row.map_or("", |row| row.sentence);
        let known = if rule.known { " (known)" } else { "" };
        writeln!(
            out,
            "  {style}{:<13}{style:#} {:<7} {level:<11} {sentence}{DIM}{known} {}{DIM:#}",
            word,
            rule.rule,
            counted(rule.exercised, "row"),
        )?;
    }
    writeln!(out)
}

/// What was never reached, and so keeps the run from passing.
fn never_reached(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut lines: BTreeMap<String, &str> = BTreeMap::new();
    for rule in report.rules() {
        if rule.verdict == Verdict::NotExercised && !rule.known && is_judged(rule.rule) {
            let sentence = rule.row.map_or("", |row| row.sentence);
            lines.insert(rule.rule.to_owned(), sentence);
        }
    }
    for row in &report.rows {
        let own = row.judgement.expectations.iter();
        for one in own.filter(|one| one.verdict == Verdict::NotExercised) {
            let name = super::expectation_name(row, &one.id);
            if !report.known.names(&name) {
                let seen = one.stories.first().map(|story| story.seen.as_str());
                lines.insert(name, seen.unwrap_or("What it waits for never came."));
            }
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "{BOLD}Never reached{BOLD:#}: nothing is known of these, and that is no pass. \
         What a client cannot come to goes on a list: --known-failures FILE"
    )?;
    for (name, text) in lines {
        writeln!(out, "  {name}  {DIM}{text}{DIM:#}")?;
    }
    writeln!(out)
}

/// Rules that the rows are made for and that nobody judges yet: what came of them is for the reader to see.
fn never_judged(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let rules = report.rules();
    let mut rules = rules.iter().filter(|rule| !is_judged(rule.rule)).peekable();
    if rules.peek().is_none() {
        return Ok(());
    }
    writeln!(
        out,
        "{BOLD}Not judged yet{BOLD:#}: their rows were played, but no judge looks for these, and that is no pass. \
         The journal in report.json shows what the client did: --report FOLDER"
    )?;
    for rule in rules {
        let sentence = rule.row.map_or("", |row| row.sentence);
        writeln!(out, "  {}  {DIM}{sentence}{DIM:#}", rule.rule)?;
    }
    writeln!(out)
}

/// A client that made no request at all: rather its setting up is wrong than its ways.
fn never_asked(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let was_run = report.rows.iter().any(|row| row.broken.is_none());
    let mut entries = report.rows.iter().flat_map(|row| &row.entries);
    if !was_run || entries.any(|entry| entry.exchange().is_some()) {
        return Ok(());
    }
    writeln!(
        out,
        "{BOLD}The client made no request{BOLD:#} in any row, so nothing of it was judged. Check that\n  \
         - it takes its SCIM base from GOTO_DOUBLE_SCIM_URL and its token from GOTO_DOUBLE_TOKEN,\n    \
         in its environment and not in a file of settings: each row has others;\n  \
         - it provisions the people in the file that GOTO_DOUBLE_SOURCE names;\n  \
         - with --tls, it trusts the certificate in the file that GOTO_DOUBLE_TLS_CA names;\n  \
         - it stays until its work is done: its end is the end of the cycle."
    )?;
    if let Some((row, words)) = report
        .rows
        .iter()
        .find_map(|row| Some((row, failure::last_line(row)?)))
    {
        writeln!(out, "  In {} its last line was: {words}", title(row))?;
    }
    writeln!(out)
}

fn closing(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let rules = report.rules();
    let count = |verdict| rules.iter().filter(|rule| rule.verdict == verdict).count();
    writeln!(
        out,
        "{}: {} pass, {} warn, {} fail, {} inconclusive, {} not exercised; {} in {}",
        counted(rules.len(), "rule"),
        count(Verdict::Pass),
        count(Verdict::Warn),
        count(Verdict::Fail),
        count(Verdict::Inconclusive),
        count(Verdict::NotExercised),
        counted(report.rows.len(), "row"),
        took(report.took),
    )?;
    let outdated = report.stale();
    if !outdated.is_empty() {
        writeln!(
            out,
            "known failures that pass now, take them off the list: {}",
            outdated.join(", ")
        )?;
    }
    let (outcome, style) = match report.exit_code() {
        0 => ("PASS", colour(AnsiColor::Green)),
        1 => ("FAIL", colour(AnsiColor::Red)),
        _ => ("ERROR", colour(AnsiColor::Red)),
    };
    writeln!(out, "{style}{outcome}{style:#} {}", report.client)
}

fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Pass => colour(AnsiColor::Green),
        Verdict::Warn | Verdict::Inconclusive | Verdict::NotExercised => colour(AnsiColor::Yellow),
        Verdict::Fail => colour(AnsiColor::Red),
    }
}

fn colour(colour: AnsiColor) -> Style {
    colour.on_default()
}

/// So many of a thing, in words.
fn counted(number: usize, thing: &str) -> String {
    if number == 1 {
        format!("1 {thing}")
    } else {
        format!("{number} {thing}s")
    }
}

/// A real duration, short.
pub fn took(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}
