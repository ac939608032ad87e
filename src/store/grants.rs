//! What was granted: codes, access tokens, refresh tokens, consents and sign-ins.
//!
//! A token that was revoked stays known as dead, so that a request with it can still be told whose it was.

mod answer;
mod check;
mod clients;
mod grant;
mod load;
mod recent;
mod refusal;
mod shelf;
mod spent;
mod tester;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dashmap::DashMap;

use crate::clock::Timestamp;
use crate::entropy::{Draw, Entropy};
use crate::oauth::assertion::Asserted;
use crate::oauth::authorize::AuthorizationRequest;
use crate::oauth::client::Client;
use crate::oauth::digest::{hex_digest, short_digest};
use crate::oauth::jwt::SigningKey;
use crate::oauth::scope::Scope;
use crate::oauth::token::{TokenAnswer, TokenRequest};
use crate::store::organization::Account;
use crate::variation::TokenForm;

pub use self::answer::Terms;
use self::clients::Clients;
pub use self::grant::{Authorization, Grant, Session};
use self::grant::{Code, Refresh};
pub use self::refusal::Refusal;
pub use self::shelf::MOST as MOST_GRANTS;
use self::shelf::Shelf;
use self::spent::Spent;

/// How long somebody stays signed in to the pages: ours.
const SESSION_LIFE: Duration = Duration::from_secs(8 * 3600);

/// Holds every grant of a sandbox, within bounds.
#[derive(Debug)]
pub struct Grants {
    entropy: Entropy,
    /// The shape of codes and refresh tokens.
    tokens: TokenForm,
    lives: Lives,
    clients: Clients,
    /// Whose a personal access token is, by the digest of the token.
    personal: HashMap<String, Arc<Account>>,
    /// The assertions that clients authenticated by, so that none is good twice.
    asserted: Spent,
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
    /// The tokens of the starting state, ready to use, in its order.
    pub fn given(&self) -> &[TokenAnswer] {
        &self.given
    }

    /// The shape of codes and refresh tokens.
    pub fn token_form(&self) -> TokenForm {
        self.tokens
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

    /// Notes that an assertion was used by a client; says whether it had been before.
    pub fn was_asserted(&self, client: &Client, asserted: &Asserted, now: Timestamp) -> bool {
        let Some(id) = &asserted.id else {
            return false;
        };
        // The digest keeps long ids short; the id of a client holds no line break.
        let name = hex_digest(&[&client.id, "\n", id]);
        !self.asserted.take(name, asserted.expires, now)
    }

    /// For whom a client would get a token by this request, were it good.
    pub fn meant(&self, client: &Client, request: &TokenRequest) -> Option<Arc<Account>> {
        match request {
            TokenRequest::AuthorizationCode { code, .. } => {
                let code = self.codes.find(code)?;
                Some(Arc::clone(&code.authorization.account))
            }
            TokenRequest::RefreshToken { refresh_token, .. } => {
                let authorization = self.authorization_of(refresh_token)?;
                Some(Arc::clone(&authorization.account))
            }
            TokenRequest::ClientCredentials { .. } => self.clients.acting(&client.id),
            TokenRequest::PersonalAccessToken { pat, .. } => self.personal(pat),
        }
    }

    /// The account that made a personal access token.
    fn personal(&self, token: &str) -> Option<Arc<Account>> {
        self.personal.get(&hex_digest(&[token])).cloned()
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
        let text = self.tokens.written(self.draw(&stream));
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

    /// What is behind a refresh token that can still be traded, with what it allows and when it ends.
    pub fn live_refresh(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Option<(Arc<Authorization>, Scope, Timestamp)> {
        let refresh = self.refresh.find(token)?;
        let is_good = refresh.is_live(now) && !refresh.replaced.load(Ordering::Acquire);
        is_good.then(|| {
            let authorization = Arc::clone(&refresh.authorization);
            (authorization, refresh.scope.clone(), refresh.expires)
        })
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
