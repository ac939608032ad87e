//! What a tester says of a world to be made.

use serde::Deserialize;
use serde_json::Value;

use super::ControlError;
use crate::sandbox::Setting;
use crate::scenario::clock_mode::ClockMode;
use crate::scenario::pace::Pace;
use crate::scenario::state::State;
use crate::scenario::{self, Scenario};

/// The starting states built into the binary, by name.
pub const STATES: [(&str, &str); 2] = [
    (
        "default",
        include_str!("../../../fixtures/states/default.json"),
    ),
    ("empty", include_str!("../../../fixtures/states/empty.json")),
];

/// How many entries a journal keeps unless told otherwise.
pub const JOURNAL_LIMIT: usize = 10_000;

/// A world to be made; everything may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SandboxSpec {
    /// Its name; drawn if absent.
    pub id: Option<String>,
    /// Its seed; the scenario's, then one from the system, if absent.
    pub seed: Option<u64>,
    /// The name of a starting state, `default` or `empty`, or a whole one.
    pub state: Option<Value>,
    /// A scenario, as the object its file would hold.
    pub scenario: Option<Value>,
    /// Which row of the scenario, by name; the first if absent.
    pub row: Option<String>,
    /// Which durations of the scenario hold.
    pub pace: Pace,
    /// The clock, in place of the scenario's.
    #[serde(skip)]
    pub clock: Option<ClockMode>,
    /// A scenario that has been read and checked already.
    #[serde(skip)]
    pub checked: Option<Scenario>,
    /// How many entries the journal keeps.
    pub journal_limit: Option<usize>,
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

impl SandboxSpec {
    /// The setting it stands for.
    pub fn into_setting(
        self,
        id: String,
        seed: Option<u64>,
        base_url: String,
    ) -> Result<Setting, ControlError> {
        let scenario = self.scenario()?;
        let mut state = self.state()?;
        if let Some(scenario) = &scenario {
            state = state.with(scenario.given());
        }
        let clock = self
            .clock
            .or_else(|| scenario.as_ref().map(Scenario::clock))
            .unwrap_or(ClockMode::Real);
        let seed = self
            .seed
            .or(seed)
            .or_else(|| scenario.as_ref().and_then(Scenario::seed));
        Ok(Setting {
            id,
            base_url,
            seed: seed.unwrap_or_else(crate::entropy::Entropy::seed_from_system),
            clock,
            state,
            scenario,
            journal_limit: self
                .journal_limit
                .unwrap_or(JOURNAL_LIMIT)
                .clamp(1, 10_000_000),
        })
    }

    fn scenario(&self) -> Result<Option<Scenario>, ControlError> {
        if let Some(checked) = &self.checked {
            return Ok(Some(checked.clone()));
        }
        let Some(value) = &self.scenario else {
            return Ok(None);
        };
        let script = scenario::parse(&value.to_string())
            .map_err(|findings| ControlError::scenario(&findings))?;
        let rows = script.rows(self.pace);
        let row = match &self.row {
            Some(name) => rows.into_iter().find(|row| &row.name == name),
            None => rows.into_iter().next(),
        };
        let row =
            row.ok_or_else(|| ControlError::invalid("the scenario has no row of that name"))?;
        Ok(Some(row.scenario))
    }

    fn state(&self) -> Result<State, ControlError> {
        match &self.state {
            None => named_state("default"),
            Some(Value::String(name)) => named_state(name),
            Some(whole) => serde_json::from_value(whole.clone())
                .map_err(|error| ControlError::invalid(&format!("the state: {error}"))),
        }
    }
}

/// The built-in starting state of that name.
pub fn named_state(name: &str) -> Result<State, ControlError> {
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
