//! Lists as rules want them: pages cut in another way, totals that change, rows in another order.

use std::sync::Arc;

use crate::app::call::Call;
use crate::entropy::Draw;
use crate::scenario::plan::{DataVerb, Drift, Mutation, PageVerb};
use crate::scim::cursor::{Cursor, Direction};
use crate::scim::list::{ListQuery, Paging};
use crate::store::directory::Stored;

/// What a client asked of a list, before rules had their way with it.
pub(super) struct Asked<'c> {
    call: Call<'c>,
    /// The place of the first row, counted from 1.
    pub(super) start_index: usize,
    /// How many rows a page has.
    count: usize,
    repeats: bool,
    /// Of which list which page it is, for draws.
    page: String,
}

impl<'c> Asked<'c> {
    /// Has the rules change what is asked; says what it was.
    pub(super) fn bend(call: Call<'c>, query: &mut ListQuery) -> Self {
        // Nearly every list is healthy, and draws nothing.
        let page = if call.plan.data.is_empty() {
            String::new()
        } else {
            let filter = query.filter.as_ref().map(ToString::to_string);
            let filter = filter.unwrap_or_default();
            let place = match &query.paging {
                Paging::Cursor(cursor) => cursor.clone(),
                Paging::Index | Paging::Either => query.start_index.to_string(),
            };
            format!("{}/{filter}/{place}", call.operation.name())
        };
        let mut asked = Self {
            call,
            start_index: query.start_index,
            count: query.count,
            repeats: false,
            page,
        };
        if call.plan.mutations.contains(&Mutation::PageDrift) && query.start_index > 1 {
            query.start_index -= 1;
        }
        for verb in asked.verbs() {
            if let PageVerb::Cap(least, most) = verb {
                query.count = query.count.min(asked.between("page cap", least, most));
            }
        }
        asked.count = query.count;
        asked.repeats = query.count > 1 && asked.wants(PageVerb::Repeat);
        let is_counted = !matches!(query.paging, Paging::Cursor(_));
        if is_counted && asked.repeats {
            query.start_index -= (query.start_index - 1) / query.count;
        }
        asked
    }

    /// How many rows stand before the page that a cursor leads to, where its first row is to be the last one before it.
    pub(super) fn offset_behind(&self, cursor: &Cursor, offset: usize) -> usize {
        let repeats = self.repeats && cursor.direction == Direction::Next;
        offset.saturating_sub(usize::from(repeats))
    }

    /// The total that a page tells; one that a cursor led to has so many rows before it.
    pub(super) fn total(&self, mut total: usize, before: Option<usize>) -> usize {
        let new_rows = (self.count - usize::from(self.repeats)).max(1);
        if self.repeats && total > self.count {
            // Each page behind the first has one row of the page before.
            total += (total - 2) / new_rows;
        }
        let pages = match before {
            Some(rows) => rows.div_ceil(new_rows),
            None => (self.start_index - 1).div_ceil(self.count.max(1)),
        };
        for verb in self.verbs() {
            total = match verb {
                PageVerb::Total(Drift::Grows) => total.saturating_add(pages),
                PageVerb::Total(Drift::Shrinks) => total.saturating_sub(pages),
                PageVerb::Total(Drift::Jitters) => {
                    (total + self.between("total", 0, 4)).saturating_sub(2)
                }
                _ => total,
            };
        }
        total
    }

    /// Whether this page is cut out of another order than its neighbours.
    pub(super) fn is_unordered(&self) -> bool {
        self.wants(PageVerb::Unordered)
    }

    /// Puts all rows in the order that this page is cut out of.
    pub(super) fn shuffle(&self, rows: &mut [Arc<Stored>]) {
        for last in (1..rows.len()).rev() {
            let draw = self.draw("order", last as u64);
            rows.swap(last, below(draw, last + 1));
        }
    }

    /// Whether the cursor that came has expired.
    pub(super) fn is_expired(&self) -> bool {
        self.wants(PageVerb::ExpiredCursor)
    }

    fn verbs(&self) -> impl Iterator<Item = PageVerb> + use<'c> {
        self.call.plan.data.iter().filter_map(|verb| match verb {
            DataVerb::Page(page) => Some(*page),
            _ => None,
        })
    }

    fn wants(&self, wanted: PageVerb) -> bool {
        self.verbs().any(|verb| verb == wanted)
    }

    fn between(&self, what: &str, least: usize, most: usize) -> usize {
        least + below(self.draw(what, 0), most - least + 1)
    }

    /// The same page of the same list always draws the same.
    fn draw(&self, what: &str, n: u64) -> Draw {
        let stream = format!("{what}/{}", self.page);
        self.call.sandbox.entropy.draw(&stream, n)
    }
}

/// A drawn number below another.
fn below(draw: Draw, limit: usize) -> usize {
    usize::try_from(draw.number() % limit.max(1) as u64).unwrap_or_default()
}
