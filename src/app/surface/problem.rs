//! Problem details: errors for testers and scripts, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).

use http::StatusCode;
use serde_json::{Value, json};

use crate::exchange::Reply;

/// A place in a file that was sent, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

/// Problem details, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), as an answer.
pub(crate) fn problem(status: StatusCode, title: &str, detail: &str, at: &[Place]) -> Reply {
    let mut body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    if let (Some(first), Value::Object(fields)) = (at.first(), &mut body) {
        fields.insert("line".into(), first.line.into());
        fields.insert("column".into(), first.column.into());
        let findings = at.iter().map(
            |place| json!({ "line": place.line, "column": place.column, "message": place.message }),
        );
        fields.insert("findings".into(), findings.collect());
    }
    Reply::with_body(status, "application/problem+json", body.to_string())
}
