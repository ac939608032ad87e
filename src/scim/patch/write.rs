//! `add` and `replace`, [RFC 7644 sections 3.5.2.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.1) and 3.5.2.3.

use serde_json::{Map, Value};

use crate::scim::error::ScimError;
use crate::scim::path::{Located, PatchPath, key_of};
use crate::scim::resource::matches;
use crate::scim::schema::{Attribute, AttributeType, Mutability};

use super::object::{forget_old_target, immutable, set, with_object, with_values};
use super::operation::Verb;
use super::value::Rules;
use super::{Place, required, values};

/// Writes to one attribute of `container`, which is a resource or an extension of one.
pub(super) fn write(
    container: &mut Map<String, Value>,
    place: &Place<'_>,
    (rules, verb, value): (Rules<'_>, Verb, &Value),
) -> Result<(), ScimError> {
    let Located { attribute, sub, .. } = place.located;
    if attribute.mutability == Mutability::Immutable {
        return write_once(container, place, (rules, verb, value));
    }
    if attribute.multi_valued {
        with_values(container, &attribute.name, |list| {
            let was_empty = list.is_empty();
            values::write(list, place, (rules, verb, value))?;
            if attribute.required && list.is_empty() && !was_empty {
                return Err(required(place.path));
            }
            Ok(())
        })
    } else if let Some(sub) = sub {
        write_part(container, place, (rules, sub, value))
    } else {
        let text = place.path.to_string();
        let new = rules.one(attribute, (&text, value))?;
        if attribute.kind == AttributeType::Complex {
            write_complex(container, place, (rules, new))
        } else {
            set(container, attribute, (place.path, new))
        }
    }
}

/// Writes as if the attribute could change, and then refuses if it did.
fn write_once(
    container: &mut Map<String, Value>,
    place: &Place<'_>,
    what: (Rules<'_>, Verb, &Value),
) -> Result<(), ScimError> {
    let changeable = Attribute {
        mutability: Mutability::ReadWrite,
        ..place.located.attribute.clone()
    };
    let key = key_of(container, &changeable.name);
    let old = container.get(&key).cloned().filter(|old| !old.is_null());
    let located = Located {
        attribute: &changeable,
        ..place.located
    };
    let path = place.path;
    write(container, &Place { located, path }, what)?;
    let Some(old) = old else {
        return Ok(());
    };
    match container.get_mut(&key) {
        Some(new) if matches(&changeable, &old, new) => {
            *new = old;
            Ok(())
        }
        _ => Err(immutable(path, &changeable)),
    }
}

/// Sub-attributes that are not written stay as they are.
fn write_complex(
    container: &mut Map<String, Value>,
    place: &Place<'_>,
    (rules, new): (Rules<'_>, Value),
) -> Result<(), ScimError> {
    let attribute = place.located.attribute;
    match new {
        new if rules.clears(attribute, &new) => {
            set(container, attribute, (place.path, Value::Null))
        }
        Value::Object(members) => with_object(container, &attribute.name, |inner| {
            merge(inner, attribute, (place.path, members))
        }),
        _ => set(container, attribute, (place.path, Value::Null)),
    }
}

fn write_part(
    container: &mut Map<String, Value>,
    place: &Place<'_>,
    (rules, sub, value): (Rules<'_>, &Attribute, &Value),
) -> Result<(), ScimError> {
    let attribute = place.located.attribute;
    let new = part(rules, sub, (place.path, value))?;
    if sub.name == "value" && rules.clears(attribute, &new) {
        return set(container, attribute, (place.path, Value::Null));
    }
    let mut members = Map::new();
    members.insert(sub.name.clone(), new);
    with_object(container, &attribute.name, |inner| {
        merge(inner, attribute, (place.path, members))
    })
}

/// The value of a sub-attribute in its form.
pub(super) fn part(
    rules: Rules<'_>,
    sub: &Attribute,
    (path, value): (&PatchPath, &Value),
) -> Result<Value, ScimError> {
    let text = path.to_string();
    if sub.multi_valued {
        Ok(Value::Array(rules.many(sub, (&text, value))?))
    } else {
        rules.one(sub, (&text, value))
    }
}

/// Writes the given sub-attributes of one complex value.
pub(super) fn merge(
    object: &mut Map<String, Value>,
    attribute: &Attribute,
    (path, members): (&PatchPath, Map<String, Value>),
) -> Result<(), ScimError> {
    let target = |object: &Map<String, Value>| object.get(&key_of(object, "value")).cloned();
    let old = target(object);
    let written: Vec<_> = members.keys().cloned().collect();
    for (name, value) in members {
        match attribute.part(&name) {
            Some(sub) => set(object, sub, (path, value))?,
            None if value.is_null() => {
                object.shift_remove(&name);
            }
            None => {
                object.insert(name, value);
            }
        }
    }
    if attribute.sub_attribute("$ref").is_some() && old.is_some() && old != target(object) {
        let written: Vec<_> = written.iter().map(String::as_str).collect();
        forget_old_target(object, attribute, &written);
    }
    Ok(())
}
