//! An answer of HTTP/1 that leaves otherwise than hyper writes it: after other heads, with a field more, or in slices.

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http::StatusCode;
use tokio::io::AsyncWrite;

use crate::clock::Clock;
use crate::exchange::{Cuts, Delivery};

use super::line::Line;
use super::socket::Socket;

/// As much of an answer is looked at for the next place to cut.
const LOOKED_AT: usize = 16 << 10;

/// What an early hint tells a client to fetch.
const HINT: &[u8] = b"link: </scim/v2/Schemas>; rel=preload\r\n";

const CLOSE: &[u8] = b"connection: close\r\n";

/// How one answer leaves; it holds what is still to be done.
pub(super) struct Manner {
    /// What goes out before anything else does.
    first: Bytes,
    /// What is put behind the status line.
    added: Option<&'static [u8]>,
    /// How many bytes of hyper's are done with once `first` is out.
    done: usize,
    slices: Option<Slices>,
}

struct Slices {
    at: Cuts,
    every: Duration,
    clock: Clock,
    peer: SocketAddr,
    /// The last bytes that went out, to tell the end of the head.
    tail: [u8; 4],
    is_in_head: bool,
    waiting: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl std::fmt::Debug for Manner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Manner").finish_non_exhaustive()
    }
}

impl Manner {
    /// `None` for a delivery that hyper writes as it should be.
    pub(super) fn of(delivery: &Delivery, clock: &Clock, peer: SocketAddr) -> Option<Self> {
        let plain = Self {
            first: Bytes::new(),
            added: None,
            done: 0,
            slices: None,
        };
        Some(match delivery {
            Delivery::Interim(codes) => Self {
                first: interim(codes),
                ..plain
            },
            Delivery::UnmeantClose => Self {
                added: Some(CLOSE),
                ..plain
            },
            Delivery::Slice { at, every } => Self {
                slices: Some(Slices {
                    at: *at,
                    every: *every,
                    clock: clock.clone(),
                    peer,
                    tail: [0; 4],
                    is_in_head: true,
                    waiting: None,
                }),
                ..plain
            },
            _ => return None,
        })
    }

    /// Writes the next of what hyper offers, or what goes before it; says how many of hyper's bytes are done with.
    pub(super) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        (mut stream, line): (Pin<&mut Socket>, &Line),
        offered: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(added) = self.added.take() {
            let start = gathered(offered, LOOKED_AT);
            let end = start.windows(2).position(|pair| pair == b"\r\n");
            // hyper offers a head whole.
            self.done = end.map_or(0, |end| end + 2);
            let mut first = BytesMut::from(start.get(..self.done).unwrap_or_default());
            first.extend_from_slice(added);
            self.first = first.freeze();
        }
        while !self.first.is_empty() {
            let first = &self.first;
            let written = line.count_more(|| stream.as_mut().poll_write(cx, first));
            match ready!(written)? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.first.advance(written),
            }
        }
        if self.done > 0 {
            return Poll::Ready(Ok(std::mem::take(&mut self.done)));
        }
        let total = offered.iter().map(|part| part.len()).sum();
        match &mut self.slices {
            Some(slices) => slices.poll_write(cx, (stream, line), offered),
            None => line.count(total, || stream.poll_write_vectored(cx, offered)),
        }
    }

    /// Whether hyper may write the rest by itself.
    pub(super) fn is_done(&self) -> bool {
        let is_said = self.first.is_empty() && self.added.is_none() && self.done == 0;
        is_said && self.slices.is_none()
    }
}

impl Slices {
    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        (stream, line): (Pin<&mut Socket>, &Line),
        offered: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(waiting) = &mut self.waiting {
            ready!(waiting.as_mut().poll(cx));
            self.waiting = None;
        }
        let total: usize = offered.iter().map(|part| part.len()).sum();
        let bytes = gathered(offered, LOOKED_AT);
        let piece = bytes.get(..self.next(&bytes)).unwrap_or(&bytes);
        let is_last = piece.len() == total && line.is_handed_over();
        let outcome = if is_last {
            line.count(total, || stream.poll_write(cx, piece))
        } else {
            line.count_more(|| stream.poll_write(cx, piece))
        };
        if let Poll::Ready(Ok(written)) = outcome {
            self.note(piece.get(..written).unwrap_or_default());
            let is_over = is_last && written == total;
            if !self.every.is_zero() && !is_over {
                let (clock, peer, every) = (self.clock.clone(), self.peer, self.every);
                self.waiting = Some(Box::pin(async move { clock.hold(peer, every).await }));
            }
        }
        outcome
    }

    /// How many of these bytes make the next piece.
    fn next(&self, bytes: &[u8]) -> usize {
        let (mut tail, mut is_in_head) = (self.tail, self.is_in_head);
        if self.at != Cuts::LineEnds {
            return self.at.piece(bytes);
        }
        let cut = bytes.iter().position(|byte| {
            let is_end = is_in_head && *byte == b'\r';
            is_in_head &= !ends_head(&mut tail, *byte);
            is_end
        });
        cut.map_or(bytes.len(), |cut| cut + 1)
    }

    fn note(&mut self, written: &[u8]) {
        for byte in written {
            self.is_in_head &= !ends_head(&mut self.tail, *byte);
        }
    }
}

fn ends_head(tail: &mut [u8; 4], byte: u8) -> bool {
    tail.rotate_left(1);
    if let Some(last) = tail.last_mut() {
        *last = byte;
    }
    tail == b"\r\n\r\n"
}

/// The first bytes of what is offered, in one piece.
fn gathered(offered: &[IoSlice<'_>], most: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in offered {
        let room = most - bytes.len();
        bytes.extend_from_slice(part.get(..room.min(part.len())).unwrap_or_default());
    }
    bytes
}

/// The heads of answers that are not final.
fn interim(codes: &[StatusCode]) -> Bytes {
    let mut heads = BytesMut::new();
    for status in codes {
        let reason = status.canonical_reason().unwrap_or_default();
        let line = format!("HTTP/1.1 {} {reason}\r\n", status.as_str());
        heads.extend_from_slice(line.as_bytes());
        if *status == StatusCode::EARLY_HINTS {
            heads.extend_from_slice(HINT);
        }
        heads.extend_from_slice(b"\r\n");
    }
    heads.freeze()
}
