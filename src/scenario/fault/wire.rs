//! Faults of the wire: how the answer leaves, or does not.

use crate::exchange::Delivery;
use crate::scenario::finding::Complaint;
use crate::scenario::schedule::duration;

const FORMS: [&str; 8] = [
    "reset",
    "close",
    "cut:head",
    "cut:body:40",
    "stall:90s",
    "dribble:5:2s",
    "garbage",
    "bad_chunk",
];

/// Reads `do.wire`.
pub(in crate::scenario) fn parse(text: &str) -> Result<Delivery, Complaint> {
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        ["reset"] => Ok(Delivery::Reset),
        ["close"] => Ok(Delivery::Close),
        ["garbage"] => Ok(Delivery::Garbage),
        ["bad_chunk"] => Ok(Delivery::BadChunk),
        ["cut", "head"] => Ok(Delivery::Cut { body: 0 }),
        ["cut", "body", bytes] => Ok(Delivery::Cut {
            body: number(bytes)?,
        }),
        ["stall", hold] => Ok(Delivery::Stall {
            body: None,
            hold: duration(hold)?,
        }),
        ["stall", "body", bytes, hold] => Ok(Delivery::Stall {
            body: Some(number(bytes)?),
            hold: duration(hold)?,
        }),
        ["dribble", bytes, every] => match number(bytes)? {
            0 => Err("a dribble of 0 bytes never ends".into()),
            bytes => Ok(Delivery::Dribble {
                bytes,
                every: duration(every)?,
            }),
        },
        ["no_accept" | "goaway", ..] => Err(Complaint::new(format!(
            "this version cannot do \"{text}\": a rule acts when a request has been read, and this is before or beside it"
        ))),
        _ => Err(Complaint::unknown("fault of the wire", text, FORMS)),
    }
}

fn number(text: &str) -> Result<usize, Complaint> {
    text.parse()
        .map_err(|_| Complaint::new(format!("\"{text}\" is no number of bytes")))
}

/// Whether the client still sees a part of the answer's body, and therefore of what was done to it.
pub(in crate::scenario) fn shows_body(delivery: &Delivery) -> bool {
    match delivery {
        Delivery::Whole | Delivery::Dribble { .. } | Delivery::BadChunk => true,
        Delivery::Cut { body }
        | Delivery::Stall {
            body: Some(body), ..
        } => *body > 0,
        Delivery::Close
        | Delivery::Reset
        | Delivery::Garbage
        | Delivery::Stall { body: None, .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_form_is_read() {
        let hold = Duration::from_secs(90);
        for (text, delivery) in [
            ("reset", Delivery::Reset),
            ("close", Delivery::Close),
            ("cut:head", Delivery::Cut { body: 0 }),
            ("cut:body:40", Delivery::Cut { body: 40 }),
            ("stall:90s", Delivery::Stall { body: None, hold }),
            (
                "stall:body:40:90s",
                Delivery::Stall {
                    body: Some(40),
                    hold,
                },
            ),
            (
                "dribble:5:2s",
                Delivery::Dribble {
                    bytes: 5,
                    every: Duration::from_secs(2),
                },
            ),
            ("garbage", Delivery::Garbage),
            ("bad_chunk", Delivery::BadChunk),
        ] {
            assert_eq!(parse(text), Ok(delivery), "{text}");
        }
    }

    #[test]
    fn what_no_rule_can_do_is_refused_with_the_reason() {
        for text in [
            "no_accept",
            "goaway",
            "dribble:0:1s",
            "cut:body:x",
            "stall:soon",
            "rest",
            "",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
