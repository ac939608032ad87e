//! The Organization Center: domains, the two methods of proof, and the **Verify** button.
//!
//! The real one is a web page without a public API, so the JSON here is ours.
//! Pages and JSON are two renderings of the same calls.

mod caller;
mod page;
mod problem;
mod verify;
mod view;

use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

use self::caller::{Caller, Form};
use self::problem::Problem;
use crate::app::auth::page_form;
use crate::app::surface::oauth::sign_in::{self, Doorway};
use crate::app::surface::oauth::visitor::Visitor;
use crate::app::surface::{Call, Outcome, page as frame};
use crate::domain::name::DomainName;
use crate::entry::{Change, Subject, SubjectKind, TokenFacts, Verb};
use crate::exchange::Reply;
use crate::operation::Operation;
use crate::store::organization::{Added, Refusal, Visit};

/// Answers a call of an operation of the Organization Center.
pub(crate) async fn answer(call: Call<'_>) -> Outcome {
    let form = Form::of(call.request);
    let mut done = Done::default();
    let answered = match call.operation {
        Operation::CenterSignInPage => Ok(sign_in_page(call)),
        Operation::CenterSignIn => Ok(sign_in::take(
            call,
            &doorway(call),
            &page_form(call.request),
        )),
        Operation::CenterPage => show(call, &mut done),
        Operation::ListDomains => list(call, form, &mut done),
        Operation::AddDomain => add(call, form, &mut done),
        Operation::GetDomain => get(call, form, &mut done),
        Operation::DeleteDomain => delete(call, &mut done),
        Operation::VerifyDomain => verify::press(call, form, &mut done).await,
        _ => Err(Problem::NoSuchDomain),
    };
    Outcome {
        reply: answered.unwrap_or_else(|problem| problem.into_reply(call, form)),
        changes: done.changes,
        subject: done.subject,
        token: TokenFacts::default(),
    }
}

/// What a call did, and to which domain.
#[derive(Debug, Default)]
struct Done {
    changes: Vec<Change>,
    subject: Option<Subject>,
}

impl Done {
    fn about(&mut self, name: &DomainName) {
        self.subject = Some(Subject {
            kind: SubjectKind::Domain,
            key: name.as_str().into(),
            id: None,
        });
    }

    fn note(&mut self, name: &DomainName, verb: Verb) {
        self.changes.push(Change {
            kind: SubjectKind::Domain,
            id: name.as_str().into(),
            verb,
        });
    }
}

fn doorway(call: Call<'_>) -> Doorway {
    let base = &call.sandbox.base_url;
    Doorway {
        title: "Sign in to the Organization Center",
        action: format!("{base}/center/sign-in"),
        onward: format!("{base}/center"),
        service: None,
    }
}

fn sign_in_page(call: Call<'_>) -> Reply {
    let visitor = Visitor::of(call.sandbox, call.request);
    sign_in::first_page(&visitor, &doorway(call), None)
}

fn json_reply(status: StatusCode, body: &Value) -> Reply {
    Reply::with_body(status, "application/json", body.to_string())
        .with_header(CACHE_CONTROL, "no-store")
}

/// The way back to the page after a form, [RFC 9110 section 15.4.4](https://www.rfc-editor.org/rfc/rfc9110#section-15.4.4).
fn back(call: Call<'_>) -> Reply {
    let to = format!("{}/center", call.sandbox.base_url);
    frame::redirect(StatusCode::SEE_OTHER, &to)
}

/// The caller's domains; a visit replaces the codes that ended.
fn visit(call: Call<'_>, caller: &Caller, done: &mut Done) -> Result<Visit, Problem> {
    let days = call.sandbox.profile.verification_days;
    let now = call.sandbox.clock.now();
    let visit = call
        .sandbox
        .organizations
        .visit(&caller.account, days, now)?;
    for name in &visit.renewed {
        done.note(name, Verb::Updated);
    }
    Ok(visit)
}

fn show(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    let visit = visit(call, &caller, done)?;
    if Form::of(call.request) == Form::Json {
        return Ok(json_reply(
            StatusCode::OK,
            &view::list(call, &caller, &visit.domains),
        ));
    }
    Ok(page::center(call, &caller, &visit.domains))
}

fn list(call: Call<'_>, form: Form, done: &mut Done) -> Result<Reply, Problem> {
    if form == Form::Page {
        return Ok(back(call));
    }
    let caller = Caller::of(call)?;
    let visit = visit(call, &caller, done)?;
    Ok(json_reply(
        StatusCode::OK,
        &view::list(call, &caller, &visit.domains),
    ))
}

fn get(call: Call<'_>, form: Form, done: &mut Done) -> Result<Reply, Problem> {
    if form == Form::Page {
        return Ok(back(call));
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

fn add(call: Call<'_>, form: Form, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    caller.check_form(call)?;
    let name = DomainName::parse(&wanted_name(call)?).map_err(Problem::Name)?;
    done.about(&name);
    let sandbox = call.sandbox;
    let days = sandbox.profile.verification_days;
    let added = sandbox
        .organizations
        .add(&caller.account, &name, days, sandbox.clock.now())?;
    let (status, domain) = match added {
        Added::New(domain) => {
            done.note(&name, Verb::Created);
            (StatusCode::CREATED, domain)
        }
        Added::Known(domain) => (StatusCode::OK, domain),
        Added::Renewed(domain) => {
            done.note(&name, Verb::Updated);
            (StatusCode::OK, domain)
        }
    };
    if form == Form::Page {
        return Ok(back(call));
    }
    let location = format!("{}/center/domains/{name}", sandbox.base_url);
    Ok(json_reply(status, &view::domain(call, &domain)).with_header(LOCATION, location))
}

fn wanted_name(call: Call<'_>) -> Result<String, Problem> {
    if call.request.is_form() {
        let form = page_form(call.request);
        return Ok(form.first("domain").unwrap_or_default().trim().into());
    }
    let wanted: NewDomain = serde_json::from_slice(&call.request.body)
        .map_err(|error| Problem::Body(error.to_string()))?;
    Ok(wanted.domain)
}

fn delete(call: Call<'_>, done: &mut Done) -> Result<Reply, Problem> {
    let caller = Caller::of(call)?;
    let name = named(call, done)?;
    call.sandbox.organizations.delete(&caller.account, &name)?;
    done.note(&name, Verb::Deleted);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// The domain of the path; whatever is no domain name is no domain of anybody's.
fn named(call: Call<'_>, done: &mut Done) -> Result<DomainName, Problem> {
    let name = call
        .parts
        .first()
        .and_then(|part| percent_decode_str(part).decode_utf8().ok())
        .and_then(|text| DomainName::parse(&text).ok())
        .ok_or(Problem::NoSuchDomain)?;
    done.about(&name);
    Ok(name)
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
