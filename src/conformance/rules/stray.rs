//! LKP-05 and LKP-06: answers to a lookup that hold somebody else, or more than one.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::conformance::body::{assignments, fold, text, truth};
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::view::View;
use crate::entry::SubjectKind;
use crate::scenario::source::{Source, SourceUser};
use crate::verdict::Verdict;

/// LKP-05: a server may ignore the filter; the client compares the value itself before it adopts a row.
pub(crate) fn compares_what_it_was_given(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for (call, user) in lookups(view) {
        let Some(page) = call.page() else { continue };
        let strangers: Vec<&str> = page
            .rows
            .iter()
            .filter(|row| !view.row_is(row, &user))
            .filter_map(|row| text(row, "id"))
            .collect();
        if strangers.is_empty() {
            continue;
        }
        let expected = format!("no write for {user} on a row whose userName is another's");
        let strayed = view.calls_after(call).find(|write| {
            write
                .target(SubjectKind::User)
                .is_some_and(|id| strangers.contains(&id.as_str()) && meant_for(view, write, &user))
        });
        if let Some(write) = strayed {
            let seen = format!("{} carries the data of {user}", write.title());
            observed.note(Verdict::Fail, [call.number, write.number], expected, seen);
        } else {
            let seen = "the rows of others were left alone";
            observed.note(Verdict::Pass, [call.number], expected, seen);
        }
    }
    observed
}

/// LKP-06: two rows match, so neither is written to.
pub(crate) fn leaves_doubles_alone(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for (call, user) in lookups(view) {
        let Some(page) = call.page() else { continue };
        let doubles: BTreeSet<&str> = page
            .rows
            .iter()
            .filter(|row| view.row_is(row, &user))
            .filter_map(|row| text(row, "id"))
            .collect();
        if doubles.len() < 2 {
            continue;
        }
        let expected = format!("{user} matches twice: write to neither row, create nobody");
        let later = view.calls_after_in_cycle(call);
        // A later lookup that finds one row settles the matter.
        let until_settled = later.take_while(|later| {
            !view.asks_for(later, &user) || later.page().is_none_or(|page| page.rows.len() != 1)
        });
        let mut writes = until_settled.filter(|later| {
            let hit = later
                .target(SubjectKind::User)
                .is_some_and(|id| doubles.contains(id.as_str()) && meant_for(view, later, &user));
            hit || later.creates().as_deref() == Some(user.as_str())
        });
        if let Some(write) = writes.next() {
            let seen = format!("{} came in the same cycle", write.title());
            observed.note(Verdict::Fail, [call.number, write.number], expected, seen);
        } else {
            let seen = "no write came for it in that cycle";
            observed.note(Verdict::Pass, [call.number], expected, seen);
        }
    }
    observed
}

/// Every filtered lookup with the user it names, where the source or the filter tells.
fn lookups<'v, 'r>(view: &'v View<'r>) -> Vec<(&'v Call<'r>, String)> {
    let mut found = Vec::new();
    for call in view.calls.iter().filter(|call| call.lists_users()) {
        let named: BTreeSet<String> = call
            .asked
            .equalities()
            .filter_map(|term| {
                let value = term.value.as_str()?;
                match term.attribute.as_str() {
                    "username" | "emails.value" => Some(fold(value)),
                    "externalid" => view
                        .source_users()
                        .find(|each| each.external_id == value)
                        .map(|each| fold(&each.user_name)),
                    _ => None,
                }
            })
            .collect();
        found.extend(named.into_iter().map(|user| (call, user)));
    }
    found
}

/// Whether a write carries what the source says of that user, and not what it says of the row's true owner.
fn meant_for(view: &View<'_>, write: &Call<'_>, user: &str) -> bool {
    if !write.is_write() {
        return false;
    }
    let Some(id) = write.target(SubjectKind::User) else {
        return false;
    };
    let owners = view.names_of(SubjectKind::User, &id);
    let Some(source) = view.source(write) else {
        return false;
    };
    let owner = owners
        .iter()
        .filter(|owner| *owner != user)
        .find_map(|owner| View::source_user(source, owner));
    match owner {
        Some(owner) => !fits(write, Some(owner)) && fits(write, View::source_user(source, user)),
        // The row belongs to nobody of the source; removing it is no write on behalf of this user.
        None if owners.iter().any(|owner| owner == user) => true,
        None => write.removes_user().is_none() || known(view, user, source),
    }
}

fn known(view: &View<'_>, user: &str, source: &Source) -> bool {
    // A leaver is removed: then the removal of a stranger's row was meant for the leaver.
    View::source_user(source, user).is_none()
        && view
            .source_users()
            .any(|each| fold(&each.user_name) == user)
}

/// Whether nothing a write assigns speaks against its being about that person; `None` is somebody who left.
fn fits(write: &Call<'_>, person: Option<&SourceUser>) -> bool {
    if write.removes_user().is_some() {
        return person.is_none_or(|person| !person.active);
    }
    let (Some(person), Some(body)) = (person, &write.body) else {
        return false;
    };
    assignments(body)
        .into_iter()
        .all(|(name, value)| agrees(&name, value, person))
}

fn agrees(name: &str, value: &Value, person: &SourceUser) -> bool {
    let expected = match name {
        "username" => {
            return value
                .as_str()
                .is_none_or(|name| fold(name) == fold(&person.user_name));
        }
        "active" => return truth(value).is_none_or(|active| active == person.active),
        "externalid" => &person.external_id,
        "name.givenname" => &person.given_name,
        "name.familyname" => &person.family_name,
        "department" => &person.department,
        "employeenumber" => &person.employee_number,
        "costcenter" => &person.cost_center,
        "division" => &person.division,
        _ => return true,
    };
    value.as_str().is_none_or(|text| text == expected)
}
