//! Faults of the wire: how a connection begins, how a request is read, how the answer leaves, or does not.

mod connect;
mod head;
mod told;

use std::time::Duration;

use http::StatusCode;

use crate::exchange::{Cuts, Delivery, End, FalseLength, Goaway, Stale};
use crate::scenario::finding::Complaint;
use crate::scenario::schedule::duration;

use super::Fault;

pub(super) use self::connect::what as connect_what;
pub(super) use self::head::what as head_what;
pub(super) use self::told::what;
pub(crate) use self::told::word;

/// An example of each form.
pub(in crate::scenario) const FORMS: [&str; 43] = [
    "reset",
    "reset:head",
    "reset:body:40",
    "close",
    "close:no_notify",
    "cut:head",
    "cut:body:40",
    "cut:body:40:no_notify",
    "stall:90s",
    "stall:body:40:90s",
    "dribble:5:2s",
    "slice:7",
    "slice:7:50ms",
    "slice:crlf",
    "slice:crlf:2s",
    "slice:utf8",
    "slice:utf8:2s",
    "garbage",
    "bad_chunk",
    "chunks:1",
    "interim:103",
    "interim:100,102",
    "length:both",
    "length:two",
    "length:long",
    "length:short",
    "length:none",
    "stale:close",
    "stale:reset",
    "unsaid_close",
    "unmeant_close",
    "rst_stream:refused_stream",
    "goaway",
    "goaway:refused",
    "goaway:lost",
    "early",
    "early:close",
    "slow_read:1000:1s",
    "stall_read:4096:90s",
    "no_accept",
    "no_accept:30s",
    "black_hole",
    "black_hole:90s",
];

/// As many heads of interim answers may come before a final one.
const MOST_INTERIM: usize = 100;

/// The error codes of HTTP/2, [RFC 9113 section 7](https://www.rfc-editor.org/rfc/rfc9113#section-7).
const CODES: [&str; 14] = [
    "no_error",
    "protocol_error",
    "internal_error",
    "flow_control_error",
    "settings_timeout",
    "stream_closed",
    "frame_size_error",
    "refused_stream",
    "cancel",
    "compression_error",
    "connect_error",
    "enhance_your_calm",
    "inadequate_security",
    "http_1_1_required",
];

/// Reads `do.wire`.
pub(in crate::scenario) fn parse(text: &str) -> Result<Fault, Complaint> {
    let parts: Vec<&str> = text.split(':').collect();
    let read = match parts.as_slice() {
        ["early" | "slow_read" | "stall_read", ..] => head::parse(&parts)?.map(Fault::Head),
        ["no_accept" | "black_hole", ..] => connect::parse(&parts)?.map(Fault::Connect),
        _ => delivery(&parts)?.map(Fault::Wire),
    };
    read.ok_or_else(|| Complaint::unknown("fault of the wire", text, FORMS))
}

fn delivery(parts: &[&str]) -> Result<Option<Delivery>, Complaint> {
    Ok(Some(match parts {
        ["reset"] => Delivery::Reset,
        ["close"] => Delivery::Close,
        ["close", "no_notify"] => Delivery::Unnotified,
        ["garbage"] => Delivery::Garbage,
        ["bad_chunk"] => Delivery::BadChunk,
        ["unsaid_close"] => Delivery::UnsaidClose,
        ["unmeant_close"] => Delivery::UnmeantClose,
        ["cut", rest @ ..] => return cut(rest, End::Close),
        ["reset", rest @ ..] => return cut(rest, End::Reset),
        ["stall", hold] => Delivery::Stall {
            body: None,
            hold: duration(hold)?,
        },
        ["stall", "body", bytes, hold] => Delivery::Stall {
            body: Some(number(bytes)?),
            hold: duration(hold)?,
        },
        ["dribble", bytes, every] => Delivery::Dribble {
            bytes: some(bytes, "a dribble of 0 bytes never ends")?,
            every: duration(every)?,
        },
        ["slice", at] => Delivery::Slice {
            at: cuts(at)?,
            every: Duration::ZERO,
        },
        ["slice", at, every] => Delivery::Slice {
            at: cuts(at)?,
            every: duration(every)?,
        },
        ["chunks", bytes] => Delivery::Chunks(some(bytes, "a chunk of 0 bytes ends the body")?),
        ["interim", codes] => Delivery::Interim(interim(codes)?),
        ["rst_stream", code] => Delivery::StreamReset(code_of(code)?),
        _ => return Ok(by_name(parts)),
    }))
}

/// Those whose second word is one of a few.
fn by_name(parts: &[&str]) -> Option<Delivery> {
    Some(match parts {
        ["length", "both"] => Delivery::Length(FalseLength::Both),
        ["length", "two"] => Delivery::Length(FalseLength::Two),
        ["length", "long"] => Delivery::Length(FalseLength::Long),
        ["length", "short"] => Delivery::Length(FalseLength::Short),
        ["length", "none"] => Delivery::Length(FalseLength::None),
        ["stale", "close"] => Delivery::Stale(Stale::Close),
        ["stale", "reset"] => Delivery::Stale(Stale::Reset),
        ["goaway"] => Delivery::Goaway(Goaway::After),
        ["goaway", "refused"] => Delivery::Goaway(Goaway::Refused),
        ["goaway", "lost"] => Delivery::Goaway(Goaway::Lost),
        _ => return None,
    })
}

fn cut(rest: &[&str], end: End) -> Result<Option<Delivery>, Complaint> {
    Ok(Some(match rest {
        ["head"] => Delivery::Cut { body: 0, end },
        ["body", bytes] => Delivery::Cut {
            body: number(bytes)?,
            end,
        },
        ["body", bytes, "no_notify"] if end == End::Close => Delivery::Cut {
            body: number(bytes)?,
            end: End::Unnotified,
        },
        _ => return Ok(None),
    }))
}

fn cuts(text: &str) -> Result<Cuts, Complaint> {
    Ok(match text {
        "crlf" => Cuts::LineEnds,
        "utf8" => Cuts::Letters,
        bytes => Cuts::Bytes(some(bytes, "an answer in slices of 0 bytes never ends")?),
    })
}

/// The statuses of answers that are not final.
fn interim(codes: &str) -> Result<Vec<StatusCode>, Complaint> {
    let one = |code: &str| {
        let status = code.trim().parse::<StatusCode>().ok();
        let status = status.filter(StatusCode::is_informational);
        // After 101 another protocol is spoken.
        status
            .filter(|status| *status != StatusCode::SWITCHING_PROTOCOLS)
            .ok_or_else(|| {
                Complaint::new(format!(
                    "{code} is no status of an interim answer: give 100, 102, 103, or another from 104 to 199"
                ))
            })
    };
    let codes: Vec<_> = codes.split(',').map(one).collect::<Result<_, _>>()?;
    if codes.len() > MOST_INTERIM {
        return Err(Complaint::new(format!(
            "at most {MOST_INTERIM} interim answers come before a final one"
        )));
    }
    Ok(codes)
}

fn code_of(text: &str) -> Result<u32, Complaint> {
    let named = CODES.iter().zip(0..).find(|(name, _)| **name == text);
    let code = named.map(|(_, code)| code).or_else(|| text.parse().ok());
    code.ok_or_else(|| Complaint::unknown("error code of HTTP/2", text, CODES))
}

fn number(text: &str) -> Result<usize, Complaint> {
    text.parse()
        .map_err(|_| Complaint::new(format!("\"{text}\" is no number of bytes")))
}

/// A time that is not over at once.
fn lasting(text: &str) -> Result<Duration, Complaint> {
    let time = duration(text)?;
    if time.is_zero() {
        return Err("a pause of no time is none".into());
    }
    Ok(time)
}

/// A number of bytes that is not 0.
fn some(text: &str, complaint: &'static str) -> Result<usize, Complaint> {
    match number(text)? {
        0 => Err(complaint.into()),
        bytes => Ok(bytes),
    }
}

/// Whether the client still sees a part of the answer, and thereby whether there must be one.
pub(in crate::scenario) fn shows_answer(delivery: &Delivery) -> bool {
    !matches!(
        delivery,
        Delivery::Reset
            | Delivery::Close
            | Delivery::Unnotified
            | Delivery::Garbage
            | Delivery::Stall { body: None, .. }
            | Delivery::StreamReset(_)
            | Delivery::Goaway(Goaway::Refused | Goaway::Lost)
    )
}

/// Whether the client still sees a part of the answer's body, and therefore of what was done to it.
pub(in crate::scenario) fn shows_body(delivery: &Delivery) -> bool {
    match delivery {
        Delivery::Cut { body, .. }
        | Delivery::Stall {
            body: Some(body), ..
        } => *body > 0,
        _ => shows_answer(delivery),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_told_apart() {
        let mut seen: Vec<Fault> = Vec::new();
        for form in FORMS {
            let read = parse(form).unwrap();
            let is_same = |other: &Fault| *other == read;
            // Two forms say the same: a cut after the head has 0 bytes of the body.
            assert!(!seen.iter().any(is_same), "{form}");
            if let Fault::Wire(delivery) = &read {
                assert_eq!(word(delivery), form);
            }
            seen.push(read);
        }
    }

    #[test]
    fn numbers_and_times_are_those_that_stand_there() {
        let hold = Duration::from_secs(90);
        for (text, delivery) in [
            (
                "cut:head",
                Delivery::Cut {
                    body: 0,
                    end: End::Close,
                },
            ),
            (
                "reset:body:40",
                Delivery::Cut {
                    body: 40,
                    end: End::Reset,
                },
            ),
            (
                "stall:body:40:90s",
                Delivery::Stall {
                    body: Some(40),
                    hold,
                },
            ),
            (
                "slice:5:90s",
                Delivery::Slice {
                    at: Cuts::Bytes(5),
                    every: hold,
                },
            ),
            ("rst_stream:cancel", Delivery::StreamReset(8)),
            ("rst_stream:8", Delivery::StreamReset(8)),
        ] {
            assert_eq!(parse(text), Ok(Fault::Wire(delivery)), "{text}");
        }
    }

    #[test]
    fn what_no_rule_can_do_is_refused_with_the_reason() {
        for text in [
            "dribble:0:1s",
            "slice:0",
            "slice:0:1s",
            "slice:lf",
            "cut:body:x",
            "cut:head:no_notify",
            "reset:body:4:no_notify",
            "stall:soon",
            "interim:",
            "interim:101",
            "interim:200",
            "interim:100,99",
            "length:",
            "length:three",
            "stale",
            "rst_stream:refused",
            "goaway:before",
            "early:later",
            "slow_read:0:1s",
            "slow_read:10:0s",
            "stall_read:10",
            "stall_read:10:0s",
            "black_hole:0s",
            "no_accept:soon",
            "rest",
            "",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
