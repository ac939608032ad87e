//! One resource as it is kept.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use compact_str::CompactString;
use http::header::HeaderValue;
use serde_json::{Map, Value};

use super::document::{self, Document, Meta};
use super::members::{Member, Members};
use super::rules::Rules;
use crate::clock::Timestamp;
use crate::scim::filter::Needle;
use crate::scim::patch::Touched;
use crate::scim::resource::schemas_of;
use crate::scim::resource_type::Kind;
use crate::scim::schema::ResourceType;
use crate::variation::EtagForm;

/// The entity tags of the first versions: most resources never leave them.
const ETAGS: [&str; 8] = [
    "W/\"1\"", "W/\"2\"", "W/\"3\"", "W/\"4\"", "W/\"5\"", "W/\"6\"", "W/\"7\"", "W/\"8\"",
];

/// How many members a group may have to be written as JSON before anybody asks for it.
const FEW: usize = 16;

/// One resource as it is kept. It is never edited: a change makes a new one.
///
/// A user is kept as the JSON that goes out; a group may have very many members, so it is kept in parts, and its JSON
/// is made when somebody wants it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: CompactString,
    /// Its row of the resource types.
    pub resource_type: Arc<ResourceType>,
    /// How often it has been written, counted from 1.
    pub version: u64,
    /// Its entity tag, as in `W/"3"`.
    etag: Cow<'static, str>,
    /// The header fields of an answer that holds it.
    fields: Fields,
    /// When it came to be.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// The password that was set, in clear: this is a test double.
    pub password: Option<Box<str>>,
    body: Body,
    /// The hashes of what it may share with no other resource.
    pub(super) unique: Box<[u64]>,
    /// Its place in creation order.
    pub(super) ordinal: u64,
    /// Whether its id is a draw from the stream of its name.
    pub(super) is_drawn: bool,
}

#[derive(Clone, Debug)]
enum Body {
    Whole(Document),
    Group(Box<Group>),
}

/// A group, whose members are kept apart.
#[derive(Clone, Debug)]
struct Group {
    rules: Arc<Rules>,
    /// What people know it by; it stands in the attributes too, but is looked at far more often than they are.
    name: CompactString,
    /// Its attributes without its members.
    attributes: Map<String, Value>,
    members: Members,
    location: String,
    /// Its JSON, once somebody has asked for it.
    bytes: OnceLock<Bytes>,
}

/// The header fields that go with a resource, made once per change.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// `Location`; nothing if no header field can hold it.
    pub location: Option<HeaderValue>,
    /// `ETag`.
    pub etag: Option<HeaderValue>,
}

/// What a resource is to say from now on: its attributes, and if it is a group its members, which are not among them.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) attributes: Map<String, Value>,
    pub(super) members: Members,
    pub(super) password: Option<String>,
}

impl Stored {
    /// What people know it by: `userName` or `displayName`.
    pub fn name(&self) -> &str {
        match &self.body {
            Body::Whole(document) => document.naming().unwrap_or_default(),
            Body::Group(group) => &group.name,
        }
    }

    /// What the client calls it.
    pub fn external_id(&self) -> Option<&str> {
        match &self.body {
            Body::Whole(document) => document.external_id(),
            Body::Group(group) => text(&group.attributes, "externalId"),
        }
    }

    /// The whole resource: `schemas`, `id`, its attributes, `meta`; never the password.
    ///
    /// It is made anew each time, so whoever needs it twice keeps it.
    pub fn resource(&self) -> Cow<'_, Value> {
        Cow::Owned(match &self.body {
            Body::Whole(document) => document.value(),
            Body::Group(group) => self.group_value(group),
        })
    }

    /// The whole resource as JSON.
    pub fn json(&self) -> &Bytes {
        match &self.body {
            Body::Whole(document) => &document.bytes,
            Body::Group(group) => {
                let meta = self.meta(&group.location);
                let parts = (&group.attributes, &group.members);
                let made = || document::group(&self.id, parts, (&group.rules, &meta));
                group.bytes.get_or_init(made)
            }
        }
    }

    /// Whether a text may stand in it, told without reading it as JSON; anything may, where that is not known at once.
    pub fn may_hold(&self, needle: Option<&Needle>) -> bool {
        match (&self.body, needle) {
            (Body::Whole(document), Some(needle)) => needle.is_in(&document.bytes),
            (Body::Group(_), _) | (_, None) => true,
        }
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

    /// The ids of the members of a group, in the order they joined it; of a user, none.
    pub fn member_ids(&self) -> impl Iterator<Item = &CompactString> {
        let group = match &self.body {
            Body::Whole(_) => None,
            Body::Group(group) => Some(group),
        };
        let members = group.into_iter().flat_map(|group| group.members.iter());
        members.map(|member| &member.id)
    }

    /// The same as far as a change can touch it: a group without the members that the change leaves alone.
    pub(super) fn part(&self, touched: &Touched) -> Option<Self> {
        let (Body::Group(group), Touched::Members(ids)) = (&self.body, touched) else {
            return None;
        };
        let group = Group {
            members: group.members.only(ids.iter().map(String::as_str)),
            rules: Arc::clone(&group.rules),
            name: group.name.clone(),
            attributes: group.attributes.clone(),
            location: group.location.clone(),
            bytes: OnceLock::new(),
        };
        Some(self.with(Body::Group(Box::new(group))))
    }

    /// The members of a group; of a user, none.
    pub(super) fn members(&self) -> Members {
        match &self.body {
            Body::Whole(_) => Members::default(),
            Body::Group(group) => group.members.clone(),
        }
    }

    /// The attributes of a group without its members, or of another resource with whatever it has.
    pub(super) fn attributes(&self) -> Map<String, Value> {
        match &self.body {
            Body::Whole(document) => match document.value() {
                Value::Object(all) => all,
                _ => Map::new(),
            },
            Body::Group(group) => group.attributes.clone(),
        }
    }

    /// A first version.
    pub(super) fn first(
        rules: &Arc<Rules>,
        (resource_type, id): (&Arc<ResourceType>, &str),
        said: Said,
        moment: Timestamp,
    ) -> Self {
        let location = rules.location(resource_type, id);
        let mut first = Self {
            id: id.into(),
            resource_type: Arc::clone(resource_type),
            version: 1,
            etag: etag(rules.etags, 1),
            fields: Fields::default(),
            created: moment,
            modified: moment,
            password: said.password.map(Into::into),
            body: Body::Whole(Document::default()),
            unique: rules.unique_hashes(resource_type.kind, &said.attributes),
            ordinal: 0,
            is_drawn: false,
        };
        if resource_type.kind == Kind::Group {
            first.fields.location = HeaderValue::from_str(&location).ok();
            first.body = Body::Group(Box::new(Group {
                rules: Arc::clone(rules),
                name: name_in(&said.attributes, resource_type),
                attributes: said.attributes,
                members: said.members,
                location,
                bytes: OnceLock::new(),
            }));
            first.write_if_small();
        } else {
            let document = Document::of(id, &said.attributes, &[], &first.meta(&location));
            first.take(document);
        }
        first.tag();
        first
    }

    /// The next version, which says this; a password stays unless another is set.
    pub(super) fn next(&self, rules: &Rules, said: Said, modified: Timestamp) -> Self {
        let mut next = self.successor(rules, modified);
        next.unique = rules.unique_hashes(self.kind(), &said.attributes);
        if let Some(password) = said.password {
            next.password = Some(password.into());
        }
        match &self.body {
            Body::Group(group) => {
                next.body = Body::Group(Box::new(Group {
                    rules: Arc::clone(&group.rules),
                    name: name_in(&said.attributes, &self.resource_type),
                    attributes: said.attributes,
                    members: said.members,
                    location: group.location.clone(),
                    bytes: OnceLock::new(),
                }));
                next.write_if_small();
            }
            Body::Whole(document) => {
                let location = rules.location(&self.resource_type, &self.id);
                let meta = next.meta(&location);
                let document = Document::of(&self.id, &said.attributes, document.groups(), &meta);
                next.take(document);
            }
        }
        next
    }

    /// The next version of a user who is now in other groups; its own attributes and their date stay. Nothing if it is
    /// in these groups already.
    pub(super) fn regrouped(&self, rules: &Rules, groups: &[u8]) -> Option<Self> {
        let Body::Whole(document) = &self.body else {
            return None;
        };
        let mut next = self.successor(rules, self.modified);
        let location = rules.location(&self.resource_type, &self.id);
        let document = document.regrouped(groups, &next.meta(&location))?;
        next.take(document);
        Some(next)
    }

    /// Whether both say the same, in whatever order their attributes stand.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        self.password == other.password
            && match (&self.body, &other.body) {
                (Body::Whole(here), Body::Whole(there)) => here.says_the_same(there),
                (Body::Group(here), Body::Group(there)) => here.attributes == there.attributes,
                _ => false,
            }
    }

    fn successor(&self, rules: &Rules, modified: Timestamp) -> Self {
        let mut next = self.with(Body::Whole(Document::default()));
        next.modified = modified;
        next.version += 1;
        next.etag = etag(rules.etags, next.version);
        next.tag();
        next
    }

    fn with(&self, body: Body) -> Self {
        Self {
            id: self.id.clone(),
            resource_type: Arc::clone(&self.resource_type),
            etag: self.etag.clone(),
            fields: self.fields.clone(),
            password: self.password.clone(),
            unique: self.unique.clone(),
            body,
            ..*self
        }
    }

    /// Writes a group with few members at once, like a user: nearly every group is small, and none is slower to find
    /// the first time than the next.
    fn write_if_small(&self) {
        if let Body::Group(group) = &self.body
            && group.members.len() <= FEW
        {
            self.json();
        }
    }

    /// Its `Location` is a part of its JSON, and shares it.
    fn take(&mut self, document: Document) {
        let location = document.bytes.slice(document.location.clone());
        self.fields.location = HeaderValue::from_maybe_shared(location).ok();
        self.body = Body::Whole(document);
    }

    fn tag(&mut self) {
        self.fields.etag = match &self.etag {
            Cow::Borrowed(etag) => Some(HeaderValue::from_static(etag)),
            Cow::Owned(etag) => HeaderValue::from_str(etag).ok(),
        };
    }

    fn meta<'a>(&'a self, location: &'a str) -> Meta<'a> {
        Meta {
            resource_type: &self.resource_type,
            created: self.created,
            modified: self.modified,
            location,
            etag: &self.etag,
        }
    }

    fn group_value(&self, group: &Group) -> Value {
        let mut resource = Map::with_capacity(group.attributes.len() + 4);
        let schemas = schemas_of(&self.resource_type, &group.attributes);
        resource.insert("schemas".into(), schemas.into());
        resource.insert("id".into(), self.id.as_str().into());
        let own = group.attributes.iter();
        resource.extend(own.map(|(name, value)| (name.clone(), value.clone())));
        if !group.members.is_empty() {
            let member = |member: &Member| group.rules.member(member);
            let members: Vec<Value> = group.members.iter().map(member).collect();
            resource.insert("members".into(), members.into());
        }
        resource.insert("meta".into(), self.meta(&group.location).value());
        Value::Object(resource)
    }
}

fn name_in(attributes: &Map<String, Value>, resource_type: &ResourceType) -> CompactString {
    text(attributes, &resource_type.naming)
        .unwrap_or_default()
        .into()
}

fn text<'m>(attributes: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    attributes.get(name)?.as_str()
}

fn etag(form: EtagForm, version: u64) -> Cow<'static, str> {
    if form != EtagForm::Number {
        return Cow::Owned(form.written(version));
    }
    let place = usize::try_from(version - 1).unwrap_or(usize::MAX);
    match ETAGS.get(place) {
        Some(etag) => Cow::Borrowed(etag),
        None => Cow::Owned(form.written(version)),
    }
}
