//! Who sits at the browser, told by a cookie.

use std::sync::Arc;

use http::header::{COOKIE, SET_COOKIE};
use maud::{Markup, html};

use crate::app::surface::oauth::standing::is_suspended;
use crate::app::surface::place;
use crate::exchange::{Reply, Request};
use crate::oauth::client::same_secret;
use crate::oauth::digest::hex_digest;
use crate::oauth::form::Form;
use crate::sandbox::Sandbox;
use crate::store::grants::Session;
use crate::store::organization::Account;

/// Stands for a browser, signed in or not.
pub(crate) struct Visitor {
    /// Who signed in, if somebody did.
    pub(crate) session: Option<Arc<Session>>,
    cookie: String,
    /// The `Set-Cookie` value, if the browser does not hold the cookie yet.
    fresh: Option<String>,
}

impl Visitor {
    /// The browser behind a request; one without a cookie of ours gets a new one.
    pub(crate) fn of(sandbox: &Sandbox, request: &Request) -> Self {
        let name = cookie_name(sandbox);
        let held = request
            .headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(field, value)| *field == name && is_ours(value));
        match held {
            Some((_, cookie)) => Self {
                session: session_of(sandbox, cookie),
                cookie: cookie.into(),
                fresh: None,
            },
            None => Self::with_fresh(sandbox, sandbox.grants.anonymous()),
        }
    }

    /// The same browser after signing in; the cookie is a new one, so that nobody could have planted it.
    pub(crate) fn signed_in(sandbox: &Sandbox, account: &Arc<Account>) -> Self {
        let cookie = sandbox.grants.sign_in(account, sandbox.clock.shown());
        Self::with_fresh(sandbox, cookie)
    }

    /// The same browser after signing out: its old cookie opens nothing any more.
    pub(crate) fn signed_out(&self, sandbox: &Sandbox) -> Self {
        sandbox.grants.sign_out(&self.cookie);
        Self::with_fresh(sandbox, sandbox.grants.anonymous())
    }

    fn with_fresh(sandbox: &Sandbox, cookie: String) -> Self {
        Self {
            session: session_of(sandbox, &cookie),
            fresh: Some(set_cookie(sandbox, &cookie)),
            cookie,
        }
    }

    /// The field of a form that proves it was made for this browser.
    pub(crate) fn field(&self) -> Markup {
        html! { input type="hidden" name="csrf" value=(self.token()); }
    }

    /// Whether a form was made for this browser.
    pub(crate) fn sent(&self, form: &Form) -> bool {
        form.first("csrf")
            .is_some_and(|shown| same_secret(shown, &self.token()))
    }

    /// The answer with the cookie, if the browser does not hold it yet.
    pub(crate) fn keep(&self, reply: Reply) -> Reply {
        match &self.fresh {
            Some(value) => reply.with_header(SET_COOKIE, value),
            None => reply,
        }
    }

    /// Bound to the cookie by a hash, so that pages do not give the cookie away.
    fn token(&self) -> String {
        hex_digest(&["form of a goto-double page\n", &self.cookie])
    }
}

/// Who signed in with that cookie, unless it was removed or suspended since.
fn session_of(sandbox: &Sandbox, cookie: &str) -> Option<Arc<Session>> {
    let session = sandbox.grants.session(cookie, sandbox.clock.shown())?;
    (!is_suspended(sandbox, &session.account)).then_some(session)
}

/// Each sandbox has a name of its own: the cookie of one at `/` also comes to one at `/t/…`.
fn cookie_name(sandbox: &Sandbox) -> String {
    let plain = |character: &char| character.is_ascii_alphanumeric() || *character == '-';
    let id: String = sandbox.id.chars().filter(plain).collect();
    format!("goto-double-{id}")
}

fn set_cookie(sandbox: &Sandbox, cookie: &str) -> String {
    let path = match place::prefix(sandbox) {
        "" => "/",
        path => path,
    };
    let secure = if sandbox.base_url.starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    let name = cookie_name(sandbox);
    format!("{name}={cookie}; Path={path}; HttpOnly; SameSite=Lax{secure}")
}

/// Only what we made ourselves is taken back.
fn is_ours(value: &str) -> bool {
    value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}
