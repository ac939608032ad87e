//! `/Me`, the user whom the token speaks for, [RFC 7644 section 3.11](https://www.rfc-editor.org/rfc/rfc7644#section-3.11).
//!
//! It is the user whose `userName` the token's account signs in with.

use std::borrow::Cow;
use std::sync::Arc;

use http::header::{CONTENT_LOCATION, LOCATION};
use serde_json::Value;

use super::{Scene, body};
use crate::app::auth::authenticate;
use crate::app::surface::subject::subject_of;
use crate::exchange::Reply;
use crate::operation::Operation;
use crate::scim::error::ScimError;
use crate::store::directory::Stored;

/// Whether an operation is one of `/Me`.
pub(super) fn is_me(operation: Operation) -> bool {
    use Operation as O;
    matches!(
        operation,
        O::CreateMe | O::GetMe | O::ReplaceMe | O::PatchMe | O::DeleteMe
    )
}

impl<'c> Scene<'c> {
    /// The user that the token speaks for; there is none until somebody creates it.
    pub(super) fn own(&mut self) -> Result<(Cow<'c, str>, Option<Arc<Stored>>), ScimError> {
        let user_name = self.account_name()?;
        let Some(stored) = self.directory().by_user_name(&user_name) else {
            return Err(ScimError::not_found(format_args!("User {user_name}")));
        };
        self.subject = Some(subject_of(&stored));
        self.alias_of.clone_from(&stored.fields().location);
        Ok((Cow::Owned(stored.id.to_string()), Some(stored)))
    }

    /// The body that creates that user: it may leave `userName` to the server, and may name nobody else.
    pub(super) fn own_body(&self) -> Result<Value, ScimError> {
        let mut body = body::object(self.call.request, self.profile())?;
        let user_name = self.account_name()?;
        let sent = body.as_object().and_then(|members| {
            let mut members = members.iter();
            members.find(|(name, _)| name.eq_ignore_ascii_case("userName"))
        });
        match sent {
            None => body["userName"] = user_name.into(),
            Some((_, sent)) if sent.as_str().is_some_and(|sent| same(sent, &user_name)) => {}
            Some(_) => {
                let detail = format!("userName: the token speaks for {user_name}");
                return Err(ScimError::invalid_value(detail));
            }
        }
        Ok(body)
    }

    /// Says in an answer where the resource has its own address: "In any response".
    pub(super) fn say_location(&mut self, reply: &mut Reply) {
        let Some(location) = self.alias_of.take() else {
            return;
        };
        if reply.status.is_success() && !reply.body.is_empty() {
            reply.headers.insert(CONTENT_LOCATION, location.clone());
        }
        reply.headers.insert(LOCATION, location);
    }

    fn account_name(&self) -> Result<String, ScimError> {
        // The token was good a moment ago; it may have been revoked since.
        match authenticate(self.call.sandbox, self.call.request) {
            Ok(bearer) => Ok(bearer.grant.account.user_name.clone()),
            Err(denied) => {
                Err(ScimError::plain(denied.status, denied.detail).with_challenge(denied.challenge))
            }
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
