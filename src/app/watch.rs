//! An exchange whose client goes away before there is an answer still happened.

use crate::app::auth;
use crate::clock::Timestamp;
use crate::entry::{Event, Exchange};
use crate::exchange::{Delivered, Ending, Reply, Request};
use crate::journal::Began;
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::plan::Plan;
use std::sync::Arc;

/// Journals the exchange if it is dropped while it waits: the socket does so when the client is gone.
///
/// Only a plan that waits is watched; every other answer is ready before anybody could go away.
#[derive(Debug)]
pub(super) struct Watch<'w> {
    waiting: Option<Waiting<'w>>,
}

#[derive(Debug)]
struct Waiting<'w> {
    sandbox: &'w Sandbox,
    began: Began,
    request: &'w Request,
    operation: Operation,
    plan: &'w Plan,
}

impl<'w> Watch<'w> {
    /// Watches an exchange from here on.
    pub(super) fn over(
        sandbox: &'w Sandbox,
        began: Began,
        (request, operation): (&'w Request, Operation),
        plan: &'w Plan,
    ) -> Self {
        let waits = !plan.delay.is_zero() || plan.data.is_some();
        Self {
            waiting: waits.then_some(Waiting {
                sandbox,
                began,
                request,
                operation,
                plan,
            }),
        }
    }

    /// There is an answer: whoever has it journals the exchange.
    pub(super) fn end(mut self) {
        self.waiting = None;
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        let now: Timestamp = waiting.sandbox.clock.now();
        let delivered = Arc::<Delivered>::default();
        delivered.end(Ending::ClientGone, now.as_millisecond());
        let exchange = Exchange {
            request: waiting.request.clone(),
            operation: Some(waiting.operation),
            subject: None,
            token: auth::token_facts(waiting.sandbox, waiting.request),
            fired: waiting.plan.fired.clone(),
            changes: Vec::new(),
            reply: Reply::empty(http::StatusCode::REQUEST_TIMEOUT),
            answered: now,
            delivery: waiting.plan.delivery.clone(),
            delivered,
        };
        waiting
            .sandbox
            .journal
            .append(waiting.began, Event::Exchange(Box::new(exchange)));
    }
}
