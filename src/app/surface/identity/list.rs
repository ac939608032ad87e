//! Listing resources, [SCIM 1.1 section 3.2.2](https://datatracker.ietf.org/doc/html/draft-scim-api-01#section-3.2.2).

use std::sync::Arc;

use http::StatusCode;
use serde_json::Value;

use super::Scene;
use crate::app::surface::listing::Asked;
use crate::app::surface::subject::subject_of;
use crate::entry::Subject;
use crate::exchange::Reply;
use crate::scim::error::ScimError;
use crate::scim::filter::Filter;
use crate::scim::resource_type::fold_case;
use crate::scim::sort::Sort;
use crate::scim::v1::error::MEDIA_TYPE;
use crate::scim::v1::list;
use crate::store::directory::Stored;

impl Scene<'_> {
    /// One page of what the query string asks for.
    pub(super) fn list(&mut self) -> Result<Reply, ScimError> {
        let rows = (self.shape, self.resource_type);
        let mut query = list::query(rows, self.call.request.query(), self.profile())?;
        let asked = Asked::bend(self.call, &mut query);
        let offset = query.start_index.saturating_sub(1);
        let is_plain = query.filter.is_none() && query.sort.is_none();
        let (total, page) = if is_plain && !asked.is_unordered() {
            let all = self.directory().snapshot(self.resource_type.kind);
            (all.len(), all.page(offset, query.count))
        } else {
            let mut found = self.found(query.filter.as_ref());
            if let Some(sort) = &query.sort {
                found = sorted(found, sort);
            }
            if asked.is_unordered() {
                asked.shuffle(&mut found);
            }
            let total = found.len();
            let page = found.into_iter().skip(offset).take(query.count);
            (total, page.collect())
        };
        let shown: Vec<Value> = page
            .iter()
            .map(|stored| self.shown(stored, &query.projection))
            .collect();
        let body = list::body(asked.total(total, None), &shown);
        Ok(Reply::with_body(StatusCode::OK, MEDIA_TYPE, body))
    }

    /// The resources that the filter finds, in creation order.
    fn found(&mut self, filter: Option<&Filter>) -> Vec<Arc<Stored>> {
        let all = || self.directory().snapshot(self.resource_type.kind);
        let Some(filter) = filter else {
            return all().iter().cloned().collect();
        };
        let fits = |stored: &Arc<Stored>| filter.matches(&stored.resource(), self.resource_type);
        let Some(name) = self.named(filter) else {
            return all().iter().filter(|one| fits(one)).cloned().collect();
        };
        let candidates = self.directory().by_name(self.resource_type.kind, &name);
        let found: Vec<_> = candidates.into_iter().filter(fits).collect();
        self.subject = Some(match &found[..] {
            [one] => subject_of(one),
            _ => Subject {
                kind: self.resource_type.kind.into(),
                key: fold_case(&name),
                id: None,
            },
        });
        found
    }

    /// The name that a filter looks for, if it looks for nothing else: the index finds it without the walk over all.
    fn named(&self, filter: &Filter) -> Option<String> {
        let mut parts = filter.conjuncts();
        let (Some(Some(equality)), None) = (parts.next(), parts.next()) else {
            return None;
        };
        let path = equality.path;
        let is_naming = path.urn.is_none()
            && path.sub.is_none()
            && path.name.eq_ignore_ascii_case(&self.resource_type.naming);
        is_naming.then(|| equality.text.into_owned())
    }
}

/// The same in the order that was asked for; equal ones stay in the order they had.
fn sorted(found: Vec<Arc<Stored>>, sort: &Sort) -> Vec<Arc<Stored>> {
    let keyed = found.into_iter().map(|stored| {
        let key = sort.key(&stored.resource(), &stored.resource_type);
        (key, stored)
    });
    let mut keyed: Vec<_> = keyed.collect();
    keyed.sort_by(|(left, _), (right, _)| sort.order.between(left, right));
    keyed.into_iter().map(|(_, stored)| stored).collect()
}
