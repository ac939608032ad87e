//! The ways in and out: first page, sign in, sign up, sign out.

use http::StatusCode;
use maud::html;

use super::caller::{Caller, Form};
use super::field::{self, Field, typed};
use super::problem::Problem;
use super::{Done, back, json_body, json_reply};
use crate::app::auth::page_form;
use crate::app::call::Call;
use crate::app::hosts;
use crate::app::surface::oauth::sign_in::{self, Doorway};
use crate::app::surface::oauth::visitor::Visitor;
use crate::app::surface::{page, place};
use crate::entry::{SubjectKind, Verb};
use crate::exchange::Reply;
use crate::store::organization::NewAccount;

/// The first page of whatever host was asked.
pub(super) fn home(call: Call<'_>) -> Reply {
    back(call, hosts::first_page(call.request))
}

fn doorway(call: Call<'_>) -> Doorway {
    Doorway {
        title: "Sign in to the Organization Center",
        action: place::local(call.sandbox, "/center/sign-in"),
        onward: place::local(call.sandbox, "/center"),
        service: None,
        sign_up: Some(place::local(call.sandbox, "/center/sign-up")),
    }
}

pub(super) fn sign_in_page(call: Call<'_>) -> Reply {
    let visitor = Visitor::of(call.sandbox, call.request);
    sign_in::first_page(&visitor, &doorway(call), None)
}

pub(super) fn sign_in(call: Call<'_>) -> Reply {
    sign_in::take(call, &doorway(call), &page_form(call.request))
}

/// The page that makes an account; after a mistake, as it was filled in.
pub(super) fn sign_up_page(call: Call<'_>, problem: Option<&Problem>) -> Reply {
    let visitor = Visitor::of(call.sandbox, call.request);
    let text = |name: &str| typed(call, name);
    let content = html! {
        (field::told(problem))
        p { "An account is needed to prove a domain. The domain of its e-mail address is the one you are asked to prove." }
        form method="post" action=(place::local(call.sandbox, "/center/sign-up")) {
            (visitor.field())
            (Field { name: "email", label: "E-mail address", hint: "You sign in with it.", value: &text("email"), kind: "email", autocomplete: "username", length: 128 }.show(problem))
            (Field { name: "given_name", label: "First name", hint: "", value: &text("given_name"), kind: "text", autocomplete: "given-name", length: 60 }.show(problem))
            (Field { name: "family_name", label: "Last name", hint: "", value: &text("family_name"), kind: "text", autocomplete: "family-name", length: 60 }.show(problem))
            (Field { name: "password", label: "Password", hint: "Any will do. Take none that you use elsewhere.", value: "", kind: "password", autocomplete: "new-password", length: 256 }.show(problem))
            div { button type="submit" { "Create account" } }
        }
        p { "You have one? " a href=(place::local(call.sandbox, "/center/sign-in")) { "Sign in" } }
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    visitor.keep(page::reply(status, "Create an account", &content))
}

/// What a script sends for an account.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    user_name: String,
    #[serde(default)]
    given_name: String,
    #[serde(default)]
    family_name: String,
    password: String,
}

pub(super) fn sign_up(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let visitor = Visitor::of(call.sandbox, call.request);
    if !call.request.is_form() {
        let wanted: Wanted = json_body(
            call,
            "{\"user_name\": \"…\", \"password\": \"…\", \"given_name\": \"…\", \"family_name\": \"…\"}",
        )?;
        let names = (wanted.given_name.as_str(), wanted.family_name.as_str());
        let new = NewAccount::accept(&wanted.user_name, names, &wanted.password)?;
        let account = call.sandbox.organizations.sign_up(new)?;
        done.about(SubjectKind::Account, &account.user_name.to_lowercase());
        done.note(SubjectKind::Account, &account.key, Verb::Created);
        let body = serde_json::json!({ "key": account.key, "user_name": account.user_name });
        return Ok(json_reply(StatusCode::CREATED, &body));
    }
    if !visitor.sent(&page_form(call.request)) {
        return Err(Problem::ForeignForm);
    }
    let text = |name: &str| typed(call, name);
    let new = NewAccount::accept(
        &text("email"),
        (&text("given_name"), &text("family_name")),
        &text("password"),
    )?;
    let account = call.sandbox.organizations.sign_up(new)?;
    done.about(SubjectKind::Account, &account.user_name.to_lowercase());
    done.note(SubjectKind::Account, &account.key, Verb::Created);
    let visitor = Visitor::signed_in(call.sandbox, &account);
    Ok(visitor.keep(back(call, "/center")))
}

/// Signs the browser out; whoever is not signed in is out already.
pub(super) fn sign_out(call: Call<'_>) -> Result<Reply, Problem> {
    match Caller::of(call) {
        Ok(caller) => caller.check_form(call)?,
        Err(_) => return Ok(back(call, "/center/sign-in")),
    }
    if Form::of(call.request) == Form::Json {
        return Ok(Reply::empty(StatusCode::NO_CONTENT));
    }
    let visitor = Visitor::of(call.sandbox, call.request).signed_out(call.sandbox);
    Ok(visitor.keep(back(call, "/center/sign-in")))
}
