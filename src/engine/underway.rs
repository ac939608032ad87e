//! Requests whose answers have not left yet, for rules that look at how many there are at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::exchange::{Delivered, Ending};

/// One request under way.
#[derive(Debug, Default)]
pub(super) struct Flight {
    delivered: OnceLock<Arc<Delivered>>,
    given_up: AtomicBool,
}

impl Flight {
    fn is_over(&self) -> bool {
        self.given_up.load(Ordering::Acquire)
            || self
                .delivered
                .get()
                .is_some_and(|delivered| delivered.ending() != Ending::UnderWay)
    }
}

/// Says that a request is under way, until its answer has left or this is dropped.
#[derive(Debug, Default)]
pub struct Ticket {
    flight: Arc<Flight>,
}

impl Ticket {
    /// From now on the request is under way for as long as this delivery is.
    pub fn leaves(&self, delivered: Arc<Delivered>) {
        // A request has one answer, so nobody was here before.
        self.flight.delivered.set(delivered).ok();
    }

    pub(super) fn flight(&self) -> Arc<Flight> {
        Arc::clone(&self.flight)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.flight.delivered.get().is_none() {
            self.flight.given_up.store(true, Ordering::Release);
        }
    }
}

/// The requests under way that one rule counts, by its keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Underway {
    flights: HashMap<String, Vec<Arc<Flight>>>,
}

impl Underway {
    /// Adds a request; says how many others are under way for that key.
    pub(super) fn join(&mut self, key: &str, flight: Arc<Flight>) -> u64 {
        self.flights.retain(|_, flights| {
            flights.retain(|flight| !flight.is_over());
            !flights.is_empty()
        });
        let flights = self.flights.entry(key.to_owned()).or_default();
        flights.push(flight);
        u64::try_from(flights.len() - 1).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_is_under_way_until_its_answer_has_left() {
        let mut underway = Underway::default();
        let (one, other) = (Ticket::default(), Ticket::default());
        assert_eq!(underway.join("a", one.flight()), 0);
        assert_eq!(underway.join("b", other.flight()), 0);
        assert_eq!(underway.join("a", other.flight()), 1);
        let delivered = Arc::<Delivered>::default();
        one.leaves(Arc::clone(&delivered));
        drop(one);
        let late = Ticket::default();
        assert_eq!(underway.join("a", late.flight()), 2);
        delivered.end(Ending::Complete, 0);
        drop(other);
        assert_eq!(underway.join("a", Ticket::default().flight()), 1);
        drop(late);
        assert_eq!(underway.join("a", Ticket::default().flight()), 0);
    }
}
