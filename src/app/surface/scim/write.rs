//! Creating, replacing, changing and deleting resources.

use http::StatusCode;
use http::header::{ETAG, LOCATION};
use serde_json::Value;

use super::{Scene, body, precondition};
use crate::app::surface::rules;
use crate::app::surface::subject::subject_in;
use crate::entry::Verb;
use crate::exchange::Reply;
use crate::profile::PatchAnswer;
use crate::scenario::plan::DataVerb;
use crate::scim::error::ScimError;
use crate::scim::patch;
use crate::scim::project::Projection;
use crate::scim::resource::{Accepted, accept, refuse_many_members};
use crate::scim::resource_type::Kind;
use crate::store::directory::{Refusal, Stored, Written};

impl Scene<'_> {
    /// [RFC 7644 section 3.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.3).
    pub(super) fn create(&mut self) -> Result<Reply, ScimError> {
        let body = self.body()?;
        self.create_from(body)
    }

    /// Creates what a body describes.
    pub(super) fn create_from(&mut self, body: Value) -> Result<Reply, ScimError> {
        self.subject = subject_in(self.resource_type, &body);
        let projection = self.projection_after(&body)?;
        let resource_type = self.resource_type;
        let accepted = accept(resource_type, body, self.profile())?.as_new(resource_type);
        self.check_domain(&accepted, None)?;
        let sandbox = self.call.sandbox;
        let (moment, entropy) = (sandbox.clock.shown(), sandbox.entropy);
        let stored = self
            .directory()
            .create(resource_type, accepted, moment, entropy)?;
        self.note(&stored, Verb::Created);
        if let Some(subject) = &mut self.subject {
            subject.id = Some(stored.id.to_string());
        }
        let body = self.shown(&stored, &projection);
        Ok(self.resource_reply(StatusCode::CREATED, &stored, body))
    }

    /// [RFC 7644 section 3.5.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.1).
    pub(super) fn replace(&mut self) -> Result<Reply, ScimError> {
        let (id, _) = self.target()?;
        let body = self.body()?;
        let projection = self.projection_after(&body)?;
        let moment = self.call.sandbox.clock.shown();
        let written = self
            .directory()
            .replace((self.kind(), &id), moment, |before| {
                precondition::check_write(self.call.request, self.profile(), before)?;
                let accepted = accept(self.resource_type, body, self.profile())?;
                let accepted = accepted.in_place_of(self.resource_type, &before.resource())?;
                let accepted = rules::without_new_password(accepted, self.profile());
                self.check_domain(&accepted, Some(before))?;
                Ok::<_, ScimError>(accepted)
            })?;
        self.note_written(&written);
        let body = self.shown(&written.stored, &projection);
        Ok(self.resource_reply(StatusCode::OK, &written.stored, body))
    }

    /// [RFC 7644 section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2).
    pub(super) async fn patch(&mut self) -> Result<Reply, ScimError> {
        if !self.profile().patch {
            return Err(ScimError::not_implemented("PATCH"));
        }
        let (id, before) = self.target()?;
        let body = self.body()?;
        let projection = self.projection_after(&body)?;
        let written = match self.call.plan.data {
            Some(DataVerb::Racy(gap)) => {
                let before =
                    before.ok_or_else(|| Refusal::NotFound(self.kind(), id.to_string()))?;
                let accepted = self.patched(&before, &body)?;
                let peer = self.call.request.connection.peer;
                self.call.sandbox.clock.hold(peer, gap).await;
                let moment = self.call.sandbox.clock.shown();
                self.directory()
                    .overwrite(self.kind(), &id, accepted, moment)?
            }
            None => {
                let moment = self.call.sandbox.clock.shown();
                let touched = patch::touched(self.resource_type, &body, self.profile());
                let change = |before: &Stored| self.patched(before, &body);
                self.directory()
                    .change((self.kind(), &id), &touched, moment, change)?
            }
        };
        self.note_written(&written);
        let stored = &written.stored;
        let answer = match self.kind() {
            Kind::Group => self.profile().group_patch_answer,
            Kind::User | Kind::Other(_) => self.profile().user_patch_answer,
        };
        // Who names attributes wants to see them.
        let is_unsaid = matches!(projection, Projection::Default | Projection::Written(_));
        if answer == PatchAnswer::NoContent && is_unsaid {
            let done = Reply::empty(StatusCode::NO_CONTENT);
            return Ok(done
                .with_value(LOCATION, stored.fields().location.as_ref())
                .with_value(ETAG, self.etag_of(stored)));
        }
        let body = self.shown(stored, &projection);
        Ok(self.resource_reply(StatusCode::OK, stored, body))
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

    fn body(&self) -> Result<Value, ScimError> {
        let body = body::object(self.call.request, self.profile())?;
        if self.kind() == Kind::Group {
            refuse_many_members(&body, self.profile())?;
        }
        Ok(body)
    }

    /// What the PATCH makes of a resource.
    fn patched(&self, before: &Stored, body: &Value) -> Result<Accepted, ScimError> {
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
