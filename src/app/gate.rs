//! Asks the engine before a request is handled, and alters the answer after.

use std::borrow::Cow;

use http::Uri;

use crate::app::surface::Call;
use crate::entry::{Change, Fired, TokenFacts, Verb};
use crate::exchange::{Reply, Request};
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::facts::Facts;
use crate::scenario::fault::mutate::{self, Listing};
use crate::scenario::plan::{Mutation, Plan};
use crate::scenario::subject::{self, Lookup};

/// What the rules may look at; `lookup` finds the `userName` or `displayName` of an id.
pub(crate) fn facts<'r>(
    operation: Operation,
    request: &'r Request,
    token: TokenFacts,
    lookup: Lookup<'_>,
) -> Facts<'r> {
    let mut facts = Facts::of_request(operation, request);
    facts.token = token;
    facts.subject = subject::resolve(&facts, lookup);
    facts
}

/// What the rules want done to this request; waits the planned delay on the sandbox clock.
pub(crate) async fn ask(sandbox: &Sandbox, facts: &Facts<'_>) -> Plan {
    let plan = sandbox.engine.decide(facts, sandbox.clock.now());
    if !plan.delay.is_zero() {
        match facts.request {
            Some(request) => {
                sandbox
                    .clock
                    .hold(request.connection.peer, plan.delay)
                    .await;
            }
            None => sandbox.clock.sleep(plan.delay).await,
        }
    }
    plan
}

/// The request that the true handler is to see: another one where the rules shift the pages of a list.
pub(crate) fn as_handled<'r>(
    plan: &Plan,
    operation: Operation,
    request: &'r Request,
) -> Cow<'r, Request> {
    let drifts = plan.mutations.contains(&Mutation::PageDrift);
    let shifted = (drifts && is_list(operation))
        .then(|| start_index(request))
        .flatten()
        .filter(|start| *start > 1)
        .and_then(|start| with_start_index(request, start - 1));
    shifted.map_or(Cow::Borrowed(request), Cow::Owned)
}

/// An answer as the rules want it.
#[derive(Debug)]
pub(crate) struct Altered {
    /// The answer.
    pub(crate) reply: Reply,
    /// The rules that acted, with what they could not do.
    pub(crate) fired: Vec<Fired>,
}

/// The answer as the rules want it; `call.request` is the request as it arrived.
pub(crate) fn alter(call: &Call<'_>, reply: Reply) -> Altered {
    let Call {
        sandbox,
        operation,
        request,
        plan,
        ..
    } = *call;
    let mut reply = match &plan.reply {
        Some(planned) => planned.render(operation.surface(), sandbox.clock.now()),
        None => reply,
    };
    let listing = Listing {
        start_index: start_index(request),
        is_stale: &|id, reads| sandbox.engine.is_stale(id, reads),
    };
    let troubles = mutate::alter(&mut reply, &plan.mutations, &listing);
    let mut fired = plan.fired.clone();
    if let Some(last) = fired
        .iter_mut()
        .rfind(|fired| fired.what.contains("mutate"))
        && !troubles.is_empty()
    {
        last.what = format!("{} (not done: {})", last.what, troubles.join("; "));
    }
    Altered { reply, fired }
}

/// Tells the engine what a handled request did, for lists that lag behind.
pub(crate) fn note(sandbox: &Sandbox, operation: Operation, changes: &[Change]) {
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

fn with_start_index(request: &Request, start: u64) -> Option<Request> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(request.query().as_bytes()) {
        if name == "startIndex" {
            query.append_pair(&name, &start.to_string());
        } else {
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
