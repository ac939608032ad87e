//! One connection from its first byte to its last.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::runtime::Handle;

use crate::app::Sent;
use crate::clock::real_sleep;
use crate::exchange::Arrived;
use crate::exchange::Ending;

use super::conduit::Conduit;
use super::line::Line;
use super::outgoing::{NoAnswer, Outgoing};
use super::{Shutdown, codec, delivery};

/// One connection with everything it needs.
pub(super) struct Talk<A> {
    pub(super) line: Arc<Line>,
    pub(super) answer: A,
    pub(super) shutdown: Shutdown,
}

impl<A, F> Talk<A>
where
    A: Fn(Arrived) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Sent> + Send + 'static,
{
    /// Converses until the connection is over.
    pub(super) async fn run(self, stream: TcpStream, protocol: &auto::Builder<TokioExecutor>) {
        self.converse(stream, protocol).await;
        let Some(stream) = self.line.take_stream() else {
            return;
        };
        let parting = self.line.take_parting();
        let last = async {
            match parting {
                Some(parting) => delivery::part(stream, parting, self.line.connection).await,
                None => delivery::close(stream).await,
            }
        };
        tokio::select! {
            biased;
            () = last => {}
            () = self.shutdown.asked() => {}
        }
    }

    /// Lets hyper speak until the connection ends, is broken off, or the double stops.
    async fn converse(&self, stream: TcpStream, protocol: &auto::Builder<TokioExecutor>) {
        let service = service_fn(|request| {
            exchange(
                request,
                Arc::clone(&self.line),
                self.answer.clone(),
                self.shutdown.clone(),
            )
        });
        let conduit = TokioIo::new(Conduit::new(stream, Arc::clone(&self.line)));
        let mut connection = pin!(protocol.serve_connection(conduit, service));
        tokio::select! {
            biased;
            () = over(connection.as_mut(), &self.line) => {
                return self.line.abandon(Ending::ClientGone);
            }
            () = self.shutdown.asked() => {}
        }
        connection.as_mut().graceful_shutdown();
        tokio::select! {
            biased;
            () = over(connection.as_mut(), &self.line) => {}
            () = real_sleep(self.line.limits.grace) => {}
        }
        self.line.abandon(Ending::BrokenOff);
    }
}

/// Waits until hyper is done or must give way to the connection's last words.
async fn over<C: Future>(mut connection: Pin<&mut C>, line: &Line) {
    poll_fn(|cx| {
        let ended = connection.as_mut().poll(cx).map(drop);
        // Looked at in the same poll in which hyper has flushed everything before.
        if line.parting_is_due() {
            return Poll::Ready(());
        }
        ended
    })
    .await;
}

async fn exchange<A, F>(
    request: hyper::Request<Incoming>,
    line: Arc<Line>,
    answer: A,
    shutdown: Shutdown,
) -> Result<Response<Outgoing>, NoAnswer>
where
    A: Fn(Arrived) -> F,
    F: Future<Output = Sent> + Send + 'static,
{
    let turn = line.begin();
    let method = request.method().clone();
    let arrived = codec::read(request, line.connection, &line.limits).await?;
    turn.body_read();
    let sent = Underway::new(answer(arrived), shutdown).await;
    delivery::deliver(sent, &method, turn).await
}

/// An answer in the making that is made to its end even if its client leaves meanwhile.
///
/// A real server commits what it has begun: a client that gave up waiting must find that out.
struct Underway<F: Future<Output = Sent> + Send + 'static> {
    /// There until it is done.
    answer: Option<Pin<Box<F>>>,
    shutdown: Shutdown,
}

impl<F: Future<Output = Sent> + Send + 'static> Underway<F> {
    fn new(answer: F, shutdown: Shutdown) -> Self {
        Self {
            answer: Some(Box::pin(answer)),
            shutdown,
        }
    }
}

impl<F: Future<Output = Sent> + Send + 'static> Future for Underway<F> {
    type Output = Sent;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Sent> {
        let this = self.get_mut();
        let Some(answer) = &mut this.answer else {
            return Poll::Pending;
        };
        let polled = answer.as_mut().poll(cx);
        if polled.is_ready() {
            this.answer = None;
        }
        polled
    }
}

impl<F: Future<Output = Sent> + Send + 'static> Drop for Underway<F> {
    fn drop(&mut self) {
        let Some(answer) = self.answer.take() else {
            return;
        };
        if self.shutdown.is_asked() {
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let shutdown = self.shutdown.clone();
        runtime.spawn(async move {
            tokio::select! {
                biased;
                sent = answer => {
                    let now = sent.clock.now().as_millisecond();
                    sent.delivered.end(Ending::ClientGone, now);
                }
                () = shutdown.asked() => {}
            }
        });
    }
}
