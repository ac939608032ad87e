//! Faults of the store: a write that races.

use crate::scenario::finding::Complaint;
use crate::scenario::plan::DataVerb;
use crate::scenario::schedule::duration;

/// Reads `do.data`.
pub(in crate::scenario) fn parse(text: &str) -> Result<DataVerb, Complaint> {
    match text.split_once(':') {
        Some(("racy", wait)) => duration(wait).map(DataVerb::Racy),
        _ => Err(Complaint::unknown(
            "fault of the store",
            text,
            ["racy:300ms"],
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn racy_write_says_how_long_the_gap_is() {
        assert_eq!(
            parse("racy:300ms"),
            Ok(DataVerb::Racy(Duration::from_millis(300)))
        );
        assert!(parse("racy").is_err() && parse("racy:x").is_err());
    }
}
