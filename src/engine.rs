//! The counters of a scenario's rules: the facts of a request in, a plan out.

use crate::clock::Timestamp;
use crate::scenario::facts::Facts;
use crate::scenario::plan::Plan;

/// Decides, by a scenario's rules, what happens to each request of one sandbox.
#[derive(Debug, Default)]
pub struct Engine {}

impl Engine {
    /// Whether no rule could ever act, so that nobody need gather facts.
    pub fn is_idle(&self) -> bool {
        true
    }

    /// What happens to this request.
    pub fn decide(&self, _facts: &Facts<'_>, _now: Timestamp) -> Plan {
        Plan::default()
    }
}
