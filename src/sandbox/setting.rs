//! What a world is made from.

use std::fmt;
use std::sync::Arc;

use super::Bounds;
use crate::clock::{Clock, Timestamp};
use crate::entropy::Entropy;
use crate::operation::Operation;
use crate::scenario::script::{ClockMode, ClockSetting};
use crate::scenario::state::State;
use crate::scenario::{Pace, Scenario};
use crate::scim::resource_type::ResourceTypes;
use crate::variation::Variation;

/// What makes a world: with the same setting, seed and requests it does the same again.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name in paths and host names; `default` for the default world.
    pub id: String,
    /// Where it is reached, without a trailing slash.
    pub base_url: String,
    /// The seed of its chance.
    pub seed: u64,
    /// Whether its answers vary where the RFCs leave them open.
    pub vary: bool,
    /// How its clock runs.
    pub clock: ClockSetting,
    /// What it holds at its start; a world that is made takes the users and groups out of it, into its store.
    pub state: State,
    /// The fault script, if there is one.
    pub scenario: Option<Scenario>,
    /// Which row of its file is played, by name; the first if absent.
    pub row: Option<String>,
    /// Which durations of its file hold.
    pub pace: Pace,
    /// How much it holds at most.
    pub bounds: Bounds,
    /// The resource types that it serves.
    pub types: Arc<ResourceTypes>,
    /// The date its ready tokens bear; its beginning if absent.
    pub issued: Option<Timestamp>,
    /// The port it has for itself, if it has one.
    pub port: Option<Port>,
}

impl Setting {
    /// What decides where more than one answer is lawful, if anything varies.
    pub fn variation(&self) -> Option<Variation> {
        let entropy = Entropy::from_seed(self.seed);
        self.vary.then(|| Variation::new(entropy))
    }

    /// A clock that runs as it wants, and what it shows.
    pub fn started_clock(&self) -> (Clock, Timestamp) {
        let start = self.clock.start;
        let start = start.unwrap_or_else(|| Clock::system().now());
        let clock = match self.clock.mode {
            ClockMode::Real => Clock::system(),
            ClockMode::Manual => Clock::manual(start),
            ClockMode::Scaled(rate) => Clock::scaled(start, rate),
        };
        let now = clock.now();
        (clock, now)
    }

    /// Whether its scenario has rules about that operation.
    pub fn is_about(&self, operation: Operation) -> bool {
        let scenario = self.scenario.as_ref();
        scenario.is_some_and(|scenario| scenario.is_about(operation))
    }
}

/// A port that is there for one world alone; it closes when nobody holds it any more.
pub type Port = Arc<dyn fmt::Debug + Send + Sync>;
