//! Reading one resource, and what of a resource an answer shows.

use bytes::Bytes;
use http::StatusCode;

use super::{Scene, precondition, resource_reply};
use crate::exchange::Reply;
use crate::scim::error::ScimError;
use crate::scim::project::{Projection, project};
use crate::store::directory::{Refusal, Stored};

impl Scene<'_> {
    /// [RFC 7644 section 3.4.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.1).
    pub(super) fn get(&mut self) -> Result<Reply, ScimError> {
        let (id, stored) = self.target()?;
        let projection = self.projection()?;
        let stored = stored.ok_or_else(|| Refusal::NotFound(self.kind(), id.into()))?;
        if precondition::is_known(self.call.request, &stored) {
            let unchanged = Reply::empty(StatusCode::NOT_MODIFIED);
            return Ok(unchanged.with_value(http::header::ETAG, stored.fields().etag.as_ref()));
        }
        let body = shown(&stored, &projection);
        Ok(resource_reply(StatusCode::OK, &stored, body))
    }

    /// What the query asks to see of a resource.
    pub(super) fn projection(&self) -> Result<Projection, ScimError> {
        match self.call.request.query() {
            "" => Ok(Projection::Default),
            query => Projection::from_query(query),
        }
    }
}

/// The JSON of a resource, as far as it is to be shown.
pub(super) fn shown(stored: &Stored, projection: &Projection) -> Bytes {
    if *projection == Projection::Default {
        return stored.bytes();
    }
    let shown = project(&stored.resource(), &stored.resource_type, projection);
    // A JSON value can always be written.
    serde_json::to_vec(&shown)
        .map(Bytes::from)
        .unwrap_or_default()
}
