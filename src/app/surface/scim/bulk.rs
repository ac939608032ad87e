//! Many operations in one request, [RFC 7644 section 3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7).
//!
//! Each operation is played as the request it stands for, and is whole or not at all; the journal has the one exchange
//! with the changes of all. Faults and rules see the one request `bulk`, not what is in it.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{ETAG, HeaderValue, IF_MATCH, LOCATION};
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::Value;

use super::{Scene, body, resource_type_of};
use crate::app::call::Call;
use crate::entry::Verb;
use crate::exchange::{IntoReply, Reply, Request};
use crate::operation::{Door, Operation, recognise};
use crate::scim::bulk::{
    BulkOperation, BulkRequest, BulkResult, Ids, Reference, Step, response_body, steps, without,
};
use crate::scim::dialect;
use crate::scim::error::ScimError;
use crate::scim::resource_type::Kind;
use crate::store::directory::{Refusal, Stored};

/// A bulk request that is being worked on.
struct Job {
    request: BulkRequest,
    ids: Ids,
    /// What became of the operations that were tried, by their place.
    results: BTreeMap<usize, BulkResult>,
    errors: usize,
}

/// One request of those that a bulk request is made of.
struct Single<'s> {
    method: Method,
    path: &'s str,
    version: Option<&'s str>,
    data: Option<Value>,
}

/// A resource of a circle, made without what it refers to.
struct Half {
    place: usize,
    made: Made,
    /// Whether something was left out.
    is_cut: bool,
}

/// A resource that was just made.
struct Made {
    kind: Kind,
    id: String,
    /// Its path below the base URL.
    path: String,
    reply: Reply,
}

impl Scene<'_> {
    pub(super) async fn bulk(&mut self) -> Result<Reply, ScimError> {
        if !self.profile().bulk {
            return Err(ScimError::not_implemented("Bulk"));
        }
        let request = BulkRequest::parse(&body::bulk(self.call.request, self.profile())?)?;
        let most = self.profile().bulk_operations;
        if request.operations.len() > most {
            return Err(ScimError::bulk_too_large("maxOperations", most));
        }
        let steps = steps(&request.operations);
        let limit = request.fail_on_errors.unwrap_or(usize::MAX);
        let mut job = Job {
            request,
            ids: Ids::default(),
            results: BTreeMap::new(),
            errors: 0,
        };
        for step in steps {
            match step {
                Step::One(place) => self.one(&mut job, place).await,
                Step::Circle(places) => self.circle(&mut job, &places).await,
            }
            if job.errors >= limit {
                break;
            }
        }
        let told = job.results.iter().filter_map(|(place, result)| {
            let sent = job.request.operations.get(*place)?;
            Some((sent, result))
        });
        Ok(dialect::reply(StatusCode::OK, response_body(told)))
    }

    async fn one(&mut self, job: &mut Job, place: usize) {
        let Some(sent) = job.request.operations.get(place) else {
            return;
        };
        let path = job.ids.in_path(&sent.path);
        let told = match &path {
            Ok(path) => path.clone(),
            Err(_) => sent.path.clone(),
        };
        let outcome = match (sent.method(), path) {
            (Err(error), _) | (_, Err(error)) => Err(error),
            (Ok(Method::POST), Ok(path)) => match filled(&job.ids, sent) {
                Ok(data) => self.make(&path, data).await.map(|made| {
                    job.settle(place, Reference::Made(made.id));
                    made.reply
                }),
                Err(error) => Err(error),
            },
            (Ok(method), Ok(path)) => {
                let (version, data) = (sent.version.as_deref(), filled(&job.ids, sent));
                match data {
                    Ok(data) => {
                        let (path, data) = (path.as_str(), Some(data));
                        let single = Single {
                            method,
                            path,
                            version,
                            data,
                        };
                        self.single(single).await.map(|(reply, _)| reply)
                    }
                    Err(error) => Err(error),
                }
            }
        };
        let location = format!("{}{told}", super::base(self.call));
        job.note(place, outcome, location);
    }

    /// Makes resources that refer to each other: first without the references, then with them.
    ///
    /// They are made together or not at all: 409 is what the RFC has for a circle that stays open.
    async fn circle(&mut self, job: &mut Job, places: &[usize]) {
        let mut halves = Vec::new();
        let outcome = self.close_circle(job, places, &mut halves).await;
        let replies = match outcome {
            Ok(()) => halves
                .into_iter()
                .map(|half| (half.place, Ok(half.made.reply)))
                .collect(),
            Err((failed, error)) => {
                for half in halves.iter().rev() {
                    self.undo(&half.made);
                }
                let told = |place: &usize| {
                    let detail = format!(
                        "the circular reference could not be resolved: {}",
                        error.detail
                    );
                    let own = if Some(*place) == failed {
                        error.clone()
                    } else {
                        ScimError::conflict(detail)
                    };
                    (*place, Err(own))
                };
                places.iter().map(told).collect::<Vec<_>>()
            }
        };
        for (place, reply) in replies {
            if reply.is_err() {
                job.settle(place, Reference::Failed);
            }
            job.note(place, reply, String::new());
        }
    }

    /// Says on failure which operation was at fault by itself, if one was.
    async fn close_circle(
        &mut self,
        job: &mut Job,
        places: &[usize],
        halves: &mut Vec<Half>,
    ) -> Result<(), (Option<usize>, ScimError)> {
        for place in places {
            let Some(sent) = job.request.operations.get(*place) else {
                continue;
            };
            let is_open = |name: &str| job.is_among(name, places) && !job.ids.has(name);
            let (data, is_cut) = without(sent.data.as_ref().unwrap_or(&Value::Null), &is_open);
            let own = |error| (Some(*place), error);
            let data = job.ids.in_data(&data).map_err(own)?;
            let path = job.ids.in_path(&sent.path).map_err(own)?;
            let made = self.make(&path, data).await.map_err(own)?;
            job.settle(*place, Reference::Made(made.id.clone()));
            halves.push(Half {
                place: *place,
                made,
                is_cut,
            });
        }
        for half in halves.iter_mut().filter(|half| half.is_cut) {
            let Some(sent) = job.request.operations.get(half.place) else {
                continue;
            };
            let data = filled(&job.ids, sent).map_err(|error| (None, error))?;
            let single = Single {
                method: Method::PUT,
                path: &half.made.path,
                version: half
                    .made
                    .reply
                    .headers
                    .get(ETAG)
                    .and_then(|tag| tag.to_str().ok()),
                data: Some(data),
            };
            let (reply, _) = self.single(single).await.map_err(|error| (None, error))?;
            half.made.reply.headers.extend(reply.headers);
        }
        Ok(())
    }

    async fn make(&mut self, path: &str, data: Value) -> Result<Made, ScimError> {
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
        let base = super::base(self.call);
        let path = location.and_then(|location| location.strip_prefix(&base));
        Ok(Made {
            kind,
            id,
            path: path.unwrap_or_default().to_owned(),
            reply,
        })
    }

    /// Takes a resource away that was just made.
    fn undo(&mut self, made: &Made) {
        let moment = self.call.sandbox.clock.now();
        let let_go = |_: &Stored| Ok::<_, Refusal>(());
        if let Ok(deleted) = self
            .directory()
            .delete((made.kind, &made.id), moment, let_go)
        {
            self.note(&deleted.stored, Verb::Deleted);
        }
    }

    /// Plays one operation as the request it stands for; tells kind and id of what it is about.
    async fn single(
        &mut self,
        single: Single<'_>,
    ) -> Result<(Reply, Option<(Kind, String)>), ScimError> {
        let request = self.request_of(&single)?;
        let unknown = || ScimError::not_found(request.path());
        let (operation, parts) = recognise(Door::Product, &request.method, request.path())
            .map_err(|unrouted| match unrouted.allow.is_empty() {
                true => unknown(),
                false => ScimError::method_not_allowed(&request.method),
            })?;
        if !is_of_a_resource(operation) {
            return Err(ScimError::invalid_syntax(
                "path must name a resource type for POST, and one resource for the others",
            ));
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
            changes: Vec::new(),
            subject: None,
            alias_of: None,
        };
        let reply = scene.write().await;
        let id = scene.subject.and_then(|subject| subject.id);
        self.changes.extend(scene.changes);
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

impl Job {
    fn settle(&mut self, place: usize, reference: Reference) {
        let name = self
            .request
            .operations
            .get(place)
            .and_then(BulkOperation::name);
        if let Some(name) = name {
            self.ids.settle(name, reference);
        }
    }

    /// Whether one of the operations at these places makes what goes by that name.
    fn is_among(&self, name: &str, places: &[usize]) -> bool {
        let named = |place: &usize| self.request.operations.get(*place)?.name();
        places.iter().filter_map(named).any(|one| one == name)
    }

    /// Notes what became of an operation; the location is that of anything but a POST.
    fn note(&mut self, place: usize, outcome: Result<Reply, ScimError>, location: String) {
        let Some(sent) = self.request.operations.get(place) else {
            return;
        };
        let is_post = sent.method == "POST";
        let text = |reply: &Reply, name| {
            let value: Option<&HeaderValue> = reply.headers.get(name);
            value
                .and_then(|value| value.to_str().ok())
                .map(String::from)
        };
        let result = match outcome {
            Ok(reply) => BulkResult {
                status: reply.status,
                location: text(&reply, LOCATION).or(Some(location)),
                version: text(&reply, ETAG),
                response: None,
            },
            Err(error) => BulkResult {
                status: error.status,
                location: (!is_post && sent.path.starts_with('/')).then_some(location),
                version: None,
                response: serde_json::from_slice(&error.into_reply().body).ok(),
            },
        };
        if !result.status.is_success() {
            self.errors += 1;
            if is_post {
                self.settle(place, Reference::Failed);
            }
        }
        self.results.insert(place, result);
    }
}

fn filled(ids: &Ids, sent: &BulkOperation) -> Result<Value, ScimError> {
    ids.in_data(sent.data.as_ref().unwrap_or(&Value::Null))
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
