//! What a tester may do, one method a verb: behind the control port and behind the library alike.

mod accounts;
mod clients;
mod clock;
mod domains;
mod error;
pub(crate) mod history;
mod leaving;
pub(crate) mod limits;
pub mod openapi;
mod outside;
mod rules;
mod spec;

use std::sync::Arc;

use serde_json::{Value, json};

pub use self::accounts::{AccountChange, AccountSpec, AccountView};
pub use self::clients::{ClientChange, ClientSpec, ClientView, TokenView};
pub use self::clock::ClockChange;
pub use self::domains::{DomainView, LookUpView};
pub use self::error::{Code, ControlError, Place};
pub use self::history::{Follower, JournalFilter};
pub(crate) use self::leaving::Leaving;
pub(crate) use self::limits::Largest;
pub use self::outside::{
    FileSpec, FileView, NameSpec, NameView, TxtSpec, WebSpec, WebView, WholeFile,
};
pub use self::rules::{KeyView, RuleSpec, RuleView, RulesChanged, RulesSpec, RulesView};
pub use self::spec::{SandboxSpec, read_script};
use super::App;
use super::sandboxes::DEFAULT;
use crate::conformance::client_profile::ClientProfile;
use crate::conformance::run::Snapshot;
use crate::entry::Event;
use crate::sandbox::{Judgement, Sandbox};
use crate::scenario::source::Source;
use crate::scenario::state::State;
use crate::scenario::target::TargetStep;

/// A tester's hold on one world.
///
/// It is a name, not the world itself: after a [`reset`](Self::reset) it means the new one.
#[derive(Clone, Debug)]
pub struct Control {
    app: Arc<App>,
    id: String,
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
            return Err(ControlError::too_many_sandboxes(self.app.sandboxes.most));
        }
        let id = match &spec.id {
            Some(id) => spec::accept_id(id)?,
            None => self.app.sandboxes.free_id(),
        };
        if self.app.sandboxes.find(&id).is_ok() {
            return Err(ControlError::taken(&id));
        }
        let base_url = format!("{}/t/{id}", self.app.origin);
        let like = self.app.sandboxes.default().setting.bounds;
        let types = Arc::clone(&self.app.types);
        let mut setting = spec
            .like(like)
            .into_setting((id.clone(), base_url), types)?;
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
        let _turning = self.app.sandboxes.turning();
        let old = self.sandbox()?;
        let fresh = old.anew().map_err(|why| ControlError::invalid(&why))?;
        self.app.sandboxes.put(Arc::new(fresh));
        self.app.sandboxes.leaving.take(old);
        Ok(())
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

    /// A starting state that holds what the world holds now.
    pub fn snapshot(&self) -> Result<State, ControlError> {
        Ok(self.sandbox()?.to_state())
    }

    /// Makes a starting state the world's own, and begins anew with it; [`reset`](Self::reset) comes back to it.
    ///
    /// It is a whole one as JSON, or the name of a built-in one.
    pub fn load(&self, state: Value) -> Result<(), ControlError> {
        let _turning = self.app.sandboxes.turning();
        let old = self.sandbox()?;
        let state = spec::state_of(Some(state))?;
        let fresh = old
            .with_state(state)
            .map_err(|why| ControlError::invalid(&why))?;
        self.app.sandboxes.put(Arc::new(fresh));
        self.app.sandboxes.leaving.take(old);
        Ok(())
    }

    /// Marks the beginning of a client's cycle.
    pub fn begin_cycle(&self, source: Source) -> Result<u32, ControlError> {
        let sandbox = self.sandbox()?;
        limits::one_more(&sandbox, "cycles")?;
        Ok(sandbox.begin_cycle(source))
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

    /// What the whole process holds, and how much it may.
    pub fn limits(&self) -> Value {
        limits::of_all(&self.app)
    }

    /// How large a request may be that is read.
    pub fn largest_request(&self) -> Value {
        limits::of_requests(&self.app)
    }

    /// The world in one JSON object: addresses, clock, seed, limits.
    pub fn describe(&self) -> Result<Value, ControlError> {
        let sandbox = self.sandbox()?;
        Ok(json!({
            "id": sandbox.id,
            "base_url": sandbox.base_url,
            "seed": sandbox.entropy.seed(),
            "vary": sandbox.variation.is_some(),
            "scenario": sandbox.engine.scenario().map(|scenario| scenario.name().to_owned()),
            "clock": self.clock()?,
            "journal": { "limit": sandbox.setting.bounds.journal_entries, "dropped": sandbox.journal.dropped() },
            "limits": limits::of_world(&sandbox),
            "rules": sandbox.engine.fired().into_iter().map(|(rule, fired)| json!({ "rule": rule, "fired": fired })).collect::<Vec<_>>(),
            "profile": sandbox.profile,
        }))
    }
}
