//! Finds the values of a list by what they are known by, so that long lists do not cost their square.

use std::collections::HashMap;

use serde_json::Value;

use crate::scim::filter::folded;
use crate::scim::path::member;
use crate::scim::schema::{Attribute, AttributeType};

/// Where the values of a list stand, by their `value`, or by themselves if they are simple.
#[derive(Debug, Default)]
pub(super) struct Known {
    places: HashMap<String, Vec<usize>>,
    /// Those that are not known by a text.
    others: Vec<usize>,
}

impl Known {
    pub(super) fn of(attribute: &Attribute, list: &[Value]) -> Self {
        let mut known = Self::default();
        for (place, value) in list.iter().enumerate() {
            known.note(attribute, value, place);
        }
        known
    }

    /// Notes where a value stands.
    pub(super) fn note(&mut self, attribute: &Attribute, value: &Value, place: usize) {
        match name_of(attribute, value) {
            Some(name) => self.places.entry(name).or_default().push(place),
            None => self.others.push(place),
        }
    }

    /// The places of the values that may be the same as that one.
    pub(super) fn like(&self, attribute: &Attribute, value: &Value) -> &[usize] {
        match name_of(attribute, value) {
            Some(name) => self.places.get(&name).map_or(&[], Vec::as_slice),
            None => &self.others,
        }
    }

    /// The places of the values that are not known by a text.
    pub(super) fn others(&self) -> &[usize] {
        &self.others
    }
}

/// The text that equal values share; nothing where equal values may be spelt in several ways.
fn name_of(attribute: &Attribute, value: &Value) -> Option<String> {
    let (attribute, value) = match attribute.kind {
        AttributeType::Complex => (attribute.sub_attribute("value")?, member(value, "value")?),
        _ => (attribute, value),
    };
    let is_text = matches!(
        attribute.kind,
        AttributeType::String | AttributeType::Reference | AttributeType::Binary
    );
    let text = value.as_str().filter(|_| is_text)?;
    Some(folded(attribute.into(), text).into_owned())
}
