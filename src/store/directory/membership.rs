//! Who is in which group: a group names its members, and this is the way back.

use std::collections::HashSet;
use std::sync::Arc;

use compact_str::CompactString;
use imbl::OrdMap;

use super::contents::Contents;
use super::document;
use super::index::hash;
use super::rules::Rules;
use super::stored::Stored;
use crate::scim::resource_type::Kind;

/// The groups that each user and each group is itself a member of, in the order it joined them.
#[derive(Clone, Debug, Default)]
pub(super) struct Membership {
    /// By the hash of the member's id, and by when it joined.
    joined: OrdMap<(u64, u64), Joined>,
    next: u64,
}

#[derive(Clone, Debug)]
struct Joined {
    member: CompactString,
    group: CompactString,
}

impl Membership {
    pub(super) fn groups_of(&self, member: &str) -> impl Iterator<Item = &CompactString> {
        self.of(member).map(|(_, joined)| &joined.group)
    }

    fn of(&self, member: &str) -> impl Iterator<Item = (&(u64, u64), &Joined)> {
        let hash = hash(member);
        let alike = self.joined.range((hash, 0)..=(hash, u64::MAX));
        alike.filter(move |(_, joined)| *joined.member == *member)
    }

    pub(super) fn join(&mut self, group: &CompactString, members: &[CompactString]) {
        for member in members {
            let joined = Joined {
                member: member.clone(),
                group: group.clone(),
            };
            self.joined.insert((hash(member), self.next), joined);
            self.next += 1;
        }
    }

    pub(super) fn leave(&mut self, group: &str, members: &[CompactString]) {
        for member in members {
            let is_it = |(_, joined): &(_, &Joined)| *joined.group == *group;
            let place = self.of(member).find(is_it).map(|(place, _)| *place);
            if let Some(place) = place {
                self.joined.remove(&place);
            }
        }
    }
}

impl Contents {
    /// Whether the group `id` is `top` or below it: whether `top` is found on the way up from `id`.
    ///
    /// Groups are few above a group and may be many members below one, hence the direction.
    pub(super) fn is_below(&self, id: &str, top: &str) -> bool {
        let mut seen = HashSet::new();
        let mut open: Vec<&str> = vec![id];
        while let Some(group) = open.pop() {
            if group == top {
                return true;
            }
            if seen.insert(group) {
                open.extend(self.membership.groups_of(group).map(CompactString::as_str));
            }
        }
        false
    }

    /// Brings the `groups` of these users up to date, and those of every user below these groups.
    pub(super) fn regroup(&mut self, rules: &Rules, ids: &[CompactString]) {
        for user in self.users_below(ids) {
            let groups = self.groups_json(rules, &user.id);
            if let Some(next) = user.regrouped(rules, &groups) {
                self.shelf_mut(Kind::User).swap(next);
            }
        }
    }

    fn users_below(&self, ids: &[CompactString]) -> Vec<Arc<Stored>> {
        let mut seen: HashSet<CompactString> = HashSet::new();
        let mut users = Vec::new();
        let mut open = ids.to_vec();
        while let Some(id) = open.pop() {
            if !seen.insert(id.clone()) {
                continue;
            }
            match self.anybody(&id) {
                Some(found) if found.kind() == Kind::User => users.push(Arc::clone(found)),
                Some(group) => open.extend(group.member_ids().cloned()),
                None => {}
            }
        }
        users
    }

    /// The `groups` of a user as JSON: its own first, then those that these are in, each once; empty if it has none.
    fn groups_json(&self, rules: &Rules, user: &str) -> Vec<u8> {
        let direct = self.membership.groups_of(user);
        let mut all: Vec<(&CompactString, &str)> = direct.map(|id| (id, "direct")).collect();
        let mut seen: HashSet<&CompactString> = all.iter().map(|(id, _)| *id).collect();
        let mut next = 0;
        while let Some((group, _)) = all.get(next) {
            for above in self.membership.groups_of(group) {
                if seen.insert(above) {
                    all.push((above, "indirect"));
                }
            }
            next += 1;
        }
        let found = all
            .into_iter()
            .filter_map(|(id, how)| Some((self.shelf(Kind::Group).by_id(id)?, how)));
        document::groups(rules, found)
    }
}
