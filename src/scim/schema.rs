//! Schemas and attributes, as RFC 7643 section 7 describes them: data, read from JSON documents.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::resource_type::Kind;

/// A schema: the attributes that one URN stands for, [RFC 7643 section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    /// The URN.
    pub id: String,
    /// The name for people.
    #[serde(default)]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The attributes.
    pub attributes: Vec<Attribute>,
}

/// One attribute and its characteristics, [RFC 7643 section 2.2](https://www.rfc-editor.org/rfc/rfc7643#section-2.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// Its name; compared without case.
    pub name: String,
    /// Its data type.
    #[serde(rename = "type")]
    pub kind: AttributeType,
    /// Whether it holds many values.
    #[serde(default)]
    pub multi_valued: bool,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Whether a resource must have it.
    #[serde(default)]
    pub required: bool,
    /// Values that are suggested; others are taken too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub canonical_values: Vec<String>,
    /// Whether its strings are compared with case.
    #[serde(default)]
    pub case_exact: bool,
    /// Who may change it when.
    #[serde(default)]
    pub mutability: Mutability,
    /// When it is returned.
    #[serde(default)]
    pub returned: Returned,
    /// Whether two resources may share a value.
    #[serde(default)]
    pub uniqueness: Uniqueness,
    /// What a reference may point to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reference_types: Vec<String>,
    /// The parts of a complex attribute.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sub_attributes: Vec<Self>,
}

/// The data types, [RFC 7643 section 2.3](https://www.rfc-editor.org/rfc/rfc7643#section-2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AttributeType {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A number with a fraction.
    Decimal,
    /// A whole number.
    Integer,
    /// An RFC 3339 date-time.
    DateTime,
    /// Base64.
    Binary,
    /// A URI.
    Reference,
    /// Sub-attributes.
    Complex,
}

/// Who may change an attribute when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mutability {
    /// Only the server.
    ReadOnly,
    /// Anybody, any time.
    #[default]
    ReadWrite,
    /// Set once, never changed.
    Immutable,
    /// Set and never seen again.
    WriteOnly,
}

/// When an attribute is returned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Returned {
    /// Whatever was asked for.
    Always,
    /// Not even when asked for.
    Never,
    /// Unless excluded.
    #[default]
    Default,
    /// Only when asked for or just written.
    Request,
}

/// Whether two resources may share a value of an attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Uniqueness {
    /// They may.
    #[default]
    None,
    /// Not on this server.
    Server,
    /// Nowhere.
    Global,
}

impl Schema {
    /// The attribute of that name, compared without case.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name)
    }
}

impl Attribute {
    /// The sub-attribute of that name, compared without case.
    pub fn sub_attribute(&self, name: &str) -> Option<&Self> {
        find(&self.sub_attributes, name)
    }

    /// The sub-attribute that a path means by that name: one that the schema lists, or one that every list may have.
    pub fn part(&self, name: &str) -> Option<&Self> {
        let is_list = self.multi_valued && self.kind == AttributeType::Complex;
        let default = || is_list.then(|| default_part(name)).flatten();
        self.sub_attribute(name).or_else(default)
    }
}

/// A sub-attribute that every multi-valued attribute may have although its schema does not list it.
pub(super) fn default_part(name: &str) -> Option<&'static Attribute> {
    find(&*DEFAULTS, name)
}

/// The sub-attributes that the values of a list may have although their schema does not list them,
/// [RFC 7643 section 2.4](https://www.rfc-editor.org/rfc/rfc7643#section-2.4).
static DEFAULTS: LazyLock<[Attribute; 4]> = LazyLock::new(|| {
    use AttributeType::{Boolean, Reference, String};
    use Mutability::{Immutable, ReadWrite};
    [
        usual("type", String, ReadWrite),
        usual("primary", Boolean, ReadWrite),
        usual("display", String, Immutable),
        usual("$ref", Reference, ReadWrite),
    ]
});

fn usual(name: &str, kind: AttributeType, mutability: Mutability) -> Attribute {
    Attribute {
        name: name.to_owned(),
        kind,
        multi_valued: false,
        description: String::new(),
        required: false,
        canonical_values: Vec::new(),
        case_exact: kind == AttributeType::Reference,
        mutability,
        returned: Returned::Default,
        uniqueness: Uniqueness::None,
        reference_types: Vec::new(),
        sub_attributes: Vec::new(),
    }
}

fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// A resource type: the row that makes users users and groups groups, [RFC 7643 section 6](https://www.rfc-editor.org/rfc/rfc7643#section-6).
#[derive(Clone, Debug)]
pub struct ResourceType {
    /// Which shelf its resources stand on.
    pub kind: Kind,
    /// Its name, as in `User`.
    pub name: String,
    /// Where it lives below the base, as in `/Users`.
    pub endpoint: String,
    /// What it is for.
    pub description: String,
    /// The attribute that people and clients know a resource by, as in `userName`.
    pub naming: String,
    /// Its core schema, with the common attributes of RFC 7643 section 3.1 (`id`, `externalId`, `meta`) put in front.
    pub schema: Arc<Schema>,
    /// Its extensions.
    pub extensions: Vec<Extension>,
}

/// A schema that widens a resource type.
#[derive(Clone, Debug)]
pub struct Extension {
    /// The schema.
    pub schema: Arc<Schema>,
    /// Whether every resource must have it.
    pub required: bool,
}
