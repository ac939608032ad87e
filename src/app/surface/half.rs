//! Changes that are stored in part: the first operations of a PATCH, the first attributes of a PUT, some of the members.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::scenario::plan::{DataVerb, Plan};
use crate::scim::error::ScimError;
use crate::store::directory::Stored;

/// What stands in every resource and is no part of a change.
const COMMON: [&str; 3] = ["schemas", "id", "meta"];

/// How much of a change is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// A part, and then the request fails.
    Half,
}

impl Extent {
    /// The end of the request, once that much is stored.
    pub(super) fn finish(self) -> Result<(), ScimError> {
        match self {
            Self::Whole => Ok(()),
            Self::Half => {
                let detail = "the change could not be finished";
                Err(ScimError::plain(StatusCode::INTERNAL_SERVER_ERROR, detail))
            }
        }
    }
}

/// The part of a PATCH that is stored.
pub(super) fn of_patch(plan: &Plan, body: Value) -> (Value, Extent) {
    let half = parts(plan).and_then(|most| first_operations(&body, most));
    or_whole(half, body)
}

/// What is stored by a PUT; what it does not come to stays as it was.
pub(super) fn of_put(plan: &Plan, body: Value, before: Option<&Stored>) -> (Value, Extent) {
    let parts = parts(plan).zip(before);
    let half = parts.and_then(|(most, before)| mixed(&body, &before.resource(), most));
    or_whole(half, body)
}

/// The part of a partial resource that is stored.
pub(super) fn of_partial(plan: &Plan, body: Value) -> (Value, Extent) {
    let half = parts(plan).and_then(|most| first_attributes(&body, most));
    or_whole(half.map(Value::Object), body)
}

fn or_whole(half: Option<Value>, whole: Value) -> (Value, Extent) {
    half.map_or((whole, Extent::Whole), |half| (half, Extent::Half))
}

/// How many parts of a change are stored, if not all of them.
fn parts(plan: &Plan) -> Option<usize> {
    plan.data.iter().find_map(|verb| match verb {
        DataVerb::Half(parts) => Some(*parts),
        _ => None,
    })
}

/// The first so many parts of a PATCH; `None` if it has no more.
///
/// A part is an operation, or one attribute of an operation that names none and has an object of them.
fn first_operations(body: &Value, most: usize) -> Option<Value> {
    let operations = member(body, "Operations")?.as_array()?;
    let parts: Vec<Value> = operations.iter().flat_map(split).collect();
    let first = parts.get(..most).filter(|_| parts.len() > most)?;
    let mut half = body.clone();
    let operations = half.as_object_mut()?.iter_mut();
    for (_, value) in operations.filter(|(name, _)| name.eq_ignore_ascii_case("Operations")) {
        *value = first.into();
    }
    Some(half)
}

fn split(operation: &Value) -> Vec<Value> {
    let value = member(operation, "value").and_then(Value::as_object);
    let is_whole = member(operation, "path").is_none_or(Value::is_null);
    let Some(value) = value.filter(|_| is_whole) else {
        return vec![operation.clone()];
    };
    let op = member(operation, "op").cloned().unwrap_or_default();
    let one = |(name, value): (&String, &Value)| json!({ "op": op, "value": { name: value } });
    value.iter().map(one).collect()
}

/// The first so many attributes of a body that is to take the place of a resource, and the rest of the resource as it
/// was; `None` if the body has no more.
fn mixed(body: &Value, before: &Value, most: usize) -> Option<Value> {
    let first = first_attributes(body, most)?;
    let mut half = before.as_object()?.clone();
    half.shift_remove("meta");
    for (name, value) in first {
        half.retain(|known, _| !known.eq_ignore_ascii_case(&name));
        half.insert(name, value);
    }
    Some(Value::Object(half))
}

/// The first so many attributes; `None` if there are no more.
fn first_attributes(body: &Value, most: usize) -> Option<Map<String, Value>> {
    let members = body.as_object()?;
    let is_common = |name: &str| COMMON.iter().any(|known| known.eq_ignore_ascii_case(name));
    let own = members.iter().filter(|(name, _)| !is_common(name));
    let all = own.clone().count();
    let first = own.take(most);
    (all > most).then(|| {
        first
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    })
}

/// Leaves of the members that a body adds to a group as many as the plan takes.
pub(super) fn take_members(plan: &Plan, body: &mut Value) {
    let few = plan.data.iter().find_map(|verb| match verb {
        DataVerb::FewMembers(most) => Some(*most),
        _ => None,
    });
    let Some(mut room) = few else { return };
    let Some(members) = body.as_object_mut() else {
        return;
    };
    for (name, value) in members {
        if name.eq_ignore_ascii_case("members") {
            cut(value, &mut room);
        } else if name.eq_ignore_ascii_case("Operations") {
            let operations = value.as_array_mut().into_iter().flatten();
            operations.for_each(|operation| cut_operation(operation, &mut room));
        }
    }
}

fn cut_operation(operation: &mut Value, room: &mut usize) {
    let text = |name| member(operation, name).and_then(Value::as_str);
    if text("op").is_some_and(|op| op.eq_ignore_ascii_case("remove")) {
        return;
    }
    let path = text("path").map(str::to_lowercase);
    let Some(operation) = operation.as_object_mut() else {
        return;
    };
    for (name, value) in operation {
        if !name.eq_ignore_ascii_case("value") {
            continue;
        }
        match path.as_deref() {
            Some("members") => cut(value, room),
            Some(_) => {}
            None => {
                let members = value.as_object_mut().into_iter().flatten();
                for (name, value) in members {
                    if name.eq_ignore_ascii_case("members") {
                        cut(value, room);
                    }
                }
            }
        }
    }
}

/// Whom the older dialect takes out of a group stays in the list.
fn cut(members: &mut Value, room: &mut usize) {
    let Some(members) = members.as_array_mut() else {
        return;
    };
    members.retain(|one| {
        let goes = member(one, "operation").and_then(Value::as_str) == Some("delete");
        let stays = goes || *room > 0;
        if !goes {
            *room = room.saturating_sub(1);
        }
        stays
    });
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let mut members = value.as_object()?.iter();
    let (_, value) = members.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some(value)
}
