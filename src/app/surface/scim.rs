//! The SCIM surface: users, groups and discovery at `/scim/v2`.
//!
//! Users and groups take the same path through every line below; only their row of the resource types differs.

mod body;
mod discovery;
mod list;
mod precondition;
mod read;
mod write;

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use crate::app::auth::{Access, Denied, authorize};
use crate::app::call::{Call, Outcome};
use crate::entry::{Change, Subject, Verb};
use crate::exchange::{IntoReply, Reply};
use crate::operation::Operation;
use crate::profile::Profile;
use crate::scim::dialect;
use crate::scim::error::ScimError;
use crate::scim::resource_type::{Kind, fold_case};
use crate::scim::schema::ResourceType;
use crate::store::directory::{Directory, Stored};
use crate::store::organization::Organization;

/// Answers a SCIM request: who asks, may they, and then what is asked.
pub(crate) async fn answer(call: Call<'_>) -> Outcome {
    let access = if call.operation.is_write() {
        Access::Write
    } else {
        Access::Read
    };
    let caller = match authorize(call.sandbox, call.request, access) {
        Ok(caller) => caller,
        Err(denied) => return refused(denied),
    };
    let mut scene = Scene {
        call,
        kind: kind_of(call.operation),
        organization: &caller.organization,
        changes: Vec::new(),
        subject: None,
    };
    let mut reply = scene.play().await.unwrap_or_else(IntoReply::into_reply);
    if call.request.method == Method::HEAD {
        reply.body = Bytes::new();
    }
    Outcome {
        reply,
        changes: scene.changes,
        subject: scene.subject,
        token: caller.token,
    }
}

/// A refusal before anything was looked at; the journal still tells what the token was worth.
fn refused(denied: Denied) -> Outcome {
    let error = ScimError::plain(denied.status, denied.detail).with_challenge(denied.challenge);
    Outcome {
        token: denied.token,
        ..Outcome::unchanged(error.into_reply())
    }
}

fn kind_of(operation: Operation) -> Kind {
    match operation {
        Operation::CreateGroup
        | Operation::ListGroups
        | Operation::SearchGroups
        | Operation::GetGroup
        | Operation::ReplaceGroup
        | Operation::PatchGroup
        | Operation::DeleteGroup => Kind::Group,
        _ => Kind::User,
    }
}

/// One request of a caller who may make it, and what has come of it so far.
struct Scene<'c> {
    call: Call<'c>,
    kind: Kind,
    organization: &'c Organization,
    changes: Vec<Change>,
    subject: Option<Subject>,
}

impl<'c> Scene<'c> {
    async fn play(&mut self) -> Result<Reply, ScimError> {
        match self.call.operation {
            Operation::CreateUser | Operation::CreateGroup => self.create(),
            Operation::ListUsers | Operation::ListGroups => self.list(),
            Operation::SearchUsers | Operation::SearchGroups | Operation::Search => self.search(),
            Operation::GetUser | Operation::GetGroup => self.get(),
            Operation::ReplaceUser | Operation::ReplaceGroup => self.replace(),
            Operation::PatchUser | Operation::PatchGroup => Box::pin(self.patch()).await,
            Operation::DeleteUser | Operation::DeleteGroup => self.delete(),
            _ => self.discover(),
        }
    }

    fn directory(&self) -> &'c Directory {
        self.organization.directory()
    }

    fn profile(&self) -> &'c Profile {
        &self.call.sandbox.profile
    }

    fn resource_type(&self) -> &'static ResourceType {
        self.kind.resource_type()
    }

    /// The SCIM base URL, without a trailing slash.
    fn base(&self) -> String {
        format!("{}/scim/v2", self.call.sandbox.base_url)
    }

    /// What stands in place of the `{…}` of the path, percent-decoded.
    fn segment(&self) -> Result<Cow<'c, str>, ScimError> {
        let sent = self.call.parts.first().copied().unwrap_or_default();
        percent_decode_str(sent)
            .decode_utf8()
            .map_err(|_| ScimError::not_found(sent))
    }

    /// The id that the path names, and whose it is, if anybody's; that becomes the subject.
    fn target(&mut self) -> Result<(Cow<'c, str>, Option<Arc<Stored>>), ScimError> {
        let id = self.segment()?;
        let stored = self.directory().by_id(self.kind, &id);
        self.subject = Some(match &stored {
            Some(stored) => subject_of(stored),
            // Who was deleted is still the one whom the request is about.
            None => Subject {
                kind: self.kind.into(),
                key: self
                    .directory()
                    .name_of(self.kind, &id)
                    .unwrap_or_else(|| id.to_string()),
                id: Some(id.to_string()),
            },
        });
        Ok((id, stored))
    }

    fn note(&mut self, stored: &Stored, verb: Verb) {
        self.changes.push(Change {
            kind: stored.kind.into(),
            id: stored.id.to_string(),
            verb,
        });
    }
}

fn subject_of(stored: &Stored) -> Subject {
    Subject {
        kind: stored.kind.into(),
        key: fold_case(stored.name()),
        id: Some(stored.id.to_string()),
    }
}

/// An answer that holds one resource.
fn resource_reply(status: StatusCode, stored: &Stored, body: Bytes) -> Reply {
    dialect::reply(status, body)
        .with_value(http::header::LOCATION, stored.fields.location.as_ref())
        .with_value(http::header::ETAG, stored.fields.etag.as_ref())
}
