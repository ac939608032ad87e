//! Who is in an organization, and in which role: sign up, add, change, remove.

use std::sync::Arc;

use crate::scenario::state::OrganizationRole;
use crate::store::organization::account::{self, Account, AccountRefusal, NewAccount};
use crate::store::organization::{Organization, Organizations, Refusal, World};

/// Tells of somebody in an organization.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who it is.
    pub account: Arc<Account>,
    /// What they may do.
    pub role: OrganizationRole,
}

/// Says how a member is to change; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberChange {
    /// First name.
    pub given_name: Option<String>,
    /// Last name.
    pub family_name: Option<String>,
    /// The role.
    pub role: Option<OrganizationRole>,
}

impl Organizations {
    /// The account as it is now; `None` if it was removed.
    pub fn present(&self, account: &Account) -> Option<Arc<Account>> {
        self.read().people.of_key(&account.key).cloned()
    }

    /// Makes an account that belongs to no organization yet.
    ///
    /// # Errors
    ///
    /// The user name is taken.
    pub fn sign_up(&self, new: NewAccount) -> Result<Arc<Account>, Refusal> {
        let mut world = self.write();
        let made = world.people.admit(new, self.entropy);
        made.ok_or(Refusal::UserNameTaken)
    }

    /// Everybody in the organization of an account, in the order they came.
    ///
    /// # Errors
    ///
    /// The account has no access, or no organization.
    pub fn members(&self, account: &Account) -> Result<Vec<Member>, Refusal> {
        let world = self.read();
        let organization = world.organization_to_see(account)?;
        let of_it = |account: &&Arc<Account>| {
            let own = world.membership.get(&account.key);
            own.is_some_and(|own| Arc::ptr_eq(own, &organization))
        };
        let shown = |account: &Arc<Account>| Member {
            role: organization.role(account),
            account: Arc::clone(account),
        };
        Ok(world.people.iter().filter(of_it).map(shown).collect())
    }

    /// Takes somebody into the organization of an account.
    ///
    /// Somebody who signed up alone keeps the account and its password.
    ///
    /// # Errors
    ///
    /// The account may not, the address is of no verified domain, or belongs to somebody of an organization.
    pub fn add_member(
        &self,
        account: &Account,
        new: NewAccount,
        role: OrganizationRole,
    ) -> Result<Member, Refusal> {
        let mut world = self.write();
        let organization = world.organization_to_change(account)?;
        let domain = new.domain().ok_or(Refusal::StrangeDomain)?;
        if !organization.has_verified(domain.as_str()) {
            return Err(Refusal::StrangeDomain);
        }
        let known = world.people.named(&new.user_name).cloned();
        let member = match known {
            Some(known) if world.membership.contains_key(&known.key) => {
                return Err(Refusal::UserNameTaken);
            }
            Some(known) => known,
            None => world
                .people
                .admit(new, self.entropy)
                .ok_or(Refusal::UserNameTaken)?,
        };
        world.enrol(&organization, &member, role);
        Ok(Member {
            account: member,
            role,
        })
    }

    /// Changes names and role of somebody in the organization of an account.
    ///
    /// # Errors
    ///
    /// The account may not, it is its own role, there is nobody of that key, or a name cannot be.
    pub fn change_member(
        &self,
        account: &Account,
        key: &str,
        change: &MemberChange,
    ) -> Result<Member, ChangeRefusal> {
        let mut world = self.write();
        let organization = world.organization_to_change(account)?;
        let before = world.member(&organization, key)?;
        let role = change.role.unwrap_or_else(|| organization.role(&before));
        if key == account.key && role != organization.role(&before) {
            return Err(Refusal::OwnRole.into());
        }
        let mut after = Account::clone(&before);
        if let Some(name) = &change.given_name {
            after.given_name = account::name(name)?;
        }
        if let Some(name) = &change.family_name {
            after.family_name = account::name(name)?;
        }
        let after = Arc::new(after);
        world.people.replace(&after);
        organization.admit(&after, role);
        Ok(Member {
            account: after,
            role,
        })
    }

    /// Removes somebody from the organization of an account, and the account with it.
    ///
    /// # Errors
    ///
    /// The account may not, it is itself, or there is nobody of that key.
    pub fn remove_member(&self, account: &Account, key: &str) -> Result<Arc<Account>, Refusal> {
        let mut world = self.write();
        let organization = world.organization_to_change(account)?;
        let gone = world.member(&organization, key)?;
        if key == account.key {
            return Err(Refusal::OwnAccount);
        }
        world.membership.remove(key);
        organization.dismiss(&gone);
        world.people.dismiss(&gone);
        Ok(gone)
    }

    /// Checks that an account may change what belongs to its organization.
    ///
    /// # Errors
    ///
    /// It has no organization, or its role forbids it.
    pub fn check_admin(&self, account: &Account) -> Result<(), Refusal> {
        self.read().organization_to_change(account).map(drop)
    }

    /// Checks that an account may see what belongs to its organization.
    ///
    /// # Errors
    ///
    /// It has no organization, or its role forbids it.
    pub fn check_auditor(&self, account: &Account) -> Result<Arc<Organization>, Refusal> {
        self.read().organization_to_see(account)
    }
}

/// Says why a member was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefusal {
    /// The organization does not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No account is like that.
    #[error(transparent)]
    Account(#[from] AccountRefusal),
}

impl World {
    fn organization_to_see(&self, account: &Account) -> Result<Arc<Organization>, Refusal> {
        let organization = self.membership.get(&account.key);
        let organization = organization.ok_or(Refusal::NoOrganization)?;
        match organization.role(account) {
            OrganizationRole::User => Err(Refusal::NoAccess),
            OrganizationRole::ReadOnly | OrganizationRole::ReadWrite => {
                Ok(Arc::clone(organization))
            }
        }
    }

    fn organization_to_change(&self, account: &Account) -> Result<Arc<Organization>, Refusal> {
        let organization = self.organization_to_see(account)?;
        match organization.role(account) {
            OrganizationRole::ReadWrite => Ok(organization),
            OrganizationRole::ReadOnly | OrganizationRole::User => Err(Refusal::ReadOnly),
        }
    }

    fn member(&self, organization: &Arc<Organization>, key: &str) -> Result<Arc<Account>, Refusal> {
        let own = self.membership.get(key);
        let is_of_it = own.is_some_and(|own| Arc::ptr_eq(own, organization));
        let account = self.people.of_key(key).filter(|_| is_of_it);
        account.cloned().ok_or(Refusal::NoSuchUser)
    }
}
