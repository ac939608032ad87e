//! A run as the observers share it: the client's calls in order, and who is who in them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::conformance::body::{fold, text};
use crate::conformance::call::Call;
use crate::conformance::client_profile::ClientProfile;
use crate::conformance::run::{Cycle, Run};
use crate::entry::{SubjectKind, Verb};
use crate::operation::Operation;
use crate::scenario::source::{Source, SourceUser};

/// A run, read once for all observers.
#[derive(Debug)]
pub(crate) struct View<'r> {
    /// The run.
    pub(crate) run: &'r Run,
    /// What may be expected of the client.
    pub(crate) profile: &'r ClientProfile,
    /// The client's calls, oldest first.
    pub(crate) calls: Vec<Call<'r>>,
    /// The folded `userName` or `displayName`s that each id has had.
    names: BTreeMap<(SubjectKind, String), Vec<String>>,
    /// The folded `userName`s that the source gave each `externalId`.
    keys: BTreeMap<&'r str, BTreeSet<String>>,
    /// The calls by which a listing had shown everybody there is.
    complete: BTreeSet<u64>,
}

/// What an answer told the client of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// There is such a user.
    Present,
    /// There is none.
    Absent,
    /// The name is taken; by whom was not said.
    Taken,
    /// Nothing that could be relied on.
    Unclear,
}

impl<'r> View<'r> {
    /// Reads a run.
    pub(crate) fn new(run: &'r Run, profile: &'r ClientProfile) -> Self {
        let calls = run
            .entries
            .iter()
            .filter_map(|entry| Call::read(entry, cycle_of(run, entry.number)))
            .collect();
        let mut view = Self {
            run,
            profile,
            calls,
            names: BTreeMap::new(),
            keys: BTreeMap::new(),
            complete: BTreeSet::new(),
        };
        view.learn_names();
        view.learn_keys();
        view.learn_listings();
        view
    }

    fn learn_names(&mut self) {
        for snapshot in [&self.run.before, &self.run.after] {
            for user in &snapshot.users {
                learn(&mut self.names, SubjectKind::User, user);
            }
            for group in &snapshot.groups {
                learn(&mut self.names, SubjectKind::Group, group);
            }
        }
        for call in &self.calls {
            for change in &call.exchange.changes {
                let names = self
                    .names
                    .entry((change.kind, change.id.clone()))
                    .or_default();
                let body = call.body.as_ref().filter(|_| change.verb == Verb::Created);
                names.extend(body.and_then(|body| name(change.kind, body)));
            }
            if call.lists_users() {
                for row in call.page().iter().flat_map(|page| &page.rows) {
                    learn(&mut self.names, SubjectKind::User, row);
                }
            } else if let (Some(answer), Some(kind)) = (&call.answer, kind(call)) {
                learn(&mut self.names, kind, answer);
            }
        }
    }

    fn learn_keys(&mut self) {
        for user in self.run.cycles.iter().flat_map(|cycle| &cycle.source.users) {
            if !user.external_id.is_empty() {
                let names = self.keys.entry(&user.external_id).or_default();
                names.insert(fold(&user.user_name));
            }
        }
    }

    /// Adds up the pages of each cycle's listings.
    fn learn_listings(&mut self) {
        let mut seen: BTreeMap<Option<usize>, BTreeSet<String>> = BTreeMap::new();
        for call in self.calls.iter().filter(|call| call.lists_everybody()) {
            let Some(page) = call.page() else { continue };
            let seen = seen.entry(call.cycle).or_default();
            let name = |row: &Value| text(row, "id").map_or_else(|| row.to_string(), str::to_owned);
            seen.extend(page.rows.iter().map(|row| name(row)));
            if seen.len() >= page.total {
                self.complete.insert(call.number);
            }
        }
    }

    /// Whether the server ever gave out that id.
    pub(crate) fn knows_id(&self, kind: SubjectKind, id: &str) -> bool {
        self.names.contains_key(&(kind, id.to_owned()))
    }

    /// Every id the server gave out.
    pub(crate) fn ids(&self) -> impl Iterator<Item = (SubjectKind, &str)> {
        self.names.keys().map(|(kind, id)| (*kind, id.as_str()))
    }

    /// Whether that id belongs, or belonged, to the user of that folded name.
    pub(crate) fn is_id_of(&self, id: &str, user: &str) -> bool {
        self.names
            .get(&(SubjectKind::User, id.to_owned()))
            .is_some_and(|names| names.iter().any(|name| name == user))
    }

    /// The folded names that id has had.
    pub(crate) fn names_of(&self, kind: SubjectKind, id: &str) -> &[String] {
        self.names
            .get(&(kind, id.to_owned()))
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The calls of one cycle.
    pub(crate) fn calls_of(&self, cycle: usize) -> impl DoubleEndedIterator<Item = &Call<'r>> {
        self.calls
            .iter()
            .filter(move |call| call.cycle == Some(cycle))
    }

    /// The calls that were made after the client had that one's answer.
    pub(crate) fn calls_after<'v>(
        &'v self,
        first: &'v Call<'r>,
    ) -> impl Iterator<Item = &'v Call<'r>> {
        self.calls.iter().filter(move |call| first.precedes(call))
    }

    /// The same, in the cycle of that call.
    pub(crate) fn calls_after_in_cycle<'v>(
        &'v self,
        first: &'v Call<'r>,
    ) -> impl Iterator<Item = &'v Call<'r>> {
        self.calls_after(first)
            .filter(move |call| call.cycle == first.cycle)
    }

    /// What the client was to provision when it made that call.
    pub(crate) fn source(&self, call: &Call<'_>) -> Option<&'r Source> {
        self.run.cycles.get(call.cycle?).map(|cycle| &cycle.source)
    }

    /// The user of that folded name in a source.
    pub(crate) fn source_user<'s>(source: &'s Source, user: &str) -> Option<&'s SourceUser> {
        source
            .users
            .iter()
            .find(|each| fold(&each.user_name) == user)
    }

    /// Every user that any cycle's source named.
    pub(crate) fn source_users(&self) -> impl Iterator<Item = &'r SourceUser> {
        self.run.cycles.iter().flat_map(|cycle| &cycle.source.users)
    }

    /// Whether the source gave the user of that folded name that key.
    pub(crate) fn has_external_id(&self, user: &str, external_id: &str) -> bool {
        self.keys
            .get(external_id)
            .is_some_and(|names| names.contains(user))
    }

    /// Whether a filter names that user.
    pub(crate) fn asks_for(&self, call: &Call<'_>, user: &str) -> bool {
        call.lists_users()
            && call.asked.equalities().any(|term| {
                term.value.as_str().is_some_and(|value| {
                    fold(value) == user
                        || (term.attribute == "externalid" && self.has_external_id(user, value))
                        || (term.attribute == "id" && self.is_id_of(value, user))
                })
            })
    }

    /// Whether a row is about that user.
    pub(crate) fn row_is(&self, row: &Value, user: &str) -> bool {
        text(row, "userName").is_some_and(|name| fold(name) == user)
            || text(row, "externalId").is_some_and(|id| self.has_external_id(user, id))
    }

    /// What the answer to that call told of the user, if anything.
    pub(crate) fn word(&self, call: &Call<'_>, user: &str) -> Option<Word> {
        if call.lists_users() {
            return self.word_of_list(call, user);
        }
        if call.creates().as_deref() == Some(user) {
            return match call.status().as_u16() {
                _ if call.failed() => Some(Word::Unclear),
                200..=299 => Some(Word::Present),
                409 => Some(Word::Taken),
                _ => None,
            };
        }
        let id = call.target(SubjectKind::User)?;
        if !self.is_id_of(&id, user) || !call.got() {
            return None;
        }
        match call.status().as_u16() {
            404 | 410 => Some(Word::Absent),
            200..=299 if call.is(Operation::DeleteUser) => Some(Word::Absent),
            200..=299 => Some(Word::Present),
            _ => None,
        }
    }

    fn word_of_list(&self, call: &Call<'_>, user: &str) -> Option<Word> {
        let named = self.asks_for(call, user);
        if !named && !call.lists_everybody() {
            return None;
        }
        let Some(page) = call.page() else {
            return match call.status().as_u16() {
                404 if call.got() && named => Some(Word::Absent),
                // The page is one of many, but the first one is where a listing succeeds or fails.
                _ if (call.failed() || call.status().is_success()) && named => Some(Word::Unclear),
                _ if call.failed() || call.status().is_success() => {
                    let first = call.paging("startIndex").is_none_or(|at| at <= 1);
                    first.then_some(Word::Unclear)
                }
                _ => None,
            };
        };
        if page.rows.iter().any(|row| self.row_is(row, user)) {
            Some(Word::Present)
        } else if named || self.complete.contains(&call.number) {
            Some(Word::Absent)
        } else {
            None
        }
    }

    /// The last thing the client was told of the user before it made that call.
    pub(crate) fn last_word(&self, user: &str, before: &Call<'r>) -> Option<(Word, &Call<'r>)> {
        self.calls
            .iter()
            .rev()
            .filter(|call| call.precedes(before))
            .find_map(|call| Some((self.word(call, user)?, call)))
    }

    /// Whether the cycle was cut short, or ended while the server was failing: what is missing then proves nothing.
    pub(crate) fn hampered(&self, cycle: usize) -> bool {
        let cut_short = self.run.cycles.get(cycle).is_some_and(|of| of.timed_out);
        let last = self.calls_of(cycle).next_back();
        cut_short || last.is_some_and(|call| call.failed() || call.status().as_u16() == 403)
    }

    /// Whether the client did anything in that cycle, or ended by itself without needing to.
    pub(crate) fn ran(&self, cycle: usize) -> bool {
        let ended = self
            .run
            .cycles
            .get(cycle)
            .is_some_and(|of| of.exit.is_some() && !of.timed_out);
        ended || self.calls_of(cycle).next().is_some()
    }

    /// The writes to one user's id, made by that id.
    pub(crate) fn writes_to<'v>(&'v self, id: &'v str) -> impl Iterator<Item = &'v Call<'r>> {
        self.calls.iter().filter(move |call| {
            call.is_write() && call.target(SubjectKind::User).as_deref() == Some(id)
        })
    }

    /// The rows of the end state that are about that user.
    pub(crate) fn rows_after(&self, user: &str) -> Vec<&'r Value> {
        let rows = self.run.after.users.iter();
        rows.filter(|row| text(row, "userName").is_some_and(|name| fold(name) == user))
            .collect()
    }

    /// Each pair of cycles that follow one another, with the index of the second.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (usize, &'r Cycle, &'r Cycle)> {
        let cycles = &self.run.cycles;
        cycles
            .iter()
            .zip(cycles.iter().skip(1))
            .enumerate()
            .map(|(index, (earlier, later))| (index + 1, earlier, later))
    }
}

fn cycle_of(run: &Run, number: u64) -> Option<usize> {
    run.cycles
        .iter()
        .position(|cycle| cycle.after < number && number <= cycle.until)
}

fn kind(call: &Call<'_>) -> Option<SubjectKind> {
    if call.is(Operation::CreateUser) {
        return Some(SubjectKind::User);
    }
    if call.is(Operation::CreateGroup) {
        return Some(SubjectKind::Group);
    }
    call.raw_target().map(|(kind, _)| kind)
}

fn name(kind: SubjectKind, resource: &Value) -> Option<String> {
    let attribute = match kind {
        SubjectKind::User => "userName",
        SubjectKind::Group | SubjectKind::Other => "displayName",
        SubjectKind::Domain => "name",
        // Neither is a resource that a client provisions.
        SubjectKind::Account | SubjectKind::Client => return None,
    };
    text(resource, attribute).map(fold)
}

fn learn(
    names: &mut BTreeMap<(SubjectKind, String), Vec<String>>,
    kind: SubjectKind,
    resource: &Value,
) {
    let Some(id) = text(resource, "id") else {
        return;
    };
    let known = names.entry((kind, id.to_owned())).or_default();
    if let Some(name) = name(kind, resource)
        && !known.contains(&name)
    {
        known.push(name);
    }
}
