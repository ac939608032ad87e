//! The faces of the double. Each parses, calls what is below, and replies in its own dialect.

pub(crate) mod center;
pub(crate) mod control;
mod half;
mod identity;
mod listing;
pub(crate) mod oauth;
pub(crate) mod oddity;
pub(crate) mod page;
mod past;
mod place;
pub(crate) mod problem;
mod rules;
pub(crate) mod scim;
mod subject;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::StatusCode;
use http::header::{ALLOW, CONNECTION};

use self::problem::problem;
pub(crate) use self::scim::recognise;
use crate::app::call::{Call, Outcome};
use crate::app::{auth, hosts};
use crate::exchange::{IntoReply, Reply, Request};
use crate::oauth::error::{ErrorCode, OAuthError};
use crate::operation::{self, Door, Operation, Surface, Unrouted};
use crate::profile::Profile;
use crate::sandbox::Holding;
use crate::sandbox::Sandbox;
use crate::scenario::plan::{DataVerb, Plan};
use crate::scim::error::ScimError;
use crate::scim::v1::error::Refused;

/// The true answer to a call.
pub(crate) async fn answer(call: Call<'_>) -> Outcome {
    match call.operation.surface() {
        Surface::Scim => scim::answer(call).await,
        // Boxed, so that the many requests for SCIM need not carry room for what these remember between two steps.
        Surface::Identity => Box::pin(identity::answer(call)).await,
        Surface::OAuth => Box::pin(oauth::answer(call)).await,
        Surface::Center => Box::pin(center::answer(call)).await,
        // The router of the product port finds neither of these.
        Surface::Probe | Surface::Control => {
            Outcome::unchanged(Reply::empty(StatusCode::NOT_FOUND))
        }
    }
}

/// Whether the handler of an operation may wait before it has its answer.
pub(crate) fn may_wait(operation: Operation, plan: &Plan) -> bool {
    match operation.surface() {
        // Nothing of SCIM waits by itself; a rule can make it.
        Surface::Scim | Surface::Identity => {
            let mut verbs = plan.data.iter();
            verbs.any(|verb| matches!(verb, DataVerb::Racy(_)))
        }
        Surface::OAuth | Surface::Center | Surface::Probe | Surface::Control => true,
    }
}

/// The true answer to a call whose handler does not wait: most requests are of this kind and need no task of their own.
pub(crate) fn answer_at_once(call: Call<'_>) -> Outcome {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(answer(call)).poll(&mut context) {
        Poll::Ready(outcome) => outcome,
        // What does not wait is ready at once: this would be a mistake in `may_wait`.
        Poll::Pending => {
            debug_assert!(false, "{} waited", call.operation.name());
            Outcome::unchanged(Reply::empty(StatusCode::INTERNAL_SERVER_ERROR))
        }
    }
}

/// Whether an operation answers people, with pages, where a program would be answered with its error.
pub(crate) fn answers_people(operation: Operation, request: &Request) -> bool {
    match operation.surface() {
        Surface::OAuth => matches!(
            operation,
            Operation::Authorize
                | Operation::LoginPage
                | Operation::Login
                | Operation::ApprovePage
                | Operation::Approve
        ),
        Surface::Center => center::asked_by_person(request),
        Surface::Scim | Surface::Identity | Surface::Probe | Surface::Control => false,
    }
}

/// What comes of a call that never reaches its handler: an answer that the rules replace, and what its token was worth.
pub(crate) fn untouched(call: Call<'_>) -> Outcome {
    Outcome {
        token: auth::token_facts(call.sandbox, call.request),
        ..Outcome::unchanged(Reply::empty(StatusCode::SERVICE_UNAVAILABLE))
    }
}

/// The answer of a world to a path that nothing answers, or nothing with that method.
pub(crate) fn refuse_in(
    sandbox: &Sandbox,
    unrouted: &Unrouted,
    (request, path): (&Request, &str),
) -> Reply {
    let method = &request.method;
    match unrouted.surface {
        Surface::Center => {
            center::unrouted(sandbox, request, unrouted).unwrap_or_else(|| refuse(unrouted, path))
        }
        Surface::Scim => scim::unrouted::answer(sandbox, (method, path), &unrouted.allow),
        Surface::Identity => identity::unrouted::answer(sandbox, (method, path), &unrouted.allow),
        _ => refuse(unrouted, path),
    }
}

/// The refusal of a path that nothing answers, or nothing with that method.
pub(crate) fn refuse(unrouted: &Unrouted, path: &str) -> Reply {
    let surface = unrouted.surface;
    if unrouted.allow.is_empty() {
        let detail = "nothing answers this path";
        return refusal((surface, path), StatusCode::NOT_FOUND, detail);
    }
    let allow = unrouted.allow.join(", ");
    let detail = format!("this path answers {allow}");
    let reply = refusal((surface, path), StatusCode::METHOD_NOT_ALLOWED, &detail);
    reply.with_header(ALLOW, allow)
}

/// The refusal of a request to a host of the real service that the double does not stand in for, or that has no such
/// path; `None` if the host answers it.
pub(crate) fn wrong_host(request: &Request, path: &str) -> Option<Reply> {
    let (status, detail) = hosts::refusal(request, path)?;
    if status == StatusCode::MISDIRECTED_REQUEST {
        return Some(hosts::misdirected(&detail));
    }
    let surface = operation::surface_of(Door::Product, path);
    Some(refusal((surface, path), status, &detail))
}

/// The refusal of a path into a world that is not there.
pub(crate) fn no_such_sandbox((surface, path): (Surface, &str), id: &str) -> Reply {
    let detail = format!("there is no sandbox {id:?}");
    refusal((surface, path), StatusCode::NOT_FOUND, &detail)
}

/// The refusal of a body that is larger than the double takes; SCIM says how much that is.
pub(crate) fn too_large_for((operation, path): (Operation, &str), profile: &Profile) -> Reply {
    match operation.surface() {
        Surface::Scim if operation == Operation::Bulk => {
            ScimError::bulk_too_large("maxPayloadSize", profile.bulk_payload_bytes).into_reply()
        }
        Surface::Scim => ScimError::too_large(profile.body_bytes).into_reply(),
        other => too_large(other, path),
    }
}

/// The refusal of a request that would make more of something than the double keeps.
pub(crate) fn full_of((surface, path): (Surface, &str), full: &Holding) -> Reply {
    let detail = full.refusal();
    refusal((surface, path), StatusCode::INSUFFICIENT_STORAGE, &detail)
}

/// The refusal of a request that two readers could take for different ones; the connection ends with it.
///
/// [RFC 9112 section 11.2](https://www.rfc-editor.org/rfc/rfc9112#section-11.2).
pub(crate) fn malformed((surface, path): (Surface, &str), why: &str) -> Reply {
    refusal((surface, path), StatusCode::BAD_REQUEST, why).with_header(CONNECTION, "close")
}

/// The refusal of a body that is larger than the double takes.
pub(crate) fn too_large(surface: Surface, path: &str) -> Reply {
    let detail = "the body is larger than this server takes";
    refusal((surface, path), StatusCode::PAYLOAD_TOO_LARGE, detail)
}

/// A refusal from outside any handler, in the dialect of the surface.
fn refusal((surface, path): (Surface, &str), status: StatusCode, detail: &str) -> Reply {
    match surface {
        Surface::Scim | Surface::Probe => ScimError::plain(status, detail).into_reply(),
        Surface::Identity => Refused::of(ScimError::plain(status, detail), path).into_reply(),
        Surface::OAuth => {
            let mut reply = OAuthError::direct(ErrorCode::InvalidRequest, detail).into_reply();
            reply.status = status;
            reply
        }
        Surface::Center | Surface::Control => problem(
            status,
            status.canonical_reason().unwrap_or("Error"),
            detail,
            &[],
        ),
    }
}
