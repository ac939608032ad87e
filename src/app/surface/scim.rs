//! The SCIM surface: users, groups, loaded types and discovery at `/scim/v2`.
//!
//! All resources take the same path through every line below; only their row of the resource types differs.

pub(super) mod body;
mod bulk;
mod discovery;
mod late;
mod list;
mod lookup;
mod me;
mod negotiate;
mod precondition;
mod read;
mod relocated;
mod rows;
pub(super) mod unrouted;
mod write;

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{ETAG, HeaderValue, LOCATION};
use percent_encoding::percent_decode_str;

use crate::app::auth::{Access, Denied, authorize};
use crate::app::call::{Call, Outcome};
use crate::app::surface::subject::{subject_at, subject_of};
use crate::app::surface::{oddity, past};
use crate::entry::{Change, Choice, Subject, Verb};
use crate::exchange::{IntoReply, Reply};
use crate::operation::Operation;
use crate::profile::Profile;
use crate::scim::dialect;
use crate::scim::error::{ScimError, ScimType};
use crate::scim::resource_type::{Kind, ResourceTypes};
use crate::scim::schema::ResourceType;
use crate::store::directory::{Directory, Stored};
use crate::store::organization::Organization;

use self::negotiate::Format;
pub(crate) use self::relocated::recognise;

/// Answers a SCIM request: who asks, may they, and then what is asked.
pub(crate) async fn answer(call: Call<'_>) -> Outcome {
    let profile = &call.sandbox.profile;
    if discovery::is_open_to(call) {
        let reply = discovery::answer(call).unwrap_or_else(IntoReply::into_reply);
        return dressed(Format::Scim, profile, Outcome::unchanged(reply));
    }
    let access = if call.operation.is_write() {
        Access::Write
    } else {
        Access::Read
    };
    let caller = match authorize(call.sandbox, call.request, access) {
        Ok(caller) => caller,
        Err(denied) => return dressed(Format::Scim, profile, refused(denied)),
    };
    let looked_at = |error: ScimError| Outcome {
        token: caller.token.clone(),
        ..Outcome::unchanged(error.into_reply())
    };
    let format = match Format::of(call.request, profile) {
        Ok(format) => format,
        Err(error) => return dressed(Format::Scim, profile, looked_at(error)),
    };
    // Only who may look is told which types there are.
    let Some(resource_type) = resource_type_of(call) else {
        let path = call.parts.first().copied().unwrap_or_default();
        let error = ScimError::not_found(format_args!("/{path}"));
        return dressed(format, profile, looked_at(error));
    };
    let seen = past::seen(call, caller.organization.directory());
    let directory = seen.as_ref();
    let mut scene = Scene {
        call,
        resource_type,
        organization: &caller.organization,
        directory: directory.unwrap_or_else(|| caller.organization.directory()),
        changes: Vec::new(),
        varied: Vec::new(),
        subject: None,
        alias_of: None,
    };
    let mut reply = scene.play().await.unwrap_or_else(IntoReply::into_reply);
    scene.say_location(&mut reply);
    let outcome = Outcome {
        reply,
        varied: scene.varied,
        changes: scene.changes,
        subject: scene.subject,
        token: caller.token,
    };
    dressed(format, profile, outcome)
}

fn dressed(format: Format, profile: &Profile, mut outcome: Outcome) -> Outcome {
    format.dress(&mut outcome.reply, profile);
    outcome
}

/// A refusal before anything was looked at; the journal still tells what the token was worth.
fn refused(denied: Denied) -> Outcome {
    let mut error = ScimError::plain(denied.status, denied.detail).with_challenge(denied.challenge);
    // Every 400 of SCIM has a keyword; a token in the wrong place is a mistake of form.
    error.scim_type = (error.status == StatusCode::BAD_REQUEST).then_some(ScimType::InvalidSyntax);
    Outcome {
        token: denied.token,
        ..Outcome::unchanged(error.into_reply())
    }
}

/// The resource type a call is about: users where it is about none in particular, `None` for a type that is not there.
fn resource_type_of(call: Call<'_>) -> Option<&Arc<ResourceType>> {
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

/// The SCIM base URL, without a trailing slash.
fn base(call: Call<'_>) -> String {
    format!("{}/scim/v2", call.sandbox.base_url)
}

/// What stands in place of the last `{…}` of the path, percent-decoded.
fn last_segment(call: Call<'_>) -> Result<Cow<'_, str>, ScimError> {
    let sent = call.parts.last().copied().unwrap_or_default();
    percent_decode_str(sent)
        .decode_utf8()
        .map_err(|_| ScimError::not_found(sent))
}

/// One request of a caller who may make it, and what has come of it so far.
struct Scene<'c> {
    call: Call<'c>,
    resource_type: &'c Arc<ResourceType>,
    organization: &'c Organization,
    /// Its users and groups, as this request is to see them.
    directory: &'c Directory,
    changes: Vec<Change>,
    /// Where more than one answer was lawful, and which was given.
    varied: Vec<Choice>,
    subject: Option<Subject>,
    /// Where the resource has its own address, if the request names it by an alias.
    alias_of: Option<HeaderValue>,
}

impl<'c> Scene<'c> {
    async fn play(&mut self) -> Result<Reply, ScimError> {
        use Operation as O;
        match self.call.operation {
            O::ListUsers | O::ListGroups | O::ListResources => self.list(),
            O::ListAll => self.list_all(),
            O::SearchUsers | O::SearchGroups | O::SearchResources | O::Search => self.search(),
            O::GetUser | O::GetGroup | O::GetResource => self.get(),
            asked if me::is_me(asked) && !self.profile().me => Err(ScimError::not_found("/Me")),
            O::GetMe => self.get(),
            O::Bulk => Box::pin(self.bulk()).await,
            asked if asked.is_write() => self.write().await,
            _ => discovery::answer(self.call),
        }
    }

    /// Does what one request, or one operation of a bulk request, wants written.
    async fn write(&mut self) -> Result<Reply, ScimError> {
        match oddity::gap(self.call.plan) {
            None => self.write_now(),
            Some(gap) => Box::pin(self.write_late(gap)).await,
        }
    }

    fn write_now(&mut self) -> Result<Reply, ScimError> {
        use Operation as O;
        match self.call.operation {
            O::CreateUser | O::CreateGroup | O::CreateResource => self.create(),
            O::CreateMe => {
                let body = self.own_body()?;
                self.create_from(body)
            }
            O::ReplaceUser | O::ReplaceGroup | O::ReplaceResource | O::ReplaceMe => self.replace(),
            O::PatchUser | O::PatchGroup | O::PatchResource | O::PatchMe => self.patch(),
            O::DeleteUser | O::DeleteGroup | O::DeleteResource | O::DeleteMe => self.delete(),
            other => Err(ScimError::not_implemented(other.name())),
        }
    }

    fn directory(&self) -> &'c Directory {
        self.directory
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

    /// The id that the path names, and whose it is, if anybody's; that becomes the subject.
    fn target(&mut self) -> Result<(Cow<'c, str>, Option<Arc<Stored>>), ScimError> {
        if me::is_me(self.call.operation) {
            return self.own();
        }
        let id = last_segment(self.call)?;
        let stored = self.directory().by_id(self.kind(), &id);
        let found = (id.as_ref(), stored.as_deref());
        let subject = subject_at(self.directory(), self.resource_type, found);
        self.subject = Some(subject);
        Ok((id, stored))
    }

    fn note(&mut self, stored: &Stored, verb: Verb) {
        self.changes.push(Change {
            kind: stored.kind().into(),
            id: stored.id.to_string(),
            verb,
        });
    }

    /// An answer that holds one resource.
    fn resource_reply(&self, status: StatusCode, stored: &Stored, body: Bytes) -> Reply {
        dialect::reply(status, body)
            .with_value(LOCATION, stored.fields().location.as_ref())
            .with_value(ETAG, self.etag_of(stored))
    }

    /// The `ETag` of a resource, where there are versions.
    fn etag_of<'s>(&self, stored: &'s Stored) -> Option<&'s HeaderValue> {
        let etag = stored.fields().etag.as_ref();
        etag.filter(|_| self.profile().etags)
    }
}
