//! Who is in which group: a group names its members, and this is the way back.

use std::collections::HashSet;
use std::sync::Arc;

use imbl::HashMap;
use serde_json::{Map, Value, json};

use super::Rules;
use super::contents::Contents;
use super::refusal::Refusal;
use super::stored::Stored;
use crate::clock::Timestamp;
use crate::scim::resource_type::Kind;

/// The groups that each user and each group is itself a member of, in the order it joined them.
#[derive(Clone, Debug, Default)]
pub(super) struct Membership {
    groups: HashMap<Arc<str>, Vec<Arc<str>>>,
}

impl Membership {
    pub(super) fn groups_of(&self, member: &str) -> &[Arc<str>] {
        self.groups.get(member).map_or(&[], Vec::as_slice)
    }

    pub(super) fn join(&mut self, group: &Arc<str>, members: &[Arc<str>]) {
        for member in members {
            let groups = self.groups.entry(Arc::clone(member)).or_default();
            groups.push(Arc::clone(group));
        }
    }

    pub(super) fn leave(&mut self, group: &str, members: &[Arc<str>]) {
        for member in members {
            let Some(groups) = self.groups.get_mut(member) else {
                continue;
            };
            groups.retain(|one| one.as_ref() != group);
            if groups.is_empty() {
                self.groups.remove(member);
            }
        }
    }

    /// Who was a member before and is none after.
    pub(super) fn left(before: &Stored, after: &Stored) -> Vec<Arc<str>> {
        let after: HashSet<&str> = after.members().collect();
        before
            .members()
            .filter(|member| !after.contains(member))
            .map(Arc::from)
            .collect()
    }
}

impl Contents {
    /// Checks and completes the members that the group `id` is to have; returns who joins.
    ///
    /// Each member gets its `type` and its `$ref`, and is named once.
    pub(super) fn settle_members(
        &self,
        rules: &Rules,
        id: &str,
        before: Option<&Stored>,
        members: &mut Value,
    ) -> Result<Vec<Arc<str>>, Refusal> {
        let Value::Array(list) = members else {
            return Ok(Vec::new());
        };
        let old = before.map(Stored::members_by_id).unwrap_or_default();
        let mut seen = HashSet::with_capacity(list.len());
        let mut joined = Vec::new();
        let mut settled = Vec::with_capacity(list.len());
        for member in std::mem::take(list) {
            let Some(value) = member.get("value").and_then(Value::as_str) else {
                continue;
            };
            let value: Arc<str> = value.into();
            if !seen.insert(Arc::clone(&value)) {
                continue;
            }
            match old.get(value.as_ref()) {
                // Most members of a large group stay what they were, and are complete already.
                Some(same) if **same == member => settled.push(member),
                Some(_) => settled.push(self.settled(rules, id, &value, member)?),
                None => {
                    settled.push(self.settled(rules, id, &value, member)?);
                    joined.push(value);
                }
            }
        }
        *list = settled;
        Ok(joined)
    }

    fn settled(
        &self,
        rules: &Rules,
        group: &str,
        id: &Arc<str>,
        member: Value,
    ) -> Result<Value, Refusal> {
        if id.as_ref() == group {
            return Err(Refusal::MemberCycle(id.to_string()));
        }
        let Some(found) = self.anybody(id) else {
            return Err(Refusal::UnknownMember(id.to_string()));
        };
        if found.kind() == Kind::Group && self.is_below(group, found) {
            return Err(Refusal::MemberCycle(id.to_string()));
        }
        let mut complete = Map::new();
        complete.insert("value".into(), id.as_ref().into());
        complete.insert(
            "$ref".into(),
            rules.location(&found.resource_type, id).into(),
        );
        complete.insert("type".into(), found.resource_type.name.as_str().into());
        if let Value::Object(member) = member {
            let others = member
                .into_iter()
                .filter(|(name, _)| !matches!(name.as_str(), "value" | "$ref" | "type"));
            complete.extend(others);
        }
        Ok(Value::Object(complete))
    }

    /// Whether the group `id` is `top` itself or below it.
    fn is_below(&self, id: &str, top: &Stored) -> bool {
        let mut seen = HashSet::new();
        let mut open: Vec<&str> = vec![&top.id];
        while let Some(group) = open.pop() {
            if group == id {
                return true;
            }
            if !seen.insert(group) {
                continue;
            }
            if let Some(group) = self.shelf(Kind::Group).by_id(group) {
                open.extend(group.members());
            }
        }
        false
    }

    /// Brings the `groups` of these users up to date, and those of every user below these groups.
    pub(super) fn regroup(&mut self, rules: &Rules, ids: &[Arc<str>]) {
        for user in self.users_below(ids) {
            let groups = self.groups_value(rules, &user.id);
            if user.resource().get("groups") != groups.as_ref() {
                self.shelf_mut(Kind::User).swap(user.regrouped(groups));
            }
        }
    }

    fn users_below(&self, ids: &[Arc<str>]) -> Vec<Arc<Stored>> {
        let mut seen: HashSet<Arc<str>> = HashSet::new();
        let mut users = Vec::new();
        let mut open = ids.to_vec();
        while let Some(id) = open.pop() {
            if !seen.insert(Arc::clone(&id)) {
                continue;
            }
            match self.anybody(&id) {
                Some(found) if found.kind() == Kind::User => users.push(Arc::clone(found)),
                Some(group) => open.extend(group.members().map(Arc::from)),
                None => {}
            }
        }
        users
    }

    /// The `groups` of a user: its own first, then those that these are in, each once.
    fn groups_value(&self, rules: &Rules, user: &str) -> Option<Value> {
        let direct = self.membership.groups_of(user);
        let mut seen: HashSet<&str> = direct.iter().map(AsRef::as_ref).collect();
        let mut all: Vec<(&Arc<str>, &str)> = direct.iter().map(|id| (id, "direct")).collect();
        let mut next = 0;
        while let Some((group, _)) = all.get(next) {
            for above in self.membership.groups_of(group) {
                if seen.insert(above) {
                    all.push((above, "indirect"));
                }
            }
            next += 1;
        }
        let value: Vec<Value> = all
            .into_iter()
            .filter_map(|(id, how)| {
                let group = self.shelf(Kind::Group).by_id(id)?;
                Some(json!({
                    "value": id,
                    "$ref": rules.location(&group.resource_type, id),
                    "display": group.name(),
                    "type": how,
                }))
            })
            .collect();
        (!value.is_empty()).then_some(Value::Array(value))
    }

    /// The next version of a group without that member; `None` if there is no such group.
    pub(super) fn without_member(
        &self,
        group: &str,
        member: &str,
        moment: Timestamp,
    ) -> Option<Stored> {
        let group = self.shelf(Kind::Group).by_id(group)?;
        let mut attributes = group.attributes();
        if let Some(Value::Array(members)) = attributes.get_mut("members") {
            members.retain(|one| one.get("value").and_then(Value::as_str) != Some(member));
            if members.is_empty() {
                attributes.shift_remove("members");
            }
        }
        Some(group.next(attributes, moment))
    }
}
