//! What a client may ask of a list in the older dialect, and the envelope of the answer.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::Shape;
use crate::profile::Profile;
use crate::scim::error::ScimError;
use crate::scim::filter::Filter;
use crate::scim::list::ListQuery;
use crate::scim::schema::ResourceType;

/// Reads a query string: `filter`, `sortBy`, `sortOrder`, `startIndex`, `count` and `attributes` mean what they mean in
/// SCIM 2.0, only fewer filters are taken.
///
/// # Errors
///
/// 400, as [`ListQuery::parse`], and for a filter that GoTo does not document unless the profile takes every filter.
pub fn query(
    (shape, resource_type): (&Shape, &Arc<ResourceType>),
    query: &str,
    profile: &Profile,
) -> Result<ListQuery, ScimError> {
    let query = ListQuery::parse(query, profile)?;
    query.check(&[resource_type], profile)?;
    match &query.filter {
        Some(filter) if !profile.identity_filter_whole => documented(shape, filter)?,
        _ => {}
    }
    Ok(query)
}

/// Refuses a filter that is not one of the few comparisons GoTo's published SCIM OpenAPI lists.
fn documented(shape: &Shape, filter: &Filter) -> Result<(), ScimError> {
    let refusal = || {
        let (names, operators) = (shape.filtered.join(", "), shape.operators.join(", "));
        ScimError::invalid_filter(format!("one comparison of {names} by {operators} is taken"))
    };
    let (path, operator) = filter.comparison().ok_or_else(refusal)?;
    let name = path.to_string();
    let is_known = shape
        .filtered
        .iter()
        .any(|known| known.eq_ignore_ascii_case(&name));
    if is_known && shape.operators.contains(&operator) {
        Ok(())
    } else {
        Err(refusal())
    }
}

/// The list around resources that are ready: `resources` is in lower case, and there is nothing else but the total.
pub fn body(total: usize, resources: &[Value]) -> Bytes {
    Bytes::from(json!({ "totalResults": total, "resources": resources }).to_string())
}

#[cfg(test)]
mod tests {
    use super::super::{GROUP, USER};
    use super::*;
    use crate::scim::error::ScimType;
    use crate::scim::resource_type::ResourceTypes;

    fn asked(shape: &Shape, filter: &str, profile: &Profile) -> Result<ListQuery, ScimError> {
        let types = ResourceTypes::built_in();
        let text = form_urlencoded::Serializer::new(String::new())
            .append_pair("filter", filter)
            .finish();
        query((shape, types.of(shape.kind).unwrap()), &text, profile)
    }

    #[test]
    fn documented_comparisons_are_taken_and_no_others() {
        let profile = Profile::default();
        for filter in [
            r#"userName eq "a""#,
            r#"USERNAME SW "a""#,
            r#"displayName sw "a""#,
            r#"name.givenName eq "a""#,
            r#"name.familyName sw "a""#,
        ] {
            assert!(asked(&USER, filter, &profile).is_ok(), "{filter}");
        }
        assert!(asked(&GROUP, r#"displayName co "a""#, &profile).is_ok());
        let whole = Profile {
            identity_filter_whole: true,
            ..Profile::default()
        };
        for filter in [
            r#"userName co "a""#,
            r#"id eq "1""#,
            r#"userName eq "a" and displayName eq "b""#,
            r#"not (userName eq "a")"#,
            "userName pr",
            r#"externalId eq "1""#,
        ] {
            let error = asked(&USER, filter, &profile).unwrap_err();
            assert_eq!(error.scim_type, Some(ScimType::InvalidFilter), "{filter}");
            assert!(asked(&USER, filter, &whole).is_ok(), "{filter}");
        }
        assert!(asked(&GROUP, r#"members.value eq "1""#, &profile).is_err());
        assert!(asked(&USER, "userName is a", &whole).is_err());
    }
}
