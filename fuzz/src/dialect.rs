//! What must hold of every answer, whatever was asked.

use goto_double::exchange::Reply;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// The keywords that go with a 400, RFC 7644 table 9 and RFC 9865 section 2.1.
const OF_400: [&str; 11] = [
    "invalidFilter",
    "tooMany",
    "mutability",
    "invalidSyntax",
    "invalidPath",
    "noTarget",
    "invalidValue",
    "invalidVers",
    "invalidCursor",
    "expiredCursor",
    "invalidCount",
];

/// The body as JSON, which it must be.
#[track_caller]
pub fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_else(|error| panic!("{error}: {reply:?}"))
}

/// Checks an answer of SCIM 2.0: a success, or a SCIM Error of the client's making.
#[track_caller]
pub fn check_answer(reply: &Reply) {
    if reply.status.is_success() {
        match reply.status {
            StatusCode::NO_CONTENT => assert!(reply.body.is_empty(), "{reply:?}"),
            _ => assert!(json(reply).is_object(), "{reply:?}"),
        }
    } else {
        check_refusal(reply);
    }
}

/// Checks a refusal of SCIM 2.0: a SCIM Error with a keyword where there is one for it, and a detail.
#[track_caller]
pub fn check_refusal(reply: &Reply) {
    let status = reply.status;
    assert!(status.is_client_error(), "{reply:?}");
    let media_type = reply.headers.get(CONTENT_TYPE);
    // The second one is for who accepts nothing else.
    let is_scim = |value| value == "application/scim+json" || value == "application/json";
    assert!(media_type.is_some_and(is_scim), "{reply:?}");
    let body = json(reply);
    assert_eq!(body["schemas"], json!([ERROR]), "{body}");
    assert_eq!(body["status"], status.as_str(), "{body}");
    let detail = body["detail"].as_str().unwrap_or_default();
    assert!(!detail.trim().is_empty(), "{body}");
    let keyword = body["scimType"].as_str();
    let is_right = match status {
        StatusCode::BAD_REQUEST => keyword.is_some_and(|keyword| OF_400.contains(&keyword)),
        StatusCode::CONFLICT => keyword.is_none_or(|keyword| keyword == "uniqueness"),
        StatusCode::FORBIDDEN => keyword.is_none_or(|keyword| keyword == "sensitive"),
        _ => keyword.is_none(),
    };
    assert!(is_right, "{body}");
}

/// Checks that an answer is a `ListResponse` that counts right, and gives its resources.
#[track_caller]
pub fn check_list(reply: &Reply) -> Vec<Value> {
    let body = json(reply);
    assert_eq!(body["schemas"], json!([LIST]), "{body}");
    let empty = Vec::new();
    let rows = body["Resources"].as_array().unwrap_or(&empty);
    let number = |name: &str| body[name].as_u64();
    let total = number("totalResults").unwrap_or_else(|| panic!("no totalResults: {body}"));
    assert!(rows.len() as u64 <= total, "{body}");
    if let Some(shown) = number("itemsPerPage") {
        assert_eq!(shown, rows.len() as u64, "{body}");
    }
    if let Some(start) = number("startIndex") {
        assert!(start >= 1, "{body}");
        let last = (start - 1).saturating_add(rows.len() as u64);
        assert!(rows.is_empty() || last <= total, "{body}");
    }
    rows.clone()
}

/// Checks that two readings of a resource differ in version and date at most.
#[track_caller]
pub fn same_but_for_meta(found: &Value, expected: &Value) {
    let without = |value: &Value| {
        let mut value = value.clone();
        if let Some(fields) = value.as_object_mut() {
            fields.remove("meta");
        }
        value
    };
    assert_eq!(without(found), without(expected));
}
