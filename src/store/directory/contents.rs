//! Everything a directory holds, and the steps of a write: check, change, keep the other side in step.

use std::ops::Range;
use std::sync::Arc;

use compact_str::CompactString;
use imbl::OrdMap;
use serde_json::{Map, Value};

use super::Written;
use super::change::Change;
use super::members::Members;
use super::membership::Membership;
use super::refusal::Refusal;
use super::rules::Rules;
use super::shelf::Shelf;
use super::stored::{Said, Stored};
use crate::clock::Timestamp;
use crate::scim::resource::Accepted;
use crate::scim::resource_type::{Kind, fold_case};
use crate::scim::schema::ResourceType;
use crate::variation::Ids;

/// Everything a directory holds. Cloning shares everything and costs next to nothing.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    users: Shelf,
    groups: Shelf,
    others: OrdMap<u16, Shelf>,
    /// The shelf of a kind that nobody has put anything on.
    bare: Shelf,
    pub(super) membership: Membership,
}

/// Whether the name of a new resource, and what else no two may share, is compared with those there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// It is.
    Compared,
    /// It was, a while ago.
    Ignored,
}

impl Contents {
    /// The same without the users and groups of that name, in lower case; whoever names them still does.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut rest = self.clone();
        for kind in [Kind::User, Kind::Group] {
            for stored in self.shelf(kind).by_name(name) {
                rest.shelf_mut(kind).remove(&stored);
            }
        }
        rest
    }

    pub(super) fn shelf(&self, kind: Kind) -> &Shelf {
        match kind {
            Kind::User => &self.users,
            Kind::Group => &self.groups,
            Kind::Other(place) => self.others.get(&place).unwrap_or(&self.bare),
        }
    }

    pub(super) fn remembered(&self) -> usize {
        let shelves = [&self.users, &self.groups].into_iter();
        let shelves = shelves.chain(self.others.values());
        shelves.map(Shelf::remembered).sum()
    }

    pub(super) fn shelf_mut(&mut self, kind: Kind) -> &mut Shelf {
        match kind {
            Kind::User => &mut self.users,
            Kind::Group => &mut self.groups,
            Kind::Other(place) => self.others.entry(place).or_default(),
        }
    }

    pub(super) fn find(&self, kind: Kind, id: &str) -> Result<Arc<Stored>, Refusal> {
        self.shelf(kind)
            .by_id(id)
            .cloned()
            .ok_or_else(|| Refusal::NotFound(kind, id.into()))
    }

    /// The user or group of that id: who can be a member.
    pub(super) fn anybody(&self, id: &str) -> Option<&Arc<Stored>> {
        self.users.by_id(id).or_else(|| self.groups.by_id(id))
    }

    /// Whether a resource of any kind has that id.
    pub(super) fn is_taken(&self, id: &str) -> bool {
        self.anybody(id).is_some() || self.others.values().any(|shelf| shelf.by_id(id).is_some())
    }

    pub(super) fn create(
        &mut self,
        rules: &Arc<Rules>,
        (resource_type, accepted, names): (&Arc<ResourceType>, Accepted, Names),
        moment: Timestamp,
        ids: Ids,
    ) -> Result<Arc<Stored>, Refusal> {
        if names == Names::Compared {
            self.check_unique(rules, resource_type, &accepted.attributes, None)?;
        }
        let name = fold_case(accepted.text(&resource_type.naming).unwrap_or_default());
        let (id, draws) = self.draw_id(resource_type, &name, ids);
        let (mut first, joined) = self.first(rules, (resource_type, accepted), moment, &id)?;
        first.is_drawn = true;
        let stored = self.keep(rules, first, &joined);
        self.shelf_mut(resource_type.kind).note_draws(&name, &draws);
        Ok(stored)
    }

    /// The next id of that name, passing over those in use, and which draws that took.
    fn draw_id(
        &self,
        resource_type: &ResourceType,
        folded_name: &str,
        ids: Ids,
    ) -> (String, Range<u64>) {
        let stream = match resource_type.kind {
            Kind::User => format!("user id/{folded_name}"),
            Kind::Group => format!("group id/{folded_name}"),
            Kind::Other(_) => format!("{} id/{folded_name}", resource_type.name),
        };
        let first = self.shelf(resource_type.kind).next_draw(folded_name);
        let mut next = first;
        loop {
            let id = ids.form.written(ids.entropy.draw(&stream, next));
            next += 1;
            if !self.is_taken(&id) {
                return (id, first..next);
            }
        }
    }

    pub(super) fn insert(
        &mut self,
        rules: &Arc<Rules>,
        (resource_type, accepted): (&Arc<ResourceType>, Accepted),
        moment: Timestamp,
        id: &str,
    ) -> Result<Arc<Stored>, Refusal> {
        if self.is_taken(id) {
            return Err(Refusal::IdTaken(id.into()));
        }
        self.check_unique(rules, resource_type, &accepted.attributes, None)?;
        let (first, joined) = self.first(rules, (resource_type, accepted), moment, id)?;
        Ok(self.keep(rules, first, &joined))
    }

    /// The first version of a resource whose name may be given, and who joins it.
    fn first(
        &self,
        rules: &Arc<Rules>,
        (resource_type, accepted): (&Arc<ResourceType>, Accepted),
        moment: Timestamp,
        id: &str,
    ) -> Result<(Stored, Vec<CompactString>), Refusal> {
        let (said, change) = self.said(accepted, (resource_type.kind, id), None)?;
        let first = Stored::first(rules, (resource_type, id), said, moment);
        Ok((first, change.joined))
    }

    fn keep(&mut self, rules: &Rules, first: Stored, joined: &[CompactString]) -> Arc<Stored> {
        let stored = self.shelf_mut(first.kind()).insert(first);
        if !joined.is_empty() {
            self.membership.join(&stored.id, joined);
            self.regroup(rules, joined);
        }
        stored
    }

    /// Puts what a change made of `shown` in the place of `before`, of which `shown` is what the change could touch.
    pub(super) fn replace(
        &mut self,
        rules: &Arc<Rules>,
        (before, shown): (&Arc<Stored>, &Stored),
        accepted: Accepted,
        moment: Timestamp,
    ) -> Result<Written, Refusal> {
        let (kind, id) = (before.kind(), &before.id);
        let attributes = &accepted.attributes;
        self.check_unique(rules, &before.resource_type, attributes, Some(before))?;
        let members = (before.members(), shown.members());
        let (said, change) = self.said(accepted, (kind, id), Some(&members))?;
        let next = before.next(rules, said, moment);
        if !change.differs && before.says_the_same(&next) {
            return Ok(Written {
                stored: Arc::clone(before),
                changed: false,
            });
        }
        let renamed = next.name() != before.name();
        let stored = self.shelf_mut(kind).swap(next);
        self.membership.join(id, &change.joined);
        self.membership.leave(id, &change.left);
        let mut touched = change.joined;
        touched.extend(change.left);
        if renamed && kind == Kind::Group {
            touched.push(id.clone());
        }
        self.regroup(rules, &touched);
        Ok(Written {
            stored,
            changed: true,
        })
    }

    /// What a resource is to say, its members apart, and how these change from `(all, shown)`.
    fn said(
        &self,
        accepted: Accepted,
        (kind, id): (Kind, &str),
        before: Option<&(Members, Members)>,
    ) -> Result<(Said, Change), Refusal> {
        let mut attributes = accepted.attributes;
        let password = accepted.password;
        let change = if kind == Kind::Group {
            let listed = match attributes.shift_remove("members") {
                Some(Value::Array(listed)) => listed,
                _ => Vec::new(),
            };
            let none = Default::default();
            self.change_members(id, before.unwrap_or(&none), listed)?
        } else {
            Change::default()
        };
        let said = Said {
            attributes,
            members: change.members.clone(),
            password,
        };
        Ok((said, change))
    }

    /// Deletes a resource, and takes it out of the groups it is in; these come back.
    pub(super) fn delete(
        &mut self,
        rules: &Rules,
        stored: &Stored,
        moment: Timestamp,
    ) -> Vec<Arc<Stored>> {
        let members: Vec<CompactString> = stored.member_ids().cloned().collect();
        let parents: Vec<_> = self.membership.groups_of(&stored.id).cloned().collect();
        let mut left = Vec::with_capacity(parents.len());
        for parent in parents {
            if let Some(group) = self.shelf(Kind::Group).by_id(&parent) {
                let mut members = group.members();
                members.remove(&stored.id);
                let said = Said {
                    attributes: group.attributes(),
                    members,
                    password: None,
                };
                let without = group.next(rules, said, moment);
                left.push(self.shelf_mut(Kind::Group).swap(without));
            }
            self.membership
                .leave(&parent, std::slice::from_ref(&stored.id));
        }
        self.membership.leave(&stored.id, &members);
        self.shelf_mut(stored.kind()).remove(stored);
        self.regroup(rules, &members);
        left
    }

    /// Takes out of what a group is to be whoever is not there any longer.
    pub(super) fn forget_gone(&self, accepted: &mut Accepted) {
        let members = accepted.attributes.get_mut("members");
        if let Some(Value::Array(members)) = members {
            let id = |member: &Value| member.get("value")?.as_str().map(CompactString::from);
            members.retain(|member| id(member).is_some_and(|id| self.anybody(&id).is_some()));
        }
    }

    /// Refuses a name, or another value, that another resource has and that no two may share.
    ///
    /// A name that stays as it was is not asked about again.
    pub(super) fn check_unique(
        &self,
        rules: &Rules,
        resource_type: &ResourceType,
        attributes: &Map<String, Value>,
        before: Option<&Stored>,
    ) -> Result<(), Refusal> {
        let own_id = before.map(|before| &*before.id);
        let rows = self.shelf(resource_type.kind);
        if let Some(refusal) = rules.name_taken(resource_type.kind) {
            let name = attributes.get(&resource_type.naming);
            let name = name.and_then(Value::as_str).unwrap_or_default();
            let stays = before.is_some_and(|before| {
                before.name() == name || fold_case(before.name()) == fold_case(name)
            });
            let is_taken = || {
                rows.is_name_taken(name, own_id)
                    || (rules.deleted_name_reserved && rows.was_name_taken(name))
            };
            if !stays && is_taken() {
                return Err(refusal);
            }
        }
        let unique = rules.unique(resource_type.kind);
        match rows.shared(unique, attributes, own_id) {
            Some(taken) => Err(Refusal::ValueTaken(taken.path.clone())),
            None => Ok(()),
        }
    }
}
