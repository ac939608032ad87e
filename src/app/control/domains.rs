//! E-mail domains on their way to being verified: the tester's verbs.

use serde::Serialize;

use super::limits::one_more;
use super::{Control, ControlError};
use crate::clock::Timestamp;
use crate::domain::code::VerificationCode;
use crate::domain::name::DomainName;
use crate::entry::{Change, Event, SubjectKind, Verb};
use crate::sandbox::Sandbox;
use crate::scenario::state::{GivenDomain, GivenStatus};
use crate::store::organization::{Claimed, LookUp, Status};

/// A domain, as a tester sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DomainView {
    /// Its name.
    pub name: String,
    /// `pending`, `verified` or `expired`.
    pub status: &'static str,
    /// Its present code.
    pub code: String,
    /// When the code ends; none once it is verified.
    pub deadline: Option<Timestamp>,
    /// The name of the organization it belongs to.
    pub organization: Option<String>,
    /// The user name of the account that proves it, where there is no organization yet.
    pub account: Option<String>,
    /// What the last press of Verify looked up.
    pub look_ups: Vec<LookUpView>,
}

/// One look-up of a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LookUpView {
    /// When it was done.
    pub at: Timestamp,
    /// What was asked of whom.
    pub asked: String,
    /// What came back.
    pub saw: String,
    /// Why it did not count; none if it did.
    pub why: Option<String>,
}

impl Control {
    /// Every domain, in the order they were added.
    pub fn domains(&self) -> Result<Vec<DomainView>, ControlError> {
        let sandbox = self.sandbox()?;
        let all = sandbox.organizations.claimed();
        Ok(all.iter().map(|claimed| view(&sandbox, claimed)).collect())
    }

    /// One domain: the verified one, if several prove it.
    pub fn domain(&self, name: &str) -> Result<DomainView, ControlError> {
        let parsed = parse(name)?;
        let mut all = self.domains()?;
        all.retain(|domain| domain.name == parsed.as_str());
        let rank = |domain: &DomainView| domain.status != Status::Verified.as_str();
        let found = all.into_iter().min_by_key(rank);
        found.ok_or_else(|| no_such_domain(name))
    }

    /// Adds a domain as a starting state would.
    pub fn add_domain(&self, given: &GivenDomain) -> Result<DomainView, ControlError> {
        let sandbox = self.sandbox()?;
        one_more(&sandbox, "domains")?;
        let name =
            DomainName::parse(&given.name).map_err(|why| ControlError::of_field("name", why))?;
        let code = match &given.code {
            None => None,
            Some(text) => Some(
                VerificationCode::parse(text)
                    .ok_or_else(|| ControlError::of_field("code", "a code is a UUID"))?,
            ),
        };
        let organizations = &sandbox.organizations;
        let account = match &given.account {
            Some(user_name) => organizations.account(user_name),
            None => organizations.first_account(),
        };
        let account =
            account.ok_or_else(|| ControlError::of_field("account", "there is no such account"))?;
        let (days, now) = (sandbox.profile.verification_days, sandbox.now());
        let conflict = |why: crate::store::organization::Refusal| {
            ControlError::conflict(format!("{name}: {why}, or is here already"))
        };
        let mut added = organizations
            .claim(&account, (&name, code), days, now)
            .map_err(conflict)?;
        if given.status == GivenStatus::Verified {
            added = organizations.prove(&name, now).map_err(conflict)?;
        }
        note(&sandbox, &name, Verb::Created);
        Ok(view(&sandbox, &added))
    }

    /// Makes a domain verified without a look-up.
    pub fn prove_domain(&self, name: &str) -> Result<DomainView, ControlError> {
        let sandbox = self.sandbox()?;
        let parsed = parse(name)?;
        let proved = sandbox.organizations.prove(&parsed, sandbox.now());
        let proved = proved.map_err(|_| no_such_domain(name))?;
        note(&sandbox, &parsed, Verb::Updated);
        Ok(view(&sandbox, &proved))
    }

    /// Takes a domain away, verified or not.
    pub fn delete_domain(&self, name: &str) -> Result<(), ControlError> {
        let sandbox = self.sandbox()?;
        let parsed = parse(name)?;
        if !sandbox.organizations.forget(&parsed) {
            return Err(no_such_domain(name));
        }
        note(&sandbox, &parsed, Verb::Deleted);
        Ok(())
    }
}

/// What is no domain name is no domain of anybody's.
fn parse(name: &str) -> Result<DomainName, ControlError> {
    DomainName::parse(name).map_err(|_| no_such_domain(name))
}

fn no_such_domain(name: &str) -> ControlError {
    ControlError::not_found(format!("there is no domain {name:?}"))
}

fn view(sandbox: &Sandbox, claimed: &Claimed) -> DomainView {
    let domain = &claimed.domain;
    let status = domain.status(sandbox.now());
    DomainView {
        name: domain.name.to_string(),
        status: status.as_str(),
        code: domain.code.as_str().to_owned(),
        deadline: (status != Status::Verified).then_some(domain.deadline),
        organization: claimed.organization.clone(),
        account: claimed.account.clone(),
        look_ups: domain.look_ups.iter().map(look_up).collect(),
    }
}

fn look_up(look_up: &LookUp) -> LookUpView {
    LookUpView {
        at: look_up.at,
        asked: look_up.asked.clone(),
        saw: look_up.saw.clone(),
        why: look_up.why.clone(),
    }
}

fn note(sandbox: &Sandbox, name: &DomainName, verb: Verb) {
    let (kind, id) = (SubjectKind::Domain, name.to_string());
    let change = Change { kind, id, verb };
    sandbox.journal.note(Event::Changed(vec![change]));
}
