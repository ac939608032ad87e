//! What has to hold between the documents, and between them and what is built in.

use super::draft::Draft;
use super::load::{Loader, same};
use super::mistake::{Wrong, nearest};
use super::node::Node;
use super::{Kind, common};
use crate::scim::schema::{Attribute, ResourceType, Schema};

impl Loader<'_> {
    pub(super) fn check(&self) {
        for (index, (node, schema)) in self.schemas.iter().enumerate() {
            let id = &schema.id;
            let mut before = self.schemas.iter().take(index);
            let earlier = before.find(|(_, other)| same(&other.id, id));
            let by = earlier.map(|(other, _)| other.file().to_owned());
            let known = self.known.schema(id);
            let by = by.or_else(|| known.map(|_| "a built-in schema".to_owned()));
            if let Some(by) = by {
                let name = id.clone();
                node.wrong_at("id", Wrong::Taken { name, by });
            }
            self.check_role(node, schema);
        }
        for (index, draft) in self.drafts.iter().enumerate() {
            match self.known.all().find(|row| row.name == draft.name) {
                Some(row) if matches!(row.kind, Kind::User | Kind::Group) => {
                    check_built_in(draft, row);
                }
                _ => self.check_own(draft, index),
            }
            self.check_extensions(draft);
        }
    }

    /// Checks that a schema is used, and that it leaves alone what every resource has.
    fn check_role(&self, node: &Node<'_>, schema: &Schema) {
        let is_core = self.core_of(&schema.id).is_some();
        let is_used = is_core || self.widens(&schema.id);
        if !is_used {
            node.wrong(Wrong::Unused);
        }
        let common = common();
        for attribute in &schema.attributes {
            let its = common
                .iter()
                .find(|common| same(&common.name, &attribute.name));
            let redefined = its.is_some_and(|its| !is_core || !alike(its, attribute));
            if redefined {
                let name = attribute.name.clone();
                node.wrong_at("attributes", Wrong::CommonAttribute(name));
            }
        }
        // `urn:a:b` with an attribute `c` and `urn:a:b:c` could not be told apart in a path.
        let inner = |attribute: &&Attribute| {
            let path = format!("{}:{}", schema.id, attribute.name);
            self.find(&path).is_some()
        };
        for attribute in schema.attributes.iter().filter(inner) {
            let name = format!("{}:{}", schema.id, attribute.name);
            let by = "a schema of that id".to_owned();
            node.wrong_at("attributes", Wrong::Taken { name, by });
        }
    }

    /// Checks a resource type that is not built in.
    fn check_own(&self, draft: &Draft<'_>, index: usize) {
        draft.check_endpoint();
        let before = || self.drafts.iter().take(index);
        let known = || self.known.all();
        let reserved = ["Schema", "ResourceType", "ServiceProviderConfig"];
        let is_taken = known().any(|row| same(&row.name, draft.name))
            || before().any(|other| same(other.name, draft.name))
            || reserved.iter().any(|name| same(name, draft.name));
        if is_taken {
            let (name, by) = (draft.name.to_owned(), "another resource type".into());
            draft.node.wrong_at("name", Wrong::Taken { name, by });
        }
        if let Some(endpoint) = draft.endpoint {
            let taken = known().find(|row| same(&row.endpoint, endpoint));
            let loaded = before().find(|other| other.endpoint.is_some_and(|at| same(at, endpoint)));
            let by = taken.map(|row| row.name.clone());
            if let Some(by) = by.or_else(|| loaded.map(|other| other.name.to_owned())) {
                let name = endpoint.to_owned();
                draft.node.wrong_at("endpoint", Wrong::Taken { name, by });
            }
        }
        match draft.schema {
            Some(urn) => self.check_core(draft, urn),
            None if !draft.node.has("schema") => draft.node.wrong(Wrong::Missing("schema")),
            None => {}
        }
    }

    fn check_core(&self, draft: &Draft<'_>, urn: &str) {
        let built_in = self.known.all().find(|row| same(&row.schema.id, urn));
        let wrong = if let Some(row) = built_in {
            let (urn, by) = (urn.to_owned(), row.name.clone());
            Wrong::CoreElsewhere { urn, by }
        } else if self.schemas.iter().any(|(_, schema)| same(&schema.id, urn)) {
            return;
        } else {
            self.unknown(urn)
        };
        draft.node.wrong_at("schema", wrong);
    }

    fn check_extensions(&self, draft: &Draft<'_>) {
        for (index, extension) in draft.extensions.iter().enumerate() {
            let urn = extension.schema;
            let mut before = draft.extensions.iter().take(index);
            let twice = before.any(|other| same(other.schema, urn))
                || draft.schema.is_some_and(|core| same(core, urn));
            let wrong = if twice {
                Wrong::ExtendedTwice(urn.to_owned())
            } else if let Some(by) = self.core_of(urn) {
                let urn = urn.to_owned();
                Wrong::CoreElsewhere { urn, by }
            } else if self.find(urn).is_none() {
                self.unknown(urn)
            } else {
                continue;
            };
            extension.node.wrong_at("schema", wrong);
        }
    }

    fn unknown(&self, urn: &str) -> Wrong {
        let ids = self.schemas.iter().map(|(_, schema)| schema.id.as_str());
        Wrong::UnknownSchema {
            urn: urn.to_owned(),
            meant: nearest(urn, ids),
        }
    }

    /// The resource type whose core the schema is.
    fn core_of(&self, urn: &str) -> Option<String> {
        let mut known = self.known.all();
        let mut drafts = self.drafts.iter();
        known
            .find(|row| same(&row.schema.id, urn))
            .map(|row| row.name.clone())
            .or_else(|| {
                drafts
                    .find(|draft| draft.schema.is_some_and(|core| same(core, urn)))
                    .map(|draft| draft.name.to_owned())
            })
    }

    fn widens(&self, urn: &str) -> bool {
        let mut all = self.drafts.iter().flat_map(|draft| &draft.extensions);
        all.any(|extension| same(extension.schema, urn))
    }
}

/// A document for a built-in type may repeat what that is, and nothing else.
fn check_built_in(draft: &Draft<'_>, row: &ResourceType) {
    let said = [
        ("endpoint", draft.endpoint, &row.endpoint),
        ("schema", draft.schema, &row.schema.id),
    ];
    for (key, said, is) in said {
        if said.is_some_and(|said| said != is) {
            let (name, is) = (row.name.clone(), is.clone());
            draft.node.wrong_at(key, Wrong::BuiltIn { name, is });
        }
    }
}

/// Whether a schema repeats an attribute that every resource has, which RFC 7643 section 3.1 lets old ones do.
fn alike(common: &Attribute, listed: &Attribute) -> bool {
    let traits = |of: &Attribute| (of.kind, of.multi_valued, of.mutability);
    traits(common) == traits(listed)
}
