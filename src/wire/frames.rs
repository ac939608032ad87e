//! As much of HTTP/2's frames as this room needs beside hyper: which streams a client opens, and GOAWAY.

use std::sync::atomic::{AtomicU32, Ordering};

use bytes::{BufMut, Bytes, BytesMut};

/// The bytes before the first frame, [RFC 9113 section 3.4](https://www.rfc-editor.org/rfc/rfc9113#section-3.4).
const PREFACE: usize = 24;

/// The length of a frame's head, [RFC 9113 section 4.1](https://www.rfc-editor.org/rfc/rfc9113#section-4.1).
const HEAD: usize = 9;

const HEADERS: u8 = 1;
const GOAWAY: u8 = 7;

/// The streams that a client has opened, as plain numbers.
#[derive(Debug, Default)]
pub(super) struct Streams {
    /// The number of the newest.
    newest: AtomicU32,
    /// How many were opened.
    opened: AtomicU32,
    /// How many exchanges have begun; the others are on their way through hyper.
    begun: AtomicU32,
}

impl Streams {
    fn open(&self, stream: u32) {
        if stream > self.newest.load(Ordering::Acquire) {
            self.newest.store(stream, Ordering::Release);
            self.opened.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// The number of the stream whose exchange begins: exchanges begin in the order of their streams, and a client's
    /// streams are 2 apart.
    pub(super) fn begin(&self) -> u32 {
        let begun = self.begun.fetch_add(1, Ordering::AcqRel) + 1;
        let behind = self.opened.load(Ordering::Acquire).saturating_sub(begun);
        let newest = self.newest.load(Ordering::Acquire);
        newest.saturating_sub(behind.saturating_mul(2))
    }
}

/// Goes over the frames of a client as they come in.
#[derive(Debug)]
pub(super) struct Walk {
    /// Bytes to pass over before the next frame.
    skip: usize,
    /// The head of a frame, as far as it has come.
    head: [u8; HEAD],
    seen: usize,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            skip: PREFACE,
            head: [0; HEAD],
            seen: 0,
        }
    }
}

impl Walk {
    /// Takes the next bytes of the connection, and notes the streams that they open.
    pub(super) fn see(&mut self, mut bytes: &[u8], streams: &Streams) {
        while !bytes.is_empty() {
            let passed = self.skip.min(bytes.len());
            self.skip -= passed;
            bytes = bytes.get(passed..).unwrap_or_default();
            for (place, byte) in self.head.iter_mut().skip(self.seen).zip(bytes) {
                *place = *byte;
            }
            let taken = (HEAD - self.seen).min(bytes.len());
            self.seen += taken;
            bytes = bytes.get(taken..).unwrap_or_default();
            if self.seen == HEAD {
                let [l0, l1, l2, kind, _flags, s0, s1, s2, s3] = self.head;
                self.skip = u32::from_be_bytes([0, l0, l1, l2]) as usize;
                self.seen = 0;
                if kind == HEADERS {
                    streams.open(u32::from_be_bytes([s0 & 0x7f, s1, s2, s3]));
                }
            }
        }
    }
}

/// A GOAWAY frame without an error, saying that no stream after `last` was processed.
pub(super) fn goaway(last: u32) -> Bytes {
    let mut frame = BytesMut::with_capacity(HEAD + 8);
    frame.put_slice(&[0, 0, 8, GOAWAY, 0]);
    // GOAWAY is of the whole connection; NO_ERROR is 0.
    for number in [0, last & 0x7fff_ffff, 0] {
        frame.put_u32(number);
    }
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, 0]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        frame
    }

    #[test]
    fn streams_are_found_however_their_frames_are_cut() {
        let mut bytes = vec![b'P'; PREFACE];
        bytes.extend(frame(4, 0, &[0; 12]));
        bytes.extend(frame(HEADERS, 1, b"fields"));
        bytes.extend(frame(0, 1, &[HEADERS; 30]));
        bytes.extend(frame(HEADERS, 3, b""));
        // Trailers open nothing.
        bytes.extend(frame(HEADERS, 1, b"fields"));
        for size in 1..=bytes.len() {
            let (streams, mut walk) = (Streams::default(), Walk::default());
            bytes.chunks(size).for_each(|part| walk.see(part, &streams));
            assert_eq!([streams.begin(), streams.begin()], [1, 3], "{size}");
        }
    }

    #[test]
    fn goaway_is_of_the_connection_and_names_the_last_stream() {
        assert_eq!(
            goaway(5)[..],
            [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0]
        );
    }
}
