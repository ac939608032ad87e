//! The Organization Center: domains with the two methods of proof and the **Verify** button, users, identity, clients.
//!
//! The real one is a web page without a public API, so the JSON here is ours.
//! Pages and JSON are two renderings of the same calls.

mod caller;
mod clients;
mod domains;
mod entrance;
mod field;
mod frame;
mod identity;
mod pager;
mod problem;
mod users;

use http::StatusCode;
use http::header::{ALLOW, CACHE_CONTROL};
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::caller::{Caller, Form};
use self::problem::Problem;
use crate::app::call::{Call, Outcome};
use crate::app::hosts;
use crate::app::surface::{page, place};
use crate::entry::{Change, Subject, SubjectKind, TokenFacts, Verb};
use crate::exchange::{Reply, Request};
use crate::operation::{Operation, Unrouted};
use crate::sandbox::Sandbox;

/// Answers a call of an operation of the Organization Center.
pub(crate) async fn answer(call: Call<'_>) -> Outcome {
    let mut done = Done::default();
    let answered = match call.operation {
        Operation::VerifyDomain => domains::verify::press(call, &mut done).await,
        _ => at_once(call, &mut done),
    };
    Outcome {
        reply: answered.unwrap_or_else(|problem| refused(call, &problem)),
        varied: Vec::new(),
        changes: done.changes,
        subject: done.subject,
        token: TokenFacts::default(),
    }
}

fn at_once(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    match call.operation {
        Operation::ProductHome => Ok(entrance::home(call)),
        Operation::CenterSignInPage => Ok(entrance::sign_in_page(call)),
        Operation::CenterSignIn => Ok(entrance::sign_in(call)),
        Operation::CenterSignUpPage => Ok(entrance::sign_up_page(call, None)),
        Operation::CenterSignUp => entrance::sign_up(call, done),
        Operation::CenterSignOut => entrance::sign_out(call),
        Operation::CenterPage => domains::show(call, done),
        Operation::ListDomains => domains::list(call, done),
        Operation::AddDomain => domains::add(call, done),
        Operation::GetDomain => domains::get(call, done),
        Operation::DeleteDomain | Operation::DeleteDomainByForm => domains::delete(call, done),
        Operation::ListMembers => users::list(call),
        Operation::AddMember => users::add(call, done),
        Operation::GetMember => users::get(call),
        Operation::ChangeMember => users::change(call, done),
        Operation::DeleteMember | Operation::DeleteMemberByForm => users::delete(call, done),
        Operation::CenterIdentity => identity::list(call),
        Operation::ListClients => clients::list(call),
        Operation::AddClient => clients::add(call, done),
        Operation::GetClient => clients::get(call),
        Operation::ChangeClient => clients::change(call, done),
        Operation::DeleteClient | Operation::DeleteClientByForm => clients::delete(call, done),
        _ => Err(Problem::NoSuchPage),
    }
}

/// The answer to a problem: a form that has a mistake in it comes back as it was filled in.
fn refused(call: Call<'_>, problem: &Problem) -> Reply {
    let form = Form::of(call.request);
    if form == Form::Page && problem.is_mistake() {
        let caller = Caller::of(call);
        let again = match (call.operation, caller) {
            (Operation::CenterSignUp, _) => {
                return entrance::sign_up_page(call, Some(problem));
            }
            (Operation::AddDomain, Ok(caller)) => domains::again(call, &caller, problem),
            (Operation::AddMember, Ok(caller)) => users::again(call, &caller, problem),
            (Operation::ChangeMember, Ok(caller)) => users::one_again(call, &caller, problem),
            (Operation::AddClient, Ok(caller)) => Some(clients::again(call, &caller, problem)),
            (Operation::ChangeClient, Ok(caller)) => clients::one_again(call, &caller, problem),
            _ => None,
        };
        if let Some(page) = again {
            return page;
        }
    }
    problem.reply(call, form)
}

/// How a script may sign in, [RFC 7617](https://www.rfc-editor.org/rfc/rfc7617).
pub(crate) const CHALLENGE: &str = "Basic realm=\"Organization Center\", charset=\"UTF-8\"";

/// Whether whoever asked is a person at a browser.
pub(crate) fn asked_by_person(request: &Request) -> bool {
    Form::of(request) == Form::Page
}

/// The refusal of a path of the Organization Center that nothing answers, or nothing with that method.
pub(crate) fn unrouted(sandbox: &Sandbox, request: &Request, unrouted: &Unrouted) -> Option<Reply> {
    if Form::of(request) != Form::Page {
        return None;
    }
    let (status, title, text) = if unrouted.allow.is_empty() {
        (
            StatusCode::NOT_FOUND,
            "There is no such page",
            "Nothing answers this address.",
        )
    } else {
        (
            StatusCode::METHOD_NOT_ALLOWED,
            "This address takes no such request",
            "Open the page again and press its buttons.",
        )
    };
    let content = maud::html! {
        p.error role="alert" { (text) }
        p { a href=(place::local(sandbox, "/center")) { "To the Organization Center" } }
    };
    let page = page::reply(status, title, &content);
    Some(if unrouted.allow.is_empty() {
        page
    } else {
        page.with_header(ALLOW, unrouted.allow.join(", "))
    })
}

/// What a call did, and to whom or what.
#[derive(Debug, Default)]
struct Done {
    changes: Vec<Change>,
    subject: Option<Subject>,
}

impl Done {
    fn about(&mut self, kind: SubjectKind, key: &str) {
        self.subject = Some(Subject {
            kind,
            key: key.into(),
            id: None,
        });
    }

    fn note(&mut self, kind: SubjectKind, id: &str, verb: Verb) {
        let id = id.into();
        self.changes.push(Change { kind, id, verb });
    }
}

fn json_reply(status: StatusCode, body: &Value) -> Reply {
    Reply::with_body(status, "application/json", body.to_string())
        .with_header(CACHE_CONTROL, "no-store")
}

/// The body of a script's request.
fn json_body<T: DeserializeOwned>(call: Call<'_>, wanted: &'static str) -> Result<T, Problem> {
    serde_json::from_slice(&call.request.body).map_err(|error| Problem::Body {
        wanted,
        error: error.to_string(),
    })
}

/// The way back to a page after a form, [RFC 9110 section 15.4.4](https://www.rfc-editor.org/rfc/rfc9110#section-15.4.4).
fn back(call: Call<'_>, path: &str) -> Reply {
    let local = place::local(call.sandbox, path);
    let to = hosts::here(call.sandbox, call.request, &local);
    page::redirect(StatusCode::SEE_OTHER, &to)
}

/// The part of the path that varies, decoded.
fn part(call: Call<'_>) -> Option<String> {
    let part = call.parts.first()?;
    let decoded = percent_encoding::percent_decode_str(part)
        .decode_utf8()
        .ok()?;
    Some(decoded.into_owned())
}
