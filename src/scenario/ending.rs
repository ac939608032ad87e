//! When a scenario is over: what comes after that is not judged.

use std::sync::Arc;
use std::time::Duration;

use super::schedule::{Firing, Moment};
use super::script::{End, Scenario};
use crate::clock::Timestamp;
use crate::entry::{Entry, Event, Fired};

/// The entries up to the end that the scenario names; all of them if it names none, or has not come to it.
///
/// `began` is the moment from which `"+10s"` counts. An end by idleness holds only where nobody marks cycles: between two
/// marked cycles a client is idle by design.
pub fn until_end<'e>(
    scenario: &Scenario,
    entries: &'e [Arc<Entry>],
    began: Timestamp,
) -> &'e [Arc<Entry>] {
    let kept = match scenario.end() {
        None => None,
        Some(End::Idle(length)) => idle(entries, *length),
        Some(End::At(moment)) => moment_of(moment, entries, began)
            .map(|end| entries.partition_point(|entry| entry.at <= end)),
        Some(End::State(state)) => {
            let leads_there = |fired: &Fired| {
                let rule = scenario.rule(&fired.rule);
                rule.and_then(|rule| rule.then()) == Some(state.as_str())
            };
            let last = entries
                .iter()
                .position(|entry| fired(entry).iter().any(leads_there));
            last.map(|last| last + 1)
        }
    };
    kept.and_then(|kept| entries.get(..kept)).unwrap_or(entries)
}

/// How many entries come before the first silence of that length.
fn idle(entries: &[Arc<Entry>], length: Duration) -> Option<usize> {
    let is_mark = |entry: &Arc<Entry>| matches!(entry.event, Event::CycleBegan(_));
    if entries.iter().any(is_mark) {
        return None;
    }
    silences(entries, length).next()
}

/// The places of the entries that follow a silence of that length between two exchanges.
pub fn silences(entries: &[Arc<Entry>], length: Duration) -> impl Iterator<Item = usize> {
    let mut quiet_since: Option<Timestamp> = None;
    entries
        .iter()
        .enumerate()
        .filter_map(move |(place, entry)| {
            let exchange = entry.exchange()?;
            let is_after_silence = quiet_since.is_some_and(|since| entry.at.since(since) > length);
            quiet_since = quiet_since.max(Some(exchange.ended()));
            is_after_silence.then_some(place)
        })
}

fn moment_of(moment: &Moment, entries: &[Arc<Entry>], began: Timestamp) -> Option<Timestamp> {
    match moment {
        Moment::Start(after) => Some(began.plus(*after)),
        Moment::At(moment) => Some(*moment),
        Moment::Rule(rule, firing, after) => {
            let acted = |entry: &&Arc<Entry>| fired(entry).iter().any(|fired| fired.rule == *rule);
            let mut all = entries.iter().filter(acted);
            let entry = match firing {
                Firing::First => all.next(),
                Firing::Last => all.next_back(),
            };
            entry.map(|entry| entry.at.plus(*after))
        }
    }
}

fn fired(entry: &Entry) -> &[Fired] {
    match &entry.event {
        Event::Exchange(exchange) => &exchange.fired,
        Event::Probe(probe) => &probe.fired,
        Event::Incident(incident) => &incident.fired,
        Event::CycleBegan(_)
        | Event::CycleEnded(_)
        | Event::ClockMoved { .. }
        | Event::Changed(_)
        | Event::RulesChanged(_)
        | Event::RulesRefused(_) => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Probe;
    use crate::operation::Operation;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millisecond(0).plus(Duration::from_secs(seconds))
    }

    /// Probes at these seconds; the last of them was bent by the rule "good".
    fn entries(seconds: &[u64]) -> Vec<Arc<Entry>> {
        let last = seconds.len();
        let entry = |(number, second): (usize, &u64)| {
            let good = Fired {
                rule: "good".into(),
                count: 1,
                ..Fired::default()
            };
            let probe = Probe {
                operation: Operation::ProbeDns,
                domain: "main.com".into(),
                asked: String::new(),
                saw: String::new(),
                near: crate::entry::Near::default(),
                fired: if number + 1 == last {
                    vec![good]
                } else {
                    Vec::new()
                },
            };
            Arc::new(Entry {
                number: number as u64 + 1,
                at: at(*second),
                real: Duration::ZERO,
                event: Event::Probe(probe),
            })
        };
        seconds.iter().enumerate().map(entry).collect()
    }

    #[track_caller]
    fn check(end: &str, entries: &[Arc<Entry>], kept: usize) {
        let text = format!(
            r#"{{"scenario": "x", "v": 1, "end": {end}, "rules": [
                {{"id": "good", "on": "probe.dns", "do": {{"dns": {{"rcode": "NXDOMAIN"}}}}, "then": "proved"}}]}}"#
        );
        let script = super::super::parse(&text).unwrap();
        let row = script.rows(super::super::Pace::Quick).remove(0);
        assert_eq!(
            until_end(&row.scenario, entries, at(0)).len(),
            kept,
            "{end}"
        );
    }

    #[test]
    fn end_by_state_keeps_what_led_there() {
        let mut all = entries(&[1, 2, 3]);
        all.extend(entries(&[4, 5]));
        check(r#"{"state": "proved"}"#, &all, 3);
        check(r#"{"state": "proved"}"#, &all[..2], 2);
    }

    #[test]
    fn end_by_moment_counts_from_the_start_or_from_a_rule() {
        check(r#"{"at": "+2s"}"#, &entries(&[1, 2, 3]), 2);
        check(r#"{"at": "1970-01-01T00:00:01Z"}"#, &entries(&[1, 2, 3]), 1);
        let mut all = entries(&[1, 2]);
        all.extend(entries(&[3, 9]));
        check(r#"{"at": "good+1s"}"#, &all, 3);
    }
}
