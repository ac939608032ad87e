//! The report for a person at a terminal.

mod failure;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::{Report, Row};
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
    let has = |wanted, is_known| all.contains(&(wanted, is_known));
    if has(Verdict::Fail, false) {
        ("FAIL", colour(AnsiColor::Red))
    } else if has(Verdict::Inconclusive, false) {
        ("open", colour(AnsiColor::Yellow))
    } else if has(Verdict::Fail, true) || has(Verdict::Inconclusive, true) {
        ("known", colour(AnsiColor::Yellow))
    } else {
        ("ok", colour(AnsiColor::Green))
    }
}

fn rules(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{BOLD}Rules{BOLD:#}")?;
    for rule in report.rules() {
        let style = verdict_style(rule.verdict);
        let level = rule.row.map_or("", |row| row.level.as_str());
        let sentence = rule.row.map_or("", |row| row.sentence);
        let known = if rule.known { " (known)" } else { "" };
        writeln!(
            out,
            "  {style}{:<13}{style:#} {:<7} {level:<11} {sentence}{DIM}{known} {}{DIM:#}",
            rule.verdict.to_string(),
            rule.rule,
            counted(rule.exercised),
        )?;
    }
    writeln!(out)
}

/// What was never reached, and so keeps the run from passing.
fn never_reached(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut lines: BTreeMap<String, &str> = BTreeMap::new();
    for rule in report.rules() {
        if rule.verdict == Verdict::NotExercised && !rule.known {
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

fn closing(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let rules = report.rules();
    let count = |verdict| rules.iter().filter(|rule| rule.verdict == verdict).count();
    writeln!(
        out,
        "{} rules: {} pass, {} warn, {} fail, {} inconclusive, {} not exercised; {} in {}",
        rules.len(),
        count(Verdict::Pass),
        count(Verdict::Warn),
        count(Verdict::Fail),
        count(Verdict::Inconclusive),
        count(Verdict::NotExercised),
        counted(report.rows.len()),
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

/// So many rows, in words.
fn counted(rows: usize) -> String {
    if rows == 1 {
        "1 row".into()
    } else {
        format!("{rows} rows")
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
