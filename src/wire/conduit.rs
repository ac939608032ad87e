//! The socket as hyper sees it: counted, watched, and given back in the end.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::clock::real_sleep;
use crate::exchange::NameCase;

use super::alarm::Alarm;
use super::frames::Walk;
use super::line::Line;
use super::manner::Manner;
use super::recase;
use super::refusal;
use super::shape::Heads;
use super::socket::Socket;

/// A socket that counts what it writes, loses patience with a silent client, and outlives hyper.
pub(super) struct Conduit {
    /// There until the drop hands it back.
    stream: Option<Socket>,
    line: Arc<Line>,
    timer: Option<Alarm<Timer>>,
    opening: Opening,
    heads: Heads,
    /// What is left to say in the place of a refusal of hyper's own.
    refusal: Option<Bytes>,
    /// How the answer under way leaves, where that is unusual.
    manner: Option<Box<Manner>>,
    /// Where the frames of HTTP/2 stand that come in.
    walk: Walk,
    /// Where those stand that go out.
    said: Walk,
}

type Timer = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Clone, Copy, PartialEq)]
enum Opening {
    Unheard,
    Heard,
}

impl Conduit {
    pub(super) fn new(stream: Socket, line: Arc<Line>) -> Self {
        Self {
            stream: Some(stream),
            line,
            timer: None,
            opening: Opening::Unheard,
            heads: Heads::default(),
            refusal: None,
            manner: None,
            walk: Walk::default(),
            said: Walk::of_server(),
        }
    }

    /// Writes as the answer under way wants it; `None` if it wants nothing unusual.
    fn poll_manner(
        &mut self,
        cx: &mut Context<'_>,
        offered: &[IoSlice<'_>],
    ) -> Option<Poll<io::Result<usize>>> {
        if let Some(manner) = self.line.take_manner() {
            self.manner = Some(manner);
        }
        let mut manner = self.manner.take()?;
        let outcome = match self.parts() {
            Ok((stream, line)) => manner.poll_write(cx, (stream, line), offered),
            Err(error) => Poll::Ready(Err(error)),
        };
        let is_over = manner.is_done() || self.line.is_delivered();
        self.manner = (!is_over).then_some(manner);
        Some(outcome)
    }

    /// Reads at most so many bytes.
    fn poll_gulp(
        &mut self,
        cx: &mut Context<'_>,
        (buf, most): (&mut ReadBuf<'_>, usize),
    ) -> Poll<io::Result<()>> {
        let mut room = vec![0; most.min(buf.remaining())];
        let mut part = ReadBuf::new(&mut room);
        ready!(self.stream()?.poll_read(cx, &mut part))?;
        buf.put_slice(part.filled());
        Poll::Ready(Ok(()))
    }

    /// Says in words what hyper refuses by itself; `None` if `written` is something else.
    fn poll_refusal(
        &mut self,
        cx: &mut Context<'_>,
        written: &[u8],
    ) -> Option<Poll<io::Result<usize>>> {
        if self.refusal.is_none() {
            self.refusal = self.line.is_unasked().then(|| refusal::in_words(written))?;
        }
        let mut left = self.refusal.take()?;
        while !left.is_empty() {
            let said = match self.stream() {
                Ok(stream) => stream.poll_write(cx, &left),
                Err(error) => Poll::Ready(Err(error)),
            };
            match said {
                Poll::Ready(Ok(count)) => left.advance(count.min(left.len())),
                Poll::Ready(Err(error)) => return Some(Poll::Ready(Err(error))),
                Poll::Pending => {
                    self.refusal = Some(left);
                    return Some(Poll::Pending);
                }
            }
        }
        Some(Poll::Ready(Ok(written.len())))
    }

    /// Writes a head in another letter case, and what comes behind it as it is.
    fn poll_recased(
        &mut self,
        cx: &mut Context<'_>,
        head: &[u8],
        rest: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let (stream, line) = self.parts()?;
        let head = std::iter::once(IoSlice::new(head));
        let all: Vec<_> = head
            .chain(rest.iter().map(|rest| IoSlice::new(rest)))
            .collect();
        let offered = all.iter().map(|buf| buf.len()).sum();
        let written = line.count(offered, || stream.poll_write_vectored(cx, &all));
        if written.is_ready() {
            line.names.spell(NameCase::Small);
        }
        written
    }

    fn parts(&mut self) -> io::Result<(Pin<&mut Socket>, &Line)> {
        match &mut self.stream {
            Some(stream) => Ok((Pin::new(stream), &self.line)),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn stream(&mut self) -> io::Result<Pin<&mut Socket>> {
        self.parts().map(|(stream, _)| stream)
    }

    fn heard(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        // The preface of RFC 9113 section 3.4; no HTTP/1 method begins like it.
        if self.opening == Opening::Unheard && bytes.starts_with(b"PRI") {
            self.line.multiplex();
        }
        self.opening = Opening::Heard;
        if self.line.is_multiplexed() {
            self.walk.see(bytes, self.line.streams());
        }
        if self.line.expects_head()
            && let Some(why) = self.heads.see(bytes, self.line.limits.head_bytes as usize)
        {
            self.line.complain(why);
        }
        self.line.heard();
    }

    /// Goes over what was written, where it is HTTP/2.
    fn say(&mut self, bufs: &[IoSlice<'_>], written: &Poll<io::Result<usize>>) {
        let Poll::Ready(Ok(mut left)) = *written else {
            return;
        };
        if !self.line.is_multiplexed() {
            return;
        }
        for buf in bufs {
            let part = buf.get(..left.min(buf.len())).unwrap_or_default();
            left -= part.len();
            self.said.see(part, self.line.streams());
        }
    }

    /// Ready once the client has been silent for too long.
    ///
    /// One coarse timer runs all the time, so that a request costs no timer of its own.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let tick = self.line.limits.head_time.min(self.line.limits.idle_time);
        loop {
            if let Some(timer) = &mut self.timer {
                ready!(timer.poll(cx));
                // It has told all it can; whoever asks again is told the same by the line.
                self.timer = None;
            }
            let left = self.line.patience();
            if left.is_some_and(|left| left.is_zero()) {
                return Poll::Ready(());
            }
            let next = left.map_or(tick, |left| left.min(tick));
            self.timer = Some(Alarm::new(Box::pin(real_sleep(next))));
        }
    }
}

impl AsyncRead for Conduit {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let read = match this.line.gulp() {
            0 => this.stream()?.poll_read(cx, buf),
            most => this.poll_gulp(cx, (buf, most)),
        };
        match read {
            Poll::Ready(outcome) => {
                this.heard(buf.filled().get(before..).unwrap_or_default());
                Poll::Ready(outcome)
            }
            // To hyper a client that takes too long looks like one that has gone.
            Poll::Pending => {
                this.line.wait();
                this.poll_patience(cx).map(Ok)
            }
        }
    }
}

impl AsyncWrite for Conduit {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(said) = this.poll_refusal(cx, buf) {
            return said;
        }
        if let Some(written) = this.poll_manner(cx, &[IoSlice::new(buf)]) {
            return written;
        }
        if let Some(head) = recase::head(this.line.names.case(), buf) {
            return this.poll_recased(cx, &head, &[]);
        }
        let (stream, line) = this.parts()?;
        let written = line.count(buf.len(), || stream.poll_write(cx, buf));
        this.say(&[IoSlice::new(buf)], &written);
        written
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let [only] = bufs
            && let Some(said) = this.poll_refusal(cx, only)
        {
            return said;
        }
        if let Some(written) = this.poll_manner(cx, bufs) {
            return written;
        }
        if let [first, rest @ ..] = bufs
            && let Some(head) = recase::head(this.line.names.case(), first)
        {
            return this.poll_recased(cx, &head, rest);
        }
        let (stream, line) = this.parts()?;
        let offered = bufs.iter().map(|buf| buf.len()).sum();
        let written = line.count(offered, || stream.poll_write_vectored(cx, bufs));
        this.say(bufs, &written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.stream()?.poll_flush(cx))?;
        // hyper flushes the socket only after its own buffer has run empty.
        this.line.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().stream()?.poll_shutdown(cx)
    }
}

impl Drop for Conduit {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            self.line.give_back(stream);
        }
    }
}
