//! Changes a member of an object in its place, so that members keep their order.

use serde_json::{Map, Value};

use crate::scim::error::ScimError;
use crate::scim::filter::same;
use crate::scim::path::{PatchPath, key_of};
use crate::scim::schema::{Attribute, Mutability};

use super::required;

/// Changes the object below `name`: made if it is missing, taken out if it ends empty.
pub(super) fn with_object<T>(
    object: &mut Map<String, Value>,
    name: &str,
    change: impl FnOnce(&mut Map<String, Value>) -> Result<T, ScimError>,
) -> Result<T, ScimError> {
    let key = key_of(object, name);
    let mut inner = match object.get_mut(&key).map(Value::take) {
        Some(Value::Object(inner)) => inner,
        _ => Map::new(),
    };
    let result = change(&mut inner)?;
    if inner.is_empty() {
        object.shift_remove(&key);
    } else {
        object.insert(key, Value::Object(inner));
    }
    Ok(result)
}

/// Changes the array below `name`: made if it is missing, taken out if it ends empty.
pub(super) fn with_values(
    object: &mut Map<String, Value>,
    name: &str,
    change: impl FnOnce(&mut Vec<Value>) -> Result<(), ScimError>,
) -> Result<(), ScimError> {
    let key = key_of(object, name);
    let mut values = match object.get_mut(&key).map(Value::take) {
        Some(Value::Array(values)) => values,
        None | Some(Value::Null) => Vec::new(),
        Some(one) => vec![one],
    };
    change(&mut values)?;
    if values.is_empty() {
        object.shift_remove(&key);
    } else {
        object.insert(key, Value::Array(values));
    }
    Ok(())
}

/// Sets a member as far as its mutability allows; null takes it out.
pub(super) fn set(
    object: &mut Map<String, Value>,
    attribute: &Attribute,
    (path, new): (&PatchPath, Value),
) -> Result<(), ScimError> {
    let key = key_of(object, &attribute.name);
    let old = object.get(&key).filter(|old| !old.is_null());
    if old == Some(&new) || (old.is_none() && new.is_null()) {
        return Ok(());
    }
    if attribute.mutability == Mutability::Immutable
        && let Some(old) = old
    {
        return if same(attribute.into(), old, &new) {
            Ok(())
        } else {
            Err(immutable(path, attribute))
        };
    }
    if !new.is_null() {
        object.insert(key, new);
    } else if attribute.required {
        return Err(required(path));
    } else {
        object.shift_remove(&key);
    }
    Ok(())
}

pub(super) fn immutable(path: &PatchPath, attribute: &Attribute) -> ScimError {
    let name = &attribute.name;
    ScimError::mutability(format!("{path}: {name} was set once and cannot be changed"))
}

/// After a reference has come to point elsewhere: takes out what described the old target, unless it was written too.
pub(super) fn forget_old_target(
    object: &mut Map<String, Value>,
    attribute: &Attribute,
    written: &[&str],
) {
    object.retain(|key, _| {
        let describes = attribute
            .sub_attribute(key)
            .is_some_and(|sub| sub.name == "$ref" || sub.mutability == Mutability::ReadOnly);
        !describes || written.iter().any(|name| name.eq_ignore_ascii_case(key))
    });
}
