//! Cursors, [RFC 9865](https://www.rfc-editor.org/rfc/rfc9865): where in a list a page ended, as a text for the client.
//!
//! A cursor is a place between two resources, not a count of them: what is created or deleted before it moves nothing.
//! Nothing is kept for it; it carries all it needs, under a seal that only this server can make for this query.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::error::{ScimError, ScimType};
use super::sort::{SortKey, SortOrder};
use crate::profile::Profile;

/// How many bytes of a seal a cursor carries.
const SEAL: usize = 16;

/// No cursor of ours is longer; one that is need not be read.
const LONGEST: usize = 4096;

/// Where a resource stands in a list: by its sort key, then by its type, then by its age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// What it is sorted by; [`SortKey::Missing`] in a list that is not sorted.
    pub key: SortKey,
    /// The place of its type among those that are listed.
    pub place: usize,
    /// Its place among the resources of its type, in creation order.
    pub ordinal: u64,
}

impl Position {
    /// Which of two positions comes first in a list of that order.
    pub fn cmp_by(&self, order: SortOrder, other: &Self) -> Ordering {
        let by_age = || (self.place, self.ordinal).cmp(&(other.place, other.ordinal));
        order.between(&self.key, &other.key).then_with(by_age)
    }
}

/// Which page a cursor leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The one behind the position.
    Next,
    /// The one before the position.
    Previous,
}

/// A place in a list, and which way to go from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The last resource of the page before, or the first of the page behind.
    pub position: Position,
    /// Which way to go.
    pub direction: Direction,
    /// When it was given out, in milliseconds since 1970.
    pub issued: i64,
}

impl Cursor {
    /// The cursor as a client gets it, in unreserved characters only; `seal` makes the seal of what it says.
    pub fn written(&self, seal: impl FnOnce(&[u8]) -> [u8; 32]) -> String {
        let Position {
            key,
            place,
            ordinal,
        } = &self.position;
        let is_previous = self.direction == Direction::Previous;
        let said = json!([self.issued, is_previous, place, ordinal, key.to_json()]).to_string();
        let seal = seal(said.as_bytes());
        let mut bytes = Vec::with_capacity(SEAL + said.len());
        bytes.extend(seal.iter().take(SEAL));
        bytes.extend_from_slice(said.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what a client sent.
    ///
    /// # Errors
    ///
    /// 400 `invalidCursor` for what this server never gave out for this query, 400 `expiredCursor` for what is too old.
    pub fn read(
        text: &str,
        seal: impl FnOnce(&[u8]) -> [u8; 32],
        (now, profile): (i64, &Profile),
    ) -> Result<Self, ScimError> {
        let invalid = || {
            let detail = "cursor: this query has given out no such cursor; begin with an empty one";
            ScimError::typed(ScimType::InvalidCursor, detail)
        };
        let cursor = Self::opened(text, seal).ok_or_else(invalid)?;
        let age = now.checked_sub(cursor.issued).ok_or_else(invalid)?;
        let life = i64::try_from(profile.cursor_seconds.saturating_mul(1000)).unwrap_or(i64::MAX);
        if age > life {
            let seconds = profile.cursor_seconds;
            let detail = format!("cursor: it lived {seconds} seconds; begin with an empty one");
            return Err(ScimError::typed(ScimType::ExpiredCursor, detail));
        }
        Ok(cursor)
    }

    fn opened(text: &str, seal: impl FnOnce(&[u8]) -> [u8; 32]) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode((text.len() <= LONGEST).then_some(text)?)
            .ok()?;
        let (sealed, said) = bytes.split_at_checked(SEAL)?;
        if !seal(said).starts_with(sealed) {
            return None;
        }
        let (issued, is_previous, place, ordinal, key): (i64, bool, usize, u64, Value) =
            serde_json::from_slice(said).ok()?;
        Some(Self {
            position: Position {
                key: SortKey::from_json(key)?,
                place,
                ordinal,
            },
            direction: if is_previous {
                Direction::Previous
            } else {
                Direction::Next
            },
            issued,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seal(said: &[u8]) -> [u8; 32] {
        use sha2::Digest as _;
        sha2::Sha256::digest(said).into()
    }

    fn read(text: &str, now: i64) -> Result<Cursor, Option<ScimType>> {
        let profile = Profile {
            cursor_seconds: 60,
            ..Profile::default()
        };
        Cursor::read(text, seal, (now, &profile)).map_err(|error| error.scim_type)
    }

    fn cursor(key: SortKey) -> Cursor {
        Cursor {
            position: Position {
                key,
                place: 1,
                ordinal: u64::MAX,
            },
            direction: Direction::Previous,
            issued: 1_000,
        }
    }

    #[test]
    fn cursor_reads_back_whatever_the_key() {
        for key in [
            SortKey::Missing,
            SortKey::Boolean(true),
            SortKey::Number(i64::MAX.into()),
            SortKey::Instant("2030-01-01T00:00:00.001Z".parse().unwrap()),
            SortKey::Text("müller \"x\"".into()),
            SortKey::Text("x".repeat(100_000)).remembered(),
        ] {
            let cursor = cursor(key);
            let text = cursor.written(seal);
            assert!(text.len() < LONGEST);
            assert!(
                text.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            );
            assert_eq!(read(&text, 1_000), Ok(cursor));
        }
    }

    #[test]
    fn cursor_lives_as_long_as_the_profile_says() {
        let text = cursor(SortKey::Missing).written(seal);
        assert!(read(&text, 61_000).is_ok());
        assert_eq!(read(&text, 61_001), Err(Some(ScimType::ExpiredCursor)));
    }

    #[test]
    fn changed_cursor_is_refused_at_every_byte() {
        let text = cursor(SortKey::Text("anna".into())).written(seal);
        for place in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(
                read(&changed, 1_000),
                Err(Some(ScimType::InvalidCursor)),
                "{place}"
            );
        }
        assert_eq!(read(&text[1..], 1_000), Err(Some(ScimType::InvalidCursor)));
    }

    proptest! {
        #[test]
        fn any_text_is_refused_and_never_panics(text in any::<String>()) {
            prop_assert_eq!(read(&text, 0), Err(Some(ScimType::InvalidCursor)));
        }
    }
}
