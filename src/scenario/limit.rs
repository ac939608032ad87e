//! How many requests a client may make in which time.

use std::time::Duration;

use super::finding::Complaint;
use super::schedule::duration;

/// So many requests at once, and as many again spread over each span of time: a token bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many requests the full bucket is good for; at least one.
    pub requests: u64,
    /// How long an empty bucket takes to be full; longer than nothing.
    pub window: Duration,
}

/// How a bucket stands after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether the request found it empty.
    pub is_over: bool,
    /// How many more requests it is good for.
    pub remaining: u64,
    /// How long until it is full.
    pub reset: Duration,
}

impl Limit {
    /// Reads `"10/1s"`.
    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        let (requests, window) = text
            .split_once('/')
            .ok_or("expected a number of requests in a time, as \"10/1s\"")?;
        let requests = requests.trim().parse().ok().filter(|count| *count > 0);
        let window = duration(window.trim())?;
        if window.is_zero() {
            return Err("a limit in no time is none".into());
        }
        let requests = requests.ok_or("the number of requests is 1 or more")?;
        Ok(Self { requests, window })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limit_is_requests_in_a_time() {
        let ten = Limit {
            requests: 10,
            window: Duration::from_secs(1),
        };
        assert_eq!(Limit::parse("10/1s"), Ok(ten));
        for wrong in ["10", "0/1s", "10/0s", "x/1s", "10/s", "-1/1s"] {
            assert!(Limit::parse(wrong).is_err(), "{wrong}");
        }
    }
}
