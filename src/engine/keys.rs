//! The keys by which rules count one request, each made once.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::scenario::facts::Facts;
use crate::scenario::schedule::{Per, Scope};

use super::memory::Memory;

/// The keys of one request.
#[derive(Debug)]
pub(super) struct Keys<'f> {
    facts: &'f Facts<'f>,
    known: Vec<(Scope, Cow<'f, str>)>,
    write: OnceCell<Option<String>>,
}

impl<'f> Keys<'f> {
    pub(super) fn of(facts: &'f Facts<'f>) -> Self {
        Self {
            facts,
            known: Vec::new(),
            write: OnceCell::new(),
        }
    }

    /// The key in a scope.
    pub(super) fn key(&mut self, memory: &mut Memory, scope: Scope) -> &str {
        if scope.is_sandbox() {
            return "";
        }
        let place = self.known.iter().position(|(known, _)| *known == scope);
        let place = place.unwrap_or_else(|| {
            let request = self.facts.request.filter(|_| scope.includes(Per::Conn));
            let number = request.map(|request| memory.connection(request.connection.number));
            let key = scope.key_on(self.facts, number.as_deref());
            self.known.push((scope, key));
            self.known.len() - 1
        });
        self.known.get(place).map_or("", |(_, key)| key)
    }

    /// What tells this write from others; `None` if it is none.
    pub(super) fn write(&self) -> Option<&str> {
        self.write.get_or_init(|| self.facts.write()).as_deref()
    }
}
