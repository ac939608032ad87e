//! UPD-01 and DEA-10: what the client makes of a source that did not change, or lost nearly everybody.

use std::collections::BTreeSet;

use crate::conformance::body::{fold, text};
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::rules::identity::id_at;
use crate::conformance::view::View;
use crate::scenario::source::{Source, SourceUser};
use crate::verdict::Verdict;

/// UPD-01: nothing changed, so nothing is written.
pub(crate) fn nothing_to_do_writes_nothing(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for (index, earlier, later) in view.steps() {
        if earlier.source != later.source || !view.ran(index) || !view.ran(index - 1) {
            continue;
        }
        // Who never did anything, or fell over before its first call, has not kept still on purpose.
        let did_something = (0..index).any(|cycle| view.calls_of(cycle).next().is_some());
        let fell_over = view.calls_of(index).next().is_none() && later.exit != Some(0);
        if !did_something || fell_over {
            continue;
        }
        let writes: Vec<u64> = view
            .calls_of(index)
            .filter(|call| call.is_write() && !view.is_overdue(call, index - 1))
            .map(|call| call.number)
            .collect();
        let expected = format!(
            "no write in cycle {}, whose source is unchanged",
            later.number
        );
        let (verdict, seen) = if writes.is_empty() {
            (Verdict::Pass, "nothing was written".to_owned())
        } else if view.hampered(index - 1) {
            let seen = "writes came, but the cycle before had not ended in peace".to_owned();
            (Verdict::Inconclusive, seen)
        } else if view.was_misled(index - 1) || view.was_misled(index) {
            let seen =
                "writes came, and so had answers that did not show what there was".to_owned();
            (Verdict::Inconclusive, seen)
        } else {
            (Verdict::Fail, format!("{} writes came", writes.len()))
        };
        observed.note(verdict, writes, expected, seen);
    }
    observed
}

/// The users who were active in the earlier source and are gone, or no longer active, in the later one.
pub(crate) fn leavers<'s>(earlier: &'s Source, later: &Source) -> Vec<&'s SourceUser> {
    earlier
        .users
        .iter()
        .filter(|user| user.active && !later.users.iter().any(|now| now.active && same(user, now)))
        .collect()
}

/// Whether two entries of the source are the same person.
pub(crate) fn same(one: &SourceUser, other: &SourceUser) -> bool {
    (!one.external_id.is_empty() && one.external_id == other.external_id)
        || fold(&one.user_name) == fold(&other.user_name)
}

/// DEA-10: a source that suddenly is nearly empty does not empty the directory.
pub(crate) fn sudden_loss_is_stopped(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for (index, earlier, later) in view.steps() {
        let lost = leavers(&earlier.source, &later.source);
        let allowed = view.profile.removals_allowed(earlier.source.users.len());
        // Whoever has no account cannot be removed.
        let there = lost
            .iter()
            .filter(|person| id_at(view, &fold(&person.user_name), index).is_some());
        if there.count() <= allowed || !view.ran(index) {
            continue;
        }
        let lost = lost.len();
        let removals: Vec<&Call<'_>> = view
            .calls_of(index)
            .filter(|call| call.removes_user().is_some())
            .collect();
        let removed: BTreeSet<_> = removals
            .iter()
            .filter_map(|call| call.removes_user())
            .collect();
        let expected = format!(
            "at most {allowed} removals in cycle {}, whose source lost {lost} users at once",
            later.number
        );
        let count = removed.len();
        let (verdict, seen) = if count > allowed {
            (Verdict::Fail, format!("{count} users were removed"))
        } else if later.timed_out {
            let seen = format!("{count} users were removed when the cycle was cut short");
            (Verdict::Inconclusive, seen)
        } else if spared_none(view, index, &removed) {
            let seen = format!(
                "{count} users were removed, and those were all that its listing had shown"
            );
            (Verdict::Inconclusive, seen)
        } else {
            (Verdict::Pass, format!("{count} users were removed"))
        };
        observed.note(
            verdict,
            removals.iter().map(|call| call.number),
            expected,
            seen,
        );
    }
    observed
}

/// Whether nobody whom the cycle's listings had shown was left alone: who read too little of them may have stopped
/// for want of more.
fn spared_none(view: &View<'_>, cycle: usize, removed: &BTreeSet<String>) -> bool {
    let shown: BTreeSet<&str> = view
        .calls_of(cycle)
        .filter(|call| call.lists_everybody())
        .filter_map(Call::page)
        .flat_map(|page| page.rows)
        .filter_map(|row| text(row, "id"))
        .collect();
    !shown.is_empty() && shown.iter().all(|id| removed.contains(*id))
}
