//! Long lists, a page at a time.

use std::ops::Range;

use maud::{Markup, html};

use crate::app::call::Call;
use crate::app::surface::place;
use crate::oauth::form::Form;

/// How many rows a page has.
pub(super) const ROWS: usize = 50;

/// Tells which page of how many is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pager {
    /// Counted from 1.
    pub(super) page: usize,
    /// How many there are; one at least.
    pub(super) pages: usize,
    /// How many rows all pages have together.
    pub(super) total: usize,
}

impl Pager {
    /// The page that a query asks for, or the nearest there is.
    pub(super) fn of(call: Call<'_>, total: usize) -> Self {
        let query = Form::read(call.request.query().as_bytes());
        let asked = query.first("page").and_then(|text| text.parse().ok());
        let pages = total.div_ceil(ROWS).max(1);
        let page = asked.unwrap_or(1).clamp(1, pages);
        Self { page, pages, total }
    }

    /// The places of the rows that are shown.
    pub(super) fn rows(&self) -> Range<usize> {
        let first = (self.page - 1).saturating_mul(ROWS);
        first..first.saturating_add(ROWS).min(self.total)
    }

    /// The rows in words, as in "51 to 100 of 1,204".
    pub(super) fn in_words(&self) -> String {
        let rows = self.rows();
        match self.total {
            0 => "none".into(),
            total if self.pages == 1 => format!("{} in all", grouped(total)),
            total => format!(
                "{} to {} of {}",
                grouped(rows.start + 1),
                grouped(rows.end),
                grouped(total)
            ),
        }
    }

    /// The ways to the other pages; nothing where there is one only.
    pub(super) fn show(&self, call: Call<'_>, path: &str, query: &[(&str, &str)]) -> Markup {
        let to = |page: usize| {
            let mut fields = form_urlencoded::Serializer::new(String::new());
            fields.extend_pairs(query);
            fields.append_pair("page", &page.to_string());
            place::local(call.sandbox, &format!("{path}?{}", fields.finish()))
        };
        html! {
            @if self.pages > 1 {
                nav.pages aria-label="Pages" {
                    @if self.page > 1 {
                        a href=(to(1)) { "First" }
                        a href=(to(self.page - 1)) rel="prev" { "Previous" }
                    }
                    p { "Page " (grouped(self.page)) " of " (grouped(self.pages)) }
                    @if self.page < self.pages {
                        a href=(to(self.page + 1)) rel="next" { "Next page" }
                        a href=(to(self.pages)) { "Last" }
                    }
                }
            }
        }
    }
}

/// A number for people, as in "100,000".
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
