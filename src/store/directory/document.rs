//! Resources as JSON, and where in it stands what is asked for most.

use std::fmt::Display;
use std::io::Write as _;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::members::{Member, Members};
use super::rules::Rules;
use super::stored::Stored;
use crate::clock::Timestamp;
use crate::scim::resource::schemas_of;
use crate::scim::schema::ResourceType;

/// The JSON of one resource: `schemas`, `id`, its attributes, `groups` if there are any, `meta`.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub(super) bytes: Bytes,
    /// Where the attributes end.
    tail: usize,
    /// Where `meta` begins; `groups` stand between.
    meta: usize,
    /// Where the location stands, if it stands there letter by letter.
    pub(super) location: Range<usize>,
    naming: Passage,
    external_id: Passage,
}

/// A text in a document.
#[derive(Clone, Debug, Default)]
enum Passage {
    #[default]
    None,
    /// It stands there letter by letter.
    At { start: u32, end: u32 },
    /// JSON spells it in another way.
    Apart(Box<str>),
}

/// What `meta` says.
#[derive(Clone, Copy)]
pub(super) struct Meta<'a> {
    pub(super) resource_type: &'a ResourceType,
    pub(super) created: Timestamp,
    pub(super) modified: Timestamp,
    pub(super) location: &'a str,
    pub(super) etag: &'a str,
}

impl Meta<'_> {
    pub(super) fn value(&self) -> Value {
        json!({
            "resourceType": self.resource_type.name,
            "created": self.created,
            "lastModified": self.modified,
            "location": self.location,
            "version": self.etag,
        })
    }
}

impl Document {
    /// The document of these attributes; `groups` as [`groups`] writes them.
    pub(super) fn of(
        id: &str,
        attributes: &Map<String, Value>,
        groups: &[u8],
        meta: &Meta<'_>,
    ) -> Self {
        let mut text = Vec::with_capacity(1024);
        begin(&mut text, id, (meta.resource_type, attributes));
        let (mut naming, mut external_id) = (Passage::None, Passage::None);
        for (name, value) in attributes {
            key(&mut text, name);
            let start = text.len();
            write(&mut text, value);
            if *name == meta.resource_type.naming {
                naming = Passage::of(value, &text, start);
            } else if name == "externalId" {
                external_id = Passage::of(value, &text, start);
            }
        }
        let tail = text.len();
        text.extend_from_slice(groups);
        let before = Self {
            bytes: Bytes::new(),
            tail,
            meta: text.len(),
            location: 0..0,
            naming,
            external_id,
        };
        before.ending(text, meta)
    }

    /// The same resource in these groups; nothing if it is in these already.
    pub(super) fn regrouped(&self, groups: &[u8], meta: &Meta<'_>) -> Option<Self> {
        if self.groups() == groups {
            return None;
        }
        let own = self.own();
        let mut text = Vec::with_capacity(self.bytes.len() + groups.len());
        text.extend_from_slice(own);
        text.extend_from_slice(groups);
        let before = Self {
            meta: text.len(),
            ..self.clone()
        };
        Some(before.ending(text, meta))
    }

    fn ending(mut self, mut text: Vec<u8>, meta: &Meta<'_>) -> Self {
        self.location = end(&mut text, meta);
        // A copy is as long as it must be; the text itself has room to spare.
        self.bytes = Bytes::copy_from_slice(&text);
        self
    }

    /// Everything up to `groups` and `meta`.
    pub(super) fn own(&self) -> &[u8] {
        self.bytes.get(..self.tail).unwrap_or_default()
    }

    /// The `groups`, as [`groups`] writes them.
    pub(super) fn groups(&self) -> &[u8] {
        self.bytes.get(self.tail..self.meta).unwrap_or_default()
    }

    /// What people know it by.
    pub(super) fn naming(&self) -> Option<&str> {
        self.naming.read(&self.bytes)
    }

    /// What the client calls it.
    pub(super) fn external_id(&self) -> Option<&str> {
        self.external_id.read(&self.bytes)
    }

    /// The resource as a value.
    pub(super) fn value(&self) -> Value {
        // It was written here, so it can be read.
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// Whether both have the same attributes, in whatever order.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let (here, there) = (self.own(), other.own());
        // Another order of the same is as long.
        here == there || (here.len() == there.len() && self.attributes() == other.attributes())
    }

    fn attributes(&self) -> Map<String, Value> {
        let Value::Object(mut all) = self.value() else {
            return Map::new();
        };
        all.retain(|name, _| !matches!(name.as_str(), "groups" | "meta"));
        all
    }
}

impl Passage {
    fn of(value: &Value, text: &[u8], start: usize) -> Self {
        let Value::String(said) = value else {
            return Self::None;
        };
        let (start, end) = (start + 1, text.len().saturating_sub(1));
        match (u32::try_from(start), u32::try_from(end)) {
            (Ok(first), Ok(last)) if text.get(start..end) == Some(said.as_bytes()) => Self::At {
                start: first,
                end: last,
            },
            _ => Self::Apart(said.as_str().into()),
        }
    }

    fn read<'t>(&'t self, text: &'t [u8]) -> Option<&'t str> {
        match self {
            Self::None => None,
            Self::At { start, end } => {
                let passage = text.get(*start as usize..*end as usize)?;
                str::from_utf8(passage).ok()
            }
            Self::Apart(said) => Some(said),
        }
    }
}

/// A group as JSON, its members last of its attributes.
pub(super) fn group(
    id: &str,
    (attributes, members): (&Map<String, Value>, &Members),
    (rules, meta): (&Rules, &Meta<'_>),
) -> Bytes {
    // A member of ours is about as long as this.
    let mut text = Vec::with_capacity(512 + 160 * members.len());
    begin(&mut text, id, (meta.resource_type, attributes));
    for (name, value) in attributes {
        key(&mut text, name);
        write(&mut text, value);
    }
    for (place, member) in members.iter().enumerate() {
        if place == 0 {
            text.extend_from_slice(b",\"members\":[");
        } else {
            text.push(b',');
        }
        write(&mut text, &rules.member(member));
    }
    if !members.is_empty() {
        text.push(b']');
    }
    end(&mut text, meta);
    text.shrink_to_fit();
    text.into()
}

impl Rules {
    /// A member as JSON: whom it names, where that is found and what it is, and what the client said beyond.
    pub(super) fn member(&self, member: &Member) -> Value {
        let mut value = Map::new();
        value.insert("value".into(), member.id.as_str().into());
        if let Some(kind) = self.types.of(member.kind) {
            value.insert("$ref".into(), self.location(kind, &member.id).into());
            value.insert("type".into(), kind.name.as_str().into());
        }
        if let Some(more) = &member.more {
            value.extend(
                more.iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
        }
        Value::Object(value)
    }
}

/// The `groups` of a user, each with how it came to be in it; empty if there are none.
pub(super) fn groups<'a>(
    rules: &Rules,
    groups: impl Iterator<Item = (&'a Arc<Stored>, &'a str)>,
) -> Vec<u8> {
    let mut text = Vec::new();
    for (group, how) in groups {
        text.extend_from_slice(if text.is_empty() {
            b",\"groups\":[".as_slice()
        } else {
            b","
        });
        text.extend_from_slice(b"{\"value\":");
        write(&mut text, &*group.id);
        text.extend_from_slice(b",\"$ref\":");
        write(&mut text, &rules.location(&group.resource_type, &group.id));
        text.extend_from_slice(b",\"display\":");
        write(&mut text, group.name());
        text.extend_from_slice(b",\"type\":");
        write(&mut text, how);
        text.push(b'}');
    }
    if !text.is_empty() {
        text.push(b']');
    }
    text
}

fn begin(
    text: &mut Vec<u8>,
    id: &str,
    (resource_type, attributes): (&ResourceType, &Map<String, Value>),
) {
    text.extend_from_slice(b"{\"schemas\":");
    write(text, &schemas_of(resource_type, attributes));
    text.extend_from_slice(b",\"id\":");
    write(text, id);
}

/// Writes `meta`, and says where the location stands in it.
fn end(text: &mut Vec<u8>, meta: &Meta<'_>) -> Range<usize> {
    text.extend_from_slice(b",\"meta\":{\"resourceType\":");
    write(text, &meta.resource_type.name);
    plain(text, ",\"created\":\"", &meta.created);
    plain(text, "\",\"lastModified\":\"", &meta.modified);
    text.extend_from_slice(b"\",\"location\":");
    let start = text.len() + 1;
    write(text, meta.location);
    let end = text.len() - 1;
    let as_it_is = text.get(start..end) == Some(meta.location.as_bytes());
    text.extend_from_slice(b",\"version\":");
    write(text, meta.etag);
    text.extend_from_slice(b"}}");
    if as_it_is { start..end } else { 0..0 }
}

fn key(text: &mut Vec<u8>, name: &str) {
    text.push(b',');
    write(text, name);
    text.push(b':');
}

fn write(text: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // Neither a JSON value nor a text can fail to be written, and a Vec takes all.
    let _ = serde_json::to_writer(text, value);
}

/// Writes what needs no escapes.
fn plain(text: &mut Vec<u8>, before: &str, value: &impl Display) {
    text.extend_from_slice(before.as_bytes());
    let _ = write!(text, "{value}");
}
