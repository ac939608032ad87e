//! Real DNS for one sandbox's zone, over UDP and TCP on the same port, so that `dig` works.
//!
//! The server is the authority for every name there is: what the zone does not have does not exist.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_proto::op::{Edns, Message, MessageType, Metadata, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::{SOA, TXT};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

use crate::clock::real_sleep;
use crate::store::zone::{RecordKind, Zone, ZoneAnswer};

use super::Shutdown;

/// What fits into a UDP answer for a client that says nothing, [RFC 1035 section 4.2.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.1).
const UDP_PLAIN: u16 = 512;

/// What fits at most for a client that says more; larger datagrams may be cut into fragments on the way.
const UDP_MOST: u16 = 1232;

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
        if let Some(answer) = respond(&zone, query, Transport::Udp) {
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
        let Some(answer) = respond(zone, &query, Transport::Tcp) else {
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

/// What a packet came by.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    not(fuzzing),
    expect(unreachable_pub, reason = "the fuzz targets name it")
)]
pub enum Transport {
    /// A datagram: a long answer does not fit.
    Udp,
    /// A stream.
    Tcp,
}

/// The answer to one packet; `None` for what deserves none.
pub(crate) fn respond(zone: &Zone, packet: &[u8], transport: Transport) -> Option<Vec<u8>> {
    let Ok(query) = Message::from_vec(packet) else {
        return refuse_unreadable(packet);
    };
    if query.metadata.message_type != MessageType::Query {
        // Answering an answer would never end.
        return None;
    }
    let answer = reply(zone, &query);
    let bytes = answer.to_vec().ok()?;
    let most = match transport {
        Transport::Tcp => u16::MAX,
        Transport::Udp => query.edns.as_ref().map_or(UDP_PLAIN, |edns| {
            edns.max_payload().clamp(UDP_PLAIN, UDP_MOST)
        }),
    };
    if bytes.len() <= usize::from(most) {
        return Some(bytes);
    }
    answer.truncate().to_vec().ok()
}

/// `FORMERR` for a packet that begins like a query and goes wrong later.
fn refuse_unreadable(packet: &[u8]) -> Option<Vec<u8>> {
    let &[high, low, flags, ..] = packet else {
        return None;
    };
    let is_answer = flags & 0x80 != 0;
    if packet.len() < 12 || is_answer {
        return None;
    }
    let id = u16::from_be_bytes([high, low]);
    Message::error_msg(id, OpCode::Query, ResponseCode::FormErr)
        .to_vec()
        .ok()
}

fn reply(zone: &Zone, query: &Message) -> Message {
    let mut answer = Message::response(query.metadata.id, query.metadata.op_code);
    answer.metadata = Metadata::response_from_request(&query.metadata);
    if let [question] = query.queries.as_slice() {
        answer.add_query(question.clone());
    }
    // Several questions are refused (RFC 9619) and not repeated: they might not fit into a datagram.
    if query.edns.is_some() {
        let mut edns = Edns::new();
        edns.set_max_payload(UDP_MOST);
        answer.set_edns(edns);
    }
    match question(query) {
        Ok(question) => fill(&mut answer, zone, question),
        Err(refusal) => answer.metadata.response_code = refusal,
    }
    answer
}

/// The one question of a query, or why it is refused.
fn question(query: &Message) -> Result<&Query, ResponseCode> {
    if query.metadata.op_code != OpCode::Query {
        return Err(ResponseCode::NotImp);
    }
    if query.edns.as_ref().is_some_and(|edns| edns.version() > 0) {
        return Err(ResponseCode::BADVERS);
    }
    let [question] = query.queries.as_slice() else {
        return Err(ResponseCode::FormErr);
    };
    match question.query_class() {
        DNSClass::IN | DNSClass::ANY => Ok(question),
        _ => Err(ResponseCode::Refused),
    }
}

fn fill(answer: &mut Message, zone: &Zone, question: &Query) {
    let kind = match question.query_type() {
        RecordType::TXT => RecordKind::Txt,
        RecordType::ANY => RecordKind::Any,
        _ => RecordKind::Other,
    };
    let ZoneAnswer {
        rcode,
        records,
        ttl,
    } = zone.answer(&question.name().to_ascii(), kind);
    answer.metadata.authoritative = true;
    answer.metadata.response_code = ResponseCode::from_low(rcode.code());
    if records.is_empty() {
        // RFC 2308: the SOA tells how long "there is none" may be kept.
        answer.add_authority(authority(ttl));
    }
    for record in records {
        let data = TXT::from_bytes(record.strings().collect());
        let name = question.name().clone();
        answer.add_answer(Record::from_rdata(name, ttl, RData::TXT(data)));
    }
}

/// The root of the only tree of names there is.
fn authority(ttl: u32) -> Record {
    let soa = SOA::new(Name::root(), Name::root(), 1, 3600, 600, 86400, ttl);
    Record::from_rdata(Name::root(), ttl, RData::SOA(soa))
}
