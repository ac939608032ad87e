//! What a tester did wrong, as problem details.

use std::fmt::Display;

use http::StatusCode;

pub use crate::app::surface::problem::Place;
use crate::app::surface::problem::{problem, problem_of};
use crate::exchange::{IntoReply, Reply};
use crate::sandbox::Holding;
use crate::scenario::{Finding, Severity, place_of};

/// A refusal of the control surface, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ControlError {
    /// Which kind of refusal.
    pub code: Code,
    /// What is wrong and what to do.
    pub message: String,
    /// The field or query parameter that is wrong, as in `clock.mode`.
    pub field: Option<String>,
    /// Where in a scenario file it is wrong, one place a finding.
    pub at: Vec<Place>,
}

/// The kinds of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// There is no such sandbox.
    NoSuchSandbox,
    /// There is no such thing in the sandbox.
    NotFound,
    /// There is no such path, or not with that method.
    NoSuchOperation,
    /// What the sandbox holds does not allow it.
    Conflict,
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
            field: None,
            at: Vec::new(),
        }
    }

    /// That there is no such thing; says which.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(Code::NotFound, message)
    }

    /// That the sandbox holds what does not go with it; says what.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(Code::Conflict, message)
    }

    /// That a field or query parameter is wrong; says why.
    pub(crate) fn of_field(field: &str, why: impl Display) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::new(Code::Invalid, format!("{field}: {why}"))
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
    pub(crate) fn malformed(error: &serde_path_to_error::Error<serde_json::Error>) -> Self {
        let (inner, path) = (error.inner(), error.path().to_string());
        let message = inner.to_string();
        // What is not known or not there stands in the message, and not always at the end of the path.
        let named = ["unknown field `", "missing field `"];
        let quoted = named.iter().find_map(|words| message.strip_prefix(words));
        let name = quoted.and_then(|rest| rest.split('`').next());
        let field = match (path.as_str(), name) {
            (".", None) => None,
            (".", Some(name)) => Some(name.to_owned()),
            (path, Some(name)) if !path.ends_with(name) => Some(format!("{path}.{name}")),
            (path, _) => Some(path.to_owned()),
        };
        let at = vec![Place {
            line: inner.line(),
            column: inner.column(),
            pointer: None,
            message: message.clone(),
        }];
        let place = field.as_deref().unwrap_or("the body");
        Self {
            field: field.clone(),
            at,
            ..Self::new(Code::Invalid, format!("{place}: {message}"))
        }
    }

    /// A scenario about handshakes for a double without any.
    pub(crate) fn needs_port() -> Self {
        Self::invalid("this double opens no port for one sandbox alone")
    }

    /// For rules on connections to a sandbox that shares its port with others.
    pub(crate) fn shares_port() -> Self {
        Self::invalid(
            "rules on connection.accept need a port of the sandbox's own, and this one was made without: make another whose scenario has such a rule from the start",
        )
    }

    pub(crate) fn needs_tls() -> Self {
        Self::invalid(
            "the scenario has rules on tls.handshake, and this double speaks no TLS: start it with --tls",
        )
    }

    /// That there are as many sandboxes as there may be.
    pub(crate) fn too_many_sandboxes(limit: usize) -> Self {
        Self::new(
            Code::Full,
            format!(
                "sandboxes: there are as many as there may be, {limit}; delete some, or choose a higher limit"
            ),
        )
    }

    /// That a sandbox has as many of a kind as there may be.
    pub(crate) fn full(full: &Holding) -> Self {
        Self::new(Code::Full, full.refusal())
    }

    pub(crate) fn scenario(findings: &[Finding]) -> Self {
        let at = findings
            .iter()
            .map(|finding| Place {
                line: finding.line,
                column: finding.column,
                pointer: Some(finding.pointer.clone()),
                message: finding.words(),
            })
            .collect();
        let message = findings
            .first()
            .map_or_else(String::new, ToString::to_string);
        Self {
            code: Code::Scenario,
            message: format!("the scenario has mistakes: {message}"),
            field: None,
            at,
        }
    }

    /// Rules that do not make a sound scenario; a pointer that `named` knows means that value of what was sent.
    pub(crate) fn rules(findings: &[Finding], named: impl Fn(&str) -> Option<String>) -> Self {
        let wrong = findings
            .iter()
            .filter(|one| one.severity == Severity::Error);
        let first = wrong.map(Finding::words).next().unwrap_or_default();
        let at = findings.iter().map(|finding| Place {
            line: finding.line,
            column: finding.column,
            pointer: Some(named(&finding.pointer).unwrap_or_else(|| finding.pointer.clone())),
            message: finding.words(),
        });
        Self {
            at: at.collect(),
            ..Self::new(
                Code::Scenario,
                format!("the rules have mistakes: {first}; nothing was changed"),
            )
        }
    }

    /// The same with the lines and columns of the text that was sent.
    pub(crate) fn placed_in(mut self, text: &[u8]) -> Self {
        if let (Code::Scenario, Ok(text)) = (self.code, std::str::from_utf8(text)) {
            for place in &mut self.at {
                let pointer = place.pointer.as_deref().unwrap_or_default();
                (place.line, place.column) = place_of(text, pointer);
            }
        }
        self
    }

    fn status(&self) -> StatusCode {
        match self.code {
            Code::NoSuchSandbox | Code::NotFound | Code::NoSuchOperation => StatusCode::NOT_FOUND,
            Code::Taken | Code::Conflict => StatusCode::CONFLICT,
            Code::Invalid => StatusCode::BAD_REQUEST,
            Code::Scenario => StatusCode::UNPROCESSABLE_ENTITY,
            Code::Full => StatusCode::INSUFFICIENT_STORAGE,
        }
    }

    fn title(&self) -> &'static str {
        match self.code {
            Code::NoSuchSandbox => "No such sandbox",
            Code::NotFound => "Not found",
            Code::NoSuchOperation => "No such operation",
            Code::Conflict => "Conflict",
            Code::Taken => "Name taken",
            Code::Invalid => "Invalid request",
            Code::Scenario => "Mistakes in the scenario",
            Code::Full => "Limit reached",
        }
    }
}

impl IntoReply for ControlError {
    fn into_reply(self) -> Reply {
        let (status, title) = (self.status(), self.title());
        match &self.field {
            None => problem(status, title, &self.message, &self.at),
            Some(field) => problem_of(status, title, &self.message, (field, &self.at)),
        }
    }
}
