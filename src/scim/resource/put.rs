//! What a PUT leaves as it was, [RFC 7644 section 3.5.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.1).

use serde_json::{Map, Value};

use super::Accepted;
use super::place::Place;
use super::value::require;
use crate::scim::error::ScimError;
use crate::scim::filter::same;
use crate::scim::schema::{Attribute, AttributeType, Mutability, ResourceType};

impl Accepted {
    /// The same in the place of what was there: an immutable attribute stays what it is, and so does what the body
    /// leaves out that no client could repeat or should change by silence.
    ///
    /// The clause allows to clear, to keep or to default what is omitted. A suspended user must not come back by way
    /// of a changed title, and what is write-only cannot be read to be sent again.
    ///
    /// # Errors
    ///
    /// 400 `mutability` if an immutable attribute has another value already; 400 `invalidValue` if the body omits an
    /// extension that has one, and with it what that extension requires.
    pub fn in_place_of(
        mut self,
        resource_type: &ResourceType,
        before: &Value,
    ) -> Result<Self, ScimError> {
        let Value::Object(before) = before else {
            return Ok(self);
        };
        if let Some(active @ Value::Bool(_)) = before.get("active")
            && !self.attributes.contains_key("active")
        {
            self.attributes.insert("active".into(), active.clone());
        }
        settle(
            &resource_type.schema.attributes,
            &mut self.attributes,
            before,
        )?;
        for extension in &resource_type.extensions {
            let urn = &extension.schema.id;
            let Some(Value::Object(old)) = before.get(urn) else {
                continue;
            };
            let attributes = &extension.schema.attributes;
            if let Some(Value::Object(new)) = self.attributes.get_mut(urn) {
                settle(attributes, new, old)?;
                continue;
            }
            let mut kept = Map::new();
            settle(attributes, &mut kept, old)?;
            if !kept.is_empty() {
                // What was set once keeps the extension, and an extension has what it requires.
                require(attributes, &kept, Some(&Place::top(urn)))?;
                self.attributes.insert(urn.clone(), Value::Object(kept));
            }
        }
        Ok(self)
    }
}

/// Carries over what stays, and refuses another value of what is immutable.
fn settle(
    attributes: &[Attribute],
    new: &mut Map<String, Value>,
    old: &Map<String, Value>,
) -> Result<(), ScimError> {
    for attribute in attributes {
        let name = &attribute.name;
        match attribute.mutability {
            Mutability::ReadOnly => {}
            Mutability::Immutable => {
                let Some(old) = old.get(name) else {
                    continue;
                };
                if new
                    .get(name)
                    .is_some_and(|new| !matches(attribute, old, new))
                {
                    let detail = format!("{name} was set once and cannot be changed");
                    return Err(ScimError::mutability(detail));
                }
                new.insert(name.clone(), old.clone());
            }
            Mutability::WriteOnly => {
                if let Some(old) = old.get(name)
                    && !new.contains_key(name)
                {
                    new.insert(name.clone(), old.clone());
                }
            }
            // A list is replaced value by value, each with parts of its own.
            Mutability::ReadWrite if attribute.multi_valued => {}
            Mutability::ReadWrite => {
                if !attribute.sub_attributes.is_empty()
                    && let Some(Value::Object(old)) = old.get(name)
                    && let Some(Value::Object(new)) = new.get_mut(name)
                {
                    settle(&attribute.sub_attributes, new, old)?;
                }
            }
        }
    }
    Ok(())
}

/// Whether a value is what was set once, as the attribute compares values; a list may come in any order.
pub(in crate::scim) fn matches(attribute: &Attribute, old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Array(old), Value::Array(new)) => {
            let is_in = |one: &Value, all: &[Value]| {
                all.iter().any(|other| one_matches(attribute, one, other))
            };
            old.len() == new.len()
                && old.iter().all(|one| is_in(one, new))
                && new.iter().all(|one| is_in(one, old))
        }
        _ => one_matches(attribute, old, new),
    }
}

fn one_matches(attribute: &Attribute, old: &Value, new: &Value) -> bool {
    if attribute.kind != AttributeType::Complex {
        return same(attribute.into(), old, new);
    }
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return old == new;
    };
    // What only the server writes into it is not the client's to repeat.
    let is_clients = |name: &&String| {
        let sub = attribute.sub_attribute(name);
        sub.is_none_or(|sub| sub.mutability != Mutability::ReadOnly)
    };
    old.keys()
        .filter(is_clients)
        .all(|name| new.contains_key(name))
        && new.iter().all(
            |(name, new)| match (attribute.sub_attribute(name), old.get(name)) {
                (Some(sub), Some(old)) => matches(sub, old, new),
                (_, old) => old == Some(new),
            },
        )
}
