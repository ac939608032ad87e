//! How SCIM 2.0 looks on the wire: the media type, the error body, the list envelope.

use std::fmt::Write as _;

use bytes::Bytes;
use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use serde_json::json;

use super::error::ScimError;
use crate::exchange::{IntoReply, Reply};

/// The media type of every body, [RFC 7644 section 3.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.1).
pub const MEDIA_TYPE: &str = "application/scim+json";

/// The URN of the error message.
pub const ERROR_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// The URN of the list message.
pub const LIST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// Whether a body of that media type is read.
pub fn is_readable(media_type: &str) -> bool {
    media_type == MEDIA_TYPE || media_type == "application/json"
}

/// An answer with a body that is ready.
pub fn reply(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    Reply::with_body(status, MEDIA_TYPE, body)
}

/// The body of a refusal; `status` is a string in it, [RFC 7644 section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12).
pub fn error_body(status: StatusCode, scim_type: Option<&str>, detail: &str) -> Bytes {
    let mut body = json!({ "schemas": [ERROR_SCHEMA], "status": status.as_str() });
    if let Some(scim_type) = scim_type {
        body["scimType"] = scim_type.into();
    }
    body["detail"] = detail.into();
    Bytes::from(body.to_string())
}

impl IntoReply for ScimError {
    fn into_reply(self) -> Reply {
        let scim_type = self.scim_type.map(super::error::ScimType::as_str);
        let reply = reply(
            self.status,
            error_body(self.status, scim_type, &self.detail),
        );
        match self.challenge {
            Some(challenge) => reply.with_header(WWW_AUTHENTICATE, challenge),
            None => reply,
        }
    }
}

/// What a list message says beside its resources, [RFC 7644 section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// How many resources there are on all pages.
    pub total: usize,
    /// The place of the first one, counted from 1, if the pages are counted.
    pub start_index: Option<usize>,
    /// Where the page before this one is, [RFC 9865 section 2](https://www.rfc-editor.org/rfc/rfc9865#section-2).
    pub previous_cursor: Option<String>,
    /// Where the page behind this one is.
    pub next_cursor: Option<String>,
}

/// A list message of one page that is counted from `start_index`.
pub fn list_body<R: AsRef<[u8]>>(total: usize, start_index: usize, resources: &[R]) -> Bytes {
    let envelope = Envelope {
        total,
        start_index: Some(start_index),
        ..Envelope::default()
    };
    envelope.around(resources)
}

impl Envelope {
    /// The list message around resources whose JSON is ready.
    ///
    /// `Resources` is there even if it is empty: clients read it without asking.
    pub fn around<R: AsRef<[u8]>>(&self, resources: &[R]) -> Bytes {
        let cursors = [
            ("previousCursor", self.previous_cursor.as_deref()),
            ("nextCursor", self.next_cursor.as_deref()),
        ];
        let inner: usize = resources.iter().map(|one| one.as_ref().len() + 1).sum();
        let marks: usize = cursors
            .iter()
            .filter_map(|(name, cursor)| Some(name.len() + (*cursor)?.len() + 6))
            .sum();
        // The members with their largest numbers take less than 200 bytes.
        let mut body = String::with_capacity(200 + marks + inner + 2);
        body.push_str(r#"{"schemas":[""#);
        body.push_str(LIST_SCHEMA);
        // Writing to a string cannot fail.
        let _ = write!(body, r#""],"totalResults":{}"#, self.total);
        if let Some(start_index) = self.start_index {
            let _ = write!(body, r#","startIndex":{start_index}"#);
        }
        let _ = write!(body, r#","itemsPerPage":{}"#, resources.len());
        for (name, cursor) in cursors {
            if let Some(cursor) = cursor {
                let _ = write!(body, r#","{name}":"{cursor}""#);
            }
        }
        body.push_str(r#","Resources":["#);
        let mut body = body.into_bytes();
        for (place, resource) in resources.iter().enumerate() {
            if place > 0 {
                body.push(b',');
            }
            body.extend_from_slice(resource.as_ref());
        }
        body.extend_from_slice(b"]}");
        Bytes::from(body)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn error_has_its_status_as_a_string() {
        let reply = ScimError::invalid_filter("no").into_reply();
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        let expected = json!({
            "schemas": [ERROR_SCHEMA], "status": "400", "scimType": "invalidFilter", "detail": "no",
        });
        assert_eq!(body, expected);
        let reply = ScimError::unauthorized("who?").into_reply();
        assert_eq!(reply.headers[WWW_AUTHENTICATE], "Bearer");
    }

    #[test]
    fn list_is_json_with_any_number_of_rows() {
        for rows in [&[][..], &["{}"], &["{}", r#"{"id":"1"}"#]] {
            let body: Value = serde_json::from_slice(&list_body(9, 1, rows)).unwrap();
            assert_eq!(body["Resources"].as_array().unwrap().len(), rows.len());
            assert_eq!(body["itemsPerPage"], rows.len());
            assert_eq!(
                (&body["totalResults"], &body["startIndex"]),
                (&json!(9), &json!(1))
            );
        }
    }
}
