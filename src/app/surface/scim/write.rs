//! Creating, replacing, changing and deleting resources.

use http::StatusCode;
use http::header::{ETAG, LOCATION};
use serde_json::Value;

use super::{Scene, body, precondition};
use crate::app::surface::half::{self, Extent};
use crate::app::surface::subject::subject_in;
use crate::app::surface::{oddity, rules};
use crate::app::vary::is_scripted;
use crate::entry::Verb;
use crate::exchange::Reply;
use crate::profile::PatchAnswer;
use crate::scim::error::ScimError;
use crate::scim::patch;
use crate::scim::project::Projection;
use crate::scim::resource::{Accepted, accept, refuse_many_members};
use crate::scim::resource_type::Kind;
use crate::store::directory::{Stored, Written};
use crate::variation::Ids;

impl Scene<'_> {
    /// [RFC 7644 section 3.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.3).
    pub(super) fn create(&mut self) -> Result<Reply, ScimError> {
        let body = self.body()?;
        self.create_from(body)
    }

    /// Creates what a body describes.
    pub(super) fn create_from(&mut self, body: Value) -> Result<Reply, ScimError> {
        let (accepted, projection) = self.newcomer(body)?;
        if let Some(full) = oddity::full(self.call, self.directory(), self.kind()) {
            return full;
        }
        let ids = self.ids();
        let moment = self.call.sandbox.clock.shown();
        let stored = self
            .directory()
            .create(self.resource_type, accepted, moment, ids)?;
        Ok(self.created(&stored, &projection))
    }

    /// Where the id of a new resource comes from.
    pub(super) fn ids(&mut self) -> Ids {
        let mut ids = Ids::from(self.call.sandbox.entropy);
        if let (Some(manner), Some(subject)) = (self.call.manner, &self.subject) {
            ids.form = manner.id_form(&subject.key, &mut self.varied);
        }
        ids
    }

    /// What a body describes, and what is to be shown of it.
    pub(super) fn newcomer(&mut self, body: Value) -> Result<(Accepted, Projection), ScimError> {
        self.subject = subject_in(self.resource_type, &body);
        let projection = self.projection_after(&body)?;
        let resource_type = self.resource_type;
        let accepted = accept(resource_type, body, self.profile())?.as_new(resource_type);
        self.check_domain(&accepted, None)?;
        Ok((accepted, projection))
    }

    /// The answer to a create.
    pub(super) fn created(&mut self, stored: &Stored, projection: &Projection) -> Reply {
        self.note(stored, Verb::Created);
        if let Some(subject) = &mut self.subject {
            subject.id = Some(stored.id.to_string());
        }
        let body = self.shown(stored, projection);
        self.resource_reply(StatusCode::CREATED, stored, body)
    }

    /// [RFC 7644 section 3.5.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.1).
    pub(super) fn replace(&mut self) -> Result<Reply, ScimError> {
        let (id, before) = self.target()?;
        let body = self.body()?;
        let projection = self.projection_after(&body)?;
        let (body, extent) = half::of_put(self.call.plan, body, before.as_deref());
        let moment = self.call.sandbox.clock.shown();
        let change = |before: &Stored| self.replaced(before, body);
        let written = self
            .directory()
            .replace((self.kind(), &id), moment, change)?;
        self.put(&written, &projection, extent)
    }

    /// The answer to a PUT.
    pub(super) fn put(
        &mut self,
        written: &Written,
        projection: &Projection,
        extent: Extent,
    ) -> Result<Reply, ScimError> {
        self.note_written(written);
        extent.finish()?;
        let body = self.shown(&written.stored, projection);
        Ok(self.resource_reply(StatusCode::OK, &written.stored, body))
    }

    /// [RFC 7644 section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2).
    pub(super) fn patch(&mut self) -> Result<Reply, ScimError> {
        self.check_patch()?;
        let (id, _) = self.target()?;
        let body = self.body()?;
        let projection = self.projection_after(&body)?;
        let (body, extent) = half::of_patch(self.call.plan, body);
        let moment = self.call.sandbox.clock.shown();
        let touched = patch::touched(self.resource_type, &body, self.profile());
        let change = |before: &Stored| self.patched(before, &body);
        let written = self
            .directory()
            .change((self.kind(), &id), &touched, moment, change)?;
        self.patched_reply(&written, &projection, extent)
    }

    pub(super) fn check_patch(&self) -> Result<(), ScimError> {
        if self.profile().patch {
            Ok(())
        } else {
            Err(ScimError::not_implemented("PATCH"))
        }
    }

    /// The answer to a PATCH.
    pub(super) fn patched_reply(
        &mut self,
        written: &Written,
        projection: &Projection,
        extent: Extent,
    ) -> Result<Reply, ScimError> {
        self.note_written(written);
        extent.finish()?;
        let stored = &written.stored;
        // Who names attributes wants to see them.
        let is_unsaid = matches!(projection, Projection::Default | Projection::Written(_));
        if is_unsaid && self.patch_answer() == PatchAnswer::NoContent {
            let done = Reply::empty(StatusCode::NO_CONTENT);
            return Ok(done
                .with_value(LOCATION, stored.fields().location.as_ref())
                .with_value(ETAG, self.etag_of(stored)));
        }
        let body = self.shown(stored, projection);
        Ok(self.resource_reply(StatusCode::OK, stored, body))
    }

    /// How a PATCH is answered that leaves it open.
    fn patch_answer(&mut self) -> PatchAnswer {
        match self.call.manner {
            Some(manner) if !is_scripted(self.call.plan) => manner.patch_answer(&mut self.varied),
            _ if self.kind() == Kind::Group => self.profile().group_patch_answer,
            _ => self.profile().user_patch_answer,
        }
    }

    /// [RFC 7644 section 3.6](https://www.rfc-editor.org/rfc/rfc7644#section-3.6).
    pub(super) fn delete(&mut self) -> Result<Reply, ScimError> {
        let (id, _) = self.target()?;
        if self.kind() == Kind::User && self.profile().delete_suspends {
            return self.suspend(&id);
        }
        let moment = self.call.sandbox.clock.shown();
        let deleted = self
            .directory()
            .delete((self.kind(), &id), moment, |stored| {
                precondition::check_write(self.call.request, self.profile(), stored)
            })?;
        self.note(&deleted.stored, Verb::Deleted);
        for group in &deleted.left {
            self.note(group, Verb::Updated);
        }
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    }

    /// What a DELETE does to a user who is never deleted.
    fn suspend(&mut self, id: &str) -> Result<Reply, ScimError> {
        let moment = self.call.sandbox.clock.shown();
        let of = (self.kind(), id);
        let written = self.directory().replace(of, moment, |before| {
            precondition::check_write(self.call.request, self.profile(), before)?;
            rules::suspended(before, self.profile())
        })?;
        self.note_written(&written);
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    }

    pub(super) fn body(&self) -> Result<Value, ScimError> {
        let mut body = body::object(self.call.request, self.profile())?;
        if self.kind() == Kind::Group {
            refuse_many_members(&body, self.profile())?;
            half::take_members(self.call.plan, &mut body);
        }
        Ok(body)
    }

    /// What the PUT puts in the place of a resource.
    pub(super) fn replaced(&self, before: &Stored, body: Value) -> Result<Accepted, ScimError> {
        precondition::check_write(self.call.request, self.profile(), before)?;
        let accepted = accept(self.resource_type, body, self.profile())?;
        let accepted = accepted.in_place_of(self.resource_type, &before.resource())?;
        let accepted = rules::without_new_password(accepted, self.profile());
        self.check_domain(&accepted, Some(before))?;
        Ok(accepted)
    }

    /// What the PATCH makes of a resource.
    pub(super) fn patched(&self, before: &Stored, body: &Value) -> Result<Accepted, ScimError> {
        precondition::check_write(self.call.request, self.profile(), before)?;
        let resource_type = self.resource_type;
        let after = patch::apply(resource_type, &before.resource(), body, self.profile())?;
        let accepted = accept(resource_type, after, self.profile())?;
        let accepted = rules::without_new_password(accepted, self.profile());
        self.check_domain(&accepted, Some(before))?;
        Ok(accepted)
    }

    fn check_domain(&self, accepted: &Accepted, before: Option<&Stored>) -> Result<(), ScimError> {
        let of = (self.kind(), accepted);
        rules::check_domain(self.organization, self.profile(), of, before)
    }

    fn note_written(&mut self, written: &Written) {
        if written.changed {
            self.note(&written.stored, Verb::Updated);
        }
    }
}
