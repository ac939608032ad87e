//! What the rules of a scenario may look at: one request, with what the store knows of it.

use serde_json::Value;

use crate::entry::{Subject, TokenFacts};
use crate::exchange::Request;
use crate::operation::Operation;

/// One request as the rules see it.
#[derive(Debug)]
pub struct Facts<'r> {
    /// What was asked.
    pub operation: Operation,
    /// The request itself; absent for a look-out of the double's own.
    pub request: Option<&'r Request>,
    /// The body as JSON, if it is JSON.
    pub body: Option<Value>,
    /// The body as form fields, if it is a form.
    pub form: Vec<(String, String)>,
    /// The query's fields, decoded.
    pub query: Vec<(String, String)>,
    /// Whom or what it is about.
    pub subject: Option<Subject>,
    /// What its bearer token is worth.
    pub token: TokenFacts,
}
