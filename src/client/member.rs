//! Memberships: by server id, one write at a time, read back once they are written.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::body::{self, member};
use super::group::Fate;
use super::http::Connection;
use super::lookup::{Kind, path_of};
use super::session::{Read, Stop};
use super::write::{Written, patch_body};
use super::{Client, Defect};
use crate::clock::Participant;
use crate::scenario::source::SourceGroup;

/// How many members one request carries at the most, as GoTo's own API has it.
const BATCH: usize = 100;
/// How often the difference is written before a server that loses members is reported.
const ROUNDS: usize = 3;
/// Longer than any two parallel writes can take.
const LONG: Duration = Duration::from_secs(86_400);

impl Client<'_> {
    /// Writes the difference and reads it back, until both sides agree.
    pub(super) async fn sync_members(
        &mut self,
        group: &SourceGroup,
        id: &str,
    ) -> Result<Fate, Stop> {
        let mut wanted = self.wanted(group);
        for round in 0..=ROUNDS {
            let Some(held) = self.held(group, id).await? else {
                self.fail_group(group, "its members cannot be read");
                return Ok(Fate::Alive);
            };
            let ours = self.memory.user_ids();
            let missing: Vec<_> = wanted.difference(&held).cloned().collect();
            // Members we never linked are somebody else's business.
            let surplus: Vec<_> = held
                .difference(&wanted)
                .filter(|id| ours.contains(*id))
                .cloned()
                .collect();
            if missing.is_empty() && surplus.is_empty() {
                return Ok(Fate::Alive);
            }
            if round == ROUNDS {
                self.fail_group(group, "the server keeps losing members");
                return Ok(Fate::Alive);
            }
            self.remember_members(group, None);
            if self.take_out(group, id, &surplus).await? == Fate::Gone {
                return Ok(Fate::Gone);
            }
            if self.has(Defect::ParallelMembers) {
                self.put_in_at_once(id, &missing).await;
                self.remember_members(group, Some(wanted));
                return Ok(Fate::Alive);
            }
            match self.put_in(group, id, missing).await? {
                Some(refused) => wanted.retain(|id| !refused.contains(id)),
                None => return Ok(Fate::Gone),
            }
        }
        Ok(Fate::Alive)
    }

    /// The ids that ought to be members, as far as they are linked.
    fn wanted(&self, group: &SourceGroup) -> BTreeSet<String> {
        let links = group.members.iter().filter_map(|key| {
            let link = self.memory.users.get(key)?;
            self.source.user(key).map(|_| link)
        });
        if self.has(Defect::MembersByName) {
            links.map(|link| link.written.user_name.clone()).collect()
        } else {
            links.map(|link| link.id.clone()).collect()
        }
    }

    /// The ids that are members, from memory or else from the server.
    async fn held(
        &mut self,
        group: &SourceGroup,
        id: &str,
    ) -> Result<Option<BTreeSet<String>>, Stop> {
        let known = self.memory.groups.get(&group.external_id);
        if let Some(members) = known.and_then(|link| link.members.clone()) {
            return Ok(Some(members));
        }
        let path = path_of(Kind::Group, id, self.settings.defect);
        let Read::Body(row) = self.read(&path, "attributes=members").await? else {
            return Ok(None);
        };
        let members: BTreeSet<String> = member(&row, "members")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|member| body::text(member, "value"))
            .map(str::to_owned)
            .collect();
        self.remember_members(group, Some(members.clone()));
        Ok(Some(members))
    }

    fn remember_members(&mut self, group: &SourceGroup, members: Option<BTreeSet<String>>) {
        if let Some(link) = self.memory.groups.get_mut(&group.external_id) {
            link.members = members;
        }
    }

    async fn take_out(
        &mut self,
        group: &SourceGroup,
        id: &str,
        surplus: &[String],
    ) -> Result<Fate, Stop> {
        for batch in surplus.chunks(BATCH) {
            let operations = if self.has(Defect::RemoveBareMembers) {
                vec![json!({"op": "remove", "path": "members"})]
            } else {
                batch.iter().map(|id| removal(id)).collect()
            };
            match self.patch(Kind::Group, id, operations).await? {
                Written::Done(_) => self.note_members(group, "removed", batch.len()),
                Written::Gone => return Ok(Fate::Gone),
                Written::Refused { why, .. } | Written::Unknown(why) => {
                    self.fail_group(group, &format!("members not removed: {why}"));
                }
            }
        }
        Ok(Fate::Alive)
    }

    /// Adds members in batches, halving one that is refused until the culprit stands alone.
    ///
    /// Returns those that were refused, or `None` if the group is gone.
    async fn put_in(
        &mut self,
        group: &SourceGroup,
        id: &str,
        missing: Vec<String>,
    ) -> Result<Option<BTreeSet<String>>, Stop> {
        let mut refused = BTreeSet::new();
        let mut pending: Vec<_> = missing.chunks(BATCH).map(<[String]>::to_vec).collect();
        pending.reverse();
        while let Some(batch) = pending.pop() {
            let operations = vec![addition(&batch)];
            let (is_divisible, why) = match self.patch(Kind::Group, id, operations).await? {
                Written::Done(_) => {
                    self.note_members(group, "added", batch.len());
                    continue;
                }
                // 404 may also mean a member: only the group itself can tell.
                Written::Gone if self.is_really_gone(Kind::Group, id).await? => return Ok(None),
                Written::Gone => (true, "404".to_owned()),
                Written::Refused { status, why } => (matches!(status, 400 | 404 | 413), why),
                Written::Unknown(why) => (false, why),
            };
            if self.has(Defect::RepeatLargeBatch) {
                self.insist_on(id, &batch).await?;
            } else if is_divisible && batch.len() > 1 {
                let (first, second) = batch.split_at(batch.len() / 2);
                pending.extend([second.to_vec(), first.to_vec()]);
                continue;
            }
            self.fail_group(group, &format!("{} members refused: {why}", batch.len()));
            refused.extend(batch);
        }
        Ok(Some(refused))
    }

    async fn insist_on(&mut self, id: &str, batch: &[String]) -> Result<(), Stop> {
        let body = patch_body(vec![addition(batch)], None);
        let request = self
            .on(Method::PATCH, Kind::Group, id)
            .body(body.to_string());
        self.insist(&request).await
    }

    fn note_members(&mut self, group: &SourceGroup, what: &str, count: usize) {
        self.summary.updated += 1;
        self.summary.note(format!(
            "group {}: {what} {count} members",
            group.external_id
        ));
    }

    /// Adds members in two halves at the same time, on two connections, and believes that both succeed.
    async fn put_in_at_once(&self, id: &str, missing: &[String]) {
        let (first, second) = missing.split_at(missing.len() / 2);
        let both = async {
            let clock = self.participant.clock();
            let (one, other) = (clock.join(), clock.join());
            let left = AtomicUsize::new(2);
            tokio::join!(
                self.put_in_alone(id, first, one, &left),
                self.put_in_alone(id, second, other, &left)
            )
        };
        // Asleep, this participant does not keep the clock from moving for the two at work.
        tokio::select! {
            biased;
            _ = both => {}
            () = self.participant.sleep(LONG) => {}
        }
    }

    /// Adds one half. The last of the halves to end hands its participant back still at work: the clock must not
    /// jump before the one that waits for both is awake.
    async fn put_in_alone(
        &self,
        id: &str,
        half: &[String],
        participant: Participant,
        left: &AtomicUsize,
    ) -> Option<Participant> {
        if !half.is_empty() {
            let body = patch_body(vec![addition(half)], None);
            let request = self
                .on(Method::PATCH, Kind::Group, id)
                .body(body.to_string());
            let mut connection = Connection::to(self.scim.address().clone());
            // Nobody looks at the answer: that is the defect.
            let _ = connection.send(&self.dressed(&request), &participant).await;
        }
        (left.fetch_sub(1, Ordering::Relaxed) == 1).then_some(participant)
    }
}

fn addition(batch: &[String]) -> Value {
    let values: Vec<_> = batch.iter().map(|id| json!({"value": id})).collect();
    json!({"op": "add", "path": "members", "value": values})
}

/// Names the one member to remove: a bare `members` would empty the group, RFC 7644 section 3.5.2.2.
fn removal(id: &str) -> Value {
    json!({"op": "remove", "path": format!("members[value eq {}]", Value::from(id))})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removal_names_its_member() {
        assert_eq!(removal("17\"")["path"], r#"members[value eq "17\""]"#);
        assert_eq!(
            addition(&["1".into(), "2".into()])["value"],
            json!([{"value": "1"}, {"value": "2"}])
        );
    }
}
