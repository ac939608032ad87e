//! The life of a request, from a plain [`Request`] to a plain answer.
//!
//! It knows nothing of hyper, sockets or files. Read [`App::answer`] from top to bottom and you know the server.

pub mod auth;
mod call;
pub mod control;
mod gate;
pub mod journal_json;
pub(crate) mod sandboxes;
pub mod surface;
mod target;
pub mod verdict_json;

use std::sync::Arc;

use self::call::{Call, Outcome};
use self::sandboxes::Sandboxes;
use crate::clock::{Clock, Timestamp};
use crate::entry::{Event, Exchange, Fired};
use crate::exchange::{Arrived, Delivered, Delivery, Reply, Request};
use crate::journal::Began;
use crate::operation::{self, Door, Operation};
use crate::sandbox::{Outfit, Sandbox};
use crate::scim::resource_type::ResourceTypes;

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
    /// When the answer was ready, on that clock: its `Date`.
    pub answered: Timestamp,
}

/// The server behind both ports: every world, and the way a request takes through one.
pub struct App {
    pub(crate) sandboxes: Sandboxes,
    pub(crate) outfit: Outfit,
    /// What every world of this process serves.
    pub(crate) types: Arc<ResourceTypes>,
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
            types: Arc::clone(&default.setting.types),
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
                let asked = (&request.method, path);
                let done = Done::refused(None, surface::refuse_in(&sandbox, &unrouted, asked));
                return note(&sandbox, began, request, done);
            }
        };
        if arrived.is_too_large {
            let refusal = surface::too_large_for((operation, path), &sandbox.profile);
            let done = Done::refused(Some(operation), refusal);
            return note(&sandbox, began, request, done);
        }
        let plan = gate::decide(&sandbox, operation, &request);
        gate::hold(&sandbox, &request, &plan).await;
        gate::revoke(&sandbox, &request, &plan);
        let handled = gate::as_handled(&plan, operation, &request);
        let call = Call {
            sandbox: &sandbox,
            operation,
            parts: &parts,
            request: &handled,
            plan: &plan,
        };
        let outcome = if plan.commit {
            surface::answer(call).await
        } else {
            surface::untouched(call)
        };
        let altered = gate::alter(&sandbox, (operation, &request), &plan, outcome);
        let done = Done {
            operation: Some(operation),
            fired: altered.fired,
            outcome: altered.outcome,
            delivery: plan.delivery,
        };
        note(&sandbox, began, request, done)
    }

    /// Answers one request to the control port; no rule, fault or clock of any world has a part in it.
    pub(crate) fn answer_control(self: &Arc<Self>, arrived: &Arrived) -> Sent {
        let reply = surface::control::answer(self, arrived);
        unjournalled(reply, Clock::system())
    }

    fn unknown_sandbox(&self, request: &Request, id: &str) -> Sent {
        let path = sandboxes::within(request.path());
        let surface = operation::surface_of(Door::Product, path);
        let reply = surface::no_such_sandbox((surface, path), id);
        unjournalled(reply, self.sandboxes.default().clock.clone())
    }
}

/// A healthy answer that no journal holds.
fn unjournalled(reply: Reply, clock: Clock) -> Sent {
    Sent {
        reply,
        delivery: Delivery::Whole,
        delivered: Arc::default(),
        answered: clock.now(),
        clock,
    }
}

/// What was done with a request.
struct Done {
    operation: Option<Operation>,
    fired: Vec<Fired>,
    outcome: Outcome,
    delivery: Delivery,
}

impl Done {
    /// It was refused before anybody looked at it.
    fn refused(operation: Option<Operation>, reply: Reply) -> Self {
        Self {
            operation,
            fired: Vec::new(),
            outcome: Outcome::unchanged(reply),
            delivery: Delivery::Whole,
        }
    }
}

/// Journals an exchange, before its first byte leaves, and hands the answer to the socket.
fn note(sandbox: &Sandbox, began: Began, request: Request, done: Done) -> Sent {
    let delivered = Arc::<Delivered>::default();
    let answered = sandbox.clock.now();
    let sent = Sent {
        reply: done.outcome.reply.clone(),
        delivery: done.delivery.clone(),
        delivered: Arc::clone(&delivered),
        clock: sandbox.clock.clone(),
        answered,
    };
    let exchange = Exchange {
        request,
        operation: done.operation,
        subject: done.outcome.subject,
        token: done.outcome.token,
        fired: done.fired,
        changes: done.outcome.changes,
        reply: done.outcome.reply,
        answered,
        delivery: done.delivery,
        delivered,
    };
    sandbox
        .journal
        .append(began, Event::Exchange(Box::new(exchange)));
    sent
}
