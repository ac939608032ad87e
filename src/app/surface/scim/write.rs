//! Creating, replacing, changing and deleting resources.

use http::StatusCode;
use serde_json::Value;

use super::read::shown;
use super::{Scene, body, precondition, resource_reply};
use crate::entry::{Subject, Verb};
use crate::exchange::Reply;
use crate::profile::PatchAnswer;
use crate::scenario::plan::DataVerb;
use crate::scim::error::ScimError;
use crate::scim::patch;
use crate::scim::project::Projection;
use crate::scim::resource::{Accepted, accept, refuse_many_members};
use crate::scim::resource_type::{Kind, fold_case};
use crate::store::directory::{Refusal, Stored, Written};

impl Scene<'_> {
    /// [RFC 7644 section 3.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.3).
    pub(super) fn create(&mut self) -> Result<Reply, ScimError> {
        let body = self.body()?;
        self.subject = self.subject_in(&body);
        let projection = self.projection()?;
        let resource_type = self.resource_type;
        let accepted = accept(resource_type, body, self.profile())?.as_new(resource_type);
        self.check_domain(&accepted, None)?;
        let sandbox = self.call.sandbox;
        let (moment, entropy) = (sandbox.clock.now(), sandbox.entropy);
        let stored = self
            .directory()
            .create(resource_type, accepted, moment, entropy)?;
        self.note(&stored, Verb::Created);
        if let Some(subject) = &mut self.subject {
            subject.id = Some(stored.id.to_string());
        }
        let body = shown(&stored, &projection);
        Ok(resource_reply(StatusCode::CREATED, &stored, body))
    }

    /// [RFC 7644 section 3.5.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.1).
    pub(super) fn replace(&mut self) -> Result<Reply, ScimError> {
        let (id, _) = self.target()?;
        let body = self.body()?;
        let projection = self.projection()?;
        let moment = self.call.sandbox.clock.now();
        let written = self
            .directory()
            .replace((self.kind(), &id), moment, |before| {
                precondition::check(self.call.request, before)?;
                let accepted = accept(self.resource_type, body, self.profile())?;
                let accepted = accepted.in_place_of(self.resource_type, &before.resource())?;
                self.check_domain(&accepted, Some(before))?;
                Ok::<_, ScimError>(accepted)
            })?;
        self.note_written(&written);
        let body = shown(&written.stored, &projection);
        Ok(resource_reply(StatusCode::OK, &written.stored, body))
    }

    /// [RFC 7644 section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2).
    pub(super) async fn patch(&mut self) -> Result<Reply, ScimError> {
        let (id, before) = self.target()?;
        let body = self.body()?;
        let projection = self.projection()?;
        let written = match self.call.plan.data {
            Some(DataVerb::Racy(gap)) => {
                let before =
                    before.ok_or_else(|| Refusal::NotFound(self.kind(), id.to_string()))?;
                let accepted = self.patched(&before, &body)?;
                let peer = self.call.request.connection.peer;
                self.call.sandbox.clock.hold(peer, gap).await;
                let moment = self.call.sandbox.clock.now();
                self.directory()
                    .overwrite(self.kind(), &id, accepted, moment)?
            }
            None => {
                let moment = self.call.sandbox.clock.now();
                let change = |before: &Stored| self.patched(before, &body);
                self.directory()
                    .replace((self.kind(), &id), moment, change)?
            }
        };
        self.note_written(&written);
        let stored = &written.stored;
        let answer = match self.kind() {
            Kind::Group => self.profile().group_patch_answer,
            Kind::User | Kind::Other(_) => self.profile().user_patch_answer,
        };
        // Who names attributes wants to see them.
        if answer == PatchAnswer::NoContent && projection == Projection::Default {
            let done = Reply::empty(StatusCode::NO_CONTENT);
            return Ok(done.with_value(http::header::ETAG, stored.fields().etag.as_ref()));
        }
        let body = shown(stored, &projection);
        Ok(resource_reply(StatusCode::OK, stored, body))
    }

    /// [RFC 7644 section 3.6](https://www.rfc-editor.org/rfc/rfc7644#section-3.6).
    pub(super) fn delete(&mut self) -> Result<Reply, ScimError> {
        let (id, _) = self.target()?;
        let moment = self.call.sandbox.clock.now();
        let deleted = self
            .directory()
            .delete((self.kind(), &id), moment, |stored| {
                precondition::check(self.call.request, stored)
            })?;
        self.note(&deleted.stored, Verb::Deleted);
        for group in &deleted.left {
            self.note(group, Verb::Updated);
        }
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
        precondition::check(self.call.request, before)?;
        let resource_type = self.resource_type;
        let after = patch::apply(resource_type, &before.resource(), body, self.profile())?;
        let accepted = accept(resource_type, after, self.profile())?;
        self.check_domain(&accepted, Some(before))?;
        Ok(accepted)
    }

    /// Refuses a `userName` outside the organization's verified domains; one that stays as it was is not asked again.
    fn check_domain(&self, accepted: &Accepted, before: Option<&Stored>) -> Result<(), ScimError> {
        if self.kind() != Kind::User || !self.profile().user_domain_verified {
            return Ok(());
        }
        let user_name = fold_case(accepted.text("userName").unwrap_or_default());
        if before.is_some_and(|before| fold_case(before.name()) == user_name) {
            return Ok(());
        }
        let detail = match user_name.rsplit_once('@') {
            Some((_, domain)) if self.organization.has_verified(domain) => return Ok(()),
            Some((_, domain)) => format!("userName: the domain {domain} is not verified"),
            None => "userName must be an e-mail address in a verified domain".into(),
        };
        Err(ScimError::invalid_value(detail))
    }

    fn note_written(&mut self, written: &Written) {
        if written.changed {
            self.note(&written.stored, Verb::Updated);
        }
    }

    /// Whom a body is about, however it spells the attribute that names it.
    fn subject_in(&self, body: &Value) -> Option<Subject> {
        let naming = &self.resource_type.naming;
        let (_, name) = body
            .as_object()?
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(naming))?;
        Some(Subject {
            kind: self.kind().into(),
            key: fold_case(name.as_str()?),
            id: None,
        })
    }
}
