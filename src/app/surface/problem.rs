//! Problem details: errors for testers and scripts, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::exchange::Reply;

/// A place in a file that was sent, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1.
    pub column: usize,
    /// The place in the document, [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901), where it is known.
    pub pointer: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// Problem details, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), as an answer.
pub(crate) fn problem(status: StatusCode, title: &str, detail: &str, at: &[Place]) -> Reply {
    reply(status, &members(status, title, detail, at))
}

/// The same about one field or query parameter.
pub(crate) fn problem_of(
    status: StatusCode,
    title: &str,
    detail: &str,
    (field, at): (&str, &[Place]),
) -> Reply {
    let mut members = members(status, title, detail, at);
    members.insert("field".into(), field.into());
    reply(status, &members)
}

fn members(status: StatusCode, title: &str, detail: &str, at: &[Place]) -> Map<String, Value> {
    let mut fields = Map::from_iter([
        ("type".into(), "about:blank".into()),
        ("title".into(), title.into()),
        ("status".into(), status.as_u16().into()),
        ("detail".into(), detail.into()),
    ]);
    if let Some(first) = at.first() {
        fields.insert("line".into(), first.line.into());
        fields.insert("column".into(), first.column.into());
        let findings = at.iter().map(|place| {
            let mut finding =
                json!({ "line": place.line, "column": place.column, "message": place.message });
            if let Some(pointer) = &place.pointer {
                finding["pointer"] = pointer.as_str().into();
            }
            finding
        });
        fields.insert("findings".into(), findings.collect());
    }
    fields
}

fn reply(status: StatusCode, members: &Map<String, Value>) -> Reply {
    let body = serde_json::to_string(members).unwrap_or_default();
    Reply::with_body(status, "application/problem+json", body)
}
