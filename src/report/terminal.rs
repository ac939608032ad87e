//! The report for a person at a terminal.

use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::{Report, Row, RuleSummary};
use crate::conformance::catalogue;
use crate::verdict::{Story, Verdict};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Writes the whole report; colours are for the stream to keep or strip.
pub fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    rows(report, out)?;
    rules(report, out)?;
    failures(report, out)?;
    closing(report, out)
}

fn rows(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let width = report
        .rows
        .iter()
        .map(|row| row.name().len())
        .max()
        .unwrap_or(0);
    writeln!(out, "{BOLD}Rows{BOLD:#}")?;
    for row in &report.rows {
        let (word, style) = row_word(report, row);
        writeln!(
            out,
            "  {style}{word:<6}{style:#} {:<width$}  {DIM}{:>7}{DIM:#}",
            row.name(),
            took(row.took)
        )?;
    }
    writeln!(out)
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
    let bad: Vec<_> = verdicts
        .chain(own)
        .filter(|(verdict, _)| *verdict == Verdict::Fail)
        .collect();
    match bad.iter().all(|(_, known)| *known) {
        true if bad.is_empty() => ("ok", colour(AnsiColor::Green)),
        true => ("known", colour(AnsiColor::Yellow)),
        false => ("FAIL", colour(AnsiColor::Red)),
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
            "  {style}{:<13}{style:#} {:<7} {level:<11} {sentence}{DIM}{known} {} rows{DIM:#}",
            rule.verdict.to_string(),
            rule.rule,
            rule.exercised,
        )?;
    }
    writeln!(out)
}

fn failures(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for row in &report.rows {
        if let Some(broken) = &row.broken {
            writeln!(
                out,
                "{BOLD}{}{BOLD:#}: the rig itself failed: {broken}",
                row.name()
            )?;
            writeln!(out, "  replay: {}\n", row.replay)?;
        }
        let rules = row
            .judgement
            .rules
            .iter()
            .map(|rule| (rule.rule, rule.verdict, &rule.stories));
        let own = row
            .judgement
            .expectations
            .iter()
            .map(|one| (one.id.as_str(), one.verdict, &one.stories));
        for (id, verdict, stories) in rules
            .chain(own)
            .filter(|(_, verdict, _)| !verdict.stands() && *verdict != Verdict::NotExercised)
        {
            failure(row, (id, verdict), stories, out)?;
        }
    }
    Ok(())
}

fn failure(
    row: &Row,
    (id, verdict): (&str, Verdict),
    stories: &[Story],
    out: &mut impl Write,
) -> io::Result<()> {
    let style = verdict_style(verdict);
    writeln!(
        out,
        "{style}{verdict}{style:#} {BOLD}{id}{BOLD:#} in {}",
        row.name()
    )?;
    if let Some(rule) = catalogue::rule(id) {
        writeln!(
            out,
            "  {} {} ({})",
            rule.level.as_str(),
            rule.sentence,
            rule.clause
        )?;
    }
    for story in stories {
        writeln!(out, "  expected {}", story.expected)?;
        writeln!(out, "  saw      {}", story.seen)?;
        for number in story.entries.iter().take(8) {
            if let Some(line) = exchange_line(row, *number) {
                writeln!(out, "           {DIM}{line}{DIM:#}")?;
            }
        }
    }
    writeln!(out, "  replay   {}\n", row.replay)
}

fn exchange_line(row: &Row, number: u64) -> Option<String> {
    let entry = row.entries.iter().find(|entry| entry.number == number)?;
    let exchange = entry.exchange()?;
    let committed = if exchange.committed() { ", stored" } else { "" };
    Some(format!(
        "#{number} {} {} {} -> {}{committed}",
        entry.at,
        exchange.request.method,
        exchange.request.uri,
        exchange.reply.status.as_u16()
    ))
}

fn closing(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let rules = report.rules();
    let count = |verdict| rules.iter().filter(|rule| rule.verdict == verdict).count();
    writeln!(
        out,
        "{} rules: {} pass, {} warn, {} fail, {} inconclusive, {} not exercised; {} rows in {}",
        rules.len(),
        count(Verdict::Pass),
        count(Verdict::Warn),
        count(Verdict::Fail),
        count(Verdict::Inconclusive),
        count(Verdict::NotExercised),
        report.rows.len(),
        took(report.took),
    )?;
    let outdated: Vec<_> = rules
        .iter()
        .filter(|rule: &&RuleSummary<'_>| rule.known && rule.verdict.stands())
        .map(|rule| rule.rule)
        .collect();
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

/// A real duration, short.
pub fn took(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}
