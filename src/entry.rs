//! What the journal holds: one thing that happened, as a plain value.
//!
//! The engine of verdicts reads these and nothing else of the double's inside.
//! This module knows the clock's, the exchange's and the operation's values.

mod acted;

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::exchange::{Delivered, Delivery, Reply, Request};
use crate::operation::Operation;

pub use self::acted::{CameClose, Close, Fired, Near, NearMiss};

/// One thing that happened in a sandbox.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place in the journal, counted from 1 and never reused.
    pub number: u64,
    /// When it began, on the sandbox clock.
    pub at: Timestamp,
    /// When it began, in real time since the sandbox was created.
    pub real: Duration,
    /// What it was.
    pub event: Event,
}

impl Entry {
    /// The HTTP exchange, if it was one.
    pub fn exchange(&self) -> Option<&Exchange> {
        match &self.event {
            Event::Exchange(exchange) => Some(exchange),
            Event::Probe(_)
            | Event::Incident(_)
            | Event::CycleBegan(_)
            | Event::CycleEnded(_)
            | Event::ClockMoved { .. }
            | Event::Changed(_)
            | Event::RulesChanged(_)
            | Event::RulesRefused(_) => None,
        }
    }

    /// What is asked in it, or what befell: whatever bears the name of an operation.
    pub fn operation(&self) -> Option<Operation> {
        match &self.event {
            Event::Exchange(exchange) => exchange.operation,
            Event::Probe(probe) => Some(probe.operation),
            Event::Incident(incident) => incident.operation,
            _ => None,
        }
    }

    /// The rules that acted on it.
    pub fn fired(&self) -> &[Fired] {
        match &self.event {
            Event::Exchange(exchange) => &exchange.fired,
            Event::Probe(probe) => &probe.fired,
            Event::Incident(incident) => &incident.fired,
            _ => &[],
        }
    }

    /// The rules that nearly acted on it.
    pub fn near(&self) -> &[NearMiss] {
        match &self.event {
            Event::Exchange(exchange) => &exchange.near.misses,
            Event::Probe(probe) => &probe.near.misses,
            Event::Incident(incident) => &incident.near.misses,
            _ => &[],
        }
    }
}

/// The kinds of things that happen.
#[derive(Clone, Debug)]
pub enum Event {
    /// A client asked and was (or was not) answered.
    Exchange(Box<Exchange>),
    /// The double looked a domain's proof up.
    Probe(Probe),
    /// Something befell a connection before a request could be read from it.
    Incident(Incident),
    /// The tester said that a cycle of the client began.
    CycleBegan(u32),
    /// The tester said that a cycle of the client ended.
    CycleEnded(CycleEnd),
    /// The tester moved the clock.
    ClockMoved {
        /// By how much.
        by: Duration,
    },
    /// The tester, or a rule of the scenario, changed the state behind the client's back.
    Changed(Vec<Change>),
    /// Other rules took the place of those of the scenario.
    RulesChanged(RulesChange),
    /// The scenario's file was changed into one that cannot be played; what is wrong with it, a line for each finding.
    RulesRefused(Vec<String>),
}

impl Event {
    /// The same with what came close told.
    #[must_use]
    pub fn with_near(mut self, close: &Close) -> Self {
        let told = close.tell(&self);
        match &mut self {
            Self::Exchange(exchange) => exchange.near = told,
            Self::Probe(probe) => probe.near = told,
            Self::Incident(incident) => incident.near = told,
            _ => {}
        }
        self
    }

    /// The name of its kind, as the control surface and reports show it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Exchange(_) => "exchange",
            Self::Probe(_) => "probe",
            Self::Incident(_) => "incident",
            Self::CycleBegan(_) => "cycle-began",
            Self::CycleEnded(_) => "cycle-ended",
            Self::ClockMoved { .. } => "clock-moved",
            Self::Changed(_) => "changed",
            Self::RulesChanged(_) => "rules-changed",
            Self::RulesRefused(_) => "rules-refused",
        }
    }
}

/// One HTTP exchange.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What was asked.
    pub request: Request,
    /// What that is called; `None` for a path or method nobody answers.
    pub operation: Option<Operation>,
    /// Whom or what it was about, where that could be told.
    pub subject: Option<Subject>,
    /// What its bearer token was worth on arrival.
    pub token: TokenFacts,
    /// The rules that acted, in file order.
    pub fired: Vec<Fired>,
    /// Where more than one answer was lawful, and which was given.
    pub varied: Vec<Choice>,
    /// The rules that nearly acted.
    pub near: Near,
    /// What became of the store.
    pub changes: Vec<Change>,
    /// The answer, as it was to go out.
    pub reply: Reply,
    /// When the answer was ready, on the sandbox clock.
    pub answered: Timestamp,
    /// How the answer was to leave.
    pub delivery: Delivery,
    /// What really left.
    pub delivered: Arc<Delivered>,
}

impl Exchange {
    /// When the client had (all it would get of) the answer; while under way, when the answer was ready.
    pub fn ended(&self) -> Timestamp {
        self.delivered
            .ended_millisecond()
            .map_or(self.answered, Timestamp::from_millisecond)
    }

    /// Whether the exchange changed the store.
    pub fn committed(&self) -> bool {
        !self.changes.is_empty()
    }
}

/// One of several lawful forms of an answer that the seed decided for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What was left open.
    pub point: &'static str,
    /// The form it took.
    pub form: &'static str,
}

/// The kinds of subjects a request can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubjectKind {
    /// A user.
    User,
    /// A group.
    Group,
    /// A resource of a type that was loaded.
    Other,
    /// An e-mail domain.
    Domain,
    /// Somebody who signs in; not a user of the directory.
    Account,
    /// An OAuth client.
    Client,
}

impl SubjectKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::User,
        Self::Group,
        Self::Other,
        Self::Domain,
        Self::Account,
        Self::Client,
    ];

    /// Its word in scenario files and journals.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Other => "resource",
            Self::Domain => "domain",
            Self::Account => "account",
            Self::Client => "client",
        }
    }
}

/// Whom or what a request is about, however it named it.
///
/// A create body, a filter and a path that mean the same user have the same `key`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// User, group or domain.
    pub kind: SubjectKind,
    /// The case-folded `userName`, `displayName` or domain name; the id itself where no such resource was ever known.
    pub key: String,
    /// The server's id, where the request or the store knows it.
    pub id: Option<String>,
}

/// What a bearer token was worth when the request arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenFacts {
    /// A short fingerprint that tells tokens apart; never the token itself.
    pub fingerprint: Option<Arc<str>>,
    /// Whether it was accepted.
    pub live: bool,
    /// The OAuth client it was given to, or that authenticated itself.
    pub client: Option<Arc<str>>,
}

/// One change of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// User, group or domain.
    pub kind: SubjectKind,
    /// The id, or the domain's name.
    pub id: String,
    /// What became of it.
    pub verb: Verb,
}

/// What a change did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// It came to be.
    Created,
    /// It was changed.
    Updated,
    /// It is gone.
    Deleted,
}

/// A look-up of a domain's proof by the double itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// `probe.dns` or `probe.file`.
    pub operation: Operation,
    /// The domain.
    pub domain: String,
    /// What was asked of whom.
    pub asked: String,
    /// What came back, in words.
    pub saw: String,
    /// The rules that bent it.
    pub fired: Vec<Fired>,
    /// The rules that nearly did.
    pub near: Near,
}

/// What befell a connection before a request could be read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Which connection, counted from 1 over the life of the process.
    pub connection: u64,
    /// `tls.handshake`; none if it was no handshake.
    pub operation: Option<Operation>,
    /// What happened, in words.
    pub what: String,
    /// The rules that made it happen.
    pub fired: Vec<Fired>,
    /// The rules that nearly acted.
    pub near: Near,
}

/// How a cycle of the client ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleEnd {
    /// Which one, counted from 1.
    pub cycle: u32,
    /// The exit status of the client's process, if it ended by itself.
    pub exit: Option<i32>,
    /// Whether it was stopped at its time limit.
    pub timed_out: bool,
}

/// How the rules of a sandbox changed while it ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RulesChange {
    /// Whose doing it was: `file`, which was read anew, or `control`.
    pub by: &'static str,
    /// The ids of rules that were not there before, in file order.
    pub added: Vec<String>,
    /// The ids of rules that say something else now, and count anew, in file order.
    pub changed: Vec<String>,
    /// The ids of rules that are gone.
    pub removed: Vec<String>,
    /// How many rules are as they were, counters and all.
    pub kept: usize,
    /// The state that the rules are in now.
    pub state: String,
    /// What changed in the file too, and holds only from the next start on.
    pub restart: Vec<&'static str>,
}
