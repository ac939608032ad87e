//! Why the directory refuses a write.

use std::fmt;

use crate::scim::error::ScimError;
use crate::scim::resource_type::Kind;

/// Why the directory refuses a write. A refused write has changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another user has that `userName`.
    UserNameTaken,
    /// Another group has that `displayName`.
    DisplayNameTaken,
    /// Another resource has that value of an attribute that no two may share; its name as a path spells it.
    ValueTaken(String),
    /// A resource has that id already.
    IdTaken(String),
    /// There is no such resource.
    NotFound(Kind, String),
    /// Nobody in the organization has the id of that member.
    UnknownMember(String),
    /// The group would be a member of itself by way of that member.
    MemberCycle(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserNameTaken => write!(f, "userName is already in use by another resource"),
            Self::DisplayNameTaken => {
                write!(f, "displayName is already in use by another resource")
            }
            Self::ValueTaken(path) => write!(f, "{path} is already in use by another resource"),
            Self::IdTaken(id) => write!(f, "id {id} is already in use"),
            Self::NotFound(kind, id) => write!(f, "{} {id} not found", kind.name()),
            Self::UnknownMember(id) => {
                write!(f, "members: nobody in the organization has the id {id}")
            }
            Self::MemberCycle(id) => {
                write!(
                    f,
                    "members: with {id} the group would be a member of itself"
                )
            }
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for ScimError {
    fn from(refusal: Refusal) -> Self {
        match &refusal {
            Refusal::UserNameTaken => Self::uniqueness("userName"),
            Refusal::DisplayNameTaken => Self::uniqueness("displayName"),
            Refusal::ValueTaken(path) => Self::uniqueness(path),
            Refusal::IdTaken(_) => Self::uniqueness("id"),
            Refusal::NotFound(kind, id) => Self::not_found(format_args!("{} {id}", kind.name())),
            Refusal::UnknownMember(_) | Refusal::MemberCycle(_) => {
                Self::invalid_value(refusal.to_string())
            }
        }
    }
}
