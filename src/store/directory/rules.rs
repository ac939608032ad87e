//! What a directory must know to write.

use std::collections::BTreeMap;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::refusal::Refusal;
use super::unique::Unique;
use crate::profile::Profile;
use crate::scim::resource_type::{Kind, ResourceTypes};
use crate::scim::schema::ResourceType;
use crate::variation::EtagForm;

/// What a path segment need not encode, [RFC 3986 section 2.3](https://www.rfc-editor.org/rfc/rfc3986#section-2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What a directory must know to write.
#[derive(Debug)]
pub(super) struct Rules {
    /// What every location begins with, as in `http://127.0.0.1:8080/scim/v2`.
    base: String,
    pub(super) types: Arc<ResourceTypes>,
    /// The shape of entity tags.
    pub(super) etags: EtagForm,
    /// Whether two groups may not share a `displayName`.
    pub(super) group_name_unique: bool,
    /// Whether the name of who is gone stays taken.
    pub(super) deleted_name_reserved: bool,
    /// The attributes that no two resources of a kind may share, beside the names of users and groups.
    unique: BTreeMap<Kind, Vec<Unique>>,
}

impl Rules {
    pub(super) fn new(
        base: String,
        (profile, types): (&Profile, &Arc<ResourceTypes>),
        etags: EtagForm,
    ) -> Self {
        let unique = types.all().filter_map(|row| {
            let unique = Unique::all(row);
            (!unique.is_empty()).then_some((row.kind, unique))
        });
        Self {
            base,
            etags,
            group_name_unique: profile.group_name_unique,
            deleted_name_reserved: profile.deleted_name_reserved,
            unique: unique.collect(),
            types: Arc::clone(types),
        }
    }

    /// Where a resource of that id is found.
    pub(super) fn location(&self, resource_type: &ResourceType, id: &str) -> String {
        let mut location = String::with_capacity(self.base.len() + 32);
        location.push_str(&self.base);
        location.push_str(&resource_type.endpoint);
        location.push('/');
        location.extend(utf8_percent_encode(id, SEGMENT));
        location
    }

    /// What a name is refused with that another resource of the kind has; `None` where two may have the same.
    pub(super) fn name_taken(&self, kind: Kind) -> Option<Refusal> {
        match kind {
            Kind::User => Some(Refusal::UserNameTaken),
            Kind::Group => self.group_name_unique.then_some(Refusal::DisplayNameTaken),
            Kind::Other(_) => None,
        }
    }

    /// The attributes of a kind that no two resources may share, beside the names of users and groups.
    pub(super) fn unique(&self, kind: Kind) -> &[Unique] {
        self.unique.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// The hashes of what these attributes may share with no other resource.
    pub(super) fn unique_hashes(&self, kind: Kind, attributes: &Map<String, Value>) -> Box<[u64]> {
        let unique = self.unique(kind);
        let values = unique.iter().flat_map(|one| one.hashes(attributes));
        values.collect()
    }
}
