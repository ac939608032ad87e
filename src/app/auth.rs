//! From a bearer token to a caller; whether scope and organization role allow what it asks.

use std::sync::Arc;

use http::StatusCode;
use http::header::AUTHORIZATION;
use serde::Deserialize;
use thiserror::Error;

use crate::app::hosts;
use crate::entry::{Subject, SubjectKind, TokenFacts};
use crate::exchange::Request;
use crate::oauth::bearer::{self, BearerRefusal};
use crate::oauth::form::Form;
use crate::oauth::scope::{SCIM_ORG, Scope};
use crate::oauth::token::{Credentials, TokenAnswer, form_of};
use crate::sandbox::Sandbox;
use crate::scenario::plan::TokenKind;
use crate::scenario::state::OrganizationRole;
use crate::scim::resource_type::fold_case;
use crate::store::grants::{Grant, Refusal, fingerprint};
use crate::store::organization::Organization;

/// Names what a caller wants to do with the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Look.
    Read,
    /// Change.
    Write,
}

/// Stands for somebody who may do what it asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// Whose directory it works on.
    pub(crate) organization: Arc<Organization>,
    /// What its token was worth.
    pub(crate) token: TokenFacts,
}

/// Tells a caller that it may not, for its surface to render.
#[derive(Clone, Debug)]
pub(crate) struct Denied {
    /// 400, 401 or 403, [RFC 6750 section 3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1).
    pub(crate) status: StatusCode,
    /// The `WWW-Authenticate` value.
    pub(crate) challenge: String,
    /// For a person to read.
    pub(crate) detail: String,
    /// What the token was worth.
    pub(crate) token: TokenFacts,
}

/// Stands for a token that is good; what it is good for is asked of it step by step.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    /// What stands behind the token.
    pub(crate) grant: Arc<Grant>,
    /// What it was worth.
    pub(crate) token: TokenFacts,
}

/// Turns the bearer token of a SCIM request into a caller who may do what it asks.
///
/// Scope and role are checked one after the other, as GoTo does; the role is asked anew for each request.
pub(crate) fn authorize(
    sandbox: &Sandbox,
    request: &Request,
    need: Access,
) -> Result<Caller, Denied> {
    let bearer = authenticate(sandbox, request)?;
    bearer.check_scope(sandbox, &[SCIM_ORG])?;
    let need = match need {
        Access::Read if !sandbox.profile.read_only_admin_reads => Access::Write,
        need => need,
    };
    bearer.admitted(sandbox, need)
}

/// The first step: is there a token, and is it good?
pub(crate) fn authenticate(sandbox: &Sandbox, request: &Request) -> Result<Bearer, Denied> {
    if let Some(bearer) = recognised(sandbox, request) {
        return Ok(bearer);
    }
    let token = match bearer::presented(request) {
        Ok(Some(token)) => token,
        Ok(None) => return Err(missing(sandbox)),
        Err(refusal) => {
            let error = ("invalid_request", refusal.description());
            return Err(denied(sandbox, error, TokenFacts::default()));
        }
    };
    let known = sandbox.grants.known(token);
    let facts = facts_of(sandbox, token, known.as_deref());
    let Some(grant) = known.filter(|_| facts.live) else {
        let detail = "the access token is unknown, expired or revoked";
        return Err(denied(sandbox, ("invalid_token", detail), facts));
    };
    if let Some(value) = request.headers.get(AUTHORIZATION) {
        sandbox.grants.remember(value.as_bytes(), &grant);
    }
    Ok(Bearer {
        grant,
        token: facts,
    })
}

/// A good token that came in the same words as one of the last.
fn recognised(sandbox: &Sandbox, request: &Request) -> Option<Bearer> {
    let mut values = request.headers.get_all(AUTHORIZATION).iter();
    let (value, second) = (values.next()?, values.next());
    if second.is_some() || bearer::is_elsewhere(request) {
        return None;
    }
    let grant = sandbox.grants.presented(value.as_bytes())?;
    let token = facts_of_grant(sandbox, &grant);
    token.live.then_some(Bearer { grant, token })
}

impl Bearer {
    /// The second step: does the token carry one of these scopes?
    pub(crate) fn check_scope(&self, sandbox: &Sandbox, any: &[&str]) -> Result<(), Denied> {
        if any.iter().any(|scope| self.grant.scope.includes(scope)) {
            return Ok(());
        }
        let wanted = any.first().copied().unwrap_or_default();
        let detail = format!("the access token lacks the scope {wanted}");
        let mut denied = denied(sandbox, ("insufficient_scope", &detail), self.token.clone());
        denied.challenge = bearer::scope_challenge(&sandbox.id, &detail, wanted);
        Err(denied)
    }

    /// The third step: does the account's role in its organization allow this?
    pub(crate) fn admitted(self, sandbox: &Sandbox, need: Access) -> Result<Caller, Denied> {
        let account = &self.grant.account;
        let Some(organization) = sandbox.organizations.of(account) else {
            let detail = "the account has no organization: a domain must be verified first";
            return Err(denied(sandbox, ("insufficient_scope", detail), self.token));
        };
        match lacking(organization.role(account), need) {
            Some(detail) => Err(denied(sandbox, ("insufficient_scope", detail), self.token)),
            None => Ok(Caller {
                organization,
                token: self.token,
            }),
        }
    }
}

fn missing(sandbox: &Sandbox) -> Denied {
    let detail = "no bearer token was presented";
    let mut denied = denied(sandbox, ("invalid_token", detail), TokenFacts::default());
    if !sandbox.profile.missing_token_named {
        denied.challenge = bearer::plain_challenge(&sandbox.id);
    }
    denied
}

fn denied(sandbox: &Sandbox, (error, detail): (&str, &str), token: TokenFacts) -> Denied {
    Denied {
        status: bearer::status_of(error),
        challenge: bearer::challenge(&sandbox.id, error, detail),
        detail: detail.into(),
        token,
    }
}

/// What a role lacks for an access, in words; `None` if nothing.
fn lacking(role: OrganizationRole, need: Access) -> Option<&'static str> {
    match (role, need) {
        (OrganizationRole::ReadWrite, _) | (OrganizationRole::ReadOnly, Access::Read) => None,
        (OrganizationRole::ReadOnly, Access::Write) => {
            Some("the account is Admin (Read Only); this needs Admin (Read & Write)")
        }
        (OrganizationRole::User, _) => Some("the account has no admin role in the organization"),
    }
}

fn facts_of(sandbox: &Sandbox, token: &str, known: Option<&Grant>) -> TokenFacts {
    known.map_or_else(
        || TokenFacts {
            fingerprint: Some(fingerprint(token)),
            live: false,
            client: None,
        },
        |grant| facts_of_grant(sandbox, grant),
    )
}

fn facts_of_grant(sandbox: &Sandbox, grant: &Grant) -> TokenFacts {
    TokenFacts {
        fingerprint: Some(Arc::clone(&grant.fingerprint)),
        live: grant.is_live(sandbox.clock.shown()),
        client: Some(Arc::clone(&grant.client_id)),
    }
}

/// What the token of a request is worth; for a request to the token endpoint, which client authenticates.
pub(crate) fn token_facts(sandbox: &Sandbox, request: &Request) -> TokenFacts {
    match bearer::presented(request) {
        Ok(Some(token)) => facts_of(sandbox, token, sandbox.grants.known(token).as_deref()),
        Ok(None) => TokenFacts {
            client: authenticated_client(sandbox, request),
            ..TokenFacts::default()
        },
        Err(BearerRefusal::Repeated | BearerRefusal::Misplaced) => TokenFacts::default(),
    }
}

/// Whom the token of a request speaks for, as somebody a request can be about.
pub(crate) fn caller_as_subject(sandbox: &Sandbox, request: &Request) -> Option<Subject> {
    let token = bearer::presented(request).ok().flatten()?;
    let grant = sandbox.grants.known(token)?;
    Some(Subject {
        kind: SubjectKind::User,
        key: fold_case(&grant.account.user_name),
        id: None,
    })
}

/// The organization of whom the token of a request speaks for; the first one where that is nobody.
pub(crate) fn organization_of(sandbox: &Sandbox, request: &Request) -> Option<Arc<Organization>> {
    let token = bearer::presented(request).ok().flatten();
    let grant = token.and_then(|token| sandbox.grants.known(token));
    let own = grant.and_then(|grant| sandbox.organizations.of(&grant.account));
    own.or_else(|| sandbox.organizations.default_organization())
}

fn authenticated_client(sandbox: &Sandbox, request: &Request) -> Option<Arc<str>> {
    let form = form_of(request).ok()?;
    let credentials = Credentials::parse(request, &form, &sandbox.profile).ok()?;
    let client = sandbox.grants.client(&credentials.client_id)?;
    let now = sandbox.clock.shown();
    let proved = client.check(&credentials, &hosts::base(sandbox, request), now);
    proved.is_ok().then(|| Arc::clone(&client.id))
}

/// Ends the tokens a request presents: that of its `Authorization`, and the refresh token of its grant or its form.
pub(crate) fn revoke_presented(sandbox: &Sandbox, request: &Request, kind: TokenKind) {
    let presented = bearer::presented(request).ok().flatten();
    if let Some(grant) = presented.and_then(|token| sandbox.grants.known(token)) {
        match kind {
            TokenKind::Access => grant.end(),
            TokenKind::Refresh => grant.authorization.end_refresh(),
            TokenKind::All => {
                grant.end();
                grant.authorization.end_refresh();
            }
        }
    }
    let Ok(form) = form_of(request) else {
        return;
    };
    let shown = token_of_form(&form);
    if let Some(authorization) = shown.and_then(|token| sandbox.grants.authorization_of(token)) {
        match kind {
            TokenKind::Access => sandbox.grants.end_access_of(&authorization),
            TokenKind::Refresh => authorization.end_refresh(),
            TokenKind::All => authorization.end(),
        }
    }
}

/// Whether a request presents a token that anybody knows, be it live or dead.
pub(crate) fn presents_known(sandbox: &Sandbox, request: &Request) -> bool {
    let presented = bearer::presented(request).ok().flatten();
    if presented.is_some_and(|token| sandbox.grants.known(token).is_some()) {
        return true;
    }
    let form = form_of(request).ok();
    form.as_ref()
        .and_then(token_of_form)
        .is_some_and(|token| sandbox.grants.authorization_of(token).is_some())
}

/// The token that a form is about.
fn token_of_form(form: &Form) -> Option<&str> {
    form.first("refresh_token").or_else(|| form.first("token"))
}

/// Asks for a token without signing anybody in; what is absent is the first there is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MintRequest {
    /// The user name of the account it speaks for; without one the account the client acts for, or the first.
    pub account: Option<String>,
    /// The client it is given to.
    pub client_id: Option<String>,
    /// Its scopes; all of the client's if absent.
    pub scopes: Option<Vec<String>>,
}

/// Says why no token was minted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum MintRefusal {
    /// There is no such account, or none at all.
    #[error("there is no such account")]
    Account,
    /// There is no such client, or none at all.
    #[error("there is no such client")]
    Client,
    /// The token cannot be given.
    #[error(transparent)]
    Grant(#[from] Refusal),
}

/// Gives an access token and a refresh token without asking anybody.
pub(crate) fn mint(sandbox: &Sandbox, wanted: &MintRequest) -> Result<TokenAnswer, MintRefusal> {
    let client = match &wanted.client_id {
        Some(id) => sandbox.grants.client(id),
        None => sandbox.grants.first_client(),
    }
    .ok_or(MintRefusal::Client)?;
    let account = match wanted.account.as_ref().or(client.account.as_ref()) {
        Some(user_name) => sandbox.organizations.account(user_name),
        None => sandbox.organizations.first_account(),
    }
    .ok_or(MintRefusal::Account)?;
    let scope = wanted.scopes.as_deref().map(Scope::of);
    let now = sandbox.clock.shown();
    Ok(sandbox.grants.mint(&account, &client, scope, now)?)
}

/// The form of a request to one of our own pages; one that is no form has no fields.
pub(crate) fn page_form(request: &Request) -> Form {
    if request.is_form() {
        Form::read(&request.body)
    } else {
        Form::default()
    }
}
