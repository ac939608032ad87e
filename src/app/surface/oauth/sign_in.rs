//! Signing in, in GoTo's two steps: user name and **Next**, password and **Sign In**.

use std::sync::Arc;

use http::StatusCode;
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::app::auth::page_form;
use crate::app::hosts;
use crate::app::surface::oauth::standing::is_suspended;
use crate::app::surface::oauth::visitor::Visitor;
use crate::app::surface::{Call, oauth, page, place};
use crate::exchange::Reply;
use crate::oauth::client::same_secret;
use crate::oauth::form::{Form, Repeated};
use crate::store::organization::Account;

/// Describes a way in: where its form goes, and where it leads.
pub(crate) struct Doorway {
    /// What the page says it is for.
    pub(crate) title: &'static str,
    /// Where the form goes, an address of ours.
    pub(crate) action: String,
    /// Where somebody who signed in is sent, an address of ours.
    pub(crate) onward: String,
    /// What of it must come back with the form.
    pub(crate) service: Option<String>,
    /// Where somebody without an account gets one.
    pub(crate) sign_up: Option<String>,
}

/// The way to the login page that goes on to `service`, a path of ours with its query.
pub(crate) fn redirect_to_login(call: Call<'_>, service: &str) -> Reply {
    let to = format!("{}&theme=goto", login_link(call, service));
    go_on(call, &to)
}

/// The way on to an address of ours.
fn go_on(call: Call<'_>, local: &str) -> Reply {
    let to = hosts::here(call.sandbox, call.request, local);
    page::redirect(StatusCode::FOUND, &to)
}

fn login_link(call: Call<'_>, service: &str) -> String {
    let service = utf8_percent_encode(service, NON_ALPHANUMERIC);
    place::local(call.sandbox, &format!("/login?service={service}"))
}

/// The way to the login page for somebody who is signed in and wants to be somebody else.
pub(super) fn other_account_link(call: Call<'_>, service: &str) -> String {
    format!("{}&prompt=login", login_link(call, service))
}

/// Answers `GET /login`.
pub(super) fn login_page(call: Call<'_>) -> Reply {
    let query = Form::read(call.request.query().as_bytes());
    if let Some(repeated) = query.repeated() {
        return repeated_field(&repeated);
    }
    let Some(doorway) = login_doorway(call, &query) else {
        return foreign_service();
    };
    let visitor = Visitor::of(call.sandbox, call.request);
    if visitor.session.is_some() && query.first("prompt") != Some("login") {
        return go_on(call, &doorway.onward);
    }
    first_page(&visitor, &doorway, None)
}

/// Answers `POST /login`.
pub(super) fn login(call: Call<'_>) -> Reply {
    let form = page_form(call.request);
    if let Some(repeated) = form.repeated() {
        return repeated_field(&repeated);
    }
    match login_doorway(call, &form) {
        Some(doorway) => take(call, &doorway, &form),
        None => foreign_service(),
    }
}

/// The doorway to a `service`; `None` if that is not ours, since this must not send anybody elsewhere.
fn login_doorway(call: Call<'_>, fields: &Form) -> Option<Doorway> {
    let base = call.sandbox.base_url.as_str();
    let service = fields.first("service");
    let onward = match service {
        None => place::local(call.sandbox, "/center"),
        Some(service) => {
            let path = service.strip_prefix(base).unwrap_or(service);
            let query = path.strip_prefix("/oauth/approve?")?;
            if query.chars().any(char::is_control) {
                return None;
            }
            place::local(call.sandbox, &format!("/oauth/approve?{query}"))
        }
    };
    Some(Doorway {
        title: "Sign in",
        action: place::local(call.sandbox, "/login"),
        onward,
        service: service.map(Into::into),
        sign_up: None,
    })
}

/// The page for a form with a field that is there more than once: which of the two was meant, nobody can tell.
pub(super) fn repeated_field(repeated: &Repeated) -> Reply {
    page::trouble(
        StatusCode::BAD_REQUEST,
        "This request cannot be answered",
        &format!("{} is there more than once", repeated.0),
    )
}

fn foreign_service() -> Reply {
    page::trouble(
        StatusCode::BAD_REQUEST,
        "This request cannot be answered",
        "service must lead to /oauth/approve of this server",
    )
}

/// Takes one of the two steps.
pub(crate) fn take(call: Call<'_>, doorway: &Doorway, form: &Form) -> Reply {
    let visitor = Visitor::of(call.sandbox, call.request);
    if !visitor.sent(form) {
        return oauth::forged(&visitor);
    }
    let Some(user_name) = form.first("emailAddress").map(str::trim) else {
        let text = Some("Type the e-mail address of your account.");
        return first_page(&visitor, doorway, text);
    };
    if !form.has_any(&["password"]) {
        return second_page(&visitor, doorway, user_name, None);
    }
    let password = form.first("password").unwrap_or_default();
    let account = match recognised(call, user_name, password) {
        Ok(account) => account,
        Err(stranger) => {
            let text = Some(stranger.text());
            return second_page(&visitor, doorway, user_name, text);
        }
    };
    let visitor = Visitor::signed_in(call.sandbox, &account);
    visitor.keep(go_on(call, &doorway.onward))
}

/// Says why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stranger {
    /// There is no such account, or the password is another one: which of the two is not told.
    Unknown,
    /// The organization has suspended it; only who knows the password is told.
    Suspended,
}

impl Stranger {
    /// For the person at the browser.
    fn text(self) -> &'static str {
        match self {
            Self::Unknown => "User name or password is not right.",
            Self::Suspended => "Your organization has suspended this account.",
        }
    }
}

/// The account that user name and password belong to, if it may come in.
pub(crate) fn account_of(call: Call<'_>, user_name: &str, password: &str) -> Option<Arc<Account>> {
    recognised(call, user_name, password).ok()
}

/// The same with the reason why not; an unknown name takes as long as a wrong password.
fn recognised(call: Call<'_>, user_name: &str, password: &str) -> Result<Arc<Account>, Stranger> {
    let Some(account) = call.sandbox.organizations.account(user_name) else {
        let _ = same_secret("nobody", password);
        return Err(Stranger::Unknown);
    };
    if !account.accepts(password) {
        return Err(Stranger::Unknown);
    }
    if is_suspended(call.sandbox, &account) {
        return Err(Stranger::Suspended);
    }
    Ok(account)
}

/// The page that asks for the user name.
pub(crate) fn first_page(visitor: &Visitor, doorway: &Doorway, error: Option<&str>) -> Reply {
    let content = html! {
        (page::error(error))
        form method="post" action=(doorway.action) {
            (hidden(visitor, doorway))
            label for="emailAddress" { "User name (e-mail address)" }
            input id="emailAddress" name="emailAddress" type="email" autocomplete="username" required autofocus;
            div { button id="next-button" type="submit" { "Next" } }
        }
        @if let Some(sign_up) = &doorway.sign_up {
            p { "No account yet? " a href=(sign_up) { "Create one" } }
        }
    };
    visitor.keep(page::reply(StatusCode::OK, doorway.title, &content))
}

fn second_page(
    visitor: &Visitor,
    doorway: &Doorway,
    user_name: &str,
    error: Option<&str>,
) -> Reply {
    let content = html! {
        (page::error(error))
        form method="post" action=(doorway.action) {
            (hidden(visitor, doorway))
            input type="hidden" name="emailAddress" value=(user_name);
            p { "Account: " strong { (user_name) } }
            label for="password" { "Password" }
            input id="password" name="password" type="password" autocomplete="current-password" required autofocus;
            div { button id="submit" type="submit" { "Sign In" } }
        }
    };
    visitor.keep(page::reply(StatusCode::OK, doorway.title, &content))
}

fn hidden(visitor: &Visitor, doorway: &Doorway) -> Markup {
    html! {
        (visitor.field())
        @if let Some(service) = &doorway.service {
            input type="hidden" name="service" value=(service);
        }
    }
}
