//! How far a bulk request has come.

use std::collections::BTreeMap;

use http::header::{ETAG, HeaderValue, LOCATION};
use serde_json::Value;

use crate::exchange::{IntoReply, Reply};
use crate::scim::bulk::{BulkOperation, BulkRequest, BulkResult, Ids, Reference};
use crate::scim::error::ScimError;

/// A bulk request that is being worked on.
pub(super) struct Job {
    pub(super) request: BulkRequest,
    pub(super) ids: Ids,
    /// What became of the operations that were tried, by their place.
    pub(super) results: BTreeMap<usize, BulkResult>,
    pub(super) errors: usize,
}

impl Job {
    pub(super) fn settle(&mut self, place: usize, reference: Reference) {
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
    pub(super) fn is_among(&self, name: &str, places: &[usize]) -> bool {
        let named = |place: &usize| self.request.operations.get(*place)?.name();
        places.iter().filter_map(named).any(|one| one == name)
    }

    /// Notes what became of an operation; the location is that of anything but a POST.
    pub(super) fn note(
        &mut self,
        place: usize,
        outcome: Result<Reply, ScimError>,
        location: String,
    ) {
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

    /// The body of an operation, with ids in the place of `bulkId`s.
    pub(super) fn filled(&self, sent: &BulkOperation) -> Result<Value, ScimError> {
        self.ids.in_data(sent.data.as_ref().unwrap_or(&Value::Null))
    }
}
