//! GRP-02: how members are named.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::conformance::asked::Asked;
use crate::conformance::body::{fold, members_named, patch_steps, text};
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::view::View;
use crate::entry::SubjectKind;
use crate::operation::Operation;
use crate::verdict::Verdict;

/// GRP-02: a member's `value` is the id that the server gave
/// ([RFC 7643 section 4.2](https://www.rfc-editor.org/rfc/rfc7643#section-4.2)).
pub(crate) fn members_are_named_by_id(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    let names = other_names(view);
    let expected = "members named by the id that the server gave";
    for call in view.calls.iter().filter(|call| writes_group(call)) {
        let values = named(call);
        let is_id = |value: &String| {
            view.knows_id(SubjectKind::User, value) || view.knows_id(SubjectKind::Group, value)
        };
        let wrong = values
            .iter()
            .find(|value| !is_id(value) && names.contains(&fold(value)));
        if let Some(wrong) = wrong {
            let seen = format!("`{wrong}` is a name or a key of the source, not an id");
            observed.note(Verdict::Fail, [call.number], expected, seen);
        } else if values.iter().any(is_id) {
            observed.note(Verdict::Pass, [call.number], expected, "so they were");
        }
    }
    observed
}

/// Whether a call writes to a group's body.
pub(crate) fn writes_group(call: &Call<'_>) -> bool {
    call.is(Operation::CreateGroup)
        || call.is(Operation::ReplaceGroup)
        || call.is(Operation::PatchGroup)
}

/// What a group write calls its members, in values and in paths.
fn named(call: &Call<'_>) -> Vec<String> {
    let Some(body) = &call.body else {
        return Vec::new();
    };
    let mut found: Vec<String> = members_named(body)
        .into_iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    for step in patch_steps(body) {
        let asked = step.path.map_or(Asked::Everything, Asked::read);
        let values = asked
            .equalities()
            .filter(|term| term.attribute.ends_with("members.value"));
        found.extend(values.filter_map(|term| term.value.as_str().map(str::to_owned)));
    }
    found
}

/// Everything that a person is also called, folded.
fn other_names(view: &View<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for user in view.source_users() {
        names.extend([fold(&user.user_name), fold(&user.external_id)]);
    }
    for snapshot in [&view.run.before, &view.run.after] {
        for row in &snapshot.users {
            for attribute in ["userName", "externalId", "displayName"] {
                names.extend(text(row, attribute).map(fold));
            }
        }
    }
    names.remove("");
    names
}
