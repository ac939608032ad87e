//! LKP: looking a user up before creating it.

use std::collections::BTreeSet;

use crate::conformance::body::{fold, text};
use crate::conformance::call::Call;
use crate::conformance::client_profile::Creation;
use crate::conformance::rules::Observed;
use crate::conformance::view::{View, Word};
use crate::verdict::Verdict;

/// LKP-01: a lookup or a listing comes before the first create; creating first is fine for a client that links after 409.
pub(crate) fn looks_before_creating(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let links = links_after_conflict(view);
    let mut judged = BTreeSet::new();
    for call in &view.calls {
        let Some(user) = call.creates() else { continue };
        if !judged.insert(user.clone()) {
            continue;
        }
        let expected = format!("a lookup of {user} before it is created");
        let looked = view
            .calls
            .iter()
            .find(|earlier| earlier.precedes(call) && looks_for(view, earlier, &user));
        if let Some(looked) = looked {
            let seen = format!("{} looked, then the create came", looked.title());
            observed.note(Verdict::Pass, [looked.number, call.number], expected, seen);
        } else if links || view.profile.creation == Creation::PostThenLookup {
            let seen = "created first; this client looks up and links after a 409";
            observed.note(Verdict::Pass, [call.number], expected, seen);
        } else {
            let seen = "the create came, and no lookup before it";
            observed.note(Verdict::Fail, [call.number], expected, seen);
        }
    }
    observed
}

fn looks_for(view: &View<'_>, call: &Call<'_>, user: &str) -> bool {
    view.asks_for(call, user) || view.word(call, user).is_some()
}

/// Whether the client met a 409 on a create and looked the user up each time.
fn links_after_conflict(view: &View<'_>) -> bool {
    let mut conflicts = view
        .calls
        .iter()
        .filter_map(|call| Some((call, call.creates()?)))
        .filter(|(call, _)| call.got_status(409))
        .peekable();
    conflicts.peek().is_some()
        && conflicts.all(|(call, user)| {
            view.calls_after(call)
                .any(|later| looks_for(view, later, &user) && later.creates().is_none())
        })
}

/// LKP-02: who is there already is adopted under its id, never created.
pub(crate) fn adopts_the_match(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for row in &view.run.before.users {
        let (Some(id), Some(user)) = (text(row, "id"), text(row, "userName").map(fold)) else {
            continue;
        };
        let same = view
            .run
            .before
            .users
            .iter()
            .filter(|other| text(other, "userName").is_some_and(|name| fold(name) == user));
        let wanted = view
            .source_users()
            .any(|each| fold(&each.user_name) == user);
        if wanted && same.count() == 1 {
            adoption(view, &user, id, &mut observed);
        }
    }
    observed
}

fn adoption(view: &View<'_>, user: &str, id: &str, observed: &mut Observed) {
    let expected = format!("{user} is there as {id}: adopt that id, create nobody");
    let Some(found) = view
        .calls
        .iter()
        .find(|call| view.word(call, user) == Some(Word::Present) && call.creates().is_none())
    else {
        // Whoever creates without ever seeing the row has not adopted it either.
        if let Some(create) = view.calls.iter().find(|call| {
            call.creates().as_deref() == Some(user) && view.last_word(user, call).is_none()
        }) {
            let seen = "a create, and the row was never looked for";
            observed.note(Verdict::Fail, [create.number], expected, seen);
        }
        return;
    };
    let again = view.calls_after(found).find(|call| {
        call.creates().as_deref() == Some(user)
            && view
                .last_word(user, call)
                .is_some_and(|(word, _)| matches!(word, Word::Present | Word::Taken))
    });
    let before = view.calls.iter().find(|call| {
        call.creates().as_deref() == Some(user) && call.succeeded() && call.number < found.number
    });
    let created = again.or(before);
    if created.is_some() && view.changed_behind(id) {
        // It may not have been there any longer, or not under that name.
        return;
    }
    if let Some(create) = created {
        let seen = "it was created although it had been found";
        observed.note(Verdict::Fail, [found.number, create.number], expected, seen);
    } else {
        let seen = format!("{} found it, and nobody was created", found.title());
        observed.note(Verdict::Pass, [found.number], expected, seen);
    }
}

/// LKP-03: no match means "not found", and the create follows in the same cycle.
pub(crate) fn creates_who_is_absent(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let mut judged = BTreeSet::new();
    for call in &view.calls {
        let (Some(cycle), Some(source)) = (call.cycle, view.source(call)) else {
            continue;
        };
        if call
            .page()
            .is_none_or(|page| page.total != 0 || !page.rows.is_empty())
        {
            continue;
        }
        for person in source.users.iter().filter(|person| person.active) {
            let user = fold(&person.user_name);
            // A later page of a long list is empty for other reasons.
            let is_first = call.paging("startIndex").is_none_or(|at| at <= 1);
            let asked = view.asks_for(call, &user) || (call.lists_everybody() && is_first);
            if !asked || known_before(view, &user, call) || !judged.insert((cycle, user.clone())) {
                continue;
            }
            let expected = format!("{user} was not found: create it in the same cycle");
            let (verdict, entry, seen) = follows(view, &user, call);
            if let Some(verdict) = verdict {
                observed.note(verdict, [call.number, entry], expected, seen);
            }
        }
    }
    observed
}

fn known_before(view: &View<'_>, user: &str, call: &Call<'_>) -> bool {
    view.calls.iter().any(|earlier| {
        earlier.number < call.number
            && matches!(view.word(earlier, user), Some(Word::Present | Word::Taken))
    })
}

fn follows(view: &View<'_>, user: &str, call: &Call<'_>) -> (Option<Verdict>, u64, &'static str) {
    let cycle = call.cycle.unwrap_or_default();
    for later in view.calls_after_in_cycle(call) {
        if later.creates().as_deref() == Some(user) {
            return (Some(Verdict::Pass), later.number, "the create followed");
        }
        if view.word(later, user) == Some(Word::Present) {
            // Another attribute found it, so there was nobody to create.
            return (None, later.number, "");
        }
    }
    if view.hampered(cycle) || view.was_misled(cycle) {
        let seen = "no create came, but the cycle did not end in peace, or answers were not true";
        (Some(Verdict::Inconclusive), call.number, seen)
    } else {
        (
            Some(Verdict::Fail),
            call.number,
            "no create came in that cycle",
        )
    }
}

/// LKP-18: a lookup that failed tells nothing; a create waits for a clean answer.
pub(crate) fn unknown_is_not_absent(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let mut wanted: BTreeSet<String> = view
        .source_users()
        .map(|each| fold(&each.user_name))
        .collect();
    wanted.extend(view.calls.iter().filter_map(Call::creates));
    for user in wanted {
        let is_lookup =
            |call: &&Call<'_>| call.lists_users() && view.word(call, &user) == Some(Word::Unclear);
        let Some(failed) = view.calls.iter().find(is_lookup) else {
            continue;
        };
        let expected = format!("no create of {user} before a lookup was answered cleanly");
        let blind = view.calls_after(failed).find(|call| {
            call.creates().as_deref() == Some(user.as_str())
                && view
                    .last_word(&user, call)
                    .is_some_and(|(word, by)| word == Word::Unclear && by.lists_users())
        });
        if let Some(create) = blind {
            let seen = "the lookup failed and the create came all the same";
            observed.note(
                Verdict::Fail,
                [failed.number, create.number],
                expected,
                seen,
            );
        } else {
            let seen = "the lookup failed, and no create came without a clean one";
            observed.note(Verdict::Pass, [failed.number], expected, seen);
        }
    }
    observed
}
