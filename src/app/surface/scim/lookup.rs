//! Looking resources up by an index: how most requests of a client begin.

use std::sync::Arc;

use super::{Scene, subject_of};
use crate::entry::Subject;
use crate::scim::filter::{Equality, Filter};
use crate::scim::path::{Located, Target};
use crate::scim::resource_type::{Kind, fold_case};
use crate::scim::schema::{Attribute, AttributeType, ResourceType};
use crate::store::directory::Stored;

/// What the indexes find for a filter, in creation order; never less than the filter does.
pub(super) struct Candidates {
    pub(super) rows: Vec<Arc<Stored>>,
    pub(super) quality: Quality,
}

/// How what an index finds compares with what is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quality {
    /// It is the same: nothing needs to be checked, and a check would parse the resource.
    Exact,
    /// It may be more.
    Rough,
}

/// The indexes there are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Index {
    Id,
    Name,
    ExternalId,
    Member,
}

impl Scene<'_> {
    /// What the indexes find for a filter that joins comparisons by `and`; `None` if no index can tell.
    ///
    /// A filter that is one such comparison is how clients look somebody up, so it also says whom the request is about.
    pub(super) fn indexed(
        &mut self,
        resource_type: &ResourceType,
        filter: &Filter,
    ) -> Option<Candidates> {
        let mut found: Option<Vec<Arc<Stored>>> = None;
        let mut quality = Quality::Exact;
        let mut conjuncts = filter.conjuncts().peekable();
        while let Some(part) = conjuncts.next() {
            let Some((equality, index, one)) = part.and_then(|equality| {
                let (index, quality) = index_for(resource_type, &equality)?;
                Some((equality, index, quality))
            }) else {
                quality = Quality::Rough;
                continue;
            };
            if one == Quality::Rough {
                quality = Quality::Rough;
            }
            let rows = self.by_index(resource_type.kind, index, &equality.text);
            found = Some(match found {
                Some(mut before) => {
                    before.retain(|row| is_among(&rows, row));
                    before
                }
                None if conjuncts.peek().is_none() => {
                    self.note_subject((resource_type.kind, index), &equality.text, &rows);
                    rows
                }
                None => rows,
            });
        }
        found.map(|rows| Candidates { rows, quality })
    }

    fn by_index(&self, kind: Kind, index: Index, wanted: &str) -> Vec<Arc<Stored>> {
        let directory = self.directory();
        match index {
            Index::Id => directory.by_id(kind, wanted).into_iter().collect(),
            Index::Name => directory.by_name(kind, wanted),
            Index::ExternalId => directory.by_external_id(kind, wanted),
            Index::Member => directory.groups_of(wanted),
        }
    }

    fn note_subject(&mut self, (kind, index): (Kind, Index), wanted: &str, rows: &[Arc<Stored>]) {
        let (key, id) = match (index, rows) {
            // Whom a look-up by member is about is the member, not the groups.
            (Index::Member, _) => return,
            (_, [one]) => {
                self.subject = Some(subject_of(one));
                return;
            }
            (Index::ExternalId, _) => return,
            (Index::Name, _) => (fold_case(wanted), None),
            (Index::Id, _) => (wanted.to_owned(), Some(wanted.to_owned())),
        };
        // A search among all kinds may have found it among those before.
        let kind = kind.into();
        self.subject.get_or_insert(Subject { kind, key, id });
    }
}

/// The index that answers a comparison, and how well.
fn index_for(resource_type: &ResourceType, equality: &Equality<'_>) -> Option<(Index, Quality)> {
    let Some(Target::Attribute(Located {
        extension: None,
        attribute,
        sub,
    })) = equality.path.target(resource_type)
    else {
        return None;
    };
    let wanted = &*equality.text;
    match (attribute.name.as_str(), sub) {
        (name, None) if name == resource_type.naming && is_text(attribute) => {
            // The index has no case, and files what has no name under the empty one.
            let is_same = !attribute.case_exact && !wanted.is_empty();
            let quality = if is_same {
                Quality::Exact
            } else {
                Quality::Rough
            };
            Some((Index::Name, quality))
        }
        ("externalId", None) if is_text(attribute) && attribute.case_exact => {
            Some((Index::ExternalId, Quality::Exact))
        }
        ("id", None) if is_text(attribute) && attribute.case_exact => {
            Some((Index::Id, Quality::Exact))
        }
        ("members", sub) if resource_type.kind == Kind::Group => {
            let value = attribute.sub_attribute("value")?;
            let is_value = sub.is_none_or(|sub| sub.name == value.name);
            // The index has case; where the filter has none, only what has no letters is the same to both.
            let is_same = value.case_exact || !wanted.contains(has_case);
            (is_value && is_same).then_some((Index::Member, Quality::Exact))
        }
        _ => None,
    }
}

fn is_text(attribute: &Attribute) -> bool {
    attribute.kind == AttributeType::String && !attribute.multi_valued
}

fn has_case(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphabetic()
}

/// Whether a resource is among those, which stand in creation order.
fn is_among(rows: &[Arc<Stored>], row: &Stored) -> bool {
    rows.binary_search_by_key(&row.ordinal(), |one| one.ordinal())
        .is_ok()
}
