//! Failures, told to somebody who knows neither the suite nor its rules.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{BOLD, DIM, title, verdict_style};
use crate::app::journal_json;
use crate::clock::duration_text;
use crate::conformance::call::below_base;
use crate::conformance::catalogue;
use crate::entry::{Choice, CycleEnd, Event, Exchange};
use crate::exchange::Ending;
use crate::report::{Report, Row, expectation_name};
use crate::variation::POINTS;
use crate::verdict::{Story, Verdict};

/// How many exchanges of a story are shown.
const EXCHANGES: usize = 8;
/// How many characters of a target are shown.
const TARGET: usize = 100;

/// What a rule or an expectation of a script came to in one row.
struct Told<'r> {
    name: String,
    /// What it asks of the client, and by which right.
    asks: String,
    verdict: Verdict,
    stories: &'r [Story],
}

/// Tells what went wrong in one row.
pub(super) fn row(report: &Report, row: &Row, out: &mut impl Write) -> io::Result<()> {
    if let Some(broken) = &row.broken {
        let name = title(row);
        writeln!(out, "{BOLD}{name}{BOLD:#}: the rig itself failed: {broken}")?;
        writeln!(out, "  replay   {}\n", row.replay)?;
    }
    let rules = row.judgement.rules.iter().map(|rule| Told {
        name: rule.rule.to_owned(),
        asks: asked_by_rule(rule.rule),
        verdict: rule.verdict,
        stories: &rule.stories,
    });
    let own = row.judgement.expectations.iter().map(|own| Told {
        name: expectation_name(row, &own.id),
        asks: asked_by_script(own.level, own.reference.as_deref()),
        verdict: own.verdict,
        stories: &own.stories,
    });
    rules
        .chain(own)
        .filter(|told| !told.verdict.stands() && told.verdict != Verdict::NotExercised)
        .try_for_each(|told| failure(report, row, &told, out))
}

fn asked_by_rule(id: &str) -> String {
    catalogue::rule(id).map_or_else(String::new, |rule| {
        let level = rule.level.as_str();
        format!("{level}: {} ({})", rule.sentence, rule.clause)
    })
}

fn asked_by_script(level: &str, clause: Option<&str>) -> String {
    let level = level.to_uppercase();
    match clause {
        Some(clause) => format!("{level}, by the scenario ({clause})"),
        None => format!("{level}, by the scenario"),
    }
}

fn failure(report: &Report, row: &Row, told: &Told<'_>, out: &mut impl Write) -> io::Result<()> {
    let (verdict, name, place) = (told.verdict, &told.name, title(row));
    let style = verdict_style(verdict);
    writeln!(
        out,
        "{style}{verdict}{style:#} {BOLD}{name}{BOLD:#} in {place}"
    )?;
    if report.known.names(name) {
        let reason = report.known.reason(name).unwrap_or("no reason is given");
        writeln!(out, "  known    {reason}")?;
    }
    writeln!(out, "  story    {}", row.about)?;
    writeln!(out, "  rule     {}", told.asks)?;
    for line in endings(row) {
        writeln!(out, "  client   {line}")?;
    }
    if let Some(words) = last_words(row) {
        writeln!(out, "  said     {words}")?;
    }
    for story in told.stories {
        writeln!(out, "  expected {}", story.expected)?;
        writeln!(out, "  saw      {}", story.seen)?;
        let shown = story.entries.iter().take(EXCHANGES);
        for line in shown.filter_map(|number| exchange_line(row, *number)) {
            writeln!(out, "           {DIM}{line}{DIM:#}")?;
        }
        let more = story.entries.len().saturating_sub(EXCHANGES);
        if more > 0 {
            writeln!(out, "           {DIM}and {more} more{DIM:#}")?;
        }
    }
    writeln!(out, "  replay   {}\n", row.replay)
}

/// The cycles in which the client did not end well.
fn endings(row: &Row) -> impl Iterator<Item = String> {
    row.entries.iter().filter_map(|entry| match &entry.event {
        Event::CycleEnded(end) => match end {
            CycleEnd {
                cycle,
                timed_out: true,
                ..
            } => Some(format!("was stopped at the time limit of cycle {cycle}")),
            CycleEnd { exit: Some(0), .. } => None,
            CycleEnd {
                cycle,
                exit: Some(exit),
                ..
            } => Some(format!("ended cycle {cycle} with exit status {exit}")),
            CycleEnd { cycle, .. } => Some(format!("was ended by a signal in cycle {cycle}")),
        },
        _ => None,
    })
}

/// The same of a client that did not end well.
fn last_words(row: &Row) -> Option<String> {
    endings(row).next()?;
    last_line(row)
}

/// The last line that a client printed, with nothing in it that a terminal obeys.
pub(super) fn last_line(row: &Row) -> Option<String> {
    let line = row.output.lines().rfind(|line| !line.trim().is_empty())?;
    let plain = line.trim().chars().filter(|one| !one.is_control());
    Some(plain.take(TARGET).collect())
}

/// One exchange: its number, its cycle and when in it, the call, the answer, and what was done to it.
fn exchange_line(row: &Row, number: u64) -> Option<String> {
    let entry = row.entries.iter().find(|entry| entry.number == number)?;
    let exchange = entry.exchange()?;
    let before = row.entries.iter().rev();
    let began = before
        .filter(|earlier| earlier.number < number)
        .find_map(|earlier| match earlier.event {
            Event::CycleBegan(cycle) => Some((cycle, earlier.at)),
            _ => None,
        });
    let mut line = format!("#{number} ");
    // Writing to a String cannot fail.
    if let Some((cycle, at)) = began {
        let since = duration_text(entry.at.since(at));
        let _ = write!(line, "in cycle {cycle} after {since}: ");
    }
    let target = journal_json::target(exchange);
    let target: String = below_base(&target).chars().take(TARGET).collect();
    let status = exchange.reply.status.as_u16();
    let _ = write!(line, "{} {target} -> {status}", exchange.request.method);
    aside(exchange, &mut line);
    if let Some(varied) = varied(exchange) {
        let _ = write!(line, "\n             varied: {varied}");
    }
    Some(line)
}

/// Which unusual forms the answer had where several are lawful.
fn varied(exchange: &Exchange) -> Option<String> {
    let usual = |choice: &&Choice| {
        let point = POINTS.iter().find(|point| point.name == choice.point);
        point.is_some_and(|point| point.forms.first() == Some(&choice.form))
    };
    let unusual = exchange.varied.iter().filter(|choice| !usual(choice));
    let unusual: Vec<_> = unusual
        .map(|choice| format!("{} {}", choice.point, choice.form))
        .collect();
    (!unusual.is_empty()).then(|| unusual.join(", "))
}

/// What the status does not say: what was stored, what was done to the answer, and by whom.
fn aside(exchange: &Exchange, line: &mut String) {
    if exchange.committed() {
        line.push_str(", stored");
    }
    line.push_str(match exchange.delivered.ending() {
        Ending::Complete => "",
        Ending::UnderWay => ", never answered to the end",
        Ending::BrokenOff => ", the answer broken off",
        Ending::ClientGone => ", the client gone before the answer",
    });
    for fired in &exchange.fired {
        // Writing to a String cannot fail.
        let _ = write!(line, ", by \"{}\" of the scenario", fired.rule);
    }
}
