use crate::scim::error::ScimType;
use crate::scim::path::AttributePath;
use crate::scim::sort::SortOrder;
use crate::scim::specimen;

use super::parameters::SEARCH_REQUEST;
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
        .check(&[&Arc::new(specimen::user())], &Profile::default())
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
        search_schemas_required: true,
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
