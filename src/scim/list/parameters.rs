//! The parameters of a list, out of a query string or out of the body of a search.

use std::borrow::Cow;

use percent_encoding::percent_decode;
use serde_json::Value;

use super::Paging;
use crate::profile::Profile;
use crate::scim::error::ScimError;
use crate::scim::filter::FilterError;
use crate::scim::path::{AttributePath, member};
use crate::scim::project::Projection;
use crate::scim::sort::{Sort, SortOrder};

pub(super) const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

const NAMES: [&str; 8] = [
    "filter",
    "startIndex",
    "count",
    "cursor",
    "sortBy",
    "sortOrder",
    "attributes",
    "excludedAttributes",
];

/// The parameters as they came.
#[derive(Default)]
pub(super) struct Parameters<'q> {
    pub(super) filter: Option<Cow<'q, str>>,
    pub(super) start_index: Option<Cow<'q, str>>,
    pub(super) count: Option<Cow<'q, str>>,
    cursor: Option<Cow<'q, str>>,
    sort_by: Option<Cow<'q, str>>,
    sort_order: Option<Cow<'q, str>>,
    attributes: Option<Cow<'q, str>>,
    excluded_attributes: Option<Cow<'q, str>>,
}

impl<'q> Parameters<'q> {
    /// Reads a query string.
    pub(super) fn parse(query: &'q str) -> Result<Self, ScimError> {
        let mut parameters = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // Whoever hangs `?aadOptscim062020` on the base URL and then a path with a query sends two question marks.
            let (_, name) = name.rsplit_once('?').unwrap_or(("", name));
            let Ok(name) = decoded(name) else { continue };
            let Some(slot) = parameters.slot(&name) else {
                continue;
            };
            let value = decoded(value).map_err(|at| not_text(&name, at))?;
            if slot.replace(value).is_some() {
                return Err(refused(&name, format!("{name} is given twice")));
            }
        }
        Ok(parameters)
    }

    /// Reads the body of a search; its members are attributes, so their names have no case.
    pub(super) fn of_search(body: &'q Value, profile: &Profile) -> Result<Self, ScimError> {
        let Value::Object(members) = body else {
            return Err(ScimError::invalid_syntax("a search is a JSON object"));
        };
        let is_search = |urn: &Value| {
            urn.as_str()
                .is_some_and(|urn| urn.eq_ignore_ascii_case(SEARCH_REQUEST))
        };
        let named = member(body, "schemas").and_then(Value::as_array);
        if profile.search_schemas_required && !named.is_some_and(|urns| urns.iter().any(is_search))
        {
            let detail = format!("schemas must name {SEARCH_REQUEST}");
            return Err(ScimError::invalid_syntax(detail));
        }
        let mut parameters = Self::default();
        for (sent, value) in members {
            let known = NAMES.iter().find(|name| name.eq_ignore_ascii_case(sent));
            if let Some(name) = known
                && let Some(slot) = parameters.slot(name)
                && !value.is_null()
                && slot.replace(text_of(name, value)?).is_some()
            {
                let detail = format!("{name} is given twice");
                return Err(ScimError::invalid_syntax(detail));
            }
        }
        Ok(parameters)
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<Cow<'q, str>>> {
        match name {
            "filter" => Some(&mut self.filter),
            "startIndex" => Some(&mut self.start_index),
            "count" => Some(&mut self.count),
            "cursor" => Some(&mut self.cursor),
            "sortBy" => Some(&mut self.sort_by),
            "sortOrder" => Some(&mut self.sort_order),
            "attributes" => Some(&mut self.attributes),
            "excludedAttributes" => Some(&mut self.excluded_attributes),
            _ => None,
        }
    }

    /// How the list is cut into pages; where there are no cursors, `cursor` is a parameter like any unknown one.
    pub(super) fn paging(&self, profile: &Profile) -> Result<Paging, ScimError> {
        if !profile.cursor_paging {
            return Ok(Paging::Index);
        }
        match (&self.cursor, &self.start_index) {
            (Some(_), Some(_)) => Err(ScimError::invalid_value(
                "startIndex and cursor exclude each other",
            )),
            (Some(cursor), None) => Ok(Paging::Cursor(cursor.clone().into_owned())),
            (None, Some(_)) => Ok(Paging::Index),
            (None, None) => Ok(Paging::Either),
        }
    }

    pub(super) fn sort(&self) -> Result<Option<Sort>, ScimError> {
        let order = match self.sort_order.as_deref() {
            None => SortOrder::Ascending,
            Some(text) if text.eq_ignore_ascii_case("ascending") => SortOrder::Ascending,
            Some(text) if text.eq_ignore_ascii_case("descending") => SortOrder::Descending,
            Some(text) => {
                let detail = format!("sortOrder is ascending or descending, not '{text}'");
                return Err(ScimError::invalid_value(detail));
            }
        };
        let Some(text) = &self.sort_by else {
            return Ok(None);
        };
        match AttributePath::parse(text) {
            Ok(by) => Ok(Some(Sort { by, order })),
            Err(error) => Err(ScimError::invalid_value(format!("sortBy: {error}"))),
        }
    }

    pub(super) fn projection(&self) -> Result<Projection, ScimError> {
        Projection::parse(
            self.attributes.as_deref(),
            self.excluded_attributes.as_deref(),
        )
    }
}

/// A member of a search, as it would stand in a query.
fn text_of<'v>(name: &str, value: &'v Value) -> Result<Cow<'v, str>, ScimError> {
    let wanted = match (name, value) {
        ("startIndex" | "count", Value::Number(number)) => return Ok(number.to_string().into()),
        ("startIndex" | "count", _) => "a whole number",
        ("attributes" | "excludedAttributes", Value::Array(names)) => {
            let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
            match names {
                Some(names) => return Ok(names.join(",").into()),
                None => "an array of strings",
            }
        }
        ("attributes" | "excludedAttributes", _) => "an array of strings",
        (_, Value::String(text)) => return Ok(text.into()),
        _ => "a string",
    };
    Err(ScimError::invalid_syntax(format!("{name} is {wanted}")))
}

/// A part of a query string with blanks for `+` and characters for `%xx`; else the first character that is none.
fn decoded(sent: &str) -> Result<Cow<'_, str>, usize> {
    if !sent.contains(['%', '+']) {
        return Ok(Cow::Borrowed(sent));
    }
    let mut bytes = Vec::with_capacity(sent.len());
    for (place, part) in sent.split('+').enumerate() {
        if place > 0 {
            bytes.push(b' ');
        }
        bytes.extend(percent_decode(part.as_bytes()));
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let good = error.as_bytes().get(..good).unwrap_or_default();
        String::from_utf8_lossy(good).chars().count() + 1
    })
}

fn not_text(name: &str, at: usize) -> ScimError {
    let message = "the bytes are not UTF-8";
    match name {
        "filter" => FilterError {
            at,
            message: message.into(),
        }
        .into(),
        _ => ScimError::invalid_value(format!("{name}: {message} at character {at}")),
    }
}

fn refused(name: &str, detail: String) -> ScimError {
    match name {
        "filter" => ScimError::invalid_filter(detail),
        _ => ScimError::invalid_value(detail),
    }
}
