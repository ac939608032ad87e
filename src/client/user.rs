//! Bringing the users in step with the source.

use serde_json::Value;

use super::change::{self, Change};
use super::create::Created;
use super::listing::Listing;
use super::lookup::{Found, Kind};
use super::memory::UserLink;
use super::session::Stop;
use super::write::Written;
use super::{Client, Defect};
use crate::scenario::source::SourceUser;

impl Client<'_> {
    /// Disables everybody who is linked and no longer in the source; who was disabled there before is deleted.
    pub(super) async fn remove_leavers(&mut self) -> Result<(), Stop> {
        if self.has(Defect::IgnoreLeavers) {
            return Ok(());
        }
        for key in self.leavers() {
            let Some(link) = self.memory.users.get(&key).cloned() else {
                continue;
            };
            if self.settings.hard_delete || !link.written.active {
                self.delete_leaver(&key, &link).await?;
            } else {
                self.disable_leaver(&key, link).await?;
            }
        }
        Ok(())
    }

    /// The keys of those who left and still have something to lose.
    pub(super) fn leavers(&self) -> Vec<String> {
        let may_lose = |link: &UserLink| !link.left || self.settings.hard_delete;
        self.memory
            .users
            .iter()
            .filter(|(key, link)| self.source.user(key).is_none() && may_lose(link))
            .map(|(key, _)| key.clone())
            .collect()
    }

    async fn delete_leaver(&mut self, key: &str, link: &UserLink) -> Result<(), Stop> {
        match self.delete(Kind::User, &link.id).await? {
            Written::Done(_) | Written::Gone => {
                self.memory.users.remove(key);
                self.summary.deleted += 1;
                self.summary.note(format!("user {key}: deleted"));
            }
            Written::Refused { why, .. } | Written::Unknown(why) => {
                self.summary.fail(format!("user {key}: not deleted: {why}"));
            }
        }
        Ok(())
    }

    async fn disable_leaver(&mut self, key: &str, link: UserLink) -> Result<(), Stop> {
        let inactive = SourceUser {
            active: false,
            ..link.written.clone()
        };
        let changes = change::since_written(&link.written, &inactive);
        match self.change_user(&inactive, &link.id, &changes).await? {
            Written::Done(_) => {
                if let Some(link) = self.memory.users.get_mut(key) {
                    link.left = true;
                }
                self.summary.disabled += 1;
                self.summary.note(format!("user {key}: disabled"));
            }
            Written::Gone => {
                self.memory.users.remove(key);
                self.summary.note(format!("user {key}: already gone"));
            }
            Written::Refused { why, .. } | Written::Unknown(why) => {
                self.summary
                    .fail(format!("user {key}: not disabled: {why}"));
            }
        }
        Ok(())
    }

    /// Brings one user of the source in step.
    pub(super) async fn user(&mut self, user: &SourceUser, listing: &Listing) -> Result<(), Stop> {
        let link = self.memory.users.get(&user.external_id).cloned();
        if self.has(Defect::TrustPartialList) && listing.broke_off_before(&user.user_name) {
            if let Some(link) = link {
                self.delete(Kind::User, &link.id).await?;
            }
            return self.create_user(user).await;
        }
        let Some(link) = link else {
            return self.find_user(user).await;
        };
        let returns = user.active && !link.written.active;
        if returns && self.has(Defect::RecreateReturners) {
            return self.create_user(user).await;
        }
        if link.written.user_name != user.user_name && self.has(Defect::RecreateOnRename) {
            self.delete(Kind::User, &link.id).await?;
            return self.create_user(user).await;
        }
        // A listing may be stale: before an id is forgotten, the resource itself is asked for.
        if listing.lacks(&link.id) && self.is_really_gone(Kind::User, &link.id).await? {
            return self.find_again(user).await;
        }
        self.update_user(user, link, listing).await
    }

    async fn update_user(
        &mut self,
        user: &SourceUser,
        mut link: UserLink,
        listing: &Listing,
    ) -> Result<(), Stop> {
        let mut changes = if self.has(Defect::WriteAlways) {
            change::everything(user)
        } else {
            change::since_written(&link.written, user)
        };
        if let Some(row) = listing.row(&link.id).map(change::shown) {
            let was = link.shown.get_or_insert_with(|| row.clone());
            for change in change::drifted(was, &row, user) {
                if !changes.iter().any(|other| other.path == change.path) {
                    changes.push(change);
                }
            }
        }
        link.left = false;
        let id = link.id.clone();
        self.memory.users.insert(user.external_id.clone(), link);
        if changes.is_empty() {
            return Ok(());
        }
        match self.change_user(user, &id, &changes).await? {
            Written::Done(_) => self.report_update(user, &changes),
            Written::Gone => return self.find_again(user).await,
            Written::Refused { why, .. } | Written::Unknown(why) => self.fail_user(user, &why),
        }
        Ok(())
    }

    /// Forgets an id that is dead, looks once, and links or creates anew.
    async fn find_again(&mut self, user: &SourceUser) -> Result<(), Stop> {
        self.memory.users.remove(&user.external_id);
        self.summary
            .note(format!("user {}: its id is gone", user.external_id));
        self.find_user(user).await
    }

    async fn find_user(&mut self, user: &SourceUser) -> Result<(), Stop> {
        let found = if self.has(Defect::NoLookup) {
            Found::Absent
        } else {
            self.look_up(Kind::User, &user.user_name).await?
        };
        match found {
            Found::Absent if !user.active => {
                let line = format!("user {}: inactive, not created", user.external_id);
                self.summary.note(line);
            }
            Found::Absent => return self.create_user(user).await,
            Found::One { id, row } => return self.adopt_user(user, id, &row).await,
            Found::Several(count) => self.fail_user(user, &format!("{count} accounts match")),
            Found::Unknown(why) => self.fail_user(user, &format!("lookup failed: {why}")),
        }
        Ok(())
    }

    async fn create_user(&mut self, user: &SourceUser) -> Result<(), Stop> {
        let mut body = change::resource(user);
        if self.has(Defect::SendId)
            && let Some(members) = body.as_object_mut()
        {
            members.insert("id".into(), Value::from(user.external_id.as_str()));
        }
        match self.create(Kind::User, &user.user_name, &body).await? {
            Created::New { id, row } => {
                self.summary.created += 1;
                self.summary
                    .note(format!("user {}: created as {id}", user.external_id));
                self.link_user(user, id, row.as_ref());
            }
            Created::Existing { id, row } => return self.adopt_user(user, id, &row).await,
            Created::Failed(why) => self.fail_user(user, &why),
        }
        Ok(())
    }

    /// Links an account that is there, and writes what it lacks.
    async fn adopt_user(&mut self, user: &SourceUser, id: String, row: &Value) -> Result<(), Stop> {
        let is_taken = self
            .memory
            .users
            .iter()
            .any(|(key, link)| link.id == id && *key != user.external_id);
        if is_taken && !self.has(Defect::TakeFirstRow) {
            self.fail_user(user, "the account belongs to somebody else");
            return Ok(());
        }
        let changes = change::lacking(&change::shown(row), user);
        if changes.is_empty() {
            self.link_user(user, id, Some(row));
        } else {
            match self.change_user(user, &id, &changes).await? {
                Written::Done(_) => self.report_update(user, &changes),
                Written::Gone => {
                    self.fail_user(user, "the account went away");
                    return Ok(());
                }
                Written::Refused { why, .. } | Written::Unknown(why) => {
                    self.fail_user(user, &why);
                    return Ok(());
                }
            }
        }
        self.summary.adopted += 1;
        self.summary
            .note(format!("user {}: linked", user.external_id));
        Ok(())
    }

    /// Writes changes to one account, and links it if they took effect.
    async fn change_user(
        &mut self,
        user: &SourceUser,
        id: &str,
        changes: &[Change],
    ) -> Result<Written, Stop> {
        let operations = changes.iter().map(Change::operation).collect();
        let written = self.patch(Kind::User, id, operations).await?;
        if let Written::Done(row) = &written {
            let contradicts = changes.iter().any(|change| change.path == "active")
                && row
                    .as_ref()
                    .is_some_and(|row| change::shown(row).active != user.active);
            if contradicts && !self.has(Defect::TextBoolean) {
                return Ok(Written::Unknown("the answer shows another active".into()));
            }
            self.link_user(user, id.to_owned(), row.as_ref());
        }
        Ok(written)
    }

    fn link_user(&mut self, user: &SourceUser, id: String, row: Option<&Value>) {
        let link = UserLink {
            id,
            written: user.clone(),
            shown: row.map(change::shown),
            left: false,
        };
        self.memory.users.insert(user.external_id.clone(), link);
    }

    fn report_update(&mut self, user: &SourceUser, changes: &[Change]) {
        let paths: Vec<_> = changes.iter().map(|change| change.path.as_str()).collect();
        self.summary.updated += 1;
        self.summary.note(format!(
            "user {}: wrote {}",
            user.external_id,
            paths.join(", ")
        ));
    }

    fn fail_user(&mut self, user: &SourceUser, why: &str) {
        self.summary
            .fail(format!("user {}: {why}", user.external_id));
    }
}
