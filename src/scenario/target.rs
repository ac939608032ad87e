//! What a tester changes in GoTo behind the client's back, between two cycles.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The changes made to GoTo before a cycle begins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TargetStep {
    /// Users that an admin deletes, by `userName`.
    pub delete_users: Vec<String>,
    /// Groups that an admin deletes, by `displayName`.
    pub delete_groups: Vec<String>,
    /// Users that an admin changes.
    pub patch_users: Vec<UserPatch>,
    /// Empties the folder in which the client keeps its own state.
    pub wipe_state: bool,
}

/// What an admin changes of one user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    /// The `userName`.
    pub user: String,
    /// Attributes and their new values, as in a SCIM resource.
    pub set: Map<String, Value>,
}

impl TargetStep {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
