//! RTY-01 to RTY-03: a client that is asked to wait waits.

use std::time::Duration;

use http::header::{DATE, RETRY_AFTER};

use crate::clock::{Timestamp, duration_text};
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::view::View;
use crate::verdict::Verdict;

/// What a `Retry-After` holds ([RFC 9110 section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    /// So many seconds.
    Wait(Duration),
    /// Until that moment.
    Until(Timestamp),
}

/// RTY-01: 503 with seconds.
pub(crate) fn waits_when_unavailable(view: &View<'_>) -> Observed {
    waits_for_seconds(view, 503)
}

/// RTY-02: 429 with seconds.
pub(crate) fn waits_when_throttled(view: &View<'_>) -> Observed {
    waits_for_seconds(view, 429)
}

fn waits_for_seconds(view: &View<'_>, status: u16) -> Observed {
    let mut observed = Observed::default();
    for call in view.calls.iter().filter(|call| call.got_status(status)) {
        let Some(RetryAfter::Wait(due)) = retry_after(call) else {
            continue;
        };
        if due.is_zero() {
            continue;
        }
        let expected = format!("a wait of {} after the {status}", duration_text(due));
        judge_gap(view, call, expected, &mut observed, |gap| {
            gap + view.profile.slack >= due
        });
    }
    observed
}

/// RTY-03: an HTTP-date is understood, or answered with a long wait of the client's own.
pub(crate) fn waits_until_the_date(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for call in &view.calls {
        let busy = call.got_status(429) || call.got_status(503);
        let Some(RetryAfter::Until(date)) = retry_after(call).filter(|_| busy) else {
            continue;
        };
        // By the double's own `Date`, because a skewed clock skews both; a date has a grain of a second.
        let now = http_date(call, &DATE).unwrap_or(call.exchange.answered);
        let due = date.since(now);
        if due.is_zero() {
            continue;
        }
        let enough = due
            .saturating_sub(Duration::from_secs(1))
            .min(view.profile.long_wait);
        let expected = format!("a wait until the date, {} ahead", duration_text(due));
        judge_gap(view, call, expected, &mut observed, |gap| {
            gap + view.profile.slack >= enough
        });
    }
    observed
}

fn judge_gap(
    view: &View<'_>,
    call: &Call<'_>,
    expected: String,
    observed: &mut Observed,
    enough: impl Fn(Duration) -> bool,
) {
    let again = view
        .calls_after_in_cycle(call)
        .find(|later| is_retry(call, later));
    if let Some(again) = again {
        let gap = call.gap_to(again);
        let verdict = if enough(gap) {
            Verdict::Pass
        } else {
            Verdict::Fail
        };
        let seen = format!("{} came again after {}", again.title(), duration_text(gap));
        observed.note(verdict, [call.number, again.number], expected, seen);
        return;
    }
    let cut_short = call
        .cycle
        .and_then(|cycle| view.run.cycles.get(cycle))
        .is_some_and(|cycle| cycle.timed_out);
    // A client that gives up has not waited, but has not come too early either.
    if cut_short {
        let seen = "the cycle was cut short before it came again";
        observed.note(Verdict::Inconclusive, [call.number], expected, seen);
    }
}

/// Whether a later call is another try: the same operation, or the same create with a fresh body.
fn is_retry(first: &Call<'_>, later: &Call<'_>) -> bool {
    later.op == first.op
        || (first.is_write()
            && first.exchange.operation == later.exchange.operation
            && first.exchange.request.path() == later.exchange.request.path()
            && match (first.creates(), later.creates()) {
                (Some(one), Some(other)) => one == other,
                (None, None) => first.raw_target().is_some(),
                (Some(_), None) | (None, Some(_)) => false,
            })
}

/// The `Retry-After` of an answer, if it is one of the forms there are.
pub(crate) fn retry_after(call: &Call<'_>) -> Option<RetryAfter> {
    let text = call
        .exchange
        .reply
        .headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(RetryAfter::Wait(Duration::from_secs(seconds)));
    }
    http_date(call, &RETRY_AFTER).map(RetryAfter::Until)
}

fn http_date(call: &Call<'_>, header: &http::HeaderName) -> Option<Timestamp> {
    let text = call.exchange.reply.headers.get(header)?.to_str().ok()?;
    read_http_date(text.trim())
}

/// Reads any of the three forms of an HTTP-date ([RFC 9110 section 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7)).
fn read_http_date(text: &str) -> Option<Timestamp> {
    const FORMS: [&str; 3] = [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ];
    FORMS.iter().find_map(|form| {
        let date = jiff::civil::DateTime::strptime(form, text).ok()?;
        let moment = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        Some(Timestamp::from_millisecond(moment.as_millisecond()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms_of_a_date_are_the_same_moment() {
        let moment = Timestamp::parse("2030-11-06T08:49:37Z").unwrap();
        for text in [
            moment.http_date(),
            moment.rfc850_date(),
            moment.asctime_date(),
        ] {
            assert_eq!(read_http_date(&text), Some(moment), "{text}");
        }
        assert_eq!(read_http_date("soon"), None);
    }
}
