//! Moments on the scenario clock, and spans that come again and again.

use std::time::Duration;

use crate::clock::{Timestamp, parse_duration};
use crate::scenario::finding::Complaint;

/// What stands before the name of a rule whose last firing is meant.
const LAST: &str = "last ";

/// Which firing of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Firing {
    /// The first one for the same key.
    First,
    /// The last one so far for the same key.
    Last,
}

/// A moment on the scenario clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// `"+10s"`: so long after the scenario began.
    Start(Duration),
    /// `"2030-01-01T00:00:00Z"`.
    At(Timestamp),
    /// `"quota+30s"` or `"last quota+30s"`: so long after that rule first or last acted for the same key.
    Rule(String, Firing, Duration),
}

impl Moment {
    pub(in crate::scenario) fn parse(text: &str) -> Result<Self, Complaint> {
        if let Some(after) = text.strip_prefix('+') {
            return duration(after).map(Self::Start);
        }
        if let Some(at) = Timestamp::parse(text) {
            return Ok(Self::At(at));
        }
        let (firing, named) = match text.strip_prefix(LAST) {
            Some(named) => (Firing::Last, named),
            None => (Firing::First, text),
        };
        match named.split_once('+') {
            Some((rule, after)) => Ok(Self::Rule(rule.to_owned(), firing, duration(after)?)),
            None if named.is_empty() => {
                Err("expected a moment: \"+10s\", a date-time, or a rule".into())
            }
            None => Ok(Self::Rule(named.to_owned(), firing, Duration::ZERO)),
        }
    }
}

/// Whether a name would be read as the last firing of another rule.
pub(in crate::scenario) fn is_ambiguous(id: &str) -> bool {
    id.starts_with(LAST)
}

/// The beginning of each of many equal spans, as in `"1m in 10m"`: one minute in every ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// How long it is open each time.
    pub length: Duration,
    /// From one beginning to the next; longer than that.
    pub period: Duration,
}

impl Open {
    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        let (length, period) = text
            .split_once(" in ")
            .ok_or("expected a part of a span that comes again and again, as \"1m in 10m\"")?;
        let (length, period) = (duration(length.trim())?, duration(period.trim())?);
        if length.is_zero() {
            return Err("a window of no length is never open".into());
        }
        if length >= period {
            return Err("this is always open: the part is not shorter than the whole".into());
        }
        Ok(Self { length, period })
    }

    /// How long after `since` it opens next, seen from `now`; `None` if it is open.
    pub fn opens_after(self, since: Timestamp, now: Timestamp) -> Option<Duration> {
        let passed = now.since(since).as_nanos();
        let period = self.period.as_nanos().max(1);
        if passed % period < self.length.as_nanos() {
            return None;
        }
        let next = (passed / period + 1).saturating_mul(period);
        Some(Duration::from_nanos(
            u64::try_from(next).unwrap_or(u64::MAX),
        ))
    }
}

/// Reads a duration or says how one is written.
pub(in crate::scenario) fn duration(text: &str) -> Result<Duration, Complaint> {
    parse_duration(text).ok_or_else(|| {
        Complaint::new(format!(
            "\"{text}\" is no duration: write 250ms, 30s, 2m, 1h or 10d"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn each_form_of_a_moment_is_read() {
        let rule = |firing, after| Ok(Moment::Rule("quota".into(), firing, after));
        assert_eq!(Moment::parse("+10s"), Ok(Moment::Start(10 * SECOND)));
        assert_eq!(Moment::parse("quota"), rule(Firing::First, Duration::ZERO));
        assert_eq!(Moment::parse("quota+30s"), rule(Firing::First, 30 * SECOND));
        assert_eq!(
            Moment::parse("last quota"),
            rule(Firing::Last, Duration::ZERO)
        );
        assert_eq!(Moment::parse("last quota+1s"), rule(Firing::Last, SECOND));
        let dated = Moment::parse("2030-01-01T00:00:00Z");
        assert!(matches!(dated, Ok(Moment::At(_))));
        for wrong in ["quota+soon", "", "last ", "+"] {
            assert!(Moment::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn part_of_a_span_is_open_at_its_beginning_and_again_in_the_next() {
        let open = Open::parse("1m in 10m").unwrap();
        let start = Timestamp::from_millisecond(0);
        let opens = |second| open.opens_after(start, start.plus(second * SECOND));
        assert_eq!([opens(0), opens(59), opens(600), opens(659)], [None; 4]);
        assert_eq!([opens(60), opens(599)], [Some(600 * SECOND); 2]);
        assert_eq!(opens(660), Some(1200 * SECOND));
        for wrong in ["1m", "10m in 10m", "0s in 1m", "1m in soon", "1m in 0s"] {
            assert!(Open::parse(wrong).is_err(), "{wrong}");
        }
    }
}
