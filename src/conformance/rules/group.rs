//! GRP-06 and GRP-08: groups that take few members at once, and groups that lose writes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::conformance::body::{fold, member, text};
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::rules::member::writes_group;
use crate::conformance::view::View;
use crate::entry::SubjectKind;
use crate::operation::Operation;
use crate::verdict::Verdict;

/// GRP-06: a write with more members than the server takes is split, until all are in.
pub(crate) fn too_many_members_are_split(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for (group, writes) in writes_by_group(view) {
        let refused = writes
            .iter()
            .find(|call| (call.got_status(413) || call.got_status(400)) && call.member_count() > 1);
        let Some(refused) = refused else { continue };
        let count = refused.member_count();
        let expected =
            format!("{count} members of {group} refused at once: smaller pieces, all in");
        let smaller: Vec<u64> = writes
            .iter()
            .filter(|call| refused.precedes(call) && (1..count).contains(&call.member_count()))
            .map(|call| call.number)
            .collect();
        let (verdict, seen) = if smaller.is_empty() {
            let seen = "no smaller piece came".to_owned();
            (fail_unless_hampered(view), seen)
        } else {
            outcome(view, (&group, &writes))
        };
        let entries = std::iter::once(refused.number).chain(smaller);
        observed.note(verdict, entries, expected, seen);
    }
    observed
}

/// GRP-08: a server that reads, waits and writes back loses no member of a careful client.
pub(crate) fn no_member_is_lost(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for (group, writes) in writes_by_group(view) {
        let stored: Vec<_> = writes
            .iter()
            .filter(|call| call.exchange.committed() && !call.is(Operation::CreateGroup))
            .collect();
        let bent = stored.iter().any(|call| !call.exchange.fired.is_empty());
        if stored.len() < 2 && !bent {
            continue;
        }
        let (verdict, seen) = outcome(view, (&group, &writes));
        let expected = format!("{group} ends with the members that the source names");
        observed.note(
            verdict,
            stored.iter().map(|call| call.number),
            expected,
            seen,
        );
    }
    observed
}

fn writes_by_group<'v, 'r>(view: &'v View<'r>) -> BTreeMap<String, Vec<&'v Call<'r>>> {
    let mut groups: BTreeMap<String, Vec<&Call<'r>>> = BTreeMap::new();
    for call in view.calls.iter().filter(|call| writes_group(call)) {
        let name = match call.target(SubjectKind::Group) {
            Some(id) => view.names_of(SubjectKind::Group, &id).last().cloned(),
            None => call
                .body
                .as_ref()
                .and_then(|body| text(body, "displayName"))
                .map(fold),
        };
        if let Some(name) = name {
            groups.entry(name).or_default().push(call);
        }
    }
    groups
}

fn fail_unless_hampered(view: &View<'_>) -> Verdict {
    let last = view.run.cycles.len().saturating_sub(1);
    if view.hampered(last) || (0..=last).any(|cycle| view.was_misled(cycle)) {
        Verdict::Inconclusive
    } else {
        Verdict::Fail
    }
}

/// Compares a group's members in the end with the source's.
fn outcome(view: &View<'_>, (group, writes): (&str, &[&Call<'_>])) -> (Verdict, String) {
    let Some(source) = view.run.cycles.last().map(|cycle| &cycle.source) else {
        return (Verdict::Inconclusive, "no source to compare with".into());
    };
    let Some(wanted) = source
        .groups
        .iter()
        .find(|each| fold(&each.display_name) == group)
    else {
        return (
            Verdict::Inconclusive,
            "the source does not name the group".into(),
        );
    };
    let row = view
        .run
        .after
        .groups
        .iter()
        .find(|row| text(row, "displayName").is_some_and(|name| fold(name) == group));
    let Some(row) = row else {
        return (of_absence(view, writes), "the group is not there".into());
    };
    let present: BTreeSet<&str> = member(row, "members")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|member| text(member, "value"))
        .collect();
    // Somebody without an account cannot be a member; that is the matter of other rules.
    let due: BTreeSet<&str> = wanted
        .members
        .iter()
        .filter_map(|external_id| source.user(external_id))
        .filter_map(|user| view.rows_after(&fold(&user.user_name)).first().copied())
        .filter_map(|row| text(row, "id"))
        .collect();
    let missing = due.difference(&present).count();
    // A member whom the source does not know was put there by somebody else, and may stay.
    let left_over = present
        .difference(&due)
        .filter(|id| managed(view, id) && !view.changed_behind(id))
        .count();
    if missing == 0 && left_over == 0 {
        return (Verdict::Pass, format!("it ends with all {}", due.len()));
    }
    let seen = format!(
        "{missing} of {} are missing and {left_over} too many",
        due.len()
    );
    let verdict = if view.changed_at_last(SubjectKind::Group, group) {
        Verdict::Inconclusive
    } else {
        fail_unless_hampered(view)
    };
    (verdict, seen)
}

/// What it means that a group is not there in the end, to which these writes went.
fn of_absence(view: &View<'_>, writes: &[&Call<'_>]) -> Verdict {
    let ids = writes.iter();
    let mut ids = ids.filter_map(|call| call.target(SubjectKind::Group));
    if ids.any(|id| view.changed_behind(&id)) {
        Verdict::Inconclusive
    } else {
        fail_unless_hampered(view)
    }
}

fn managed(view: &View<'_>, id: &str) -> bool {
    view.source_users()
        .any(|user| view.is_id_of(id, &fold(&user.user_name)))
}
