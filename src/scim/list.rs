//! What a client asks of a list, [RFC 7644 section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2).

use std::borrow::Cow;

use serde_json::Value;

use crate::profile::Profile;

use super::error::ScimError;
use super::filter::{Filter, Leniency};
use super::path::AttributePath;
use super::project::Projection;
use super::schema::ResourceType;
use super::sort::{Sort, SortOrder};

const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

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
}

/// The parameters as they came.
#[derive(Default)]
struct Parameters<'q> {
    filter: Option<Cow<'q, str>>,
    start_index: Option<Cow<'q, str>>,
    count: Option<Cow<'q, str>>,
    sort_by: Option<Cow<'q, str>>,
    sort_order: Option<Cow<'q, str>>,
    attributes: Option<Cow<'q, str>>,
    excluded_attributes: Option<Cow<'q, str>>,
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
        let count = match &parameters.count {
            Some(text) => number("count", text)?,
            None => profile.page_size,
        };
        Ok(Self {
            filter,
            start_index,
            count: count.min(profile.page_size_most),
            sort: parameters.sort()?.filter(|_| profile.sort),
            projection: parameters.projection()?,
        })
    }

    /// Refuses a filter that compares what the types of the attributes do not allow.
    pub fn check(&self, resource_type: &ResourceType) -> Result<(), ScimError> {
        match &self.filter {
            Some(filter) => Ok(filter.check(resource_type)?),
            None => Ok(()),
        }
    }
}

impl Projection {
    /// Reads `attributes` and `excludedAttributes` out of the query string of a request for one resource.
    pub fn from_query(query: &str) -> Result<Self, ScimError> {
        Parameters::parse(query)?.projection()
    }
}

impl<'q> Parameters<'q> {
    fn parse(query: &'q str) -> Result<Self, ScimError> {
        let mut parameters = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let Some(slot) = parameters.slot(&name) else {
                continue;
            };
            if slot.replace(value).is_some() {
                let detail = format!("{name} is given twice");
                return Err(match &*name {
                    "filter" => ScimError::invalid_filter(detail),
                    _ => ScimError::invalid_value(detail),
                });
            }
        }
        Ok(parameters)
    }

    fn of_search(body: &'q Value, profile: &Profile) -> Result<Self, ScimError> {
        let Value::Object(members) = body else {
            return Err(ScimError::invalid_syntax("a search is a JSON object"));
        };
        let is_search = |urn: &Value| {
            urn.as_str()
                .is_some_and(|urn| urn.eq_ignore_ascii_case(SEARCH_REQUEST))
        };
        let named = members.get("schemas").and_then(Value::as_array);
        if !profile.lenient_values && !named.is_some_and(|urns| urns.iter().any(is_search)) {
            let detail = format!("schemas must name {SEARCH_REQUEST}");
            return Err(ScimError::invalid_syntax(detail));
        }
        let mut parameters = Self::default();
        for (name, value) in members {
            if let Some(slot) = parameters.slot(name)
                && !value.is_null()
            {
                *slot = Some(text_of(name, value)?);
            }
        }
        Ok(parameters)
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<Cow<'q, str>>> {
        match name {
            "filter" => Some(&mut self.filter),
            "startIndex" => Some(&mut self.start_index),
            "count" => Some(&mut self.count),
            "sortBy" => Some(&mut self.sort_by),
            "sortOrder" => Some(&mut self.sort_order),
            "attributes" => Some(&mut self.attributes),
            "excludedAttributes" => Some(&mut self.excluded_attributes),
            _ => None,
        }
    }

    fn sort(&self) -> Result<Option<Sort>, ScimError> {
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

    fn projection(&self) -> Result<Projection, ScimError> {
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

#[cfg(test)]
mod tests {
    use crate::scim::error::ScimType;
    use crate::scim::specimen;

    use super::*;

    fn parse(query: &str) -> ListQuery {
        ListQuery::parse(query, &Profile::default()).unwrap()
    }

    #[track_caller]
    fn check_refused(query: &str, scim_type: ScimType, part: &str) {
        let error = ListQuery::parse(query, &Profile::default()).unwrap_err();
        assert_eq!(
            (error.status.as_u16(), error.scim_type),
            (400, Some(scim_type))
        );
        assert!(error.detail.contains(part), "{}", error.detail);
    }

    #[test]
    fn nothing_asked_is_the_first_page() {
        let query = parse("");
        assert!(query.filter.is_none() && query.sort.is_none());
        assert_eq!(
            (query.start_index, query.count),
            (1, Profile::default().page_size)
        );
        assert_eq!(query.projection, Projection::Default);
    }

    #[test]
    fn blanks_come_as_plus_and_percent_20() {
        for query in [
            "filter=userName+eq+%22a%2Bb%22",
            "filter=userName%20eq%20%22a%2Bb%22",
        ] {
            assert_eq!(
                parse(query).filter.unwrap().to_string(),
                r#"userName eq "a+b""#
            );
        }
    }

    #[test]
    fn start_index_and_count_are_brought_into_range() {
        assert_eq!(parse("startIndex=0").start_index, 1);
        assert_eq!(parse("startIndex=-5").start_index, 1);
        assert_eq!(parse("startIndex=7").start_index, 7);
        assert_eq!(
            parse("startIndex=99999999999999999999999").start_index,
            usize::MAX
        );
        assert_eq!(parse("count=0").count, 0);
        assert_eq!(parse("count=-1").count, 0);
        assert_eq!(
            parse("count=100000").count,
            Profile::default().page_size_most
        );
    }

    #[test]
    fn what_is_no_number_is_refused() {
        check_refused("startIndex=one", ScimType::InvalidValue, "startIndex");
        check_refused("count=1.5", ScimType::InvalidValue, "count");
        check_refused("count=", ScimType::InvalidValue, "count");
        check_refused("count=-", ScimType::InvalidValue, "count");
    }

    #[test]
    fn parameters_of_others_are_ignored() {
        let query = parse("aadOptscim062020&x=1&x=2&Count=3&count=5&");
        assert_eq!(query.count, 5);
    }

    #[test]
    fn parameter_that_comes_twice_is_refused() {
        check_refused(
            "filter=id+pr&filter=id+pr",
            ScimType::InvalidFilter,
            "filter is given twice",
        );
        check_refused(
            "count=1&count=1",
            ScimType::InvalidValue,
            "count is given twice",
        );
    }

    #[test]
    fn wrong_filter_is_refused_with_its_position() {
        check_refused("filter=", ScimType::InvalidFilter, "character 1 ");
        check_refused(
            "filter=userName+is+%22a%22",
            ScimType::InvalidFilter,
            "character 10 ",
        );
        let error = parse("filter=active+gt+true")
            .check(&specimen::user())
            .unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidFilter));
    }

    #[test]
    fn sort_order_is_ascending_unless_told() {
        assert_eq!(
            parse("sortBy=userName").sort.unwrap().order,
            SortOrder::Ascending
        );
        let sort = parse("sortBy=name.familyName&sortOrder=descending")
            .sort
            .unwrap();
        assert_eq!(
            (sort.by.to_string().as_str(), sort.order),
            ("name.familyName", SortOrder::Descending)
        );
        assert!(parse("sortOrder=ascending").sort.is_none());
        check_refused(
            "sortBy=userName&sortOrder=up",
            ScimType::InvalidValue,
            "'up'",
        );
        check_refused("sortBy=%5B", ScimType::InvalidValue, "sortBy");
    }

    #[test]
    fn search_asks_what_the_same_query_asks() {
        let body = serde_json::json!({
            "filter": "id pr", "startIndex": 3, "count": -1, "sortBy": "userName", "attributes": ["id", "active"],
            "excludedAttributes": null, "shoeSize": {},
        });
        let query = ListQuery::of_search(&body, &Profile::default()).unwrap();
        assert_eq!(query.filter.unwrap().to_string(), "id pr");
        assert_eq!((query.start_index, query.count), (3, 0));
        assert_eq!(query.sort.unwrap().order, SortOrder::Ascending);
        assert_eq!(
            query.projection,
            Projection::from_query("attributes=id,active").unwrap()
        );
    }

    #[test]
    fn strict_reader_wants_a_search_to_name_its_schema() {
        let strict = Profile {
            lenient_values: false,
            ..Profile::default()
        };
        let error = ListQuery::of_search(&serde_json::json!({}), &strict).unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidSyntax));
        let body = serde_json::json!({ "schemas": [SEARCH_REQUEST] });
        assert!(ListQuery::of_search(&body, &strict).is_ok());
    }

    #[test]
    fn attributes_and_excluded_attributes_exclude_each_other() {
        check_refused(
            "attributes=id&excludedAttributes=members",
            ScimType::InvalidValue,
            "exclude",
        );
        let without = Projection::from_query("excludedAttributes=members&count=x").unwrap();
        assert_eq!(
            without,
            Projection::Without(vec![AttributePath::parse("members").unwrap()])
        );
    }
}
