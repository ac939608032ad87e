//! The things that were granted, and how they end.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::clock::Timestamp;
use crate::oauth::client::{Client, RedirectUri};
use crate::oauth::pkce::CodeChallenge;
use crate::oauth::scope::Scope;
use crate::store::grants::shelf::Dated;
use crate::store::organization::Account;

/// Stands for one consent: what ends it ends every token that came of it.
#[derive(Debug)]
pub struct Authorization {
    /// Who allowed it.
    pub account: Arc<Account>,
    /// To whom.
    pub client_id: Arc<str>,
    /// The sign-in it happened in, a UUID.
    pub login: String,
    ended: AtomicBool,
    refresh_ended: AtomicBool,
}

impl Authorization {
    pub(super) fn new(account: &Arc<Account>, client: &Client, login: String) -> Self {
        Self {
            account: Arc::clone(account),
            client_id: Arc::clone(&client.id),
            login,
            ended: AtomicBool::new(false),
            refresh_ended: AtomicBool::new(false),
        }
    }

    /// Ends every token of it, and every one to come.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }

    /// Ends its refresh tokens; access tokens live on.
    pub fn end_refresh(&self) {
        self.refresh_ended.store(true, Ordering::Release);
    }

    fn is_live(&self) -> bool {
        !self.ended.load(Ordering::Acquire)
    }
}

/// Stands behind an access token.
pub struct Grant {
    /// Whom it speaks for.
    pub account: Arc<Account>,
    /// The client it was given to.
    pub client_id: Arc<str>,
    /// What it allows.
    pub scope: Scope,
    /// When it begins, where the clock that dated it is ahead.
    pub not_before: Option<Timestamp>,
    /// When it ends.
    pub expires: Timestamp,
    /// Tells it apart without giving it away.
    pub fingerprint: Arc<str>,
    /// The consent it came of.
    pub authorization: Arc<Authorization>,
    pub(super) ended: AtomicBool,
    pub(super) ordinal: u64,
}

impl Grant {
    /// Whether its token is accepted at a moment.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires
            && self.not_before.is_none_or(|begin| begin <= now)
            && !self.ended.load(Ordering::Acquire)
            && self.authorization.is_live()
    }

    /// Ends it.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("account", &self.account.user_name)
            .field("client_id", &self.client_id)
            .field("scope", &self.scope)
            .field("expires", &self.expires)
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

/// Stands behind an authorization code.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) authorization: Arc<Authorization>,
    pub(super) redirect_uri: RedirectUri,
    pub(super) sent_redirect_uri: Option<String>,
    pub(super) scope: Scope,
    pub(super) challenge: Option<CodeChallenge>,
    pub(super) expires: Timestamp,
    /// A spent code stays known, because its second use ends what the first one gave.
    pub(super) spent: AtomicBool,
    pub(super) ordinal: u64,
}

/// Stands behind a refresh token.
#[derive(Debug)]
pub(super) struct Refresh {
    pub(super) authorization: Arc<Authorization>,
    pub(super) scope: Scope,
    pub(super) expires: Timestamp,
    /// Set when another refresh token took its place.
    pub(super) replaced: AtomicBool,
    pub(super) ordinal: u64,
}

impl Refresh {
    /// Whether it can still be traded, its own replacement aside.
    pub(super) fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires
            && self.authorization.is_live()
            && !self.authorization.refresh_ended.load(Ordering::Acquire)
    }
}

/// Stands behind the cookie of somebody who signed in.
#[derive(Debug)]
pub struct Session {
    /// Who it is.
    pub account: Arc<Account>,
    /// The sign-in, a UUID: the `ls` of tokens that come of it.
    pub login: String,
    pub(super) expires: Timestamp,
    pub(super) ordinal: u64,
}

macro_rules! dated {
    ($($kind:ty),*) => {
        $(impl Dated for $kind {
            fn expires(&self) -> Timestamp {
                self.expires
            }

            fn ordinal(&self) -> u64 {
                self.ordinal
            }
        })*
    };
}

dated!(Grant, Code, Refresh, Session);
