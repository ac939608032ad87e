//! Loads further resource types and extensions from documents, and says everything that is wrong with them.

use std::cell::RefCell;
use std::sync::Arc;

use serde_json::{Value, json};

use super::document;
use super::draft::Draft;
use super::mistake::{LoadError, Wrong};
use super::node::Node;
use super::{Kind, ResourceTypes, common, with_common};
use crate::scim::schema::{
    Attribute, AttributeType, Extension, Mutability, ResourceType, Returned, Schema, Uniqueness,
};

/// The URN that Schema documents name in `schemas`.
const SCHEMA_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
/// The URN that `ResourceType` documents name in `schemas`.
const RESOURCE_TYPE_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

impl ResourceTypes {
    /// These resource types and what the documents add to them; each comes with a name for messages, as of its file.
    ///
    /// A document is a Schema, [RFC 7643 section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7), or a
    /// `ResourceType`, [section 6](https://www.rfc-editor.org/rfc/rfc7643#section-6). A `ResourceType` whose `name` is
    /// `User` or `Group` adds its `schemaExtensions` to the one that is built in.
    ///
    /// # Errors
    ///
    /// Every mistake in every document.
    ///
    /// # Examples
    ///
    /// ```
    /// # use goto_double::scim::resource_type::ResourceTypes;
    /// # use serde_json::json;
    /// let urn = "urn:example:params:scim:schemas:core:2.0:Device";
    /// let schema = json!({ "id": urn, "attributes": [{ "name": "serial", "type": "string", "required": true }] });
    /// let device = json!({ "name": "Device", "endpoint": "/Devices", "schema": urn });
    /// let documents = [("schema.json".into(), schema), ("device.json".into(), device)];
    /// let types = ResourceTypes::built_in().with(&documents).unwrap();
    /// assert_eq!(types.at_endpoint("/Devices").unwrap().naming, "serial");
    /// ```
    pub fn with(&self, documents: &[(String, Value)]) -> Result<Self, LoadError> {
        let mistakes = RefCell::new(Vec::new());
        let mut loader = Loader {
            known: self,
            schemas: Vec::new(),
            drafts: Vec::new(),
        };
        for (file, document) in documents {
            if let Some(node) = Node::root(file, document, &mistakes) {
                loader.read(node);
            }
        }
        loader.check();
        let types = loader.load();
        let mut mistakes = mistakes.into_inner();
        if mistakes.is_empty() {
            return Ok(types);
        }
        let place = |file: &str| documents.iter().position(|(name, _)| name == file);
        mistakes.sort_by_cached_key(|mistake| place(&mistake.file));
        Err(LoadError { mistakes })
    }
}

/// What was read of the documents.
pub(super) struct Loader<'d> {
    pub(super) known: &'d ResourceTypes,
    pub(super) schemas: Vec<(Node<'d>, Schema)>,
    pub(super) drafts: Vec<Draft<'d>>,
}

impl<'d> Loader<'d> {
    fn read(&mut self, node: Node<'d>) {
        let named = if node.has("schemas") {
            node.texts("schemas")
        } else {
            Vec::new()
        };
        let is = |urn: &str| named.iter().any(|named| named.eq_ignore_ascii_case(urn));
        if is(SCHEMA_SCHEMA) || node.has("attributes") {
            let schema = document::schema(&node);
            self.schemas.extend(schema.map(|schema| (node, schema)));
        } else if is(RESOURCE_TYPE_SCHEMA) || node.has("endpoint") || node.has("schemaExtensions") {
            self.drafts.extend(Draft::read(node));
        } else {
            node.wrong(Wrong::NeitherKind);
        }
    }

    /// The schema of that URN, from a document or built in.
    pub(super) fn find(&self, urn: &str) -> Option<Arc<Schema>> {
        let loaded = self
            .schemas
            .iter()
            .find(|(_, schema)| same(&schema.id, urn));
        match loaded {
            Some((_, schema)) => Some(Arc::new(schema.clone())),
            None => self.known.schema(urn),
        }
    }

    /// The resource types with what the documents add; it means something only if nothing is wrong.
    fn load(&self) -> ResourceTypes {
        let mut types = self.known.clone();
        for draft in &self.drafts {
            let widened = match draft.name {
                "User" => Some(Arc::make_mut(&mut types.user)),
                "Group" => Some(Arc::make_mut(&mut types.group)),
                _ => None,
            };
            if let Some(row) = widened {
                self.widen(row, draft);
            } else if let Some(row) = self.made(draft, types.others.len()) {
                types.others.push(Arc::new(row));
            }
        }
        for (_, schema) in &self.schemas {
            types.documents.push(served(schema));
        }
        types
    }

    fn made(&self, draft: &Draft<'_>, place: usize) -> Option<ResourceType> {
        let Ok(place) = u16::try_from(place) else {
            draft.node.wrong(Wrong::TooMany);
            return None;
        };
        let core = self.find(draft.schema?)?;
        let core = with_common(own(&core), &common());
        let mut row = ResourceType {
            kind: Kind::Other(place),
            name: draft.name.to_owned(),
            endpoint: draft.endpoint?.to_owned(),
            description: draft.description.to_owned(),
            naming: naming(&core),
            schema: Arc::new(core),
            extensions: Vec::new(),
        };
        self.widen(&mut row, draft);
        Some(row)
    }

    fn widen(&self, row: &mut ResourceType, draft: &Draft<'_>) {
        for widening in &draft.extensions {
            let Some(schema) = self.find(widening.schema) else {
                continue;
            };
            let required = widening.required;
            let mut there = row.extensions.iter_mut();
            match there.find(|extension| same(&extension.schema.id, &schema.id)) {
                // A document that lists what the built-in type has may say that it is required.
                Some(extension) => extension.required = required,
                None => row.extensions.push(Extension { schema, required }),
            }
        }
    }
}

impl ResourceTypes {
    /// The schema of that URN that some type has, core or extension.
    pub(super) fn schema(&self, urn: &str) -> Option<Arc<Schema>> {
        let cores = self.all().map(|row| &row.schema);
        let extensions = self.all().flat_map(|row| &row.extensions);
        let mut all = cores.chain(extensions.map(|extension| &extension.schema));
        all.find(|schema| same(&schema.id, urn)).cloned()
    }
}

/// Whether two names are one; URNs, attributes and, for us, endpoints are compared without case.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// A schema without the attributes that every resource has.
fn own(schema: &Schema) -> Schema {
    let common = common();
    let is_own =
        |attribute: &&Attribute| !common.iter().any(|its| same(&its.name, &attribute.name));
    Schema {
        attributes: schema.attributes.iter().filter(is_own).cloned().collect(),
        ..schema.clone()
    }
}

/// The attribute that resources of a type are known by; it is one that a client sets and sees.
fn naming(core: &Schema) -> String {
    let common = common();
    let fits = |attribute: &&Attribute| {
        attribute.kind == AttributeType::String
            && !attribute.multi_valued
            && attribute.returned != Returned::Never
            && attribute.mutability != Mutability::ReadOnly
            && !common.iter().any(|its| same(&its.name, &attribute.name))
    };
    let all = || core.attributes.iter().filter(fits);
    let is_unique = |attribute: &&Attribute| attribute.uniqueness != Uniqueness::None;
    let usual = |name: &str| all().find(|attribute| same(&attribute.name, name));
    all()
        .filter(|attribute| attribute.required)
        .find(is_unique)
        .or_else(|| all().find(|attribute| attribute.required))
        .or_else(|| usual("displayName"))
        .or_else(|| usual("name"))
        .map_or_else(|| "id".to_owned(), |attribute| attribute.name.clone())
}

/// The document of a schema as `/Schemas` shows it: every characteristic is said, also where the file left it out.
fn served(schema: &Schema) -> Value {
    let mut document = json!({ "schemas": [SCHEMA_SCHEMA] });
    let whole = serde_json::to_value(own(schema)).unwrap_or_default();
    if let (Value::Object(document), Value::Object(whole)) = (&mut document, whole) {
        document.extend(whole);
    }
    document
}
