//! Lawful variation on the way of a request: in which manner it is answered, beside what the rules want.

use std::collections::BTreeMap;

use http::header::CONNECTION;
use serde_json::Value;

use crate::app::call::Outcome;
use crate::app::gate;
use crate::entry::Choice;
use crate::exchange::{Delivery, Request, Spelling};
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::plan::{Plan, RetryAfterForm};
use crate::variation::{Answered, Manner};

/// The parameters that lead from page to page of one query, which is answered in one manner.
const OF_PAGES: [&str; 3] = ["startIndex", "count", "cursor"];

/// In which manner a request is answered; `None`, and nothing looked at, where nothing varies.
///
/// Whoever is meant, by whichever words, is a part of it, and so is what is asked; when and by which connection it
/// comes is not.
pub(crate) fn manner(sandbox: &Sandbox, operation: Operation, request: &Request) -> Option<Manner> {
    let variation = sandbox.variation?;
    let facts = gate::all_facts(sandbox, operation, request);
    let subject = facts.subject.map(|subject| subject.key);
    let about = subject.unwrap_or_else(|| {
        let query: BTreeMap<_, _> = facts.query.into_iter().collect();
        let asked = query.into_iter();
        let asked = asked.filter(|(name, _)| !OF_PAGES.contains(&name.as_str()));
        asked.fold(String::new(), |text, (name, value)| {
            text + &name + "=" + &value + "&"
        })
    });
    Some(variation.manner(format!("{}/{about}", operation.name())))
}

/// Varies what the handler answered, before the rules alter it; an answer that they replace is left to them.
pub(crate) fn shape(
    manner: &Manner,
    (operation, request): (Operation, &Request),
    plan: &Plan,
    outcome: &mut Outcome,
) {
    if plan.reply.is_some() || !plan.commit {
        return;
    }
    let asked = Answered {
        operation,
        names_attributes: names_attributes(operation, request),
        version: request.version,
        is_last: is_last(request),
        is_scripted: is_scripted(plan),
    };
    let chosen = manner.shape(asked, &mut outcome.reply);
    outcome.varied.extend(chosen);
}

/// Whether the client says itself which attributes it wants: in the query, or in the body of a search.
fn names_attributes(operation: Operation, request: &Request) -> bool {
    let is_one = |name: &str| name.to_ascii_lowercase().ends_with("attributes");
    if operation.is_search() {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        return body
            .as_object()
            .is_some_and(|members| members.keys().any(|name| is_one(name)));
    }
    form_urlencoded::parse(request.query().as_bytes()).any(|(name, _)| is_one(&name))
}

/// Whether the client lets the connection end with the answer,
/// [RFC 9112 section 9.6](https://www.rfc-editor.org/rfc/rfc9112#section-9.6).
fn is_last(request: &Request) -> bool {
    let options = request.headers.get_all(CONNECTION).iter();
    let mut options = options.filter_map(|value| value.to_str().ok());
    options.any(|options| options.to_ascii_lowercase().contains("close"))
}

/// Decides what the rules leave open in an answer of their own.
pub(crate) fn settle(manner: &Manner, plan: &mut Plan, chosen: &mut Vec<Choice>) {
    let Some(reply) = &mut plan.reply else {
        return;
    };
    if reply.retry_after.is_some() && reply.retry_after_as == RetryAfterForm::Open {
        reply.retry_after_as = if manner.retry_after_is_date(chosen) {
            RetryAfterForm::HttpDate
        } else {
            RetryAfterForm::Seconds
        };
    }
}

/// How the socket writes the answer; one that leaves in an unusual way is written as it always was.
pub(crate) fn spell(
    manner: &Manner,
    request: &Request,
    plan: &Plan,
    outcome: &mut Outcome,
) -> Spelling {
    if plan.delivery != Delivery::Whole {
        return Spelling::default();
    }
    let (spelling, chosen) = manner.spell(&request.method, request.version, &outcome.reply);
    outcome.varied.extend(chosen);
    spelling
}

/// Whether a rule works on the answer of the handler, so that it must find there what it works on.
pub(crate) fn is_scripted(plan: &Plan) -> bool {
    !plan.mutations.is_empty()
        || plan.delivery != Delivery::Whole
        || plan.token.is_some()
        || !plan.data.is_empty()
}
