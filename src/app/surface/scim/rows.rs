//! Everything that a query finds at one moment, and the pages it is cut into.

use std::borrow::Cow;
use std::sync::Arc;

use crate::app::surface::listing::Asked;
use crate::scim::cursor::{Cursor, Direction, Position};
use crate::scim::sort::{SortKey, SortOrder};
use crate::store::directory::{Snapshot, Stored};

/// Everything that a query finds at one moment, in the order it goes out.
pub(super) enum Rows {
    /// All resources of some types, one type behind the other.
    All(Vec<Snapshot>),
    /// What an index found among the resources of one type, in creation order: what a look-up is.
    Found(Vec<Arc<Stored>>),
    /// Those that were picked, and where each stands.
    Picked(Vec<(Position, Arc<Stored>)>, SortOrder),
}

/// The part of the rows that a page shows.
pub(super) struct Page {
    pub(super) offset: usize,
    pub(super) count: usize,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::All(types) => types.iter().map(Snapshot::len).sum(),
            Self::Found(rows) => rows.len(),
            Self::Picked(rows, _) => rows.len(),
        }
    }

    /// The same rows in the order that a rule wants for this page.
    pub(super) fn shuffled(&self, asked: &Asked<'_>) -> Self {
        let whole = Page {
            offset: 0,
            count: self.len(),
        };
        let mut rows = self.page(&whole).into_owned();
        asked.shuffle(&mut rows);
        Self::Found(rows)
    }

    pub(super) fn page(&self, page: &Page) -> Cow<'_, [Arc<Stored>]> {
        let Page { mut offset, count } = *page;
        match self {
            Self::All(types) => {
                let mut found = Vec::new();
                for rows in types {
                    found.extend(rows.page(offset, count - found.len()));
                    offset = offset.saturating_sub(rows.len());
                }
                Cow::Owned(found)
            }
            Self::Found(rows) => {
                let rest = rows.get(offset..).unwrap_or_default();
                Cow::Borrowed(rest.get(..count).unwrap_or(rest))
            }
            Self::Picked(rows, _) => {
                let rows = rows.iter().skip(offset).take(count);
                rows.map(|(_, stored)| Arc::clone(stored)).collect()
            }
        }
    }

    /// The same, counted from the last row backwards.
    pub(super) fn page_from_behind(&self, page: &Page) -> Cow<'_, [Arc<Stored>]> {
        let left = self.len().saturating_sub(page.offset);
        let count = page.count.min(left);
        let offset = left - count;
        let mut found = self.page(&Page { offset, count }).into_owned();
        found.reverse();
        Cow::Owned(found)
    }

    /// The page that a cursor leads to.
    pub(super) fn beside(&self, cursor: &Cursor, count: usize) -> Page {
        match cursor.direction {
            Direction::Next => Page {
                offset: self.behind(&cursor.position),
                count,
            },
            Direction::Previous => {
                let before = self.before(&cursor.position);
                Page {
                    offset: before.saturating_sub(count),
                    count: count.min(before),
                }
            }
        }
    }

    /// How many rows stand at a position or before it.
    fn behind(&self, position: &Position) -> usize {
        match self {
            Self::All(types) => place_among(types, position, |place| place + 1),
            Self::Found(rows) => rows.partition_point(|row| row.ordinal() <= position.ordinal),
            Self::Picked(rows, order) => {
                rows.partition_point(|(row, _)| row.cmp_by(*order, position).is_le())
            }
        }
    }

    /// How many rows stand before a position.
    fn before(&self, position: &Position) -> usize {
        match self {
            Self::All(types) => place_among(types, position, |place| place),
            Self::Found(rows) => rows.partition_point(|row| row.ordinal() < position.ordinal),
            Self::Picked(rows, order) => {
                rows.partition_point(|(row, _)| row.cmp_by(*order, position).is_lt())
            }
        }
    }

    pub(super) fn position(&self, index: usize) -> Option<Position> {
        match self {
            Self::All(types) => {
                let mut index = index;
                for (place, rows) in types.iter().enumerate() {
                    if let [one] = &rows.page(index, 1)[..] {
                        return Some(unsorted(place, one));
                    }
                    index = index.checked_sub(rows.len())?;
                }
                None
            }
            Self::Found(rows) => rows.get(index).map(|row| unsorted(0, row)),
            Self::Picked(rows, _) => rows.get(index).map(|(position, _)| position.clone()),
        }
    }
}

/// Where a resource stands in a list that is not sorted.
fn unsorted(place: usize, stored: &Stored) -> Position {
    Position {
        key: SortKey::Missing,
        place,
        ordinal: stored.ordinal(),
    }
}

/// The place of a position among resources of some types; `found` tells it from the place of the row that stands there.
fn place_among(types: &[Snapshot], position: &Position, found: fn(usize) -> usize) -> usize {
    let before = types.iter().take(position.place).map(Snapshot::len);
    let before: usize = before.sum();
    let within = types.get(position.place).map(|rows| {
        let place = rows.place(position.ordinal);
        place.map_or_else(|place| place, found)
    });
    before + within.unwrap_or(0)
}
