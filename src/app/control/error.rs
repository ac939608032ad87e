//! What a tester did wrong, as problem details.

use http::StatusCode;

pub use crate::app::surface::problem::Place;
use crate::app::surface::problem::problem;
use crate::exchange::{IntoReply, Reply};
use crate::scenario::Finding;

/// A refusal of the control surface, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ControlError {
    /// Which kind of refusal.
    pub code: Code,
    /// What is wrong and what to do.
    pub message: String,
    /// Where in a scenario file it is wrong, one place a finding.
    pub at: Vec<Place>,
}

/// The kinds of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// There is no such sandbox.
    NoSuchSandbox,
    /// There is no such path, or not with that method.
    NoSuchOperation,
    /// The name is taken.
    Taken,
    /// What was sent is not what the operation takes.
    Invalid,
    /// The scenario file has mistakes.
    Scenario,
    /// A limit of the rig is reached.
    Full,
}

impl ControlError {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            at: Vec::new(),
        }
    }

    pub(crate) fn no_such_sandbox(id: &str) -> Self {
        Self::new(
            Code::NoSuchSandbox,
            format!("there is no sandbox {id:?}; GET /sandboxes lists them"),
        )
    }

    pub(crate) fn no_such_operation(message: impl Into<String>) -> Self {
        Self::new(Code::NoSuchOperation, message)
    }

    pub(crate) fn taken(id: &str) -> Self {
        Self::new(
            Code::Taken,
            format!("there is a sandbox {id:?} already; delete it first or choose another name"),
        )
    }

    pub(crate) fn invalid(message: &str) -> Self {
        Self::new(Code::Invalid, message)
    }

    /// A body that is not the JSON the operation takes.
    pub(crate) fn malformed(error: &serde_json::Error) -> Self {
        let at = vec![Place {
            line: error.line(),
            column: error.column(),
            message: error.to_string(),
        }];
        Self {
            at,
            ..Self::new(Code::Invalid, format!("the body: {error}"))
        }
    }

    /// A scenario about handshakes for a double without any.
    pub(crate) fn needs_tls() -> Self {
        Self::invalid(
            "the scenario has rules on tls.handshake, and this double speaks no TLS: start it with --tls",
        )
    }

    pub(crate) fn full() -> Self {
        Self::new(
            Code::Full,
            "this process holds as many sandboxes as it may; delete some",
        )
    }

    pub(crate) fn scenario(findings: &[Finding]) -> Self {
        let at = findings
            .iter()
            .map(|finding| Place {
                line: finding.line,
                column: finding.column,
                message: finding.message.clone(),
            })
            .collect();
        let message = findings
            .first()
            .map_or_else(String::new, ToString::to_string);
        Self {
            code: Code::Scenario,
            message: format!("the scenario has mistakes: {message}"),
            at,
        }
    }

    fn status(&self) -> StatusCode {
        match self.code {
            Code::NoSuchSandbox | Code::NoSuchOperation => StatusCode::NOT_FOUND,
            Code::Taken => StatusCode::CONFLICT,
            Code::Invalid => StatusCode::BAD_REQUEST,
            Code::Scenario => StatusCode::UNPROCESSABLE_ENTITY,
            Code::Full => StatusCode::INSUFFICIENT_STORAGE,
        }
    }

    fn title(&self) -> &'static str {
        match self.code {
            Code::NoSuchSandbox => "No such sandbox",
            Code::NoSuchOperation => "No such operation",
            Code::Taken => "Name taken",
            Code::Invalid => "Invalid request",
            Code::Scenario => "Mistakes in the scenario",
            Code::Full => "Limit reached",
        }
    }
}

impl IntoReply for ControlError {
    fn into_reply(self) -> Reply {
        problem(self.status(), self.title(), &self.message, &self.at)
    }
}
