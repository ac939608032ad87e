//! One connection from its first byte to its last.

use std::error::Error;
use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Method;
use http::header::EXPECT;
use hyper::Response;
use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::runtime::Handle;

use crate::app::handshake::Worlds;
use crate::app::head::Met;
use crate::app::{Answering, Sent};
use crate::clock::{Clock, real_sleep};
use crate::exchange::{Arrived, Ending, Stale};
use crate::scenario::plan::Rest;

use super::alarm::Alarm;
use super::conduit::Conduit;
use super::delivery::{Asked, Leaving};
use super::flow::Flow;
use super::line::{Line, Turn};
use super::outgoing::{NoAnswer, Outgoing};
use super::pacer::Pacer;
use super::socket::Socket;
use super::{Shutdown, codec, delivery};

/// One connection with everything it needs.
pub(super) struct Talk<A> {
    pub(super) line: Arc<Line>,
    pub(super) answer: A,
    pub(super) shutdown: Shutdown,
    /// Where it is noted that a request could not be read.
    pub(super) worlds: Option<Worlds>,
}

impl<A> Talk<A>
where
    A: Fn(Arrived) -> Answering + Clone + Send + Sync + 'static,
{
    /// Converses until the connection is over.
    pub(super) async fn run(self, stream: Socket, protocol: &auto::Builder<TokioExecutor>) {
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

    /// Begins an exchange, and ends it at once where nothing need be waited for.
    fn exchange(&self, request: hyper::Request<Incoming>) -> Exchange {
        let turn = self.line.begin();
        if self.line.is_parting() {
            return Exchange::UnderWay(Box::pin(async move {
                let _turn = turn;
                pending().await
            }));
        }
        let (head, body) = request.into_parts();
        let asked = Asked {
            is_head: head.method == Method::HEAD,
            version: head.version,
        };
        let arrived = codec::bodiless(head, &self.line);
        if let Some(stale) = self.line.stale().filter(|stale| self.ends(stale, &arrived)) {
            return Exchange::from(delivery::end_stale(stale, turn));
        }
        if !body.is_end_stream() {
            return self.exchange_with_body((arrived, body), asked, turn);
        }
        let answering = (self.answer)(arrived);
        let Answering::Now(sent) = answering else {
            let finish = finish(answering, asked, (turn, self.shutdown.clone()));
            return Exchange::UnderWay(Box::pin(finish));
        };
        Exchange::from(delivery::deliver(sent, asked, turn))
    }

    /// Whether a connection that had gone stale ends by this request.
    fn ends(&self, (stale, clock): &(Stale, Clock), arrived: &Arrived) -> bool {
        let how = match stale {
            Stale::Close => "closed",
            Stale::Reset => "reset",
        };
        let worlds = self.worlds.as_ref();
        worlds.is_none_or(|worlds| worlds.ends(arrived, clock, how))
    }

    fn exchange_with_body(
        &self,
        (head, body): (Arrived, Incoming),
        asked: Asked,
        turn: Turn,
    ) -> Exchange {
        let met = self.worlds.as_ref().and_then(|worlds| worlds.meet(&head));
        let mut pacer = match met {
            None => Pacer::none(),
            Some(Met::Paced(pace)) => Pacer::of(pace, &turn.line),
            Some(Met::Early(sent, rest)) => {
                let waits = head.request.headers.contains_key(EXPECT);
                if rest == Rest::Read && !waits {
                    self.read_away(body);
                }
                return Exchange::from(delivery::deliver(*sent, asked, turn));
            }
        };
        let (answer, shutdown) = (self.answer.clone(), self.shutdown.clone());
        turn.reads_body();
        Exchange::UnderWay(Box::pin(async move {
            let limits = turn.line.limits;
            let arrived = codec::read((head, body), &limits, &mut pacer).await?;
            drop(pacer);
            turn.body_read();
            finish(answer(arrived), asked, (turn, shutdown)).await
        }))
    }

    /// Reads a body that nobody wants, so that its sender can go on.
    fn read_away(&self, body: Incoming) {
        let (open, shutdown) = (self.line.keep_open(), self.shutdown.clone());
        tokio::spawn(async move {
            let limits = open.line().limits;
            tokio::select! {
                // Whoever goes away in the middle has its answer already.
                _read = codec::drain(body, &limits) => {}
                () = shutdown.asked() => {}
            }
            drop(open);
        });
    }

    /// Journals that a request came that could not be read, and was refused by hyper itself.
    fn note(&self, trouble: Option<Trouble>) {
        let error = trouble.and_then(|trouble| trouble.downcast::<hyper::Error>().ok());
        if let (Some(worlds), Some(error)) = (&self.worlds, error.filter(|error| error.is_parse()))
        {
            let status = if error.is_parse_too_large() {
                "4xx, too large"
            } else {
                "400"
            };
            let what = format!("a request that cannot be read: {error}; refused with {status}");
            worlds.note(self.line.connection, what);
        }
    }

    /// Lets hyper speak until the connection ends, is broken off, or the double stops.
    async fn converse(&self, stream: Socket, protocol: &auto::Builder<TokioExecutor>) {
        let service = service_fn(|request| self.exchange(request));
        let conduit = TokioIo::new(Conduit::new(stream, Arc::clone(&self.line)));
        let mut connection = pin!(protocol.serve_connection(conduit, service));
        loop {
            let word = pin!(self.word());
            let mut word = Alarm::new(word);
            let word = tokio::select! {
                biased;
                ended = over(connection.as_mut(), &self.line) => {
                    self.note(ended);
                    return self.line.abandon(Ending::ClientGone);
                }
                word = poll_fn(|cx| word.poll(cx)) => word,
            };
            match word {
                Word::Stop => break,
                Word::Look if self.line.is_retired() => connection.as_mut().graceful_shutdown(),
                Word::Look => {}
            }
        }
        connection.as_mut().graceful_shutdown();
        tokio::select! {
            biased;
            _ = over(connection.as_mut(), &self.line) => {}
            () = real_sleep(self.line.limits.grace) => {}
        }
        self.line.abandon(Ending::BrokenOff);
    }

    /// Waits for a word from outside of hyper.
    async fn word(&self) -> Word {
        tokio::select! {
            () = self.shutdown.asked() => Word::Stop,
            () = self.line.nudged() => Word::Look,
        }
    }
}

/// What a connection's task is told.
enum Word {
    /// To end what is under way.
    Stop,
    /// To look at the line.
    Look,
}

type Trouble = Box<dyn Error + Send + Sync>;

/// Waits until hyper is done or must give way to the connection's last words; says what hyper stumbled over.
async fn over<C>(mut connection: Pin<&mut C>, line: &Line) -> Option<Trouble>
where
    C: Future<Output = Result<(), Trouble>>,
{
    poll_fn(|cx| {
        let ended = connection.as_mut().poll(cx).map(Result::err);
        // Looked at in the same poll in which hyper has flushed everything before.
        if line.parting_is_due() {
            return Poll::Ready(None);
        }
        ended
    })
    .await
}

/// An exchange under way, as hyper waits for it.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every exchange is the large one, and is not worth a piece of memory of its own"
)]
enum Exchange {
    /// There is nothing to wait for.
    Done(Option<Answer>),
    /// The body is still to come, the answer takes its time, or its delivery is unusual.
    UnderWay(Pin<Box<dyn Future<Output = Answer> + Send>>),
}

type Answer = Result<Response<Outgoing>, NoAnswer>;

impl From<Leaving> for Exchange {
    fn from(leaving: Leaving) -> Self {
        match leaving {
            Leaving::Whole(response) => Self::Done(Some(Ok(response))),
            Leaving::Broken(leaving) => Self::UnderWay(leaving),
        }
    }
}

impl Future for Exchange {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        match self.get_mut() {
            Self::Done(answer) => answer.take().map_or(Poll::Pending, Poll::Ready),
            Self::UnderWay(exchange) => exchange.as_mut().poll(cx),
        }
    }
}

/// Waits for an answer if that is needed, and delivers it.
async fn finish(answering: Answering, asked: Asked, (turn, shutdown): (Turn, Shutdown)) -> Answer {
    let sent = match answering {
        Answering::Now(sent) => sent,
        Answering::Later(answer) => Underway::new(answer, shutdown).await,
        Answering::Flowing(flowing) => {
            let (sent, pieces) = *flowing;
            return Ok(delivery::flow(sent, Flow::new(pieces, shutdown), turn));
        }
    };
    match delivery::deliver(sent, asked, turn) {
        Leaving::Whole(response) => Ok(response),
        Leaving::Broken(leaving) => leaving.await,
    }
}

/// An answer in the making that is made to its end even if its client leaves meanwhile.
///
/// A real server commits what it has begun: a client that gave up waiting must find that out.
struct Underway {
    /// There until it is done.
    answer: Option<Pin<Box<dyn Future<Output = Sent> + Send>>>,
    shutdown: Shutdown,
}

impl Underway {
    fn new(answer: Pin<Box<dyn Future<Output = Sent> + Send>>, shutdown: Shutdown) -> Self {
        Self {
            answer: Some(answer),
            shutdown,
        }
    }
}

impl Future for Underway {
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

impl Drop for Underway {
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
