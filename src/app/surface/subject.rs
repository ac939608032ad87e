//! Whom the journal says a request was about, in whichever dialect it came.

use serde_json::Value;

use crate::entry::Subject;
use crate::scim::resource_type::fold_case;
use crate::scim::schema::ResourceType;
use crate::store::directory::{Directory, Stored};

/// A resource that is there.
pub(super) fn subject_of(stored: &Stored) -> Subject {
    Subject {
        kind: stored.kind().into(),
        key: fold_case(stored.name()),
        id: Some(stored.id.to_string()),
    }
}

/// Whom an id in a path means; who was deleted is still the one whom the request is about.
pub(super) fn subject_at(
    directory: &Directory,
    resource_type: &ResourceType,
    (id, stored): (&str, Option<&Stored>),
) -> Subject {
    stored.map_or_else(
        || Subject {
            kind: resource_type.kind.into(),
            key: directory
                .name_of(resource_type.kind, id)
                .unwrap_or_else(|| id.to_owned()),
            id: Some(id.to_owned()),
        },
        subject_of,
    )
}

/// Whom a body is about, however it spells the attribute that names it.
pub(super) fn subject_in(resource_type: &ResourceType, body: &Value) -> Option<Subject> {
    let naming = &resource_type.naming;
    let (_, name) = body
        .as_object()?
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(naming))?;
    Some(Subject {
        kind: resource_type.kind.into(),
        key: fold_case(name.as_str()?),
        id: None,
    })
}
