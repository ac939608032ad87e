//! Where in a body a value stands; written out only for a refusal.

use std::fmt;

/// The place of a value in a body, as in `emails[1].value`; a chain on the stack, so that naming it costs nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    outer: Option<&'a Self>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    pub(super) fn top(name: &'a str) -> Self {
        Self {
            outer: None,
            step: Step::Name(name),
        }
    }

    pub(super) fn member<'b>(&'b self, name: &'b str) -> Place<'b> {
        Place {
            outer: Some(self),
            step: Step::Name(name),
        }
    }

    pub(super) fn element(&self, index: usize) -> Place<'_> {
        Place {
            outer: Some(self),
            step: Step::Index(index),
        }
    }

    /// Whether it is the URN of an extension: what follows stands behind a colon.
    pub(super) fn is_urn(&self) -> bool {
        matches!(self.step, Step::Name(name) if name.contains(':'))
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer {
            outer.fmt(f)?;
        }
        match (self.step, self.outer) {
            (Step::Index(index), _) => write!(f, "[{index}]"),
            (Step::Name(name), None) => f.write_str(name),
            (Step::Name(name), Some(outer)) if outer.is_urn() => write!(f, ":{name}"),
            (Step::Name(name), Some(_)) => write!(f, ".{name}"),
        }
    }
}
