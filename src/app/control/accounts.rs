//! Who can sign in, and in which role: the tester's verbs.

use serde::{Deserialize, Serialize};

use super::limits::one_more;
use super::{Control, ControlError};
use crate::entry::{Change, Event, SubjectKind, Verb};
use crate::sandbox::Sandbox;
use crate::scenario::state::OrganizationRole;
use crate::store::organization::{
    AccountRefusal, ChangeRefusal, MemberChange, NewAccount, Placed, Post, Refusal,
};

/// An account, as a tester sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountView {
    /// Its key, the `sub` of its tokens.
    pub key: String,
    /// The e-mail address it signs in with.
    pub user_name: String,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
    /// The name of its organization, if it has one.
    pub organization: Option<String>,
    /// What it may do there.
    pub role: Option<OrganizationRole>,
}

/// An account to be made.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSpec {
    /// The e-mail address it signs in with.
    pub user_name: String,
    /// Its password.
    pub password: String,
    /// First name.
    #[serde(default)]
    pub given_name: String,
    /// Last name.
    #[serde(default)]
    pub family_name: String,
    /// What it may do in its organization; without this and `organization` it belongs to none, as after sign-up.
    #[serde(default)]
    pub role: Option<OrganizationRole>,
    /// The name of its organization; the first one if only a role is named.
    #[serde(default)]
    pub organization: Option<String>,
}

/// How an account is to change; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountChange {
    /// First name.
    pub given_name: Option<String>,
    /// Last name.
    pub family_name: Option<String>,
    /// What it may do in its organization, whoever it is.
    pub role: Option<OrganizationRole>,
    /// Its password.
    pub password: Option<String>,
}

impl Control {
    /// Every account, in the order they came.
    pub fn accounts(&self) -> Result<Vec<AccountView>, ControlError> {
        let sandbox = self.sandbox()?;
        Ok(sandbox.organizations.everybody().iter().map(view).collect())
    }

    /// One account, by user name or key.
    pub fn account(&self, name: &str) -> Result<AccountView, ControlError> {
        let key = key_of(&*self.sandbox()?, name)?;
        let all = self.accounts()?;
        let found = all.into_iter().find(|account| account.key == key);
        found.ok_or_else(|| no_such_account(name))
    }

    /// Makes an account.
    pub fn add_account(&self, spec: &AccountSpec) -> Result<AccountView, ControlError> {
        let sandbox = self.sandbox()?;
        one_more(&sandbox, "accounts")?;
        let names = (spec.given_name.as_str(), spec.family_name.as_str());
        let new = NewAccount::accept(&spec.user_name, names, &spec.password)
            .map_err(|why| ControlError::of_field(field_of(&why), why))?;
        let organization = spec.organization.as_deref();
        let post = match (organization, spec.role) {
            (None, None) => Post::Alone,
            (name, role) => Post::In(name, role.unwrap_or_default()),
        };
        let made = sandbox.organizations.appoint(new, post);
        let made = made.map_err(|why| match why {
            Refusal::UserNameTaken => ControlError::conflict(why.to_string()),
            _ => ControlError::of_field("organization", "there is no such organization"),
        })?;
        note(&sandbox, &made.account.key, Verb::Created);
        Ok(view(&made))
    }

    /// Changes an account, found by user name or key.
    pub fn change_account(
        &self,
        name: &str,
        change: &AccountChange,
    ) -> Result<AccountView, ControlError> {
        let sandbox = self.sandbox()?;
        let key = key_of(&sandbox, name)?;
        let members = MemberChange {
            given_name: change.given_name.clone(),
            family_name: change.family_name.clone(),
            role: change.role,
        };
        let password = change.password.as_deref();
        let changed = sandbox.organizations.amend(&key, &members, password);
        let changed = changed.map_err(|why| match why {
            ChangeRefusal::Account(why) => ControlError::of_field(field_of(&why), why),
            ChangeRefusal::Refused(Refusal::NoOrganization) => {
                ControlError::conflict("the account has no organization to have a role in")
            }
            ChangeRefusal::Refused(_) => no_such_account(name),
        })?;
        note(&sandbox, &key, Verb::Updated);
        Ok(view(&changed))
    }

    /// Removes an account, found by user name or key, and ends its tokens.
    pub fn delete_account(&self, name: &str) -> Result<(), ControlError> {
        let sandbox = self.sandbox()?;
        let key = key_of(&sandbox, name)?;
        let gone = sandbox.organizations.banish(&key);
        let gone = gone.ok_or_else(|| no_such_account(name))?;
        sandbox.grants.end_all_of(&gone);
        note(&sandbox, &key, Verb::Deleted);
        Ok(())
    }
}

fn key_of(sandbox: &Sandbox, name: &str) -> Result<String, ControlError> {
    let organizations = &sandbox.organizations;
    let found = organizations.account(name);
    let found = found.or_else(|| organizations.account_of_key(name));
    let account = found.ok_or_else(|| no_such_account(name))?;
    Ok(account.key.clone())
}

fn no_such_account(name: &str) -> ControlError {
    ControlError::not_found(format!("there is no account {name:?}"))
}

fn field_of(why: &AccountRefusal) -> &'static str {
    match why {
        AccountRefusal::NoAddress
        | AccountRefusal::Domain(_)
        | AccountRefusal::AddressTooLong(_) => "user_name",
        AccountRefusal::Name => "given_name or family_name",
        AccountRefusal::Password => "password",
    }
}

fn view(placed: &Placed) -> AccountView {
    let account = &placed.account;
    let place = placed.place.as_ref();
    AccountView {
        key: account.key.clone(),
        user_name: account.user_name.clone(),
        given_name: account.given_name.clone(),
        family_name: account.family_name.clone(),
        organization: place.map(|(organization, _)| organization.name.clone()),
        role: place.map(|(_, role)| *role),
    }
}

fn note(sandbox: &Sandbox, key: &str, verb: Verb) {
    let (kind, id) = (SubjectKind::Account, key.to_owned());
    let change = Change { kind, id, verb };
    sandbox.journal.note(Event::Changed(vec![change]));
}
