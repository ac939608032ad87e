//! DNS over both transports, asked with packets.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use tokio::net::{TcpStream, UdpSocket};

use crate::store::zone::{Rcode, TxtRecord, Zone, ZoneAnswer};
use crate::wire::{Stop, dns};

struct Server {
    zone: Arc<Zone>,
    address: SocketAddr,
    _stop: Stop,
}

fn start() -> Server {
    let zone = Arc::new(Zone::default());
    zone.set_txt("Main.com", vec![TxtRecord::of_text("code=1")], 60);
    let (stop, shutdown) = Stop::pair();
    let sockets = dns::Sockets::bind(IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap();
    let address = sockets.address();
    sockets.serve(Arc::clone(&zone), shutdown).unwrap();
    Server {
        zone,
        address,
        _stop: stop,
    }
}

fn query(name: &str, kind: RecordType) -> Message {
    let mut message = Message::new(77, MessageType::Query, OpCode::Query);
    message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
    message
}

async fn ask_udp(server: &Server, packet: &[u8]) -> Message {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.send_to(packet, server.address).await.unwrap();
    let mut answer = vec![0; 65_535];
    let length = socket.recv(&mut answer).await.unwrap();
    Message::from_vec(&answer[..length]).unwrap()
}

async fn ask_tcp(server: &Server, message: &Message) -> Message {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let packet = message.to_vec().unwrap();
    dns::write_message(&mut stream, &packet).await.unwrap();
    let answer = dns::read_message(&mut stream).await.unwrap();
    Message::from_vec(&answer).unwrap()
}

fn texts(answer: &Message) -> Vec<String> {
    let mut texts = Vec::new();
    for record in &answer.answers {
        if let RData::TXT(txt) = &record.data {
            texts.push(String::from_utf8(txt.txt_data.concat()).unwrap());
        }
    }
    texts
}

#[tokio::test]
async fn record_is_found_in_any_case_over_both_transports() {
    let server = start();
    let query = query("mAIN.com.", RecordType::TXT);
    let by_udp = ask_udp(&server, &query.to_vec().unwrap()).await;
    let by_tcp = ask_tcp(&server, &query).await;
    for answer in [by_udp, by_tcp] {
        assert_eq!(answer.metadata.id, 77);
        assert!(answer.metadata.authoritative);
        assert_eq!(texts(&answer), ["code=1"]);
        assert_eq!(answer.answers[0].ttl, 60);
    }
}

#[tokio::test]
async fn what_does_not_exist_is_told_from_what_has_no_record() {
    let server = start();
    server
        .zone
        .set_txt("_a.deep.org", vec![TxtRecord::of_text("x")], 60);
    for (name, kind, rcode) in [
        ("other.com.", RecordType::TXT, ResponseCode::NXDomain),
        ("www.main.com.", RecordType::TXT, ResponseCode::NXDomain),
        ("main.com.", RecordType::A, ResponseCode::NoError),
        ("deep.org.", RecordType::TXT, ResponseCode::NoError),
        ("eep.org.", RecordType::TXT, ResponseCode::NXDomain),
    ] {
        let answer = ask_udp(&server, &query(name, kind).to_vec().unwrap()).await;
        assert_eq!(answer.metadata.response_code, rcode, "{name}");
        assert!(answer.answers.is_empty());
        assert_eq!(answer.authorities[0].record_type(), RecordType::SOA);
    }
}

#[tokio::test]
async fn large_answer_is_truncated_over_udp_and_whole_over_tcp() {
    let server = start();
    let text = "0123456789".repeat(60);
    let records = vec![TxtRecord::of_text(&text); 5];
    server.zone.set_txt("big.com", records, 60);
    let mut query = query("big.com.", RecordType::TXT);
    let mut edns = Edns::new();
    edns.set_max_payload(4096);
    query.set_edns(edns);
    let by_udp = ask_udp(&server, &query.to_vec().unwrap()).await;
    assert!(by_udp.metadata.truncation);
    assert!(by_udp.edns.is_some());
    let by_tcp = ask_tcp(&server, &query).await;
    assert!(!by_tcp.metadata.truncation);
    assert_eq!(texts(&by_tcp), vec![text; 5]);
}

#[tokio::test]
async fn bent_answers_are_given_once_and_in_order() {
    let server = start();
    for rcode in [Rcode::ServFail, Rcode::NxDomain] {
        let answer = ZoneAnswer {
            rcode,
            records: Vec::new(),
            ttl: 0,
        };
        server.zone.bend("MAIN.com", answer);
    }
    let query = query("main.com.", RecordType::TXT).to_vec().unwrap();
    for rcode in [
        ResponseCode::ServFail,
        ResponseCode::NXDomain,
        ResponseCode::NoError,
    ] {
        let answer = ask_udp(&server, &query).await;
        assert_eq!(answer.metadata.response_code, rcode);
    }
}

#[tokio::test]
async fn no_packet_stops_the_server() {
    let server = start();
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let sound = query("main.com.", RecordType::TXT).to_vec().unwrap();
    for cut in 0..sound.len() {
        socket.send_to(&sound[..cut], server.address).await.unwrap();
    }
    for at in 0..sound.len() {
        let mut bent = sound.clone();
        bent[at] ^= 0xff;
        socket.send_to(&bent, server.address).await.unwrap();
    }
    assert_eq!(texts(&ask_udp(&server, &sound).await), ["code=1"]);

    let mut broken = sound.clone();
    broken.truncate(sound.len() - 3);
    let answer = ask_udp(&server, &broken).await;
    assert_eq!(answer.metadata.response_code, ResponseCode::FormErr);
    assert_eq!(answer.metadata.id, 77);

    let mut update = query("main.com.", RecordType::TXT);
    update.metadata.op_code = OpCode::Notify;
    let answer = ask_udp(&server, &update.to_vec().unwrap()).await;
    assert_eq!(answer.metadata.response_code, ResponseCode::NotImp);
}

// RFC 9619: a query has one question.
#[tokio::test]
async fn many_questions_are_refused_in_an_answer_that_fits_into_a_datagram() {
    let server = start();
    let mut many = query("main.com.", RecordType::TXT);
    for number in 0..40 {
        let name = Name::from_ascii(format!("{number}.{}.com.", "x".repeat(60))).unwrap();
        many.add_query(Query::query(name, RecordType::TXT));
    }
    let answer = ask_udp(&server, &many.to_vec().unwrap()).await;
    assert_eq!(answer.metadata.response_code, ResponseCode::FormErr);
    assert!(answer.queries.is_empty());
    assert!(answer.to_vec().unwrap().len() <= 512);
}
