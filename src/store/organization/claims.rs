//! What may be done with domains: visit, add, delete, look up, settle.

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::clock::Timestamp;
use crate::domain::code::VerificationCode;
use crate::domain::name::DomainName;
use crate::entropy::Entropy;
use crate::scenario::state::OrganizationRole;
use crate::store::organization::{
    Account, Claim, Domain, LookUp, Organization, Organizations, Owner, Status, World,
};

/// Says why something may not be done with a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The account's role has no access to the Organization Center.
    #[error("the role User has no access to the Organization Center")]
    NoAccess,
    /// The account may look, not change.
    #[error("the account is Admin (Read Only); this needs Admin (Read & Write)")]
    ReadOnly,
    /// An account without an organization may prove the domain of its own e-mail address only.
    #[error(
        "without an organization only the domain of the account's own e-mail address can be verified"
    )]
    ForeignDomain,
    /// There is no such domain.
    #[error("there is no such domain here")]
    NotFound,
    /// Another organization verified the domain.
    #[error("the domain is verified by another organization")]
    Claimed,
    /// A verified domain stays.
    #[error("a verified domain cannot be deleted")]
    Verified,
    /// The code ended, or a new one took its place.
    #[error(
        "the code ended or was replaced while it was looked up; the next visit shows the present one"
    )]
    CodeEnded,
    /// The account has no organization whose users or clients it could see.
    #[error("the account has no organization yet: verify a domain first")]
    NoOrganization,
    /// Nobody of the organization has that key.
    #[error("there is no such user in this organization")]
    NoSuchUser,
    /// Somebody has the user name.
    #[error("the e-mail address belongs to an account already")]
    UserNameTaken,
    /// The e-mail address is of a domain that the organization has not verified.
    #[error("the domain of the e-mail address is none of the organization's verified domains")]
    StrangeDomain,
    /// Nobody changes their own role.
    #[error("nobody changes their own role; another Admin (Read & Write) can")]
    OwnRole,
    /// Nobody removes themselves.
    #[error("nobody deletes their own account; another Admin (Read & Write) can")]
    OwnAccount,
}

/// Tells what a visit to the Organization Center found.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// The domains, in the order they were added.
    pub domains: Vec<Domain>,
    /// Those that got a new code because the old one had ended.
    pub renewed: Vec<DomainName>,
}

/// Tells whether a domain was added or was there.
#[derive(Clone, Debug)]
pub enum Added {
    /// It is new.
    New(Domain),
    /// It was there, and keeps its code.
    Known(Domain),
    /// It was there with a code that had ended, and has a new one.
    Renewed(Domain),
}

/// Tells what settling a proof did.
#[derive(Clone, Debug)]
pub enum Settled {
    /// The domain is verified now.
    Now(Arc<Organization>),
    /// It was verified before.
    Before,
}

/// How long a code lives, and who makes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Issuer {
    pub(super) entropy: Entropy,
    pub(super) life: Duration,
}

impl Issuer {
    /// How long the codes of a profile live.
    pub(super) fn new(entropy: Entropy, days: u32) -> Self {
        let life = Duration::from_secs(u64::from(days) * 86_400);
        Self { entropy, life }
    }
}

impl Organizations {
    /// Lists an account's domains; codes that ended are replaced, living for `days`.
    ///
    /// # Errors
    ///
    /// The account has no access.
    pub fn visit(&self, account: &Account, days: u32, now: Timestamp) -> Result<Visit, Refusal> {
        let issuer = Issuer::new(self.entropy, days);
        let mut world = self.write();
        if world.role(account) == Some(OrganizationRole::User) {
            return Err(Refusal::NoAccess);
        }
        let owner = world.owner(account);
        let mut visit = Visit::default();
        for index in 0..world.claims.len() {
            let Some(claim) = world.claims.get(index).filter(|claim| claim.owner == owner) else {
                continue;
            };
            let mut domain = claim.domain.clone();
            if domain.status(now) == Status::Expired {
                world.renew(&mut domain, issuer, now);
                visit.renewed.push(domain.name.clone());
                if let Some(claim) = world.claims.get_mut(index) {
                    claim.domain = domain.clone();
                }
            }
            visit.domains.push(domain);
        }
        Ok(visit)
    }

    /// Adds a domain with a fresh code that lives for `days`.
    ///
    /// # Errors
    ///
    /// The account may not, or another organization has the domain.
    pub fn add(
        &self,
        account: &Account,
        name: &DomainName,
        days: u32,
        now: Timestamp,
    ) -> Result<Added, Refusal> {
        let issuer = Issuer::new(self.entropy, days);
        let mut world = self.write();
        world.may_write(account, name)?;
        let owner = world.owner(account);
        if let Some(index) = world.position(&owner, name) {
            let claim = world.claims.get(index).ok_or(Refusal::NotFound)?;
            let mut domain = claim.domain.clone();
            if domain.status(now) != Status::Expired {
                return Ok(Added::Known(domain));
            }
            world.renew(&mut domain, issuer, now);
            if let Some(claim) = world.claims.get_mut(index) {
                claim.domain = domain.clone();
            }
            return Ok(Added::Renewed(domain));
        }
        if world.is_verified(name) {
            return Err(Refusal::Claimed);
        }
        let domain = world.fresh(name.clone(), issuer, now);
        world.claims.push(Claim {
            owner,
            domain: domain.clone(),
        });
        Ok(Added::New(domain))
    }

    /// Deletes a domain that is not verified.
    ///
    /// # Errors
    ///
    /// The account may not, there is no such domain, or it is verified.
    pub fn delete(&self, account: &Account, name: &DomainName) -> Result<(), Refusal> {
        let mut world = self.write();
        world.may_write(account, name)?;
        let owner = world.owner(account);
        let index = world.position(&owner, name).ok_or(Refusal::NotFound)?;
        let claim = world.claims.get(index).ok_or(Refusal::NotFound)?;
        if claim.domain.verified.is_some() {
            return Err(Refusal::Verified);
        }
        world.claims.remove(index);
        Ok(())
    }

    /// The domain an account wants to prove, as it stands: a code that ended is not replaced.
    ///
    /// # Errors
    ///
    /// The account may not, there is no such domain, or another organization has it.
    pub fn to_prove(&self, account: &Account, name: &DomainName) -> Result<Domain, Refusal> {
        let world = self.read();
        world.may_write(account, name)?;
        let owner = world.owner(account);
        let claim = world
            .claims
            .iter()
            .find(|claim| claim.owner == owner && claim.domain.name == *name)
            .ok_or(Refusal::NotFound)?;
        if claim.domain.verified.is_none() && world.is_verified(name) {
            return Err(Refusal::Claimed);
        }
        Ok(claim.domain.clone())
    }

    /// Keeps what a press of Verify looked up.
    pub fn note_look_ups(&self, account: &Account, name: &DomainName, look_ups: Vec<LookUp>) {
        let mut world = self.write();
        let owner = world.owner(account);
        if let Some(claim) = world
            .position(&owner, name)
            .and_then(|index| world.claims.get_mut(index))
        {
            claim.domain.look_ups = look_ups;
        }
    }

    /// Makes a proof count: the domain is verified, and the first one makes an organization with the account as admin.
    ///
    /// # Errors
    ///
    /// The domain went away, the code is no longer the present one, or another organization was faster.
    pub fn settle(
        &self,
        account: &Account,
        name: &DomainName,
        code: &VerificationCode,
        now: Timestamp,
    ) -> Result<Settled, Refusal> {
        let mut world = self.write();
        world.may_write(account, name)?;
        let owner = world.owner(account);
        let index = world.position(&owner, name).ok_or(Refusal::NotFound)?;
        let domain = &world.claims.get(index).ok_or(Refusal::NotFound)?.domain;
        match domain.status(now) {
            Status::Verified => return Ok(Settled::Before),
            Status::Expired => return Err(Refusal::CodeEnded),
            Status::Pending if domain.code != *code => return Err(Refusal::CodeEnded),
            Status::Pending if world.is_verified(name) => return Err(Refusal::Claimed),
            Status::Pending => {}
        }
        if let Some(claim) = world.claims.get_mut(index) {
            claim.domain.verified = Some(now);
        }
        let organization = if let Some(own) = world.membership.get(&account.key) {
            Arc::clone(own)
        } else {
            let number = world.organizations.len() as u64;
            let id = self.entropy.draw("organization id", number).decimal19();
            world.found(
                (id, name.to_string()),
                self.empty_directory(),
                Some(account),
            )
        };
        organization.take_domain(name);
        Ok(Settled::Now(organization))
    }
}

impl World {
    /// The role of an account; `None` while it has no organization.
    fn role(&self, account: &Account) -> Option<OrganizationRole> {
        let organization = self.membership.get(&account.key)?;
        Some(organization.role(account))
    }

    fn may_write(&self, account: &Account, name: &DomainName) -> Result<(), Refusal> {
        match self.role(account) {
            Some(OrganizationRole::ReadWrite) => Ok(()),
            Some(OrganizationRole::ReadOnly) => Err(Refusal::ReadOnly),
            Some(OrganizationRole::User) => Err(Refusal::NoAccess),
            None if account.domain().as_ref() == Some(name) => Ok(()),
            // A starting state may have given it another one.
            None if self.position(&self.owner(account), name).is_some() => Ok(()),
            None => Err(Refusal::ForeignDomain),
        }
    }

    fn position(&self, owner: &Owner, name: &DomainName) -> Option<usize> {
        self.claims
            .iter()
            .position(|claim| claim.owner == *owner && claim.domain.name == *name)
    }

    fn is_verified(&self, name: &DomainName) -> bool {
        self.claims
            .iter()
            .any(|claim| claim.domain.name == *name && claim.domain.verified.is_some())
    }

    pub(super) fn fresh(&mut self, name: DomainName, issuer: Issuer, now: Timestamp) -> Domain {
        Domain {
            code: self.draw_code(&name, issuer.entropy),
            deadline: now.plus(issuer.life),
            verified: None,
            look_ups: Vec::new(),
            name,
        }
    }

    fn renew(&mut self, domain: &mut Domain, issuer: Issuer, now: Timestamp) {
        domain.code = self.draw_code(&domain.name, issuer.entropy);
        domain.deadline = now.plus(issuer.life);
        domain.look_ups.clear();
    }

    fn draw_code(&mut self, name: &DomainName, entropy: Entropy) -> VerificationCode {
        let drawn = self.drawn.entry(name.as_str().into()).or_default();
        let draw = entropy.draw(&format!("verification code/{name}"), *drawn);
        *drawn += 1;
        VerificationCode::from_draw(draw)
    }
}
