//! OAuth clients and tokens: the tester's verbs.

use serde::{Deserialize, Serialize};

use super::limits::one_more;
use super::{Control, ControlError};
use crate::app::auth::{self, MintRequest};
use crate::clock::Timestamp;
use crate::entry::{Change, Event, SubjectKind, Verb};
use crate::oauth::client::{Client, check_redirect_uri};
use crate::oauth::scope::Scope;
use crate::oauth::token::TokenAnswer;
use crate::sandbox::Sandbox;
use crate::scenario::state::GivenClient;
use crate::store::grants::Grant;

/// An OAuth client, as a tester sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientView {
    /// Its `client_id`.
    pub client_id: String,
    /// Its secret: a tester may know it.
    pub client_secret: Option<String>,
    /// Its registered redirect URIs.
    pub redirect_uris: Vec<String>,
    /// The scopes it may be granted.
    pub scopes: Vec<String>,
    /// The account it acts for when it asks with its own credentials.
    pub account: Option<String>,
    /// The grant types it may use.
    pub grants: Vec<&'static str>,
}

/// An OAuth client to be registered.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSpec {
    /// Its `client_id`; drawn if absent.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Its secret; a client without one is public and must use PKCE.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// Its redirect URIs.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// The scopes it may be granted.
    pub scopes: Vec<String>,
    /// The account it acts for when it asks with its own credentials.
    #[serde(default)]
    pub account: Option<String>,
    /// The grant types it may use; all but `personal_access_token` if absent.
    #[serde(default)]
    pub grants: Option<Vec<String>>,
}

/// How a client is to change; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClientChange {
    /// Its redirect URIs.
    pub redirect_uris: Option<Vec<String>>,
}

/// A live access token, as a tester sees it: never the token itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenView {
    /// Tells it apart; the journal has the same.
    pub fingerprint: String,
    /// Whom it speaks for.
    pub account: String,
    /// The client it was given to.
    pub client_id: String,
    /// What it allows.
    pub scope: Scope,
    /// When it ends, on the sandbox clock.
    pub expires: Timestamp,
}

impl Control {
    /// Every OAuth client, in the order they were registered.
    pub fn clients(&self) -> Result<Vec<ClientView>, ControlError> {
        let sandbox = self.sandbox()?;
        Ok(sandbox
            .grants
            .clients()
            .iter()
            .map(|client| view(client))
            .collect())
    }

    /// One OAuth client.
    pub fn client(&self, id: &str) -> Result<ClientView, ControlError> {
        let found = self.sandbox()?.grants.client(id);
        found
            .map(|client| view(&client))
            .ok_or_else(|| no_such_client(id))
    }

    /// Registers an OAuth client.
    pub fn add_client(&self, spec: &ClientSpec) -> Result<ClientView, ControlError> {
        let sandbox = self.sandbox()?;
        one_more(&sandbox, "clients")?;
        check_uris(&spec.redirect_uris)?;
        let scopes = spec.scopes.join(" ");
        Scope::parse(&scopes).map_err(|why| ControlError::of_field("scopes", why))?;
        let account = spec.account.as_deref();
        if account.is_some_and(|name| sandbox.organizations.account(name).is_none()) {
            return Err(ControlError::of_field(
                "account",
                "there is no such account",
            ));
        }
        let client_id = match &spec.client_id {
            Some(id) if id.is_empty() => {
                return Err(ControlError::of_field("client_id", "it is empty"));
            }
            Some(id) if sandbox.grants.client(id).is_some() => {
                return Err(ControlError::conflict(format!(
                    "there is a client {id:?} already"
                )));
            }
            Some(id) => id.clone(),
            None => sandbox.grants.client_credentials_to_be().0,
        };
        let given = GivenClient {
            client_id,
            client_secret: spec.client_secret.clone(),
            redirect_uris: spec.redirect_uris.clone(),
            scopes: spec.scopes.clone(),
            account: spec.account.clone(),
            federation: None,
            grants: spec.grants.clone(),
        };
        let made = sandbox.grants.register(&given, &sandbox.organizations);
        let made = made.map_err(|why| ControlError::invalid(&why))?;
        note(&sandbox, &made.id, Verb::Created);
        Ok(view(&made))
    }

    /// Changes an OAuth client.
    pub fn change_client(
        &self,
        id: &str,
        change: &ClientChange,
    ) -> Result<ClientView, ControlError> {
        let sandbox = self.sandbox()?;
        let Some(uris) = &change.redirect_uris else {
            return self.client(id);
        };
        check_uris(uris)?;
        let changed = sandbox.grants.set_redirect_uris(id, uris.clone());
        let changed = changed.ok_or_else(|| no_such_client(id))?;
        note(&sandbox, id, Verb::Updated);
        Ok(view(&changed))
    }

    /// Deletes an OAuth client and ends what it was given.
    pub fn delete_client(&self, id: &str) -> Result<(), ControlError> {
        let sandbox = self.sandbox()?;
        if !sandbox.grants.delete_client(id) {
            return Err(no_such_client(id));
        }
        note(&sandbox, id, Verb::Deleted);
        Ok(())
    }

    /// Every live access token, the first to end first.
    pub fn tokens(&self) -> Result<Vec<TokenView>, ControlError> {
        let sandbox = self.sandbox()?;
        let mut live = Vec::new();
        let show = |grant: &Grant| live.push(token_view(grant));
        sandbox.grants.each_live(sandbox.now(), show);
        live.sort_by(|one, other| {
            (one.expires, &one.fingerprint).cmp(&(other.expires, &other.fingerprint))
        });
        Ok(live)
    }

    /// Mints an access token; what is not named is the first there is.
    pub fn mint_token(&self, wanted: &MintRequest) -> Result<TokenAnswer, ControlError> {
        auth::mint(&*self.sandbox()?, wanted).map_err(|why| ControlError::invalid(&why.to_string()))
    }

    /// Revokes every live access token.
    pub fn revoke_tokens(&self) -> Result<(), ControlError> {
        let sandbox = self.sandbox()?;
        sandbox.grants.revoke_all(sandbox.now());
        Ok(())
    }

    /// Revokes the live access token of that fingerprint.
    pub fn revoke_token(&self, fingerprint: &str) -> Result<(), ControlError> {
        let sandbox = self.sandbox()?;
        let was_there = sandbox.grants.end_named(fingerprint, sandbox.now());
        was_there.then_some(()).ok_or_else(|| {
            ControlError::not_found(format!("there is no live token {fingerprint:?}"))
        })
    }
}

fn check_uris(uris: &[String]) -> Result<(), ControlError> {
    for (place, uri) in uris.iter().enumerate() {
        check_redirect_uri(uri)
            .map_err(|why| ControlError::of_field(&format!("redirect_uris[{place}]"), why))?;
    }
    Ok(())
}

fn no_such_client(id: &str) -> ControlError {
    ControlError::not_found(format!("there is no client {id:?}"))
}

fn view(client: &Client) -> ClientView {
    ClientView {
        client_id: client.id.to_string(),
        client_secret: client.secret.clone(),
        redirect_uris: client.redirect_uris.clone(),
        scopes: client.scope.tokens().to_vec(),
        account: client.account.clone(),
        grants: client.grants.iter().map(|grant| grant.as_str()).collect(),
    }
}

fn token_view(grant: &Grant) -> TokenView {
    TokenView {
        fingerprint: grant.fingerprint.to_string(),
        account: grant.account.user_name.clone(),
        client_id: grant.client_id.to_string(),
        scope: grant.scope.clone(),
        expires: grant.expires,
    }
}

fn note(sandbox: &Sandbox, id: &str, verb: Verb) {
    let (kind, id) = (SubjectKind::Client, id.to_owned());
    let change = Change { kind, id, verb };
    sandbox.journal.note(Event::Changed(vec![change]));
}
