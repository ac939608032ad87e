//! UPD-02, UPD-05 and UPD-07: the grammar of write bodies.

use serde_json::Value;

use crate::conformance::body::{active_values, fold, member, patch_steps, text, truth};
use crate::conformance::call::Call;
use crate::conformance::rules::Observed;
use crate::conformance::view::View;
use crate::entry::SubjectKind;
use crate::operation::Operation;
use crate::verdict::Verdict;

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// UPD-02: a PATCH names its schema and carries at least one operation, each with an `op`
/// ([RFC 7644 section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2)).
pub(crate) fn patch_body_is_well_formed(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for call in &view.calls {
        if !call.is(Operation::PatchUser) && !call.is(Operation::PatchGroup) {
            continue;
        }
        let (verdict, seen) = match patch_fault(call.body.as_ref()) {
            Some(fault) => (Verdict::Fail, fault),
            None => (Verdict::Pass, "so it was"),
        };
        let expected = "`schemas` with the PatchOp URN, and `Operations` with an `op` each";
        observed.note(verdict, [call.number], expected, seen);
    }
    observed
}

fn patch_fault(body: Option<&Value>) -> Option<&'static str> {
    let Some(body) = body else {
        return Some("the body is not JSON");
    };
    let schemas = member(body, "schemas").and_then(Value::as_array);
    let named = schemas.is_some_and(|all| {
        all.iter()
            .filter_map(Value::as_str)
            .any(|urn| urn.eq_ignore_ascii_case(PATCH_OP))
    });
    if !named {
        return Some("`schemas` does not hold the PatchOp URN");
    }
    let Some(operations) = member(body, "Operations").and_then(Value::as_array) else {
        return Some("there is no `Operations` array");
    };
    if operations.is_empty() {
        return Some("`Operations` is empty");
    }
    let each = operations.iter().all(|operation| {
        text(operation, "op").is_some_and(|op| {
            ["add", "remove", "replace"]
                .iter()
                .any(|known| op.eq_ignore_ascii_case(known))
        })
    });
    (!each).then_some("an operation has no `op` of the three there are")
}

/// UPD-05: one member leaves by name; a bare `members` would empty the group
/// ([RFC 7644 section 3.5.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.2)).
pub(crate) fn members_leave_one_by_one(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for call in view
        .calls
        .iter()
        .filter(|call| call.is(Operation::PatchGroup))
    {
        let Some(body) = &call.body else { continue };
        for step in patch_steps(body) {
            let Some(path) = step.attribute() else {
                continue;
            };
            let listed = step.value.is_some_and(|value| !is_empty(value));
            let (verdict, seen) = match (step.op.as_str(), path.as_str()) {
                ("remove", "members") if listed => value_list(view),
                ("remove", "members") if keeps_members(view, call) => {
                    (Verdict::Fail, "`remove` at the bare path `members`")
                }
                ("replace", "members") if !listed && keeps_members(view, call) => {
                    (Verdict::Fail, "`members` replaced with nothing")
                }
                ("remove", path) if path.starts_with("members[") => {
                    (Verdict::Pass, "a path with a value filter")
                }
                ("replace", "members") if listed && somebody_left(view, call) => {
                    (Verdict::Pass, "`members` replaced with the rest")
                }
                _ => continue,
            };
            let expected = "only the leaving member named, so that the others stay";
            observed.note(verdict, [call.number], expected, seen);
        }
    }
    observed
}

fn value_list(view: &View<'_>) -> (Verdict, &'static str) {
    let verdict = if view.profile.value_list_removals {
        Verdict::Pass
    } else {
        Verdict::Warn
    };
    (
        verdict,
        "a value list beside the bare path: servers that follow the RFC empty the group",
    )
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Whether the source says that the group still has members.
fn keeps_members(view: &View<'_>, call: &Call<'_>) -> bool {
    let index = call.cycle.unwrap_or_default();
    group_in_cycle(view, call, index).is_some_and(|members| !members.is_empty())
}

/// Whether the source of the cycle before had a member that this one's has not.
fn somebody_left(view: &View<'_>, call: &Call<'_>) -> bool {
    let Some(index) = call.cycle else {
        return false;
    };
    let (Some(now), Some(before)) = (
        group_in_cycle(view, call, index),
        index
            .checked_sub(1)
            .and_then(|earlier| group_in_cycle(view, call, earlier)),
    ) else {
        return false;
    };
    before.iter().any(|member| !now.contains(member))
}

fn group_in_cycle<'v>(view: &'v View<'_>, call: &Call<'_>, cycle: usize) -> Option<&'v [String]> {
    let id = call.target(SubjectKind::Group)?;
    let names = view.names_of(SubjectKind::Group, &id);
    let source = &view.run.cycles.get(cycle)?.source;
    let group = source
        .groups
        .iter()
        .find(|group| names.contains(&fold(&group.display_name)))?;
    Some(&group.members)
}

/// UPD-07: `active` is a JSON boolean ([RFC 7643 section 2.3.2](https://www.rfc-editor.org/rfc/rfc7643#section-2.3.2)).
pub(crate) fn active_is_a_boolean(view: &View<'_>) -> Observed {
    let mut observed = Observed::default();
    for call in &view.calls {
        let writes = call.is(Operation::CreateUser)
            || call.is(Operation::ReplaceUser)
            || call.is(Operation::PatchUser);
        let Some(body) = call.body.as_ref().filter(|_| writes) else {
            continue;
        };
        for value in active_values(body) {
            let verdict = match value {
                Value::Bool(_) => Verdict::Pass,
                other if truth(other).is_some() && view.profile.text_booleans => Verdict::Warn,
                _ => Verdict::Fail,
            };
            let seen = format!("`active` is {value}");
            observed.note(verdict, [call.number], "`active` as true or false", seen);
        }
    }
    observed
}
