//! Requests that two readers could take for different ones, and that are therefore refused by both.
//!
//! hyper reads some of them one way and drops the evidence, so heads are looked at as they come in, too.

use http::Version;
use http::header::HOST;
use memchr::memchr_iter;

use crate::exchange::Request;

use super::line::Line;

const BARE_FEED: &str = "a line of the head ends in LF without CR";
const TWO_LENGTHS: &str = "Content-Length stands there more than once";
const TWO_FRAMINGS: &str = "Content-Length and Transfer-Encoding contradict each other";
const NO_HOST: &str = "there is no Host";
const TWO_HOSTS: &str = "Host stands there more than once";
const OTHER_HOST: &str = "the target names another host than Host does";
/// The chunks of a body cannot be told apart.
pub(super) const BAD_BODY: &str = "the chunks of the body are malformed";

/// What is wrong with a request that hyper could read.
///
/// [RFC 9112 section 3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2) wants one `Host`;
/// [RFC 9113 section 8.3.1](https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1) wants it to be the authority.
pub(super) fn complaint(request: &Request, line: &Line) -> Option<&'static str> {
    if let Some(why) = line.complaint() {
        return Some(why);
    }
    let mut hosts = request.headers.get_all(HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() {
        return Some(TWO_HOSTS);
    }
    let Some(host) = host else {
        return (request.version == Version::HTTP_11).then_some(NO_HOST);
    };
    let authority = request.uri.authority()?;
    let is_same = host
        .as_bytes()
        .eq_ignore_ascii_case(authority.as_str().as_bytes());
    (!is_same).then_some(OTHER_HOST)
}

/// Looks at the heads of a connection as they come in.
#[derive(Debug, Default)]
pub(super) struct Heads {
    /// A head that has not come to its end.
    partial: Vec<u8>,
}

impl Heads {
    /// Takes bytes that came where a head is expected, at most so many of one head; says what is wrong with it.
    pub(super) fn see(&mut self, bytes: &[u8], most: usize) -> Option<&'static str> {
        if self.partial.is_empty() {
            return match look(bytes) {
                Looked::ToItsEnd(complaint) => complaint,
                Looked::Partial => {
                    self.partial.extend_from_slice(bytes);
                    None
                }
            };
        }
        self.partial.extend_from_slice(bytes);
        match look(&self.partial) {
            Looked::Partial if self.partial.len() <= most => None,
            looked => {
                self.partial.clear();
                match looked {
                    Looked::ToItsEnd(complaint) => complaint,
                    // hyper refuses it for its size.
                    Looked::Partial => None,
                }
            }
        }
    }
}

enum Looked {
    ToItsEnd(Option<&'static str>),
    Partial,
}

fn look(bytes: &[u8]) -> Looked {
    let (mut from, mut lengths, mut codings) = (0, 0, 0);
    let mut is_bare = false;
    let mut is_begun = false;
    for end in memchr_iter(b'\n', bytes) {
        let line = bytes.get(from..end).unwrap_or_default();
        from = end + 1;
        let (line, ends_bare) = match line.strip_suffix(b"\r") {
            Some(line) => (line, false),
            None => (line, true),
        };
        is_bare |= ends_bare;
        match line.first() {
            // RFC 9112 section 2.2: empty lines before a request are passed over.
            None if !is_begun => {}
            None => return Looked::ToItsEnd(verdict(is_bare, lengths, codings)),
            Some(_) if !is_begun => {
                if !is_request_line(line) {
                    // The rest of a body that nobody read, or no HTTP at all.
                    return Looked::ToItsEnd(None);
                }
                is_begun = true;
            }
            Some(b'C' | b'c') => lengths += u8::from(is_named(line, b"content-length")),
            Some(b'T' | b't') => codings += u8::from(is_named(line, b"transfer-encoding")),
            Some(_) => {}
        }
        if lengths > 1 {
            return Looked::ToItsEnd(Some(TWO_LENGTHS));
        }
    }
    Looked::Partial
}

fn verdict(is_bare: bool, lengths: u8, codings: u8) -> Option<&'static str> {
    if lengths > 0 && codings > 0 {
        Some(TWO_FRAMINGS)
    } else {
        is_bare.then_some(BARE_FEED)
    }
}

fn is_request_line(line: &[u8]) -> bool {
    let version = line.len().checked_sub(b"HTTP/1.1".len());
    let version = version.and_then(|from| line.get(from..));
    version.is_some_and(|version| version.starts_with(b"HTTP/1."))
}

fn is_named(line: &[u8], name: &[u8]) -> bool {
    let named = line.get(..name.len());
    named.is_some_and(|named| named.eq_ignore_ascii_case(name))
        && line.get(name.len()) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(head: &str) -> Option<&'static str> {
        let whole = Heads::default().see(head.as_bytes(), 1 << 16);
        // However it is cut, it is the same.
        for cut in 1..head.len() {
            let mut heads = Heads::default();
            let (first, second) = head.split_at(cut);
            let said = heads.see(first.as_bytes(), 1 << 16);
            assert_eq!(
                said.or_else(|| heads.see(second.as_bytes(), 1 << 16)),
                whole
            );
        }
        whole
    }

    #[test]
    fn only_what_can_be_read_in_two_ways_is_complained_of() {
        for (fields, complaint) in [
            ("", None),
            ("content-length: 3\r\n", None),
            ("Transfer-Encoding: chunked\r\n", None),
            (
                "Content-Length: 3\r\ncontent-length: 3\r\n",
                Some(TWO_LENGTHS),
            ),
            (
                "Content-Length: 3\r\nTRANSFER-ENCODING: chunked\r\n",
                Some(TWO_FRAMINGS),
            ),
            (
                "transfer-encoding: chunked\r\nx: y\r\ncontent-length: 0\r\n",
                Some(TWO_FRAMINGS),
            ),
            ("a: b\n", Some(BARE_FEED)),
            ("content-lengths: 3\r\ncontent-length: 3\r\n", None),
        ] {
            assert_eq!(
                seen(&format!("GET / HTTP/1.1\r\nhost: a\r\n{fields}\r\n")),
                complaint,
                "{fields}"
            );
        }
        assert_eq!(seen("GET / HTTP/1.1\n\n"), Some(BARE_FEED));
        assert_eq!(seen("\r\nGET / HTTP/1.1\r\n\r\n"), None);
        assert_eq!(seen("{\n\"a\": 1\n}\n\n"), None);
    }
}
