//! Every behaviour that no RFC fixes, as one value.
//!
//! Each field says how it was learnt and where: [`FIELDS`] is the table behind `goto-double list profile` and
//! `docs/profile.md`. Handlers read the profile; none of them decides for itself.
//! This module knows no other.

mod endpoint;
mod named;
mod table;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use endpoint::Endpoint;
pub use named::{NAMED, Named};
pub use table::{FIELDS, Profile};

/// How sure we are that the real GoTo behaves so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Its makers, or the maker of a client of it, wrote it down.
    Documented,
    /// Somebody saw it happen on the real service.
    Observed,
    /// Nobody public knows: the RFC's choice, or the most sensible one.
    Assumed,
}

/// What is known of one field of the [`Profile`].
#[derive(Debug)]
pub struct Field {
    /// Its name, as in a file that overrides it.
    pub name: &'static str,
    /// What it decides.
    pub about: &'static str,
    /// How sure its default is.
    pub evidence: Evidence,
    /// Where that was learnt.
    pub source: &'static str,
}

/// Which status answers a PATCH that succeeded; both are lawful, RFC 7644 section 3.5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatchAnswer {
    /// 200 with the whole resource.
    Full,
    /// 204 with no body.
    NoContent,
}

/// What becomes of an attribute that no schema of the resource defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownAttributes {
    /// It is dropped without a word.
    Ignore,
    /// The request is refused with 400 `invalidSyntax`.
    Refuse,
}

/// What a PATCH of the older dialect does with the members it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatchMembers {
    /// They join those there are; one marked `"operation": "delete"` leaves.
    Merge,
    /// They take the place of those there are.
    Replace,
}

/// The status of a refusal, 400 to 499.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct ErrorStatus(StatusCode);

impl ErrorStatus {
    /// 400.
    pub const BAD_REQUEST: Self = Self(StatusCode::BAD_REQUEST);
    /// 401.
    pub const UNAUTHORIZED: Self = Self(StatusCode::UNAUTHORIZED);
    /// 403.
    pub const FORBIDDEN: Self = Self(StatusCode::FORBIDDEN);
    /// 410.
    pub const GONE: Self = Self(StatusCode::GONE);
    /// 404.
    pub const NOT_FOUND: Self = Self(StatusCode::NOT_FOUND);

    /// The status code.
    pub fn code(self) -> StatusCode {
        self.0
    }
}

impl TryFrom<u16> for ErrorStatus {
    type Error = String;

    fn try_from(code: u16) -> Result<Self, String> {
        match StatusCode::from_u16(code) {
            Ok(status) if status.is_client_error() => Ok(Self(status)),
            _ => Err(format!(
                "{code} refuses no request: a status from 400 to 499 is wanted"
            )),
        }
    }
}

impl From<ErrorStatus> for u16 {
    fn from(status: ErrorStatus) -> Self {
        status.0.as_u16()
    }
}

/// The member of a few changes that names the profile they change.
pub const BASE: &str = "base";

impl Profile {
    /// The profile that a few changes make: of the one that `base` names, or of `goto`.
    ///
    /// # Errors
    ///
    /// The message names an unknown profile, an unknown field, or one of the wrong type, and what comes nearest.
    ///
    /// # Examples
    ///
    /// ```
    /// # use goto_double::profile::Profile;
    /// let changes = serde_json::json!({ "base": "rfc", "page_size": 5 });
    /// let profile = Profile::of(changes.as_object().unwrap()).unwrap();
    /// assert_eq!(profile.page_size, 5);
    /// ```
    pub fn of(changes: &Map<String, Value>) -> Result<Self, String> {
        let base = match changes.get(BASE) {
            None => Self::default(),
            Some(Value::String(name)) => Self::named(name)?,
            Some(_) => return Err(format!("{BASE}: the name of a profile is wanted")),
        };
        let Ok(Value::Object(mut fields)) = serde_json::to_value(base) else {
            return Err("the profile is not an object".into());
        };
        for (name, value) in changes.iter().filter(|(name, _)| *name != BASE) {
            match fields.get_mut(name) {
                Some(field) => *field = value.clone(),
                None => return Err(unknown_field(name)),
            }
        }
        serde_path_to_error::deserialize(Value::Object(fields))
            .map_err(|error| format!("{}: {}", error.path(), error.inner()))
    }
}

fn unknown_field(name: &str) -> String {
    let fields = FIELDS.iter().map(|field| field.name).chain([BASE]);
    let hint = hint(name, fields);
    format!("unknown field `{name}`{hint}; goto-double list profile shows them all")
}

/// The end of a refusal that names the word which was probably meant; empty if none is near.
fn hint<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> String {
    // Fields are told apart by their ends as much as by their beginnings, and some are written as one word.
    let likeness = |known: &str| strsim::normalized_damerau_levenshtein(word, known);
    let rated = known.map(|known| (likeness(known), known));
    let best = rated.max_by(|(one, _), (other, _)| one.total_cmp(other));
    match best {
        Some((likeness, meant)) if likeness > 0.6 => format!("; did you mean {meant}?"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_exactly_the_fields() {
        let Value::Object(fields) = serde_json::to_value(Profile::default()).unwrap() else {
            panic!("an object")
        };
        let names: Vec<_> = FIELDS.iter().map(|field| field.name).collect();
        assert_eq!(fields.keys().map(String::as_str).collect::<Vec<_>>(), names);
        assert!(
            FIELDS
                .iter()
                .all(|field| !field.source.is_empty() && field.about.ends_with('.'))
        );
    }

    #[test]
    fn a_status_that_refuses_nothing_is_refused() {
        let with = |status: u16| {
            let changes = serde_json::json!({ "identity_denied_status": status });
            Profile::of(changes.as_object().unwrap())
        };
        assert_eq!(
            with(403).unwrap().identity_denied_status,
            ErrorStatus::FORBIDDEN
        );
        for status in [0, 200, 399, 500, 1000] {
            let error = with(status).unwrap_err();
            assert!(error.contains(&status.to_string()), "{error}");
        }
    }

    #[test]
    fn an_override_of_an_unknown_field_is_refused_by_name() {
        let changes = serde_json::json!({"page_sise": 5});
        let error = Profile::of(changes.as_object().unwrap()).unwrap_err();
        assert!(error.contains("page_sise"), "{error}");
        assert!(error.contains("did you mean page_size?"), "{error}");
        let changes = serde_json::json!({"page_size": 5});
        assert_eq!(
            Profile::of(changes.as_object().unwrap()).unwrap().page_size,
            5
        );
    }

    #[test]
    fn an_override_of_another_type_is_refused_by_name() {
        for (changes, part) in [
            (
                serde_json::json!({"page_size": "many"}),
                "page_size: invalid type",
            ),
            (
                serde_json::json!({"base": "rfc", "user_patch_answer": "none"}),
                "user_patch_answer: unknown variant",
            ),
            (
                serde_json::json!({"base": 7}),
                "base: the name of a profile",
            ),
            (serde_json::json!({"base": "rcf"}), "did you mean rfc?"),
        ] {
            let error = Profile::of(changes.as_object().unwrap()).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
