//! The token bucket of a rule's limit, for one key.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::scenario::limit::{Limit, Standing};

/// What is missing from a bucket, counted so that no division rounds: a request costs the window's nanoseconds, and each
/// nanosecond gives back as many as there are requests in the limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    missing: u128,
    seen: Timestamp,
}

impl Bucket {
    pub(super) fn full(now: Timestamp) -> Self {
        Self {
            missing: 0,
            seen: now,
        }
    }

    /// Takes one request out, if there is one; who finds it empty takes nothing.
    pub(super) fn take(&mut self, limit: Limit, now: Timestamp) -> Standing {
        let requests = u128::from(limit.requests);
        let price = limit.window.as_nanos();
        let size = price.saturating_mul(requests);
        let refilled = now.since(self.seen).as_nanos().saturating_mul(requests);
        self.seen = now;
        self.missing = self.missing.saturating_sub(refilled);
        let after = self.missing.saturating_add(price);
        let is_over = after > size;
        if !is_over {
            self.missing = after;
        }
        let left = size.saturating_sub(self.missing);
        let reset = self.missing.div_ceil(requests.max(1));
        Standing {
            is_over,
            remaining: u64::try_from(left / price.max(1)).unwrap_or(u64::MAX),
            reset: Duration::from_nanos(u64::try_from(reset).unwrap_or(u64::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_empties_and_fills_at_its_rate() {
        let limit = Limit {
            requests: 3,
            window: Duration::from_secs(1),
        };
        let start = Timestamp::from_millisecond(1_000);
        let at = |milliseconds| start.plus(Duration::from_millis(milliseconds));
        let mut bucket = Bucket::full(start);
        let mut take = |now| {
            let standing = bucket.take(limit, now);
            (standing.is_over, standing.remaining)
        };
        assert_eq!(
            [take(start), take(start), take(start)],
            [(false, 2), (false, 1), (false, 0)]
        );
        assert_eq!(take(start), (true, 0));
        // A third of the window brings one back, and not a moment earlier.
        assert_eq!(take(at(333)), (true, 0));
        assert_eq!(take(at(334)), (false, 0));
        assert_eq!(take(at(335)), (true, 0));
        assert_eq!(take(at(5_000)), (false, 2));
        // A clock that is set back gives nothing.
        assert_eq!(take(at(1_000)), (false, 1));
    }
}
