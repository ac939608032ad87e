//! The letter case of header field names, which means nothing, [RFC 9110 section 5.1](https://www.rfc-editor.org/rfc/rfc9110#section-5.1).
//!
//! hyper settles it for a whole connection before anybody knows which sandbox is asked, so heads are rewritten on their
//! way to the socket. Their length stays.

use std::sync::atomic::{AtomicU8, Ordering};

use memchr::memmem;

use crate::exchange::NameCase;

/// What begins an answer of HTTP/1.
const VERSION: &[u8] = b"HTTP/1.";

/// How the names are to be written in the head that goes out next.
#[derive(Debug, Default)]
pub(super) struct Names(AtomicU8);

impl Names {
    /// From now on so.
    pub(super) fn spell(&self, names: NameCase) {
        self.0.store(names as u8, Ordering::Release);
    }

    /// How they are to be written.
    pub(super) fn case(&self) -> NameCase {
        const TITLE: u8 = NameCase::Title as u8;
        const CAPITAL: u8 = NameCase::Capital as u8;
        match self.0.load(Ordering::Acquire) {
            TITLE => NameCase::Title,
            CAPITAL => NameCase::Capital,
            _ => NameCase::Small,
        }
    }
}

/// The bytes that begin with a head, with the names of its fields written so; `None` if nothing is to be rewritten.
pub(super) fn head(names: NameCase, bytes: &[u8]) -> Option<Vec<u8>> {
    if names == NameCase::Small || !bytes.starts_with(VERSION) {
        return None;
    }
    let end = memmem::find(bytes, b"\r\n\r\n")?;
    let mut all = bytes.to_vec();
    let (mut is_name, mut is_first) = (false, false);
    for byte in all.iter_mut().take(end) {
        match *byte {
            b'\n' => (is_name, is_first) = (true, true),
            b':' => is_name = false,
            letter if is_name => {
                if is_first || names == NameCase::Capital {
                    byte.make_ascii_uppercase();
                }
                is_first = letter == b'-';
            }
            _ => {}
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_and_values_and_bodies_stay() {
        let sent =
            b"HTTP/1.1 200 ok\r\ncontent-type: a/b; c=d\r\nx-y: http://z\r\n\r\nbody: b\r\n\r\n";
        assert_eq!(head(NameCase::Small, sent), None);
        assert_eq!(
            head(NameCase::Title, sent).unwrap(),
            b"HTTP/1.1 200 ok\r\nContent-Type: a/b; c=d\r\nX-Y: http://z\r\n\r\nbody: b\r\n\r\n"
        );
        assert_eq!(
            head(NameCase::Capital, sent).unwrap(),
            b"HTTP/1.1 200 ok\r\nCONTENT-TYPE: a/b; c=d\r\nX-Y: http://z\r\n\r\nbody: b\r\n\r\n"
        );
        assert_eq!(
            head(NameCase::Title, b"content-type: HTTP/1.1\r\n\r\n"),
            None
        );
        assert_eq!(head(NameCase::Title, b"HTTP/1.1 200 ok\r\nhalf"), None);
    }
}
