//! What happened in a world, read and followed: the tester's verbs.

use std::sync::Arc;

use super::{Control, ControlError};
use crate::app::journal_json;
use crate::entry::Entry;
use crate::journal::{Batch, Following};
use crate::operation::{OPERATIONS, Operation};
use crate::sandbox::Sandbox;

/// The parameters of a query for entries of the journal, by the names of the fields of [`JournalFilter`].
pub(crate) const FILTER: &[&str] = &[
    "after",
    "operation",
    "kind",
    "status",
    "subject",
    "rule",
    "near",
];

/// Which entries of a journal are wanted; all that is named must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Those after this number.
    pub after: u64,
    /// Those of this operation: an exchange, a look-up, whatever bears its name.
    pub operation: Option<Operation>,
    /// Those of this kind, as `exchange` or `clock-moved`.
    pub kind: Option<String>,
    /// Exchanges that were answered with this status code.
    pub status: Option<u16>,
    /// Exchanges about this user, group or domain, by the name rules know it by, or by its id.
    pub subject: Option<String>,
    /// Those that this rule of the scenario acted on.
    pub rule: Option<String>,
    /// Those that this rule of the scenario nearly acted on: all but one of its conditions held.
    pub near: Option<String>,
}

impl JournalFilter {
    /// The operation of that name.
    pub(crate) fn operation_named(name: &str) -> Result<Operation, ControlError> {
        Operation::named(name).ok_or_else(|| {
            let near = OPERATIONS
                .iter()
                .map(|row| row.name)
                .max_by(|one, other| {
                    let near = |known| strsim::jaro_winkler(known, name);
                    near(one).total_cmp(&near(other))
                })
                .unwrap_or_default();
            let why = format!("there is no operation {name:?}; did you mean {near:?}?");
            ControlError::of_field("operation", why)
        })
    }

    /// Whether an entry is wanted.
    pub fn takes(&self, entry: &Entry) -> bool {
        let exchange = entry.exchange();
        let is_about = |wanted: &String| {
            let subject = exchange.and_then(|exchange| exchange.subject.as_ref());
            subject.is_some_and(|subject| {
                subject.key.eq_ignore_ascii_case(wanted) || subject.id.as_ref() == Some(wanted)
            })
        };
        let status = exchange.map(|exchange| exchange.reply.status.as_u16());
        let fired_by = |rule: &String| entry.fired().iter().any(|fired| fired.rule == *rule);
        let close_to = |rule: &String| entry.near().iter().any(|miss| miss.rule == *rule);
        entry.number > self.after
            && (self.operation.is_none() || entry.operation() == self.operation)
            && self
                .kind
                .as_ref()
                .is_none_or(|kind| entry.event.kind() == kind)
            && (self.status.is_none() || status == self.status)
            && self.subject.as_ref().is_none_or(is_about)
            && self.rule.as_ref().is_none_or(fired_by)
            && self.near.as_ref().is_none_or(close_to)
    }
}

impl Control {
    /// The journal's entries after the given number, oldest first.
    pub fn journal(&self, after: u64) -> Result<Vec<Arc<Entry>>, ControlError> {
        Ok(self.sandbox()?.journal.entries_after(after))
    }

    /// The journal's entries that a filter takes, oldest first.
    pub fn journal_where(&self, filter: &JournalFilter) -> Result<Vec<Arc<Entry>>, ControlError> {
        let mut entries = self.journal(filter.after)?;
        entries.retain(|entry| filter.takes(entry));
        Ok(entries)
    }

    /// Follows the journal: what is there and then what comes, until the world is reset or deleted.
    pub fn follow(&self, filter: JournalFilter) -> Result<Follower, ControlError> {
        let sandbox = self.sandbox()?;
        let following = Following::after(sandbox, filter.after);
        Ok(Follower { following, filter })
    }

    /// Forgets what the journal holds; numbers go on where they were.
    pub fn clear_journal(&self) -> Result<(), ControlError> {
        self.sandbox()?.journal.clear();
        Ok(())
    }
}

/// Follows the journal of one world from entry to entry.
#[derive(Debug)]
pub struct Follower {
    following: Following<Sandbox>,
    filter: JournalFilter,
}

impl Follower {
    /// Waits for the next entries, a few at a time; `None` when the world is gone.
    ///
    /// There may be none among them that the filter takes: whoever waits sees that time goes on.
    pub async fn next(&mut self) -> Option<Batch> {
        let mut batch = self.following.next().await?;
        batch.entries.retain(|entry| self.filter.takes(entry));
        Some(batch)
    }
}

/// Checks the name of a kind of entries.
pub(crate) fn kind_named(name: &str) -> Result<String, ControlError> {
    if journal_json::KINDS.contains(&name) {
        return Ok(name.to_owned());
    }
    let known = journal_json::KINDS.join(", ");
    Err(ControlError::of_field("kind", format!("there are {known}")))
}
