//! Asks the engine before a request is handled, and alters the answer after.

use crate::exchange::{Reply, Request};
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::plan::Plan;

/// What the rules want done to this request; waits the planned delay on the sandbox clock.
pub(crate) async fn ask(_sandbox: &Sandbox, _operation: Operation, _request: &Request) -> Plan {
    Plan::default()
}

/// The answer as the rules want it.
pub(crate) fn alter(_plan: &Plan, reply: Reply) -> Reply {
    reply
}
