//! Writes to the values of a multi-valued attribute.

use serde_json::{Map, Value};

use crate::scim::error::ScimError;
use crate::scim::filter::{Filter, same};
use crate::scim::path::{Located, PatchPath, key_of, member};
use crate::scim::schema::{Attribute, AttributeType, Mutability};

use super::Place;
use super::known::Known;
use super::object::immutable;
use super::operation::Verb;
use super::value::{Rules, is_nothing, without_nulls};
use super::write::{merge, part};

/// Writes to all values or to those that a filter picks, and sees to it that one at most stays primary.
pub(super) fn write(
    list: &mut Vec<Value>,
    place: &Place<'_>,
    (rules, verb, value): (Rules<'_>, Verb, &Value),
) -> Result<(), ScimError> {
    let Located { attribute, sub, .. } = place.located;
    let written = match (&place.path.filter, sub) {
        (None, None) => {
            let text = place.path.to_string();
            let new = rules.many(attribute, (&text, value))?;
            if verb == Verb::Replace && !means_add(attribute, &new, rules) {
                list.clear();
            }
            join_all(list, attribute, new)
        }
        (filter, _) => {
            let new = match sub {
                Some(sub) => {
                    let new = part(rules, sub, (place.path, value))?;
                    Value::Object(Map::from_iter([(sub.name.clone(), new)]))
                }
                None => rules.one(attribute, (&place.path.to_string(), value))?,
            };
            let picked = picked(list, attribute, filter.as_ref());
            if picked.is_empty() {
                create(list, place, (rules, new))?
            } else {
                for index in &picked {
                    if let Some(old) = list.get_mut(*index) {
                        overwrite(old, place, (verb, &new))?;
                    }
                }
                picked
            }
        }
    };
    settle_primary(list, &written, place.path)?;
    list.retain(|value| !is_nothing(value));
    Ok(())
}

/// Entra replaces the members of a group with a single one and means to add it.
fn means_add(attribute: &Attribute, new: &[Value], rules: Rules<'_>) -> bool {
    let is_reference = attribute.sub_attribute("$ref").is_some();
    rules.profile.single_member_replace_adds && is_reference && new.len() == 1
}

/// The positions of the values that the filter picks; of all, if there is none.
pub(super) fn picked(list: &[Value], attribute: &Attribute, filter: Option<&Filter>) -> Vec<usize> {
    let values = list.iter().enumerate();
    values
        .filter(|(_, value)| filter.is_none_or(|filter| filter.matches_value(value, attribute)))
        .map(|(index, _)| index)
        .collect()
}

/// Puts values into the list; returns their positions.
fn join_all(list: &mut Vec<Value>, attribute: &Attribute, new: Vec<Value>) -> Vec<usize> {
    // To look for one value is cheaper than to note them all.
    let mut known = (new.len() > 1).then(|| Known::of(attribute, list));
    let mut written = Vec::with_capacity(new.len());
    for value in new {
        let is_it = |place: &usize| {
            list.get(*place)
                .is_some_and(|old| is_same(attribute, old, &value))
        };
        let place = match &known {
            Some(known) => known.like(attribute, &value).iter().copied().find(is_it),
            None => (0..list.len()).find(is_it),
        };
        if let (None, Some(known)) = (place, &mut known) {
            known.note(attribute, &value, list.len());
        }
        written.push(join(list, attribute, (place, value)));
    }
    written
}

/// Puts a value into the list, unless it is at a place there: then only what it says anew is written.
fn join(
    list: &mut Vec<Value>,
    attribute: &Attribute,
    (place, new): (Option<usize>, Value),
) -> usize {
    let Some(index) = place else {
        list.push(new);
        return list.len() - 1;
    };
    if let (Some(Value::Object(old)), Value::Object(new)) = (list.get_mut(index), new) {
        for (name, value) in new {
            let key = key_of(old, &name);
            let is_fixed = attribute
                .sub_attribute(&name)
                .is_some_and(|sub| sub.mutability == Mutability::Immutable);
            if !(is_fixed && old.contains_key(&key)) {
                old.insert(key, value);
            }
        }
    }
    index
}

/// Whether two values are one: a reference is known by its `value`, others by `value` and `type`.
pub(super) fn is_same(attribute: &Attribute, left: &Value, right: &Value) -> bool {
    if attribute.kind != AttributeType::Complex {
        return same(attribute.into(), left, right);
    }
    let agree = |name: &str| {
        let sub = attribute.sub_attribute(name);
        match (member(left, name), member(right, name)) {
            (Some(left), Some(right)) => match sub {
                Some(sub) => same(sub.into(), left, right),
                None => left == right,
            },
            (None, None) => true,
            _ => false,
        }
    };
    if member(left, "value").is_none() {
        return left == right;
    }
    let is_reference = attribute.sub_attribute("$ref").is_some();
    agree("value") && (is_reference || agree("type"))
}

/// `replace` puts the new value in place of the old; a sub-attribute, or an `add`, changes only what it names.
fn overwrite(
    old: &mut Value,
    place: &Place<'_>,
    (verb, new): (Verb, &Value),
) -> Result<(), ScimError> {
    let Located { attribute, sub, .. } = place.located;
    let is_whole = sub.is_none() && verb == Verb::Replace;
    match (old, new) {
        (Value::Object(old), Value::Object(new)) if !is_whole => {
            merge(old, attribute, (place.path, new.clone()))
        }
        (old, new) => {
            let mut new = without_nulls(new.clone());
            for fixed in &attribute.sub_attributes {
                let Some(before) = member(old, &fixed.name) else {
                    continue;
                };
                if fixed.mutability != Mutability::Immutable {
                    continue;
                }
                let after = member(&new, &fixed.name);
                if after.is_some_and(|after| !same(fixed.into(), before, after)) {
                    return Err(immutable(place.path, fixed));
                }
                // What was set once stays with the value, also where the new one does not repeat it.
                if let Value::Object(new) = &mut new {
                    new.insert(fixed.name.clone(), before.clone());
                }
            }
            *old = new;
            Ok(())
        }
    }
}

/// No value was picked: Entra expects that one comes to be which the filter picks.
fn create(
    list: &mut Vec<Value>,
    place: &Place<'_>,
    (rules, new): (Rules<'_>, Value),
) -> Result<Vec<usize>, ScimError> {
    let attribute = place.located.attribute;
    let no_target = || ScimError::no_target(format!("{} finds no value", place.path));
    if !rules.profile.filtered_path_creates || attribute.kind != AttributeType::Complex {
        return Err(no_target());
    }
    let mut made = Map::new();
    if let Some(filter) = &place.path.filter {
        for (path, value) in filter.equalities().ok_or_else(no_target)? {
            let sub = attribute.part(&path.name).ok_or_else(no_target)?;
            let value = part(rules, sub, (place.path, &value))?;
            made.insert(sub.name.clone(), value);
        }
    }
    // What is written in vain, as an empty number is, does not make a value.
    let says_nothing = |value: &Value| value.is_null() || value.as_str() == Some("");
    match new {
        Value::Object(members) if !members.values().all(says_nothing) => made.extend(members),
        _ => return Ok(Vec::new()),
    }
    let made = without_nulls(Value::Object(made));
    Ok(join_all(list, attribute, vec![made]))
}

/// A value that becomes primary takes that from the one that was,
/// [RFC 7644 section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2).
fn settle_primary(
    list: &mut [Value],
    written: &[usize],
    path: &PatchPath,
) -> Result<(), ScimError> {
    let is_primary = |value: &Value| member(value, "primary") == Some(&Value::Bool(true));
    let mut chosen = None;
    for index in written {
        if chosen != Some(*index) && list.get(*index).is_some_and(is_primary) {
            if chosen.is_some() {
                let detail = format!("{path}: at most one value may be primary");
                return Err(ScimError::invalid_value(detail));
            }
            chosen = Some(*index);
        }
    }
    if chosen.is_none() {
        return Ok(());
    }
    for (index, value) in list.iter_mut().enumerate() {
        if Some(index) != chosen
            && is_primary(value)
            && let Value::Object(members) = value
        {
            members.insert(key_of(members, "primary"), Value::Bool(false));
        }
    }
    Ok(())
}
