//! What the client keeps between two cycles.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ClientError;
use crate::scenario::source::SourceUser;

/// The links from the source's keys to the server's ids, and the tokens in use.
///
/// It may be lost at any time: the client then finds everything again by its matching attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    pub(super) tokens: Tokens,
    pub(super) users: BTreeMap<String, UserLink>,
    pub(super) groups: BTreeMap<String, GroupLink>,
}

/// The tokens in use, and the ones the job was given, so that newly given ones are noticed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Tokens {
    pub(super) given_access: Option<String>,
    pub(super) given_refresh: Option<String>,
    pub(super) access: Option<String>,
    pub(super) refresh: Option<String>,
    /// How many authorizations were begun: each has a `state` of its own.
    pub(super) authorizations: u64,
}

/// Whom a user of the source is on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UserLink {
    pub(super) id: String,
    /// The attributes as they were last written.
    pub(super) written: SourceUser,
    /// The attributes as the server then showed them: it may rewrite values, which is no reason to write again.
    pub(super) shown: Option<SourceUser>,
    /// Whether the person left the source and the account was disabled for it.
    #[serde(default)]
    pub(super) left: bool,
}

/// What a group of the source is on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct GroupLink {
    pub(super) id: String,
    pub(super) display_name: String,
    /// The ids of its members as last read or written; `None` if that is not known.
    pub(super) members: Option<BTreeSet<String>>,
}

impl Memory {
    /// Reads what [`to_json`](Self::to_json) wrote.
    pub fn from_json(text: &str) -> Result<Self, ClientError> {
        serde_json::from_str(text).map_err(|error| ClientError::Memory(error.to_string()))
    }

    /// Writes the memory as text, to be kept until the next cycle.
    pub fn to_json(&self) -> String {
        // Maps with text keys and plain values always have a JSON form.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The ids of all linked users.
    pub(super) fn user_ids(&self) -> BTreeSet<String> {
        self.users.values().map(|link| link.id.clone()).collect()
    }
}
