//! Reading one resource, and what of a resource an answer shows.

use http::StatusCode;
use serde_json::Value;

use super::{Scene, located, me};
use crate::exchange::Reply;
use crate::scim::error::ScimError;
use crate::scim::project::{Projection, project};
use crate::scim::resource_type::Kind;
use crate::scim::v1::show;
use crate::store::directory::Stored;

impl Scene<'_> {
    /// [SCIM 1.1 section 3.2.1](https://datatracker.ietf.org/doc/html/draft-scim-api-01#section-3.2.1).
    ///
    /// The key of the caller's own account is found as well: it is where `/Users/me` says that the account is.
    pub(super) fn get(&mut self, id: &str, own_key: &str) -> Result<Reply, ScimError> {
        let target = self.target(id);
        if let (Err(_), Kind::User, true) = (&target, self.shape.kind, id == own_key)
            && let Some(account) = me::account_of(self.call.sandbox, own_key)
        {
            self.subject = Some(me::subject_of(&account));
            let shown = me::account_shown(self.call.sandbox, &account, Some(self.organization));
            return Ok(located(StatusCode::OK, &shown));
        }
        let shown = self.shown(&*target?, &self.projection()?);
        Ok(located(StatusCode::OK, &shown))
    }

    /// What the query asks to see of a resource.
    pub(super) fn projection(&self) -> Result<Projection, ScimError> {
        Projection::from_query(self.call.request.query())
    }

    /// The resource as the dialect shows it, as far as it is to be shown.
    pub(super) fn shown(&self, stored: &Stored, projection: &Projection) -> Value {
        let resource = stored.resource();
        let origin = &self.call.sandbox.base_url;
        let mut shown = show::resource(self.shape, &resource, origin, self.profile());
        if self.shape.kind == Kind::User {
            let accounts = me::accounts_of(self.call.sandbox, self.organization, &resource);
            shown = show::with_accounts(shown, &accounts);
        }
        match projection {
            Projection::Default => shown,
            some => project(&shown, self.resource_type, some),
        }
    }
}
