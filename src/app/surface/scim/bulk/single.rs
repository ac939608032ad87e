//! One operation of a bulk request, played as the request it stands for.

use bytes::Bytes;
use http::header::{HeaderValue, IF_MATCH, LOCATION};
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::Value;

use super::super::{Scene, resource_type_of};
use crate::app::call::Call;
use crate::entry::Verb;
use crate::exchange::{Reply, Request};
use crate::operation::{Door, Operation, recognise};
use crate::scim::error::ScimError;
use crate::scim::resource_type::Kind;
use crate::store::directory::{Refusal, Stored};

/// One request of those that a bulk request is made of.
pub(super) struct Single<'s> {
    pub(super) method: Method,
    pub(super) path: &'s str,
    pub(super) version: Option<&'s str>,
    pub(super) data: Option<Value>,
}

/// A resource that was just made.
pub(super) struct Made {
    kind: Kind,
    pub(super) id: String,
    /// Its path below the base URL.
    pub(super) path: String,
    pub(super) reply: Reply,
}

impl Scene<'_> {
    pub(super) async fn make(&mut self, path: &str, data: Value) -> Result<Made, ScimError> {
        let single = Single {
            method: Method::POST,
            path,
            version: None,
            data: Some(data),
        };
        let (reply, id) = self.single(single).await?;
        let (kind, id) = id.unwrap_or((Kind::User, String::new()));
        let location = reply
            .headers
            .get(LOCATION)
            .and_then(|location| location.to_str().ok());
        let base = super::super::base(self.call);
        let path = location.and_then(|location| location.strip_prefix(&base));
        Ok(Made {
            kind,
            id,
            path: path.unwrap_or_default().to_owned(),
            reply,
        })
    }

    /// Takes a resource away that was just made.
    pub(super) fn undo(&mut self, made: &Made) {
        let moment = self.call.sandbox.clock.shown();
        let let_go = |_: &Stored| Ok::<_, Refusal>(());
        if let Ok(deleted) = self
            .directory()
            .delete((made.kind, &made.id), moment, let_go)
        {
            self.note(&deleted.stored, Verb::Deleted);
        }
    }

    /// Plays one operation as the request it stands for; tells kind and id of what it is about.
    pub(super) async fn single(
        &mut self,
        single: Single<'_>,
    ) -> Result<(Reply, Option<(Kind, String)>), ScimError> {
        let request = self.request_of(&single)?;
        let unknown = || ScimError::not_found(request.path());
        let (operation, parts) = recognise(Door::Product, &request.method, request.path())
            .map_err(|unrouted| {
                if unrouted.allow.is_empty() {
                    unknown()
                } else {
                    ScimError::method_not_allowed(&request.method)
                }
            })?;
        if !is_of_a_resource(operation) {
            return Err(ScimError::invalid_syntax(
                "path must name a resource type for POST, and one resource for the others",
            ));
        }
        if let Some(full) = self.call.sandbox.refuses_more(operation) {
            let status = StatusCode::INSUFFICIENT_STORAGE;
            return Err(ScimError::plain(status, full.refusal()));
        }
        let call = Call {
            operation,
            parts: &parts,
            request: &request,
            ..self.call
        };
        let resource_type = resource_type_of(call).ok_or_else(unknown)?;
        let mut scene = Scene {
            call,
            resource_type,
            organization: self.organization,
            directory: self.directory,
            changes: Vec::new(),
            varied: Vec::new(),
            subject: None,
            alias_of: None,
        };
        let reply = scene.write().await;
        let id = scene.subject.and_then(|subject| subject.id);
        self.changes.extend(scene.changes);
        self.varied.extend(scene.varied);
        Ok((reply?, id.map(|id| (resource_type.kind, id))))
    }

    fn request_of(&self, single: &Single<'_>) -> Result<Request, ScimError> {
        let target = format!("/scim/v2{}", single.path);
        let uri: Uri = target
            .parse()
            .map_err(|_| ScimError::invalid_syntax(format!("path {:?} is no path", single.path)))?;
        let mut headers = HeaderMap::new();
        if let Some(version) = single.version {
            // A version that no field can hold is the version of nothing.
            let version = HeaderValue::from_str(version);
            headers.insert(
                IF_MATCH,
                version.unwrap_or(HeaderValue::from_static("\"\"")),
            );
        }
        let body = single
            .data
            .as_ref()
            .map(Value::to_string)
            .unwrap_or_default();
        Ok(Request {
            method: single.method.clone(),
            uri,
            headers,
            body: Bytes::from(body),
            ..self.call.request.clone()
        })
    }
}

/// Whether an operation is one that a bulk request may hold.
fn is_of_a_resource(operation: Operation) -> bool {
    use Operation as O;
    matches!(
        operation,
        O::CreateUser
            | O::ReplaceUser
            | O::PatchUser
            | O::DeleteUser
            | O::CreateGroup
            | O::ReplaceGroup
            | O::PatchGroup
            | O::DeleteGroup
            | O::CreateResource
            | O::ReplaceResource
            | O::PatchResource
            | O::DeleteResource
    )
}
