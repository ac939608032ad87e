//! One resource as it is kept, with its JSON ready to go out.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use http::header::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::scim::resource::schemas_of;
use crate::scim::resource_type::Kind;
use crate::scim::schema::ResourceType;

/// What a path segment need not encode, [RFC 3986 section 2.3](https://www.rfc-editor.org/rfc/rfc3986#section-2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One resource as it is kept. It is never edited: a change makes a new one.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: Arc<str>,
    /// Its row of the resource types.
    pub resource_type: Arc<ResourceType>,
    /// Where it is found.
    pub location: Arc<str>,
    /// How often it has been written, counted from 1.
    pub version: u64,
    /// Its entity tag, as in `W/"3"`.
    etag: String,
    /// The header fields of an answer that holds it.
    fields: Fields,
    /// When it came to be.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// The whole resource: `schemas`, `id`, its attributes, `meta`; never the password.
    resource: Value,
    /// The same as JSON, made once per change.
    bytes: Bytes,
    /// The password that was set, in clear: this is a test double.
    pub password: Option<String>,
    /// Its place in creation order.
    pub(super) ordinal: u64,
}

/// The header fields that go with a resource, made once per change.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// `Location`; nothing if no header field can hold it.
    pub location: Option<HeaderValue>,
    /// `ETag`.
    pub etag: Option<HeaderValue>,
}

impl Stored {
    /// What people know it by: `userName` or `displayName`.
    pub fn name(&self) -> &str {
        self.text(&self.resource_type.naming).unwrap_or_default()
    }

    /// The whole resource: `schemas`, `id`, its attributes, `meta`; never the password.
    pub fn resource(&self) -> Cow<'_, Value> {
        Cow::Borrowed(&self.resource)
    }

    /// The whole resource as JSON.
    pub fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// Its entity tag, as in `W/"3"`.
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The header fields of an answer that holds it.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Which kind of resource it is.
    pub fn kind(&self) -> Kind {
        self.resource_type.kind
    }

    /// Its place in the creation order of its kind; nobody ever gets the same again.
    pub fn ordinal(&self) -> u64 {
        self.ordinal
    }

    /// What the client calls it.
    pub fn external_id(&self) -> Option<&str> {
        self.text("externalId")
    }

    /// The ids of the members of a group, in the order they stand in; of a user, none.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.whole_members().map(|(id, _)| id)
    }

    /// The members of a group by their id.
    pub(super) fn members_by_id(&self) -> HashMap<&str, &Value> {
        self.whole_members().collect()
    }

    fn whole_members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.resource
            .get("members")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|member| Some((member.get("value")?.as_str()?, member)))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.resource.get(name)?.as_str()
    }

    /// A first version without anything in it.
    pub(super) fn first(
        resource_type: &Arc<ResourceType>,
        id: &str,
        location: String,
        moment: Timestamp,
    ) -> Self {
        let fields = Fields {
            location: HeaderValue::from_str(&location).ok(),
            etag: None,
        };
        Self {
            id: id.into(),
            resource_type: Arc::clone(resource_type),
            location: location.into(),
            version: 1,
            etag: String::new(),
            fields,
            created: moment,
            modified: moment,
            resource: Value::Null,
            bytes: Bytes::new(),
            password: None,
            ordinal: 0,
        }
    }

    /// The next version, with these attributes.
    pub(super) fn next(&self, attributes: Map<String, Value>, modified: Timestamp) -> Self {
        let groups = self.resource.get("groups").cloned();
        self.successor(modified).holding(attributes, groups)
    }

    /// The next version of a user who is now in other groups; its own attributes and their date stay.
    pub(super) fn regrouped(&self, groups: Option<Value>) -> Self {
        self.successor(self.modified)
            .holding(self.attributes(), groups)
    }

    fn successor(&self, modified: Timestamp) -> Self {
        Self {
            id: Arc::clone(&self.id),
            resource_type: Arc::clone(&self.resource_type),
            location: Arc::clone(&self.location),
            version: self.version + 1,
            modified,
            etag: String::new(),
            fields: self.fields.clone(),
            resource: Value::Null,
            bytes: Bytes::new(),
            password: self.password.clone(),
            ..*self
        }
    }

    /// The same with these attributes and groups, and with its JSON made ready.
    pub(super) fn holding(mut self, attributes: Map<String, Value>, groups: Option<Value>) -> Self {
        self.etag = format!("W/\"{}\"", self.version);
        self.fields.etag = HeaderValue::from_str(&self.etag).ok();
        let mut resource = Map::with_capacity(attributes.len() + 4);
        let schemas = schemas_of(&self.resource_type, &attributes);
        resource.insert("schemas".into(), schemas.into());
        resource.insert("id".into(), self.id.as_ref().into());
        resource.extend(attributes);
        if let Some(groups) = groups {
            resource.insert("groups".into(), groups);
        }
        let meta = json!({
            "resourceType": self.resource_type.name,
            "created": self.created,
            "lastModified": self.modified,
            "location": self.location,
            "version": self.etag,
        });
        resource.insert("meta".into(), meta);
        self.resource = Value::Object(resource);
        // A JSON value can always be written.
        self.bytes = serde_json::to_vec(&self.resource)
            .map(Bytes::from)
            .unwrap_or_default();
        self
    }

    /// Its attributes without those that only the server sets.
    pub(super) fn attributes(&self) -> Map<String, Value> {
        self.own()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Whether its attributes are these, in whatever order.
    pub(super) fn holds(&self, attributes: &Map<String, Value>) -> bool {
        self.own().count() == attributes.len()
            && self
                .own()
                .all(|(name, value)| attributes.get(name) == Some(value))
    }

    fn own(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.resource
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| !matches!(name.as_str(), "schemas" | "id" | "groups" | "meta"))
    }
}

/// Where a resource of that id is found.
pub(super) fn location(base: &str, resource_type: &ResourceType, id: &str) -> String {
    format!(
        "{base}{}/{}",
        resource_type.endpoint,
        utf8_percent_encode(id, SEGMENT)
    )
}
