//! What hyper refuses by itself, in the words of a SCIM Error.
//!
//! A head that is no HTTP never becomes a request, so nobody above this room can answer it; hyper says no more than a
//! status.

use bytes::Bytes;
use serde_json::json;

use crate::scim::error::ScimType;

/// What hyper writes instead of an answer: a status, and that nothing follows.
const BARE: &[u8] = b"connection: close\r\ncontent-length: 0\r\n\r\n";

/// The same refusal with a body that says what is wrong; `None` if these bytes are none of hyper's own refusals.
pub(super) fn in_words(written: &[u8]) -> Option<Bytes> {
    if !written.ends_with(BARE) {
        return None;
    }
    let line = written.split(|&byte| byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let status = line.strip_prefix("HTTP/1.1 ")?.split(' ').next()?;
    let (scim_type, detail) = match status {
        "400" => (
            Some(ScimType::InvalidSyntax.as_str()),
            "the request line or a header field is no HTTP: it holds a byte that must be percent-encoded, \
             or breaks off",
        ),
        "414" => (None, "the request target is too long"),
        "431" => (None, "the header fields are too many or too long"),
        _ => return None,
    };
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": status, "detail": detail,
    });
    if let Some(scim_type) = scim_type {
        body["scimType"] = scim_type.into();
    }
    let body = body.to_string();
    let length = body.len();
    let head = "content-type: application/scim+json\r\nconnection: close\r\ncontent-length:";
    Some(format!("{line}\r\n{head} {length}\r\n\r\n{body}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_of_hypers_own_gets_words() {
        let bare = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let said = String::from_utf8(in_words(bare).unwrap().to_vec()).unwrap();
        assert!(said.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{said}");
        assert!(said.contains("\"scimType\":\"invalidSyntax\""), "{said}");
        for other in [
            &b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            b"",
        ] {
            assert_eq!(in_words(other), None);
        }
    }
}
