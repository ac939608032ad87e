//! From a starting state to accounts, organization and domains.

use std::sync::{Arc, RwLock};

use serde_json::Value;

use crate::clock::Timestamp;
use crate::domain::code::VerificationCode;
use crate::domain::name::DomainName;
use crate::entropy::Entropy;
use crate::profile::Profile;
use crate::scenario::state::{GivenDomain, GivenStatus, OrganizationRole, State};
use crate::scim::resource_type::ResourceTypes;
use crate::store::organization::claims::Issuer;
use crate::store::organization::{
    Account, Claim, NewAccount, Notices, Organization, Organizations, Owner, People, World,
};
use crate::variation::EtagForm;

impl Organizations {
    /// The accounts, the organization and the domains of a starting state; users and groups are [put in](Self::fill) after.
    ///
    /// The location of every resource begins with `base`, as in `http://127.0.0.1:8080/scim/v2`.
    ///
    /// # Errors
    ///
    /// The message says which account or domain of the state is not lawful.
    pub fn load(
        state: &State,
        (base, profile, types): (String, &Arc<Profile>, &Arc<ResourceTypes>),
        (entropy, etags): (Entropy, EtagForm),
        now: Timestamp,
    ) -> Result<Self, String> {
        let organizations = Self {
            entropy,
            base,
            profile: Arc::clone(profile),
            types: Arc::clone(types),
            etags,
            start: people_of(state, entropy)?,
            world: RwLock::default(),
            notices: Notices::default(),
        };
        organizations.settled(state, now)
    }

    /// The same as they were at their start, but for users and groups.
    ///
    /// # Errors
    ///
    /// None, as the same state was loaded before.
    pub fn anew(&self, state: &State, now: Timestamp) -> Result<Self, String> {
        let organizations = Self {
            entropy: self.entropy,
            base: self.base.clone(),
            profile: Arc::clone(&self.profile),
            types: Arc::clone(&self.types),
            etags: self.etags,
            start: self.start.clone(),
            world: RwLock::default(),
            notices: Notices::default(),
        };
        organizations.settled(state, now)
    }

    fn settled(mut self, state: &State, now: Timestamp) -> Result<Self, String> {
        let issuer = Issuer::new(self.entropy, self.profile.verification_days);
        let world = self.world_of(state, issuer, now)?;
        self.world = RwLock::new(world);
        Ok(self)
    }

    fn world_of(&self, state: &State, issuer: Issuer, now: Timestamp) -> Result<World, String> {
        let mut world = World {
            people: self.start.clone(),
            ..World::default()
        };
        let verified = |given: &&GivenDomain| given.status == GivenStatus::Verified;
        let founding = state.domains().iter().find(verified);
        let named = state.organization.clone();
        if let Some(name) = named.or_else(|| founding.map(|given| given.name.clone())) {
            let id = issuer.entropy.draw("organization id", 0).decimal19();
            let organization = world.found((id, name), self.empty_directory(), None);
            for (account, given) in self.start.iter().zip(state.accounts()) {
                let own = match &given.organization {
                    Some(name) => self.named(&mut world, name, issuer),
                    None => Arc::clone(&organization),
                };
                world.enrol(&own, account, given.role);
            }
            if state.organization.is_none()
                && let Some(prover) = founding.and_then(|given| self.owner_of(given))
            {
                organization.admit(&prover, OrganizationRole::ReadWrite);
            }
        }
        for given in state.domains() {
            self.load_domain(&mut world, given, issuer, now)?;
        }
        Ok(world)
    }

    /// The organization of that name, made if it is the first to be named so.
    fn named(&self, world: &mut World, name: &str, issuer: Issuer) -> Arc<Organization> {
        let known = world.organizations.iter().find(|known| known.name == name);
        if let Some(known) = known {
            return Arc::clone(known);
        }
        let stream = format!("organization id/{name}");
        let id = issuer.entropy.draw(&stream, 0).decimal19();
        world.found((id, name.to_owned()), self.empty_directory(), None)
    }

    /// Puts users and groups into the organization, if there is one.
    ///
    /// Users come first, then groups, so that members are there when they are named.
    ///
    /// # Errors
    ///
    /// The message says which of them is not lawful.
    pub fn fill(
        &self,
        users: Vec<Value>,
        groups: Vec<Value>,
        now: Timestamp,
    ) -> Result<(), String> {
        let Some(organization) = self.default_organization() else {
            return Ok(());
        };
        let users = users.into_iter().map(|user| (self.types.user(), user));
        let groups = groups.into_iter().map(|group| (self.types.group(), group));
        for (resource_type, given) in users.chain(groups) {
            let name = given.get(&resource_type.naming).cloned();
            organization
                .directory()
                .give((resource_type, given), &self.profile, now, self.entropy)
                .map_err(|refusal| {
                    let name = name.unwrap_or_default();
                    format!("the {} {name}: {}", resource_type.name, refusal.detail)
                })?;
        }
        Ok(())
    }

    fn load_domain(
        &self,
        world: &mut World,
        given: &GivenDomain,
        issuer: Issuer,
        now: Timestamp,
    ) -> Result<(), String> {
        let name = DomainName::parse(&given.name)
            .map_err(|refusal| format!("the domain {:?}: {refusal}", given.name))?;
        let prover = self.owner_of(given);
        if prover.is_none() && given.account.is_some() {
            return Err(format!("the domain {name}: there is no such account"));
        }
        let (owner, organization) = owner_in(world, prover.as_deref())
            .ok_or_else(|| format!("the domain {name}: there is no account to own it"))?;
        if world
            .claims
            .iter()
            .any(|claim| claim.domain.name == name && claim.owner == owner)
        {
            return Err(format!("the domain {name} is there twice"));
        }
        let mut domain = world.fresh(name, issuer, now);
        if let Some(code) = &given.code {
            domain.code = VerificationCode::parse(code)
                .ok_or_else(|| format!("the domain {}: the code is no UUID", domain.name))?;
        }
        if let (GivenStatus::Verified, Some(organization)) = (given.status, organization) {
            domain.verified = Some(now);
            organization.take_domain(&domain.name);
        }
        world.claims.push(Claim { owner, domain });
        Ok(())
    }

    /// The account that added a given domain: the first one unless it is named.
    fn owner_of(&self, given: &GivenDomain) -> Option<Arc<Account>> {
        match &given.account {
            Some(user_name) => self.start.named(user_name).cloned(),
            None => self.start.iter().next().cloned(),
        }
    }
}

fn owner_in(world: &World, prover: Option<&Account>) -> Option<(Owner, Option<Arc<Organization>>)> {
    let own = prover.and_then(|account| world.membership.get(&account.key));
    match (own.or_else(|| world.organizations.first()), prover) {
        (Some(organization), _) => Some((
            Owner::Organization(organization.id.clone()),
            Some(Arc::clone(organization)),
        )),
        (None, Some(account)) => Some((Owner::Account(account.key.clone()), None)),
        (None, None) => None,
    }
}

fn people_of(state: &State, entropy: Entropy) -> Result<People, String> {
    let mut people = People::default();
    for given in state.accounts() {
        // What a tester gives is taken as it is: only who types it into a form may be mistaken.
        let new = NewAccount {
            user_name: given.user_name.clone(),
            given_name: given.given_name.clone(),
            family_name: given.family_name.clone(),
            entitlements: given.entitlements.clone(),
            password: given.password.clone(),
        };
        if people.admit(new, entropy).is_none() {
            return Err(format!("the account {} is there twice", given.user_name));
        }
    }
    Ok(people)
}
