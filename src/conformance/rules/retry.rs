//! RTY-06 and RTY-08: back-off that grows, and an end to it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::duration_text;
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::rules::retry_after::retry_after;
use crate::conformance::view::View;
use crate::verdict::Verdict;

/// How much of the wait before each wait is to be at the least.
const SHRINK: f64 = 0.8;
/// What the waits are to grow by, in the middle.
const GROWTH: f64 = 1.5;
/// The share of the longest wait from which on the cap counts as reached.
const NEAR_CAP: f64 = 0.9;

/// RTY-06: waits between repeats grow about exponentially up to a cap.
pub(crate) fn waits_grow(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for tries in tries_by_operation(view).into_values() {
        for series in failing_series(&tries) {
            let gaps: Vec<Duration> = series
                .iter()
                .zip(series.iter().skip(1))
                .filter(|(one, next)| one.precedes(next))
                .map(|(one, next)| one.gap_to(next))
                .collect();
            let Some(first) = series.first() else {
                continue;
            };
            let expected = format!("waits that grow between the repeats of {}", first.title());
            let numbers = series.iter().map(|call| call.number);
            if gaps.len() >= 3 {
                let (verdict, seen) = match shape_fault(view, &gaps) {
                    Some(fault) => (Verdict::Fail, format!("{fault}: {}", in_words(&gaps))),
                    None => (Verdict::Pass, in_words(&gaps)),
                };
                observed.note(verdict, numbers, expected, seen);
            } else if !gaps.is_empty() && cut_short(view, first) {
                let seen = format!("the cycle was cut short after {} repeats", gaps.len());
                observed.note(Verdict::Inconclusive, numbers, expected, seen);
            }
        }
    }
    observed
}

fn cut_short(view: &View<'_>, call: &Call<'_>) -> bool {
    call.cycle
        .and_then(|cycle| view.run.cycles.get(cycle))
        .is_some_and(|cycle| cycle.timed_out)
}

fn in_words(gaps: &[Duration]) -> String {
    let words: Vec<String> = gaps.iter().map(|gap| duration_text(*gap)).collect();
    words.join(", ")
}

fn shape_fault(view: &View<'_>, gaps: &[Duration]) -> Option<String> {
    let (slack, cap) = (view.profile.slack, view.profile.backoff_cap);
    if gaps
        .first()
        .is_some_and(|first| *first + slack < view.profile.backoff_floor)
    {
        let floor = duration_text(view.profile.backoff_floor);
        return Some(format!("the first wait is below the floor of {floor}"));
    }
    let shrinks = gaps
        .iter()
        .zip(gaps.iter().skip(1))
        .any(|(one, next)| *next + slack < (*one).min(cap).mul_f64(SHRINK));
    if shrinks {
        return Some("a wait is shorter than the one before".to_owned());
    }
    let longest = gaps.iter().max().copied().unwrap_or_default();
    let reached = gaps
        .iter()
        .position(|gap| *gap >= longest.mul_f64(NEAR_CAP) || *gap + slack >= cap)
        .unwrap_or_default();
    let mut ratios: Vec<f64> = gaps
        .iter()
        .zip(gaps.iter().skip(1))
        .take(reached)
        .map(|(one, next)| next.as_secs_f64() / one.as_secs_f64().max(0.001))
        .collect();
    if ratios.is_empty() {
        return (longest + slack < cap).then(|| "the waits do not grow".to_owned());
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios.get(ratios.len() / 2).copied().unwrap_or_default();
    (median < GROWTH).then(|| "the waits hardly grow".to_owned())
}

/// The runs of failures without a `Retry-After` that dictates the wait.
fn failing_series<'v, 'r>(tries: &[&'v Call<'r>]) -> Vec<Vec<&'v Call<'r>>> {
    let mut series: Vec<Vec<&Call<'r>>> = vec![Vec::new()];
    for call in tries {
        if let Some(current) = series.last_mut() {
            // The try that ends the row of failures still ends a wait.
            current.push(call);
        }
        if !is_outage(call) || retry_after(call).is_some() {
            series.push(Vec::new());
        }
    }
    series.retain(|series| series.len() > 1);
    series
}

/// Whether an answer is of the kind that is tried again later.
fn is_outage(call: &Call<'_>) -> bool {
    call.failed() && call.status().as_u16() != 401
}

/// RTY-08: an operation that never succeeds is given up.
pub(crate) fn gives_up_in_the_end(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let allowed = view.profile.max_attempts;
    for tries in tries_by_operation(view).into_values() {
        let Some(first) = tries.first() else { continue };
        if !tries.iter().all(|call| is_outage(call)) {
            continue;
        }
        let (count, title) = (tries.len(), first.title());
        let expected = format!("{title} given up after {allowed} tries at the most");
        let (verdict, seen) = if count > allowed {
            (Verdict::Fail, format!("it was tried {count} times"))
        } else if cut_short(view, first) {
            let seen = format!("{count} tries, and the cycle was cut short");
            (Verdict::Inconclusive, seen)
        } else {
            (Verdict::Pass, format!("given up after {count} tries"))
        };
        observed.note(
            verdict,
            tries.iter().map(|call| call.number),
            expected,
            seen,
        );
    }
    observed
}

/// The tries of each operation in each cycle, in order.
fn tries_by_operation<'v, 'r>(
    view: &'v View<'r>,
) -> BTreeMap<(Option<usize>, &'v str), Vec<&'v Call<'r>>> {
    let mut tries: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for call in &view.calls {
        tries
            .entry((call.cycle, call.op.as_str()))
            .or_default()
            .push(call);
    }
    tries
}
