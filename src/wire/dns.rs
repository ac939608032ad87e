//! Real DNS for one sandbox's zone, over UDP and TCP on the same port, so that `dig` works.
//!
//! The server is the authority for every name there is: what the zone does not have does not exist.

mod answer;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

use crate::clock::real_sleep;
use crate::store::zone::{Transport, Zone};

use super::Shutdown;

pub(crate) use self::answer::answer;

/// How long a TCP connection may stay silent, in real time.
const IDLE: Duration = Duration::from_secs(10);

/// How long to wait after an error of a socket that will pass.
const PAUSE: Duration = Duration::from_millis(20);

/// How often to look for a port that is free for both protocols.
const TRIES: usize = 32;

/// A zone's two sockets, bound and not yet served.
#[derive(Debug)]
pub(crate) struct Sockets {
    udp: std::net::UdpSocket,
    tcp: std::net::TcpListener,
    address: SocketAddr,
}

impl Sockets {
    /// Binds both protocols to one free port.
    pub(crate) fn bind(address: IpAddr) -> io::Result<Self> {
        let mut tries = 0;
        loop {
            tries += 1;
            let tcp = std::net::TcpListener::bind((address, 0))?;
            let local = tcp.local_addr()?;
            match std::net::UdpSocket::bind(local) {
                Ok(udp) => return Self::of(udp, tcp, local),
                Err(error) if tries == TRIES => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// Binds both protocols to a port of the caller's choice.
    pub(crate) fn bind_to(address: SocketAddr) -> io::Result<Self> {
        if address.port() == 0 {
            return Self::bind(address.ip());
        }
        let tcp = std::net::TcpListener::bind(address)?;
        let udp = std::net::UdpSocket::bind(address)?;
        Self::of(udp, tcp, address)
    }

    fn of(
        udp: std::net::UdpSocket,
        tcp: std::net::TcpListener,
        address: SocketAddr,
    ) -> io::Result<Self> {
        udp.set_nonblocking(true)?;
        tcp.set_nonblocking(true)?;
        Ok(Self { udp, tcp, address })
    }

    /// Where they are bound.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves a zone on them, in tasks of the current runtime, until told to stop.
    pub(crate) fn serve(self, zone: Arc<Zone>, shutdown: Shutdown) -> io::Result<()> {
        let udp = UdpSocket::from_std(self.udp)?;
        let tcp = TcpListener::from_std(self.tcp)?;
        let (zone_of_udp, shutdown_of_udp) = (Arc::clone(&zone), shutdown.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = serve_udp(udp, zone_of_udp) => {}
                () = shutdown_of_udp.asked() => {}
            }
        });
        tokio::spawn(serve_tcp(tcp, zone, shutdown));
        Ok(())
    }
}

async fn serve_udp(socket: UdpSocket, zone: Arc<Zone>) {
    let mut packet = vec![0; usize::from(u16::MAX)];
    loop {
        let Ok((length, peer)) = socket.recv_from(&mut packet).await else {
            // Some systems report here that an earlier answer found nobody.
            real_sleep(PAUSE).await;
            continue;
        };
        let query = packet.get(..length).unwrap_or_default();
        if let Some(answer) = answer(query, &zone, Transport::Udp) {
            // A client that is gone asks again or does not.
            drop(socket.send_to(&answer, peer).await);
        }
    }
}

async fn serve_tcp(listener: TcpListener, zone: Arc<Zone>, shutdown: Shutdown) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.asked() => return,
        };
        let Ok((stream, _)) = accepted else {
            real_sleep(PAUSE).await;
            continue;
        };
        let (zone, shutdown) = (Arc::clone(&zone), shutdown.clone());
        tokio::spawn(async move {
            tokio::select! {
                _ = converse(stream, &zone) => {}
                () = shutdown.asked() => {}
            }
        });
    }
}

/// Answers the queries of one TCP connection, each with its length in front.
async fn converse(mut stream: TcpStream, zone: &Zone) -> io::Result<()> {
    loop {
        let query = tokio::select! {
            query = read_message(&mut stream) => query?,
            () = real_sleep(IDLE) => return Ok(()),
        };
        let Some(answer) = answer(&query, zone, Transport::Tcp) else {
            return Ok(());
        };
        write_message(&mut stream, &answer).await?;
    }
}

/// Reads a message with its length in front, [RFC 1035 section 4.2.2](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2).
pub(super) async fn read_message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let length = stream.read_u16().await?;
    let mut message = vec![0; usize::from(length)];
    stream.read_exact(&mut message).await?;
    Ok(message)
}

/// Writes a message with its length in front.
pub(super) async fn write_message(stream: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len()).map_err(io::Error::other)?;
    let framed = [&length.to_be_bytes(), message].concat();
    stream.write_all(&framed).await
}
