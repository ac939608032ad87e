//! From a starting state to clients, personal access tokens and ready tokens.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use dashmap::DashMap;

use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::oauth::assertion::Federation;
use crate::oauth::client::{Client, check_redirect_uri};
use crate::oauth::digest::hex_digest;
use crate::oauth::grant_type::GrantType;
use crate::oauth::scope::Scope;
use crate::oauth::token::TokenAnswer;
use crate::profile::Profile;
use crate::scenario::state::{GivenClient, GivenFederation, State};
use crate::store::grants::clients::Clients;
use crate::store::grants::shelf::Shelf;
use crate::store::grants::spent::Spent;
use crate::store::grants::{Grants, Lives};
use crate::store::organization::Organizations;
use crate::variation::TokenForm;

impl Grants {
    /// The clients and tokens of a starting state.
    ///
    /// The tokens bear `issued` as their date of issue and live from `now` on, so that a world that begins anew has the
    /// same ones again. It hands them over as `ready`, for to sign is what costs most.
    ///
    /// # Errors
    ///
    /// The message says which client or token of the state is not lawful.
    pub fn load(
        state: &State,
        (organizations, profile): (&Organizations, &Profile),
        (entropy, tokens): (Entropy, TokenForm),
        (issued, now): (Timestamp, Timestamp),
        ready: &[TokenAnswer],
    ) -> Result<Self, String> {
        let mut grants = Self::new(profile, (entropy, tokens));
        for given in state.clients() {
            grants.register(given, organizations)?;
        }
        grants.keep_personal(state, organizations)?;
        for (place, given) in state.tokens().iter().enumerate() {
            let ready = ready.get(place).map(|answer| answer.access_token.clone());
            let account = organizations
                .account(&given.account)
                .ok_or_else(|| format!("a token: there is no account {}", given.account))?;
            let client = grants
                .client(&given.client_id)
                .ok_or_else(|| format!("a token: there is no client {}", given.client_id))?;
            let scope = given.scopes.as_deref().map(Scope::of);
            let answer = grants
                .mint_as_of((&account, &client), scope, (issued, now), ready)
                .map_err(|refusal| format!("a token: {refusal}"))?;
            grants.given.push(answer);
        }
        Ok(grants)
    }

    fn new(profile: &Profile, (entropy, tokens): (Entropy, TokenForm)) -> Self {
        Self {
            entropy,
            tokens,
            lives: Lives {
                code: Duration::from_secs(profile.authorization_code_seconds),
                access: Duration::from_secs(profile.access_token_seconds),
                refresh: Duration::from_secs(profile.refresh_token_seconds),
                rotates: profile.refresh_token_rotates,
                client_credentials: profile.client_credentials,
            },
            clients: Clients::default(),
            personal: HashMap::new(),
            asserted: Spent::default(),
            codes: Shelf::default(),
            access: Shelf::default(),
            refresh: Shelf::default(),
            sessions: Shelf::default(),
            consents: DashMap::new(),
            drawn: DashMap::new(),
            count: AtomicU64::new(0),
            given: Vec::new(),
        }
    }

    fn keep_personal(
        &mut self,
        state: &State,
        organizations: &Organizations,
    ) -> Result<(), String> {
        for given in state.accounts() {
            let Some(account) = organizations.account(&given.user_name) else {
                continue;
            };
            for token in &given.personal_access_tokens {
                let digest = hex_digest(&[token]);
                if self.personal.insert(digest, Arc::clone(&account)).is_some() {
                    let name = &given.user_name;
                    return Err(format!(
                        "the account {name}: one of its personal access tokens is there twice"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The client that is given.
///
/// # Errors
///
/// The message says what about it is not lawful.
pub(super) fn client_of(given: &GivenClient) -> Result<Client, String> {
    for uri in &given.redirect_uris {
        check_redirect_uri(uri)?;
    }
    Ok(Client {
        id: given.client_id.as_str().into(),
        secret: given.client_secret.clone(),
        federation: given.federation.as_ref().map(federation).transpose()?,
        grants: grants_of(given)?,
        redirect_uris: given.redirect_uris.clone(),
        scope: Scope::parse(&given.scopes.join(" "))?,
        account: given.account.clone(),
    })
}

fn grants_of(given: &GivenClient) -> Result<Vec<GrantType>, String> {
    let Some(names) = &given.grants else {
        return Ok(GrantType::USUAL.to_vec());
    };
    let read = |name: &String| {
        GrantType::named(name).ok_or_else(|| {
            let all = GrantType::ALL.map(GrantType::as_str).join(", ");
            format!("there is no grant type {name}; there are {all}")
        })
    };
    names.iter().map(read).collect()
}

fn federation(given: &GivenFederation) -> Result<Federation, String> {
    let names = (
        given.issuer.as_str(),
        given.subject.as_str(),
        given.audience.as_deref(),
    );
    Federation::parse(names, &given.jwks)
}
