//! The faces of the double. Each parses, calls what is below, and replies in its own dialect.

pub(crate) mod scim;
pub mod center;
pub mod oauth;
mod page;

use std::sync::Arc;

use crate::entry::{Change, Subject, TokenFacts};
use crate::exchange::{Reply, Request};
use crate::operation::Operation;
use crate::sandbox::Sandbox;
use crate::scenario::plan::Plan;

/// One call of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Call<'c> {
    /// The world it happens in.
    pub sandbox: &'c Arc<Sandbox>,
    /// What is asked.
    pub operation: Operation,
    /// What stood in place of each `{…}` of the path, as sent.
    pub parts: &'c [&'c str],
    /// The request.
    pub request: &'c Request,
    /// What the rules want.
    pub plan: &'c Plan,
}

/// What came of a call.
#[derive(Debug)]
pub struct Outcome {
    /// The true answer.
    pub reply: Reply,
    /// What it did to the store: this is what "committed" means.
    pub changes: Vec<Change>,
    /// Whom or what it turned out to be about.
    pub subject: Option<Subject>,
    /// What its bearer token was worth.
    pub token: TokenFacts,
}

impl Outcome {
    /// An answer that changed nothing.
    pub fn unchanged(reply: Reply) -> Self {
        Self {
            reply,
            changes: Vec::new(),
            subject: None,
            token: TokenFacts::default(),
        }
    }
}
