//! Accounts that sign in.

use std::fmt;

use crate::domain::name::DomainName;
use crate::oauth::client::same_secret;

/// Describes somebody who can sign in.
#[derive(Clone)]
pub struct Account {
    /// Its key, 19 decimal digits: the `sub` of its tokens.
    pub key: String,
    /// The e-mail address it signs in with.
    pub user_name: String,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
    /// What it may do in its product account, if that was given.
    pub entitlements: Option<Vec<String>>,
    pub(super) password: String,
}

impl Account {
    /// Whether a password is its own, in a time that does not tell.
    pub fn accepts(&self, password: &str) -> bool {
        same_secret(&self.password, password)
    }

    /// The domain of its e-mail address: the one it may prove while it has no organization.
    pub fn domain(&self) -> Option<DomainName> {
        DomainName::of_address(&self.user_name)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("key", &self.key)
            .field("user_name", &self.user_name)
            .finish_non_exhaustive()
    }
}
