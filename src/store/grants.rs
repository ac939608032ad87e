//! What was granted: codes, access tokens, refresh tokens, consents and sign-ins.
//!
//! A token that was revoked stays known as dead, so that a request with it can still be told whose it was.

mod answer;
mod clients;
mod grant;
mod recent;
mod refusal;
mod shelf;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dashmap::DashMap;

use crate::clock::Timestamp;
use crate::entropy::{Draw, Entropy};
use crate::oauth::authorize::AuthorizationRequest;
use crate::oauth::client::Client;
use crate::oauth::digest::short_digest;
use crate::oauth::jwt::SigningKey;
use crate::oauth::scope::Scope;
use crate::oauth::token::TokenAnswer;
use crate::profile::Profile;
use crate::scenario::state::State;
use crate::store::organization::{Account, Organizations};

pub use self::answer::Terms;
use self::clients::Clients;
pub use self::grant::{Authorization, Grant, Session};
use self::grant::{Code, Refresh};
pub use self::refusal::Refusal;
use self::shelf::Shelf;

/// How long somebody stays signed in to the pages: ours.
const SESSION_LIFE: Duration = Duration::from_secs(8 * 3600);

/// Holds every grant of a sandbox, within bounds.
#[derive(Debug)]
pub struct Grants {
    entropy: Entropy,
    lives: Lives,
    clients: Clients,
    codes: Shelf<Code>,
    access: Shelf<Grant>,
    refresh: Shelf<Refresh>,
    sessions: Shelf<Session>,
    /// By account key and `client_id`.
    consents: DashMap<(String, Arc<str>), Scope>,
    /// How many draws each stream gave.
    drawn: DashMap<String, u64>,
    /// Counts everything that is put here, so that the oldest can be told.
    count: AtomicU64,
    given: Vec<TokenAnswer>,
}

/// How long things live, by the profile.
#[derive(Clone, Copy, Debug)]
struct Lives {
    code: Duration,
    access: Duration,
    refresh: Duration,
    rotates: bool,
    client_credentials: bool,
}

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
        entropy: Entropy,
        (issued, now): (Timestamp, Timestamp),
        ready: &[TokenAnswer],
    ) -> Result<Self, String> {
        let mut grants = Self::new(profile, entropy);
        for given in state.clients() {
            grants.register(given, organizations)?;
        }
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

    fn new(profile: &Profile, entropy: Entropy) -> Self {
        Self {
            entropy,
            lives: Lives {
                code: Duration::from_secs(profile.authorization_code_seconds),
                access: Duration::from_secs(profile.access_token_seconds),
                refresh: Duration::from_secs(profile.refresh_token_seconds),
                rotates: profile.refresh_token_rotates,
                client_credentials: profile.client_credentials,
            },
            clients: Clients::default(),
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

    /// The tokens of the starting state, ready to use, in its order.
    pub fn given(&self) -> &[TokenAnswer] {
        &self.given
    }

    /// The live grant behind an access token.
    pub fn bearer(&self, token: &str, now: Timestamp) -> Option<Arc<Grant>> {
        self.known(token).filter(|grant| grant.is_live(now))
    }

    /// The grant behind an access token, be it live or dead.
    pub fn known(&self, token: &str) -> Option<Arc<Grant>> {
        self.access.find(token)
    }

    /// The grant behind the value of an `Authorization` field that was [remembered](Self::remember), be it live or dead.
    pub fn presented(&self, value: &[u8]) -> Option<Arc<Grant>> {
        self.access.find_presented(value)
    }

    /// Remembers what grant the value of an `Authorization` field presents: the next request has the same one.
    pub fn remember(&self, value: &[u8], grant: &Arc<Grant>) {
        self.access.remember(value, grant);
    }

    /// Signs an account in; the text is for its cookie.
    pub fn sign_in(&self, account: &Arc<Account>, now: Timestamp) -> String {
        let cookie = self.draw("session").token();
        let session = Session {
            account: Arc::clone(account),
            login: self.draw("login session").uuid(),
            expires: now.plus(SESSION_LIFE),
            ordinal: self.next(),
        };
        self.sessions.put(cookie.clone(), session, now);
        cookie
    }

    /// Ends a sign-in.
    pub fn sign_out(&self, cookie: &str) {
        self.sessions.take_away(cookie);
    }

    /// A text for the cookie of somebody who has not signed in.
    pub fn anonymous(&self) -> String {
        self.draw("anonymous session").token()
    }

    /// The sign-in behind a cookie.
    pub fn session(&self, cookie: &str, now: Timestamp) -> Option<Arc<Session>> {
        self.sessions
            .find(cookie)
            .filter(|session| now < session.expires)
    }

    /// Whether an account allowed a client all of a scope before.
    pub fn has_consented(&self, account: &Account, client: &Client, scope: &Scope) -> bool {
        let key = (account.key.clone(), Arc::clone(&client.id));
        let consented = self.consents.get(&key);
        consented.is_some_and(|consented| consented.covers(scope))
    }

    /// Remembers that an account allowed a client a scope.
    pub fn consent(&self, account: &Account, client: &Client, scope: &Scope) {
        let key = (account.key.clone(), Arc::clone(&client.id));
        let mut consented = self.consents.entry(key).or_default();
        *consented = std::mem::take(&mut *consented).joined_with(scope);
    }

    /// An authorization code for what a person allowed.
    pub fn code(
        &self,
        request: &AuthorizationRequest,
        session: &Session,
        now: Timestamp,
    ) -> String {
        let stream = format!("authorization code/{}", request.client.id);
        let text = self.draw(&stream).token();
        let code = Code {
            authorization: Arc::new(Authorization::new(
                &session.account,
                &request.client,
                session.login.clone(),
            )),
            redirect_uri: request.redirect_uri.clone(),
            sent_redirect_uri: request.sent_redirect_uri.clone(),
            scope: request.scope.clone(),
            challenge: request.challenge.clone(),
            expires: now.plus(self.lives.code),
            spent: false.into(),
            ordinal: self.next(),
        };
        self.codes.put(text.clone(), code, now);
        text
    }

    /// Ends an access token; says whether there was such a one.
    pub fn revoke_access(&self, token: &str) -> bool {
        let known = self.access.find(token);
        known.is_some_and(|grant| {
            grant.end();
            true
        })
    }

    /// Ends a refresh token and everything it could be traded for; says whether there was such a one.
    ///
    /// [RFC 7009 section 2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1): the access tokens of the same grant end too.
    pub fn revoke_refresh(&self, token: &str) -> bool {
        let known = self.refresh.find(token);
        known.is_some_and(|refresh| {
            refresh.authorization.end();
            true
        })
    }

    /// Ends every access token, and says how many were live.
    pub fn revoke_all(&self, now: Timestamp) -> usize {
        let mut live = 0;
        self.access.each(|grant| {
            live += usize::from(grant.is_live(now));
            grant.end();
        });
        live
    }

    /// Ends every access token of an authorization.
    pub fn end_access_of(&self, authorization: &Arc<Authorization>) {
        self.access.each(|grant| {
            if Arc::ptr_eq(&grant.authorization, authorization) {
                grant.end();
            }
        });
    }

    /// What a refresh token stands for, be it live or dead.
    pub fn authorization_of(&self, refresh_token: &str) -> Option<Arc<Authorization>> {
        let refresh = self.refresh.find(refresh_token)?;
        Some(Arc::clone(&refresh.authorization))
    }

    /// The key that signs access tokens: every sandbox has the published one, which is read when first needed.
    ///
    /// # Errors
    ///
    /// The key cannot be read.
    pub fn signing_key(&self) -> Result<&'static SigningKey, Refusal> {
        SigningKey::published().map_err(|error| Refusal::Signing(error.description.clone()))
    }

    /// The next draw of a stream.
    fn draw(&self, stream: &str) -> Draw {
        let mut drawn = self.drawn.entry(stream.to_owned()).or_default();
        let n = *drawn;
        *drawn += 1;
        self.entropy.draw(stream, n)
    }

    fn next(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }
}

/// Tells tokens apart in journals and reports without giving them away.
pub fn fingerprint(token: &str) -> Arc<str> {
    short_digest(token, 12).into()
}
