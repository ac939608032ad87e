//! The life of a request, from a plain [`Request`] to a plain answer.
//!
//! It knows nothing of hyper, sockets or files. Read [`App::answer`] from top to bottom and you know the server.

pub mod auth;
pub mod control;
mod gate;
pub mod journal_json;
pub(crate) mod sandboxes;
pub mod surface;

use std::sync::Arc;

use self::sandboxes::Sandboxes;
use self::surface::{Call, Outcome};
use crate::clock::Clock;
use crate::entry::{Event, Exchange};
use crate::exchange::{Delivered, Delivery, IntoReply, Reply, Request};
use crate::journal::Began;
use crate::operation::{self, Door, Operation, Unrouted};
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
    pub async fn answer(&self, request: Request) -> Sent {
        let (sandbox, path) = match self.sandboxes.select(&request) {
            Ok(found) => found,
            Err(unknown) => return self.unknown_sandbox(&request, &unknown.id),
        };
        let began = sandbox.journal.begin();
        let (operation, parts) = match operation::recognise(Door::Product, &request.method, path) {
            Ok(found) => found,
            Err(unrouted) => {
                let outcome = Outcome::unchanged(unrouted.into_reply());
                return note(&sandbox, began, request, None, (Plan::default(), outcome));
            }
        };
        let plan = gate::ask(&sandbox, operation, &request, &parts).await;
        if let Some(kind) = plan.token.as_ref().and_then(|token| token.revoke) {
            auth::revoke_presented(&sandbox, &request, kind);
        }
        let call = Call {
            sandbox: &sandbox,
            operation,
            parts: &parts,
            request: &request,
            plan: &plan,
        };
        let mut outcome = if plan.commit {
            surface::answer(call).await
        } else {
            surface::untouched(call)
        };
        outcome.reply = gate::alter(&sandbox, &plan, operation, outcome.reply);
        note(&sandbox, began, request, Some(operation), (plan, outcome))
    }

    /// Answers one request to the control port; no rule, fault or clock of any world has a part in it.
    pub async fn answer_control(self: &Arc<Self>, request: Request) -> Sent {
        let reply = surface::control::answer(self, &request).await;
        Sent {
            reply,
            delivery: Delivery::Whole,
            delivered: Arc::default(),
            clock: Clock::system(),
        }
    }

    fn unknown_sandbox(&self, request: &Request, id: &str) -> Sent {
        let reply = surface::no_such_sandbox(request.path(), id);
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
    request: Request,
    operation: Option<Operation>,
    done: (Plan, Outcome),
) -> Sent {
    let (plan, outcome) = done;
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

impl IntoReply for Unrouted {
    fn into_reply(self) -> Reply {
        surface::refuse(&self)
    }
}
