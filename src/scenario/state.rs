//! A starting state: what a sandbox holds before the first request.
//!
//! The files of `fixtures/states` and the `given` of a scenario are both of this type.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a sandbox holds at its start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct State {
    /// The organization's name; absent before the first domain is verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Domains, proved or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains: Option<Vec<GivenDomain>>,
    /// GoTo accounts that can sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<GivenAccount>>,
    /// Registered OAuth clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clients: Option<Vec<GivenClient>>,
    /// Access tokens that are ready to use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Vec<GivenToken>>,
    /// SCIM users as JSON; `id` may be given, and is drawn otherwise.
    pub users: Vec<Value>,
    /// SCIM groups as JSON; a member may be written as the `userName` of a user given here.
    pub groups: Vec<Value>,
    /// TXT records of the embedded zone, by name.
    pub zone: BTreeMap<String, Vec<String>>,
    /// Where the web servers of domains are, as `host:port`.
    pub web: BTreeMap<String, String>,
    /// Fields of the profile to replace.
    pub profile: Map<String, Value>,
}

impl State {
    /// This state with what a scenario gives: users, groups, records and profile fields join, other lists replace.
    #[must_use]
    pub fn with(mut self, given: &Self) -> Self {
        let given = given.clone();
        self.organization = given.organization.or(self.organization);
        self.domains = given.domains.or(self.domains);
        self.accounts = given.accounts.or(self.accounts);
        self.clients = given.clients.or(self.clients);
        self.tokens = given.tokens.or(self.tokens);
        self.users.extend(given.users);
        self.groups.extend(given.groups);
        self.zone.extend(given.zone);
        self.web.extend(given.web);
        self.profile.extend(given.profile);
        self
    }

    /// Domains, proved or not.
    pub fn domains(&self) -> &[GivenDomain] {
        self.domains.as_deref().unwrap_or_default()
    }

    /// Accounts that can sign in.
    pub fn accounts(&self) -> &[GivenAccount] {
        self.accounts.as_deref().unwrap_or_default()
    }

    /// Registered OAuth clients.
    pub fn clients(&self) -> &[GivenClient] {
        self.clients.as_deref().unwrap_or_default()
    }

    /// Access tokens that are ready to use.
    pub fn tokens(&self) -> &[GivenToken] {
        self.tokens.as_deref().unwrap_or_default()
    }
}

/// A domain at the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GivenDomain {
    /// Its name.
    pub name: String,
    /// Whether it is proved already.
    #[serde(default)]
    pub status: GivenStatus,
    /// Its verification code; drawn if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The account that added it; the first account if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// How far the proof of a domain is at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum GivenStatus {
    /// Waiting for its proof.
    #[default]
    Pending,
    /// Proved.
    Verified,
}

/// An account at the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GivenAccount {
    /// The e-mail address it signs in with.
    pub user_name: String,
    /// Its password, in clear: this is a test double.
    pub password: String,
    /// First name.
    #[serde(default)]
    pub given_name: String,
    /// Last name.
    #[serde(default)]
    pub family_name: String,
    /// Its role in the organization.
    #[serde(default)]
    pub role: OrganizationRole,
    /// What it may do in its product account, as `/identity/v1` shows it; `acctadmin` for admins if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entitlements: Option<Vec<String>>,
    /// The organization it belongs to, if not to the first; there is one of each name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Tokens it made for itself, to be traded for access tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personal_access_tokens: Vec<String>,
}

/// What an account may do in the organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OrganizationRole {
    /// Neither reads nor writes the directory.
    #[default]
    User,
    /// Admin (Read Only).
    ReadOnly,
    /// Admin (Read & Write).
    ReadWrite,
}

/// An OAuth client at the start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GivenClient {
    /// Its `client_id`, a UUID on the real service.
    pub client_id: String,
    /// Its secret; a client without one is public and must use PKCE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// Its registered redirect URIs, compared byte for byte.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// The scopes it may be granted.
    pub scopes: Vec<String>,
    /// The account it acts for when it asks with its own credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Whose signed assertions stand for a secret of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub federation: Option<GivenFederation>,
    /// The grant types it may use; all but `personal_access_token` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<Vec<String>>,
}

/// Whose signed assertions stand for a client: what Entra's page for workload identity federation shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GivenFederation {
    /// The `iss` of the assertions.
    pub issuer: String,
    /// Their `sub`.
    pub subject: String,
    /// What must be in their `aud`; the issuer or the token endpoint of the double if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The keys that check them, as a JSON Web Key Set: nothing is fetched from anywhere.
    pub jwks: Value,
}

/// An access token at the start, with a refresh token beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GivenToken {
    /// The account it speaks for.
    pub account: String,
    /// The client it was given to.
    pub client_id: String,
    /// Its scopes; all of the client's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
}
