//! Asks the engine before a request is handled, and alters the answer after.

mod aside;
mod redirect;

use std::borrow::Cow;
use std::time::Duration;

use http::Uri;
use http::header::LOCATION;

pub(crate) use self::aside::Aside;

use crate::app::auth;
use crate::app::call::Outcome;
use crate::engine::Ticket;
use crate::entry::{Change, Fired, Subject, SubjectKind, Verb};
use crate::exchange::Request;
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::facts::Facts;
use crate::scenario::fault::callback;
use crate::scenario::fault::mutate::{self, Listing};
use crate::scenario::plan::{Mutation, Plan};
use crate::scenario::subject;
use crate::scim::resource_type::Kind;

/// What the rules made of a request.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    /// What they want done; `None` where none acts and none has anything to tell.
    pub(crate) plan: Option<Plan>,
    /// Says that the request is under way, for rules that want to know.
    pub(crate) ticket: Option<Ticket>,
}

/// What the rules want done to this request. Nothing is gathered of it that no rule looks at.
pub(crate) fn decide(sandbox: &Sandbox, operation: Operation, request: &Request) -> Decided {
    let Some(facts) = facts(sandbox, operation, request) else {
        return Decided::default();
    };
    let (plan, ticket) = sandbox.engine.admit(&facts, sandbox.clock.now());
    Decided {
        plan: (!plan.is_nothing()).then_some(plan),
        ticket,
    }
}

/// What the rules want that look at the head of a request alone.
pub(crate) fn decide_head(sandbox: &Sandbox, operation: Operation, request: &Request) -> Plan {
    let facts = facts(sandbox, operation, request);
    let decide = |facts| sandbox.engine.decide_head(&facts, sandbox.clock.now());
    facts.map(decide).unwrap_or_default()
}

/// What the rules look at; nothing where none is about such a request.
fn facts<'r>(sandbox: &Sandbox, operation: Operation, request: &'r Request) -> Option<Facts<'r>> {
    let wants = sandbox.engine.wants(operation)?;
    let mut facts = Facts::gathered(operation, request, wants);
    if wants.token {
        facts.token = auth::token_facts(sandbox, request);
    }
    if wants.subject {
        facts.subject = subject_of(sandbox, &facts, request);
    }
    Some(facts)
}

fn subject_of(sandbox: &Sandbox, facts: &Facts<'_>, request: &Request) -> Option<Subject> {
    if facts.operation.is_about_caller() {
        return auth::caller_as_subject(sandbox, request);
    }
    let lookup = |kind, id: &str| match kind {
        SubjectKind::User => sandbox.key_of(Kind::User, id),
        SubjectKind::Group => sandbox.key_of(Kind::Group, id),
        SubjectKind::Other | SubjectKind::Domain | SubjectKind::Account | SubjectKind::Client => {
            None
        }
    };
    subject::resolve(facts, &lookup)
}

/// Waits the planned delay on the sandbox clock.
pub(crate) async fn hold(sandbox: &Sandbox, request: &Request, plan: &Plan) {
    if !plan.delay.is_zero() {
        let peer = request.connection.peer;
        sandbox.clock.hold(peer, plan.delay).await;
    }
}

/// Waits when everything is done, before the answer leaves.
pub(crate) async fn hold_back(sandbox: &Sandbox, request: &Request, hold: Duration) {
    if !hold.is_zero() {
        sandbox.clock.hold(request.connection.peer, hold).await;
    }
}

/// Turns the clock and revokes the tokens that the plan wants dead, before the request is looked at.
pub(crate) fn prepare(sandbox: &Sandbox, request: &Request, plan: &Plan) {
    if let Some(jump) = plan.clock {
        sandbox.clock.turn_face(jump.milliseconds());
    }
    if let Some(kind) = plan.token.as_ref().and_then(|token| token.revoke) {
        auth::revoke_presented(sandbox, request, kind);
    }
}

/// What the rules want done to a look-out of the double's own; waits the planned delay.
pub(crate) async fn decide_probe(sandbox: &Sandbox, operation: Operation, domain: &str) -> Plan {
    let plan = sandbox
        .engine
        .decide(&Facts::of_probe(operation, domain), sandbox.clock.now());
    if !plan.delay.is_zero() {
        sandbox.clock.sleep(plan.delay).await;
    }
    plan
}

/// The request that the true handler is to see: another one where the rules shift the pages of a list or drop its filter.
pub(crate) fn as_handled<'r>(
    plan: &Plan,
    operation: Operation,
    request: &'r Request,
) -> Cow<'r, Request> {
    let wants = |mutation| plan.mutations.contains(mutation);
    let (drifts, ignores) = (wants(&Mutation::PageDrift), wants(&Mutation::FilterIgnored));
    if !is_list(operation) || !(drifts || ignores) {
        return Cow::Borrowed(request);
    }
    let shifted = start_index(request).filter(|start| drifts && *start > 1);
    let other = with_query(request, |name, value| match (name, shifted) {
        ("startIndex", Some(start)) => Some((start - 1).to_string()),
        ("filter", _) if ignores => None,
        _ => Some(value.to_owned()),
    });
    other.map_or(Cow::Borrowed(request), Cow::Owned)
}

/// Makes of what came of a call what the rules want; says which rules acted, with what they could not do.
///
/// The request is the one that arrived.
pub(crate) fn alter(
    sandbox: &Sandbox,
    (operation, request): (Operation, &Request),
    plan: &Plan,
    aside: &Aside,
    outcome: &mut Outcome,
) -> Vec<Fired> {
    let mut fired = plan.fired.clone();
    if let Some(planned) = &plan.reply {
        let reply = planned.render((operation.surface(), request.path()), sandbox.clock.shown());
        outcome.reply = match planned.redirect {
            Some(to) => reply.with_header(LOCATION, redirect::location(sandbox, request, to)),
            None => reply,
        };
    }
    if !plan.mutations.is_empty() {
        let listing = Listing {
            start_index: start_index(request),
            is_stale: &|id, reads| sandbox.engine.is_stale(id, reads),
            earlier: aside.earlier.as_ref(),
            others: &aside.others,
        };
        let troubles = mutate::alter(&mut outcome.reply, &plan.mutations, &listing);
        if !troubles.is_empty() {
            say_undone(&mut fired, "mutate", &troubles.join("; "));
        }
    }
    let headers = &mut outcome.reply.headers;
    if !plan.callback.is_empty() && !callback::alter(headers, &plan.callback) {
        say_undone(&mut fired, "callback", "nobody is sent back to the client");
    }
    plan.headers.iter().for_each(|verb| verb.apply(headers));
    for told in &plan.told {
        told.write(headers, sandbox.clock.shown());
    }
    note(sandbox, operation, &outcome.changes);
    fired
}

/// Says beside the last rule that wanted it what could not be done.
fn say_undone(fired: &mut [Fired], what: &str, why: &str) {
    if let Some(one) = fired.iter_mut().rfind(|one| one.what.contains(what)) {
        one.what = format!("{} (not done: {why})", one.what);
    }
}

/// Tells the engine what a handled request did, for lists that lag behind.
pub(crate) fn note(sandbox: &Sandbox, operation: Operation, changes: &[Change]) {
    if sandbox.engine.is_idle() {
        return;
    }
    for change in changes.iter().filter(|change| change.verb == Verb::Created) {
        sandbox.engine.note_created(&change.id);
    }
    if is_list(operation) {
        sandbox.engine.note_listed();
    }
}

fn is_list(operation: Operation) -> bool {
    matches!(operation, Operation::ListUsers | Operation::ListGroups)
}

fn start_index(request: &Request) -> Option<u64> {
    let mut query = form_urlencoded::parse(request.query().as_bytes());
    let (_, start) = query.find(|(name, _)| name == "startIndex")?;
    start.parse().ok()
}

/// The request with other values in its query; `None` leaves a field out.
fn with_query(
    request: &Request,
    value_of: impl Fn(&str, &str) -> Option<String>,
) -> Option<Request> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(request.query().as_bytes()) {
        if let Some(value) = value_of(&name, &value) {
            query.append_pair(&name, &value);
        }
    }
    let mut parts = request.uri.clone().into_parts();
    let target = format!("{}?{}", request.path(), query.finish());
    parts.path_and_query = Some(target.parse().ok()?);
    Some(Request {
        uri: Uri::from_parts(parts).ok()?,
        ..request.clone()
    })
}
