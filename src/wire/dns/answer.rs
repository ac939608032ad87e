//! One packet and a zone in, at most one packet out: no socket, no time, no panic.

use hickory_proto::op::{Edns, Message, MessageType, Metadata, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::{NS, SOA, TXT};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};

use crate::store::zone::{RecordKind, Said, Transport, Zone, ZoneAnswer};

/// What fits into a UDP answer for a client that says nothing, [RFC 1035 section 4.2.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.1).
const UDP_PLAIN: u16 = 512;

/// What fits at most for a client that says more; larger datagrams may be cut into fragments on the way.
const UDP_MOST: u16 = 1232;

/// The length of a message's header, [RFC 1035 section 4.1.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1).
const HEADER: usize = 12;

/// Answers one DNS message out of a zone; `None` for what deserves no answer, or is scripted to get none.
pub(crate) fn answer(packet: &[u8], zone: &Zone, transport: Transport) -> Option<Vec<u8>> {
    let Ok(query) = Message::from_vec(packet) else {
        return refuse_unreadable(packet);
    };
    if query.metadata.message_type != MessageType::Query {
        // Answering an answer would never end.
        return None;
    }
    let answer = reply(zone, &query, transport)?;
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

/// The refusal of a packet that begins like a query and goes wrong later.
///
/// It is written by hand: what cannot be read must not decide whether it can be refused.
fn refuse_unreadable(packet: &[u8]) -> Option<Vec<u8>> {
    let (&[high, low, flags, ..], true) = (packet, packet.len() >= HEADER) else {
        return None;
    };
    let is_answer = flags & 0x80 != 0;
    if is_answer {
        return None;
    }
    let is_plain_query = flags & 0x78 == 0;
    let refusal = if is_plain_query {
        ResponseCode::FormErr
    } else {
        ResponseCode::NotImp
    };
    let mut answer = vec![high, low, 0x80 | flags & 0x79, refusal.low()];
    answer.resize(HEADER, 0);
    Some(answer)
}

/// `None` where the zone keeps silent.
fn reply(zone: &Zone, query: &Message, transport: Transport) -> Option<Message> {
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
        Ok(question) => fill(&mut answer, zone, (question, transport))?,
        Err(refusal) => answer.metadata.response_code = refusal,
    }
    Some(answer)
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
    let is_transfer = matches!(question.query_type(), RecordType::AXFR | RecordType::IXFR);
    match question.query_class() {
        DNSClass::IN | DNSClass::ANY if !is_transfer => Ok(question),
        _ => Err(ResponseCode::Refused),
    }
}

fn fill(
    answer: &mut Message,
    zone: &Zone,
    (question, transport): (&Query, Transport),
) -> Option<()> {
    let kind = match question.query_type() {
        RecordType::TXT => RecordKind::Txt,
        RecordType::ANY => RecordKind::Any,
        _ => RecordKind::Other,
    };
    let said = zone.answer(&question.name().to_ascii(), kind, transport);
    let ZoneAnswer {
        rcode,
        records,
        ttl,
    } = match said {
        Said::Nothing => return None,
        Said::AskOverTcp => {
            answer.metadata.truncation = true;
            return Some(());
        }
        Said::Answer(answer) => answer,
    };
    let rcode = ResponseCode::from_low(rcode.code());
    answer.metadata.response_code = rcode;
    if !matches!(rcode, ResponseCode::NoError | ResponseCode::NXDomain) {
        return Some(());
    }
    answer.metadata.authoritative = true;
    if records.is_empty() && !add_apex(answer, question, ttl) {
        // RFC 2308 section 3: the SOA tells how long "there is none" may be kept.
        answer.add_authority(start_of_authority(ttl));
    }
    for record in records {
        let data = TXT::from_bytes(record.strings().collect());
        let name = question.name().clone();
        answer.add_answer(Record::from_rdata(name, ttl, RData::TXT(data)));
    }
    Some(())
}

/// Answers questions about the zone itself; says whether it was one.
fn add_apex(answer: &mut Message, question: &Query, ttl: u32) -> bool {
    if !question.name().is_root() {
        return false;
    }
    let record = match question.query_type() {
        RecordType::SOA => start_of_authority(ttl),
        RecordType::NS => Record::from_rdata(Name::root(), ttl, RData::NS(NS(server()))),
        _ => return false,
    };
    answer.metadata.response_code = ResponseCode::NoError;
    answer.add_answer(record);
    true
}

/// The root of the only tree of names there is.
fn start_of_authority(ttl: u32) -> Record {
    let soa = SOA::new(server(), mailbox(), 1, 3600, 600, 86400, ttl);
    Record::from_rdata(Name::root(), ttl, RData::SOA(soa))
}

fn server() -> Name {
    Name::from_ascii("ns.goto-double.invalid.").unwrap_or_else(|_| Name::root())
}

fn mailbox() -> Name {
    Name::from_ascii("hostmaster.goto-double.invalid.").unwrap_or_else(|_| Name::root())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::zone::TxtRecord;

    fn zone() -> Zone {
        let zone = Zone::default();
        zone.set_txt("main.com", vec![TxtRecord::of_text("code=1")], 60);
        zone
    }

    fn query() -> Vec<u8> {
        let mut message = Message::new(77, MessageType::Query, OpCode::Query);
        let name = Name::from_ascii("main.com.").unwrap();
        message.add_query(Query::query(name, RecordType::TXT));
        message.set_edns(Edns::new());
        message.to_vec().unwrap()
    }

    /// Whatever comes, the answer is none or one that can be read, with the id of the question.
    fn is_civil(packet: &[u8], transport: Transport) -> Result<(), TestCaseError> {
        let Some(answer) = answer(packet, &zone(), transport) else {
            return Ok(());
        };
        prop_assert_eq!(answer.get(..2), packet.get(..2));
        let read = Message::from_vec(&answer);
        prop_assert!(read.is_ok(), "{:?}: {:?}", packet, read);
        let is_answer = read.unwrap().metadata.message_type == MessageType::Response;
        prop_assert!(is_answer);
        if transport == Transport::Udp {
            prop_assert!(answer.len() <= usize::from(UDP_MOST));
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered_civilly_or_not_at_all(packet in prop::collection::vec(any::<u8>(), 0..600)) {
            is_civil(&packet, Transport::Udp)?;
            is_civil(&packet, Transport::Tcp)?;
        }

        #[test]
        fn bent_queries_are_answered_civilly_or_not_at_all(
            changes in prop::collection::vec((0_usize..64, any::<u8>()), 0..6), cut in 0_usize..64,
        ) {
            let mut packet = query();
            for (at, byte) in changes {
                if let Some(place) = packet.get_mut(at) {
                    *place = byte;
                }
            }
            packet.truncate(packet.len().saturating_sub(cut / 8));
            is_civil(&packet, Transport::Udp)?;
        }
    }

    #[test]
    fn unreadable_packet_is_refused_by_what_its_header_says() {
        let mut packet = query();
        packet.truncate(packet.len() - 3);
        let refused = |packet: &[u8]| {
            let bytes = answer(packet, &zone(), Transport::Udp).unwrap();
            Message::from_vec(&bytes).unwrap().metadata.response_code
        };
        assert_eq!(refused(&packet), ResponseCode::FormErr);
        packet[2] = 5 << 3;
        assert_eq!(refused(&packet), ResponseCode::NotImp);
        packet[2] = 0x80;
        assert_eq!(answer(&packet, &zone(), Transport::Udp), None);
        assert_eq!(answer(&packet[..11], &zone(), Transport::Udp), None);
    }

    #[test]
    fn newer_edns_and_zone_transfers_are_refused() {
        let refused = |change: &dyn Fn(&mut Message)| {
            let mut message = Message::from_vec(&query()).unwrap();
            change(&mut message);
            let packet = message.to_vec().unwrap();
            let bytes = answer(&packet, &zone(), Transport::Tcp).unwrap();
            Message::from_vec(&bytes).unwrap().metadata.response_code
        };
        assert_eq!(
            refused(&|message| {
                message.edns.as_mut().unwrap().set_version(1);
            }),
            // The reader's name for 16, which is BADVERS where there is no signature.
            ResponseCode::BADSIG
        );
        for kind in [RecordType::AXFR, RecordType::IXFR] {
            let refused = refused(&|message| {
                message.queries[0].set_query_type(kind);
            });
            assert_eq!(refused, ResponseCode::Refused);
        }
        assert_eq!(
            refused(&|message| message.queries.clear()),
            ResponseCode::FormErr
        );
        assert_eq!(
            refused(&|message| {
                message.queries[0].set_query_class(DNSClass::CH);
            }),
            ResponseCode::Refused
        );
    }
}
