//! One moment, and the forms it takes on the wire.

use std::fmt;
use std::time::Duration;

use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, tz::TimeZone};

/// A moment on a sandbox's clock, to the millisecond.
///
/// Written as [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339) by `Display`, as in `2030-01-01T00:00:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The system's time, cut to milliseconds.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the clock asks the system"
    )]
    pub(super) fn now_from_system() -> Self {
        Self::from_millisecond(jiff::Timestamp::now().as_millisecond())
    }

    /// The moment so many milliseconds after 1970 began; one out of range becomes the nearest in range.
    pub fn from_millisecond(millisecond: i64) -> Self {
        let nearest = if millisecond < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        Self(jiff::Timestamp::from_millisecond(millisecond).unwrap_or(nearest))
    }

    /// Reads an RFC 3339 date-time with offset.
    ///
    /// # Examples
    ///
    /// ```
    /// # use goto_double::clock::Timestamp;
    /// assert_eq!(Timestamp::parse("2030-01-01T01:00:00+01:00").unwrap().to_string(), "2030-01-01T00:00:00Z");
    /// assert!(Timestamp::parse("tomorrow").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// Milliseconds since 1970 began.
    pub fn as_millisecond(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Whole seconds since 1970 began, as JWT's `exp` and `iat` count them.
    pub fn as_second(self) -> i64 {
        self.0.as_second()
    }

    /// The moment `duration` later, or the last one there is.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(signed(duration))
                .unwrap_or(jiff::Timestamp::MAX),
        )
    }

    /// The moment `duration` later, cut to milliseconds.
    pub(super) fn plus_cut(self, duration: Duration) -> Self {
        let millisecond = self.as_millisecond();
        let is_cut = self == Self::from_millisecond(millisecond);
        // Nearly every clock begins at a whole millisecond, and then whole numbers will do.
        match i64::try_from(duration.as_millis()) {
            Ok(passed) if is_cut => Self::from_millisecond(millisecond.saturating_add(passed)),
            _ => Self::from_millisecond(self.plus(duration).as_millisecond()),
        }
    }

    /// The moment `duration` earlier, or the first one there is.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(signed(duration))
                .unwrap_or(jiff::Timestamp::MIN),
        )
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        self.0
            .duration_since(earlier.0)
            .try_into()
            .unwrap_or(Duration::ZERO)
    }

    /// The IMF-fixdate form of an HTTP-date, [RFC 9110 section 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7).
    pub fn http_date(self) -> String {
        // A year outside 0 to 9999 has no HTTP-date; no clock of ours gets there.
        DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&self.0)
            .unwrap_or_default()
    }

    /// The obsolete RFC 850 form of an HTTP-date.
    pub fn rfc850_date(self) -> String {
        self.strftime("%A, %d-%b-%y %H:%M:%S GMT")
    }

    /// The obsolete asctime form of an HTTP-date.
    pub fn asctime_date(self) -> String {
        self.strftime("%a %b %e %H:%M:%S %Y")
    }

    fn strftime(self, format: &str) -> String {
        self.0.to_zoned(TimeZone::UTC).strftime(format).to_string()
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads a duration with a unit, as scenario files and flags write it: `250ms`, `30s`, `2m`, `1h`, `10d`.
///
/// # Examples
///
/// ```
/// # use std::time::Duration;
/// # use goto_double::clock::parse_duration;
/// assert_eq!(parse_duration("1.5s"), Some(Duration::from_millis(1500)));
/// assert_eq!(parse_duration("10d"), Some(Duration::from_secs(864_000)));
/// assert_eq!(parse_duration("30"), None); // a number alone has no unit
/// ```
pub fn parse_duration(text: &str) -> Option<Duration> {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit_at);
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()
}

/// Writes a duration in the largest unit that needs no fraction, the way [`parse_duration`] reads it.
pub fn duration_text(duration: Duration) -> String {
    let millis = duration.as_millis();
    for (unit, size) in [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1000),
    ] {
        if millis >= size && millis.is_multiple_of(size) {
            return format!("{}{unit}", millis / size);
        }
    }
    if millis >= 1000 {
        return format!("{:.1}s", duration.as_secs_f64());
    }
    format!("{millis}ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms_of_an_http_date() {
        let moment = Timestamp::parse("1994-11-06T08:49:37Z").unwrap();
        assert_eq!(moment.http_date(), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(moment.rfc850_date(), "Sunday, 06-Nov-94 08:49:37 GMT");
        assert_eq!(moment.asctime_date(), "Sun Nov  6 08:49:37 1994");
    }

    #[test]
    fn arithmetic_stays_in_range() {
        let last = Timestamp::from_millisecond(i64::MAX);
        assert_eq!(last.plus(Duration::from_secs(1)), last);
        assert_eq!(Timestamp::from_millisecond(0).since(last), Duration::ZERO);
    }

    #[test]
    fn durations_are_written_as_they_are_read() {
        for text in ["250ms", "30s", "90s", "2h", "10d"] {
            let duration = parse_duration(text).unwrap();
            assert_eq!(
                parse_duration(&duration_text(duration)),
                Some(duration),
                "{text}"
            );
        }
        for text in ["", "s", "-1s", "1w", "1e9999d", "1 s"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
