//! One call of an operation, and what comes of it: what the app and its surfaces hand each other.

use std::sync::Arc;

use crate::entry::{Change, Choice, Subject, TokenFacts};
use crate::exchange::{Reply, Request};
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::plan::Plan;
use crate::variation::Manner;

/// One call of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'c> {
    /// The world it happens in.
    pub(crate) sandbox: &'c Arc<Sandbox>,
    /// What is asked.
    pub(crate) operation: Operation,
    /// What stood in place of each `{…}` of the path, as sent.
    pub(crate) parts: &'c [&'c str],
    /// The request.
    pub(crate) request: &'c Request,
    /// What the rules want.
    pub(crate) plan: &'c Plan,
    /// In which of several lawful manners it is answered; none where nothing varies.
    pub(crate) manner: Option<&'c Manner>,
}

/// What came of a call.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The true answer.
    pub(crate) reply: Reply,
    /// Where more than one answer was lawful, and which was given.
    pub(crate) varied: Vec<Choice>,
    /// What it did to the store: this is what "committed" means.
    pub(crate) changes: Vec<Change>,
    /// Whom or what it turned out to be about.
    pub(crate) subject: Option<Subject>,
    /// What its bearer token was worth.
    pub(crate) token: TokenFacts,
}

impl Outcome {
    /// An answer that changed nothing.
    pub(crate) fn unchanged(reply: Reply) -> Self {
        Self {
            reply,
            varied: Vec::new(),
            changes: Vec::new(),
            subject: None,
            token: TokenFacts::default(),
        }
    }
}
