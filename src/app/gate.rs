//! Asks the engine before a request is handled, and alters the answer after.

mod aside;
mod befall;
mod redirect;

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http::header::LOCATION;
use serde_json::Value;

pub(crate) use self::aside::Aside;

use crate::app::auth;
use crate::app::call::Outcome;
use crate::engine::Ticket;
use crate::entry::{Change, Close, Subject, SubjectKind, Verb};
use crate::exchange::Request;
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::facts::Facts;
use crate::scenario::fault::callback;
use crate::scenario::fault::mutate::{self, Listing};
use crate::scenario::plan::{Mutation, Part, Plan};
use crate::scenario::subject;
use crate::scim::resource_type::Kind;

/// What the rules made of a request.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    /// What they want done; `None` where none acts and none has anything to tell.
    pub(crate) plan: Option<Plan>,
    /// The rules that nearly acted.
    pub(crate) near: Close,
    /// Says that the request is under way, for rules that want to know.
    pub(crate) ticket: Option<Ticket>,
}

/// What the rules want done to this request. Nothing is gathered of it that no rule looks at.
pub(crate) fn decide(sandbox: &Sandbox, operation: Operation, request: &Request) -> Decided {
    let Some(facts) = facts(sandbox, operation, request) else {
        return Decided::default();
    };
    let (mut plan, ticket) = sandbox.engine.admit(&facts, sandbox.clock.now());
    let near = std::mem::take(&mut plan.near);
    plan.subject = facts.subject;
    Decided {
        plan: (!plan.is_nothing()).then_some(plan),
        near,
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

/// Everything that a request says, and whom it means, whatever the rules look at.
pub(crate) fn all_facts<'r>(
    sandbox: &Sandbox,
    operation: Operation,
    request: &'r Request,
) -> Facts<'r> {
    let mut facts = Facts::of_request(operation, request);
    facts.subject = subject_of(sandbox, &facts, request);
    facts
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

/// Turns the clock, revokes the tokens that the plan wants dead, and does to resources what it wants done to them, before
/// the request is looked at.
pub(crate) fn prepare(sandbox: &Sandbox, request: &Request, plan: &mut Plan) {
    if let Some(jump) = plan.clock {
        sandbox.clock.turn_face(jump.milliseconds());
    }
    if let Some(kind) = plan.token.as_ref().and_then(|token| token.revoke) {
        auth::revoke_presented(sandbox, request, kind);
    }
    befall::befall(sandbox, request, plan);
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

/// The request that the true handler is to see: one without a filter, where the rules want it ignored.
pub(crate) fn as_handled<'r>(
    plan: &Plan,
    operation: Operation,
    request: &'r Request,
) -> Cow<'r, Request> {
    if !operation.is_list() || !plan.mutations.contains(&Mutation::FilterIgnored) {
        return Cow::Borrowed(request);
    }
    let other = if operation.is_search() {
        without_filter_in_body(request)
    } else {
        without_filter(request)
    };
    other.map_or(Cow::Borrowed(request), Cow::Owned)
}

/// Makes of what came of a call what the rules want; the plan tells what they could not do.
///
/// The request is the one that arrived.
pub(crate) fn alter(
    sandbox: &Sandbox,
    (operation, request): (Operation, &Request),
    plan: &mut Plan,
    aside: &Aside,
    outcome: &mut Outcome,
) {
    if let Some(planned) = &plan.reply {
        let reply = planned.render((operation.surface(), request.path()), sandbox.clock.shown());
        outcome.reply = match planned.redirect {
            Some(to) => reply.with_header(LOCATION, redirect::location(sandbox, request, to)),
            None => reply,
        };
    }
    if !plan.mutations.is_empty() {
        let listing = Listing {
            is_stale: &|id, reads| sandbox.engine.is_stale(id, reads),
            earlier: aside.earlier.as_ref(),
            others: &aside.others,
        };
        for (place, why) in mutate::alter(&mut outcome.reply, &plan.mutations, &listing) {
            plan.undone(Part::Mutation(place), why);
        }
    }
    let headers = &mut outcome.reply.headers;
    if !plan.callback.is_empty() && !callback::alter(headers, &plan.callback) {
        for place in 0..plan.callback.len() {
            let why = "nobody is sent back to the client".to_owned();
            plan.undone(Part::Callback(place), why);
        }
    }
    plan.headers.iter().for_each(|verb| verb.apply(headers));
    for told in &plan.told {
        told.write(headers, sandbox.clock.shown());
    }
    note(sandbox, operation, &outcome.changes);
}

/// Tells the engine what a handled request did, for lists that lag behind.
pub(crate) fn note(sandbox: &Sandbox, operation: Operation, changes: &[Change]) {
    for change in changes.iter().filter(|change| change.verb == Verb::Created) {
        sandbox.engine.note_created(&change.id);
    }
    if operation.is_list() {
        sandbox.engine.note_listed();
    }
}

fn without_filter(request: &Request) -> Option<Request> {
    let fields = form_urlencoded::parse(request.query().as_bytes());
    let rest = fields.filter(|(name, _)| name != "filter");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(rest)
        .finish();
    let mut parts = request.uri.clone().into_parts();
    let target = format!("{}?{query}", request.path());
    parts.path_and_query = Some(target.parse().ok()?);
    Some(Request {
        uri: Uri::from_parts(parts).ok()?,
        ..request.clone()
    })
}

fn without_filter_in_body(request: &Request) -> Option<Request> {
    let mut body: Value = serde_json::from_slice(&request.body).ok()?;
    let members = body.as_object_mut()?;
    members.retain(|name, _| !name.eq_ignore_ascii_case("filter"));
    Some(Request {
        body: Bytes::from(body.to_string()),
        ..request.clone()
    })
}
