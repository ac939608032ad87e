//! Reading one resource, and what of a resource an answer shows.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;

use super::{Scene, precondition, resource_reply};
use crate::exchange::Reply;
use crate::scim::error::ScimError;
use crate::scim::project::{Projection, keeps_back, project};
use crate::scim::resource_type::{Kind, ResourceTypes};
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
    Show::by(projection).of(stored)
}

/// Shows resources by one projection.
pub(super) struct Show<'p> {
    projection: &'p Projection,
    /// The kind that was shown last, and whether its resources go out as they are kept.
    last: Option<(Kind, bool)>,
}

impl<'p> Show<'p> {
    pub(super) fn by(projection: &'p Projection) -> Self {
        Self {
            projection,
            last: None,
        }
    }

    /// The JSON of a resource, as far as it is to be shown.
    pub(super) fn of(&mut self, stored: &Stored) -> Bytes {
        if *self.projection == Projection::Default && self.goes_out_whole(stored) {
            return stored.bytes();
        }
        let shown = project(&stored.resource(), &stored.resource_type, self.projection);
        // A JSON value can always be written.
        serde_json::to_vec(&shown)
            .map(Bytes::from)
            .unwrap_or_default()
    }

    fn goes_out_whole(&mut self, stored: &Stored) -> bool {
        let kind = stored.kind();
        match self.last {
            Some((last, whole)) if last == kind => whole,
            _ => {
                let own = &stored.resource_type;
                let types = ResourceTypes::built_in();
                // Those that are built in keep nothing back, and are most of what is ever shown.
                let is_built_in = [types.user(), types.group()]
                    .into_iter()
                    .any(|row| Arc::ptr_eq(row, own));
                let whole = is_built_in || !keeps_back(own);
                self.last = Some((kind, whole));
                whole
            }
        }
    }
}
