//! Header fields that tell a client how near it is to its limit.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::clock::Timestamp;
use crate::scenario::finding::Complaint;
use crate::scenario::limit::{Limit, Standing};
use crate::scenario::plan::{RateFields, Told};

pub(in crate::scenario) const STYLES: [(&str, RateFields); 4] = [
    ("x-ratelimit", RateFields::XSeconds),
    ("x-ratelimit-epoch", RateFields::XEpoch),
    ("ratelimit-fields", RateFields::Separate),
    ("ratelimit", RateFields::Structured),
];

/// Reads `do.rate_limit`.
pub(in crate::scenario) fn parse(text: &str) -> Result<RateFields, Complaint> {
    let known = STYLES.iter().find(|(name, _)| *name == text);
    known.map(|(_, style)| *style).ok_or_else(|| {
        Complaint::unknown("style of rate limit", text, STYLES.map(|(name, _)| name))
    })
}

pub(super) fn what(style: RateFields) -> String {
    let known = STYLES.iter().find(|(_, known)| *known == style);
    format!("rate limit told as {}", known.map_or("", |(name, _)| name))
}

impl Told {
    /// Sets the header fields of an answer that leaves now.
    pub fn write(&self, headers: &mut HeaderMap, now: Timestamp) {
        for (name, value) in self.fields(now) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }

    fn fields(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let Limit { requests, window } = self.limit;
        let Standing {
            remaining, reset, ..
        } = self.standing;
        let [window, seconds] = [window, reset].map(|span| span.as_millis().div_ceil(1000));
        match self.style {
            RateFields::XSeconds => vec![
                ("x-ratelimit-limit", requests.to_string()),
                ("x-ratelimit-remaining", remaining.to_string()),
                ("x-ratelimit-reset", seconds.to_string()),
            ],
            RateFields::XEpoch => vec![
                ("x-ratelimit-limit", requests.to_string()),
                ("x-ratelimit-remaining", remaining.to_string()),
                ("x-ratelimit-reset", now.plus(reset).as_second().to_string()),
            ],
            RateFields::Separate => vec![
                ("ratelimit-limit", requests.to_string()),
                ("ratelimit-remaining", remaining.to_string()),
                ("ratelimit-reset", seconds.to_string()),
            ],
            RateFields::Structured => vec![
                (
                    "ratelimit-policy",
                    format!("\"default\";q={requests};w={window}"),
                ),
                (
                    "ratelimit",
                    format!("\"default\";r={remaining};t={seconds}"),
                ),
            ],
        }
    }
}
