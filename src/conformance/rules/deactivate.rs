//! DEA-01 and DEA-03: people who leave, and people who come back.

use crate::conformance::body::{fold, member, text, truth};
use crate::conformance::call::Call;
use crate::conformance::client_profile::{Creation, Leavers};
use crate::conformance::rules::Observed;
use crate::conformance::rules::identity::id_at;
use crate::conformance::rules::source::{leavers, same};
use crate::conformance::view::View;
use crate::entry::SubjectKind;
use crate::operation::Operation;
use crate::verdict::Verdict;

/// DEA-01: within one cycle a leaver's account is disabled or deleted.
pub(crate) fn leaver_is_removed(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for (index, earlier, later) in view.steps() {
        let lost = leavers(&earlier.source, &later.source);
        // A loss beyond the threshold is to be stopped, not obeyed.
        let allowed = view.profile.removals_allowed(earlier.source.users.len());
        if lost.len() > allowed || !view.ran(index) {
            continue;
        }
        for person in lost {
            let user = fold(&person.user_name);
            let Some(id) = id_at(view, &user, index) else {
                continue;
            };
            if was_active(view, &id, index) {
                removal(view, index, (&user, &id), &mut observed);
            }
        }
    }
    observed
}

fn removal(view: &View<'_>, index: usize, (user, id): (&str, &str), observed: &mut Observed) {
    let due = match view.profile.leavers {
        Leavers::Either => "`active` false or a DELETE",
        Leavers::Disabled => "`active` false",
        Leavers::Deleted => "a DELETE",
    };
    let expected = format!("{user} left: {due} for {id} in that cycle");
    let mut tries = view
        .calls_of(index)
        .filter(|call| {
            call.removes_user().as_deref() == Some(id)
                && match view.profile.leavers {
                    Leavers::Either => true,
                    Leavers::Disabled => !call.is(Operation::DeleteUser),
                    Leavers::Deleted => call.is(Operation::DeleteUser),
                }
        })
        .peekable();
    let attempted: Vec<u64> = tries.peek().map(|call| call.number).into_iter().collect();
    let done = tries.find(|call| {
        call.succeeded()
            || call.exchange.committed()
            || call.got_status(404)
            || call.got_status(410)
    });
    match done {
        Some(call) => {
            let seen = format!("{} came", call.title());
            observed.note(Verdict::Pass, [call.number], expected, seen);
        }
        None if !attempted.is_empty() || view.hampered(index) => {
            let seen = "it did not get through, or the cycle did not end in peace";
            observed.note(Verdict::Inconclusive, attempted, expected, seen);
        }
        None if told_dead(view, id) || is_gone(view, id) => {}
        None => observed.note(Verdict::Fail, [], expected, "no such write came"),
    }
}

fn told_dead(view: &View<'_>, id: &str) -> bool {
    view.calls
        .iter()
        .any(|call| call.got_status(404) && call.target(SubjectKind::User).as_deref() == Some(id))
}

/// Whether the account is not there in the end, so that nothing was left to do.
fn is_gone(view: &View<'_>, id: &str) -> bool {
    let rows = &view.run.after.users;
    !rows.is_empty() && !rows.iter().any(|row| text(row, "id") == Some(id))
}

/// Whether the account was active when a cycle began, as far as the start and the writes tell.
fn was_active(view: &View<'_>, id: &str, cycle: usize) -> bool {
    let start = view
        .run
        .before
        .users
        .iter()
        .find(|row| text(row, "id") == Some(id))
        .and_then(|row| member(row, "active"))
        .and_then(truth);
    let writes = view
        .writes_to(id)
        .filter(|call| call.cycle < Some(cycle) && (call.exchange.committed() || call.succeeded()));
    writes
        .filter_map(Call::sets_active)
        .last()
        .or(start)
        .unwrap_or(true)
}

/// DEA-03: who comes back gets the account of before, active again.
pub(crate) fn returner_keeps_the_id(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for (index, cycle) in view.run.cycles.iter().enumerate() {
        if !view.ran(index) {
            continue;
        }
        let earlier = index
            .checked_sub(1)
            .and_then(|before| view.run.cycles.get(before));
        for person in cycle.source.users.iter().filter(|person| person.active) {
            let stayed = earlier.is_some_and(|earlier| {
                earlier
                    .source
                    .users
                    .iter()
                    .any(|old| old.active && same(old, person))
            });
            let user = fold(&person.user_name);
            let Some(id) = id_at(view, &user, index) else {
                continue;
            };
            if !stayed && !was_active(view, &id, index) {
                returned(view, index, (&user, &id), &mut observed);
            }
        }
    }
    observed
}

fn returned(view: &View<'_>, index: usize, (user, id): (&str, &str), observed: &mut Observed) {
    let expected = format!("{user} came back: `active` true on {id}, no create");
    let raised = view
        .writes_to(id)
        .find(|call| call.cycle == Some(index) && call.sets_active() == Some(true));
    let created = view
        .calls_of(index)
        .find(|call| call.creates().as_deref() == Some(user));
    let links = view.profile.creation == Creation::PostThenLookup
        && created.is_some_and(|call| call.got_status(409));
    match (created, raised) {
        (Some(create), _) if !(links && raised.is_some()) => {
            let seen = "it was created";
            observed.note(Verdict::Fail, [create.number], expected, seen);
        }
        (_, Some(raised)) => {
            let seen = format!("{} came", raised.title());
            observed.note(Verdict::Pass, [raised.number], expected, seen);
        }
        _ if view.hampered(index) => {
            let seen = "no such write came, but the cycle did not end in peace";
            observed.note(Verdict::Inconclusive, [], expected, seen);
        }
        _ => observed.note(Verdict::Fail, [], expected, "the account stayed inactive"),
    }
}
