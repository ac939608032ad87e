//! Every behaviour that no RFC fixes, as one value.
//!
//! Each field says how it was learnt and where: [`FIELDS`] is the table behind `goto-double list profile` and
//! `docs/profile.md`. Handlers read the profile; none of them decides for itself.
//! This module knows no other.

mod named;
mod table;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
    /// The message names an unknown profile, an unknown field or one of the wrong type.
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
        let own = changes.iter().filter(|(name, _)| *name != BASE);
        fields.extend(own.map(|(name, value)| (name.clone(), value.clone())));
        serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())
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
    fn an_override_of_an_unknown_field_is_refused_by_name() {
        let changes = serde_json::json!({"page_sise": 5});
        let error = Profile::of(changes.as_object().unwrap()).unwrap_err();
        assert!(error.contains("page_sise"), "{error}");
        let changes = serde_json::json!({"page_size": 5});
        assert_eq!(
            Profile::of(changes.as_object().unwrap()).unwrap().page_size,
            5
        );
    }
}
