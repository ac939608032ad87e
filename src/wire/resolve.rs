//! One question to one name server: over UDP, and over TCP if the answer does not fit.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query};
use hickory_proto::rr::{Name, RecordType};
use tokio::net::{TcpStream, UdpSocket};

use crate::clock::real_sleep;
use crate::entropy::Entropy;

use super::dns;

/// After so long without an answer another one asks again.
const AGAIN: Duration = Duration::from_secs(2);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoReply {
    #[error("{0}")]
    Socket(#[from] io::Error),
    #[error("the name server's answer cannot be read")]
    Unreadable,
    #[error("the name server's answer over TCP is to another question")]
    Another,
}

/// A name server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Server {
    /// The sandbox's own, which is asked once: a scripted answer is given once, and a second question would look past it.
    Embedded(SocketAddr),
    /// One that the tester named, which a datagram may not reach.
    Outside(SocketAddr),
}

impl Server {
    fn address(self) -> SocketAddr {
        match self {
            Self::Embedded(address) | Self::Outside(address) => address,
        }
    }

    /// Asks until there is an answer; the caller sets the time limit.
    pub(super) async fn ask(self, owner: &Name, kind: RecordType) -> Result<Message, NoReply> {
        let address = self.address();
        let any: SocketAddr = match address {
            SocketAddr::V4(_) => ([0, 0, 0, 0], 0).into(),
            SocketAddr::V6(_) => ([0u16; 8], 0).into(),
        };
        // Nobody but the server is heard on a connected socket.
        let socket = UdpSocket::bind(any).await?;
        socket.connect(address).await?;
        // A guess has to hit the port and this: RFC 5452 section 9.1. It decides nothing, so no seed repeats it.
        let id = u16::try_from(Entropy::seed_from_system() & 0xffff).unwrap_or_default();
        let question = Question::new(id, owner, kind);
        let packet = question.packet()?;
        socket.send(&packet).await?;
        let answer = loop {
            tokio::select! {
                answer = question.answered_on(&socket) => break answer?,
                () = real_sleep(AGAIN), if matches!(self, Self::Outside(_)) => {
                    socket.send(&packet).await?;
                }
            }
        };
        if !answer.metadata.truncation {
            return Ok(answer);
        }
        let mut stream = TcpStream::connect(address).await?;
        dns::write_message(&mut stream, &packet).await?;
        let packet = dns::read_message(&mut stream).await?;
        let answer = Message::from_vec(&packet).map_err(|_| NoReply::Unreadable)?;
        if question.is_answered_by(&answer) {
            Ok(answer)
        } else {
            Err(NoReply::Another)
        }
    }
}

/// What was asked, to tell its answer from others.
struct Question {
    id: u16,
    query: Query,
}

impl Question {
    fn new(id: u16, owner: &Name, kind: RecordType) -> Self {
        Self {
            id,
            query: Query::query(owner.clone(), kind),
        }
    }

    fn packet(&self) -> Result<Vec<u8>, NoReply> {
        let mut message = Message::new(self.id, MessageType::Query, OpCode::Query);
        message.metadata.recursion_desired = true;
        message.add_query(self.query.clone());
        message.set_edns(Edns::new());
        message.to_vec().map_err(|_| NoReply::Unreadable)
    }

    async fn answered_on(&self, socket: &UdpSocket) -> Result<Message, NoReply> {
        let mut packet = vec![0; usize::from(u16::MAX)];
        loop {
            let length = socket.recv(&mut packet).await?;
            let packet = packet.get(..length).unwrap_or_default();
            if packet.get(..2) != Some(&self.id.to_be_bytes()) {
                continue;
            }
            let answer = Message::from_vec(packet).map_err(|_| NoReply::Unreadable)?;
            if self.is_answered_by(&answer) {
                return Ok(answer);
            }
        }
    }

    /// Whether a message answers this question: it has the id, and repeats the question unless it could not read it.
    fn is_answered_by(&self, answer: &Message) -> bool {
        let repeats = |query: &Query| {
            query.name() == self.query.name() && query.query_type() == self.query.query_type()
        };
        answer.metadata.id == self.id
            && answer.metadata.message_type == MessageType::Response
            && match answer.queries.as_slice() {
                [] => answer.answers.is_empty(),
                [query] => repeats(query),
                _ => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Question {
        Question::new(7, &Name::from_ascii("Main.com.").unwrap(), RecordType::TXT)
    }

    fn answer(name: &str, kind: RecordType) -> Message {
        let mut answer = Message::new(7, MessageType::Response, OpCode::Query);
        answer.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
        answer
    }

    #[test]
    fn answer_has_the_id_and_the_question_in_any_case() {
        let question = question();
        assert!(question.is_answered_by(&answer("mAIN.com.", RecordType::TXT)));
        assert!(!question.is_answered_by(&answer("other.com.", RecordType::TXT)));
        assert!(!question.is_answered_by(&answer("main.com.", RecordType::A)));
        let mut other = answer("main.com.", RecordType::TXT);
        other.metadata.id = 8;
        assert!(!question.is_answered_by(&other));
        let mut query = answer("main.com.", RecordType::TXT);
        query.metadata.message_type = MessageType::Query;
        assert!(!question.is_answered_by(&query));
        let mut unread = answer("main.com.", RecordType::TXT);
        unread.queries.clear();
        assert!(question.is_answered_by(&unread));
    }
}
