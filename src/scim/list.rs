//! What a client asks of a list, [RFC 7644 section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2).

mod parameters;

use std::sync::Arc;

use serde_json::Value;

use crate::profile::Profile;

use super::error::{ScimError, ScimType};
use super::filter::{Filter, Leniency};
use super::project::Projection;
use super::schema::ResourceType;
use super::sort::Sort;
use parameters::Parameters;

/// Says which resources of a list a client wants, from where, how many, in which order, and what of them.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// `filter`.
    pub filter: Option<Filter>,
    /// `startIndex`, at least 1.
    pub start_index: usize,
    /// `count`, at most what the profile allows; 0 asks for the total only.
    pub count: usize,
    /// `sortBy` with `sortOrder`.
    pub sort: Option<Sort>,
    /// `attributes` or `excludedAttributes`.
    pub projection: Projection,
    /// How the list is cut into pages.
    pub paging: Paging,
}

/// How a list is cut into pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paging {
    /// By `startIndex`, [RFC 7644 section 3.4.2.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4).
    Index,
    /// The client did not say: by index, and a cursor leads on from there.
    Either,
    /// By this cursor, [RFC 9865 section 2](https://www.rfc-editor.org/rfc/rfc9865#section-2); the empty one is the first page.
    Cursor(String),
}

impl ListQuery {
    /// Reads a query string, with blanks as `+` or `%20`.
    ///
    /// Parameters that SCIM does not know are ignored: Entra leaves its `aadOptscim062020` in.
    /// One of SCIM's that comes twice is refused: to pick one of the two would hide a mistake of the client.
    ///
    /// # Examples
    ///
    /// ```
    /// # use goto_double::{profile::Profile, scim::list::ListQuery};
    /// let query = "aadOptscim062020&filter=userName+eq+%22anna%22&count=-1";
    /// let query = ListQuery::parse(query, &Profile::default()).unwrap();
    /// assert_eq!(query.filter.unwrap().to_string(), r#"userName eq "anna""#);
    /// assert_eq!((query.start_index, query.count), (1, 0));
    /// ```
    pub fn parse(query: &str, profile: &Profile) -> Result<Self, ScimError> {
        Self::of(&Parameters::parse(query)?, profile)
    }

    /// Reads the body of a search, [RFC 7644 section 3.4.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3).
    ///
    /// # Errors
    ///
    /// 400 `invalidSyntax` for a body of another form; otherwise what the same query would be told.
    ///
    /// # Examples
    ///
    /// ```
    /// # use goto_double::{profile::Profile, scim::list::ListQuery};
    /// # use serde_json::json;
    /// let body = json!({ "filter": "userName sw \"a\"", "attributes": ["userName"], "count": 10 });
    /// let query = ListQuery::of_search(&body, &Profile::default()).unwrap();
    /// assert_eq!((query.start_index, query.count), (1, 10));
    /// ```
    pub fn of_search(body: &Value, profile: &Profile) -> Result<Self, ScimError> {
        Self::of(&Parameters::of_search(body, profile)?, profile)
    }

    fn of(parameters: &Parameters<'_>, profile: &Profile) -> Result<Self, ScimError> {
        let filter = match &parameters.filter {
            Some(text) => Some(Filter::parse(text, Leniency::from(profile))?),
            None => None,
        };
        let start_index = match &parameters.start_index {
            Some(text) => number("startIndex", text)?.max(1),
            None => 1,
        };
        let paging = parameters.paging(profile)?;
        let count = match (&parameters.count, &paging) {
            (None, _) => profile.page_size,
            (Some(text), Paging::Cursor(_)) => positive(text)?,
            (Some(text), _) => number("count", text)?,
        };
        Ok(Self {
            filter,
            start_index,
            count: count.min(profile.page_size_most),
            sort: parameters.sort()?.filter(|_| profile.sort),
            projection: parameters.projection()?,
            paging,
        })
    }

    /// Refuses a filter and an order that the schemas of the resource types do not allow.
    ///
    /// # Errors
    ///
    /// 400 `invalidFilter` or `invalidValue`.
    pub fn check(
        &self,
        resource_types: &[&Arc<ResourceType>],
        profile: &Profile,
    ) -> Result<(), ScimError> {
        for resource_type in resource_types {
            if let Some(filter) = &self.filter {
                filter.check(resource_type)?;
            }
            if let Some(sort) = &self.sort {
                sort.check(resource_type)?;
            }
        }
        if !profile.unknown_query_attributes_refused {
            return Ok(());
        }
        if let Some(filter) = &self.filter {
            let rows: Vec<&ResourceType> = resource_types.iter().map(|row| &***row).collect();
            filter.check_known(&rows)?;
        }
        match &self.sort {
            Some(sort)
                if !resource_types
                    .iter()
                    .any(|row| sort.by.target(row).is_some()) =>
            {
                let detail = format!("sortBy: no schema here defines {}", sort.by);
                Err(ScimError::invalid_value(detail))
            }
            _ => Ok(()),
        }
    }
}

impl Projection {
    /// Reads `attributes` and `excludedAttributes` out of the query string of a request for one resource.
    pub fn from_query(query: &str) -> Result<Self, ScimError> {
        Parameters::parse(query)?.projection()
    }
}

/// A whole number; one below zero counts as zero, one beyond all bounds as the largest.
fn number(parameter: &str, text: &str) -> Result<usize, ScimError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let detail = format!("{parameter} is a whole number, not '{text}'");
        return Err(ScimError::invalid_value(detail));
    }
    if digits.len() < text.len() {
        return Ok(0);
    }
    Ok(digits.parse().unwrap_or(usize::MAX))
}

/// The `count` beside a cursor, [RFC 9865 section 2.1](https://www.rfc-editor.org/rfc/rfc9865#section-2.1).
fn positive(text: &str) -> Result<usize, ScimError> {
    match number("count", text) {
        Ok(0) | Err(_) => Err(ScimError::typed(
            ScimType::InvalidCount,
            format!("count is a positive whole number beside a cursor, not '{text}'"),
        )),
        count => count,
    }
}

#[cfg(test)]
mod tests;
