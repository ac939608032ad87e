//! Finding a resource by its matching attribute, and believing the answer only as far as it goes.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::body::{self, Page};
use super::retry::Patience;
use super::session::{Read, Stop};
use super::{Client, Defect};

/// What a client calls a kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Group,
}

impl Kind {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }

    /// The attribute both sides are matched by; neither is case-exact.
    pub(super) fn matching(self) -> &'static str {
        match self {
            Self::User => "userName",
            Self::Group => "displayName",
        }
    }
}

/// What a lookup came to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    /// Certainly not there.
    Absent,
    /// Exactly one row, which certainly is the one asked for.
    One { id: String, row: Value },
    /// So many rows match: none of them may be written to.
    Several(usize),
    /// The answer cannot be believed, or there was none.
    Unknown(String),
}

/// What percent-encoding leaves alone: the unreserved characters of RFC 3986 section 2.3.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What no request line can carry at all: the least that a careless client still encodes.
const IMPOSSIBLE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'\\')
    .add(b'<')
    .add(b'>')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A filter for one value, ready for the query.
///
/// The value is a JSON string inside the filter, [RFC 7644 section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2).
pub(super) fn equals(attribute: &str, value: &str) -> String {
    let filter = format!("{attribute} eq {}", Value::from(value));
    format!("filter={}", escape(&filter))
}

/// Encodes text for one path segment or one query value.
pub(super) fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

fn careless_equals(attribute: &str, value: &str) -> String {
    let filter = format!("{attribute} eq \"{value}\"");
    format!("filter={}", utf8_percent_encode(&filter, IMPOSSIBLE))
}

impl Client<'_> {
    /// Looks one name up.
    pub(super) async fn look_up(&mut self, kind: Kind, name: &str) -> Result<Found, Stop> {
        let mut query = if self.has(Defect::RawFilter) {
            careless_equals(kind.matching(), name)
        } else {
            equals(kind.matching(), name)
        };
        if kind == Kind::Group {
            query.push_str("&excludedAttributes=members");
        }
        let patience = if self.has(Defect::FailedLookupIsAbsent) {
            Patience::none()
        } else {
            self.patience()
        };
        let found = match self.read_within(kind.path(), &query, patience).await? {
            Read::Body(body) => Page::accept(&body).map_or_else(
                || Found::Unknown("the answer is no list".into()),
                |page| self.judge(kind, name, &page),
            ),
            // A collection that is not there says nothing of its members.
            Read::Gone => Found::Unknown("the collection is not there".into()),
            Read::Refused(why) | Read::Unknown(why) => Found::Unknown(why),
        };
        Ok(match found {
            Found::Unknown(_) if self.has(Defect::FailedLookupIsAbsent) => Found::Absent,
            Found::One { .. } if self.has(Defect::IgnoreMatch) => Found::Absent,
            found => found,
        })
    }

    /// Says what a page of rows means for the name that was asked for.
    fn judge(&self, kind: Kind, name: &str, page: &Page) -> Found {
        let is_asked = |row: &&Value| {
            body::text(row, kind.matching())
                .is_some_and(|value| value.to_lowercase() == name.to_lowercase())
        };
        let matches: Vec<_> = page.rows.iter().filter(is_asked).collect();
        match (matches.as_slice(), page.rows.as_slice()) {
            ([], []) if self.has(Defect::EmptyIsError) => {
                Found::Unknown("the result is empty".into())
            }
            ([], []) if page.total.unwrap_or(0) == 0 => Found::Absent,
            ([], []) => Found::Unknown("the total and the rows contradict each other".into()),
            ([], [first, ..]) if self.has(Defect::TakeFirstRow) => one(first),
            ([], _) => Found::Unknown("the rows are not the ones asked for".into()),
            ([row], _) => one(row),
            ([first, ..], _) if self.has(Defect::TakeFirstOfTwo) => one(first),
            (several, _) => Found::Several(several.len()),
        }
    }
}

fn one(row: &Value) -> Found {
    match body::id(row) {
        Some(id) => Found::One {
            id,
            row: row.clone(),
        },
        None => Found::Unknown("the row has no id".into()),
    }
}

/// The path of one resource: its id is opaque text and one segment, whatever is in it.
pub(super) fn path_of(kind: Kind, id: &str, defect: Option<Defect>) -> String {
    let segment = if defect == Some(Defect::MangledId) {
        mangled(id)
    } else {
        match id {
            // Alone in a segment, dots would be resolved away.
            "." => "%2E".to_owned(),
            ".." => "%2E%2E".to_owned(),
            id => escape(id),
        }
    };
    format!("{}/{segment}", kind.path())
}

/// What becomes of an id that is taken for a number, or encoded by two layers.
fn mangled(id: &str) -> String {
    match id.parse::<f64>() {
        Ok(number) if id.bytes().all(|byte| byte.is_ascii_digit()) => format!("{number:.0}"),
        _ => escape(&escape(id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_is_a_json_string_and_then_percent_encoded() {
        assert_eq!(
            equals("userName", r#"o"neil+a\b@main.com"#),
            "filter=userName%20eq%20%22o%5C%22neil%2Ba%5C%5Cb%40main.com%22"
        );
        assert_eq!(
            equals("displayName", "Küche & Co #1 50%"),
            "filter=displayName%20eq%20%22K%C3%BCche%20%26%20Co%20%231%2050%25%22"
        );
    }

    #[test]
    fn careless_filter_is_still_a_request_target() {
        let query = careless_equals("userName", "a+b&c#d\"\\ü %");
        assert!(format!("/Users?{query}").parse::<http::Uri>().is_ok());
        assert!(query.contains("a+b&c#d"));
    }

    #[test]
    fn id_is_one_segment() {
        let path = |id| path_of(Kind::User, id, None);
        assert_eq!(path("a/b@c %ü"), "/Users/a%2Fb%40c%20%25%C3%BC");
        assert_eq!(path("1234567890123456789"), "/Users/1234567890123456789");
        assert_eq!(path(".."), "/Users/%2E%2E");
        let wrong = |id| path_of(Kind::User, id, Some(Defect::MangledId));
        assert_eq!(wrong("1234567890123456789"), "/Users/1234567890123456768");
        assert_eq!(wrong("a@b"), "/Users/a%2540b");
    }
}
