//! A server that knows no TLS newer than 1.0 or 1.1, as far as a client needs to see it to refuse.
//!
//! No library speaks these versions any more, and none is needed: the version stands in the server's first words, and
//! [RFC 8996](https://www.rfc-editor.org/rfc/rfc8996) has a client end the handshake there.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// TLS 1.0, as it is written.
pub(super) const TLS_1_0: [u8; 2] = [3, 1];
/// TLS 1.1, as it is written.
pub(super) const TLS_1_1: [u8; 2] = [3, 2];

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const SERVER_HELLO: u8 = 2;
const FATAL: u8 = 2;
const HANDSHAKE_FAILURE: u8 = 40;

/// `TLS_RSA_WITH_AES_128_CBC_SHA`, which every server of that time had, [RFC 5246 section
/// 9](https://www.rfc-editor.org/rfc/rfc5246#section-9).
const CIPHER_SUITE: [u8; 2] = [0, 0x2f];

/// How much of what the client says to it is read.
const MOST: u64 = 4096;

/// Settles on that version, gives up at once, and says what the client made of it.
pub(super) async fn settle(
    stream: &mut TcpStream,
    version: [u8; 2],
    random: [u8; 32],
) -> io::Result<String> {
    let mut words = server_hello(version, random);
    // Whoever takes the version has to read on, and finds that nothing comes of it.
    words.extend(record(ALERT, version, &[FATAL, HANDSHAKE_FAILURE]));
    stream.write_all(&words).await?;
    let mut said = Vec::new();
    // A reset is an answer too: the client was gone before it had read everything.
    drop(stream.take(MOST).read_to_end(&mut said).await);
    Ok(match alert_in(&said) {
        Some(alert) => format!("the client refused it with alert {alert}"),
        None => "the client did not refuse it".to_owned(),
    })
}

fn server_hello(version: [u8; 2], random: [u8; 32]) -> Vec<u8> {
    let mut hello = version.to_vec();
    hello.extend(random);
    // No session, the cipher suite, no compression.
    hello.push(0);
    hello.extend(CIPHER_SUITE);
    hello.push(0);
    // It is 38 bytes long, so one of the three of its length is enough.
    let mut message = vec![SERVER_HELLO, 0, 0, 38];
    message.extend(hello);
    record(HANDSHAKE, version, &message)
}

fn record(kind: u8, version: [u8; 2], content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    let mut record = vec![kind];
    record.extend(version);
    record.extend(length.to_be_bytes());
    record.extend(content);
    record
}

/// The description of the alert that a client's words begin with.
fn alert_in(said: &[u8]) -> Option<u8> {
    match said {
        [ALERT, _, _, 0, 2, FATAL, description, ..] => Some(*description),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 5246 section 7.4.1.3, with the version of RFC 2246.
    #[test]
    fn first_words_are_a_server_hello_of_that_version() {
        let words = server_hello(TLS_1_0, [7; 32]);
        assert_eq!(words[..11], [22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1]);
        assert_eq!(words[11..43], [7; 32]);
        assert_eq!(words[43..], [0, 0, 0x2f, 0]);
        assert_eq!(server_hello(TLS_1_1, [0; 32])[9..11], TLS_1_1);
    }

    #[test]
    fn only_a_fatal_alert_is_a_refusal() {
        assert_eq!(alert_in(&[21, 3, 1, 0, 2, 2, 70]), Some(70));
        for other in [&[][..], &[22, 3, 1, 0, 2, 2, 70], &[21, 3, 1, 0, 2, 1, 0]] {
            assert_eq!(alert_in(other), None);
        }
    }
}
