//! What was done with a request, and the last step of its way: into the journal, and out.

use std::sync::Arc;

use http::header::DATE;

use super::call::Outcome;
use super::{Sent, gate, instead, undone, vary};
use crate::engine::Ticket;
use crate::entry::{Close, Fired};
use crate::exchange::{Delivery, Reply, Request, Spelling};
use crate::journal::{Began, Happened};
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::plan::Plan;
use crate::variation::Manner;

/// What was done with a request.
pub(super) struct Done {
    pub(super) operation: Option<Operation>,
    pub(super) fired: Vec<Fired>,
    pub(super) near: Close,
    pub(super) outcome: Outcome,
    pub(super) delivery: Delivery,
    pub(super) spelling: Spelling,
    pub(super) ticket: Option<Ticket>,
}

impl Done {
    /// It came to this, and no rule had a part in it.
    pub(super) fn plainly(operation: Option<Operation>, outcome: Outcome) -> Self {
        Self {
            operation,
            fired: Vec::new(),
            near: Close::default(),
            outcome,
            delivery: Delivery::Whole,
            spelling: Spelling::default(),
            ticket: None,
        }
    }

    /// It was refused before anybody looked at it.
    pub(super) fn refused(operation: Option<Operation>, reply: Reply) -> Self {
        Self::plainly(operation, Outcome::unchanged(reply))
    }

    /// It was handled, and its answer is what the rules make of the true one.
    pub(super) fn altered(
        sandbox: &Sandbox,
        asked: (Operation, &Request),
        (mut plan, manner): (Plan, Option<&Manner>),
        aside: &gate::Aside,
        mut outcome: Outcome,
    ) -> Self {
        let mut spelling = Spelling::default();
        if let Some(manner) = manner {
            vary::shape(manner, asked, &plan, &mut outcome);
            vary::settle(manner, &mut plan, &mut outcome.varied);
        }
        if let Some(planned) = &mut plan.reply {
            instead::complete(planned, sandbox, asked);
        }
        undone::tell(sandbox, asked, &mut plan, &outcome);
        gate::alter(sandbox, asked, &mut plan, aside, &mut outcome);
        if let Some(manner) = manner {
            spelling = vary::spell(manner, asked.1, &plan, &mut outcome);
        }
        Self {
            fired: plan.fired,
            delivery: plan.delivery,
            spelling,
            ..Self::plainly(Some(asked.0), outcome)
        }
    }
}

/// Journals an exchange, before its first byte leaves, and hands the answer to the socket.
pub(super) fn note(sandbox: &Sandbox, began: Began, request: &Request, done: Done) -> Sent {
    let Done {
        operation,
        fired,
        near,
        mut outcome,
        delivery,
        spelling,
        ticket,
    } = done;
    date(sandbox, &mut outcome.reply);
    let answered = sandbox.clock.now();
    let happened = Happened {
        request,
        operation,
        subject: outcome.subject.as_ref(),
        token: outcome.token,
        fired,
        varied: outcome.varied,
        near,
        changes: outcome.changes,
        reply: &outcome.reply,
        answered,
        delivery: delivery.clone(),
    };
    let delivered = sandbox.journal.append_exchange(began, happened);
    if let Some(ticket) = ticket {
        ticket.leaves(Arc::clone(&delivered));
    }
    Sent {
        delivered,
        reply: outcome.reply,
        delivery,
        spelling,
        clock: sandbox.clock.clone(),
        answered,
    }
}

/// Dates an answer by the face of the clock, where rules have turned it; else the socket dates it.
fn date(sandbox: &Sandbox, reply: &mut Reply) {
    if sandbox.clock.ahead() == 0 || reply.headers.contains_key(DATE) {
        return;
    }
    if let Ok(shown) = sandbox.clock.shown().http_date().parse() {
        reply.headers.insert(DATE, shown);
    }
}
