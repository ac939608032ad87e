//! What a tester may do, one method a verb: behind the control port and behind the library alike.

mod error;
mod leaving;
mod spec;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

pub use self::error::{Code, ControlError, Place};
pub(crate) use self::leaving::Leaving;
pub use self::spec::{SandboxSpec, read_script};
use super::App;
use super::auth::{self, MintRequest};
use super::sandboxes::DEFAULT;
use crate::conformance::client_profile::ClientProfile;
use crate::conformance::run::Snapshot;
use crate::entry::{Entry, Event};
use crate::oauth::token::TokenAnswer;
use crate::sandbox::{Judgement, Sandbox};
use crate::scenario::source::Source;
use crate::scenario::target::TargetStep;

/// A tester's hold on one world.
///
/// It is a name, not the world itself: after a [`reset`](Self::reset) it means the new one.
#[derive(Clone, Debug)]
pub struct Control {
    app: Arc<App>,
    id: String,
}

/// How the clock of a world is to change.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClockChange {
    /// Moves it forward.
    pub advance: Option<Duration>,
    /// Sets its pace against the system's time; 0 freezes it.
    pub rate: Option<f64>,
}

impl Control {
    /// A hold on the default world.
    pub fn new(app: Arc<App>) -> Self {
        Self {
            app,
            id: DEFAULT.to_owned(),
        }
    }

    /// A hold on the world of that name.
    pub fn of(&self, id: &str) -> Result<Self, ControlError> {
        self.app
            .sandboxes
            .find(id)
            .map_err(|unknown| ControlError::no_such_sandbox(&unknown.id))?;
        Ok(Self {
            app: Arc::clone(&self.app),
            id: id.to_owned(),
        })
    }

    /// Every world, the default one first.
    pub fn sandboxes(&self) -> Vec<Arc<Sandbox>> {
        self.app.sandboxes.all()
    }

    /// The world itself, as it is now.
    pub fn sandbox(&self) -> Result<Arc<Sandbox>, ControlError> {
        self.app
            .sandboxes
            .find(&self.id)
            .map_err(|unknown| ControlError::no_such_sandbox(&unknown.id))
    }

    /// Makes one more world.
    pub fn create(&self, spec: SandboxSpec) -> Result<Self, ControlError> {
        if !self.app.sandboxes.has_room() {
            return Err(ControlError::full());
        }
        let id = match &spec.id {
            Some(id) => spec::accept_id(id)?,
            None => self.app.sandboxes.free_id(),
        };
        if self.app.sandboxes.find(&id).is_ok() {
            return Err(ControlError::taken(&id));
        }
        let base_url = format!("{}/t/{id}", self.app.origin);
        let mut setting = spec.into_setting((id.clone(), base_url), Arc::clone(&self.app.types))?;
        self.app.give_port(&mut setting)?;
        let sandbox = Sandbox::build(setting, Arc::clone(&self.app.outfit))
            .map_err(|why| ControlError::invalid(&why))?;
        self.app.sandboxes.put(Arc::new(sandbox));
        self.of(&id)
    }

    /// Takes the world away; requests that wait in it end with it.
    pub fn delete(&self) -> Result<(), ControlError> {
        if self.id == DEFAULT {
            return Err(ControlError::invalid(
                "the default sandbox cannot be deleted; reset it instead",
            ));
        }
        let gone = self.app.sandboxes.remove(&self.id);
        gone.map(|sandbox| self.app.sandboxes.leaving.take(sandbox))
            .ok_or_else(|| ControlError::no_such_sandbox(&self.id))
    }

    /// Takes the world back to its starting state, its journal and counters included.
    pub fn reset(&self) -> Result<(), ControlError> {
        let old = self.sandbox()?;
        let fresh = old.anew().map_err(|why| ControlError::invalid(&why))?;
        self.app.sandboxes.put(Arc::new(fresh));
        self.app.sandboxes.leaving.take(old);
        Ok(())
    }

    /// Changes the clock.
    pub fn set_clock(&self, change: ClockChange) -> Result<Value, ControlError> {
        let sandbox = self.sandbox()?;
        if let Some(rate) = change.rate {
            if !rate.is_finite() || rate < 0.0 {
                return Err(ControlError::invalid(
                    "the rate of a clock is a number from 0 up",
                ));
            }
            if sandbox.clock.rate().is_none() {
                return Err(ControlError::invalid(
                    "a manual clock has no rate; advance it instead",
                ));
            }
            sandbox.clock.set_rate(rate);
        }
        if let Some(by) = change.advance {
            sandbox.clock.advance(by);
            sandbox.journal.note(Event::ClockMoved { by });
        }
        self.clock()
    }

    /// Moves the clock forward and wakes whoever that makes due.
    pub fn advance(&self, by: Duration) -> Result<(), ControlError> {
        self.set_clock(ClockChange {
            advance: Some(by),
            rate: None,
        })
        .map(drop)
    }

    /// What the clock says and how it runs.
    pub fn clock(&self) -> Result<Value, ControlError> {
        let sandbox = self.sandbox()?;
        let mode = if sandbox.clock.rate().is_some() {
            "running"
        } else {
            "manual"
        };
        Ok(json!({ "now": sandbox.now(), "mode": mode, "rate": sandbox.clock.rate() }))
    }

    /// The journal's entries after the given number, oldest first.
    pub fn journal(&self, after: u64) -> Result<Vec<Arc<Entry>>, ControlError> {
        Ok(self.sandbox()?.journal.entries_after(after))
    }

    /// What the store holds.
    pub fn state(&self) -> Result<Snapshot, ControlError> {
        Ok(self.sandbox()?.snapshot())
    }

    /// Changes users and groups behind the client's back.
    pub fn change_state(&self, step: &TargetStep) -> Result<(), ControlError> {
        let sandbox = self.sandbox()?;
        let changes =
            crate::app::target::apply(&sandbox, step).map_err(|why| ControlError::invalid(&why))?;
        if !changes.is_empty() {
            sandbox.journal.note(Event::Changed(changes));
        }
        Ok(())
    }

    /// Mints an access token; what is not named is the first there is.
    pub fn mint_token(&self, wanted: &MintRequest) -> Result<TokenAnswer, ControlError> {
        auth::mint(&*self.sandbox()?, wanted).map_err(|why| ControlError::invalid(&why.to_string()))
    }

    /// Revokes every live token.
    pub fn revoke_tokens(&self) -> Result<(), ControlError> {
        let sandbox = self.sandbox()?;
        sandbox.grants.revoke_all(sandbox.now());
        Ok(())
    }

    /// The TXT records of a name in the embedded zone.
    pub fn txt(&self, name: &str) -> Result<Vec<String>, ControlError> {
        Ok(self.sandbox()?.zone.texts(name))
    }

    /// Sets the TXT records of a name in the embedded zone; none takes the name away.
    pub fn put_txt(&self, name: &str, records: &[String]) -> Result<(), ControlError> {
        self.sandbox()?.zone.set_texts(name, records);
        Ok(())
    }

    /// Says where the web server of a domain is, as `host:port`.
    pub fn put_web(&self, domain: &str, server: &str) -> Result<(), ControlError> {
        self.sandbox()?.zone.set_web(domain, server);
        Ok(())
    }

    /// Marks the beginning of a client's cycle.
    pub fn begin_cycle(&self, source: Source) -> Result<u32, ControlError> {
        Ok(self.sandbox()?.begin_cycle(source))
    }

    /// Marks the end of the cycle under way.
    pub fn end_cycle(&self, exit: Option<i32>, timed_out: bool) -> Result<(), ControlError> {
        self.sandbox()?.end_cycle(exit, timed_out);
        Ok(())
    }

    /// Judges what has happened so far.
    pub fn verdict(&self, profile: &ClientProfile) -> Result<Judgement, ControlError> {
        Ok(self.sandbox()?.judge(profile))
    }

    /// The world in one JSON object: addresses, clock, seed, limits.
    pub fn describe(&self) -> Result<Value, ControlError> {
        let sandbox = self.sandbox()?;
        Ok(json!({
            "id": sandbox.id,
            "base_url": sandbox.base_url,
            "seed": sandbox.entropy.seed(),
            "scenario": sandbox.setting.scenario.as_ref().map(|scenario| scenario.name().to_owned()),
            "clock": self.clock()?,
            "journal": { "limit": sandbox.setting.journal_limit, "dropped": sandbox.journal.dropped() },
            "rules": sandbox.engine.fired().into_iter().map(|(rule, fired)| json!({ "rule": rule, "fired": fired })).collect::<Vec<_>>(),
            "profile": sandbox.profile,
        }))
    }
}
