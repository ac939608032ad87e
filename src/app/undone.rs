//! What the rules wanted done with a request and nobody could do, because there was nothing to do it to.

use serde_json::Value;

use super::auth;
use super::call::Outcome;
use crate::exchange::Request;
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::plan::{Mutation, Part, Plan, TokenVerb};

/// Tells on the plan what is not done, by the request that arrived and the answer before the rules changed it.
pub(super) fn tell(
    sandbox: &Sandbox,
    (operation, request): (Operation, &Request),
    plan: &mut Plan,
    outcome: &Outcome,
) {
    if let Some(verb) = &plan.token {
        let revoked = verb.revoke.is_some() && !auth::presents_known(sandbox, request);
        let why = if revoked {
            Some("no token came that anybody knows")
        } else {
            of_gift(verb, plan, outcome)
        };
        if let Some(why) = why {
            plan.undone(Part::Token, why.to_owned());
        }
    }
    if let Some(why) = plan.delivery.lacks(request.version) {
        plan.undone(Part::Delivery, why.to_owned());
    }
    for (mutation, why) in [
        (Mutation::FilterIgnored, "there is no filter"),
        (Mutation::PageDrift, "the first page stays"),
    ] {
        if !operation.is_list() || asks(&mutation, operation, request) {
            continue;
        }
        for place in 0..plan.mutations.len() {
            if plan.mutations.get(place) == Some(&mutation) {
                plan.undone(Part::Mutation(place), why.to_owned());
            }
        }
    }
}

/// What is wrong with a change to a token that the answer was to give.
fn of_gift(verb: &TokenVerb, plan: &Plan, outcome: &Outcome) -> Option<&'static str> {
    if verb.gives_as_ever() {
        return None;
    }
    let body: Value = serde_json::from_slice(&outcome.reply.body).unwrap_or_default();
    if !plan.commit || body.get("access_token").is_none() {
        return Some("no token was given");
    }
    let rotates = !verb.rotate || body.get("refresh_token").is_some();
    (!rotates).then_some("there is no refresh token to replace")
}

/// Whether a request asks for what a change of what is asked can be made to.
fn asks(mutation: &Mutation, operation: Operation, request: &Request) -> bool {
    let is_it = |name: &str, value: &str| {
        if *mutation == Mutation::FilterIgnored {
            return name.eq_ignore_ascii_case("filter") && !value.is_empty();
        }
        let index = value.parse().unwrap_or(1_u64);
        name.eq_ignore_ascii_case("startIndex") && index > 1
    };
    if operation.is_search() {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let mut members = body.as_object().into_iter().flatten();
        return members.any(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), Into::into);
            is_it(name, &text)
        });
    }
    let mut fields = form_urlencoded::parse(request.query().as_bytes());
    fields.any(|(name, value)| is_it(&name, &value))
}
