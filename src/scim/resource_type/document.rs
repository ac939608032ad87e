//! Reads Schema documents, [RFC 7643 section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7).

use super::mistake::Wrong;
use super::node::Node;
use crate::scim::path::AttributePath;
use crate::scim::schema::{Attribute, AttributeType, Mutability, Returned, Schema, Uniqueness};

/// The members of a Schema document.
const SCHEMA: &[&str] = &["schemas", "id", "name", "description", "attributes", "meta"];

/// The members of an attribute in it.
const ATTRIBUTE: &[&str] = &[
    "name",
    "type",
    "multiValued",
    "description",
    "required",
    "canonicalValues",
    "caseExact",
    "mutability",
    "returned",
    "uniqueness",
    "referenceTypes",
    "subAttributes",
];

const TYPES: &[&str] = &[
    "string",
    "boolean",
    "decimal",
    "integer",
    "dateTime",
    "binary",
    "reference",
    "complex",
];
const MUTABILITIES: &[&str] = &["readOnly", "readWrite", "immutable", "writeOnly"];
const RETURNED: &[&str] = &["always", "never", "default", "request"];
const UNIQUENESSES: &[&str] = &["none", "server", "global"];

/// Whether an attribute stands by itself or is a part of a complex one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Own,
    Part,
}

/// The schema of a document, as far as it can be read; `None` without an id.
pub(super) fn schema(node: &Node<'_>) -> Option<Schema> {
    node.only(SCHEMA);
    if !node.has("attributes") {
        node.wrong(Wrong::Missing("attributes"));
    }
    let attributes = attributes(&node.nodes("attributes"), Level::Own);
    let id = node.needed("id")?;
    if !is_urn(id) {
        node.wrong_at("id", Wrong::Urn(id.to_owned()));
    }
    let text = |key| node.text(key).unwrap_or_default().to_owned();
    Some(Schema {
        id: id.to_owned(),
        name: text("name"),
        description: text("description"),
        attributes,
    })
}

/// Whether a text can name a schema, alone and in front of an attribute's name.
fn is_urn(text: &str) -> bool {
    let is_urn = text
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    is_urn
        && text.chars().all(|c| c.is_ascii_graphic())
        && AttributePath::parse(text).is_ok_and(|path| path.sub.is_none())
        && AttributePath::parse(&format!("{text}:name")).is_ok()
}

fn attributes(nodes: &[Node<'_>], level: Level) -> Vec<Attribute> {
    let mut read: Vec<Attribute> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Some(attribute) = attribute(node, level) else {
            continue;
        };
        let same = |other: &&Attribute| other.name.eq_ignore_ascii_case(&attribute.name);
        if let Some(other) = read.iter().find(same) {
            let (name, by) = (attribute.name, format!("{} before it", other.name));
            node.wrong_at("name", Wrong::Taken { name, by });
            continue;
        }
        read.push(attribute);
    }
    read
}

fn attribute(node: &Node<'_>, level: Level) -> Option<Attribute> {
    node.only(ATTRIBUTE);
    let name = node.needed("name");
    if let Some(name) = name.filter(|name| !is_name(name, level)) {
        node.wrong_at("name", Wrong::AttributeName(name.to_owned()));
    }
    // What is not said is as RFC 7643 section 2.2 says it is then.
    let mutability = node.word("mutability", MUTABILITIES).unwrap_or_default();
    let unsaid = match mutability {
        Mutability::WriteOnly => Returned::Never,
        Mutability::ReadOnly | Mutability::ReadWrite | Mutability::Immutable => Returned::Default,
    };
    let attribute = Attribute {
        name: name?.to_owned(),
        kind: kind(node),
        multi_valued: node.flag("multiValued"),
        description: node.text("description").unwrap_or_default().to_owned(),
        required: node.flag("required"),
        canonical_values: node.texts("canonicalValues"),
        case_exact: node.flag("caseExact"),
        mutability,
        returned: node.word("returned", RETURNED).unwrap_or(unsaid),
        uniqueness: node.word("uniqueness", UNIQUENESSES).unwrap_or_default(),
        reference_types: node.texts("referenceTypes"),
        sub_attributes: attributes(&node.nodes("subAttributes"), Level::Part),
    };
    contradictions(node, &attribute, level);
    Some(attribute)
}

/// The data type; text if none is said, and for a word that is none, what makes the fewest mistakes after it.
fn kind(node: &Node<'_>) -> AttributeType {
    let unread = match (node.has("type"), node.has("subAttributes")) {
        (true, true) => AttributeType::Complex,
        _ => AttributeType::String,
    };
    node.word("type", TYPES).unwrap_or(unread)
}

/// Notes what cannot go together.
fn contradictions(node: &Node<'_>, attribute: &Attribute, level: Level) {
    let is_complex = attribute.kind == AttributeType::Complex;
    let has_parts = !attribute.sub_attributes.is_empty();
    if is_complex && level == Level::Part {
        node.wrong_at("type", Wrong::Nested);
    } else if is_complex && !has_parts {
        node.wrong(Wrong::NoParts);
    } else if has_parts && !is_complex {
        node.wrong_at("subAttributes", Wrong::Parts);
    }
    if !attribute.reference_types.is_empty() && attribute.kind != AttributeType::Reference {
        node.wrong_at("referenceTypes", Wrong::ReferenceTypes);
    }
    if attribute.uniqueness != Uniqueness::None && is_complex {
        node.wrong_at("uniqueness", Wrong::Unique);
    }
    if attribute.mutability == Mutability::WriteOnly && attribute.returned != Returned::Never {
        node.wrong_at("returned", Wrong::Shown);
    }
}

/// `ATTRNAME` of [RFC 7643 section 2.1](https://www.rfc-editor.org/rfc/rfc7643#section-2.1); `$ref` is a part that the RFC itself has.
fn is_name(name: &str, level: Level) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(plain);
    is_plain || (level == Level::Part && name == "$ref")
}
