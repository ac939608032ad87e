//! What a scenario expects of the client, as values.

mod read;

use std::time::Duration;

use super::count::Count;
use super::facts::Facts;
use super::predicate::{Predicate, Test};
use super::schedule::Scope;
use super::selector::Operations;

/// One entry of `expect`.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Its name.
    pub id: String,
    /// The rule of the catalogue that it stands for.
    pub rule: Option<String>,
    /// How strongly it is meant.
    pub level: Level,
    /// The clause behind it.
    pub reference: Option<String>,
    /// What must hold; `None` leaves the judgement to the catalogue.
    pub that: Option<That>,
}

/// How strongly an expectation is meant, [RFC 2119](https://www.rfc-editor.org/rfc/rfc2119).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// A miss is a failure.
    #[default]
    Must,
    /// A miss is a warning.
    Should,
    /// A miss is worth a line, nothing more.
    May,
}

impl Level {
    /// The word of the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
        }
    }
}

/// The kinds of expectations.
#[derive(Clone, Debug)]
pub enum That {
    /// A gap between two calls.
    Wait(Wait),
    /// A number of calls.
    Calls(Calls),
    /// A sequence of calls.
    Order(Vec<Step>),
    /// Growing gaps between repeats.
    Backoff(Backoff),
    /// What the store holds in the end.
    Final(Final),
}

/// Where an expectation begins: a rule of the script, or a call.
#[derive(Clone, Debug)]
pub enum Anchor {
    /// The first time that rule acted, for each key.
    Rule(String),
    /// Each such call.
    Calls(Operations),
}

/// Which calls are meant.
#[derive(Clone, Debug)]
pub enum Selection {
    /// Calls of these operations.
    On(Operations),
    /// Calls with the operation and the resource of the request on which that rule first acted.
    Like(String),
}

/// Calls of an expectation: which ones, and what must hold of them.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Which calls.
    pub selection: Selection,
    /// What must hold of each.
    pub condition: Vec<Predicate>,
}

impl Filter {
    /// Whether the predicates hold of a call.
    pub fn accepts(&self, facts: &Facts<'_>) -> bool {
        self.condition
            .iter()
            .all(|predicate| predicate.holds(facts))
    }
}

/// The gap from a call to the next one that matches.
#[derive(Clone, Debug)]
pub struct Wait {
    /// Where the gap begins.
    pub after: Anchor,
    /// What ends it.
    pub next: Operations,
    /// The shortest gap that will do.
    pub at_least: Option<AtLeast>,
    /// The longest gap that will do.
    pub at_most: Option<Duration>,
    /// How much too early is forgiven.
    pub slack: Duration,
    /// Within what calls belong together.
    pub per: Scope,
}

/// The shortest gap that will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtLeast {
    /// A length named in the file.
    Length(Duration),
    /// What the rule's own answer asked for.
    RetryAfter,
}

/// How many calls there are.
#[derive(Clone, Debug)]
pub struct Calls {
    /// Which calls are counted.
    pub filter: Filter,
    /// Only those after this rule first acted.
    pub after: Option<String>,
    /// Only those before this rule first acted.
    pub before: Option<String>,
    /// Only those so soon after `after`.
    pub within: Option<Duration>,
    /// How long after `after` nothing is counted yet.
    pub slack: Duration,
    /// Within what calls are counted.
    pub per: Scope,
    /// How many there must be.
    pub count: Count,
}

/// One step of a sequence.
#[derive(Clone, Debug)]
pub struct Step {
    /// What makes the step.
    pub kind: StepKind,
    /// What must hold of the call.
    pub condition: Vec<Predicate>,
    /// What the step must share with the first one.
    pub per: Option<Scope>,
}

/// What makes a step of a sequence.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// That rule acts.
    Rule(String),
    /// Such calls.
    Calls(Selection),
}

/// Growing gaps between the repeats of a call.
#[derive(Clone, Debug)]
pub struct Backoff {
    /// Which calls repeat.
    pub filter: Filter,
    /// Only those after this rule first acted.
    pub after: Option<String>,
    /// Within what calls are repeats of each other.
    pub per: Scope,
    /// The shortest first gap that will do.
    pub first: Option<Duration>,
    /// Each gap is at least so many times the one before, until the cap.
    pub growth: Option<f64>,
    /// No gap is longer.
    pub cap: Option<Duration>,
    /// How much is forgiven each time.
    pub slack: Duration,
}

/// What the store holds in the end.
#[derive(Clone, Debug)]
pub struct Final {
    /// Of what.
    pub select: Select,
    /// Which of them, by dotted paths of their JSON.
    pub(super) condition: Vec<(String, Test)>,
    /// What groups them.
    pub group_by: Option<String>,
    /// How many each group has.
    pub per_group: Option<Count>,
    /// How many there are.
    pub count: Option<Count>,
}

/// What an end state is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Select {
    /// Users.
    Users,
    /// Groups.
    Groups,
    /// Domains.
    Domains,
}

impl Select {
    /// The word of the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Domains => "domains",
        }
    }
}
