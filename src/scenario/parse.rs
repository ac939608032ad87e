//! From the text of a scenario file to a checked script, with every finding on the way.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::profile::Profile;

use super::check::{self, Written};
use super::expand::{self, Binding, Names};
use super::expectation::Expectation;
use super::file::{self, File};
use super::finding::{Complaint, Finding, Findings, Pointer, Severity};
use super::position;
use super::rule::Rule;
use super::schedule::{Moment, duration};
use super::script::{ClockMode, ClockSetting, CycleStep, End, Pace, Row, Scenario, Script};
use super::state::State;

/// What a scenario file may name that is not in it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'k> {
    /// The ids of the catalogue's rules; `None` leaves `expect[].rule` unchecked.
    pub rules: Option<&'k [&'k str]>,
}

/// Reads a scenario file.
///
/// # Errors
///
/// Every finding, warnings too, in the order of the file, if one of them is an error.
///
/// # Examples
///
/// ```
/// let script = goto_double::scenario::parse(r#"{"scenario": "nothing", "v": 1}"#).unwrap();
/// assert_eq!(script.name(), "nothing");
/// let findings = goto_double::scenario::parse(r#"{"scenario": "nothing"}"#).unwrap_err();
/// assert_eq!(findings[0].to_string(), "1:1: the key \"v\" is missing");
/// ```
pub fn parse(text: &str) -> Result<Script, Vec<Finding>> {
    parse_with(text, Known::default())
}

/// Reads a scenario file and checks the names it takes from elsewhere.
///
/// # Errors
///
/// As [`parse`].
pub fn parse_with(text: &str, known: Known<'_>) -> Result<Script, Vec<Finding>> {
    // Some editors write the mark, and no reader has to mind it (RFC 8259 section 8.1).
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut findings = Findings::default();
    let (value, failed, positions) = position::read(text, &mut findings);
    let Some(value) = value else {
        return Err(failed);
    };
    let paced = read_paces(&value, known, &mut findings);
    let mut found: Vec<_> = findings
        .into_raw()
        .into_iter()
        .map(|raw| positions.place(text, raw))
        .collect();
    found.sort_by_key(|finding| (finding.line, finding.column));
    let refused = found
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    match paced {
        Some((quick, real)) if !refused => script(quick, real, found).ok_or_else(Vec::new),
        _ => Err(found),
    }
}

fn script(quick: Vec<Row>, real: Option<Vec<Row>>, warnings: Vec<Finding>) -> Option<Script> {
    let first = &quick.first()?.scenario;
    Some(Script {
        name: first.name.clone(),
        about: first.about.clone(),
        refs: first.refs.clone(),
        seed: first.seed,
        quick,
        real,
        warnings,
    })
}

type Paced = (Vec<Row>, Option<Vec<Row>>);

fn read_paces(value: &Value, known: Known<'_>, findings: &mut Findings) -> Option<Paced> {
    let root = Pointer::default();
    let Value::Object(members) = value else {
        findings.error(&root, "a scenario file is one JSON object");
        return None;
    };
    expand::unused(members, findings);
    let bindings = expand::bindings(members.get("each"), &root.key("each"), findings);
    let quick = read_rows(members, &bindings, Pace::Quick, (known, &mut *findings));
    if members.contains_key("paces") {
        let real = read_rows(members, &bindings, Pace::Real, (known, findings));
        return Some((quick?, Some(real?)));
    }
    Some((quick?, None))
}

fn read_rows(
    members: &Map<String, Value>,
    bindings: &[Binding],
    pace: Pace,
    (known, findings): (Known<'_>, &mut Findings),
) -> Option<Vec<Row>> {
    let root = Pointer::default();
    let at = root.key("paces");
    let paces = expand::paces(members.get("paces"), pace, &at, findings).unwrap_or_default();
    let written = expand::names(members);
    let mut rows = Vec::with_capacity(bindings.len());
    let spoilt = findings.spoilt();
    for binding in bindings {
        findings.heal(spoilt);
        let mut values = paces.clone();
        for (name, value) in &binding.values {
            if values.insert(name.clone(), value.clone()).is_some() {
                let complaint = format!("\"{name}\" is a pace and a name of the matrix");
                findings.error(&root.key("each"), complaint);
            }
        }
        let mut members = members.clone();
        for name in ["each", "paces"] {
            members.shift_remove(name);
        }
        let names = Names {
            values: &values,
            written: &written,
        };
        let filled = expand::fill(&Value::Object(members), names, &root, findings);
        let scenario = read_scenario(&filled, known, findings);
        if let Some(scenario) = &scenario
            && !findings.is_spoilt_within(&root.key("rules"))
        {
            check::numbers(scenario, findings);
        }
        rows.push(scenario.map(|scenario| Row {
            name: binding.name.clone(),
            scenario,
        }));
    }
    rows.into_iter().collect()
}

pub(super) fn read_scenario(
    value: &Value,
    known: Known<'_>,
    findings: &mut Findings,
) -> Option<Scenario> {
    let root = Pointer::default();
    let file: File = file::read(value, &root, findings)?;
    if file.v != 1 {
        let complaint = format!("this version reads format 1, not {}", file.v);
        findings.error(&root.key("v"), complaint);
    }
    if file.scenario.is_empty() {
        findings.error(&root.key("scenario"), "a scenario needs a name");
    }
    let clock = read_clock(file.clock.as_ref(), &root.key("clock"), findings);
    let given = read_given(file.given.as_ref(), &root.key("given"), findings);
    let rules = read_list(&file.rules, &root.key("rules"), findings, Rule::read);
    let expectations = read_list(
        &file.expect,
        &root.key("expect"),
        findings,
        Expectation::read,
    );
    let cycles = read_list(
        &file.cycles,
        &root.key("cycles"),
        findings,
        |cycle, at, findings| Some(read_cycle(cycle, at, findings)),
    );
    let end = file
        .end
        .as_ref()
        .and_then(|end| read_end(end, &root.key("end"), findings));
    let rules_at = root.key("rules");
    let is_whole = rules.iter().all(Option::is_some) && !findings.is_spoilt_within(&rules_at);
    for (index, rule) in rules.iter().enumerate() {
        if let Some(rule) = rule {
            check::rule(rule, &root.key("rules").index(index), findings);
        }
    }
    let ids = file.rules.iter().filter_map(|rule| rule["id"].as_str());
    let written = Written {
        ids: ids.map(str::to_owned).collect(),
        rules: places(&rules),
        expectations: places(&expectations),
        is_whole,
    };
    let cycles: Vec<_> = cycles.into_iter().flatten().collect();
    let scenario = Scenario {
        name: file.scenario,
        about: file.about,
        refs: file.refs,
        seed: file.seed,
        vary: file.vary,
        clock,
        given,
        rules: rules.into_iter().flatten().collect(),
        expectations: expectations.into_iter().flatten().collect(),
        cycles: or_one(cycles),
        end,
        written: Arc::new(value.as_object().cloned().unwrap_or_default()),
    };
    check::together(&scenario, &written, known, findings);
    Some(scenario)
}

/// One cycle that changes nothing, where the file names none.
fn or_one(mut cycles: Vec<CycleStep>) -> Vec<CycleStep> {
    if cycles.is_empty() {
        cycles.push(CycleStep::default());
    }
    cycles
}

/// Where those are that could be read.
fn places<T>(list: &[Option<T>]) -> Vec<usize> {
    let list = list.iter().enumerate();
    let read = list.filter_map(|(index, one)| one.as_ref().map(|_| index));
    read.collect()
}

fn read_list<F: serde::de::DeserializeOwned, T>(
    list: &[Value],
    at: &Pointer,
    findings: &mut Findings,
    read: impl Fn(&F, &Pointer, &mut Findings) -> Option<T>,
) -> Vec<Option<T>> {
    list.iter()
        .enumerate()
        .map(|(index, value)| {
            let at = at.index(index);
            let written: F = file::read(value, &at, findings)?;
            read(&written, &at, findings)
        })
        .collect()
}

fn read_clock(clock: Option<&file::Clock>, at: &Pointer, findings: &mut Findings) -> ClockSetting {
    let Some(clock) = clock else {
        return ClockSetting::default();
    };
    let mode = clock
        .mode
        .as_deref()
        .and_then(|mode| findings.keep(&at.key("mode"), clock_mode(mode)));
    let start = clock.start.as_deref().and_then(|start| {
        let moment = Timestamp::parse(start);
        let complaint = || Complaint::new(format!("\"{start}\" is no date-time of RFC 3339"));
        findings.keep(&at.key("start"), moment.ok_or_else(complaint))
    });
    ClockSetting {
        mode: mode.unwrap_or_default(),
        start,
    }
}

fn clock_mode(text: &str) -> Result<ClockMode, Complaint> {
    match text.split_once(':') {
        None if text == "real" => Ok(ClockMode::Real),
        None if text == "manual" => Ok(ClockMode::Manual),
        Some(("scaled", factor)) => factor
            .parse()
            .ok()
            .filter(|factor: &f64| factor.is_finite() && *factor > 0.0)
            .map(ClockMode::Scaled)
            .ok_or_else(|| Complaint::new(format!("\"{factor}\" is no pace of a clock"))),
        _ => Err(Complaint::unknown(
            "mode of a clock",
            text,
            ["real", "manual", "scaled:60"],
        )),
    }
}

fn read_given(given: Option<&Value>, at: &Pointer, findings: &mut Findings) -> State {
    let Some(state) = given.and_then(|given| file::read::<State>(given, at, findings)) else {
        return State::default();
    };
    profile(&state.profile, &at.key("profile"), findings);
    check::given(&state, at, findings);
    state
}

/// Looks at each field of a profile by itself, so that one mistake hides no other.
fn profile(fields: &Map<String, Value>, at: &Pointer, findings: &mut Findings) {
    for (name, value) in fields {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        if let Err(message) = Profile::of(&alone) {
            let named = format!("{name}: ");
            let message = message.strip_prefix(&named).unwrap_or(&message);
            let complaint = file::readable(message);
            findings.error_at_key(&at.key(name), complaint);
        }
    }
}

fn read_cycle(cycle: &file::Cycle, at: &Pointer, findings: &mut Findings) -> CycleStep {
    let clock = cycle.clock.as_deref().and_then(|text| {
        let moved = duration(text.strip_prefix('+').unwrap_or(text));
        findings.keep(&at.key("clock"), moved)
    });
    let limit = cycle
        .limit
        .as_deref()
        .and_then(|text| findings.keep(&at.key("limit"), duration(text)));
    if limit.is_some_and(|limit| limit.is_zero()) {
        findings.error(&at.key("limit"), "no client can do anything in no time");
    }
    CycleStep {
        source: cycle.source.clone(),
        clock: clock.unwrap_or_default(),
        limit,
        target: cycle.target.clone(),
    }
}

fn read_end(end: &file::End, at: &Pointer, findings: &mut Findings) -> Option<End> {
    match (&end.idle, &end.at, &end.state) {
        (Some(idle), None, None) => findings
            .keep(&at.key("idle"), duration(idle))
            .map(End::Idle),
        (None, Some(moment), None) => findings
            .keep(&at.key("at"), Moment::parse(moment))
            .map(End::At),
        (None, None, Some(state)) => Some(End::State(state.clone())),
        _ => {
            findings.error(at, "expected exactly one of idle, at, state");
            None
        }
    }
}
