//! What a page is to say once, after a form led to it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many wait at most: pages nobody opens are forgotten.
const MOST: usize = 1024;

/// Names how a form went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It did what was wanted.
    Done,
    /// It did not.
    Failed,
}

/// Says what a form did, to whoever opens the next page.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it went.
    pub tone: Tone,
    /// In words.
    pub text: String,
    /// A client's id and its secret, shown this once.
    pub secret: Option<(String, String)>,
}

impl Notice {
    /// Says that something was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Done,
            text: text.into(),
            secret: None,
        }
    }

    /// Says that something failed.
    pub fn failed(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Failed,
            ..Self::done(text)
        }
    }

    /// The same with a client's id and secret.
    #[must_use]
    pub fn with_secret(self, id: String, secret: String) -> Self {
        Self {
            secret: Some((id, secret)),
            ..self
        }
    }
}

/// Secrets do not show.
impl std::fmt::Debug for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notice")
            .field("text", &self.text)
            .finish_non_exhaustive()
    }
}

/// Holds notices by the sign-in they are for.
#[derive(Debug, Default)]
pub struct Notices(Mutex<VecDeque<(String, Notice)>>);

impl Notices {
    /// Leaves a notice for whoever signed in so, in place of an older one.
    pub fn leave(&self, login: &str, notice: Notice) {
        let mut waiting = self.waiting();
        waiting.retain(|(other, _)| other != login);
        if waiting.len() >= MOST {
            waiting.pop_front();
        }
        waiting.push_back((login.to_owned(), notice));
    }

    /// Takes the notice; the second time there is none.
    pub fn take(&self, login: &str) -> Option<Notice> {
        let mut waiting = self.waiting();
        let place = waiting.iter().position(|(other, _)| other == login)?;
        waiting.remove(place).map(|(_, notice)| notice)
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<(String, Notice)>> {
        // The queue is whole after every step, so a poisoned one is too.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
