//! Everything a directory holds, and the steps of a write: check, change, keep the other side in step.

use std::sync::Arc;

use imbl::OrdMap;

use super::membership::Membership;
use super::refusal::Refusal;
use super::shelf::Shelf;
use super::stored::Stored;
use super::{Rules, Written};
use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::scim::resource::Accepted;
use crate::scim::resource_type::{Kind, fold_case};
use crate::scim::schema::ResourceType;

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

impl Contents {
    pub(super) fn shelf(&self, kind: Kind) -> &Shelf {
        match kind {
            Kind::User => &self.users,
            Kind::Group => &self.groups,
            Kind::Other(place) => self.others.get(&place).unwrap_or(&self.bare),
        }
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
    fn is_taken(&self, id: &str) -> bool {
        self.anybody(id).is_some() || self.others.values().any(|shelf| shelf.by_id(id).is_some())
    }

    pub(super) fn create(
        &mut self,
        rules: &Rules,
        (resource_type, accepted): (&Arc<ResourceType>, Accepted),
        moment: Timestamp,
        entropy: Entropy,
    ) -> Result<Arc<Stored>, Refusal> {
        let name = fold_case(accepted.text(&resource_type.naming).unwrap_or_default());
        let (id, next_draw) = self.draw_id(resource_type, &name, entropy);
        let stored = self.insert(rules, (resource_type, accepted), moment, &id)?;
        self.shelf_mut(resource_type.kind)
            .set_next_draw(name, next_draw);
        Ok(stored)
    }

    /// The next id of that name, passing over those in use, and the position of the draw after it.
    fn draw_id(
        &self,
        resource_type: &ResourceType,
        folded_name: &str,
        entropy: Entropy,
    ) -> (String, u64) {
        let stream = match resource_type.kind {
            Kind::User => format!("user id/{folded_name}"),
            Kind::Group => format!("group id/{folded_name}"),
            Kind::Other(_) => format!("{} id/{folded_name}", resource_type.name),
        };
        let mut position = self.shelf(resource_type.kind).next_draw(folded_name);
        loop {
            let id = entropy.draw(&stream, position).decimal19();
            position += 1;
            if !self.is_taken(&id) {
                return (id, position);
            }
        }
    }

    pub(super) fn insert(
        &mut self,
        rules: &Rules,
        (resource_type, mut accepted): (&Arc<ResourceType>, Accepted),
        moment: Timestamp,
        id: &str,
    ) -> Result<Arc<Stored>, Refusal> {
        let kind = resource_type.kind;
        if self.is_taken(id) {
            return Err(Refusal::IdTaken(id.into()));
        }
        let name = accepted.text(&resource_type.naming).unwrap_or_default();
        self.check_name(rules, kind, name, None)?;
        let members = accepted.attributes.get_mut("members");
        let joined = match members {
            Some(members) if kind == Kind::Group => {
                self.settle_members(rules, id, None, members)?
            }
            _ => Vec::new(),
        };
        let mut first = Stored::first(resource_type, id, rules.location(resource_type, id), moment);
        first.password = accepted.password;
        let first = first.holding(accepted.attributes, None);
        let stored = self.shelf_mut(kind).insert(first);
        self.membership.join(&stored.id, &joined);
        self.regroup(rules, &joined);
        Ok(stored)
    }

    pub(super) fn replace(
        &mut self,
        rules: &Rules,
        before: &Stored,
        mut accepted: Accepted,
        moment: Timestamp,
    ) -> Result<Written, Refusal> {
        let (kind, id) = (before.kind(), &before.id);
        let name = accepted
            .text(&before.resource_type.naming)
            .unwrap_or_default();
        let renamed = name != before.name();
        self.check_name(rules, kind, name, Some(id))?;
        let mut joined = Vec::new();
        if kind == Kind::Group
            && let Some(members) = accepted.attributes.get_mut("members")
        {
            joined = self.settle_members(rules, id, Some(before), members)?;
        }
        let password_changed = accepted.password.is_some() && accepted.password != before.password;
        if before.holds(&accepted.attributes) && !password_changed {
            return Ok(Written {
                stored: self.find(kind, id)?,
                changed: false,
            });
        }
        let mut next = before.next(accepted.attributes, moment);
        if password_changed {
            next.password = accepted.password;
        }
        let left = Membership::left(before, &next);
        let stored = self.shelf_mut(kind).swap(next);
        self.membership.join(id, &joined);
        self.membership.leave(id, &left);
        let mut touched = joined;
        touched.extend(left);
        if renamed && kind == Kind::Group {
            touched.push(Arc::clone(id));
        }
        self.regroup(rules, &touched);
        Ok(Written {
            stored,
            changed: true,
        })
    }

    /// Deletes a resource, and takes it out of the groups it is in; these come back.
    pub(super) fn delete(
        &mut self,
        rules: &Rules,
        stored: &Stored,
        moment: Timestamp,
    ) -> Vec<Arc<Stored>> {
        let members: Vec<Arc<str>> = stored.members().map(Arc::from).collect();
        let parents = self.membership.groups_of(&stored.id).to_vec();
        let mut left = Vec::with_capacity(parents.len());
        for parent in parents {
            if let Some(without) = self.without_member(&parent, &stored.id, moment) {
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

    fn check_name(
        &self,
        rules: &Rules,
        kind: Kind,
        name: &str,
        own_id: Option<&str>,
    ) -> Result<(), Refusal> {
        let (unique, refusal) = match kind {
            Kind::User => (true, Refusal::UserNameTaken),
            Kind::Group => (rules.group_name_unique, Refusal::DisplayNameTaken),
            Kind::Other(_) => return Ok(()),
        };
        let rows = self.shelf(kind);
        let is_taken = || {
            rows.is_name_taken(name, own_id)
                || (rules.deleted_name_reserved && rows.was_name_taken(name))
        };
        if unique && is_taken() {
            return Err(refusal);
        }
        Ok(())
    }
}
