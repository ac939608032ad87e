//! Reading one resource, and what of a resource an answer shows.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::ETAG;
use serde_json::Value;

use super::{Scene, precondition};
use crate::exchange::Reply;
use crate::profile::Profile;
use crate::scim::error::ScimError;
use crate::scim::project::{Projection, keeps_back, project};
use crate::scim::resource_type::{Kind, ResourceTypes};
use crate::scim::written::shown_after;
use crate::store::directory::{Refusal, Stored};

impl Scene<'_> {
    /// [RFC 7644 section 3.4.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.1).
    pub(super) fn get(&mut self) -> Result<Reply, ScimError> {
        let (id, stored) = self.target()?;
        let projection = self.projection()?;
        let stored = stored.ok_or_else(|| Refusal::NotFound(self.kind(), id.into()))?;
        if precondition::is_known(self.call.request, self.profile(), &stored)? {
            let unchanged = Reply::empty(StatusCode::NOT_MODIFIED);
            return Ok(unchanged.with_value(ETAG, self.etag_of(&stored)));
        }
        let body = self.shown(&stored, &projection);
        Ok(self.resource_reply(StatusCode::OK, &stored, body))
    }

    /// What the query asks to see of a resource.
    pub(super) fn projection(&self) -> Result<Projection, ScimError> {
        match self.call.request.query() {
            "" => Ok(Projection::Default),
            query => Projection::from_query(query),
        }
    }

    /// The same after a write with that body, which also shows what is returned on request and was just written.
    pub(super) fn projection_after(&self, body: &Value) -> Result<Projection, ScimError> {
        Ok(match self.projection()? {
            Projection::Default => shown_after(self.resource_type, body),
            said => said,
        })
    }

    /// The JSON of a resource, as far as it is to be shown.
    pub(super) fn shown(&self, stored: &Stored, projection: &Projection) -> Bytes {
        let mut show = Show::by(projection, self.profile());
        match show.kept(stored) {
            Some(kept) => kept.clone(),
            None => show.made(stored).into(),
        }
    }
}

/// Shows resources by one projection.
pub(super) struct Show<'p> {
    projection: &'p Projection,
    profile: &'p Profile,
    /// The kind that was shown last, and whether its resources go out as they are kept.
    last: Option<(Kind, bool)>,
}

impl<'p> Show<'p> {
    pub(super) fn by(projection: &'p Projection, profile: &'p Profile) -> Self {
        Self {
            projection,
            profile,
            last: None,
        }
    }

    /// The JSON of a resource, as far as it is to be shown.
    pub(super) fn of<'s>(&mut self, stored: &'s Stored) -> Cow<'s, [u8]> {
        match self.kept(stored) {
            Some(kept) => Cow::Borrowed(kept),
            None => Cow::Owned(self.made(stored)),
        }
    }

    /// The JSON that is kept, if it goes out as it is.
    fn kept<'s>(&mut self, stored: &'s Stored) -> Option<&'s Bytes> {
        let is_whole = *self.projection == Projection::Default && self.goes_out_whole(stored);
        is_whole.then(|| stored.json())
    }

    fn made(&self, stored: &Stored) -> Vec<u8> {
        let mut shown = project(&stored.resource(), &stored.resource_type, self.projection);
        if !self.profile.etags
            && let Some(Value::Object(meta)) = shown.get_mut("meta")
        {
            meta.shift_remove("version");
        }
        // A JSON value can always be written.
        serde_json::to_vec(&shown).unwrap_or_default()
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
                let whole = self.profile.etags && (is_built_in || !keeps_back(own));
                self.last = Some((kind, whole));
                whole
            }
        }
    }
}
