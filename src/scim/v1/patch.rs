//! PATCH by a partial resource, [SCIM 1.1 section 3.3.2](https://datatracker.ietf.org/doc/html/draft-scim-api-01#section-3.3.2).

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::body::{members, parts};
use super::{Known, Part, Shape, attributes_of, unknown};
use crate::profile::{PatchMembers, Profile};
use crate::scim::error::ScimError;

/// What a partial resource makes of a resource: first it loses what `meta.attributes` names, then the rest is merged.
///
/// What only SCIM 2.0 knows of the resource stays.
///
/// # Errors
///
/// 400 for what has not the form it must have, and for more members than one request may carry.
///
/// # Examples
///
/// ```
/// # use goto_double::{profile::Profile, scim::v1::{USER, patch}};
/// # use serde_json::json;
/// let before = json!({ "userName": "a@main.com", "name": { "givenName": "Ada" }, "locale": "de_DE" });
/// let partial = json!({ "name": { "familyName": "Lovelace" }, "meta": { "attributes": ["locale"] } });
/// let after = patch::patched(&USER, &before, partial, &Profile::default()).unwrap();
/// assert_eq!(after, json!({ "userName": "a@main.com", "name": { "givenName": "Ada", "familyName": "Lovelace" } }));
/// ```
pub fn patched(
    shape: &Shape,
    before: &Value,
    body: Value,
    profile: &Profile,
) -> Result<Value, ScimError> {
    let mut after = attributes_of(before);
    let cleared = cleared(shape, &body, profile)?;
    for (part, sub) in &cleared {
        clear(&mut after, part, *sub);
    }
    for (known, value) in members(shape, body, profile)? {
        match known {
            Known::Attribute(part) if part.name == "members" => {
                let is_cleared = cleared.iter().any(|(cleared, _)| cleared.name == part.name);
                merge_members(&mut after, part, (value, is_cleared), profile)?;
            }
            Known::Attribute(part) => merge(&mut after, part, parts(part, value, profile)?),
            Known::WriteOnly(name) => {
                after.insert(name.into(), value);
            }
            Known::ReadOnly => {}
        }
    }
    Ok(Value::Object(after))
}

/// What `meta.attributes` names, sub-attributes with a dot.
fn cleared(
    shape: &Shape,
    body: &Value,
    profile: &Profile,
) -> Result<Vec<(&'static Part, Option<&'static str>)>, ScimError> {
    let named = match field(body, "meta").and_then(|meta| field(meta, "attributes")) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(named)) => named,
        Some(_) => return Err(not_names()),
    };
    let mut found = Vec::with_capacity(named.len());
    for path in named {
        let path = path.as_str().ok_or_else(not_names)?;
        let (name, sub) = match path.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (path, None),
        };
        match (shape.known(name), sub) {
            (Some(Known::Attribute(part)), None) => found.push((part, None)),
            (Some(Known::Attribute(part)), Some(sub)) if part.sub(sub).is_some() => {
                found.push((part, part.sub(sub)));
            }
            (Some(Known::WriteOnly(_) | Known::ReadOnly), _) => {
                let detail = format!("meta.attributes: {path} cannot be cleared");
                return Err(ScimError::invalid_value(detail));
            }
            _ => unknown(path, profile)?,
        }
    }
    Ok(found)
}

fn not_names() -> ScimError {
    ScimError::invalid_syntax("meta.attributes must be an array of names")
}

fn clear(resource: &mut Map<String, Value>, part: &Part, sub: Option<&str>) {
    match (sub, resource.get_mut(part.name)) {
        (None, _) => {
            resource.shift_remove(part.name);
        }
        (Some(sub), Some(Value::Object(inner))) => {
            inner.shift_remove(sub);
        }
        (Some(_), _) => {}
    }
}

/// A complex attribute is merged, any other replaced; one without a value is taken away.
fn merge(resource: &mut Map<String, Value>, part: &Part, value: Value) {
    match (value, resource.get_mut(part.name)) {
        (Value::Object(sent), Some(Value::Object(there))) => there.extend(sent),
        (Value::Null, _) => {
            resource.shift_remove(part.name);
        }
        (value, _) => {
            resource.insert(part.name.into(), value);
        }
    }
}

/// Values are matched by their `value`: a new one joins, one marked `"operation": "delete"` leaves.
///
/// A mark to leave is ignored where the list was just cleared.
fn merge_members(
    resource: &mut Map<String, Value>,
    part: &'static Part,
    (value, is_cleared): (Value, bool),
    profile: &Profile,
) -> Result<(), ScimError> {
    let values = match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values,
        _ => return Err(ScimError::invalid_value("members must be an array")),
    };
    let (mut joining, mut leaving) = (Vec::new(), HashSet::new());
    for mut value in values {
        let leaves = is_marked(&mut value)?;
        let Value::Array(settled) = parts(part, json!([value]), profile)? else {
            continue;
        };
        for member in settled {
            match member.get("value").and_then(Value::as_str) {
                Some(id) if leaves => {
                    leaving.insert(id.to_owned());
                }
                _ => joining.push(member),
            }
        }
    }
    let replaces = profile.identity_patch_members == PatchMembers::Replace;
    let mut members = match resource.shift_remove(part.name) {
        Some(Value::Array(members)) if !replaces => members,
        _ => Vec::new(),
    };
    if !is_cleared {
        members.retain(|member| !id_of(member).is_some_and(|id| leaving.contains(id)));
    }
    let there: HashSet<String> = members.iter().filter_map(id_of).map(String::from).collect();
    let is_new = |member: &Value| !id_of(member).is_some_and(|id| there.contains(id));
    members.extend(joining.into_iter().filter(is_new));
    resource.insert(part.name.into(), Value::Array(members));
    Ok(())
}

/// Whether a value is marked to leave; the mark itself is taken off.
fn is_marked(value: &mut Value) -> Result<bool, ScimError> {
    let Some(members) = value.as_object_mut() else {
        return Ok(false);
    };
    let mark = members
        .keys()
        .find(|key| key.eq_ignore_ascii_case("operation"))
        .cloned();
    match mark.and_then(|key| members.shift_remove(&key)) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::String(word)) if word.eq_ignore_ascii_case("delete") => Ok(true),
        Some(_) => Err(ScimError::invalid_value(
            "members.operation can be nothing but delete",
        )),
    }
}

fn id_of(member: &Value) -> Option<&str> {
    member.get("value")?.as_str()
}

fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let mut members = value.as_object()?.iter();
    let found = members.find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::super::{GROUP, USER};
    use super::*;

    fn guides() -> Value {
        json!({ "displayName": "Guides", "members": [
            { "value": "1", "type": "User", "$ref": "x" }, { "value": "2", "type": "User", "$ref": "y" },
        ] })
    }

    #[track_caller]
    fn check_members(profile: &Profile, partial: Value, expected: &[&str]) {
        let shown = partial.to_string();
        let after = patched(&GROUP, &guides(), partial, profile).unwrap();
        let members = after["members"].as_array().cloned().unwrap_or_default();
        let ids: Vec<_> = members.iter().filter_map(id_of).collect();
        assert_eq!(ids, expected, "{shown}");
    }

    #[test]
    fn members_join_and_leave() {
        let profile = Profile::default();
        check_members(
            &profile,
            json!({ "members": [{ "value": "3" }] }),
            &["1", "2", "3"],
        );
        check_members(
            &profile,
            json!({ "members": [{ "value": "2" }] }),
            &["1", "2"],
        );
        let one_leaves =
            json!({ "members": [{ "value": "1", "operation": "delete" }, { "value": "3" }] });
        check_members(&profile, one_leaves, &["2", "3"]);
        let nobody_leaves = json!({ "members": [{ "value": "9", "operation": "delete" }] });
        check_members(&profile, nobody_leaves, &["1", "2"]);
        check_members(&profile, json!({ "members": [] }), &["1", "2"]);
        check_members(
            &profile,
            json!({ "meta": { "attributes": ["members"] } }),
            &[],
        );
        let renewed =
            json!({ "members": [{ "value": "3" }], "meta": { "attributes": ["members"] } });
        check_members(&profile, renewed, &["3"]);
    }

    #[test]
    fn members_take_the_place_of_others_where_the_profile_says_so() {
        let profile = Profile {
            identity_patch_members: PatchMembers::Replace,
            ..Profile::default()
        };
        check_members(&profile, json!({ "members": [{ "value": "3" }] }), &["3"]);
        check_members(&profile, json!({ "members": [] }), &[]);
        check_members(&profile, json!({ "displayName": "Scouts" }), &["1", "2"]);
    }

    #[test]
    fn members_that_stay_keep_what_the_store_knows_of_them() {
        let partial = json!({ "members": [{ "value": "1", "type": "user" }] });
        let after = patched(&GROUP, &guides(), partial, &Profile::default()).unwrap();
        assert_eq!(after, guides());
    }

    #[test]
    fn names_to_clear_are_checked() {
        let clearing = |names: Value| {
            let partial = json!({ "meta": { "attributes": names } });
            let before = json!({ "userName": "a@main.com", "name": { "givenName": "A", "familyName": "B" } });
            patched(&USER, &before, partial, &Profile::default())
        };
        let after = clearing(json!(["NAME.givenname", "shoeSize"])).unwrap();
        assert_eq!(after["name"], json!({ "familyName": "B" }));
        assert!(clearing(json!("name")).is_err());
        assert!(clearing(json!([7])).is_err());
        assert!(clearing(json!(["id"])).is_err());
        assert!(clearing(json!(["password"])).is_err());
    }

    #[test]
    fn mark_that_means_nothing_is_refused() {
        let partial = json!({ "members": [{ "value": "1", "operation": "add" }] });
        assert!(patched(&GROUP, &guides(), partial, &Profile::default()).is_err());
        let partial = json!({ "members": { "value": "1" } });
        assert!(patched(&GROUP, &guides(), partial, &Profile::default()).is_err());
    }
}
