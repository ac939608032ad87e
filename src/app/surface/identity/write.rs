//! Creating, replacing, changing and deleting resources.

use http::StatusCode;
use serde_json::Value;

use super::{Scene, located};
use crate::app::surface::half::{self, Extent};
use crate::app::surface::scim::body;
use crate::app::surface::subject::subject_in;
use crate::app::surface::{oddity, rules};
use crate::entry::Verb;
use crate::exchange::Reply;
use crate::scim::error::ScimError;
use crate::scim::resource::{Accepted, accept};
use crate::scim::resource_type::Kind;
use crate::scim::v1;
use crate::store::directory::{Stored, Written};

impl Scene<'_> {
    /// [SCIM 1.1 section 3.1](https://datatracker.ietf.org/doc/html/draft-scim-api-01#section-3.1).
    pub(super) async fn create(&mut self) -> Result<Reply, ScimError> {
        let body = self.body()?;
        self.subject = subject_in(self.resource_type, &body);
        let projection = self.projection()?;
        let whole = v1::body::whole(self.shape, body, self.profile())?;
        let accepted = self.accepted(whole, None)?.as_new(self.resource_type);
        let kind = self.resource_type.kind;
        if let Some(full) = oddity::full(self.call, self.directory(), kind) {
            return full;
        }
        let sandbox = self.call.sandbox;
        let (moment, entropy) = (sandbox.clock.shown(), sandbox.entropy);
        let (directory, of) = (self.directory(), self.resource_type);
        let stored = match oddity::gap(self.call.plan) {
            None => directory.create(of, accepted, moment, entropy)?,
            Some(gap) => {
                directory.check_new(of, &accepted)?;
                let moment = oddity::pause(self.call, gap).await;
                directory.create_late(of, accepted, moment, entropy)?
            }
        };
        self.note(&stored, Verb::Created);
        if let Some(subject) = &mut self.subject {
            subject.id = Some(stored.id.to_string());
        }
        let shown = self.shown(&stored, &projection);
        Ok(located(StatusCode::CREATED, &shown))
    }

    /// [SCIM 1.1 section 3.3.1](https://datatracker.ietf.org/doc/html/draft-scim-api-01#section-3.3.1).
    pub(super) async fn replace(&mut self, id: &str) -> Result<Reply, ScimError> {
        self.write(id, v1::body::replacing).await
    }

    /// [SCIM 1.1 section 3.3.2](https://datatracker.ietf.org/doc/html/draft-scim-api-01#section-3.3.2).
    pub(super) async fn patch(&mut self, id: &str) -> Result<Reply, ScimError> {
        if !self.profile().patch {
            return Err(ScimError::not_implemented("PATCH"));
        }
        self.write(id, v1::patch::patched).await
    }

    /// [SCIM 1.1 section 3.4](https://datatracker.ietf.org/doc/html/draft-scim-api-01#section-3.4): 200, where SCIM 2.0 has 204.
    pub(super) fn delete(&mut self, id: &str) -> Result<Reply, ScimError> {
        self.target(id)?;
        let moment = self.call.sandbox.clock.shown();
        let at = (self.resource_type.kind, id);
        if self.shape.kind == Kind::User && self.profile().delete_suspends {
            let suspended = |before: &Stored| rules::suspended(before, self.profile());
            let written = self.directory().replace(at, moment, suspended)?;
            self.note_written(&written);
            return Ok(Reply::empty(StatusCode::OK));
        }
        let deleted = self
            .directory()
            .delete(at, moment, |_| Ok::<_, ScimError>(()))?;
        self.note(&deleted.stored, Verb::Deleted);
        for group in &deleted.left {
            self.note(group, Verb::Updated);
        }
        Ok(Reply::empty(StatusCode::OK))
    }

    /// Puts what `change` makes of a resource and the body in its place.
    async fn write(&mut self, id: &str, change: Change) -> Result<Reply, ScimError> {
        let read = self.target(id)?;
        let body = self.body()?;
        let projection = self.projection()?;
        let (body, extent) = half::of_partial(self.call.plan, body);
        let change: Change = match extent {
            Extent::Whole => change,
            Extent::Half => v1::patch::patched,
        };
        let moment = self.call.sandbox.clock.shown();
        let at = (self.resource_type.kind, id);
        let change = |before: &Stored| {
            let after = change(self.shape, &before.resource(), body, self.profile())?;
            let accepted = self.accepted(after, Some(before))?;
            Ok::<_, ScimError>(rules::without_new_password(accepted, self.profile()))
        };
        let written = match oddity::gap(self.call.plan) {
            None => self.directory().replace(at, moment, change)?,
            Some(gap) => {
                let accepted = change(&read)?;
                let moment = oddity::pause(self.call, gap).await;
                self.directory().overwrite(at, accepted, moment)?
            }
        };
        self.note_written(&written);
        extent.finish()?;
        let shown = self.shown(&written.stored, &projection);
        Ok(located(StatusCode::OK, &shown))
    }

    fn note_written(&mut self, written: &Written) {
        if written.changed {
            self.note(&written.stored, Verb::Updated);
        }
    }

    fn body(&self) -> Result<Value, ScimError> {
        let mut body = body::object(self.call.request, self.profile())?;
        if self.shape.kind == Kind::Group {
            half::take_members(self.call.plan, &mut body);
        }
        Ok(body)
    }

    /// The resource, if schemas and GoTo's rules accept it.
    fn accepted(&self, body: Value, before: Option<&Stored>) -> Result<Accepted, ScimError> {
        let accepted = accept(self.resource_type, body, self.profile())?;
        let of = (self.resource_type.kind, &accepted);
        rules::check_domain(self.organization, self.profile(), of, before)?;
        Ok(accepted)
    }
}

/// What a PUT or a PATCH makes of a resource.
type Change = fn(&v1::Shape, &Value, Value, &crate::profile::Profile) -> Result<Value, ScimError>;
