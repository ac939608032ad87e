//! Deliveries in words: those of the file, and a few for a person.

use http::StatusCode;

use crate::clock::duration_text;
use crate::exchange::{Cuts, Delivery, End, FalseLength, Goaway, Stale};

use super::CODES;

/// A delivery in the words of scenario files; `whole` is none of them.
pub(crate) fn word(delivery: &Delivery) -> String {
    match delivery {
        Delivery::Whole => "whole".into(),
        Delivery::Close => "close".into(),
        Delivery::Unnotified => "close:no_notify".into(),
        Delivery::Reset => "reset".into(),
        Delivery::Cut { body, end } => cut(*body, *end),
        Delivery::Stall { body: None, hold } => format!("stall:{}", duration_text(*hold)),
        Delivery::Stall {
            body: Some(body),
            hold,
        } => format!("stall:body:{body}:{}", duration_text(*hold)),
        Delivery::Dribble { bytes, every } => format!("dribble:{bytes}:{}", duration_text(*every)),
        Delivery::Slice { at, every } => {
            let pause = if every.is_zero() {
                String::new()
            } else {
                format!(":{}", duration_text(*every))
            };
            match at {
                Cuts::Bytes(bytes) => format!("slice:{bytes}{pause}"),
                Cuts::LineEnds => format!("slice:crlf{pause}"),
                Cuts::Letters => format!("slice:utf8{pause}"),
            }
        }
        Delivery::Garbage => "garbage".into(),
        Delivery::BadChunk => "bad_chunk".into(),
        Delivery::Interim(codes) => {
            let codes: Vec<_> = codes.iter().map(StatusCode::as_str).collect();
            format!("interim:{}", codes.join(","))
        }
        Delivery::Length(length) => format!("length:{}", length_word(*length)),
        Delivery::Stale(Stale::Close) => "stale:close".into(),
        Delivery::Stale(Stale::Reset) => "stale:reset".into(),
        Delivery::Chunks(bytes) => format!("chunks:{bytes}"),
        Delivery::UnsaidClose => "unsaid_close".into(),
        Delivery::UnmeantClose => "unmeant_close".into(),
        Delivery::StreamReset(code) => format!("rst_stream:{}", code_name(*code)),
        Delivery::Goaway(Goaway::After) => "goaway".into(),
        Delivery::Goaway(Goaway::Refused) => "goaway:refused".into(),
        Delivery::Goaway(Goaway::Lost) => "goaway:lost".into(),
    }
}

fn cut(body: usize, end: End) -> String {
    let verb = if end == End::Reset { "reset" } else { "cut" };
    match (body, end) {
        (body, End::Unnotified) => format!("cut:body:{body}:no_notify"),
        (0, _) => format!("{verb}:head"),
        (body, _) => format!("{verb}:body:{body}"),
    }
}

fn length_word(length: FalseLength) -> &'static str {
    match length {
        FalseLength::Both => "both",
        FalseLength::Two => "two",
        FalseLength::Long => "long",
        FalseLength::Short => "short",
        FalseLength::None => "none",
    }
}

fn code_name(code: u32) -> String {
    let named = CODES.iter().zip(0..).find(|(_, known)| *known == code);
    named.map_or_else(|| code.to_string(), |(name, _)| (*name).to_owned())
}

/// What it does, in a few words for a person.
pub(in crate::scenario::fault) fn what(delivery: &Delivery) -> String {
    match delivery {
        Delivery::Whole => "delivered whole".to_owned(),
        Delivery::Close => "closed without an answer".to_owned(),
        Delivery::Unnotified => "closed without an answer or a farewell of TLS".to_owned(),
        Delivery::Reset => "connection reset".to_owned(),
        Delivery::Cut { body, end } => {
            let end = match end {
                End::Close => "",
                End::Reset => ", by a reset",
                End::Unnotified => ", without a farewell of TLS",
            };
            format!("answer cut after {body} bytes of its body{end}")
        }
        Delivery::Stall { hold, .. } => format!("answer stalled for {}", duration_text(*hold)),
        Delivery::Dribble { bytes, every } => {
            format!(
                "answer dribbled, {bytes} bytes every {}",
                duration_text(*every)
            )
        }
        Delivery::Slice { .. } => format!("answer in slices ({})", word(delivery)),
        Delivery::Garbage => "garbage in place of HTTP".to_owned(),
        Delivery::BadChunk => "broken chunk in the answer".to_owned(),
        Delivery::Interim(_) => format!("answer after others ({})", word(delivery)),
        Delivery::Length(_) => format!("answer with a false length ({})", word(delivery)),
        Delivery::Stale(_) => format!("connection ends at its next request ({})", word(delivery)),
        Delivery::Chunks(bytes) => format!("answer in chunks of {bytes} bytes"),
        Delivery::UnsaidClose => "answer, then a close that was not said".to_owned(),
        Delivery::UnmeantClose => "answer that says a close, and none".to_owned(),
        Delivery::StreamReset(code) => format!("stream reset with {}", code_name(*code)),
        Delivery::Goaway(Goaway::After) => "answer, then leave taken of the connection".to_owned(),
        Delivery::Goaway(_) => format!("leave taken of the connection ({})", word(delivery)),
    }
}
