//! What the client had no part in and could not see: changes behind its back, and answers that did not tell the truth.
//!
//! It is judged by what it made of what it was told, so what follows from these is not held against it.

use crate::conformance::body::{fold, members_named, text};
use crate::conformance::call::Call;
use crate::conformance::rules::member::writes_group;
use crate::conformance::view::View;
use crate::entry::{Change, Event, SubjectKind};
use crate::operation::Operation;

impl View<'_> {
    /// Whether the tester, or a rule of the scenario, changed that resource behind the client's back.
    pub(crate) fn changed_behind(&self, id: &str) -> bool {
        self.changes_behind(0).any(|change| change.id == id)
    }

    /// Whether that happened to a user or a group of that folded name.
    fn name_changed_behind(&self, kind: SubjectKind, name: &str) -> bool {
        self.changes_behind(0)
            .any(|change| self.has_name(kind, change, name))
    }

    /// Whether that happened since the client's last cycle began.
    pub(crate) fn changed_at_last(&self, kind: SubjectKind, name: &str) -> bool {
        let began = self.run.cycles.last().map_or(0, |cycle| cycle.after);
        self.changes_behind(began)
            .any(|change| self.has_name(kind, change, name))
    }

    fn has_name(&self, kind: SubjectKind, change: &Change, name: &str) -> bool {
        let names = self.names_of(kind, &change.id);
        names.iter().any(|known| known == name)
    }

    fn changes_behind(&self, after: u64) -> impl Iterator<Item = &Change> {
        let later = self.run.entries.iter();
        let later = later.filter(move |entry| entry.number > after);
        later.flat_map(|entry| match &entry.event {
            Event::Changed(changes) => changes.as_slice(),
            Event::Exchange(_)
            | Event::Probe(_)
            | Event::Incident(_)
            | Event::CycleBegan(_)
            | Event::CycleEnded(_)
            | Event::ClockMoved { .. }
            | Event::RulesChanged(_)
            | Event::RulesRefused(_) => &[],
        })
    }

    /// Whether a read of that cycle showed what was not so: it lagged behind, or left somebody out.
    pub(crate) fn was_misled(&self, cycle: usize) -> bool {
        self.calls_of(cycle)
            .any(|call| !call.is_write() && is_deceived(call))
    }

    /// Whether a write makes up for one that did not get through in the cycle before, or for what was changed behind the
    /// client's back: of whom it is about, or of those whom it puts into a group.
    pub(crate) fn is_overdue(&self, write: &Call<'_>, before: usize) -> bool {
        let target = write
            .target(SubjectKind::User)
            .or_else(|| write.target(SubjectKind::Group));
        match (target, write.creates()) {
            (Some(id), _) if self.is_unsettled(&id, before) => true,
            (Some(_), _) if writes_group(write) => {
                let members = write.body.as_ref().map(members_named).unwrap_or_default();
                let mut ids = members.into_iter().filter_map(|id| id.as_str());
                ids.any(|id| self.is_unsettled(id, before))
            }
            (Some(_), _) => false,
            (None, Some(user)) => {
                let same = |call: &&Call<'_>| call.creates().as_ref() == Some(&user);
                self.name_changed_behind(SubjectKind::User, &user)
                    || self.failed_at_last(before, same)
            }
            (None, None) => {
                let group = write
                    .body
                    .as_ref()
                    .filter(|_| write.is(Operation::CreateGroup));
                let name = group.and_then(|body| text(body, "displayName")).map(fold);
                name.is_some_and(|name| self.name_changed_behind(SubjectKind::Group, &name))
                    || self.failed_at_last(before, |call| call.op == write.op)
            }
        }
    }

    /// Whether a resource was changed behind the client's back, or its last write in that cycle did not get through.
    fn is_unsettled(&self, id: &str, cycle: usize) -> bool {
        let names = self.names_of(SubjectKind::User, id);
        let is_about = |call: &&Call<'_>| {
            call.target(SubjectKind::User).as_deref() == Some(id)
                || call.target(SubjectKind::Group).as_deref() == Some(id)
                || call.creates().is_some_and(|user| names.contains(&user))
        };
        self.changed_behind(id)
            || names
                .iter()
                .any(|user| self.name_changed_behind(SubjectKind::User, user))
            || self.failed_at_last(cycle, is_about)
    }

    fn failed_at_last(&self, cycle: usize, of: impl Fn(&&Call<'_>) -> bool) -> bool {
        let mut writes = self.calls_of(cycle).filter(|call| call.is_write());
        let last = writes.rfind(of);
        last.is_some_and(|last| !last.succeeded() || is_deceived(last))
    }
}

/// Whether the store did or showed something else than its answer says.
fn is_deceived(call: &Call<'_>) -> bool {
    let mut fired = call.exchange.fired.iter();
    fired.any(|one| one.misleads)
}
