//! What becomes of resources without any client's doing: they are taken away, come back, or get another id.

use std::collections::HashMap;
use std::sync::Arc;

use compact_str::CompactString;
use serde_json::{Map, Value};

use super::contents::Contents;
use super::members::{Member, Members};
use super::rules::Rules;
use super::stored::{Said, Stored};
use super::{Deleted, Directory, Refusal, lock};
use crate::clock::Timestamp;
use crate::scim::resource_type::{Kind, fold_case};

/// As many as these are remembered of those whom rules took away.
const MOST_TAKEN: usize = 10_000;

/// Whom rules took away, by kind and by name in lower case.
pub(super) type TakenByName = HashMap<(Kind, String), Taken>;

/// Somebody who was taken away.
#[derive(Debug)]
pub(super) struct Taken {
    stored: Arc<Stored>,
    places: Vec<Place>,
}

/// A group, and how it named somebody who was a member of it.
#[derive(Clone, Debug)]
struct Place {
    group: CompactString,
    member: Member,
}

/// What came of a return.
#[derive(Clone, Debug)]
pub struct Returned {
    /// The resource as it now is.
    pub stored: Arc<Stored>,
    /// The groups that it thereby joined, as they now are.
    pub joined: Vec<Arc<Stored>>,
}

impl Directory {
    /// Deletes a resource without anybody's doing; it can be [brought back](Self::bring_back).
    ///
    /// # Errors
    ///
    /// [`Refusal::NotFound`].
    pub fn take_away(
        &self,
        (kind, id): (Kind, &str),
        moment: Timestamp,
    ) -> Result<Deleted, Refusal> {
        let mut contents = self.write();
        let stored = contents.find(kind, id)?;
        let before = contents.clone();
        Ok(self.take((&before, &mut contents), stored, moment))
    }

    /// Deletes everything of some kinds without anybody's doing, one kind after the other; says whom.
    pub fn wipe(&self, kinds: &[Kind], moment: Timestamp) -> Vec<Arc<Stored>> {
        let mut contents = self.write();
        // Who was in which group is read from here, so that it does not matter who goes first.
        let before = contents.clone();
        let mut gone = Vec::new();
        for stored in kinds.iter().flat_map(|kind| before.shelf(*kind).rows()) {
            self.take((&before, &mut contents), Arc::clone(stored), moment);
            gone.push(Arc::clone(stored));
        }
        gone
    }

    /// Brings back whom a rule took away under that name, in lower case: the same id in the same place, a later version,
    /// and those of its groups and members that are still there. `None` if nobody was.
    ///
    /// # Errors
    ///
    /// Somebody has its name, its id or a value that no two may share by now.
    pub fn bring_back(
        &self,
        (kind, name): (Kind, &str),
        moment: Timestamp,
    ) -> Result<Option<Returned>, Refusal> {
        let mut contents = self.write();
        let mut taken = lock(&self.taken);
        let key = (kind, name.to_owned());
        let Some(Taken { stored, places }) = taken.get(&key) else {
            return Ok(None);
        };
        contents.check_return(&self.rules, stored)?;
        let members = contents.still_there(&stored.id, &stored.members());
        let said = Said {
            attributes: attributes_of(stored),
            members,
            password: None,
        };
        let next = stored.next(&self.rules, said, moment);
        let stored = contents.shelf_mut(kind).put_back(next);
        let returned = contents.settle(&self.rules, stored, places, moment);
        taken.remove(&key);
        Ok(Some(returned))
    }

    /// Gives a resource another id without anybody's doing: one goes, and the same comes anew into its groups.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotFound`], or [`Refusal::IdTaken`] if somebody has that id.
    pub fn renumber(
        &self,
        (kind, id): (Kind, &str),
        new_id: &str,
        moment: Timestamp,
    ) -> Result<(Deleted, Returned), Refusal> {
        let mut contents = self.write();
        let stored = contents.find(kind, id)?;
        if contents.is_taken(new_id) {
            return Err(Refusal::IdTaken(new_id.to_owned()));
        }
        let mut places = contents.places_of(&stored);
        for place in &mut places {
            place.member.id = new_id.into();
        }
        let left = contents.delete(&self.rules, &stored, moment);
        let said = Said {
            attributes: attributes_of(&stored),
            members: contents.still_there(new_id, &stored.members()),
            password: stored.password.as_deref().map(String::from),
        };
        let first = Stored::first(&self.rules, (&stored.resource_type, new_id), said, moment);
        let new = contents.shelf_mut(kind).insert(first);
        let returned = contents.settle(&self.rules, new, &places, moment);
        Ok((Deleted { stored, left }, returned))
    }

    /// Takes somebody away who is there now, and remembers it as it was before.
    fn take(
        &self,
        (before, contents): (&Contents, &mut Contents),
        stored: Arc<Stored>,
        moment: Timestamp,
    ) -> Deleted {
        let mut taken = lock(&self.taken);
        let key = (stored.kind(), fold_case(stored.name()));
        if taken.len() < MOST_TAKEN || taken.contains_key(&key) {
            let places = before.places_of(&stored);
            let stored = Arc::clone(&stored);
            taken.insert(key, Taken { stored, places });
        }
        let left = contents.delete(&self.rules, &stored, moment);
        Deleted { stored, left }
    }
}

impl Contents {
    /// The groups that a resource is itself a member of, and how they name it.
    fn places_of(&self, stored: &Stored) -> Vec<Place> {
        let groups = self.membership.groups_of(&stored.id);
        let places = groups.filter_map(|id| {
            let group = self.shelf(Kind::Group).by_id(id)?;
            let members = group.members();
            let (_, member) = members.find(&stored.id)?;
            Some(Place {
                group: id.clone(),
                member: member.clone(),
            })
        });
        places.collect()
    }

    /// Those of these members who can still be members of the group of that id.
    fn still_there(&self, group: &str, members: &Members) -> Members {
        let there = members.iter();
        there
            .filter(|member| self.may_join(group, &member.id).is_ok())
            .cloned()
            .collect()
    }

    /// Refuses a return whose id, name or unique value somebody has by now; that a name is reserved for whoever had it
    /// does not stand in the way.
    fn check_return(&self, rules: &Rules, stored: &Stored) -> Result<(), Refusal> {
        if self.is_taken(&stored.id) {
            return Err(Refusal::IdTaken(stored.id.to_string()));
        }
        let known = self.shelf(stored.kind());
        let taken = rules.name_taken(stored.kind());
        if let Some(refusal) = taken.filter(|_| known.is_name_taken(stored.name(), None)) {
            return Err(refusal);
        }
        // Its name is its own: what is left are the other values that no two may share.
        let (of, attributes) = (&stored.resource_type, stored.attributes());
        self.check_unique(rules, of, &attributes, Some(stored))
    }

    /// Has a resource that was just put in hold its members, and join those of these groups that are still there.
    fn settle(
        &mut self,
        rules: &Rules,
        stored: Arc<Stored>,
        places: &[Place],
        moment: Timestamp,
    ) -> Returned {
        let (kind, id) = (stored.kind(), stored.id.clone());
        let members: Vec<CompactString> = stored.member_ids().cloned().collect();
        self.membership.join(&id, &members);
        let mut joined = Vec::new();
        for Place { group, member } in places {
            let Some(before) = self.shelf(Kind::Group).by_id(group) else {
                continue;
            };
            if before.members().find(&id).is_some() || self.may_join(group, &id).is_err() {
                continue;
            }
            let mut members = before.members();
            members.push(member.clone());
            let said = Said {
                attributes: before.attributes(),
                members,
                password: None,
            };
            let next = before.next(rules, said, moment);
            joined.push(self.shelf_mut(Kind::Group).swap(next));
            self.membership.join(group, std::slice::from_ref(&id));
        }
        self.regroup(rules, std::slice::from_ref(&id));
        // A user says which groups it is in, so there may be a later version by now.
        let stored = self.find(kind, &id).unwrap_or(stored);
        Returned { stored, joined }
    }
}

/// What a resource says of its own, without its members.
fn attributes_of(stored: &Stored) -> Map<String, Value> {
    let mut attributes = stored.attributes();
    for name in ["schemas", "id", "groups", "meta"] {
        attributes.shift_remove(name);
    }
    attributes
}
