//! `remove`, [RFC 7644 section 3.5.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.2).

use serde_json::{Map, Value};

use crate::scim::error::ScimError;
use crate::scim::path::{Located, key_of, member};
use crate::scim::schema::{Attribute, Mutability};

use super::known::Known;
use super::object::{immutable, set, with_object, with_values};
use super::value::{Rules, is_nothing};
use super::values::{is_same, picked};
use super::{Place, required};

/// Takes an attribute, some of its values or a sub-attribute out of `container`.
pub(super) fn remove(
    container: &mut Map<String, Value>,
    place: &Place<'_>,
    (rules, value): (Rules<'_>, &Value),
) -> Result<(), ScimError> {
    let Located { attribute, sub, .. } = place.located;
    let is_there = container
        .get(&key_of(container, &attribute.name))
        .is_some_and(|value| !value.is_null());
    if attribute.mutability == Mutability::Immutable && is_there {
        return Err(immutable(place.path, attribute));
    }
    if attribute.multi_valued {
        return with_values(container, &attribute.name, |list| {
            let was_empty = list.is_empty();
            remove_values(list, place, (rules, value))?;
            if attribute.required && list.is_empty() && !was_empty {
                return Err(required(place.path));
            }
            Ok(())
        });
    }
    match sub {
        None => set(container, attribute, (place.path, Value::Null)),
        Some(sub) => with_object(container, &attribute.name, |inner| {
            set(inner, sub, (place.path, Value::Null))
        }),
    }
}

fn remove_values(
    list: &mut Vec<Value>,
    place: &Place<'_>,
    (rules, value): (Rules<'_>, &Value),
) -> Result<(), ScimError> {
    let Located { attribute, sub, .. } = place.located;
    let filter = place.path.filter.as_ref();
    // By the RFC a remove has no value, and then all go. Entra and others send the values they mean.
    if filter.is_none() && sub.is_none() && rules.profile.remove_by_value_list && !value.is_null() {
        let unwanted = rules.many(attribute, (&place.path.to_string(), value))?;
        let known = Known::of(attribute, &unwanted);
        list.retain(|old| {
            let like = known.like(attribute, old).iter().chain(known.others());
            let mut meant = like.filter_map(|place| unwanted.get(*place));
            !meant.any(|unwanted| is_meant(attribute, old, unwanted))
        });
        return Ok(());
    }
    let picked = picked(list, attribute, filter);
    // Clients take it for done if the value is gone already.
    if picked.is_empty() && filter.is_some() && !rules.profile.remove_without_match {
        return Err(ScimError::no_target(format!(
            "{} finds no value",
            place.path
        )));
    }
    let mut index = 0;
    let mut outcome = Ok(());
    list.retain_mut(|value| {
        let is_picked = picked.binary_search(&index).is_ok();
        index += 1;
        match (is_picked, sub, value) {
            (false, _, _) => true,
            (true, Some(sub), value) => {
                if let Value::Object(members) = value
                    && let Err(error) = set(members, sub, (place.path, Value::Null))
                {
                    outcome = Err(error);
                }
                !is_nothing(value)
            }
            (true, None, _) => false,
        }
    });
    outcome
}

/// Whether a value in the list is the one that a client describes, who may leave the `type` out.
fn is_meant(attribute: &Attribute, old: &Value, described: &Value) -> bool {
    if is_same(attribute, old, described) {
        return true;
    }
    let Some(described) = described.as_object() else {
        return false;
    };
    !described.is_empty()
        && described
            .iter()
            .all(|(name, wanted)| match attribute.sub_attribute(name) {
                Some(sub) => member(old, name)
                    .is_some_and(|found| crate::scim::filter::same(sub.into(), found, wanted)),
                None => member(old, name) == Some(wanted),
            })
}
