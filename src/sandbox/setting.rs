//! What a world is made from.

use std::fmt;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::operation::Operation;
use crate::scenario::Scenario;
use crate::scenario::script::ClockSetting;
use crate::scenario::state::State;
use crate::scim::resource_type::ResourceTypes;

/// What makes a world: with the same setting, seed and requests it does the same again.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name in paths and host names; `default` for the default world.
    pub id: String,
    /// Where it is reached, without a trailing slash.
    pub base_url: String,
    /// The seed of its chance.
    pub seed: u64,
    /// How its clock runs.
    pub clock: ClockSetting,
    /// What it holds at its start; a world that is made takes the users and groups out of it, into its store.
    pub state: State,
    /// The fault script, if there is one.
    pub scenario: Option<Scenario>,
    /// How many entries its journal keeps.
    pub journal_limit: usize,
    /// The resource types that it serves.
    pub types: Arc<ResourceTypes>,
    /// The date its ready tokens bear; its beginning if absent.
    pub issued: Option<Timestamp>,
    /// The port it has for itself, if it has one.
    pub port: Option<Port>,
}

impl Setting {
    /// Whether its scenario has rules about that operation.
    pub fn is_about(&self, operation: Operation) -> bool {
        let mut rules = self.scenario.iter().flat_map(Scenario::rules);
        rules.any(|rule| rule.on().contains(operation))
    }
}

/// A port that is there for one world alone; it closes when nobody holds it any more.
pub type Port = Arc<dyn fmt::Debug + Send + Sync>;
