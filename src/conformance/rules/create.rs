//! CRE: what a create carries, and what follows a refusal.

use std::collections::BTreeSet;

use crate::conformance::body::{fold, member, members_named, text};
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::view::{View, Word};
use crate::entry::SubjectKind;
use crate::operation::Operation;
use crate::verdict::Verdict;

/// What a client writes in place of an id that it does not have.
const NO_IDS: [&str; 7] = [
    "null",
    "undefined",
    "none",
    "nil",
    "nan",
    "<nil>",
    "[object object]",
];

/// CRE-01: `id` is the server's to give ([RFC 7643 section 3.1](https://www.rfc-editor.org/rfc/rfc7643#section-3.1)).
pub(crate) fn sends_no_id(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for call in &view.calls {
        if !call.is(Operation::CreateUser) && !call.is(Operation::CreateGroup) {
            continue;
        }
        let Some(body) = call.body.as_ref().filter(|body| body.is_object()) else {
            continue;
        };
        // An attribute that is null is the same as an absent one, RFC 7643 section 2.5.
        let id = member(body, "id").filter(|id| !id.is_null());
        let (verdict, seen) = match id {
            Some(id) => (Verdict::Fail, format!("the body holds `id` {id}")),
            None => (Verdict::Pass, "the body holds no `id`".to_owned()),
        };
        observed.note(verdict, [call.number], "a create without `id`", seen);
    }
    observed
}

/// CRE-06: a taken name is looked up and linked, or reported; it is not created again.
pub(crate) fn conflict_is_not_repeated(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let mut judged = BTreeSet::new();
    for call in &view.calls {
        let Some(user) = call.creates() else { continue };
        if !call.got_status(409) || !judged.insert((call.cycle, user.clone())) {
            continue;
        }
        let expected = format!("no second create of {user} in that cycle after the 409");
        let again = view.calls_after_in_cycle(call).find(|later| {
            later.creates().as_deref() == Some(user.as_str())
                && view
                    .last_word(&user, later)
                    .is_none_or(|(word, _)| word != Word::Absent)
        });
        if let Some(again) = again {
            let seen = "it was created again";
            observed.note(Verdict::Fail, [call.number, again.number], expected, seen);
        } else {
            let seen = "no second create came";
            observed.note(Verdict::Pass, [call.number], expected, seen);
        }
    }
    observed
}

/// CRE-11: in the end there is exactly one account for each person of the source.
pub(crate) fn one_account_each(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let Some(cycle) = view.run.cycles.last() else {
        return observed;
    };
    if !view.calls.iter().any(Call::is_scim) {
        return observed;
    }
    let last = view.run.cycles.len() - 1;
    for person in &cycle.source.users {
        let user = fold(&person.user_name);
        let accounts = accounts_of(view, &user);
        let entries: Vec<u64> = view
            .calls
            .iter()
            .filter(|call| call.creates().as_deref() == Some(user.as_str()))
            .map(|call| call.number)
            .collect();
        let verdict = match accounts {
            1 => Verdict::Pass,
            0 if !person.active => continue,
            0 if view.hampered(last) || refused_for_good(view, &user) => Verdict::Inconclusive,
            0 if view.changed_at_last(SubjectKind::User, &user) => Verdict::Inconclusive,
            _ if view.was_misled(last) => Verdict::Inconclusive,
            _ => Verdict::Fail,
        };
        let expected = format!("exactly one account of {user} in the end");
        observed.note(verdict, entries, expected, format!("there are {accounts}"));
    }
    for stray in view.calls.iter().filter(|call| made_for_nobody(view, call)) {
        let expected = "accounts for the people of the source only";
        let seen = "an account under a name that the source never had";
        observed.note(Verdict::Fail, [stray.number], expected, seen);
    }
    observed
}

/// How many accounts a user has in the end; one that got another name behind the client's back counts where there is no
/// other.
fn accounts_of(view: &View<'_>, user: &str) -> usize {
    let rows = view.run.after.users.iter();
    let (moved, own): (Vec<_>, Vec<_>) =
        rows.filter(|row| view.row_is(row, user)).partition(|row| {
            let keeps_name = text(row, "userName").is_some_and(|name| fold(name) == user);
            !keeps_name && text(row, "id").is_some_and(|id| view.changed_behind(id))
        });
    if own.is_empty() {
        moved.len()
    } else {
        own.len()
    }
}

/// Whether a create left an account that stands for nobody the source ever named.
fn made_for_nobody(view: &View<'_>, call: &Call<'_>) -> bool {
    let Some(user) = call.creates() else {
        return false;
    };
    call.exchange.committed()
        && !view.rows_after(&user).is_empty()
        && !view
            .source_users()
            .any(|person| fold(&person.user_name) == user)
}

/// Whether the last create of the user was refused for a reason of its own.
fn refused_for_good(view: &View<'_>, user: &str) -> bool {
    let last = view
        .calls
        .iter()
        .rev()
        .find(|call| call.creates().as_deref() == Some(user));
    last.is_some_and(|call| call.got() && call.status().is_client_error() && !call.failed())
}

/// CRE-13: a 201 without `id` leads to a lookup or a report, not to a path that ends in `null`.
pub(crate) fn no_path_without_id(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for call in &view.calls {
        let creates = call.is(Operation::CreateUser) || call.is(Operation::CreateGroup);
        let answer = call.answer.as_ref().filter(|answer| answer.is_object());
        let nameless = answer.is_some_and(|answer| text(answer, "id").is_none_or(str::is_empty));
        if !creates || !call.succeeded() || !nameless {
            continue;
        }
        let expected = "a lookup or a report after a 201 without `id`";
        if let Some(later) = view.calls_after(call).find(|later| uses_no_id(later)) {
            let seen = format!("{} names nobody", later.title());
            observed.note(Verdict::Fail, [call.number, later.number], expected, seen);
        } else {
            let seen = "no request with an id that was never given";
            observed.note(Verdict::Pass, [call.number], expected, seen);
        }
    }
    observed
}

fn uses_no_id(call: &Call<'_>) -> bool {
    use crate::entry::SubjectKind::{Group, User};
    let is_none = |id: &str| NO_IDS.contains(&id.to_ascii_lowercase().as_str());
    let target = call.target(User).or_else(|| call.target(Group));
    // PUT, PATCH or DELETE on `/Users/` is an id of no characters; a GET there may be a list.
    let empty = call.raw_target().is_some_and(|(_, raw)| raw.is_empty())
        && matches!(
            call.exchange.request.method.as_str(),
            "PUT" | "PATCH" | "DELETE"
        );
    let in_group = call.is(Operation::PatchGroup)
        || call.is(Operation::ReplaceGroup)
        || call.is(Operation::CreateGroup);
    let members = call.body.as_ref().filter(|_| in_group);
    let nobody = members.is_some_and(|body| {
        members_named(body).into_iter().any(|value| {
            value.is_null()
                || value
                    .as_str()
                    .is_some_and(|id| id.is_empty() || is_none(id))
        })
    });
    empty || nobody || target.is_some_and(|id| is_none(&id))
}

/// CRE-17: `invalidValue` is permanent for that body; it is not sent again, and the others are served.
pub(crate) fn invalid_value_is_permanent(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let mut judged = BTreeSet::new();
    for call in &view.calls {
        let Some(user) = call.creates() else { continue };
        let kind = call
            .answer
            .as_ref()
            .and_then(|answer| text(answer, "scimType"));
        let invalid = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("invalidValue"));
        if !call.got_status(400) || !invalid || !judged.insert((call.cycle, call.op.clone())) {
            continue;
        }
        let expected = format!("{user} not sent again unchanged in that cycle, the others served");
        let again = view
            .calls_after_in_cycle(call)
            .find(|later| later.op == call.op);
        if let Some(again) = again {
            let seen = "the same create came again";
            observed.note(Verdict::Fail, [call.number, again.number], expected, seen);
        } else if let Some(waiting) = abandoned(view, call, &user) {
            let seen = format!("nothing came after it, though {waiting} was still to be created");
            let cut_short = call
                .cycle
                .and_then(|cycle| view.run.cycles.get(cycle))
                .is_some_and(|cycle| cycle.timed_out);
            let verdict = if cut_short {
                Verdict::Inconclusive
            } else {
                Verdict::Fail
            };
            observed.note(verdict, [call.number], expected, seen);
        } else {
            let seen = "it was sent once, and the run went on";
            observed.note(Verdict::Pass, [call.number], expected, seen);
        }
    }
    observed
}

/// Somebody of the source whom the client never got to, if the refusal was the last thing in its cycle.
fn abandoned(view: &View<'_>, refused: &Call<'_>, user: &str) -> Option<String> {
    let cycle = refused.cycle?;
    if view
        .calls_of(cycle)
        .any(|call| call.at >= refused.ended && call.number > refused.number)
    {
        return None;
    }
    let source = view.source(refused)?;
    let waiting = source
        .users
        .iter()
        .filter(|person| person.active)
        .find(|person| {
            let name = fold(&person.user_name);
            name != user
                && view.rows_after(&name).is_empty()
                && !view
                    .calls_of(cycle)
                    .any(|call| call.creates().as_deref() == Some(name.as_str()))
        })?;
    Some(waiting.user_name.clone())
}
