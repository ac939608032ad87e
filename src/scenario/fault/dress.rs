//! How an answer is wrapped: its status, its media type, its coding, and what stands in place of its body.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::exchange::Reply;
use crate::scenario::finding::Complaint;
use crate::scenario::plan::Dress;

/// The names, with an example of what some of them need.
pub(super) const NAMES: [&str; 9] = [
    "bom",
    "html",
    "gzip",
    "no_content_type",
    "content_type:text/plain",
    "status:200",
    "no_body",
    "padded:50000000",
    "twice_named",
];

/// No body is padded by more.
const MOST_PADDING: usize = 64 * 1024 * 1024;

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Just a moment</title></head><body><h1>Just a moment</h1><p>We will be back soon.</p></body></html>\n";

/// Reads a name; `None` if it is the name of something else.
pub(super) fn parse(name: &str) -> Option<Result<Dress, Complaint>> {
    Some(match name.split_once(':').unwrap_or((name, "")) {
        ("bom", "") => Ok(Dress::Bom),
        ("html", "") => Ok(Dress::Html),
        ("gzip", "") => Ok(Dress::Gzip),
        ("no_body", "") => Ok(Dress::NoBody),
        ("twice_named", "") => Ok(Dress::TwiceNamed),
        ("padded", bytes) => {
            let bytes = bytes.parse().ok().filter(|bytes| *bytes <= MOST_PADDING);
            let complaint = || format!("expected a number of bytes up to {MOST_PADDING}").into();
            bytes.map(Dress::Padded).ok_or_else(complaint)
        }
        ("no_content_type", "") => Ok(Dress::ContentType(None)),
        ("content_type", kind) if !kind.is_empty() => HeaderValue::from_str(kind)
            .map(|kind| Dress::ContentType(Some(kind)))
            .map_err(|_| "no header field can hold this".into()),
        ("status", code) => code
            .parse()
            .ok()
            .and_then(final_status)
            .map(Dress::Status)
            .ok_or_else(|| format!("\"{code}\" is no final status").into()),
        _ => return None,
    })
}

/// The status, if an answer can end with it.
pub(super) fn final_status(code: u16) -> Option<StatusCode> {
    let status = StatusCode::from_u16(code).ok()?;
    (!status.is_informational()).then_some(status)
}

pub(super) fn name_of(dress: &Dress) -> Cow<'static, str> {
    match dress {
        Dress::Bom => "bom".into(),
        Dress::Html => "html".into(),
        Dress::Gzip => "gzip".into(),
        Dress::ContentType(Some(_)) => "content_type".into(),
        Dress::ContentType(None) => "no_content_type".into(),
        Dress::Status(status) => format!("status:{}", status.as_u16()).into(),
        Dress::NoBody => "no_body".into(),
        Dress::Padded(bytes) => format!("padded:{bytes}").into(),
        Dress::TwiceNamed => "twice_named".into(),
    }
}

impl Dress {
    /// Whether it changes nothing where there is no body.
    pub(in crate::scenario) fn needs_body(&self) -> bool {
        !matches!(self, Self::Status(_) | Self::Html)
    }
}

/// Wraps an answer; says why it cannot be wrapped so.
pub(super) fn put_on(reply: &mut Reply, dress: &Dress) -> Result<(), String> {
    let is_bare = matches!(reply.status.as_u16(), 204 | 205 | 304) && *dress == Dress::Html;
    if is_bare || dress.needs_body() && reply.body.is_empty() {
        return Err("the answer has no body".to_owned());
    }
    match dress {
        Dress::Bom => reply.body = [b"\xef\xbb\xbf", reply.body.as_ref()].concat().into(),
        Dress::Html => {
            reply.body = Bytes::from_static(PAGE.as_bytes());
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            reply.headers.insert(CONTENT_TYPE, kind);
            reply.headers.remove(CONTENT_ENCODING);
        }
        Dress::Gzip => {
            reply.body = gzip(&reply.body).into();
            let coding = HeaderValue::from_static("gzip");
            // RFC 9110 section 8.4: the codings stand in the order in which they were applied.
            reply.headers.append(CONTENT_ENCODING, coding);
        }
        Dress::ContentType(kind) => set(&mut reply.headers, kind.as_ref()),
        Dress::Status(status) if reply.status == *status => {
            return Err(format!("the status is {} already", status.as_u16()));
        }
        Dress::Status(status) => {
            reply.status = *status;
            if matches!(status.as_u16(), 204 | 205 | 304) {
                bare(reply);
            }
        }
        Dress::NoBody => bare(reply),
        Dress::Padded(bytes) => {
            let padding = format!("\"padding\":\"{}\"", "x".repeat(*bytes));
            reply.body = with_member(&reply.body, &padding)?;
        }
        Dress::TwiceNamed => {
            let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            let lies = [
                ("totalResults", "\"totalResults\":0"),
                ("id", "\"id\":\"0\""),
            ];
            let lie = lies.iter().find(|(name, _)| body.get(name).is_some());
            let (_, lie) = lie.ok_or("there is no id and no totalResults")?;
            reply.body = with_member(&reply.body, lie)?;
        }
    }
    Ok(())
}

/// The JSON object with one more member in front.
fn with_member(body: &[u8], member: &str) -> Result<Bytes, String> {
    let inner = body
        .strip_prefix(b"{")
        .ok_or("the answer is no JSON object")?;
    let comma: &[u8] = if inner.starts_with(b"}") { b"" } else { b"," };
    Ok([b"{", member.as_bytes(), comma, inner].concat().into())
}

fn bare(reply: &mut Reply) {
    reply.body = Bytes::new();
    reply.headers.remove(CONTENT_TYPE);
    reply.headers.remove(CONTENT_ENCODING);
}

fn set(headers: &mut HeaderMap, kind: Option<&HeaderValue>) {
    match kind {
        Some(kind) => _ = headers.insert(CONTENT_TYPE, kind.clone()),
        None => _ = headers.remove(CONTENT_TYPE),
    }
}

/// The bytes in the format of [RFC 1952](https://www.rfc-editor.org/rfc/rfc1952), in blocks that are stored as they are,
/// [RFC 1951 section 3.2.4](https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4): any reader takes them.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut whole = HEAD.to_vec();
    let mut blocks = bytes.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        whole.push(u8::from(blocks.peek().is_none()));
        whole.extend(length.to_le_bytes());
        whole.extend((!length).to_le_bytes());
        whole.extend(block);
    }
    whole.extend(checksum(bytes).to_le_bytes());
    // RFC 1952 section 2.3.1: the length modulo 2^32.
    let length = u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or(0);
    whole.extend(length.to_le_bytes());
    whole
}

/// The CRC-32 of [RFC 1952 section 8](https://www.rfc-editor.org/rfc/rfc1952#section-8).
fn checksum(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    !bytes.iter().fold(!0, |mut sum, byte| {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = (sum & 1).wrapping_neg();
            sum = sum >> 1 ^ (POLYNOMIAL & carry);
        }
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_is_that_of_the_standard() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn stored_blocks_hold_the_bytes() {
        let bytes = vec![7; 70_000];
        let packed = gzip(&bytes);
        assert_eq!(packed.len(), 10 + 2 * 5 + 70_000 + 8);
        assert_eq!(&packed[10..15], [0, 0xff, 0xff, 0, 0]);
    }

    #[test]
    fn names_are_read_and_written() {
        for name in [
            "bom",
            "html",
            "gzip",
            "no_content_type",
            "status:299",
            "no_body",
            "padded:70",
            "twice_named",
        ] {
            assert_eq!(name_of(&parse(name).unwrap().unwrap()), name);
        }
        assert!(parse("status:100").unwrap().is_err());
        assert!(parse("status:x").unwrap().is_err());
        assert!(parse("content_type:\n").unwrap().is_err());
        assert!(parse("content_type").is_none() && parse("zip").is_none());
    }

    #[test]
    fn page_in_the_place_of_a_packed_body_is_not_packed() {
        let mut reply = Reply::with_body(StatusCode::OK, "application/json", "{}");
        put_on(&mut reply, &Dress::Gzip).unwrap();
        put_on(&mut reply, &Dress::Html).unwrap();
        assert!(!reply.headers.contains_key(CONTENT_ENCODING));
        assert_eq!(reply.body, PAGE);
    }

    #[test]
    fn what_is_packed_twice_says_so() {
        let mut reply = Reply::with_body(StatusCode::OK, "application/json", "{}");
        put_on(&mut reply, &Dress::Gzip).unwrap();
        put_on(&mut reply, &Dress::Gzip).unwrap();
        assert_eq!(reply.headers.get_all(CONTENT_ENCODING).iter().count(), 2);
    }

    #[test]
    fn answer_that_has_no_body_gets_no_page() {
        let mut reply = Reply::empty(StatusCode::NO_CONTENT);
        assert!(put_on(&mut reply, &Dress::Html).is_err());
        let mut reply = Reply::empty(StatusCode::OK);
        assert!(put_on(&mut reply, &Dress::Html).is_ok());
    }

    #[test]
    fn answer_without_a_body_cannot_be_packed() {
        let mut reply = Reply::empty(StatusCode::NO_CONTENT);
        assert!(put_on(&mut reply, &Dress::Gzip).is_err());
        assert!(put_on(&mut reply, &Dress::Status(StatusCode::OK)).is_ok());
        assert_eq!(reply.status, StatusCode::OK);
    }
}
