//! Bodies whose keys are paths: `name.givenName`, or an attribute behind the URN of its schema.

use serde_json::{Map, Value};

use super::extension_of;
use crate::profile::Profile;
use crate::scim::error::ScimError;
use crate::scim::path::{AttributePath, Located, Target};
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
    let mut plain = Map::with_capacity(body.len());
    for (key, value) in body {
        let place = |located: Located<'_>| {
            let urn = located.extension.map(|one| one.schema.id.clone());
            let sub = located.sub.map(|sub| sub.name.clone());
            let steps = [urn, Some(located.attribute.name.clone()), sub];
            steps.into_iter().flatten().collect::<Vec<_>>()
        };
        let path = AttributePath::parse(&key);
        let target = path.ok().and_then(|path| match path.target(resource_type) {
            Some(Target::Attribute(located)) if is_path(resource_type, &key) => {
                Some(place(located))
            }
            _ => None,
        });
        let steps = target.unwrap_or_else(|| vec![key.clone()]);
        put(&mut plain, &steps, value, profile)
            .map_err(|()| ScimError::invalid_syntax(format!("{key} is named twice")))?;
    }
    Ok(plain)
}

fn is_path(resource_type: &ResourceType, key: &str) -> bool {
    key.contains(['.', ':']) && extension_of(resource_type, key).is_none()
}

/// Puts a value where the steps lead; what is there already is a repetition, unless both are objects.
fn put(
    object: &mut Map<String, Value>,
    steps: &[String],
    value: Value,
    profile: &Profile,
) -> Result<(), ()> {
    let [first, rest @ ..] = steps else {
        return Err(());
    };
    let mut keys = object.keys();
    let key = keys
        .find(|key| key.eq_ignore_ascii_case(first))
        .unwrap_or(first)
        .clone();
    if !rest.is_empty() {
        let inner = object.entry(key).or_insert_with(|| Map::new().into());
        if inner.is_null() {
            *inner = Map::new().into();
        }
        return match inner {
            Value::Object(inner) => put(inner, rest, value, profile),
            _ => Err(()),
        };
    }
    match (object.get_mut(&key), value) {
        (Some(Value::Object(old)), Value::Object(new)) => new
            .into_iter()
            .try_for_each(|(name, value)| put(old, &[name], value, profile)),
        (Some(Value::Null) | None, value) => {
            object.insert(key, value);
            Ok(())
        }
        (Some(_), Value::Null) => Ok(()),
        (Some(old), value) if profile.repeated_names => {
            *old = value;
            Ok(())
        }
        (Some(_), _) => Err(()),
    }
}
