//! The resource types that are served: users and groups share every line of code but their row here.

use std::sync::{Arc, LazyLock};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::schema::{Attribute, Extension, ResourceType, Schema};
use crate::entry::SubjectKind;

/// The URN of the core schema of users.
pub const USER_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The URN of the core schema of groups.
pub const GROUP_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The URN of the enterprise extension, [RFC 7643 section 4.3](https://www.rfc-editor.org/rfc/rfc7643#section-4.3).
pub const ENTERPRISE_SCHEMA: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The schema documents as they are served, before `meta` is added; the order of `/Schemas`.
const DOCUMENTS: [&str; 3] = [
    include_str!("../../fixtures/schemas/user.json"),
    include_str!("../../fixtures/schemas/group.json"),
    include_str!("../../fixtures/schemas/enterprise-user.json"),
];

/// The attributes that every resource has, [RFC 7643 section 3.1](https://www.rfc-editor.org/rfc/rfc7643#section-3.1).
const COMMON: &str = include_str!("../../fixtures/schemas/common.json");

/// The kinds of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A user.
    User,
    /// A group.
    Group,
}

impl Kind {
    /// Every kind, in the order of the resource types.
    pub const ALL: [Self; 2] = [Self::User, Self::Group];

    /// Its row.
    pub fn resource_type(self) -> &'static ResourceType {
        let [user, group] = &*ROWS;
        match self {
            Self::User => user,
            Self::Group => group,
        }
    }

    /// The path of its collection below the base, as in `/Users`.
    pub fn endpoint(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }

    /// Its name in `meta.resourceType` and in the `type` of a member.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// The attribute that people and clients know a resource by.
    pub fn naming_attribute(self) -> &'static str {
        match self {
            Self::User => "userName",
            Self::Group => "displayName",
        }
    }
}

impl From<Kind> for SubjectKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::User => Self::User,
            Kind::Group => Self::Group,
        }
    }
}

// Parsed at first use: a start-up that serves no SCIM request need not pay for it.
static ROWS: LazyLock<[ResourceType; 2]> = LazyLock::new(|| {
    let common: Vec<Attribute> = read(COMMON);
    let [user, group, enterprise] = DOCUMENTS.map(read::<Schema>);
    [
        row(
            Kind::User,
            "A person with an account.",
            (&common, user),
            Some(enterprise),
        ),
        row(
            Kind::Group,
            "A set of users and groups.",
            (&common, group),
            None,
        ),
    ]
});

fn row(
    kind: Kind,
    description: &str,
    (common, mut core): (&[Attribute], Schema),
    extension: Option<Schema>,
) -> ResourceType {
    core.attributes.splice(0..0, common.iter().cloned());
    ResourceType {
        name: kind.name().into(),
        endpoint: kind.endpoint().into(),
        description: description.into(),
        schema: Arc::new(core),
        extensions: extension
            .into_iter()
            .map(|schema| Extension {
                schema: Arc::new(schema),
                required: false,
            })
            .collect(),
    }
}

/// The resource types, in the order of `/ResourceTypes`.
pub fn resource_types() -> &'static [ResourceType] {
    &*ROWS
}

/// The resource type of that name, compared without case.
pub fn named(name: &str) -> Option<&'static ResourceType> {
    resource_types()
        .iter()
        .find(|row| row.name.eq_ignore_ascii_case(name))
}

/// The resource type whose collection is there, as in `/Users`; compared with case, as paths are.
pub fn at_endpoint(endpoint: &str) -> Option<&'static ResourceType> {
    resource_types().iter().find(|row| row.endpoint == endpoint)
}

/// The schema documents as JSON, in the order of `/Schemas`, with neither `meta` nor the common attributes.
pub fn schema_documents() -> [Value; 3] {
    DOCUMENTS.map(read)
}

/// Reads one of the documents that are built in.
#[expect(
    clippy::panic,
    reason = "the documents are part of the program, and a test reads every one of them"
)]
fn read<T: DeserializeOwned>(document: &str) -> T {
    match serde_json::from_str(document) {
        Ok(read) => read,
        Err(error) => panic!("a built-in schema document is broken: {error}"),
    }
}

impl ResourceType {
    /// The attribute of that name in the schema of that URN; without a URN, a core or common one.
    ///
    /// Neither is compared with case, [RFC 7643 section 2.1](https://www.rfc-editor.org/rfc/rfc7643#section-2.1).
    pub fn attribute(&self, urn: Option<&str>, name: &str) -> Option<&Attribute> {
        match urn {
            None => self.schema.attribute(name),
            Some(urn) => self.schema(urn)?.attribute(name),
        }
    }

    /// The schema of that URN, core or extension, compared without case.
    pub fn schema(&self, urn: &str) -> Option<&Schema> {
        self.schemas()
            .find(|schema| schema.id.eq_ignore_ascii_case(urn))
    }

    /// The core schema and the extensions.
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        let extensions = self.extensions.iter().map(|extension| &*extension.schema);
        std::iter::once(&*self.schema).chain(extensions)
    }
}

/// Folds a text that is compared without case, so that equal texts become the same key.
///
/// # Examples
///
/// ```
/// # use goto_double::scim::resource_type::fold_case;
/// assert_eq!(fold_case("Müller@Main.com"), fold_case("MÜLLER@main.COM"));
/// ```
pub fn fold_case(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::schema::{AttributeType, Mutability, Returned, Uniqueness};
    use super::*;

    #[test]
    fn every_built_in_document_is_read() {
        assert_eq!(resource_types().len(), 2);
        for document in schema_documents() {
            assert!(
                document["attributes"]
                    .as_array()
                    .is_some_and(|all| !all.is_empty())
            );
        }
        for kind in Kind::ALL {
            let row = kind.resource_type();
            assert_eq!(
                (row.name.as_str(), row.endpoint.as_str()),
                (kind.name(), kind.endpoint())
            );
            assert!(
                row.attribute(None, kind.naming_attribute())
                    .is_some_and(|name| name.required)
            );
        }
    }

    #[test]
    fn attributes_are_found_without_case_and_by_urn() {
        let user = Kind::User.resource_type();
        assert_eq!(
            user.attribute(None, "USERNAME").unwrap().uniqueness,
            Uniqueness::Server
        );
        assert_eq!(
            user.attribute(None, "password").unwrap().mutability,
            Mutability::WriteOnly
        );
        assert_eq!(
            user.attribute(None, "id").unwrap().returned,
            Returned::Always
        );
        assert_eq!(
            user.attribute(None, "meta")
                .unwrap()
                .sub_attribute("Created")
                .unwrap()
                .kind,
            AttributeType::DateTime
        );
        let urn = ENTERPRISE_SCHEMA.to_uppercase();
        assert!(user.attribute(Some(&urn), "employeenumber").is_some());
        assert!(
            user.attribute(Some(USER_SCHEMA), "employeeNumber")
                .is_none()
        );
        assert!(user.attribute(None, "employeeNumber").is_none());
        assert!(
            Kind::Group
                .resource_type()
                .schema(ENTERPRISE_SCHEMA)
                .is_none()
        );
    }

    #[test]
    fn resource_types_are_found_by_name_and_endpoint() {
        assert_eq!(named("user").unwrap().endpoint, "/Users");
        assert_eq!(at_endpoint("/Groups").unwrap().name, "Group");
        assert!(at_endpoint("/groups").is_none());
    }

    #[test]
    fn served_documents_leave_the_common_attributes_out() {
        let [user, ..] = schema_documents();
        let first = user["attributes"][0]["name"].as_str();
        assert_eq!(first, Some("userName"));
    }
}
