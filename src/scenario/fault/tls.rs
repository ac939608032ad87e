//! Faults of the TLS handshake: what a client sees before it can ask anything.

use crate::clock::duration_text;
use crate::scenario::finding::Complaint;
use crate::scenario::plan::TlsVerb;
use crate::scenario::schedule::duration;

pub(in crate::scenario) const FORMS: [&str; 11] = [
    "expired",
    "not_yet_valid",
    "wrong_name",
    "unknown_ca",
    "self_signed",
    "tls10",
    "tls11",
    "tls12",
    "close",
    "stall",
    "stall:30s",
];

/// Reads `do.tls`.
pub(super) fn parse(text: &str) -> Result<TlsVerb, Complaint> {
    Ok(match text {
        "expired" => TlsVerb::Expired,
        "not_yet_valid" => TlsVerb::NotYetValid,
        "wrong_name" => TlsVerb::WrongName,
        "unknown_ca" => TlsVerb::UnknownCa,
        "self_signed" => TlsVerb::SelfSigned,
        "tls10" => TlsVerb::Tls10,
        "tls11" => TlsVerb::Tls11,
        "tls12" => TlsVerb::Tls12,
        "close" => TlsVerb::Close,
        "stall" => TlsVerb::Stall(None),
        _ => match text.strip_prefix("stall:") {
            Some(hold) => TlsVerb::Stall(Some(duration(hold)?)),
            None => return Err(Complaint::unknown("fault of TLS", text, FORMS)),
        },
    })
}

/// What it does, in a few words.
pub(super) fn what(verb: TlsVerb) -> String {
    match verb {
        TlsVerb::Expired => "certificate expired".to_owned(),
        TlsVerb::NotYetValid => "certificate not yet valid".to_owned(),
        TlsVerb::WrongName => "certificate for another host".to_owned(),
        TlsVerb::UnknownCa => "certificate of an unknown authority".to_owned(),
        TlsVerb::SelfSigned => "self-signed certificate".to_owned(),
        TlsVerb::Tls10 => "TLS 1.0 only".to_owned(),
        TlsVerb::Tls11 => "TLS 1.1 only".to_owned(),
        TlsVerb::Tls12 => "TLS 1.2 only".to_owned(),
        TlsVerb::Close => "handshake closed".to_owned(),
        TlsVerb::Stall(None) => "handshake stalled".to_owned(),
        TlsVerb::Stall(Some(hold)) => format!("handshake stalled for {}", duration_text(hold)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_no_other() {
        for form in FORMS {
            assert!(parse(form).is_ok(), "{form}");
        }
        for wrong in ["", "expire", "stall:", "stall:soon", "tls13"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
