//! Any packet to the name server: no answer to what deserves none, else one that can be read and fits.
#![no_main]

use std::sync::LazyLock;

use goto_double::fuzzing::{Transport, name_server};
use goto_double::store::zone::Zone;
use hickory_proto::op::{Message, MessageType};
use libfuzzer_sys::fuzz_target;

static ZONE: LazyLock<Zone> = LazyLock::new(|| {
    let zone = Zone::default();
    zone.set_texts(
        "main.com",
        &["v=spf1 -all".into(), "goto-verification-code=1".into()],
    );
    zone.set_texts("long.com", &vec!["x".repeat(250); 20]);
    zone
});

fuzz_target!(|data: &[u8]| {
    let udp = name_server(&ZONE, data, Transport::Udp);
    let tcp = name_server(&ZONE, data, Transport::Tcp);
    assert_eq!(udp.is_some(), tcp.is_some());
    let asked = Message::from_vec(data).ok();
    let room = asked.as_ref().and_then(|asked| asked.edns.as_ref());
    let room = room.map_or(512, |edns| edns.max_payload().clamp(512, 1232));
    assert!(
        udp.as_ref()
            .is_none_or(|answer| answer.len() <= usize::from(room))
    );
    for answer in [udp, tcp].into_iter().flatten() {
        let said = Message::from_vec(&answer).expect("an answer can be read");
        assert_eq!(said.metadata.message_type, MessageType::Response);
        assert_eq!(answer[..2], data[..2], "it bears the number of its query");
        if let Some(asked) = &asked {
            assert_eq!(asked.metadata.message_type, MessageType::Query);
            assert_eq!(said.metadata.op_code, asked.metadata.op_code);
        }
    }
    if asked.is_none_or(|asked| asked.metadata.message_type == MessageType::Query) {
        return;
    }
    assert!(
        name_server(&ZONE, data, Transport::Udp).is_none(),
        "an answer was answered"
    );
});
