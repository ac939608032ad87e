//! How the members of a group change.

use std::collections::HashSet;
use std::sync::Arc;

use compact_str::CompactString;
use foldhash::fast::RandomState;
use serde_json::Value;

use super::contents::Contents;
use super::members::{Member, Members, More};
use super::refusal::Refusal;
use crate::scim::resource_type::Kind;

/// What became of the members of a group.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Those it has from now on.
    pub(super) members: Members,
    /// Who was none before.
    pub(super) joined: Vec<CompactString>,
    /// Who was one before.
    pub(super) left: Vec<CompactString>,
    /// Whether they differ at all from those before, in their order too.
    pub(super) differs: bool,
}

impl Contents {
    /// The members that the group `id` is to have, where a change had `shown` of `all` of them to work on and left
    /// `listed`; whom it was not shown stays.
    ///
    /// Each member is somebody, and is named once.
    pub(super) fn change_members(
        &self,
        id: &str,
        (all, shown): &(Members, Members),
        listed: Vec<Value>,
    ) -> Result<Change, Refusal> {
        let mut seen = HashSet::with_capacity_and_hasher(listed.len(), RandomState::default());
        let mut order = Order::new(listed.len());
        let mut change = Change {
            members: all.clone(),
            ..Change::default()
        };
        for member in listed {
            let Some((named, more)) = parts(member) else {
                continue;
            };
            if !seen.insert(named.clone()) {
                continue;
            }
            match all.find(&named) {
                Some((place, old)) if old.more == more => order.stays(place, old.clone()),
                Some((place, old)) => {
                    let member = Member {
                        more,
                        ..old.clone()
                    };
                    change.members.set(place, member.clone());
                    change.differs = true;
                    order.stays(place, member);
                }
                None => {
                    let kind = self.may_join(id, &named)?;
                    change.joined.push(named.clone());
                    let id = named;
                    let member = Member { id, kind, more };
                    change.members.push(member.clone());
                    order.joins(member);
                }
            }
        }
        let gone = shown.iter().filter(|member| !seen.contains(&member.id));
        change.left = gone.map(|member| member.id.clone()).collect();
        for gone in &change.left {
            change.members.remove(gone);
        }
        // Only what was shown as a whole can have been put into another order.
        if order.is_another && shown.len() == all.len() {
            change.members = order.members.into_iter().collect();
            change.differs = true;
        }
        change.differs |= !(change.joined.is_empty() && change.left.is_empty());
        Ok(change)
    }

    /// What somebody is who may become a member of a group.
    pub(super) fn may_join(&self, group: &str, id: &CompactString) -> Result<Kind, Refusal> {
        if **id == *group {
            return Err(Refusal::MemberCycle(id.to_string()));
        }
        let Some(found) = self.anybody(id) else {
            return Err(Refusal::UnknownMember(id.to_string()));
        };
        if found.kind() == Kind::Group && self.is_below(group, id) {
            return Err(Refusal::MemberCycle(id.to_string()));
        }
        Ok(found.kind())
    }
}

/// The order in which members are listed, against the one they stood in.
struct Order {
    members: Vec<Member>,
    last: Option<u64>,
    has_joined: bool,
    is_another: bool,
}

impl Order {
    fn new(length: usize) -> Self {
        Self {
            members: Vec::with_capacity(length),
            last: None,
            has_joined: false,
            is_another: false,
        }
    }

    fn stays(&mut self, place: u64, member: Member) {
        self.is_another |= self.has_joined || self.last.is_some_and(|last| place < last);
        self.last = Some(place);
        self.members.push(member);
    }

    fn joins(&mut self, member: Member) {
        self.has_joined = true;
        self.members.push(member);
    }
}

/// Whom a member names, and what is said of it that does not follow from that.
fn parts(member: Value) -> Option<(CompactString, More)> {
    let Value::Object(mut member) = member else {
        return None;
    };
    let id: CompactString = member.get("value")?.as_str()?.into();
    member.retain(|name, _| !matches!(name.as_str(), "value" | "$ref" | "type"));
    Some((id, (!member.is_empty()).then(|| Arc::new(member))))
}
