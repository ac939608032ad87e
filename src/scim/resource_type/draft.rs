//! Reads `ResourceType` documents, [RFC 7643 section 6](https://www.rfc-editor.org/rfc/rfc7643#section-6).

use super::mistake::Wrong;
use super::node::Node;

/// The members of a `ResourceType` document.
const RESOURCE_TYPE: &[&str] = &[
    "schemas",
    "id",
    "name",
    "description",
    "endpoint",
    "schema",
    "schemaExtensions",
    "meta",
];

/// What lives beside the resource types below the base, and so is no endpoint of one.
const RESERVED: &[&str] = &[
    "Me",
    "Bulk",
    "Schemas",
    "ResourceTypes",
    "ServiceProviderConfig",
];

/// A resource type as a document describes it, before its schemas are looked up.
pub(super) struct Draft<'d> {
    pub(super) node: Node<'d>,
    pub(super) name: &'d str,
    pub(super) description: &'d str,
    pub(super) endpoint: Option<&'d str>,
    pub(super) schema: Option<&'d str>,
    pub(super) extensions: Vec<Widening<'d>>,
}

/// An extension as a document names it.
pub(super) struct Widening<'d> {
    pub(super) node: Node<'d>,
    pub(super) schema: &'d str,
    pub(super) required: bool,
}

impl<'d> Draft<'d> {
    /// The resource type of a document; `None` without a name.
    pub(super) fn read(node: Node<'d>) -> Option<Self> {
        node.only(RESOURCE_TYPE);
        let name = node.needed("name");
        if let Some(name) = name.filter(|name| !is_segment(name)) {
            node.wrong_at("name", Wrong::TypeName(name.to_owned()));
        }
        let extensions = node.nodes("schemaExtensions");
        Some(Self {
            name: name?,
            description: node.text("description").unwrap_or_default(),
            endpoint: node.text("endpoint"),
            schema: node.text("schema"),
            extensions: extensions.into_iter().filter_map(Widening::read).collect(),
            node,
        })
    }

    /// Checks the form of the endpoint of a type that is not built in.
    pub(super) fn check_endpoint(&self) {
        let Some(endpoint) = self.endpoint else {
            if !self.node.has("endpoint") {
                self.node.wrong(Wrong::Missing("endpoint"));
            }
            return;
        };
        let wrong = match endpoint.strip_prefix('/') {
            Some(segment)
                if RESERVED
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(segment)) =>
            {
                Wrong::Taken {
                    name: endpoint.to_owned(),
                    by: "SCIM itself".into(),
                }
            }
            Some(segment) if is_segment(segment) => return,
            _ => Wrong::Endpoint(endpoint.to_owned()),
        };
        self.node.wrong_at("endpoint", wrong);
    }
}

impl<'d> Widening<'d> {
    fn read(node: Node<'d>) -> Option<Self> {
        node.only(&["schema", "required"]);
        Some(Self {
            schema: node.needed("schema")?,
            required: node.flag("required"),
            node,
        })
    }
}

/// Whether a text is one plain segment of a path, the same with and without percent-encoding.
fn is_segment(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain)
}
