//! The life of a request, from a plain [`Request`] to a plain answer.
//!
//! It knows nothing of hyper, sockets or files. Read [`App::answer`] from top to bottom and you know the server.

pub mod auth;
mod call;
pub(crate) mod connections;
pub mod control;
mod done;
mod gate;
pub(crate) mod handshake;
pub(crate) mod head;
mod hosts;
mod instead;
pub mod journal_json;
pub(crate) mod sandboxes;
pub mod surface;
mod target;
mod undone;
mod vary;
pub mod verdict_json;

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, OnceLock};

use bytes::Bytes;

use self::call::Call;
use self::connections::OpenConnections;
use self::control::Largest;
use self::done::{Done, note};
use self::gate::Decided;
use self::sandboxes::Sandboxes;
use crate::clock::{Clock, Timestamp};
use crate::exchange::{Arrived, Delivered, Delivery, Reply, Request, Spelling};
use crate::operation::{self, Door, Operation, Surface};
use crate::sandbox::{Outfit, Port, Sandbox};
use crate::scenario::plan::Plan;
use crate::scim::resource_type::ResourceTypes;
use crate::variation::Manner;

/// An answer on its way out: the socket's part begins here.
#[derive(Debug)]
pub struct Sent {
    /// The answer.
    pub reply: Reply,
    /// How it leaves.
    pub delivery: Delivery,
    /// How it is written where HTTP leaves that open.
    pub spelling: Spelling,
    /// Where to note what really left.
    pub delivered: Arc<Delivered>,
    /// The sandbox clock that stalls and pauses wait on.
    pub clock: Clock,
    /// When the answer was ready, on that clock: its `Date`.
    pub answered: Timestamp,
}

/// An answer that is there, or one in the making.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every answer is the large one, and is not worth a piece of memory of its own"
)]
pub(crate) enum Answering {
    /// It is there.
    Now(Sent),
    /// It waits for something: a delay that the rules want, or a look-up.
    Later(Pin<Box<dyn Future<Output = Sent> + Send>>),
    /// The head is there, and the body comes for as long as there is any.
    Flowing(Box<(Sent, Box<dyn Pieces>)>),
}

/// The next piece of a body that comes piece by piece, and what gives the one after it.
pub(crate) type Piece = Pin<Box<dyn Future<Output = Option<(Bytes, Box<dyn Pieces>)>> + Send>>;

/// A body that comes piece by piece.
pub(crate) trait Pieces: Send {
    /// Waits for the next piece; there is none after the last.
    fn next(self: Box<Self>) -> Piece;
}

/// Opens a port for the world of that name; it closes when what is returned is dropped.
pub(crate) type Ports = Arc<dyn Fn(&str) -> std::io::Result<(SocketAddr, Port)> + Send + Sync>;

/// What the rules want where none is about a request.
static NOTHING_UNUSUAL: LazyLock<Plan> = LazyLock::new(Plan::default);

/// The server behind both ports: every world, and the way a request takes through one.
pub struct App {
    pub(crate) sandboxes: Sandboxes,
    /// Who is connected to the product ports.
    pub(crate) connections: Arc<OpenConnections>,
    /// How large a request may be; nobody says where no socket reads any.
    pub(crate) largest: Option<Largest>,
    pub(crate) outfit: Outfit,
    /// What every world of this process serves.
    pub(crate) types: Arc<ResourceTypes>,
    /// Where the product port is reached from outside, without a trailing slash.
    pub(crate) origin: String,
    /// Opens a port for one world alone, so that its connections can be told from others'.
    pub(crate) ports: OnceLock<Ports>,
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
            connections: Arc::new(OpenConnections::new(connections::MOST)),
            largest: None,
            outfit,
            origin,
            ports: OnceLock::new(),
        }
    }

    /// Answers one request to the product port.
    pub(crate) fn answer(&self, arrived: Arrived) -> Answering {
        let request = arrived.request;
        let (sandbox, path) = match self.sandboxes.select(&request) {
            Ok(found) => found,
            Err(unknown) => return Answering::Now(self.unknown_sandbox(&request, &unknown.id)),
        };
        let began = sandbox.journal.begin();
        let refused = |operation, reply| {
            let done = Done::refused(operation, reply);
            Answering::Now(note(&sandbox, began, &request, done))
        };
        if let Some(why) = arrived.malformed {
            let surface = operation::surface_of(Door::Product, path);
            return refused(None, surface::malformed((surface, path), why));
        }
        if let Some(refusal) = surface::wrong_host(&request, path) {
            return refused(None, refusal);
        }
        let (operation, parts) = match surface::recognise(&sandbox, &request.method, path) {
            Ok(found) => found,
            Err(unrouted) => {
                let refusal = surface::refuse_in(&sandbox, &unrouted, (&request, path));
                return refused(None, refusal);
            }
        };
        if arrived.is_too_large {
            let refusal = surface::too_large_for((operation, path), &sandbox.profile);
            return refused(Some(operation), refusal);
        }
        if let Some(full) = sandbox.refuses_more(operation) {
            let refusal = surface::full_of((operation.surface(), path), &full);
            return refused(Some(operation), refusal);
        }
        let asked = (operation, &*parts);
        let manner = vary::manner(&sandbox, operation, &request);
        let Decided { plan, near, ticket } = gate::decide(&sandbox, operation, &request);
        let mut done = match plan {
            None if !surface::may_wait(operation, &NOTHING_UNUSUAL) => {
                healthy(&sandbox, asked, &request, manner.as_ref())
            }
            Some(plan) if !plan.waits() && !surface::may_wait(operation, &plan) => {
                planned(&sandbox, asked, &request, (plan, manner.as_ref()))
            }
            plan => {
                let plan = plan.unwrap_or_default();
                return Answering::Later(Box::pin(async move {
                    let hold = plan.hold;
                    gate::hold(&sandbox, &request, &plan).await;
                    let how = (plan, manner.as_ref());
                    let mut done = waited(&sandbox, operation, &request, how).await;
                    gate::hold_back(&sandbox, &request, hold).await;
                    (done.near, done.ticket) = (near, ticket);
                    note(&sandbox, began, &request, done)
                }));
            }
        };
        (done.near, done.ticket) = (near, ticket);
        Answering::Now(note(&sandbox, began, &request, done))
    }

    /// Answers one request to the control port; no rule, fault or clock of any world has a part in it.
    pub(crate) fn answer_control(self: &Arc<Self>, arrived: &Arrived) -> Answering {
        let sent = |reply| unjournalled(reply, Clock::system());
        if let Some(why) = arrived.malformed {
            let asked = (Surface::Control, arrived.request.path());
            return Answering::Now(sent(surface::malformed(asked, why)));
        }
        match surface::control::answer(self, arrived) {
            surface::control::Answer::Whole(reply) => Answering::Now(sent(reply)),
            surface::control::Answer::Flowing(reply, pieces) => {
                Answering::Flowing(Box::new((sent(reply), pieces)))
            }
        }
    }

    fn unknown_sandbox(&self, request: &Request, id: &str) -> Sent {
        let path = sandboxes::within(request.path());
        let surface = operation::surface_of(Door::Product, path);
        let reply = surface::no_such_sandbox((surface, path), id);
        unjournalled(reply, self.sandboxes.default().clock.clone())
    }
}

/// Handles a request that no rule is about and whose handler does not wait: nearly every one.
fn healthy(
    sandbox: &Arc<Sandbox>,
    (operation, parts): (Operation, &[&str]),
    request: &Request,
    manner: Option<&Manner>,
) -> Done {
    let mut outcome = surface::answer_at_once(Call {
        sandbox,
        operation,
        parts,
        request,
        plan: &NOTHING_UNUSUAL,
        manner,
    });
    gate::note(sandbox, operation, &outcome.changes);
    let spelling = match manner {
        None => Spelling::default(),
        Some(manner) => {
            let asked = (operation, request);
            vary::shape(manner, asked, &NOTHING_UNUSUAL, &mut outcome);
            vary::spell(manner, request, &NOTHING_UNUSUAL, &mut outcome)
        }
    };
    Done {
        spelling,
        ..Done::plainly(Some(operation), outcome)
    }
}

/// Handles a request as the rules want, where neither they nor the handler wait.
fn planned(
    sandbox: &Arc<Sandbox>,
    (operation, parts): (Operation, &[&str]),
    request: &Request,
    (mut plan, manner): (Plan, Option<&Manner>),
) -> Done {
    gate::prepare(sandbox, request, &mut plan);
    let call = Call {
        sandbox,
        operation,
        parts,
        request: &gate::as_handled(&plan, operation, request),
        plan: &plan,
        manner,
    };
    let aside = gate::Aside::look(call);
    let outcome = if plan.commit {
        surface::answer_at_once(call)
    } else {
        surface::untouched(call)
    };
    Done::altered(
        sandbox,
        (operation, request),
        (plan, manner),
        &aside,
        outcome,
    )
}

/// Handles a request after its delay, by a handler that may wait as well.
async fn waited(
    sandbox: &Arc<Sandbox>,
    operation: Operation,
    request: &Request,
    (mut plan, manner): (Plan, Option<&Manner>),
) -> Done {
    gate::prepare(sandbox, request, &mut plan);
    let path = sandboxes::within(request.path());
    // It was recognised before the wait.
    let parts = surface::recognise(sandbox, &request.method, path)
        .map(|(_, parts)| parts)
        .unwrap_or_default();
    let call = Call {
        sandbox,
        operation,
        parts: &parts,
        request: &gate::as_handled(&plan, operation, request),
        plan: &plan,
        manner,
    };
    let aside = gate::Aside::look(call);
    let outcome = if plan.commit {
        surface::answer(call).await
    } else {
        surface::untouched(call)
    };
    Done::altered(
        sandbox,
        (operation, request),
        (plan, manner),
        &aside,
        outcome,
    )
}

/// A healthy answer that no journal holds.
fn unjournalled(reply: Reply, clock: Clock) -> Sent {
    Sent {
        reply,
        delivery: Delivery::Whole,
        spelling: Spelling::default(),
        delivered: Arc::default(),
        answered: clock.now(),
        clock,
    }
}
