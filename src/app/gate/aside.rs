//! What the rules want shown in place of the truth, looked up before the request is handled.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH};
use http::{Method, StatusCode, Uri};
use serde_json::Value;

use crate::app::call::Call;
use crate::app::surface;
use crate::exchange::Request;
use crate::operation::Operation;
use crate::scenario::plan::{Mutation, Plan};

/// Resources as the client that asks would see them before its request is handled.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    /// The one that is about to change.
    pub(super) earlier: Option<Value>,
    /// A few of the same type.
    pub(super) others: Vec<Value>,
}

impl Aside {
    /// Looks up what the plan of a call needs, and nothing where it needs nothing.
    pub(crate) fn look(call: Call<'_>) -> Self {
        let wants = |mutation| call.plan.mutations.contains(mutation);
        let earlier = wants(&Mutation::StaleBody).then(|| earlier(call));
        let others = wants(&Mutation::OtherResource).then(|| others(call));
        Self {
            earlier: earlier.flatten(),
            others: others.flatten().unwrap_or_default(),
        }
    }
}

fn earlier(call: Call<'_>) -> Option<Value> {
    let operation = call.operation.reading()?;
    let request = reading(call.request, call.request.uri.clone());
    ask(call, (operation, call.parts), &request)
}

fn others(call: Call<'_>) -> Option<Vec<Value>> {
    let operation = call.operation.listing()?;
    let path = call.request.path().trim_end_matches('/');
    let (of_list, parts) = if call.operation.row().method == "POST" {
        (path, call.parts)
    } else {
        let (of_list, _id) = path.rsplit_once('/')?;
        (of_list, call.parts.split_last()?.1)
    };
    let target: Uri = format!("{of_list}?count=2").parse().ok()?;
    let mut list = ask(call, (operation, parts), &reading(call.request, target))?;
    // The older dialect writes the name in small letters.
    let members = list.as_object_mut()?;
    let rows = members.remove("Resources").or(members.remove("resources"));
    match rows {
        Some(Value::Array(rows)) => Some(rows),
        _ => None,
    }
}

/// The request as a GET of an address, by the same client.
fn reading(request: &Request, uri: Uri) -> Request {
    let mut reading = Request {
        method: Method::GET,
        uri,
        body: bytes::Bytes::new(),
        ..request.clone()
    };
    for name in [CONTENT_TYPE, CONTENT_LENGTH, IF_MATCH, IF_NONE_MATCH] {
        reading.headers.remove(name);
    }
    reading
}

fn ask(
    call: Call<'_>,
    (operation, parts): (Operation, &[&str]),
    request: &Request,
) -> Option<Value> {
    let outcome = surface::answer_at_once(Call {
        operation,
        parts,
        request,
        plan: &Plan::default(),
        manner: None,
        sandbox: call.sandbox,
    });
    let is_found = outcome.reply.status == StatusCode::OK;
    is_found.then(|| serde_json::from_slice(&outcome.reply.body).ok())?
}
