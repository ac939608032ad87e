//! CRE-07 and CRE-08: a create that was stored, and whose answer never came.

use crate::conformance::call::Call;
use crate::conformance::client_profile::Creation;
use crate::conformance::rules::Observed;
use crate::conformance::view::{View, Word};
use crate::entry::{SubjectKind, Verb};
use crate::exchange::{Delivery, Ending};
use crate::verdict::Verdict;

/// CRE-07: after a connection that broke under a create, the client looks before it creates again.
pub(crate) fn looks_after_a_lost_answer(view: &View<'_>) -> Observed {
    after_loss(view, |call| !call.got() && !was_held(call))
}

/// CRE-08: the same when the answer was held past the client's patience.
pub(crate) fn looks_after_a_held_answer(view: &View<'_>) -> Observed {
    after_loss(view, |call| !call.got() && was_held(call))
}

/// Whether the answer came too late rather than broken: it stalled, or the client had gone before it was sent.
fn was_held(call: &Call<'_>) -> bool {
    match &call.exchange.delivery {
        Delivery::Stall { .. } => true,
        other => other.comes_whole() && call.exchange.delivered.ending() == Ending::ClientGone,
    }
}

fn after_loss(view: &View<'_>, lost: impl Fn(&Call<'_>) -> bool) -> Observed {
    let mut observed = Observed::default();
    for first in &view.calls {
        let Some(user) = first.creates() else {
            continue;
        };
        let stored = first
            .exchange
            .changes
            .iter()
            .any(|change| change.kind == SubjectKind::User && change.verb == Verb::Created);
        if !stored || !lost(first) {
            continue;
        }
        let expected = format!("a lookup of {user} before any other create of it");
        let again = view.calls.iter().find(|call| {
            call.number > first.number
                && call.at >= first.exchange.answered
                && call.creates().as_deref() == Some(user.as_str())
        });
        let Some(again) = again else {
            let seen = "the answer was lost, and no second create came";
            observed.note(Verdict::Pass, [first.number], expected, seen);
            continue;
        };
        let (verdict, seen) = judge_repeat(view, &user, first, again);
        observed.note(verdict, [first.number, again.number], expected, seen);
    }
    observed
}

fn judge_repeat(
    view: &View<'_>,
    user: &str,
    first: &Call<'_>,
    again: &Call<'_>,
) -> (Verdict, &'static str) {
    // The first answer may still have been on hold when the client looked: what counts is that it looked since.
    let word = view
        .last_word(user, again)
        .filter(|(_, by)| by.number > first.number && by.at >= first.exchange.answered)
        .map(|(word, _)| word);
    let links = view.profile.creation == Creation::PostThenLookup
        && again.got_status(409)
        && view
            .calls_after(again)
            .any(|later| view.word(later, user) == Some(Word::Present));
    match word {
        Some(Word::Absent) => (
            Verdict::Pass,
            "a lookup said absent, then the create came again",
        ),
        _ if links => (
            Verdict::Pass,
            "it was created again, met a 409 and was linked",
        ),
        Some(Word::Present) => (
            Verdict::Fail,
            "a lookup had found it, and it was created again",
        ),
        Some(Word::Taken | Word::Unclear) | None => {
            (Verdict::Fail, "it was created again and nobody had looked")
        }
    }
}
