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
use crate::scim::resource_type::{Kind, ResourceTypes, fold_case};
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
    let Some(resource_type) = resource_type_of(call) else {
        let path = call.parts.first().copied().unwrap_or_default();
        return Outcome {
            token: caller.token,
            ..Outcome::unchanged(ScimError::not_found(format_args!("/{path}")).into_reply())
        };
    };
    let mut scene = Scene {
        call,
        resource_type,
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

/// The resource type a call is about: users where it is about none in particular, `None` for a type that is not there.
fn resource_type_of<'c>(call: Call<'c>) -> Option<&'c Arc<ResourceType>> {
    use Operation as O;
    let types = &call.sandbox.setting.types;
    match call.operation {
        O::CreateGroup
        | O::ListGroups
        | O::SearchGroups
        | O::GetGroup
        | O::ReplaceGroup
        | O::PatchGroup
        | O::DeleteGroup => Some(types.group()),
        O::CreateResource
        | O::ListResources
        | O::SearchResources
        | O::GetResource
        | O::ReplaceResource
        | O::PatchResource
        | O::DeleteResource => {
            let named = call.parts.first()?;
            types
                .all()
                .find(|row| row.endpoint.strip_prefix('/') == Some(named))
        }
        _ => Some(types.user()),
    }
}

/// One request of a caller who may make it, and what has come of it so far.
struct Scene<'c> {
    call: Call<'c>,
    resource_type: &'c Arc<ResourceType>,
    organization: &'c Organization,
    changes: Vec<Change>,
    subject: Option<Subject>,
}

impl<'c> Scene<'c> {
    async fn play(&mut self) -> Result<Reply, ScimError> {
        use Operation as O;
        match self.call.operation {
            O::CreateUser | O::CreateGroup | O::CreateResource => self.create(),
            O::ListUsers | O::ListGroups | O::ListResources => self.list(),
            O::SearchUsers | O::SearchGroups | O::SearchResources | O::Search => self.search(),
            O::GetUser | O::GetGroup | O::GetResource => self.get(),
            O::ReplaceUser | O::ReplaceGroup | O::ReplaceResource => self.replace(),
            O::PatchUser | O::PatchGroup | O::PatchResource => Box::pin(self.patch()).await,
            O::DeleteUser | O::DeleteGroup | O::DeleteResource => self.delete(),
            _ => self.discover(),
        }
    }

    fn directory(&self) -> &'c Directory {
        self.organization.directory()
    }

    fn profile(&self) -> &'c Profile {
        &self.call.sandbox.profile
    }

    /// The resource types there are.
    fn types(&self) -> &'c ResourceTypes {
        &self.call.sandbox.setting.types
    }

    fn kind(&self) -> Kind {
        self.resource_type.kind
    }

    /// The SCIM base URL, without a trailing slash.
    fn base(&self) -> String {
        format!("{}/scim/v2", self.call.sandbox.base_url)
    }

    /// What stands in place of the last `{…}` of the path, percent-decoded.
    fn segment(&self) -> Result<Cow<'c, str>, ScimError> {
        let sent = self.call.parts.last().copied().unwrap_or_default();
        percent_decode_str(sent)
            .decode_utf8()
            .map_err(|_| ScimError::not_found(sent))
    }

    /// The id that the path names, and whose it is, if anybody's; that becomes the subject.
    fn target(&mut self) -> Result<(Cow<'c, str>, Option<Arc<Stored>>), ScimError> {
        let id = self.segment()?;
        let stored = self.directory().by_id(self.kind(), &id);
        self.subject = Some(match &stored {
            Some(stored) => subject_of(stored),
            // Who was deleted is still the one whom the request is about.
            None => Subject {
                kind: self.kind().into(),
                key: self
                    .directory()
                    .name_of(self.kind(), &id)
                    .unwrap_or_else(|| id.to_string()),
                id: Some(id.to_string()),
            },
        });
        Ok((id, stored))
    }

    fn note(&mut self, stored: &Stored, verb: Verb) {
        self.changes.push(Change {
            kind: stored.kind().into(),
            id: stored.id.to_string(),
            verb,
        });
    }
}

fn subject_of(stored: &Stored) -> Subject {
    Subject {
        kind: stored.kind().into(),
        key: fold_case(stored.name()),
        id: Some(stored.id.to_string()),
    }
}

/// An answer that holds one resource.
fn resource_reply(status: StatusCode, stored: &Stored, body: Bytes) -> Reply {
    dialect::reply(status, body)
        .with_value(http::header::LOCATION, stored.fields().location.as_ref())
        .with_value(http::header::ETAG, stored.fields().etag.as_ref())
}
