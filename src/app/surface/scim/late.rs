//! Writes that race: they read, wait, and store what they made of it, whoever wrote in between.

use std::time::Duration;

use serde_json::Value;

use super::Scene;
use crate::app::surface::{half, oddity};
use crate::exchange::Reply;
use crate::operation::Operation;
use crate::scim::error::ScimError;
use crate::store::directory::Refusal;

impl Scene<'_> {
    /// Does what the request wants written, so long after it was read; a deletion does not wait.
    pub(super) async fn write_late(&mut self, gap: Duration) -> Result<Reply, ScimError> {
        use Operation as O;
        match self.call.operation {
            O::CreateUser | O::CreateGroup | O::CreateResource => {
                let body = self.body()?;
                self.create_late(body, gap).await
            }
            O::CreateMe => {
                let body = self.own_body()?;
                self.create_late(body, gap).await
            }
            O::ReplaceUser | O::ReplaceGroup | O::ReplaceResource | O::ReplaceMe => {
                self.replace_late(gap).await
            }
            O::PatchUser | O::PatchGroup | O::PatchResource | O::PatchMe => {
                self.patch_late(gap).await
            }
            _ => self.write_now(),
        }
    }

    async fn create_late(&mut self, body: Value, gap: Duration) -> Result<Reply, ScimError> {
        let (accepted, projection) = self.newcomer(body)?;
        if let Some(full) = oddity::full(self.call, self.directory(), self.kind()) {
            return full;
        }
        let (resource_type, ids) = (self.resource_type, self.ids());
        self.directory().check_new(resource_type, &accepted)?;
        let moment = oddity::pause(self.call, gap).await;
        let stored = self
            .directory()
            .create_late(resource_type, accepted, moment, ids)?;
        Ok(self.created(&stored, &projection))
    }

    async fn replace_late(&mut self, gap: Duration) -> Result<Reply, ScimError> {
        let (id, before) = self.target()?;
        let body = self.body()?;
        let projection = self.projection_after(&body)?;
        let (body, extent) = half::of_put(self.call.plan, body, before.as_deref());
        let before = before.ok_or_else(|| Refusal::NotFound(self.kind(), id.to_string()))?;
        let accepted = self.replaced(&before, body)?;
        let moment = oddity::pause(self.call, gap).await;
        let written = self
            .directory()
            .overwrite((self.kind(), &id), accepted, moment)?;
        self.put(&written, &projection, extent)
    }

    async fn patch_late(&mut self, gap: Duration) -> Result<Reply, ScimError> {
        self.check_patch()?;
        let (id, before) = self.target()?;
        let body = self.body()?;
        let projection = self.projection_after(&body)?;
        let (body, extent) = half::of_patch(self.call.plan, body);
        let before = before.ok_or_else(|| Refusal::NotFound(self.kind(), id.to_string()))?;
        let accepted = self.patched(&before, &body)?;
        let moment = oddity::pause(self.call, gap).await;
        let written = self
            .directory()
            .overwrite((self.kind(), &id), accepted, moment)?;
        self.patched_reply(&written, &projection, extent)
    }
}
