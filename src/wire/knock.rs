//! What a connection meets before anything is said on it.

use std::io;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

use crate::app::handshake::Greeted;
use crate::clock::real_sleep;
use crate::exchange::Connection;
use crate::scenario::plan::ConnectVerb;

use super::Shutdown;
use super::delivery;
use super::socket::Socket;

/// How long to wait before a port is tried again that somebody else has taken meanwhile.
const PAUSE: Duration = Duration::from_millis(20);

/// For how long the rules want the port shut from this connection on, if they do.
pub(super) fn shuts(greeted: Option<&Greeted>) -> Option<Duration> {
    match greeted?.refusal()? {
        ConnectVerb::Shut(hold) => Some(hold),
        ConnectVerb::Reset | ConnectVerb::Silence(_) => None,
    }
}

/// Resets a connection and shuts its port, so that the system refuses all others; opens it again when the time is over.
///
/// `None` if the double stops before that.
pub(super) async fn shut(
    listener: TcpListener,
    (stream, connection): (TcpStream, Connection),
    (greeted, hold): (&Greeted, Duration),
    shutdown: &Shutdown,
) -> io::Result<Option<TcpListener>> {
    let address = listener.local_addr()?;
    let reopened = async {
        greeted.begin(connection).await;
        drop(listener);
        Socket::Plain(stream).reset();
        greeted.keep_silent(connection, Some(hold)).await;
        loop {
            match TcpListener::bind(address).await {
                Ok(listener) => return listener,
                Err(_) => real_sleep(PAUSE).await,
            }
        }
    };
    Ok(tokio::select! {
        biased;
        () = shutdown.asked() => None,
        listener = reopened => Some(listener),
    })
}

/// Does what the rules want done to one connection alone; `None` if nothing more is to be said on it.
pub(super) async fn meet(
    greeted: &Greeted,
    stream: TcpStream,
    connection: Connection,
) -> Option<TcpStream> {
    greeted.begin(connection).await;
    match greeted.refusal() {
        None => Some(stream),
        Some(ConnectVerb::Reset | ConnectVerb::Shut(_)) => {
            Socket::Plain(stream).reset();
            None
        }
        Some(ConnectVerb::Silence(hold)) => {
            tokio::select! {
                () = greeted.keep_silent(connection, hold) => {}
                () = left(&stream) => {}
            }
            delivery::close(Socket::Plain(stream)).await;
            None
        }
    }
}

/// Waits until the client is gone, as far as that shows without reading what it says.
async fn left(stream: &TcpStream) {
    let mut first = [0];
    // What it says hides whether it leaves.
    if let Ok(1..) = stream.peek(&mut first).await {
        std::future::pending::<()>().await;
    }
}
