//! The older dialect, as GoTo documents it at `/identity/v1`: [SCIM 1.1](https://datatracker.ietf.org/doc/html/draft-scim-api-01)
//! with fewer attributes, over the same resources as SCIM 2.0.
//!
//! Nothing here keeps resources: a body of the older dialect becomes one of 2.0 that [`accept`](super::resource::accept)
//! judges, and a resource of 2.0 is shown with what the older dialect knows of it.

pub mod body;
pub mod discovery;
pub mod error;
pub mod list;
pub mod patch;
pub mod show;

use serde_json::{Map, Value};

use super::error::ScimError;
use super::resource_type::Kind;
use crate::profile::{Profile, UnknownAttributes};

/// The URN of the core schema of every resource.
pub const CORE_SCHEMA: &str = "urn:scim:schemas:core:1.0";
/// The URN of GoTo's extension of users: the product accounts they have.
pub const GETGO_SCHEMA: &str = "urn:scim:schemas:extension:getgo:1.0";
/// The path below the origin that everything of this dialect is at.
pub const BASE: &str = "/identity/v1";

/// Describes what the older dialect knows of a kind of resource: users and groups differ in nothing else.
#[derive(Debug)]
pub struct Shape {
    /// The kind.
    pub kind: Kind,
    /// What the resource is called in the schema's id.
    pub name: &'static str,
    /// Where the resources are, below the base.
    pub endpoint: &'static str,
    /// The attributes, in the order they are shown.
    pub attributes: &'static [Part],
    /// What can be set and is never shown.
    pub write_only: &'static [&'static str],
    /// What a filter may compare, unless the profile takes every filter.
    pub filtered: &'static [&'static str],
    /// How a filter may compare it.
    pub operators: &'static [&'static str],
}

/// An attribute that the older dialect knows, and which parts of it.
#[derive(Debug)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// The sub-attributes; none if it is simple.
    pub subs: &'static [&'static str],
}

const fn simple(name: &'static str) -> Part {
    Part { name, subs: &[] }
}

/// Users: what GoTo's published SCIM OpenAPI calls a `UserDefinition`.
pub const USER: Shape = Shape {
    kind: Kind::User,
    name: "User",
    endpoint: "/Users",
    attributes: &[
        simple("userName"),
        simple("displayName"),
        Part {
            name: "name",
            subs: &["givenName", "familyName"],
        },
        simple("locale"),
        simple("timezone"),
    ],
    write_only: &["password"],
    filtered: &[
        "userName",
        "displayName",
        "name.givenName",
        "name.familyName",
    ],
    operators: &["eq", "sw"],
};

/// Groups.
pub const GROUP: Shape = Shape {
    kind: Kind::Group,
    name: "Group",
    endpoint: "/Groups",
    attributes: &[
        simple("displayName"),
        Part {
            name: "members",
            subs: &["type", "value"],
        },
    ],
    write_only: &[],
    filtered: &["displayName"],
    operators: &["eq", "sw", "co"],
};

/// What only the server sets, in a body that a client read before and sends back.
const READ_ONLY: [&str; 5] = ["schemas", "id", "meta", "groups", GETGO_SCHEMA];

/// What a name in a body or in `meta.attributes` means.
#[derive(Clone, Copy, Debug)]
enum Known {
    /// One of the attributes that are shown.
    Attribute(&'static Part),
    /// One that is never shown.
    WriteOnly(&'static str),
    /// One that only the server sets.
    ReadOnly,
}

impl Known {
    /// What a client may set, as it is spelt.
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Attribute(part) => Some(part.name),
            Self::WriteOnly(name) => Some(name),
            Self::ReadOnly => None,
        }
    }
}

impl Shape {
    /// What a name means; names have no case. `None` if the dialect does not know it.
    fn known(&self, name: &str) -> Option<Known> {
        let is = |known: &&str| known.eq_ignore_ascii_case(name);
        if let Some(part) = self.attributes.iter().find(|part| is(&part.name)) {
            return Some(Known::Attribute(part));
        }
        if let Some(name) = self.write_only.iter().find(|name| is(name)) {
            return Some(Known::WriteOnly(name));
        }
        READ_ONLY.iter().any(is).then_some(Known::ReadOnly)
    }
}

impl Part {
    /// The sub-attribute of that name as it is spelt.
    fn sub(&self, name: &str) -> Option<&'static str> {
        let mut subs = self.subs.iter();
        subs.find(|sub| sub.eq_ignore_ascii_case(name)).copied()
    }
}

/// What the profile says of a name that the dialect does not know.
fn unknown(name: &str, profile: &Profile) -> Result<(), ScimError> {
    match profile.unknown_attributes {
        UnknownAttributes::Ignore => Ok(()),
        UnknownAttributes::Refuse => Err(ScimError::invalid_syntax(format!(
            "{name} is no attribute of this resource"
        ))),
    }
}

/// The attributes of a resource as it is stored.
fn attributes_of(resource: &Value) -> Map<String, Value> {
    resource.as_object().cloned().unwrap_or_default()
}
