//! Listing resources: filtered, sorted, paged, [RFC 7644 section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2).

use std::sync::Arc;

use http::StatusCode;

use super::lookup::{Candidates, Quality};
use super::read::Show;
use super::rows::{Page, Rows};
use super::{Scene, body};
use crate::app::surface::listing::Asked;
use crate::app::vary::is_scripted;
use crate::exchange::Reply;
use crate::operation::Operation;
use crate::scim::cursor::{Cursor, Direction, Position};
use crate::scim::dialect::{self, Envelope};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::list::{ListQuery, Paging};
use crate::scim::schema::ResourceType;
use crate::scim::sort::SortKey;
use crate::store::directory::Stored;

impl Scene<'_> {
    /// What the query string asks for.
    pub(super) fn list(&mut self) -> Result<Reply, ScimError> {
        let query = ListQuery::parse(self.call.request.query(), self.profile())?;
        self.page(query, &[self.resource_type])
    }

    /// What the query string asks for among the resources of every type,
    /// [RFC 7644 section 3.4.2.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1).
    pub(super) fn list_all(&mut self) -> Result<Reply, ScimError> {
        let query = ListQuery::parse(self.call.request.query(), self.profile())?;
        let all: Vec<_> = self.types().all().collect();
        self.page(query, &all)
    }

    /// What the body asks for, [RFC 7644 section 3.4.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3).
    pub(super) fn search(&mut self) -> Result<Reply, ScimError> {
        let body = body::object(self.call.request, self.profile())?;
        let query = ListQuery::of_search(&body, self.profile())?;
        match self.call.operation {
            Operation::Search => {
                let all: Vec<_> = self.types().all().collect();
                self.page(query, &all)
            }
            _ => self.page(query, &[self.resource_type]),
        }
    }

    /// One page of what a query finds at this moment among the resources of these types.
    fn page(
        &mut self,
        mut query: ListQuery,
        types: &[&Arc<ResourceType>],
    ) -> Result<Reply, ScimError> {
        query.check(types, self.profile())?;
        let asked = Asked::bend(self.call, &mut query);
        let query = &query;
        let cursor = self.cursor(query, types, &asked)?;
        let rows = self.rows(query, types);
        let count = query.count.min(self.page_cap());
        let page = match &cursor {
            Some(cursor) => {
                let page = rows.beside(cursor, count);
                let offset = asked.offset_behind(cursor, page.offset);
                Page { offset, ..page }
            }
            None => Page {
                offset: query.start_index.saturating_sub(1),
                count,
            },
        };
        // Where a page begins is told by the true order, so that who pages by cursors comes to an end.
        let other = asked.is_unordered().then(|| rows.shuffled(&asked));
        let shown = other.as_ref().unwrap_or(&rows);
        let found = if self.is_newest_first(query) {
            shown.page_from_behind(&page)
        } else {
            shown.page(&page)
        };
        let before = cursor.is_some().then_some(page.offset);
        let mut envelope = Envelope {
            total: asked.total(rows.len(), before),
            start_index: Some(asked.start_index),
            ..Envelope::default()
        };
        if query.paging != Paging::Index {
            self.mark(&mut envelope, (query, types), (&rows, &page, found.len()));
        }
        let mut show = Show::by(&query.projection, self.profile());
        let body = match &found[..] {
            // Most lists are look-ups of one: no need to collect it.
            [one] => envelope.around(&[show.of(one)]),
            all => {
                let shown: Vec<_> = all.iter().map(|stored| show.of(stored)).collect();
                envelope.around(&shown)
            }
        };
        Ok(dialect::reply(StatusCode::OK, body))
    }

    /// How many rows a page holds at the most, beside what the profile says: a server may always give fewer.
    fn page_cap(&mut self) -> usize {
        let open = self.call.manner.filter(|_| !is_scripted(self.call.plan));
        open.map_or(usize::MAX, |manner| manner.page_cap(&mut self.varied))
    }

    /// Whether the rows come in another order than usual: only where none is asked for, and where no cursor remembers
    /// one. It is the same on each page of a query, whatever rules act on some of them, so that no row is lost.
    fn is_newest_first(&mut self, query: &ListQuery) -> bool {
        let is_open = query.sort.is_none() && query.paging == Paging::Index;
        let open = self.call.manner.filter(|_| is_open);
        open.is_some_and(|manner| manner.is_newest_first(&mut self.varied))
    }

    /// Everything that a query finds, in its order; the indexes spare most look-ups the walk over all.
    fn rows(&mut self, query: &ListQuery, types: &[&Arc<ResourceType>]) -> Rows {
        let directory = self.directory();
        if query.filter.is_none() && query.sort.is_none() {
            let all = types.iter().map(|row| directory.snapshot(row.kind));
            return Rows::All(all.collect());
        }
        let mut picked = Vec::new();
        let is_plain = types.len() == 1 && query.sort.is_none();
        for (place, resource_type) in types.iter().enumerate() {
            let indexed = match &query.filter {
                Some(filter) => self.indexed(resource_type, filter),
                None => None,
            };
            let scope = (place, &***resource_type);
            match indexed {
                Some(Candidates { rows, quality }) if is_plain && quality == Quality::Exact => {
                    return Rows::Found(rows);
                }
                Some(Candidates { rows, quality }) => {
                    let ranked = rows.into_iter();
                    picked
                        .extend(ranked.filter_map(|row| ranked_row(query, scope, (row, quality))));
                }
                None => {
                    let all = directory.snapshot(resource_type.kind);
                    let needle = query.filter.as_ref();
                    let needle = needle.and_then(|filter| filter.needle(resource_type));
                    let can_fit = |row: &&Arc<Stored>| row.may_hold(needle.as_ref());
                    let ranked = all.iter().filter(can_fit).cloned();
                    picked.extend(
                        ranked.filter_map(|row| ranked_row(query, scope, (row, Quality::Rough))),
                    );
                }
            }
        }
        let order = query.sort.as_ref().map(|sort| sort.order);
        let order = order.unwrap_or_default();
        if query.sort.is_some() {
            picked.sort_by(|(left, _), (right, _)| left.cmp_by(order, right));
        }
        Rows::Picked(picked, order)
    }

    /// The cursor that came, if one did that leads anywhere.
    fn cursor(
        &self,
        query: &ListQuery,
        types: &[&Arc<ResourceType>],
        asked: &Asked<'_>,
    ) -> Result<Option<Cursor>, ScimError> {
        let sent = match &query.paging {
            Paging::Cursor(sent) if !sent.is_empty() => sent,
            _ => return Ok(None),
        };
        if asked.is_expired() {
            let detail = "cursor: it has expired; begin with an empty one";
            return Err(ScimError::typed(ScimType::ExpiredCursor, detail));
        }
        let now = self.call.sandbox.now().as_millisecond();
        let seal = |said: &[u8]| self.seal(query, types, said);
        Cursor::read(sent, seal, (now, self.profile())).map(Some)
    }

    /// Says in the envelope where the neighbouring pages are, [RFC 9865 section 2](https://www.rfc-editor.org/rfc/rfc9865#section-2).
    ///
    /// Whoever did not say how to page may go on either way, and so gets both an index and a cursor.
    fn mark(
        &self,
        envelope: &mut Envelope,
        (query, types): (&ListQuery, &[&Arc<ResourceType>]),
        (rows, page, shown): (&Rows, &Page, usize),
    ) {
        let issued = self.call.sandbox.now().as_millisecond();
        let cursor = |place: usize, direction: Direction| {
            let cursor = Cursor {
                position: rows.position(place)?,
                direction,
                issued,
            };
            Some(cursor.written(|said| self.seal(query, types, said)))
        };
        let end = page.offset.saturating_add(shown);
        if shown > 0 && end < rows.len() {
            envelope.next_cursor = cursor(end - 1, Direction::Next);
        }
        if matches!(query.paging, Paging::Cursor(_)) {
            envelope.start_index = None;
            if shown > 0 && page.offset > 0 {
                envelope.previous_cursor = cursor(page.offset, Direction::Previous);
            }
        }
    }

    /// The seal of a cursor: nobody without the seed makes it, and it fits one query of one organization only.
    fn seal(&self, query: &ListQuery, types: &[&Arc<ResourceType>], said: &[u8]) -> [u8; 32] {
        let mut stream = format!("cursor/{}", self.organization.id);
        for row in types {
            stream.push_str(&row.endpoint);
        }
        if let Some(filter) = &query.filter {
            // Names have no case, and a client may spell them as it likes on every page.
            stream.push_str(&format!("?{filter}").to_lowercase());
        }
        if let Some(sort) = &query.sort {
            stream.push_str(&format!("&{} {:?}", sort.by, sort.order).to_lowercase());
        }
        stream.push('#');
        stream.push_str(&String::from_utf8_lossy(said));
        self.call.sandbox.entropy.draw(&stream, 0).bytes()
    }
}

/// Where a resource stands among the rows; nothing if the filter does not find it.
fn ranked_row(
    query: &ListQuery,
    (place, resource_type): (usize, &ResourceType),
    (stored, quality): (Arc<Stored>, Quality),
) -> Option<(Position, Arc<Stored>)> {
    let unchecked = query.filter.as_ref().filter(|_| quality == Quality::Rough);
    let mut key = SortKey::Missing;
    if unchecked.is_some() || query.sort.is_some() {
        // Asked for once: it may have to be parsed.
        let resource = stored.resource();
        if unchecked.is_some_and(|filter| !filter.matches(&resource, resource_type)) {
            return None;
        }
        if let Some(sort) = &query.sort {
            key = sort.key(&resource, resource_type);
            if query.paging != Paging::Index {
                key = key.remembered();
            }
        }
    }
    let ordinal = stored.ordinal();
    let position = Position {
        key,
        place,
        ordinal,
    };
    Some((position, stored))
}
