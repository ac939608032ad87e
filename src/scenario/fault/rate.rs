//! Header fields that tell a client how near it is to its limit.

use std::time::Duration;

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
        // In whole seconds, like the others: a client that obeys must not come too early.
        let full = now.plus(reset.saturating_add(Duration::from_millis(999)));
        match self.style {
            RateFields::XSeconds => vec![
                ("x-ratelimit-limit", requests.to_string()),
                ("x-ratelimit-remaining", remaining.to_string()),
                ("x-ratelimit-reset", seconds.to_string()),
            ],
            RateFields::XEpoch => vec![
                ("x-ratelimit-limit", requests.to_string()),
                ("x-ratelimit-remaining", remaining.to_string()),
                ("x-ratelimit-reset", full.as_second().to_string()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moment_when_it_is_full_is_no_earlier_than_the_wait() {
        let now = Timestamp::parse("2030-01-01T00:00:00Z").unwrap();
        let field = |style| {
            let told = Told {
                style,
                limit: Limit {
                    requests: 3,
                    window: Duration::from_secs(10),
                },
                standing: Standing {
                    is_over: false,
                    remaining: 2,
                    reset: Duration::from_millis(3334),
                },
            };
            let fields = told.fields(now);
            fields[2].1.parse::<i64>().unwrap()
        };
        let wait = field(RateFields::XSeconds);
        assert_eq!(wait, 4);
        assert_eq!(field(RateFields::XEpoch), now.as_second() + wait);
    }
}
