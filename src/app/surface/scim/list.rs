//! Listing resources: filtered, sorted, paged, [RFC 7644 section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2).

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;

use super::{Scene, subject_of};
use crate::entry::Subject;
use crate::exchange::Reply;
use crate::scim::dialect;
use crate::scim::error::ScimError;
use crate::scim::filter::Filter;
use crate::scim::list::ListQuery;
use crate::scim::resource_type::fold_case;
use crate::store::directory::Stored;

impl Scene<'_> {
    /// One page of what the query finds at this moment.
    pub(super) fn list(&mut self) -> Result<Reply, ScimError> {
        let resource_type = self.resource_type();
        let query = ListQuery::parse(self.call.request.query(), self.profile())?;
        query.check(resource_type)?;
        let offset = query.start_index.saturating_sub(1);
        let (total, page) = if query.filter.is_none() && query.sort.is_none() {
            let all = self.directory().snapshot(self.kind);
            (all.len(), all.page(offset, query.count))
        } else {
            let mut found = self.found(query.filter.as_ref());
            if let Some(sort) = &query.sort {
                sort.arrange(&mut found, resource_type, |stored| &stored.resource);
            }
            let total = found.len();
            let page = found.into_iter().skip(offset).take(query.count);
            (total, page.collect())
        };
        let rows: Vec<Bytes> = page
            .iter()
            .map(|stored| self.shown(stored, &query.projection))
            .collect();
        Ok(dialect::reply(
            StatusCode::OK,
            dialect::list_body(total, query.start_index, &rows),
        ))
    }

    /// The resources that the filter finds, in creation order; the indexes spare most look-ups the walk over all.
    fn found(&mut self, filter: Option<&Filter>) -> Vec<Arc<Stored>> {
        let (directory, kind) = (self.directory(), self.kind);
        let all = || directory.snapshot(kind);
        let Some(filter) = filter else {
            return all().iter().cloned().collect();
        };
        let resource_type = self.resource_type();
        let fits = |stored: &Arc<Stored>| filter.matches(&stored.resource, resource_type);
        match self.indexed(filter) {
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
    fn indexed(&mut self, filter: &Filter) -> Option<Vec<Arc<Stored>>> {
        let (path, wanted) = filter.equality()?;
        let core = &self.resource_type().schema.id;
        let is_core = path
            .urn
            .as_ref()
            .is_none_or(|urn| urn.eq_ignore_ascii_case(core));
        if !is_core || path.sub.is_some() {
            return None;
        }
        let (directory, kind) = (self.directory(), self.kind);
        let is = |name: &str| path.name.eq_ignore_ascii_case(name);
        let (found, key) = if is(kind.naming_attribute()) {
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
        self.subject = match (&found[..], key) {
            ([one], _) => Some(subject_of(one)),
            (_, Some(key)) => Some(Subject {
                kind: kind.into(),
                key,
                id: is("id").then(|| wanted.to_owned()),
            }),
            (_, None) => None,
        };
        Some(found)
    }
}
