//! Faults that strike as soon as a connection is there: nothing was said on it yet.

use crate::clock::duration_text;
use crate::scenario::finding::Complaint;
use crate::scenario::plan::ConnectVerb;
use crate::scenario::schedule::duration;

pub(super) fn parse(parts: &[&str]) -> Result<Option<ConnectVerb>, Complaint> {
    Ok(Some(match parts {
        ["no_accept"] => ConnectVerb::Reset,
        ["no_accept", shut] => ConnectVerb::Shut(duration(shut)?),
        ["black_hole"] => ConnectVerb::Silence(None),
        ["black_hole", hold] => ConnectVerb::Silence(Some(duration(hold)?)),
        _ => return Ok(None),
    }))
}

/// What it does, in a few words.
pub(in crate::scenario::fault) fn what(verb: ConnectVerb) -> String {
    match verb {
        ConnectVerb::Reset => "connection reset as soon as it was there".to_owned(),
        ConnectVerb::Shut(shut) => {
            format!(
                "connection reset, and the port shut for {}",
                duration_text(shut)
            )
        }
        ConnectVerb::Silence(None) => "connection never answered".to_owned(),
        ConnectVerb::Silence(Some(hold)) => {
            format!("connection not answered for {}", duration_text(hold))
        }
    }
}
