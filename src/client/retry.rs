//! When to try again, and when no more.

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::Defect;
use super::http::{Outcome, Reply};
use crate::clock::Timestamp;

/// How often one operation is tried.
const TRIES: u32 = 6;
/// How often the defect that never gives up tries; a test has to end.
const ENDLESS_TRIES: u32 = 40;
/// The longest wait of the defect that never gives up, so that its tries fit a test's cycle.
const ENDLESS_CAP: Duration = Duration::from_secs(8);
/// The first wait; each following one is twice as long.
const FIRST: Duration = Duration::from_secs(1);
/// The longest wait of the client's own choice.
const CAP: Duration = Duration::from_secs(300);
/// The longest wait a server may ask for; a longer one is a mistake of the server's.
const LONGEST: Duration = Duration::from_secs(86_400);

/// What is left of the budget of one operation.
#[derive(Debug)]
pub(super) struct Patience {
    tries: u32,
    most: u32,
    defect: Option<Defect>,
}

impl Patience {
    pub(super) fn new(defect: Option<Defect>) -> Self {
        let most = if defect == Some(Defect::NeverGiveUp) {
            ENDLESS_TRIES
        } else {
            TRIES
        };
        Self {
            tries: 0,
            most,
            defect,
        }
    }

    /// A budget of one try.
    pub(super) fn none() -> Self {
        Self {
            tries: 0,
            most: 1,
            defect: None,
        }
    }

    /// How long to wait after one more try that ended so; `None` if the budget is spent.
    pub(super) fn wait(&mut self, outcome: &Outcome, now: Timestamp) -> Option<Duration> {
        self.tries += 1;
        if self.tries >= self.most {
            return None;
        }
        let own = match self.defect {
            Some(Defect::ConstantGaps) => FIRST,
            Some(Defect::NeverGiveUp) => back_off(self.tries).min(ENDLESS_CAP),
            _ => back_off(self.tries),
        };
        Some(match outcome {
            Ok(reply) => self.asked(reply, now, own),
            Err(_) => own,
        })
    }

    fn asked(&self, reply: &Reply, now: Timestamp, own: Duration) -> Duration {
        match (self.defect, reply.status) {
            (Some(Defect::Ignore503Wait), 503) | (Some(Defect::Ignore429Wait), 429) => return own,
            _ => {}
        }
        match RetryAfter::of(&reply.headers, now) {
            RetryAfter::Date(_) if self.defect == Some(Defect::DateIsNoWait) => Duration::ZERO,
            RetryAfter::Seconds(wait) | RetryAfter::Date(wait) if wait <= LONGEST => wait.max(own),
            _ => own,
        }
    }
}

/// The client's own wait after so many tries: it doubles up to a cap.
pub(super) fn back_off(tries: u32) -> Duration {
    let factor = 1_u32
        .checked_shl(tries.saturating_sub(1))
        .unwrap_or(u32::MAX);
    FIRST.saturating_mul(factor).min(CAP)
}

/// Whether an answer of that status says that the same request may succeed later.
pub(super) fn is_transient(status: u16) -> bool {
    status == 429 || (status >= 500 && !matches!(status, 501 | 505))
}

/// What an answer asks the client to wait, [RFC 9110 section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RetryAfter {
    Seconds(Duration),
    Date(Duration),
    /// Absent, or not to be understood.
    Unsaid,
}

impl RetryAfter {
    /// Reads the header; a date is measured against the answer's own `Date`, so that no two clocks are compared.
    fn of(headers: &HeaderMap, now: Timestamp) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let Some(value) = text(RETRY_AFTER).map(str::trim) else {
            return Self::Unsaid;
        };
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            let seconds = value.parse().unwrap_or(u64::MAX);
            return Self::Seconds(Duration::from_secs(seconds));
        }
        let from = text(DATE).and_then(parse_http_date).unwrap_or(now);
        parse_http_date(value).map_or(Self::Unsaid, |until| Self::Date(until.since(from)))
    }
}

/// Reads any of the three forms of an HTTP-date, [RFC 9110 section 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7).
fn parse_http_date(text: &str) -> Option<Timestamp> {
    // The day of the week adds nothing, and a server that has it wrong still means the date.
    let dated = match text.split_once(',') {
        Some((_, rest)) => rest.trim().trim_end_matches("GMT").trim(),
        None => text.split_once(' ')?.1.trim(),
    };
    let dated = dated.split_whitespace().collect::<Vec<_>>().join(" ");
    [
        "%d %b %Y %H:%M:%S",
        "%d-%b-%y %H:%M:%S",
        "%b %d %H:%M:%S %Y",
    ]
    .iter()
    .find_map(|format| strtime::parse(format, &dated).ok()?.to_datetime().ok())
    .and_then(|moment| moment.to_zoned(TimeZone::UTC).ok())
    .map(|moment| Timestamp::from_millisecond(moment.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse("1994-11-06T08:49:37Z").unwrap()
    }

    fn busy(status: u16, headers: &[(&'static str, &str)]) -> Reply {
        Reply {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect(),
            body: Bytes::new(),
        }
    }

    #[test]
    fn all_three_date_forms_are_one_moment() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(parse_http_date(text), Some(now()), "{text}");
        }
        for text in ["", "soon", "-1", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(parse_http_date(text), None, "{text}");
        }
    }

    #[test]
    fn own_waits_double_up_to_the_cap() {
        let waits: Vec<_> = [1, 2, 3, 9, 10, 99].map(|n| back_off(n).as_secs()).into();
        assert_eq!(waits, [1, 2, 4, 256, 300, 300]);
    }

    #[test]
    fn named_wait_is_kept_and_nonsense_is_not() {
        let first = |value: &str| {
            Patience::new(None)
                .wait(&Ok(busy(503, &[("retry-after", value)])), now())
                .unwrap()
                .as_secs()
        };
        assert_eq!(first("30"), 30);
        assert_eq!(first("Sun, 06 Nov 1994 08:50:07 GMT"), 30);
        for nonsense in [
            "0",
            "-5",
            "1000000000000",
            "99999999999999999999999",
            "x",
            "",
        ] {
            assert_eq!(first(nonsense), 1, "{nonsense}");
        }
        assert_eq!(first("Sat, 05 Nov 1994 08:50:07 GMT"), 1);
    }

    #[test]
    fn date_is_measured_against_the_answers_own_date() {
        let headers = [
            ("date", "Sun, 06 Nov 2050 08:00:00 GMT"),
            ("retry-after", "Sun, 06 Nov 2050 08:00:40 GMT"),
        ];
        let wait = Patience::new(None).wait(&Ok(busy(429, &headers)), now());
        assert_eq!(wait, Some(Duration::from_secs(40)));
    }

    #[test]
    fn budget_ends() {
        let mut patience = Patience::new(None);
        let waits = std::iter::from_fn(|| patience.wait(&Ok(busy(500, &[])), now())).count();
        assert_eq!(waits, 5);
    }
}
