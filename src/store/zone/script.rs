//! Answers that are given once in place of the true ones, in the order in which they were asked for.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{TxtRecord, ZoneAnswer};

/// How a question came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A datagram.
    Udp,
    /// A connection.
    Tcp,
}

/// How a scripted answer is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// As any other.
    #[default]
    Plain,
    /// Not at all.
    Silent,
    /// Over UDP nothing but that it does not fit; over TCP the whole.
    Truncated,
}

/// A scripted answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bent {
    /// What is said; the truth if absent.
    pub answer: Option<ZoneAnswer>,
    /// How.
    pub manner: Manner,
}

/// What a datagram surely holds of records, whatever the name and whoever asks: less than
/// [RFC 1035 section 4.2.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.1) has room for.
const SURELY_FITS: usize = 200;

impl Bent {
    /// Whether it may not fit into a datagram, and so must last until it is asked for over TCP.
    fn is_large(&self) -> bool {
        /// What stands before the text of a record: name, type, class, lifetime and length.
        const HEAD: usize = 12;
        let size =
            |record: &TxtRecord| HEAD + record.strings().map(|one| 1 + one.len()).sum::<usize>();
        let records = self.answer.iter().flat_map(|answer| &answer.records);
        self.manner != Manner::Silent && records.map(size).sum::<usize>() > SURELY_FITS
    }
}

impl From<ZoneAnswer> for Bent {
    fn from(answer: ZoneAnswer) -> Self {
        Self {
            answer: Some(answer),
            manner: Manner::Plain,
        }
    }
}

/// What a zone says to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing at all.
    Nothing,
    /// That the answer does not fit into a datagram.
    AskOverTcp,
    /// This.
    Answer(ZoneAnswer),
}

/// Everything that is scripted, by name.
#[derive(Debug, Default)]
pub(super) struct Script(Mutex<HashMap<String, VecDeque<Bent>>>);

impl Script {
    fn lines(&self) -> MutexGuard<'_, HashMap<String, VecDeque<Bent>>> {
        // A queue is whole after every step, so a poisoned one is too.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, name: String, bent: Bent) {
        self.lines().entry(name).or_default().push_back(bent);
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.lines().contains_key(name)
    }

    pub(super) fn clear(&self) {
        self.lines().clear();
    }

    /// Takes what is to be said next about a name.
    ///
    /// One that does not fit into a datagram stays until it is asked for over TCP, and is given whole then.
    pub(super) fn next(&self, name: &str, transport: Transport) -> Option<Bent> {
        let mut lines = self.lines();
        let queue = lines.get_mut(name)?;
        let first = queue.front()?;
        let is_for_tcp = first.manner == Manner::Truncated || first.is_large();
        if is_for_tcp && transport == Transport::Udp {
            return Some(Bent {
                manner: Manner::Truncated,
                ..first.clone()
            });
        }
        let mut bent = queue.pop_front()?;
        if queue.is_empty() {
            lines.remove(name);
        }
        if bent.manner == Manner::Truncated {
            bent.manner = Manner::Plain;
        }
        Some(bent)
    }
}
