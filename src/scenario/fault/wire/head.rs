//! Faults that strike as soon as the head of a request is there: its body is still to come.

use crate::clock::duration_text;
use crate::scenario::finding::Complaint;
use crate::scenario::plan::{HeadVerb, Rest};
use crate::scenario::schedule::duration;

use super::{number, some};

pub(super) fn parse(parts: &[&str]) -> Result<Option<HeadVerb>, Complaint> {
    Ok(Some(match parts {
        ["early"] => HeadVerb::Early(Rest::Read),
        ["early", "close"] => HeadVerb::Early(Rest::Left),
        ["slow_read", bytes, every] => {
            let every = duration(every)?;
            if every.is_zero() {
                return Err("a pause of no time is none".into());
            }
            HeadVerb::SlowRead {
                bytes: some(bytes, "a request read by 0 bytes never ends")?,
                every,
            }
        }
        ["stall_read", bytes, hold] => HeadVerb::StallRead {
            bytes: number(bytes)?,
            hold: duration(hold)?,
        },
        _ => return Ok(None),
    }))
}

/// What it does, in a few words.
pub(in crate::scenario::fault) fn what(verb: HeadVerb) -> String {
    match verb {
        HeadVerb::Early(Rest::Read) => "answered before the body was read".to_owned(),
        HeadVerb::Early(Rest::Left) => {
            "answered before the body was read, and closed without reading it".to_owned()
        }
        HeadVerb::SlowRead { bytes, every } => {
            format!("body read by {bytes} bytes every {}", duration_text(every))
        }
        HeadVerb::StallRead { bytes, hold } => {
            format!(
                "{bytes} bytes of the body read, then none for {}",
                duration_text(hold)
            )
        }
    }
}
