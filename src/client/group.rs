//! Bringing the groups in step with the source.

use serde_json::json;

use super::Client;
use super::change::GROUP_URN;
use super::create::Created;
use super::lookup::{Found, Kind};
use super::memory::GroupLink;
use super::session::Stop;
use super::write::Written;
use crate::scenario::source::SourceGroup;

/// Whether a group's id turned out to be dead on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Alive,
    Gone,
}

impl Client<'_> {
    /// Deletes the groups that are linked and no longer in the source; their members stay.
    pub(super) async fn drop_groups(&mut self) -> Result<(), Stop> {
        for key in self.dropped() {
            let Some(link) = self.memory.groups.get(&key).cloned() else {
                continue;
            };
            match self.delete(Kind::Group, &link.id).await? {
                Written::Done(_) | Written::Gone => {
                    self.memory.groups.remove(&key);
                    self.summary.deleted += 1;
                    self.summary.note(format!("group {key}: deleted"));
                }
                Written::Refused { why, .. } | Written::Unknown(why) => {
                    self.summary
                        .fail(format!("group {key}: not deleted: {why}"));
                }
            }
        }
        Ok(())
    }

    /// The keys of the groups that left the source.
    pub(super) fn dropped(&self) -> Vec<String> {
        let is_in_source = |key: &str| self.source.groups.iter().any(|g| g.external_id == key);
        self.memory
            .groups
            .keys()
            .filter(|key| !is_in_source(key))
            .cloned()
            .collect()
    }

    /// Brings one group of the source in step; one that was deleted behind our back is made anew, once.
    pub(super) async fn group(&mut self, group: &SourceGroup) -> Result<(), Stop> {
        if self.sync_group(group).await? == Fate::Gone {
            self.memory.groups.remove(&group.external_id);
            self.summary
                .note(format!("group {}: its id is gone", group.external_id));
            if self.sync_group(group).await? == Fate::Gone {
                self.fail_group(group, "it went away again");
            }
        }
        Ok(())
    }

    async fn sync_group(&mut self, group: &SourceGroup) -> Result<Fate, Stop> {
        if !self.memory.groups.contains_key(&group.external_id) {
            self.find_group(group).await?;
        }
        let Some(link) = self.memory.groups.get(&group.external_id).cloned() else {
            return Ok(Fate::Alive);
        };
        if link.display_name != group.display_name
            && self.rename_group(group, &link.id).await? == Fate::Gone
        {
            return Ok(Fate::Gone);
        }
        self.sync_members(group, &link.id).await
    }

    async fn rename_group(&mut self, group: &SourceGroup, id: &str) -> Result<Fate, Stop> {
        let operation =
            json!({"op": "replace", "path": "displayName", "value": group.display_name});
        match self.patch(Kind::Group, id, vec![operation]).await? {
            Written::Done(_) => {
                if let Some(link) = self.memory.groups.get_mut(&group.external_id) {
                    link.display_name.clone_from(&group.display_name);
                }
                self.summary.updated += 1;
                self.summary
                    .note(format!("group {}: renamed", group.external_id));
            }
            Written::Gone => return Ok(Fate::Gone),
            Written::Refused { why, .. } | Written::Unknown(why) => self.fail_group(group, &why),
        }
        Ok(Fate::Alive)
    }

    async fn find_group(&mut self, group: &SourceGroup) -> Result<(), Stop> {
        match self.look_up(Kind::Group, &group.display_name).await? {
            Found::Absent => return self.create_group(group).await,
            Found::One { id, .. } => self.adopt_group(group, id),
            Found::Several(count) => self.fail_group(group, &format!("{count} groups match")),
            Found::Unknown(why) => self.fail_group(group, &format!("lookup failed: {why}")),
        }
        Ok(())
    }

    /// Creates the group without members: those follow in batches the server can take.
    async fn create_group(&mut self, group: &SourceGroup) -> Result<(), Stop> {
        let body = json!({
            "schemas": [GROUP_URN],
            "externalId": group.external_id,
            "displayName": group.display_name,
        });
        match self.create(Kind::Group, &group.display_name, &body).await? {
            Created::New { id, .. } => {
                self.summary.created += 1;
                self.summary
                    .note(format!("group {}: created as {id}", group.external_id));
                let link = GroupLink {
                    id,
                    display_name: group.display_name.clone(),
                    members: Some([].into()),
                };
                self.memory.groups.insert(group.external_id.clone(), link);
            }
            Created::Existing { id, .. } => self.adopt_group(group, id),
            Created::Failed(why) => self.fail_group(group, &why),
        }
        Ok(())
    }

    fn adopt_group(&mut self, group: &SourceGroup, id: String) {
        self.summary.adopted += 1;
        self.summary
            .note(format!("group {}: linked", group.external_id));
        let link = GroupLink {
            id,
            display_name: group.display_name.clone(),
            members: None,
        };
        self.memory.groups.insert(group.external_id.clone(), link);
    }

    pub(super) fn fail_group(&mut self, group: &SourceGroup, why: &str) {
        self.summary
            .fail(format!("group {}: {why}", group.external_id));
    }
}
