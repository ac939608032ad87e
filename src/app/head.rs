//! What becomes of a request whose head is there and whose body is still to come.

use super::call::{Call, Outcome};
use super::done::{Done, note};
use super::{App, Sent, gate, surface};
use crate::clock::Clock;
use crate::entry::{Event, Incident, Near};
use crate::exchange::{Arrived, Delivery, Request};
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::plan::{HeadVerb, Plan, Rest};

/// What the rules want done before the body is read.
pub(crate) enum Met {
    /// This answer goes out first.
    Early(Box<Sent>, Rest),
    /// The body is read at that pace.
    Paced(Pace),
}

/// How the body of a request is read.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    /// What is to be done; never an early answer.
    pub(crate) verb: HeadVerb,
    /// The sandbox clock that the pauses wait on.
    pub(crate) clock: Clock,
}

impl App {
    /// Whether any rule may look at the head of a request before its body is read.
    pub(crate) fn looks_at_heads(&self) -> bool {
        self.sandboxes.look_at_heads()
    }

    /// What the rules want of a request of which the head alone was read; nothing for nearly every one.
    pub(crate) fn meet(&self, arrived: &Arrived) -> Option<Met> {
        let request = &arrived.request;
        let (sandbox, path) = self.sandboxes.select(request).ok()?;
        if arrived.malformed.is_some() || surface::wrong_host(request, path).is_some() {
            return None;
        }
        let found = surface::recognise(&sandbox, &request.method, path);
        let (operation, parts) = found.ok()?;
        if !sandbox.engine.looks_at_heads_of(operation) {
            return None;
        }
        let began = sandbox.journal.begin();
        let plan = gate::decide_head(&sandbox, operation, request);
        match plan.head? {
            HeadVerb::Early(rest) => {
                let call = Call {
                    sandbox: &sandbox,
                    operation,
                    parts: &parts,
                    request,
                    plan: &plan,
                    manner: None,
                };
                let outcome = surface::untouched(call);
                let mut done = early(call, outcome, rest);
                done.near = plan.near.clone();
                Some(Met::Early(
                    Box::new(note(&sandbox, began, request, done)),
                    rest,
                ))
            }
            verb => {
                tell(&sandbox, (operation, request), &plan);
                let clock = sandbox.clock.clone();
                Some(Met::Paced(Pace { verb, clock }))
            }
        }
    }
}

fn early(call: Call<'_>, outcome: Outcome, rest: Rest) -> Done {
    let aside = gate::Aside::default();
    let asked = (call.operation, call.request);
    let mut done = Done::altered(
        call.sandbox,
        asked,
        (call.plan.clone(), None),
        &aside,
        outcome,
    );
    if rest == Rest::Left {
        // Whoever leaves a body unread cannot read what comes after it.
        let close = http::HeaderValue::from_static("close");
        done.outcome
            .reply
            .headers
            .insert(http::header::CONNECTION, close);
    }
    done.delivery = Delivery::Whole;
    done
}

/// Journals which rules slow a request down; what it comes to is journalled when it was read.
fn tell(sandbox: &Sandbox, (operation, request): (Operation, &Request), plan: &Plan) {
    let rules: Vec<_> = plan.fired.iter().map(|one| one.what.as_str()).collect();
    let event = Event::Incident(Incident {
        connection: request.connection.number,
        operation: Some(operation),
        what: rules.join(", "),
        fired: plan.fired.clone(),
        near: Near::default(),
    });
    sandbox.journal.note(event.with_near(&plan.near));
}
