//! UPD-15, UPD-16 and DEA-05: an id that died, and an id that stays while the name changes.

use std::collections::BTreeSet;

use crate::conformance::body::{fold, text};
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::rules::source::same;
use crate::conformance::view::{View, Word};
use crate::entry::{SubjectKind, Verb};
use crate::operation::Operation;
use crate::scenario::source::SourceUser;
use crate::verdict::Verdict;

/// UPD-15: an id that answers 404 is forgotten.
pub(crate) fn dead_id_is_forgotten(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let mut judged = BTreeSet::new();
    for first in &view.calls {
        let Some(id) = dead_target(first) else {
            continue;
        };
        if !view.knows_id(SubjectKind::User, &id) || !judged.insert((first.cycle, id.clone())) {
            continue;
        }
        let attempts: Vec<u64> = std::iter::once(first)
            .chain(view.calls_after_in_cycle(first))
            .filter(|call| dead_target(call).as_deref() == Some(id.as_str()))
            .map(|call| call.number)
            .collect();
        let allowed = view.profile.dead_id_attempts;
        let expected = format!("at most {allowed} requests in a cycle on {id}, which answers 404");
        let verdict = if attempts.len() > allowed {
            Verdict::Fail
        } else {
            Verdict::Pass
        };
        let seen = format!("{} came", attempts.len());
        observed.note(verdict, attempts, expected, seen);
    }
    observed
}

/// The id of a user that a read or a change was told is not there.
fn dead_target(call: &Call<'_>) -> Option<String> {
    let dead = call.got_status(404) || call.got_status(410);
    let reads_or_changes = call.is(Operation::GetUser)
        || call.is(Operation::PatchUser)
        || call.is(Operation::ReplaceUser);
    (dead && reads_or_changes)
        .then(|| call.target(SubjectKind::User))
        .flatten()
}

/// UPD-16: a renamed user is changed under the id it has.
pub(crate) fn renamed_user_keeps_the_id(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for (index, earlier, later) in view.steps() {
        for new in later.source.users.iter().filter(|user| user.active) {
            let old = earlier.source.users.iter().find(|old| {
                !old.external_id.is_empty()
                    && old.external_id == new.external_id
                    && fold(&old.user_name) != fold(&new.user_name)
            });
            let taken = |name: &str| {
                earlier
                    .source
                    .users
                    .iter()
                    .any(|each| fold(&each.user_name) == fold(name))
            };
            // Two who swap names are the matter of another rule.
            if let Some(old) = old.filter(|_| view.ran(index) && !taken(&new.user_name)) {
                renamed(view, index, (old, new), &mut observed);
            }
        }
    }
    observed
}

fn renamed(
    view: &View<'_>,
    index: usize,
    (old, new): (&SourceUser, &SourceUser),
    observed: &mut Observed,
) {
    let (before, after) = (fold(&old.user_name), fold(&new.user_name));
    let Some(id) = id_at(view, &before, index) else {
        return;
    };
    let expected = format!("{before} becomes {after} by a write on {id}");
    let told_gone = view
        .calls
        .iter()
        .find(|call| dead_target(call).as_deref() == Some(id.as_str()));
    let wrong = view.calls_of(index).find(|call| {
        call.creates().as_deref() == Some(after.as_str())
            || call.removes_user().as_deref() == Some(id.as_str())
    });
    if told_gone.is_some_and(|gone| wrong.is_none_or(|wrong| gone.number < wrong.number)) {
        return;
    }
    if let Some(wrong) = wrong {
        let seen = format!("{} came instead", wrong.title());
        observed.note(Verdict::Fail, [wrong.number], expected, seen);
        return;
    }
    let write = view.writes_to(&id).find(|call| call.cycle == Some(index));
    match write {
        Some(write) => {
            let seen = format!("{} came", write.title());
            observed.note(Verdict::Pass, [write.number], expected, seen);
        }
        None if view.hampered(index) => {
            let seen = "no write came, but the cycle did not end in peace";
            observed.note(Verdict::Inconclusive, [], expected, seen);
        }
        None => observed.note(Verdict::Fail, [], expected, "no write came on that id"),
    }
}

/// The id of the user of that folded name when a cycle began, if it was there then.
pub(crate) fn id_at(view: &View<'_>, user: &str, cycle: usize) -> Option<String> {
    let mut id = view
        .run
        .before
        .users
        .iter()
        .find(|row| text(row, "userName").is_some_and(|name| fold(name) == user))
        .and_then(|row| text(row, "id"))
        .map(str::to_owned);
    for call in view.calls.iter().filter(|call| call.cycle < Some(cycle)) {
        for change in &call.exchange.changes {
            if change.kind != SubjectKind::User {
                continue;
            }
            match change.verb {
                Verb::Created if call.creates().as_deref() == Some(user) => {
                    id = Some(change.id.clone());
                }
                Verb::Deleted if id.as_ref() == Some(&change.id) => id = None,
                Verb::Created | Verb::Updated | Verb::Deleted => {}
            }
        }
        if call.creates().is_none() && view.word(call, user) == Some(Word::Present) && id.is_none()
        {
            id = call
                .target(SubjectKind::User)
                .filter(|_| !call.is(Operation::DeleteUser));
        }
    }
    id
}

/// DEA-05: what is gone already is done; nobody deletes it again.
pub(crate) fn gone_is_gone(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let mut judged = BTreeSet::new();
    for first in &view.calls {
        let Some(gone) = deletes(first).filter(|_| first.got_status(404)) else {
            continue;
        };
        if !judged.insert(gone.clone()) {
            continue;
        }
        let id = &gone.1;
        let expected = format!("a 404 on the DELETE of {id} taken as done, the run going on");
        let again = view
            .calls_after(first)
            .find(|call| deletes(call).as_ref() == Some(&gone));
        if let Some(again) = again {
            let seen = "it was deleted again";
            observed.note(Verdict::Fail, [first.number, again.number], expected, seen);
        } else if let Some(waiting) = left_behind(view, first) {
            let seen = format!("nothing came after it, though {waiting} was still to be served");
            observed.note(Verdict::Fail, [first.number], expected, seen);
        } else {
            let seen = "it was deleted once, and the run went on";
            observed.note(Verdict::Pass, [first.number], expected, seen);
        }
    }
    observed
}

/// What a DELETE is to delete.
fn deletes(call: &Call<'_>) -> Option<(SubjectKind, String)> {
    let kind = match call.exchange.operation? {
        Operation::DeleteUser => SubjectKind::User,
        Operation::DeleteGroup => SubjectKind::Group,
        _ => return None,
    };
    Some((kind, call.target(kind)?))
}

/// Somebody whom the client never got to, if that call was the last of its cycle and the cycle was not cut short.
fn left_behind(view: &View<'_>, last: &Call<'_>) -> Option<String> {
    let index = last.cycle?;
    let cycle = view
        .run
        .cycles
        .get(index)
        .filter(|cycle| !cycle.timed_out)?;
    if view
        .calls_of(index)
        .any(|call| call.number > last.number && call.at >= last.ended)
    {
        return None;
    }
    let missing = cycle.source.users.iter().find(|person| {
        let user = fold(&person.user_name);
        let tried = view
            .calls_of(index)
            .any(|call| call.creates().as_deref() == Some(user.as_str()));
        person.active && !tried && view.rows_after(&user).is_empty()
    });
    if let Some(missing) = missing {
        return Some(missing.user_name.clone());
    }
    let earlier = view.run.cycles.get(index.checked_sub(1)?)?;
    let leaver = earlier.source.users.iter().find(|person| {
        let user = fold(&person.user_name);
        let stays = cycle
            .source
            .users
            .iter()
            .any(|now| now.active && same(person, now));
        let active = view
            .rows_after(&user)
            .iter()
            .any(|row| row.get("active").is_none_or(|active| active != false));
        let tried = view.calls_of(index).any(|call| {
            call.removes_user()
                .is_some_and(|id| view.is_id_of(&id, &user))
        });
        person.active && !stays && active && !tried
    });
    leaver.map(|person| person.user_name.clone())
}
