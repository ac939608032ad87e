//! Attributes that no two resources of a kind may share, [RFC 7643 section 2.2](https://www.rfc-editor.org/rfc/rfc7643#section-2.2).

use serde_json::{Map, Value};

use super::index::hash;
use crate::scim::resource_type::{Kind, fold_case};
use crate::scim::schema::{Attribute, AttributeType, Mutability, ResourceType, Uniqueness};

/// An attribute, or a part of a complex one, that no two resources of a kind may share.
#[derive(Debug)]
pub(super) struct Unique {
    /// What a refusal calls it.
    pub(super) path: String,
    /// The extension it is of.
    urn: Option<String>,
    name: String,
    sub: Option<String>,
    case_exact: bool,
}

impl Unique {
    /// Those of a resource type, without what has a rule of its own: `id`, and the names of users and groups.
    pub(super) fn all(resource_type: &ResourceType) -> Vec<Self> {
        let core = &resource_type.schema;
        let own = resource_type.extensions.iter();
        let extensions = own.map(|extension| (Some(&extension.schema.id), &extension.schema));
        let mut all = Vec::new();
        for (urn, schema) in std::iter::once((None, core)).chain(extensions) {
            for attribute in &schema.attributes {
                if !has_own_rule(resource_type, urn.map(String::as_str), attribute) {
                    Self::note(&mut all, urn, attribute);
                }
            }
        }
        all
    }

    fn note(all: &mut Vec<Self>, urn: Option<&String>, attribute: &Attribute) {
        let unique = |sub: Option<&Attribute>| {
            let base = match urn {
                Some(urn) => format!("{urn}:{}", attribute.name),
                None => attribute.name.clone(),
            };
            Self {
                path: sub.map_or(base.clone(), |sub| format!("{base}.{}", sub.name)),
                urn: urn.cloned(),
                name: attribute.name.clone(),
                sub: sub.map(|sub| sub.name.clone()),
                case_exact: sub.unwrap_or(attribute).case_exact,
            }
        };
        if attribute.kind == AttributeType::Complex {
            let parts = attribute.sub_attributes.iter().filter(|sub| counts(sub));
            all.extend(parts.map(|sub| unique(Some(sub))));
        } else if counts(attribute) {
            all.push(unique(None));
        }
    }

    /// The hashes of its values.
    pub(super) fn hashes(&self, attributes: &Map<String, Value>) -> Vec<u64> {
        let values = self.values(attributes).into_iter();
        values
            .map(|value| hash(&format!("{}={value}", self.path)))
            .collect()
    }

    /// Whether both have a value in common.
    pub(super) fn meets(&self, left: &Map<String, Value>, right: &Map<String, Value>) -> bool {
        let right = self.values(right);
        self.values(left).iter().any(|value| right.contains(value))
    }

    /// Its values, in the form in which equal ones are the same.
    fn values(&self, attributes: &Map<String, Value>) -> Vec<String> {
        let container = match &self.urn {
            Some(urn) => attributes.get(urn).and_then(Value::as_object),
            None => Some(attributes),
        };
        let Some(value) = container.and_then(|container| container.get(&self.name)) else {
            return Vec::new();
        };
        let several = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        several
            .iter()
            .filter_map(|value| match &self.sub {
                Some(sub) => value.get(sub),
                None => Some(value),
            })
            .filter_map(|value| match value {
                Value::String(text) if self.case_exact => Some(text.clone()),
                Value::String(text) => Some(fold_case(text)),
                Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
                Value::Null | Value::Array(_) | Value::Object(_) => None,
            })
            .collect()
    }
}

fn counts(attribute: &Attribute) -> bool {
    attribute.uniqueness != Uniqueness::None && attribute.mutability != Mutability::ReadOnly
}

fn has_own_rule(resource_type: &ResourceType, urn: Option<&str>, attribute: &Attribute) -> bool {
    let is_name = attribute.name == resource_type.naming
        && matches!(resource_type.kind, Kind::User | Kind::Group);
    urn.is_none() && (attribute.name == "id" || is_name)
}
