//! As much of HTTP/2's frames as this room needs beside hyper: which streams a client opens, and GOAWAY.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::{BufMut, Bytes, BytesMut};
use tokio::sync::oneshot;

/// The bytes before the first frame, [RFC 9113 section 3.4](https://www.rfc-editor.org/rfc/rfc9113#section-3.4).
const PREFACE: usize = 24;

/// The length of a frame's head, [RFC 9113 section 4.1](https://www.rfc-editor.org/rfc/rfc9113#section-4.1).
const HEAD: usize = 9;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const GOAWAY: u8 = 7;

/// The streams that a client has opened.
#[derive(Debug, Default)]
pub(super) struct Streams(Mutex<Opened>);

#[derive(Debug, Default)]
struct Opened {
    newest: u32,
    /// Those whose exchanges have not begun: they are on their way through hyper.
    waiting: VecDeque<u32>,
    /// The newest one whose exchange has begun.
    begun: u32,
    watched: Vec<Watched>,
}

/// An answer of which somebody wants to know when it has gone out.
#[derive(Debug)]
struct Watched {
    stream: u32,
    /// So many bytes of its body are still to come.
    left: usize,
    said: oneshot::Sender<()>,
}

/// The stream of an exchange that has begun.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Begun {
    pub(super) stream: u32,
    /// The one that began before it; 0 if none did.
    pub(super) before: u32,
}

impl Streams {
    fn state(&self) -> MutexGuard<'_, Opened> {
        // Numbers are whole whatever befell their holder.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self, stream: u32) {
        let mut state = self.state();
        if stream > state.newest {
            state.newest = stream;
            state.waiting.push_back(stream);
        }
    }

    /// Notes that something was said on a stream: if its exchange has not begun, hyper has refused it by itself.
    fn answered(&self, stream: u32) {
        self.state().waiting.retain(|waiting| *waiting != stream);
        self.say(stream, 0);
    }

    /// Tells when the head of the answer and so many bytes of its body have gone out: hyper takes more than the client's
    /// window lets go.
    pub(super) fn watch(&self, stream: u32, bytes: usize) -> oneshot::Receiver<()> {
        let (said, told) = oneshot::channel();
        let left = bytes;
        let mut state = self.state();
        state.watched.push(Watched { stream, left, said });
        told
    }

    /// Notes that so many bytes of a body went out, or the head of an answer.
    fn say(&self, stream: u32, bytes: usize) {
        let mut state = self.state();
        let mut watched = std::mem::take(&mut state.watched);
        watched.retain(|one| !one.said.is_closed());
        for mut one in watched {
            if one.stream == stream {
                one.left = one.left.saturating_sub(bytes);
            }
            if one.stream == stream && one.left == 0 {
                // Whoever has gone need not know.
                let _ = one.said.send(());
            } else {
                state.watched.push(one);
            }
        }
    }

    /// The stream whose exchange begins: exchanges begin in the order of their streams.
    pub(super) fn begin(&self) -> Begun {
        let mut state = self.state();
        let stream = state.waiting.pop_front().unwrap_or(state.newest);
        let before = std::mem::replace(&mut state.begun, stream);
        Begun { stream, before }
    }

    /// The newest stream whose exchange has begun.
    pub(super) fn newest_begun(&self) -> u32 {
        self.state().begun
    }
}

/// Goes over the frames of one side as they pass.
#[derive(Debug)]
pub(super) struct Walk {
    /// Bytes to pass over before the next frame.
    skip: usize,
    /// The head of a frame, as far as it has come.
    head: [u8; HEAD],
    seen: usize,
    speaker: Speaker,
}

/// Whose frames they are.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Speaker {
    Client,
    Server,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            skip: PREFACE,
            head: [0; HEAD],
            seen: 0,
            speaker: Speaker::Client,
        }
    }
}

impl Walk {
    /// Over what goes out: a server has no preface.
    pub(super) fn of_server() -> Self {
        Self {
            skip: 0,
            speaker: Speaker::Server,
            ..Self::default()
        }
    }

    /// Takes the next bytes of the connection, and notes the streams that they open or answer.
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
                let length = u32::from_be_bytes([0, l0, l1, l2]) as usize;
                self.skip = length;
                self.seen = 0;
                let stream = u32::from_be_bytes([s0 & 0x7f, s1, s2, s3]);
                match (self.speaker, kind) {
                    (Speaker::Client, HEADERS) => streams.open(stream),
                    (Speaker::Server, HEADERS | RST_STREAM) => streams.answered(stream),
                    (Speaker::Server, DATA) => streams.say(stream, length),
                    _ => {}
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

/// A `RST_STREAM` frame that says that nothing was done on that stream,
/// [RFC 9113 section 8.7](https://www.rfc-editor.org/rfc/rfc9113#section-8.7).
pub(super) fn refused(stream: u32) -> Bytes {
    let mut frame = BytesMut::with_capacity(HEAD + 4);
    frame.put_slice(&[0, 0, 4, RST_STREAM, 0]);
    // REFUSED_STREAM is 7.
    for number in [stream, 7] {
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
            let begun = [streams.begin().stream, streams.begin().stream];
            assert_eq!(begun, [1, 3], "{size}");
        }
    }

    #[test]
    fn stream_that_was_refused_or_left_out_is_not_taken_for_another() {
        let streams = Streams::default();
        let mut client = Walk {
            skip: 0,
            ..Walk::default()
        };
        for stream in [1, 3, 11] {
            client.see(&frame(HEADERS, stream, b"fields"), &streams);
        }
        let mut server = Walk::of_server();
        server.see(&frame(4, 0, b""), &streams);
        server.see(&refused(1), &streams);
        let (one, other) = (streams.begin(), streams.begin());
        assert_eq!((one.stream, one.before), (3, 0));
        assert_eq!((other.stream, other.before), (11, 3));
        assert_eq!(streams.newest_begun(), 11);
    }

    #[test]
    fn answer_has_gone_out_with_its_head_and_the_last_byte_asked_for() {
        let streams = Streams::default();
        let mut server = Walk::of_server();
        let (mut head, mut body) = (streams.watch(1, 0), streams.watch(1, 5));
        server.see(&frame(HEADERS, 3, b"fields"), &streams);
        assert!(head.try_recv().is_err());
        server.see(&frame(HEADERS, 1, b"fields"), &streams);
        assert!(head.try_recv().is_ok());
        server.see(&frame(DATA, 1, b"1234"), &streams);
        assert!(body.try_recv().is_err());
        server.see(&frame(DATA, 1, b"5"), &streams);
        assert!(body.try_recv().is_ok());
    }

    #[test]
    fn goaway_is_of_the_connection_and_names_the_last_stream() {
        assert_eq!(
            goaway(5)[..],
            [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0]
        );
    }
}
