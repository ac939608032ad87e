//! Bodies whose keys are paths: `name.givenName`, or an attribute behind the URN of its schema.

use serde_json::{Map, Value};

use super::{extension_of, twice};
use crate::profile::Profile;
use crate::scim::error::ScimError;
use crate::scim::path::{AttributePath, Located, Target, key_of};
use crate::scim::schema::ResourceType;

/// The same body with every value under the plain names that its key spells out.
pub(super) fn spread(
    resource_type: &ResourceType,
    body: Map<String, Value>,
    profile: &Profile,
) -> Result<Map<String, Value>, ScimError> {
    if !body.keys().any(|key| is_path(resource_type, key)) {
        return Ok(body);
    }
    let (paths, mut plain): (Map<_, _>, Map<_, _>) = body
        .into_iter()
        .partition(|(key, _)| is_path(resource_type, key));
    for (key, value) in paths {
        match AttributePath::parse(&key)
            .ok()
            .map(|path| path.target(resource_type))
        {
            Some(Some(Target::Attribute(located))) => {
                let is_new = put(&mut plain, &steps(located), value);
                if !is_new && !profile.repeated_names {
                    return Err(twice(&key));
                }
            }
            _ => {
                plain.insert(key, value);
            }
        }
    }
    Ok(plain)
}

fn is_path(resource_type: &ResourceType, key: &str) -> bool {
    key.contains(['.', ':']) && extension_of(resource_type, key).is_none()
}

/// The names that lead to an attribute from the resource on.
fn steps(located: Located<'_>) -> Vec<&str> {
    let urn = located.extension.map(|one| one.schema.id.as_str());
    let sub = located.sub.map(|sub| sub.name.as_str());
    let steps = [urn, Some(&located.attribute.name), sub];
    steps.into_iter().flatten().collect()
}

/// Puts a value where the steps lead; false if there was one.
fn put(object: &mut Map<String, Value>, steps: &[&str], value: Value) -> bool {
    let [first, rest @ ..] = steps else {
        return false;
    };
    let key = key_of(object, first);
    if rest.is_empty() {
        let before = object.insert(key, value);
        return before.is_none_or(|before| before.is_null());
    }
    let inner = object.entry(key).or_insert(Value::Null);
    if inner.is_null() {
        *inner = Value::Object(Map::new());
    }
    match inner {
        Value::Object(inner) => put(inner, rest, value),
        // A list, or what is no complex value: that it is of the wrong form is told where it is accepted.
        _ => true,
    }
}
