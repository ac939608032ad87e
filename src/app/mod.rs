//! The life of a request, from a plain [`Request`] to a plain answer.
//!
//! It knows nothing of hyper, sockets or files. Read [`App::answer`] from top to bottom and you know the server.

pub mod auth;
pub mod control;
mod gate;
pub mod journal_json;
pub(crate) mod sandboxes;
pub mod surface;
mod target;
pub mod verdict_json;
mod watch;

use std::sync::Arc;

use self::sandboxes::Sandboxes;
use self::surface::{Call, Outcome};
use self::watch::Watch;
use crate::clock::Clock;
use crate::entry::{Event, Exchange};
use crate::exchange::{Arrived, Delivered, Delivery, Reply, Request};
use crate::journal::Began;
use crate::operation::{self, Door, Operation};
use crate::sandbox::{Outfit, Sandbox};
use crate::scenario::plan::Plan;

/// An answer on its way out: the socket's part begins here.
#[derive(Debug)]
pub struct Sent {
    /// The answer.
    pub reply: Reply,
    /// How it leaves.
    pub delivery: Delivery,
    /// Where to note what really left.
    pub delivered: Arc<Delivered>,
    /// The sandbox clock that stalls and pauses wait on.
    pub clock: Clock,
}

/// The server behind both ports: every world, and the way a request takes through one.
pub struct App {
    pub(crate) sandboxes: Sandboxes,
    pub(crate) outfit: Outfit,
    /// Where the product port is reached from outside, without a trailing slash.
    pub(crate) origin: String,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl App {
    /// A server with one world.
    pub fn new(default: Sandbox, origin: String, outfit: Outfit) -> Self {
        Self {
            sandboxes: Sandboxes::new(Arc::new(default)),
            outfit,
            origin,
        }
    }

    /// Answers one request to the product port.
    pub(crate) async fn answer(&self, arrived: Arrived) -> Sent {
        let request = arrived.request;
        let (sandbox, path) = match self.sandboxes.select(&request) {
            Ok(found) => found,
            Err(unknown) => return self.unknown_sandbox(&request, &unknown.id),
        };
        let began = sandbox.journal.begin();
        let (operation, parts) = match operation::recognise(Door::Product, &request.method, path) {
            Ok(found) => found,
            Err(unrouted) => {
                let outcome = Outcome::unchanged(surface::refuse(&unrouted));
                return note(
                    &sandbox,
                    began,
                    (request.clone(), None),
                    (Plan::default(), outcome),
                );
            }
        };
        if arrived.is_too_large {
            let outcome = Outcome::unchanged(surface::too_large(operation.surface()));
            return note(
                &sandbox,
                began,
                (request.clone(), Some(operation)),
                (Plan::default(), outcome),
            );
        }
        let plan = gate::decide(&sandbox, operation, &request);
        let watch = Watch::over(&sandbox, began, (&request, operation), &plan);
        gate::hold(&sandbox, &request, &plan).await;
        if let Some(kind) = plan.token.as_ref().and_then(|token| token.revoke) {
            auth::revoke_presented(&sandbox, &request, kind);
        }
        let handled = gate::as_handled(&plan, operation, &request);
        let call = Call {
            sandbox: &sandbox,
            operation,
            parts: &parts,
            request: &handled,
            plan: &plan,
        };
        let mut outcome = if plan.commit {
            surface::answer(call).await
        } else {
            surface::untouched(call)
        };
        let altered = gate::alter(
            &Call {
                request: &request,
                ..call
            },
            outcome.reply,
        );
        gate::note(&sandbox, operation, &outcome.changes);
        outcome.reply = altered.reply;
        watch.end();
        let plan = Plan {
            fired: altered.fired,
            ..plan
        };
        note(
            &sandbox,
            began,
            (request.clone(), Some(operation)),
            (plan, outcome),
        )
    }

    /// Answers one request to the control port; no rule, fault or clock of any world has a part in it.
    pub(crate) async fn answer_control(self: Arc<Self>, arrived: Arrived) -> Sent {
        let reply = surface::control::answer(&self, &arrived);
        Sent {
            reply,
            delivery: Delivery::Whole,
            delivered: Arc::default(),
            clock: Clock::system(),
        }
    }

    fn unknown_sandbox(&self, request: &Request, id: &str) -> Sent {
        let reply = surface::no_such_sandbox(
            operation::surface_of(Door::Product, sandboxes::within(request.path())),
            id,
        );
        Sent {
            reply,
            delivery: Delivery::Whole,
            delivered: Arc::default(),
            clock: self.sandboxes.default().clock.clone(),
        }
    }
}

/// Journals an exchange, before its first byte leaves, and hands the answer to the socket.
fn note(
    sandbox: &Sandbox,
    began: Began,
    asked: (Request, Option<Operation>),
    done: (Plan, Outcome),
) -> Sent {
    let ((request, operation), (plan, outcome)) = (asked, done);
    let delivered = Arc::<Delivered>::default();
    let sent = Sent {
        reply: outcome.reply.clone(),
        delivery: plan.delivery.clone(),
        delivered: Arc::clone(&delivered),
        clock: sandbox.clock.clone(),
    };
    let exchange = Exchange {
        request,
        operation,
        subject: outcome.subject,
        token: outcome.token,
        fired: plan.fired,
        changes: outcome.changes,
        reply: outcome.reply,
        answered: sandbox.clock.now(),
        delivery: plan.delivery,
        delivered,
    };
    sandbox
        .journal
        .append(began, Event::Exchange(Box::new(exchange)));
    sent
}
