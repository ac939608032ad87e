//! The older SCIM dialect at `/identity/v1`, over the same store.
//!
//! Who asks is checked in three steps, each answered in its own way: the token, its scope, the role of its account.

mod discovery;
mod list;
mod me;
mod read;
pub(super) mod unrouted;
mod write;

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::header::LOCATION;
use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::app::auth::{Access, Bearer, Denied, authenticate};
use crate::app::call::{Call, Outcome};
use crate::app::surface::past;
use crate::app::surface::subject::subject_at;
use crate::entry::{Change, Subject, Verb};
use crate::exchange::{IntoReply, Reply};
use crate::oauth::scope::{IDENTITY, SCIM_ME, SCIM_ORG};
use crate::operation::Operation;
use crate::profile::Profile;
use crate::scim::error::ScimError;
use crate::scim::resource_type::Kind;
use crate::scim::schema::ResourceType;
use crate::scim::v1::error::{MEDIA_TYPE, Refused, nothing_here};
use crate::scim::v1::{GROUP, Shape, USER};
use crate::store::directory::{Directory, Refusal, Stored};
use crate::store::organization::Organization;

/// Answers a request in the older dialect.
pub(crate) async fn answer(call: Call<'_>) -> Outcome {
    if !call.sandbox.profile.identity_v1 {
        return Outcome::unchanged(nothing_here());
    }
    let bearer = match authenticate(call.sandbox, call.request) {
        Ok(bearer) => bearer,
        Err(denied) => return bad_token(call, denied),
    };
    let token = bearer.token.clone();
    let played = match Asked::of(call.operation) {
        Asked::Service => {
            let any = [SCIM_ORG, SCIM_ME, IDENTITY];
            let checked = bearer.check_scope(call.sandbox, &any);
            checked.map(|()| Played::of(discovery::document(call)))
        }
        Asked::Me => me::play(call, &bearer).await,
        Asked::Directory(shape) => play(call, bearer, shape).await,
    };
    let mut played = match played {
        Ok(played) => played,
        Err(denied) => return not_enough(call, denied),
    };
    if call.request.method == Method::HEAD {
        played.reply.body = Bytes::new();
    }
    Outcome {
        reply: played.reply,
        varied: Vec::new(),
        changes: played.changes,
        subject: played.subject,
        token,
    }
}

/// What an operation is about, and thereby what its caller must be allowed.
#[derive(Clone, Copy)]
enum Asked {
    /// The service itself.
    Service,
    /// The user that the token speaks for.
    Me,
    /// The organization's users or groups.
    Directory(&'static Shape),
}

impl Asked {
    fn of(operation: Operation) -> Self {
        use Operation as O;
        match operation {
            O::IdentityConfig | O::IdentityUserSchema => Self::Service,
            O::GetIdentityMe | O::ReplaceIdentityMe | O::PatchIdentityMe => Self::Me,
            O::CreateIdentityGroup
            | O::ListIdentityGroups
            | O::GetIdentityGroup
            | O::ReplaceIdentityGroup
            | O::PatchIdentityGroup
            | O::DeleteIdentityGroup => Self::Directory(&GROUP),
            _ => Self::Directory(&USER),
        }
    }
}

/// What came of a call that its caller may make.
struct Played {
    reply: Reply,
    changes: Vec<Change>,
    subject: Option<Subject>,
}

impl Played {
    fn of(reply: Reply) -> Self {
        Self {
            reply,
            changes: Vec::new(),
            subject: None,
        }
    }
}

/// A call about the directory: scope and role are checked one after the other.
async fn play(call: Call<'_>, bearer: Bearer, shape: &'static Shape) -> Result<Played, Denied> {
    bearer.check_scope(call.sandbox, &[SCIM_ORG, IDENTITY])?;
    let need = if call.operation.is_write() {
        Access::Write
    } else {
        Access::Read
    };
    let own_key = bearer.grant.account.key.clone();
    let caller = bearer.admitted(call.sandbox, need)?;
    let seen = past::seen(call, caller.organization.directory());
    let mut scene = Scene::new(call, shape, &caller.organization);
    if let Some(seen) = &seen {
        scene.directory = seen;
    }
    let reply = scene.play(&own_key).await;
    Ok(scene.end(reply))
}

/// The token is missing or no good.
fn bad_token(call: Call<'_>, denied: Denied) -> Outcome {
    let profile = &call.sandbox.profile;
    let status = profile.identity_bad_token_status.code();
    let refused = refused(call, status, &denied).with_code("not.authenticated");
    let reply = if profile.identity_bad_token_body {
        refused.into_reply()
    } else {
        refused.bodiless()
    };
    Outcome {
        token: denied.token,
        ..Outcome::unchanged(reply)
    }
}

/// The token is good; its scope or the role of its account is not enough.
fn not_enough(call: Call<'_>, denied: Denied) -> Outcome {
    let status = call.sandbox.profile.identity_denied_status.code();
    let refused = refused(call, status, &denied).with_code("not.authorized");
    Outcome {
        token: denied.token,
        ..Outcome::unchanged(refused.into_reply())
    }
}

fn refused(call: Call<'_>, status: StatusCode, denied: &Denied) -> Refused {
    let error = ScimError::plain(status, denied.detail.as_str());
    Refused::of(
        error.with_challenge(denied.challenge.as_str()),
        call.request.path(),
    )
}

/// One request of a caller who may make it, and what has come of it so far.
struct Scene<'c> {
    call: Call<'c>,
    shape: &'static Shape,
    resource_type: &'c Arc<ResourceType>,
    organization: &'c Organization,
    /// Its users and groups, as this request is to see them.
    directory: &'c Directory,
    changes: Vec<Change>,
    subject: Option<Subject>,
}

impl<'c> Scene<'c> {
    fn new(call: Call<'c>, shape: &'static Shape, organization: &'c Organization) -> Self {
        let types = &call.sandbox.setting.types;
        let resource_type = match shape.kind {
            Kind::Group => types.group(),
            Kind::User | Kind::Other(_) => types.user(),
        };
        Self {
            call,
            shape,
            resource_type,
            organization,
            directory: organization.directory(),
            changes: Vec::new(),
            subject: None,
        }
    }

    async fn play(&mut self, own_key: &str) -> Result<Reply, ScimError> {
        use Operation as O;
        match self.call.operation {
            O::CreateIdentityUser | O::CreateIdentityGroup => self.create().await,
            O::ListIdentityUsers | O::ListIdentityGroups => self.list(),
            operation => {
                let id = self.segment()?;
                match operation {
                    O::ReplaceIdentityUser | O::ReplaceIdentityGroup => self.replace(&id).await,
                    O::PatchIdentityUser | O::PatchIdentityGroup => self.patch(&id).await,
                    O::DeleteIdentityUser | O::DeleteIdentityGroup => self.delete(&id),
                    _ => self.get(&id, own_key),
                }
            }
        }
    }

    /// The end of the scene, a refusal in the dialect's own form.
    fn end(self, reply: Result<Reply, ScimError>) -> Played {
        let path = self.call.request.path();
        Played {
            reply: reply.unwrap_or_else(|error| Refused::of(error, path).into_reply()),
            changes: self.changes,
            subject: self.subject,
        }
    }

    fn directory(&self) -> &'c Directory {
        self.directory
    }

    fn profile(&self) -> &'c Profile {
        &self.call.sandbox.profile
    }

    /// What stands in place of `{userKey}` or `{groupKey}`, percent-decoded.
    fn segment(&self) -> Result<Cow<'c, str>, ScimError> {
        let sent = self.call.parts.last().copied().unwrap_or_default();
        percent_decode_str(sent)
            .decode_utf8()
            .map_err(|_| self.nobody(sent))
    }

    /// The resource of that id, which becomes the subject; the id stays the subject if there is none.
    fn target(&mut self, id: &str) -> Result<Arc<Stored>, ScimError> {
        let stored = self.directory().by_id(self.resource_type.kind, id);
        let found = (id, stored.as_deref());
        let subject = subject_at(self.directory(), self.resource_type, found);
        self.subject = Some(subject);
        stored.ok_or_else(|| self.nobody(id))
    }

    /// The answer for an id that nobody has.
    fn nobody(&self, id: &str) -> ScimError {
        let profile = self.profile();
        if id.parse::<i64>().is_err() {
            let detail = format!("the key of a {} is a whole number", self.shape.name);
            return ScimError::plain(profile.identity_bad_key_status.code(), detail);
        }
        if self.shape.kind == Kind::Group {
            let detail = format!("the group {id} does not exist in the organization");
            return ScimError::plain(profile.identity_missing_group_status.code(), detail);
        }
        Refusal::NotFound(self.resource_type.kind, id.to_owned()).into()
    }

    fn note(&mut self, stored: &Stored, verb: Verb) {
        self.changes.push(Change {
            kind: stored.kind().into(),
            id: stored.id.to_string(),
            verb,
        });
    }
}

/// An answer with a body.
fn answered(status: StatusCode, body: &Value) -> Reply {
    Reply::with_body(status, MEDIA_TYPE, body.to_string())
}

/// An answer that holds one resource, and says where it is.
fn located(status: StatusCode, shown: &Value) -> Reply {
    let location = shown.get("meta").and_then(|meta| meta.get("location"));
    let location = location.and_then(Value::as_str).unwrap_or_default();
    answered(status, shown).with_header(LOCATION, location)
}
