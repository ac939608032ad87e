//! Users and groups that a starting state or a tester puts in, past the rules that clients are held to.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Directory, Stored};
use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::profile::Profile;
use crate::scim::error::ScimError;
use crate::scim::resource::{accept, naming_all_schemas};
use crate::scim::resource_type::Kind;
use crate::scim::schema::ResourceType;

/// The kinds of resources that can be members of a group.
const MEMBERS: [Kind; 2] = [Kind::User, Kind::Group];

impl Directory {
    /// Puts in a user or a group as JSON; its `id` may be given, and is drawn otherwise.
    ///
    /// A member may be a bare string, and may be written as the `userName` of a user or the `displayName` of a group
    /// that is there already. The domain of a `userName` need not be verified.
    ///
    /// # Errors
    ///
    /// What a client would be told of the same resource.
    pub fn give(
        &self,
        (resource_type, mut body): (&Arc<ResourceType>, Value),
        profile: &Profile,
        moment: Timestamp,
        entropy: Entropy,
    ) -> Result<Arc<Stored>, ScimError> {
        if let Some(Value::Array(members)) = body.get_mut("members") {
            for member in members {
                self.resolve(member);
            }
        }
        let id = body.get("id").and_then(Value::as_str).map(String::from);
        let body = naming_all_schemas(resource_type, body);
        let accepted = accept(resource_type, body, profile)?.as_new(resource_type);
        let stored = match id {
            Some(id) => self.create_with_id(resource_type, accepted, moment, &id)?,
            None => self.create(resource_type, accepted, moment, entropy)?,
        };
        Ok(stored)
    }

    /// Puts the id in the place of a member's name.
    fn resolve(&self, member: &mut Value) {
        if let Value::String(name) = member {
            *member = json!({ "value": name });
        }
        let Some(Value::String(value)) = member.get_mut("value") else {
            return;
        };
        let is_id = |kind: &Kind| self.by_id(*kind, value).is_some();
        if MEMBERS.iter().any(is_id) {
            return;
        }
        let mut named = MEMBERS.iter().flat_map(|kind| self.by_name(*kind, value));
        if let Some(found) = named.next() {
            *value = found.id.to_string();
        }
    }
}
