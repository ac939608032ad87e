//! AUT-03 and AUT-04: a token that dies, and a door that stays shut.

use std::collections::BTreeSet;

use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::view::View;
use crate::operation::Operation;
use crate::verdict::Verdict;

/// AUT-03: after 401 the client refreshes once and replays the request once, with another token
/// ([RFC 6750 section 3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)).
pub(crate) fn refreshes_once_and_replays(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let mut judged = BTreeSet::new();
    for call in view.calls.iter().filter(|call| refused(call)) {
        let Some(token) = fingerprint(call) else {
            continue;
        };
        if !judged.insert(token) || !was_good(view, call, token) {
            continue;
        }
        if let Some((verdict, entry, seen)) = after_death(view, call, token) {
            let expected = format!(
                "a refresh, then {} once more with the new token",
                call.title()
            );
            observed.note(verdict, [call.number, entry], expected, seen);
        }
    }
    observed
}

fn refused(call: &Call<'_>) -> bool {
    call.is_scim() && call.got_status(401)
}

fn fingerprint<'c>(call: &'c Call<'_>) -> Option<&'c str> {
    call.exchange.token.fingerprint.as_deref()
}

/// Whether the token had been taken before, or was taken away by a fault just now.
fn was_good(view: &View<'_>, call: &Call<'_>, token: &str) -> bool {
    !call.exchange.fired.is_empty()
        || call.exchange.token.live
        || view.calls.iter().any(|earlier| {
            earlier.number < call.number
                && earlier.is_scim()
                && fingerprint(earlier) == Some(token)
                && earlier.status().as_u16() != 401
        })
}

fn after_death(
    view: &View<'_>,
    call: &Call<'_>,
    token: &str,
) -> Option<(Verdict, u64, &'static str)> {
    let mut later = view.calls_after_in_cycle(call);
    let replay = later.find(|later| later.op == call.op);
    let refresh = view
        .calls_after_in_cycle(call)
        .find(|later| later.is(Operation::Token));
    if let Some(replay) = replay {
        if fingerprint(replay) == Some(token) {
            return Some((Verdict::Fail, replay.number, "replayed with the same token"));
        }
        if replay.got_status(401) {
            let third = view
                .calls_after_in_cycle(replay)
                .find(|third| third.op == call.op);
            // A replay that is refused once is the end of it; who is shut out for good is the matter of AUT-04.
            return third.map(|third| (Verdict::Fail, third.number, "replayed more than once"));
        }
        return Some((Verdict::Pass, replay.number, "replayed with another token"));
    }
    let moved_on = view.calls_after_in_cycle(call).find(|later| {
        later.is_scim()
            && fingerprint(later).is_some_and(|other| other != token)
            && later.exchange.subject == call.exchange.subject
    });
    let cut_short = call
        .cycle
        .and_then(|cycle| view.run.cycles.get(cycle))
        .is_some_and(|cycle| cycle.timed_out);
    match refresh {
        Some(refresh) if !refresh.succeeded() => None,
        Some(_) if moved_on.is_some() => {
            let entry = moved_on.map_or(call.number, |moved_on| moved_on.number);
            Some((
                Verdict::Pass,
                entry,
                "went on with the same matter under another token",
            ))
        }
        _ if cut_short => Some((
            Verdict::Inconclusive,
            call.number,
            "the cycle was cut short",
        )),
        Some(refresh) => Some((
            Verdict::Fail,
            refresh.number,
            "refreshed, and never replayed",
        )),
        None if can_refresh(view, call) => Some((
            Verdict::Fail,
            call.number,
            "no refresh came, though it could have had one",
        )),
        None => None,
    }
}

/// Whether the client had got its token in a way that it can repeat by itself.
fn can_refresh(view: &View<'_>, before: &Call<'_>) -> bool {
    let mut grants = view.calls.iter().filter(|call| {
        call.is(Operation::Token) && call.succeeded() && call.number < before.number
    });
    grants.any(|call| {
        let grant = call.form_field("grant_type");
        let brought = call
            .answer
            .as_ref()
            .is_some_and(|answer| answer.get("refresh_token").is_some());
        brought || matches!(grant, Some("client_credentials" | "refresh_token"))
    })
}

/// AUT-04: whoever is refused for good stops.
pub(crate) fn stops_when_shut_out(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for (index, cycle) in view.run.cycles.iter().enumerate() {
        let scim: Vec<&Call<'_>> = view.calls_of(index).filter(|call| call.is_scim()).collect();
        // From the first refusal that no success followed.
        let open = scim.iter().rposition(|call| !refused(call));
        let shut = scim
            .get(open.map_or(0, |last| last + 1)..)
            .unwrap_or_default();
        let Some(first) = shut.first() else { continue };
        let allowed = view.profile.quiet_after_auth_failure;
        let expected = format!(
            "a stop: at most {allowed} SCIM calls more after two in a row were answered 401"
        );
        let replay = shut.iter().find(|call| first.precedes(call));
        let after: Vec<u64> = replay
            .map(|replay| {
                let later = shut.iter().filter(|call| replay.precedes(call));
                later.map(|call| call.number).collect()
            })
            .unwrap_or_default();
        let verdict = if after.len() > allowed {
            Verdict::Fail
        } else if cycle.timed_out {
            Verdict::Inconclusive
        } else {
            Verdict::Pass
        };
        let seen = format!("{} more came, each answered 401", after.len());
        let entries = std::iter::once(first.number)
            .chain(replay.map(|call| call.number))
            .chain(after);
        observed.note(verdict, entries, expected, seen);
    }
    observed
}
