//! Accounts, the organizations they belong to, and the domains that are proved or to be proved.
//!
//! One lock makes each change to them one step: two presses of Verify at once give one organization and one admin.

mod account;
mod claims;
mod domain;
mod load;
mod members;
mod notice;
mod people;
mod tester;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::Value;

use crate::clock::Timestamp;
use crate::domain::name::DomainName;
use crate::entropy::Entropy;
use crate::profile::Profile;
use crate::scenario::state::OrganizationRole;
use crate::scim::resource_type::ResourceTypes;
use crate::store::directory::Directory;
use crate::store::own_keys::OwnKeys;
use crate::variation::EtagForm;

pub use self::account::{Account, AccountRefusal, NewAccount};
pub use self::claims::{Added, Refusal, Settled, Visit};
pub use self::domain::{Domain, LookUp, Status};
pub use self::members::{ChangeRefusal, Member, MemberChange};
pub use self::notice::{Notice, Notices, Tone};
use self::people::People;
pub use self::tester::{Claimed, Placed, Post};

/// Holds an organization: a name, a directory, verified domains, and who may do what.
#[derive(Debug)]
pub struct Organization {
    /// Its id, 19 decimal digits.
    pub id: String,
    /// Its name: that of its first verified domain.
    pub name: String,
    directory: Directory,
    verified: RwLock<BTreeSet<String>>,
    roles: RwLock<HashMap<String, OrganizationRole, OwnKeys>>,
}

impl Organization {
    /// Its users and groups.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Whether a domain is one of its verified ones, in whatever case it is written.
    pub fn has_verified(&self, domain: &str) -> bool {
        let verified = self.verified.read().unwrap_or_else(PoisonError::into_inner);
        verified.contains(domain) || verified.contains(&domain.to_ascii_lowercase())
    }

    /// What an account may do in it.
    pub fn role(&self, account: &Account) -> OrganizationRole {
        let roles = self.roles.read().unwrap_or_else(PoisonError::into_inner);
        roles.get(&account.key).copied().unwrap_or_default()
    }

    fn admit(&self, account: &Account, role: OrganizationRole) {
        let mut roles = self.roles.write().unwrap_or_else(PoisonError::into_inner);
        roles.insert(account.key.clone(), role);
    }

    fn dismiss(&self, account: &Account) {
        let mut roles = self.roles.write().unwrap_or_else(PoisonError::into_inner);
        roles.remove(&account.key);
    }

    /// Its verified domains, in alphabetical order.
    pub fn verified_domains(&self) -> Vec<String> {
        let verified = self.verified.read().unwrap_or_else(PoisonError::into_inner);
        verified.iter().cloned().collect()
    }

    fn take_domain(&self, name: &DomainName) {
        let mut verified = self
            .verified
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        verified.insert(name.as_str().into());
    }
}

/// Holds all accounts and organizations of a sandbox.
#[derive(Debug)]
pub struct Organizations {
    entropy: Entropy,
    /// What the location of every resource begins with.
    base: String,
    profile: Arc<Profile>,
    types: Arc<ResourceTypes>,
    etags: EtagForm,
    /// The accounts of the starting state.
    start: People,
    world: RwLock<World>,
    /// What pages are to say once.
    pub notices: Notices,
}

/// What changes together.
#[derive(Debug, Default)]
struct World {
    people: People,
    organizations: Vec<Arc<Organization>>,
    /// By the account's key.
    membership: HashMap<String, Arc<Organization>, OwnKeys>,
    claims: Vec<Claim>,
    /// How many codes were ever drawn for a domain.
    drawn: HashMap<String, u64>,
}

/// A domain in the hands of somebody.
#[derive(Clone, Debug)]
struct Claim {
    owner: Owner,
    domain: Domain,
}

/// Who a domain belongs to: an account until it has an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Owner {
    Account(String),
    Organization(String),
}

impl Organizations {
    /// The account that signs in with this name, in whatever case it is written.
    pub fn account(&self, user_name: &str) -> Option<Arc<Account>> {
        self.read().people.named(user_name).cloned()
    }

    /// The account of that key.
    pub fn account_of_key(&self, key: &str) -> Option<Arc<Account>> {
        self.read().people.of_key(key).cloned()
    }

    /// The account that came first.
    pub fn first_account(&self) -> Option<Arc<Account>> {
        self.read().people.iter().next().cloned()
    }

    /// The organization of an account.
    pub fn of(&self, account: &Account) -> Option<Arc<Organization>> {
        self.read().membership.get(&account.key).cloned()
    }

    /// The organization that came first: the only one, as a rule.
    pub fn default_organization(&self) -> Option<Arc<Organization>> {
        self.read().organizations.first().cloned()
    }

    /// Every domain as JSON with `name`, `status`, `code` and `deadline`, in the order they were added.
    pub fn domains(&self, now: Timestamp) -> Vec<Value> {
        let world = self.read();
        world
            .claims
            .iter()
            .map(|claim| claim.domain.to_json(now))
            .collect()
    }

    fn empty_directory(&self) -> Directory {
        let room = (&*self.profile, &self.types);
        Directory::with_etags(self.base.as_str(), room, self.etags)
    }

    fn read(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, World> {
        self.world.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    fn owner(&self, account: &Account) -> Owner {
        match self.membership.get(&account.key) {
            Some(organization) => Owner::Organization(organization.id.clone()),
            None => Owner::Account(account.key.clone()),
        }
    }

    /// Makes an organization named after a domain, with the account as its admin.
    fn found(
        &mut self,
        (id, name): (String, String),
        directory: Directory,
        admin: Option<&Account>,
    ) -> Arc<Organization> {
        let organization = Arc::new(Organization {
            id,
            name,
            directory,
            verified: RwLock::default(),
            roles: RwLock::default(),
        });
        self.organizations.push(Arc::clone(&organization));
        if let Some(admin) = admin {
            self.enrol(&organization, admin, OrganizationRole::ReadWrite);
        }
        organization
    }

    /// Makes an account a member; the domains it was proving alone are the organization's from now on.
    fn enrol(
        &mut self,
        organization: &Arc<Organization>,
        account: &Account,
        role: OrganizationRole,
    ) {
        organization.admit(account, role);
        self.membership
            .insert(account.key.clone(), Arc::clone(organization));
        let alone = Owner::Account(account.key.clone());
        for claim in &mut self.claims {
            if claim.owner == alone {
                claim.owner = Owner::Organization(organization.id.clone());
            }
        }
    }
}
