//! The resource types that are served: users and groups share every line of code but their row here.

mod check;
mod document;
mod draft;
mod load;
mod mistake;
mod node;
#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::schema::{Attribute, Extension, ResourceType, Schema};
use crate::entry::SubjectKind;

pub use mistake::{LoadError, Mistake, Wrong};

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

/// The kinds of resources: which shelf of the directory one stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A user.
    User,
    /// A group.
    Group,
    /// A resource of a type that was loaded, counted from 0 in the order of loading.
    Other(u16),
}

impl Kind {
    /// What one of it is called where its resource type is not at hand.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Other(_) => "Resource",
        }
    }
}

impl From<Kind> for SubjectKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::User => Self::User,
            Kind::Group => Self::Group,
            Kind::Other(_) => Self::Other,
        }
    }
}

/// The resource types that a double serves, and the schemas they are made of.
///
/// Users and groups are always there; further types are data that is loaded.
#[derive(Clone, Debug)]
pub struct ResourceTypes {
    user: Arc<ResourceType>,
    group: Arc<ResourceType>,
    others: Vec<Arc<ResourceType>>,
    documents: Vec<Value>,
}

// Parsed at first use: a start-up that serves no SCIM request need not pay for it.
static BUILT_IN: LazyLock<Arc<ResourceTypes>> = LazyLock::new(|| {
    let common = common();
    let [user, group, enterprise] = DOCUMENTS.map(read::<Schema>);
    let enterprise = Extension {
        schema: Arc::new(enterprise),
        required: false,
    };
    let user = ResourceType {
        kind: Kind::User,
        name: "User".into(),
        endpoint: "/Users".into(),
        description: "A person with an account.".into(),
        naming: "userName".into(),
        schema: Arc::new(with_common(user, &common)),
        extensions: vec![enterprise],
    };
    let group = ResourceType {
        kind: Kind::Group,
        name: "Group".into(),
        endpoint: "/Groups".into(),
        description: "A set of users and groups.".into(),
        naming: "displayName".into(),
        schema: Arc::new(with_common(group, &common)),
        extensions: Vec::new(),
    };
    Arc::new(ResourceTypes {
        user: Arc::new(user),
        group: Arc::new(group),
        others: Vec::new(),
        documents: DOCUMENTS.map(read).to_vec(),
    })
});

fn common() -> Vec<Attribute> {
    read(COMMON)
}

/// A core schema with the attributes in front that every resource has.
fn with_common(mut core: Schema, common: &[Attribute]) -> Schema {
    core.attributes.splice(0..0, common.iter().cloned());
    core
}

impl ResourceTypes {
    /// Users and groups alone, as GoTo has them.
    pub fn built_in() -> &'static Arc<Self> {
        &BUILT_IN
    }

    /// Users.
    pub fn user(&self) -> &Arc<ResourceType> {
        &self.user
    }

    /// Groups.
    pub fn group(&self) -> &Arc<ResourceType> {
        &self.group
    }

    /// The same with users at another endpoint.
    ///
    /// # Errors
    ///
    /// Another type is there.
    pub fn with_users_at(self: &Arc<Self>, endpoint: &str) -> Result<Arc<Self>, String> {
        match self.at_endpoint(endpoint) {
            Some(there) if there.kind == Kind::User => return Ok(Arc::clone(self)),
            Some(there) => return Err(format!("{endpoint} is the endpoint of {}", there.name)),
            None => {}
        }
        let user = ResourceType {
            endpoint: endpoint.to_owned(),
            ..ResourceType::clone(&self.user)
        };
        Ok(Arc::new(Self {
            user: Arc::new(user),
            ..Self::clone(self)
        }))
    }

    /// The resource type of a kind; `None` for one that was never loaded here.
    pub fn of(&self, kind: Kind) -> Option<&Arc<ResourceType>> {
        match kind {
            Kind::User => Some(&self.user),
            Kind::Group => Some(&self.group),
            Kind::Other(place) => self.others.get(usize::from(place)),
        }
    }

    /// Every resource type, in the order of `/ResourceTypes`.
    pub fn all(&self) -> impl Iterator<Item = &Arc<ResourceType>> {
        [&self.user, &self.group].into_iter().chain(&self.others)
    }

    /// The resource type whose collection is there, as in `/Users`; compared with case, as paths are.
    pub fn at_endpoint(&self, endpoint: &str) -> Option<&Arc<ResourceType>> {
        self.all().find(|row| row.endpoint == endpoint)
    }

    /// The schema documents as JSON, in the order of `/Schemas`, with neither `meta` nor the common attributes.
    pub fn documents(&self) -> &[Value] {
        &self.documents
    }
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
