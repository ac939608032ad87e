//! The fault script as pure description: what to do to which request, and what to expect of the client.
//!
//! It reads, checks and decides; it holds no state, asks no clock and draws no dice.

mod amend;
mod check;
pub mod count;
pub mod ending;
mod expand;
pub mod expectation;
pub mod facts;
pub mod fault;
mod file;
pub mod finding;
pub mod judge;
pub mod limit;
mod parse;
pub mod plan;
mod position;
pub mod predicate;
mod reference;
mod row_name;
pub mod rule;
pub mod schedule;
pub mod script;
pub mod selector;
pub mod shortlist;
pub mod source;
pub mod state;
pub mod subject;
pub mod target;

pub use self::amend::place_of;
pub use self::finding::{Finding, Severity};
pub use self::judge::{After, ExpectationVerdict, judge};
pub use self::parse::{Known, parse, parse_with};
pub use self::reference::reference;
pub use self::script::{Pace, Row, Scenario, Script};

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod tests;
