//! The members of one group, in the order in which they joined it.

use std::sync::Arc;

use compact_str::CompactString;
use imbl::OrdMap;
use serde_json::{Map, Value};

use super::index::{Index, hash};
use crate::scim::resource_type::Kind;

/// The members of one group. Cloning shares everything; to find, add or take out one costs about the same in any group.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    order: OrdMap<u64, Member>,
    by_id: Index,
    next: u64,
}

/// One member. Its `$ref` and `type` follow from whom it names, so they are not kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    pub(super) id: CompactString,
    pub(super) kind: Kind,
    pub(super) more: More,
}

/// What the client said of a member beyond its id; nothing of most.
pub(super) type More = Option<Arc<Map<String, Value>>>;

impl Members {
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Every member, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.order.values()
    }

    /// The member of that id, and its place in the order.
    pub(super) fn find(&self, id: &str) -> Option<(u64, &Member)> {
        self.by_id
            .find(hash(id))
            .filter_map(|place| Some((place, self.order.get(&place)?)))
            .find(|(_, member)| *member.id == *id)
    }

    /// Takes one in at the end; it is not there yet.
    pub(super) fn push(&mut self, member: Member) {
        self.by_id.insert(hash(&member.id), self.next);
        self.order.insert(self.next, member);
        self.next += 1;
    }

    /// Puts what is said anew of a member in its place.
    pub(super) fn set(&mut self, place: u64, member: Member) {
        self.order.insert(place, member);
    }

    pub(super) fn remove(&mut self, id: &str) {
        if let Some((place, _)) = self.find(id) {
            self.order.remove(&place);
            self.by_id.remove(hash(id), place);
        }
    }

    /// Those of these ids that are members, at the places they have here.
    pub(super) fn only<'i>(&self, ids: impl Iterator<Item = &'i str>) -> Self {
        let mut part = Self {
            next: self.next,
            ..Self::default()
        };
        for (place, member) in ids.filter_map(|id| self.find(id)) {
            part.by_id.insert(hash(&member.id), place);
            part.order.insert(place, member.clone());
        }
        part
    }
}

impl FromIterator<Member> for Members {
    fn from_iter<I: IntoIterator<Item = Member>>(all: I) -> Self {
        let mut members = Self::default();
        for member in all {
            members.push(member);
        }
        members
    }
}
