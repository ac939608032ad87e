//! Domains: those that wait for their proof, and those that have it.

mod page;
pub(super) mod verify;
mod view;

use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;

use super::caller::{Caller, Form};
use super::problem::Problem;
use super::{Done, back, json_body, json_reply, part};
use crate::app::auth::page_form;
use crate::app::call::Call;
use crate::app::hosts;
use crate::domain::name::DomainName;
use crate::entry::{SubjectKind, Verb};
use crate::exchange::Reply;
use crate::store::organization::{Added, Notice, Refusal, Visit};

const KIND: SubjectKind = SubjectKind::Domain;

/// The caller's domains; a visit replaces the codes that ended.
fn visit(call: Call<'_>, caller: &Caller, done: &mut Done) -> Result<Visit, Problem> {
    let days = call.sandbox.profile.verification_days;
    let now = call.sandbox.clock.shown();
    let visit = call
        .sandbox
        .organizations
        .visit(&caller.account, days, now)?;
    for name in &visit.renewed {
        done.note(KIND, name.as_str(), Verb::Updated);
    }
    Ok(visit)
}

pub(super) fn show(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    if Form::of(call.request) == Form::Json {
        let visit = visit(call, &caller, done)?;
        let body = view::list(call, &caller, &visit.domains);
        return Ok(json_reply(StatusCode::OK, &body));
    }
    prompt(call, &caller, done)?;
    let visit = visit(call, &caller, done)?;
    Ok(page::center(call, &caller, &visit, None))
}

/// The first visit issues a code for the domain of the account's e-mail address: a person is asked to prove that one
/// within ten days, by step 2 of Microsoft's GoTo provisioning tutorial. A script says itself which domain it wants.
fn prompt(call: Call<'_>, caller: &Caller, done: &mut Done) -> Result<(), Problem> {
    let Some(name) = caller.account.domain() else {
        return Ok(());
    };
    if caller.organization.is_some() {
        return Ok(());
    }
    let sandbox = call.sandbox;
    let (days, now) = (sandbox.profile.verification_days, sandbox.clock.shown());
    match sandbox.organizations.add(&caller.account, &name, days, now) {
        Ok(Added::New(_)) => done.note(KIND, name.as_str(), Verb::Created),
        Ok(Added::Renewed(_)) => done.note(KIND, name.as_str(), Verb::Updated),
        // Somebody else's: the page says so.
        Ok(Added::Known(_)) | Err(Refusal::Claimed) => {}
        Err(refusal) => return Err(refusal.into()),
    }
    Ok(())
}

/// The page after a mistake in the form for one more domain.
pub(super) fn again(call: Call<'_>, caller: &Caller, problem: &Problem) -> Option<Reply> {
    let visit = visit(call, caller, &mut Done::default()).ok()?;
    Some(page::center(call, caller, &visit, Some(problem)))
}

pub(super) fn list(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    if Form::of(call.request) == Form::Page {
        return Ok(back(call, "/center"));
    }
    let caller = Caller::of(call)?;
    let visit = visit(call, &caller, done)?;
    let body = view::list(call, &caller, &visit.domains);
    Ok(json_reply(StatusCode::OK, &body))
}

pub(super) fn get(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    if Form::of(call.request) == Form::Page {
        return Ok(back(call, "/center"));
    }
    let caller = Caller::of(call)?;
    let name = named(call, done)?;
    let visit = visit(call, &caller, done)?;
    let domain = visit
        .domains
        .iter()
        .find(|domain| domain.name == name)
        .ok_or(Problem::NoSuchDomain)?;
    Ok(json_reply(StatusCode::OK, &view::domain(call, domain)))
}

/// What a script sends to add a domain.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewDomain {
    domain: String,
}

pub(super) fn add(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    caller.check_form(call)?;
    let name = DomainName::parse(&wanted_name(call)?).map_err(Problem::Name)?;
    done.about(KIND, name.as_str());
    let sandbox = call.sandbox;
    let days = sandbox.profile.verification_days;
    let now = sandbox.clock.shown();
    let added = sandbox
        .organizations
        .add(&caller.account, &name, days, now)?;
    let (status, said, domain) = match added {
        Added::New(domain) => {
            done.note(KIND, name.as_str(), Verb::Created);
            (StatusCode::CREATED, "was added", domain)
        }
        Added::Known(domain) => (StatusCode::OK, "is here already", domain),
        Added::Renewed(domain) => {
            done.note(KIND, name.as_str(), Verb::Updated);
            (StatusCode::OK, "has a new code", domain)
        }
    };
    if Form::of(call.request) == Form::Page {
        caller.tell(call, Notice::done(format!("The domain {name} {said}.")));
        return Ok(back(call, &format!("/center#{name}")));
    }
    let location = format!(
        "{}/center/domains/{name}",
        hosts::base(sandbox, call.request)
    );
    Ok(json_reply(status, &view::domain(call, &domain)).with_header(LOCATION, location))
}

fn wanted_name(call: Call<'_>) -> Result<String, Problem> {
    if call.request.is_form() {
        let form = page_form(call.request);
        return Ok(form.first("domain").unwrap_or_default().trim().into());
    }
    let wanted: NewDomain = json_body(call, "{\"domain\": \"…\"}")?;
    Ok(wanted.domain)
}

pub(super) fn delete(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    caller.check_form(call)?;
    let name = named(call, done)?;
    call.sandbox.organizations.delete(&caller.account, &name)?;
    done.note(KIND, name.as_str(), Verb::Deleted);
    if Form::of(call.request) == Form::Page {
        caller.tell(
            call,
            Notice::done(format!("The domain {name} was deleted.")),
        );
        return Ok(back(call, "/center"));
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// The domain of the path; whatever is no domain name is no domain of anybody's.
fn named(call: Call<'_>, done: &mut Done) -> Result<DomainName, Problem> {
    let name = part(call)
        .and_then(|text| DomainName::parse(&text).ok())
        .ok_or(Problem::NoSuchDomain)?;
    done.about(KIND, name.as_str());
    Ok(name)
}
