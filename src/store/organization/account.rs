//! Accounts that sign in.

use std::fmt;

use thiserror::Error;

use crate::domain::name::{DomainName, NameRefusal};
use crate::oauth::client::same_secret;

/// The longest user name: what GoTo's published SCIM description says of `userName`.
const USER_NAME_LENGTH: usize = 128;

/// The longest first or last name, from the same place.
const NAME_LENGTH: usize = 60;

/// The longest password: ours, so that nobody stores books here.
const PASSWORD_LENGTH: usize = 256;

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

/// Describes an account that is yet to be made.
#[derive(Clone)]
pub struct NewAccount {
    pub(super) user_name: String,
    pub(super) given_name: String,
    pub(super) family_name: String,
    pub(super) entitlements: Option<Vec<String>>,
    pub(super) password: String,
}

/// Says why an account cannot be as it is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AccountRefusal {
    /// The user name is no e-mail address.
    #[error("an e-mail address is needed, as in ada@main.com")]
    NoAddress,
    /// The domain of the address is none.
    #[error("the domain of the e-mail address: {0}")]
    Domain(NameRefusal),
    /// The user name is too long.
    #[error("the e-mail address has {0} characters; {USER_NAME_LENGTH} is the most")]
    AddressTooLong(usize),
    /// A first or last name is too long, or has characters that no name has.
    #[error("a name has no line ends and {NAME_LENGTH} characters at most")]
    Name,
    /// There is no password, or one without end.
    #[error("a password is needed, of {PASSWORD_LENGTH} characters at most")]
    Password,
}

impl NewAccount {
    /// Accepts what a person typed; blanks around address and names are not meant.
    ///
    /// # Errors
    ///
    /// The refusal says which field cannot stay so.
    pub fn accept(
        user_name: &str,
        (given_name, family_name): (&str, &str),
        password: &str,
    ) -> Result<Self, AccountRefusal> {
        let user_name = user_name.trim();
        let length = user_name.chars().count();
        if length > USER_NAME_LENGTH {
            return Err(AccountRefusal::AddressTooLong(length));
        }
        let (local, domain) = user_name
            .rsplit_once('@')
            .ok_or(AccountRefusal::NoAddress)?;
        let odd = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '@';
        if local.is_empty() || local.chars().any(odd) {
            return Err(AccountRefusal::NoAddress);
        }
        DomainName::parse(domain).map_err(AccountRefusal::Domain)?;
        Ok(Self {
            user_name: user_name.into(),
            given_name: name(given_name)?,
            family_name: name(family_name)?,
            entitlements: None,
            password: self::password(password)?,
        })
    }

    /// The domain of its e-mail address.
    pub(super) fn domain(&self) -> Option<DomainName> {
        DomainName::of_address(&self.user_name)
    }

    pub(super) fn with_key(self, key: String) -> Account {
        Account {
            key,
            user_name: self.user_name,
            given_name: self.given_name,
            family_name: self.family_name,
            entitlements: self.entitlements,
            password: self.password,
        }
    }
}

/// Accepts a first or last name without the blanks around it; it may be empty.
pub(super) fn name(text: &str) -> Result<String, AccountRefusal> {
    let text = text.trim();
    if text.chars().count() > NAME_LENGTH || text.chars().any(char::is_control) {
        return Err(AccountRefusal::Name);
    }
    Ok(text.into())
}

/// Accepts a password.
pub(super) fn password(text: &str) -> Result<String, AccountRefusal> {
    if text.is_empty() || text.chars().count() > PASSWORD_LENGTH {
        return Err(AccountRefusal::Password);
    }
    Ok(text.into())
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

    /// First and last name; the user name if it has neither.
    pub fn display_name(&self) -> String {
        let name = format!("{} {}", self.given_name, self.family_name);
        match name.trim() {
            "" => self.user_name.clone(),
            name => name.into(),
        }
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

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount")
            .field("user_name", &self.user_name)
            .finish_non_exhaustive()
    }
}
