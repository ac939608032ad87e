//! What a tester may do with accounts and domains, past the rules that people are held to.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::domain::code::VerificationCode;
use crate::domain::name::DomainName;
use crate::scenario::state::{GivenAccount, GivenDomain, GivenStatus, OrganizationRole, State};
use crate::store::organization::account::{self, Account, NewAccount};
use crate::store::organization::claims::Issuer;
use crate::store::organization::{
    ChangeRefusal, Claim, Domain, MemberChange, Organization, Organizations, Owner, Refusal, World,
};

/// Tells of an account, and of its place in an organization if it has one.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Who it is.
    pub account: Arc<Account>,
    /// Where, and in which role.
    pub place: Option<(Arc<Organization>, OrganizationRole)>,
}

/// Tells of a domain and of whose it is.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The domain.
    pub domain: Domain,
    /// The name of the organization it belongs to.
    pub organization: Option<String>,
    /// The user name of the account that proves it alone.
    pub account: Option<String>,
}

/// Says where a new account goes.
#[derive(Clone, Copy, Debug)]
pub enum Post<'n> {
    /// Into no organization, as after sign-up.
    Alone,
    /// Into the organization of that name, the first if none is named.
    In(Option<&'n str>, OrganizationRole),
}

impl Organizations {
    /// Everybody, in the order they came.
    pub fn everybody(&self) -> Vec<Placed> {
        let world = self.read();
        let all = world.people.iter();
        all.map(|account| world.placed(Arc::clone(account)))
            .collect()
    }

    /// Makes an account and gives it a place.
    ///
    /// # Errors
    ///
    /// The user name is taken, or there is no such organization.
    pub fn appoint(&self, new: NewAccount, post: Post<'_>) -> Result<Placed, Refusal> {
        let mut world = self.write();
        let place = match post {
            Post::Alone => None,
            Post::In(name, role) => {
                let mut all = world.organizations.iter();
                let found = all.find(|one| name.is_none_or(|name| one.name == name));
                Some((Arc::clone(found.ok_or(Refusal::NoOrganization)?), role))
            }
        };
        let made = world.people.admit(new, self.entropy);
        let account = made.ok_or(Refusal::UserNameTaken)?;
        if let Some((organization, role)) = &place {
            world.enrol(organization, &account, *role);
        }
        Ok(Placed { account, place })
    }

    /// Changes an account, its own role included.
    ///
    /// # Errors
    ///
    /// There is no such account, it has a role nowhere, or a name or the password cannot be.
    pub fn amend(
        &self,
        key: &str,
        change: &MemberChange,
        password: Option<&str>,
    ) -> Result<Placed, ChangeRefusal> {
        let mut world = self.write();
        let before = world.people.of_key(key).ok_or(Refusal::NoSuchUser)?;
        let mut after = Account::clone(before);
        if let Some(name) = &change.given_name {
            after.given_name = account::name(name)?;
        }
        if let Some(name) = &change.family_name {
            after.family_name = account::name(name)?;
        }
        if let Some(password) = password {
            after.password = account::password(password)?;
        }
        let after = Arc::new(after);
        if let Some(role) = change.role {
            let own = world.membership.get(key).ok_or(Refusal::NoOrganization)?;
            own.admit(&after, role);
        }
        world.people.replace(&after);
        Ok(world.placed(after))
    }

    /// Removes an account, whoever it is.
    pub fn banish(&self, key: &str) -> Option<Arc<Account>> {
        let mut world = self.write();
        let gone = Arc::clone(world.people.of_key(key)?);
        if let Some(organization) = world.membership.remove(key) {
            organization.dismiss(&gone);
        }
        let alone = Owner::Account(gone.key.clone());
        world.claims.retain(|claim| claim.owner != alone);
        world.people.dismiss(&gone);
        Some(gone)
    }

    /// How many domains it remembers, those that were taken away included: a new code is another one.
    pub fn remembered_domains(&self) -> usize {
        let world = self.read();
        world.claims.len().max(world.drawn.len())
    }

    /// How many users, groups and other resources all organizations hold, those deleted included.
    pub fn remembered_resources(&self) -> usize {
        let world = self.read();
        let all = world.organizations.iter();
        all.map(|one| one.directory().remembered()).sum()
    }

    /// Every domain with whose it is, in the order they were added.
    pub fn claimed(&self) -> Vec<Claimed> {
        let world = self.read();
        let claims = world.claims.iter();
        claims.map(|claim| world.claimed(claim)).collect()
    }

    /// Adds a domain for an account, with that code or a fresh one that lives for `days`.
    ///
    /// # Errors
    ///
    /// It is there already, or another organization has it.
    pub fn claim(
        &self,
        account: &Account,
        (name, code): (&DomainName, Option<VerificationCode>),
        days: u32,
        now: Timestamp,
    ) -> Result<Claimed, Refusal> {
        let mut world = self.write();
        let owner = world.owner(account);
        let same = |claim: &Claim| claim.domain.name == *name;
        let taken = |claim: &Claim| claim.owner == owner || claim.domain.verified.is_some();
        if world.claims.iter().any(|claim| same(claim) && taken(claim)) {
            return Err(Refusal::Claimed);
        }
        let mut domain = world.fresh(name.clone(), Issuer::new(self.entropy, days), now);
        if let Some(code) = code {
            domain.code = code;
        }
        let claim = Claim { owner, domain };
        let shown = world.claimed(&claim);
        world.claims.push(claim);
        Ok(shown)
    }

    /// Makes a domain verified without looking anything up, as if its proof had been seen.
    ///
    /// # Errors
    ///
    /// There is no such domain.
    pub fn prove(&self, name: &DomainName, now: Timestamp) -> Result<Claimed, Refusal> {
        let mut world = self.write();
        let mut claims = world.claims.iter().enumerate();
        let same = claims
            .by_ref()
            .filter(|(_, claim)| claim.domain.name == *name);
        let rank = |(_, claim): &(usize, &Claim)| claim.domain.verified.is_none();
        let (index, claim) = same.min_by_key(rank).ok_or(Refusal::NotFound)?;
        if claim.domain.verified.is_some() {
            return Ok(world.claimed(claim));
        }
        let mut claim = claim.clone();
        let organization = match &claim.owner {
            Owner::Organization(id) => {
                let mut all = world.organizations.iter();
                Arc::clone(all.find(|one| one.id == *id).ok_or(Refusal::NotFound)?)
            }
            Owner::Account(key) => {
                let admin = world.people.of_key(key).cloned().ok_or(Refusal::NotFound)?;
                let number = world.organizations.len() as u64;
                let id = self.entropy.draw("organization id", number).decimal19();
                let directory = self.empty_directory();
                world.found((id, name.to_string()), directory, Some(&admin))
            }
        };
        claim.domain.verified = Some(now);
        claim.owner = Owner::Organization(organization.id.clone());
        organization.take_domain(name);
        let shown = world.claimed(&claim);
        if let Some(place) = world.claims.get_mut(index) {
            *place = claim;
        }
        Ok(shown)
    }

    /// Takes a domain away from everybody, verified or not; says whether it was there.
    pub fn forget(&self, name: &DomainName) -> bool {
        let mut world = self.write();
        let before = world.claims.len();
        world.claims.retain(|claim| claim.domain.name != *name);
        for organization in &world.organizations {
            organization.lose_domain(name);
        }
        world.claims.len() < before
    }

    /// Puts accounts, organization and domains into a state, as they are now.
    pub fn describe(&self, state: &mut State) {
        let world = self.read();
        let first = world.organizations.first();
        state.organization = first.map(|organization| organization.name.clone());
        let given = world.people.iter().map(|account| world.given(account));
        state.accounts = Some(given.collect());
        let given = world.claims.iter().map(|claim| GivenDomain {
            name: claim.domain.name.to_string(),
            status: match claim.domain.verified {
                Some(_) => GivenStatus::Verified,
                None => GivenStatus::Pending,
            },
            code: Some(claim.domain.code.as_str().to_owned()),
            account: world.someone_of(&claim.owner),
        });
        state.domains = Some(given.collect());
    }
}

impl Organization {
    fn lose_domain(&self, name: &DomainName) {
        let verified = self.verified.write();
        let mut verified = verified.unwrap_or_else(std::sync::PoisonError::into_inner);
        verified.remove(name.as_str());
    }
}

impl World {
    fn placed(&self, account: Arc<Account>) -> Placed {
        let own = self.membership.get(&account.key);
        let place = own.map(|own| (Arc::clone(own), own.role(&account)));
        Placed { account, place }
    }

    fn claimed(&self, claim: &Claim) -> Claimed {
        let (organization, account) = match &claim.owner {
            Owner::Organization(id) => {
                let mut all = self.organizations.iter();
                let own = all.find(|one| one.id == *id);
                (own.map(|own| own.name.clone()), None)
            }
            Owner::Account(key) => {
                let own = self.people.of_key(key);
                (None, own.map(|own| own.user_name.clone()))
            }
        };
        Claimed {
            domain: claim.domain.clone(),
            organization,
            account,
        }
    }

    /// Somebody in whose name a domain is given: a state names accounts, not organizations.
    fn someone_of(&self, owner: &Owner) -> Option<String> {
        let is_it = |account: &&Arc<Account>| match owner {
            Owner::Account(key) => account.key == *key,
            Owner::Organization(id) => {
                let own = self.membership.get(&account.key);
                own.is_some_and(|own| own.id == *id)
            }
        };
        let found = self.people.iter().find(is_it)?;
        Some(found.user_name.clone())
    }

    fn given(&self, account: &Arc<Account>) -> GivenAccount {
        let own = self.membership.get(&account.key);
        let first = self.organizations.first();
        let other = own.filter(|own| first.is_none_or(|first| first.id != own.id));
        GivenAccount {
            user_name: account.user_name.clone(),
            password: account.password.clone(),
            given_name: account.given_name.clone(),
            family_name: account.family_name.clone(),
            role: own.map(|own| own.role(account)).unwrap_or_default(),
            entitlements: account.entitlements.clone(),
            organization: other.map(|own| own.name.clone()),
            personal_access_tokens: Vec::new(),
        }
    }
}
