//! The rules that acted on what happened, and those that nearly did.

use std::fmt;
use std::sync::Arc;

use super::Event;

/// A rule of the scenario that acted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fired {
    /// The rule's id.
    pub rule: String,
    /// How often it had fired for this key, this time included.
    pub count: u64,
    /// What it did, in a few words.
    pub what: String,
    /// What of that could not be done, and why.
    pub undone: Vec<String>,
    /// Whether it had the store do or show something else than the answer says.
    pub misleads: bool,
}

impl Fired {
    /// What it did, with what could not be done.
    pub fn told(&self) -> String {
        match self.undone.as_slice() {
            [] => self.what.clone(),
            undone => format!("{} (not done: {})", self.what, undone.join("; ")),
        }
    }
}

/// The rules that nearly acted: all but one of their conditions held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Near {
    /// The first of them, in file order.
    pub misses: Vec<NearMiss>,
    /// Whether there were more.
    pub are_more: bool,
}

/// Tells which rules nearly acted, once somebody asks.
pub trait CameClose: fmt::Debug + Send + Sync {
    /// The rules that nearly acted on what happened.
    fn tell(&self, event: &Event) -> Near;
}

/// What came close to acting, kept until somebody asks: few do.
#[derive(Clone, Debug, Default)]
pub struct Close(Option<Arc<dyn CameClose>>);

impl Close {
    /// Something that came close.
    pub fn of(calls: impl CameClose + 'static) -> Self {
        Self(Some(Arc::new(calls)))
    }

    /// Whether nothing did.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// What came close to acting on what happened.
    pub fn tell(&self, event: &Event) -> Near {
        let calls = self.0.as_ref();
        calls.map_or_else(Near::default, |calls| calls.tell(event))
    }
}

impl PartialEq for Close {
    /// Two are equal if they are the same: what they would tell depends on what happened.
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

/// A rule that nearly acted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// The rule's id.
    pub rule: String,
    /// What kept it from acting, in one word, as in `nth`.
    pub kept_by: &'static str,
    /// The same as a sentence.
    pub why: String,
}
