//! Many operations in one request, [RFC 7644 section 3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7).
//!
//! Each operation is played as the request it stands for, and is whole or not at all; the journal has the one exchange
//! with the changes of all. Faults and rules see the one request `bulk`, not what is in it.

mod job;
mod single;

use std::collections::BTreeMap;

use http::header::ETAG;
use http::{Method, StatusCode};
use serde_json::Value;

use self::job::Job;
use self::single::{Made, Single};
use super::{Scene, body};
use crate::exchange::Reply;
use crate::scim::bulk::{BulkRequest, Ids, Reference, Step, response_body, steps, without};
use crate::scim::dialect;
use crate::scim::error::ScimError;

/// A resource of a circle, made without what it refers to.
struct Half {
    place: usize,
    made: Made,
    /// Whether something was left out.
    is_cut: bool,
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
            (Ok(Method::POST), Ok(path)) => match job.filled(sent) {
                Ok(data) => self.make(&path, data).await.map(|made| {
                    job.settle(place, Reference::Made(made.id));
                    made.reply
                }),
                Err(error) => Err(error),
            },
            (Ok(method), Ok(path)) => {
                let (version, data) = (sent.version.as_deref(), job.filled(sent));
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
            let data = job.filled(sent).map_err(|error| (None, error))?;
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
}
