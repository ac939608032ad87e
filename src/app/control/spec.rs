//! What a tester says of a world to be made.

use std::mem;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::ControlError;
use crate::clock::Timestamp;
use crate::conformance::catalogue;
use crate::profile::BASE;
use crate::sandbox::{Bounds, Setting};
use crate::scenario::script::{ClockSetting, Pace};
use crate::scenario::state::State;
use crate::scenario::{self, Finding, Known, Scenario, Script};
use crate::scim::resource_type::ResourceTypes;

/// The starting states built into the binary, by name.
const STATES: [(&str, &str); 2] = [
    (
        "default",
        include_str!("../../../fixtures/states/default.json"),
    ),
    ("empty", include_str!("../../../fixtures/states/empty.json")),
];

/// A world to be made; everything may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SandboxSpec {
    /// Its name; drawn if absent.
    pub id: Option<String>,
    /// Its seed; the scenario's, then one from the system, if absent.
    pub seed: Option<u64>,
    /// Whether answers vary where the RFCs leave them open; as the scenario says, else not, if absent.
    pub vary: Option<bool>,
    /// The name of a starting state, `default` or `empty`, or a whole one.
    pub state: Option<Value>,
    /// The name of a profile, or single fields of it with the name of another as `base`; they win over the state's and
    /// the scenario's.
    pub profile: Option<Value>,
    /// A scenario, as the object its file would hold.
    pub scenario: Option<Value>,
    /// Which row of the scenario, by name; the first if absent.
    pub row: Option<String>,
    /// Which durations of the scenario hold.
    #[serde(deserialize_with = "pace")]
    pub pace: Pace,
    /// The clock, in place of the scenario's.
    #[serde(deserialize_with = "clock")]
    pub clock: Option<ClockSetting>,
    /// A scenario that has been read and checked already.
    #[serde(skip)]
    pub checked: Option<Scenario>,
    /// How many entries the journal keeps.
    pub journal_limit: Option<usize>,
    /// How many bytes of heads and bodies the journal keeps.
    pub journal_bytes: Option<usize>,
    /// How many answers and handshakes may wait at a time.
    pub stall_limit: Option<usize>,
    /// How many users, groups and other resources there may be, those deleted included.
    pub resource_limit: Option<usize>,
}

/// A name that may stand in a path and in a host name.
pub(super) fn accept_id(id: &str) -> Result<String, ControlError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=63).contains(&id.len())
        && id.bytes().all(plain)
        && !id.starts_with('-')
        && !id.ends_with('-')
    {
        return Ok(id.to_owned());
    }
    Err(ControlError::invalid(
        "a sandbox name has 1 to 63 of a-z, 0-9 and -, and neither begins nor ends with -",
    ))
}

fn pace<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pace, D::Error> {
    let word = String::deserialize(deserializer)?;
    word.parse().map_err(D::Error::custom)
}

/// A clock as a scenario file describes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenClock {
    mode: Option<String>,
    start: Option<String>,
}

fn clock<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ClockSetting>, D::Error> {
    let Some(given) = Option::<GivenClock>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let mode = given.mode.as_deref().unwrap_or("real");
    let setting = ClockSetting::parse(mode).ok_or_else(|| {
        D::Error::custom("the mode of a clock is real, manual, frozen, or a pace as in scaled:60")
    })?;
    let start = match &given.start {
        None => None,
        Some(text) => Some(Timestamp::parse(text).ok_or_else(|| {
            D::Error::custom("the start of a clock is a date as in 2030-01-01T00:00:00Z")
        })?),
    };
    Ok(Some(ClockSetting { start, ..setting }))
}

impl SandboxSpec {
    /// Takes the text of a scenario file; findings keep the lines of that text.
    pub fn read_scenario(&mut self, text: &str) -> Result<(), ControlError> {
        let row = row_in(text, self.pace, self.row.as_deref())?;
        self.checked = Some(row);
        Ok(())
    }

    /// The setting it stands for.
    pub fn into_setting(
        mut self,
        (id, base_url): (String, String),
        types: Arc<ResourceTypes>,
    ) -> Result<Setting, ControlError> {
        let bounds = self.bounds();
        let scenario = self.scenario()?;
        let mut state = state_of(self.state.take())?;
        if let Some(scenario) = &scenario {
            state = state.with(scenario.given());
        }
        state.profile.extend(self.profile()?);
        let clock = self
            .clock
            .or_else(|| scenario.as_ref().map(Scenario::clock))
            .unwrap_or_default();
        let vary = self
            .vary
            .or_else(|| scenario.as_ref().and_then(Scenario::vary));
        let seed = self
            .seed
            .or_else(|| scenario.as_ref().and_then(Scenario::seed));
        Ok(Setting {
            id,
            base_url,
            seed: seed.unwrap_or_else(crate::entropy::Entropy::seed_from_system),
            vary: vary.unwrap_or(false),
            clock,
            state,
            scenario,
            types,
            row: self.row,
            pace: self.pace,
            issued: None,
            port: None,
            bounds,
        })
    }

    /// Takes the limits of a world that is there where none are named.
    pub(super) fn like(mut self, bounds: Bounds) -> Self {
        self.journal_limit.get_or_insert(bounds.journal_entries);
        self.journal_bytes.get_or_insert(bounds.journal_bytes);
        self.stall_limit.get_or_insert(bounds.stalls);
        self.resource_limit.get_or_insert(bounds.resources);
        self
    }

    fn bounds(&self) -> Bounds {
        let usual = Bounds::default();
        let entries = self.journal_limit.unwrap_or(usual.journal_entries);
        Bounds {
            journal_entries: entries.clamp(1, 10_000_000),
            journal_bytes: self.journal_bytes.unwrap_or(usual.journal_bytes),
            stalls: self.stall_limit.unwrap_or(usual.stalls),
            resources: self.resource_limit.unwrap_or(usual.resources),
        }
    }

    fn scenario(&self) -> Result<Option<Scenario>, ControlError> {
        if let Some(checked) = &self.checked {
            return Ok(Some(checked.clone()));
        }
        let Some(value) = &self.scenario else {
            return Ok(None);
        };
        row_in(&value.to_string(), self.pace, self.row.as_deref()).map(Some)
    }

    /// The changes to the profile; that they are sound is seen when the world is built.
    fn profile(&self) -> Result<Map<String, Value>, ControlError> {
        match &self.profile {
            None => Ok(Map::new()),
            Some(Value::String(name)) => Ok(Map::from_iter([(BASE.into(), name.as_str().into())])),
            Some(Value::Object(fields)) => Ok(fields.clone()),
            Some(_) => Err(ControlError::invalid(
                "profile: the name of a profile or an object with fields of it is wanted",
            )),
        }
    }
}

pub(super) fn state_of(given: Option<Value>) -> Result<State, ControlError> {
    match given {
        None => named_state("default"),
        Some(Value::String(name)) => named_state(&name),
        Some(Value::Array(_)) => Err(ControlError::of_field(
            "state",
            "the name of a starting state or an object is wanted",
        )),
        Some(mut whole) => {
            let (users, groups) = (list(&mut whole, "users"), list(&mut whole, "groups"));
            let state: State = serde_path_to_error::deserialize(whole)
                .map_err(|error| ControlError::malformed(&error))?;
            Ok(State {
                users,
                groups,
                ..state
            })
        }
    }
}

/// Takes a list out of a state: there may be very many in it, and they stay as they are.
fn list(whole: &mut Value, name: &str) -> Vec<Value> {
    match whole.get_mut(name) {
        Some(Value::Array(list)) => mem::take(list),
        _ => Vec::new(),
    }
}

/// Reads a scenario file, the rules that it means to exercise included.
///
/// # Errors
///
/// Every mistake there is, in the order of the file.
///
/// # Examples
///
/// ```
/// let found = goto_double::read_script(r#"{"scenario": "x", "v": 1, "expect": [{"rule": "CRE-7"}]}"#).unwrap_err();
/// assert!(found[0].to_string().contains("did you mean"));
/// ```
pub fn read_script(text: &str) -> Result<Script, Vec<Finding>> {
    let known = known_rules();
    scenario::parse_with(
        text,
        Known {
            rules: Some(&known),
        },
    )
}

/// The ids of the catalogue's rules, which a scenario may name.
pub(super) fn known_rules() -> Vec<&'static str> {
    catalogue::rules().map(|rule| rule.id).collect()
}

/// One row of the text of a scenario file.
fn row_in(text: &str, pace: Pace, row: Option<&str>) -> Result<Scenario, ControlError> {
    let script = read_script(text).map_err(|found| ControlError::scenario(&found))?;
    row_of(&script, pace, row)
}

/// One row of a scenario file.
pub(super) fn row_of(
    script: &Script,
    pace: Pace,
    row: Option<&str>,
) -> Result<Scenario, ControlError> {
    let mut rows = script.rows(pace).into_iter();
    let found = match row {
        Some(name) => rows.find(|row| row.name == name),
        None => rows.next(),
    };
    found
        .map(|row| row.scenario)
        .ok_or_else(|| ControlError::invalid("the scenario has no row of that name"))
}

/// The built-in starting state of that name.
fn named_state(name: &str) -> Result<State, ControlError> {
    let text = STATES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text);
    let text = text.ok_or_else(|| {
        ControlError::invalid(&format!(
            "there is no starting state {name:?}; there are default and empty"
        ))
    })?;
    serde_json::from_str(text)
        .map_err(|error| ControlError::invalid(&format!("the state {name}: {error}")))
}
