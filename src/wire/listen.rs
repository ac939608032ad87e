//! Accepts connections and lets each converse in a task of its own.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::app::Answering;
use crate::app::handshake::{Greeted, Worlds};
use crate::clock::real_sleep;
use crate::exchange::{Arrived, Connection};

use super::door::Door;
use super::knock;
use super::line::Line;
use super::socket::Socket;
use super::talk::Talk;
use super::tls::{self, Tls};
use super::{Connections, Limits, Shutdown};

/// How long to wait after the system refused a connection, as it does when no descriptor is left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// How much a client may send on a stream of HTTP/2 before anybody has read of it.
const WINDOW: u32 = 65_535;

/// Serves HTTP/1.1, and HTTP/2 by prior knowledge or as TLS settled it, until told to stop; then lets what is under
/// way finish for a while.
pub(crate) async fn serve<A>(
    door: impl Into<Door>,
    answer: A,
    limits: Limits,
    connections: Connections,
    shutdown: Shutdown,
) -> io::Result<()>
where
    A: Fn(Arrived) -> Answering + Clone + Send + Sync + 'static,
{
    let door = door.into();
    let mut listener = TcpListener::from_std(door.listener)?;
    let protocol = Arc::new(protocol(&limits));
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    let mut asked = pin!(shutdown.asked());
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut asked => {
                drop(listener);
                break;
            }
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            real_sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // A client that is gone already cannot be asked for its address.
        let Ok(connection) = prepare(&stream, peer, &connections) else {
            continue;
        };
        // Asked before the rules: a connection that is one too many is nobody's, and the control port counts none.
        let Ok(place) = door
            .worlds
            .as_ref()
            .map(|worlds| worlds.admit(connection))
            .transpose()
        else {
            Socket::Plain(stream).reset();
            continue;
        };
        let greeted = door.worlds.as_ref().and_then(Worlds::accept);
        if let (Some(hold), Some(greeted)) = (knock::shuts(greeted.as_ref()), &greeted) {
            let one = (stream, connection);
            match knock::shut(listener, one, (greeted, hold), &shutdown).await? {
                Some(reopened) => listener = reopened,
                None => break,
            }
            continue;
        }
        let talk = Talk {
            line: Arc::new(Line::new(connection, limits)),
            answer: answer.clone(),
            shutdown: shutdown.clone(),
            worlds: door.worlds.clone(),
        };
        let tls = door.tls.clone();
        let (protocol, alive) = (Arc::clone(&protocol), alive.clone());
        tokio::spawn(async move {
            if let Some(socket) = begin(tls, (stream, greeted), &talk).await {
                talk.run(socket, &protocol).await;
            }
            drop((place, alive));
        });
    }
    drop(alive);
    // Nobody ever sends: this ends when the last connection has dropped its end.
    all_gone.recv().await;
    Ok(())
}

/// Does what the rules want of a new connection and shakes hands, unless the double stops meanwhile.
async fn begin<A>(
    tls: Option<Arc<Tls>>,
    (mut stream, greeted): (TcpStream, Option<Greeted>),
    talk: &Talk<A>,
) -> Option<Socket> {
    let (line, worlds) = (&talk.line, talk.worlds.as_ref());
    let socket = async {
        if let Some(greeted) = greeted {
            stream = knock::meet(&greeted, stream, line.connection).await?;
        }
        match tls {
            None => Some(Socket::Plain(stream)),
            Some(tls) => {
                let room = (worlds, line.limits.head_time);
                tls::greet(&tls, stream, line.connection, room).await
            }
        }
    };
    tokio::select! {
        biased;
        socket = socket => socket,
        () = talk.shutdown.asked() => None,
    }
}

fn protocol(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // The date follows the sandbox clock, and the conduit watches the time a client takes.
    builder
        .http1()
        .auto_date_header(false)
        .header_read_timeout(None)
        .max_buf_size(limits.head_bytes.max(8192) as usize);
    builder
        .http2()
        .auto_date_header(false)
        .timer(TokioTimer::new())
        .max_header_list_size(limits.head_bytes)
        // The window that RFC 9113 section 6.9.2 begins with: a body that is read slowly soon fills it.
        .initial_stream_window_size(WINDOW)
        // Scripted faults reset any number of streams.
        .max_local_error_reset_streams(None);
    builder
}

fn prepare(
    stream: &TcpStream,
    peer: SocketAddr,
    connections: &Connections,
) -> io::Result<Connection> {
    stream.set_nodelay(true)?;
    Ok(Connection {
        number: connections.next(),
        peer,
        local: stream.local_addr()?,
    })
}
