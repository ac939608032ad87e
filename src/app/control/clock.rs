//! The clock of a world: the tester's verbs.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Control, ControlError};
use crate::clock::Timestamp;
use crate::entry::Event;

/// How the clock of a world is to change.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClockChange {
    /// Sets it to a moment that is not in its past.
    pub set: Option<Timestamp>,
    /// Moves it forward, after it was set.
    pub advance: Option<Duration>,
    /// Sets its pace against the system's time; 0 freezes it.
    pub rate: Option<f64>,
}

impl Control {
    /// Changes the clock.
    pub fn set_clock(&self, change: ClockChange) -> Result<Value, ControlError> {
        let sandbox = self.sandbox()?;
        let clock = &sandbox.clock;
        if let Some(rate) = change.rate {
            if !rate.is_finite() || rate < 0.0 {
                let why = "the rate of a clock is a number from 0 up";
                return Err(ControlError::of_field("rate", why));
            }
            if clock.rate().is_none() && rate > 0.0 {
                let why = "a manual clock has no rate; advance it instead";
                return Err(ControlError::of_field("rate", why));
            }
        }
        let now = clock.now();
        if change.set.is_some_and(|moment| moment < now) {
            let why = format!(
                "it is {now} already, and a clock never goes back; a new sandbox has a clock of its own"
            );
            return Err(ControlError::of_field("set", why));
        }
        if let Some(rate) = change.rate {
            clock.set_rate(rate);
        }
        let ahead = change
            .set
            .map(|moment| moment.since(now))
            .unwrap_or_default();
        let by = ahead.saturating_add(change.advance.unwrap_or_default());
        if change.set.is_some() || change.advance.is_some() {
            clock.advance(by);
            sandbox.journal.note(Event::ClockMoved { by });
        }
        self.clock()
    }

    /// Moves the clock forward and wakes whoever that makes due.
    pub fn advance(&self, by: Duration) -> Result<(), ControlError> {
        let change = ClockChange {
            advance: Some(by),
            ..ClockChange::default()
        };
        self.set_clock(change).map(drop)
    }

    /// Stops the clock where it is; it still advances by hand.
    pub fn freeze(&self) -> Result<(), ControlError> {
        let change = ClockChange {
            rate: Some(0.0),
            ..ClockChange::default()
        };
        self.set_clock(change).map(drop)
    }

    /// What the clock says and how it runs.
    pub fn clock(&self) -> Result<Value, ControlError> {
        let sandbox = self.sandbox()?;
        let rate = sandbox.clock.rate();
        let mode = match rate {
            None => "manual",
            Some(0.0) => "frozen",
            Some(_) => "running",
        };
        let (now, shown) = (sandbox.clock.now(), sandbox.now());
        Ok(json!({ "now": now, "shown": shown, "mode": mode, "rate": rate }))
    }
}
