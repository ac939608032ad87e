//! Reading all users, page by page.

use std::collections::BTreeMap;

use serde_json::Value;

use super::body::{self, Page};
use super::lookup::Kind;
use super::session::{Read, Stop};
use super::{Client, Defect};

/// How many rows a page is asked for.
const COUNT: usize = 100;
/// How many pages are read at the most: a server that never ends is not believed.
const PAGES: usize = 10_000;
/// How often a client that loops asks for one empty page; a test has to end.
const LOOPS: usize = 12;

/// The users of the server, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Listing {
    rows: BTreeMap<String, Value>,
    extent: Extent,
}

/// How much of the directory a listing covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Extent {
    All,
    /// It broke off, or was never made: what it lacks may well be there.
    #[default]
    Part,
}

impl Listing {
    /// The row of that id.
    pub(super) fn row(&self, id: &str) -> Option<&Value> {
        self.rows.get(id)
    }

    /// Whether the whole directory was read and has no such id.
    pub(super) fn lacks(&self, id: &str) -> bool {
        self.extent == Extent::All && !self.rows.contains_key(id)
    }

    /// Whether the listing broke off before it came to that user name.
    pub(super) fn broke_off_before(&self, user_name: &str) -> bool {
        self.extent == Extent::Part
            && !self.rows.values().any(|row| {
                body::text(row, "userName").is_some_and(|name| name.eq_ignore_ascii_case(user_name))
            })
    }
}

impl Client<'_> {
    /// Reads all users; one page that fails makes the whole listing one of which nothing is inferred.
    pub(super) async fn list_users(&mut self) -> Result<Listing, Stop> {
        let mut listing = Listing::default();
        let (mut start, mut empty) = (1, 0);
        for _ in 0..PAGES {
            let query = format!("startIndex={start}&count={COUNT}");
            let page = match self.read(Kind::User.path(), &query).await? {
                Read::Body(body) => Page::accept(&body),
                Read::Gone | Read::Refused(_) | Read::Unknown(_) => None,
            };
            let Some(page) = page else {
                self.summary.fail(format!("listing broke off at {start}"));
                return Ok(listing);
            };
            let came = page.rows.len();
            // Without a total, only an empty page says that this is the end.
            let total = page.total.unwrap_or(if came == 0 { 0 } else { usize::MAX });
            for row in page.rows {
                listing.rows.extend(body::id(&row).map(|id| (id, row)));
            }
            if came == 0 && total >= start {
                empty += 1;
                if self.has(Defect::RepeatEmptyPage) && empty < LOOPS {
                    continue;
                }
                self.summary
                    .note(format!("listing ended at {start} of {total}"));
                return Ok(listing);
            }
            start += self.advance(came);
            if came == 0 || start > total {
                listing.extent = Extent::All;
                return Ok(listing);
            }
        }
        Ok(listing)
    }

    /// The next page begins after the rows that really came: a server may send fewer than asked for,
    /// [RFC 7644 section 3.4.2.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4).
    fn advance(&self, came: usize) -> usize {
        if self.has(Defect::AdvanceByCount) {
            COUNT
        } else {
            came
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_listing_lacks_nobody() {
        let mut listing = Listing::default();
        assert!(!listing.lacks("1"));
        listing.extent = Extent::All;
        assert!(listing.lacks("1"));
        listing.rows.insert("1".into(), Value::Null);
        assert!(!listing.lacks("1"));
    }
}
