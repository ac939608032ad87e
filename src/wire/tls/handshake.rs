//! One handshake: whom the client means, what the rules want, and what came of it.

use std::future::Future;
use std::io;
use std::time::Duration;

use rustls::server::Acceptor;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{LazyConfigAcceptor, StartHandshake};

use crate::app::handshake::{Greeted, Worlds};
use crate::clock::real_sleep;
use crate::exchange::Connection;
use crate::scenario::plan::TlsVerb;
use crate::wire::delivery;
use crate::wire::socket::Socket;

use super::{Tls, outdated};

/// What a client reads that speaks plain HTTP where TLS is expected.
const PLAIN_HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: 43\r\n\r\nThis port speaks TLS: ask with https://...\n";

/// The first byte of a TLS record that begins a handshake, [RFC 8446 section 5.1](https://www.rfc-editor.org/rfc/rfc8446#section-5.1).
const HANDSHAKE: u8 = 22;

/// Makes a TLS connection of a socket; `None` if nothing more is to be said on it.
///
/// Where no world stands behind the port, it is the control port. That one takes plain connections too: whatever the
/// client under test trusts, its tester gets in.
pub(in crate::wire) async fn greet(
    tls: &Tls,
    stream: TcpStream,
    connection: Connection,
    (worlds, limit): (Option<&Worlds>, Duration),
) -> Option<Socket> {
    let is_tls = within(limit, begins_handshake(&stream)).await.ok()?;
    match worlds {
        Some(worlds) if !is_tls => {
            worlds.note(connection, "plain HTTP at a TLS port: 400".to_owned());
            refuse_plain(stream).await;
            None
        }
        None if !is_tls => Some(Socket::Plain(stream)),
        Some(worlds) => shake(tls, stream, connection, (worlds, limit)).await,
        None => {
            let start = within(limit, hello(stream)).await.ok()?;
            let config = tls.configuration(None, None).ok()?;
            let stream = within(limit, start.into_stream(config)).await.ok()?;
            Some(Socket::Tls(Box::new(stream)))
        }
    }
}

async fn shake(
    tls: &Tls,
    stream: TcpStream,
    connection: Connection,
    (worlds, limit): (&Worlds, Duration),
) -> Option<Socket> {
    let start = match within(limit, hello(stream)).await {
        Ok(start) => start,
        Err(error) => {
            worlds.note(connection, format!("TLS handshake: {error}"));
            return None;
        }
    };
    // RFC 6066 section 3: the host that the client means.
    let name = start.client_hello().server_name().map(str::to_owned);
    let greeted = worlds.greet(name.map(|name| name.to_ascii_lowercase()));
    greeted.begin(connection).await;
    match greeted.fault() {
        Some(TlsVerb::Close) => {
            delivery::close(Socket::Plain(start.io)).await;
            return None;
        }
        Some(TlsVerb::Stall(hold)) => {
            stall(start.io, &greeted, (connection, *hold)).await;
            return None;
        }
        Some(TlsVerb::Tls10) => {
            settle(start.io, outdated::TLS_1_0, &greeted, (connection, limit)).await;
            return None;
        }
        Some(TlsVerb::Tls11) => {
            settle(start.io, outdated::TLS_1_1, &greeted, (connection, limit)).await;
            return None;
        }
        _ => {}
    }
    match finish(tls, start, &greeted, limit).await {
        Ok(stream) => Some(Socket::Tls(Box::new(stream))),
        Err(error) => {
            greeted.failed(connection, &error.to_string());
            None
        }
    }
}

/// Answers a client's first words with the certificate that the rules want.
async fn finish(
    tls: &Tls,
    start: StartHandshake<TcpStream>,
    greeted: &Greeted,
    limit: Duration,
) -> io::Result<TlsStream<TcpStream>> {
    let config = tls.configuration(greeted.fault(), greeted.sandbox_name());
    let config = config.map_err(io::Error::other)?;
    within(limit, start.into_stream(config)).await
}

/// Offers a version that no client should take, and notes whether it was taken.
async fn settle(
    mut stream: TcpStream,
    version: [u8; 2],
    greeted: &Greeted,
    (connection, limit): (Connection, Duration),
) {
    let settled = outdated::settle(&mut stream, version, greeted.random());
    let came = match within(limit, settled).await {
        Ok(came) => came,
        Err(error) => error.to_string(),
    };
    greeted.failed(connection, &came);
    delivery::close(Socket::Plain(stream)).await;
}

/// Says nothing until the time is over, its world ends, or the client has had enough.
async fn stall(
    mut stream: TcpStream,
    greeted: &Greeted,
    (connection, hold): (Connection, Option<Duration>),
) {
    tokio::select! {
        () = greeted.keep_silent(connection, hold) => {}
        () = read_to_end(&mut stream) => {}
    }
    delivery::close(Socket::Plain(stream)).await;
}

async fn read_to_end(stream: &mut TcpStream) {
    let mut scrap = [0; 1024];
    while let Ok(1..) = stream.read(&mut scrap).await {}
}

async fn begins_handshake(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0];
    let seen = stream.peek(&mut first).await?;
    Ok(seen == 1 && first == [HANDSHAKE])
}

async fn hello(stream: TcpStream) -> io::Result<StartHandshake<TcpStream>> {
    LazyConfigAcceptor::new(Acceptor::default(), stream).await
}

/// The outcome, or that it took too long in real time.
async fn within<T>(limit: Duration, outcome: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::select! {
        outcome = outcome => outcome,
        () = real_sleep(limit) => Err(io::ErrorKind::TimedOut.into()),
    }
}

async fn refuse_plain(mut stream: TcpStream) {
    // Whoever is gone needs no telling.
    drop(stream.write_all(PLAIN_HTTP).await);
    delivery::close(Socket::Plain(stream)).await;
}
