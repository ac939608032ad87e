//! Listing resources: filtered, sorted, paged, [RFC 7644 section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2).

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;

use super::read::shown;
use super::{Scene, body, subject_of};
use crate::entry::Subject;
use crate::exchange::Reply;
use crate::operation::Operation;
use crate::scim::dialect;
use crate::scim::error::ScimError;
use crate::scim::filter::Filter;
use crate::scim::list::ListQuery;
use crate::scim::resource_type::fold_case;
use crate::scim::schema::ResourceType;
use crate::store::directory::Stored;

impl Scene<'_> {
    /// What the query string asks for.
    pub(super) fn list(&mut self) -> Result<Reply, ScimError> {
        let query = ListQuery::parse(self.call.request.query(), self.profile())?;
        self.page(&query, &[self.resource_type])
    }

    /// What the body asks for, [RFC 7644 section 3.4.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3).
    pub(super) fn search(&mut self) -> Result<Reply, ScimError> {
        let body = body::object(self.call.request, self.profile())?;
        let query = ListQuery::of_search(&body, self.profile())?;
        match self.call.operation {
            Operation::Search => {
                let all: Vec<_> = self.types().all().collect();
                self.page(&query, &all)
            }
            _ => self.page(&query, &[self.resource_type]),
        }
    }

    /// One page of what a query finds at this moment among the resources of these kinds.
    fn page(
        &mut self,
        query: &ListQuery,
        types: &[&Arc<ResourceType>],
    ) -> Result<Reply, ScimError> {
        for resource_type in types {
            query.check(resource_type)?;
        }
        let offset = query.start_index.saturating_sub(1);
        let (total, page) = match types {
            [only] if query.filter.is_none() && query.sort.is_none() => {
                let all = self.directory().snapshot(only.kind);
                (all.len(), all.page(offset, query.count))
            }
            _ => {
                let found = |row: &&Arc<ResourceType>| self.found(row, query.filter.as_ref());
                let mut found: Vec<_> = types.iter().flat_map(found).collect();
                if let Some(sort) = &query.sort {
                    sort.arrange(&mut found, |stored| {
                        sort.key(&stored.resource(), &stored.resource_type)
                    });
                }
                let total = found.len();
                let page = found.into_iter().skip(offset).take(query.count);
                (total, page.collect())
            }
        };
        let rows: Vec<Bytes> = page
            .iter()
            .map(|stored| shown(stored, &query.projection))
            .collect();
        Ok(dialect::reply(
            StatusCode::OK,
            dialect::list_body(total, query.start_index, &rows),
        ))
    }

    /// The resources of a kind that the filter finds, in creation order; the indexes spare most look-ups the walk over all.
    fn found(
        &mut self,
        resource_type: &Arc<ResourceType>,
        filter: Option<&Filter>,
    ) -> Vec<Arc<Stored>> {
        let directory = self.directory();
        let all = || directory.snapshot(resource_type.kind);
        let Some(filter) = filter else {
            return all().iter().cloned().collect();
        };
        let fits = |stored: &Arc<Stored>| filter.matches(&stored.resource(), resource_type);
        match self.indexed(resource_type, filter) {
            // An index may find more than the filter does, never less.
            Some(candidates) => candidates.into_iter().filter(fits).collect(),
            None => all()
                .iter()
                .filter(|stored| fits(stored))
                .cloned()
                .collect(),
        }
    }

    /// What an index finds for a filter that compares one attribute for equality; `None` if no index can tell.
    ///
    /// Such a filter is how clients look somebody up, so it also says whom the request is about.
    fn indexed(
        &mut self,
        resource_type: &ResourceType,
        filter: &Filter,
    ) -> Option<Vec<Arc<Stored>>> {
        let (path, wanted) = filter.equality()?;
        let (kind, core) = (resource_type.kind, &resource_type.schema.id);
        let is_core = path
            .urn
            .as_ref()
            .is_none_or(|urn| urn.eq_ignore_ascii_case(core));
        if !is_core || path.sub.is_some() {
            return None;
        }
        let directory = self.directory();
        let is = |name: &str| path.name.eq_ignore_ascii_case(name);
        let (found, key) = if is(&resource_type.naming) {
            (directory.by_name(kind, wanted), Some(fold_case(wanted)))
        } else if is("externalId") {
            (directory.by_external_id(kind, wanted), None)
        } else if is("id") {
            (
                directory.by_id(kind, wanted).into_iter().collect(),
                Some(wanted.to_owned()),
            )
        } else {
            return None;
        };
        if let [one] = &found[..] {
            self.subject = Some(subject_of(one));
        } else if let Some(key) = key {
            // A search among all kinds may have found it among those before.
            self.subject.get_or_insert_with(|| Subject {
                kind: kind.into(),
                key,
                id: is("id").then(|| wanted.to_owned()),
            });
        }
        Some(found)
    }
}
