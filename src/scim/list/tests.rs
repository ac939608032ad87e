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

#[test]
fn way_of_paging_is_what_the_client_names() {
    let on = Profile {
        cursor_paging: true,
        ..Profile::default()
    };
    let paging = |query: &str, profile: &Profile| ListQuery::parse(query, profile).unwrap().paging;
    assert_eq!(paging("count=3", &on), Paging::Either);
    assert_eq!(paging("startIndex=1", &on), Paging::Index);
    assert_eq!(paging("cursor", &on), Paging::Cursor(String::new()));
    assert_eq!(paging("cursor=a-b_c", &on), Paging::Cursor("a-b_c".into()));
    let error = ListQuery::parse("cursor=x&startIndex=1", &on).unwrap_err();
    assert_eq!(error.scim_type, Some(ScimType::InvalidValue));
    let error = ListQuery::parse("cursor=x&count=0", &on).unwrap_err();
    assert_eq!(error.scim_type, Some(ScimType::InvalidCount));
    // Without the switch it is a parameter like any unknown one.
    for query in ["cursor=x", "cursor=x&startIndex=1", "cursor=x&count=0"] {
        assert_eq!(paging(query, &Profile::default()), Paging::Index);
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_where_they_stand() {
    check_refused(
        "filter=id+eq+%22%C3%BC%FF%22",
        ScimType::InvalidFilter,
        "character 9 ",
    );
    check_refused(
        "sortBy=a%80",
        ScimType::InvalidValue,
        "sortBy: the bytes are not UTF-8 at character 2",
    );
    assert!(ListQuery::parse("x=%FF&%FF=1", &Profile::default()).is_ok());
    // What is no escape stands for itself.
    assert_eq!(
        parse("filter=id+eq+%22%zz%%22").filter.unwrap().to_string(),
        r#"id eq "%zz%""#
    );
}

#[test]
fn names_in_the_body_of_a_search_have_no_case() {
    let search = |body: Value| ListQuery::of_search(&body, &Profile::default());
    let query = search(serde_json::json!({ "COUNT": 3, "Filter": "id pr" })).unwrap();
    assert_eq!((query.count, query.filter.is_some()), (3, true));
    let error = search(serde_json::json!({ "count": 3, "COUNT": 3 })).unwrap_err();
    assert_eq!(error.scim_type, Some(ScimType::InvalidSyntax));
}

#[test]
fn order_by_what_has_none_or_is_secret_is_refused() {
    let user = Arc::new(specimen::user());
    let check = |by: &str| {
        let query = parse(&format!("sortBy={by}"));
        query
            .check(&[&user], &Profile::default())
            .map_err(|error| error.detail)
    };
    for by in [
        "emails",
        "emails.type",
        "manager",
        "name.givenName",
        "tags",
        "unknown",
    ] {
        assert_eq!(check(by), Ok(()), "{by}");
    }
    assert!(check("name").unwrap_err().contains("sub-attributes"));
    assert!(check("SECRET").unwrap_err().contains("never returned"));
}

#[test]
fn unknown_names_are_refused_if_the_profile_says_so() {
    let (user, group) = (Arc::new(specimen::user()), Arc::new(specimen::group()));
    let strict = Profile {
        unknown_query_attributes_refused: true,
        ..Profile::default()
    };
    for (query, by_users, by_all) in [
        ("filter=members+pr", false, true),
        ("filter=shoeSize+pr", false, false),
        ("sortBy=userName", true, true),
        ("sortBy=members", false, true),
        ("sortBy=shoeSize", false, false),
        ("attributes=shoeSize", true, true),
    ] {
        let query = parse(query);
        assert_eq!(
            query.check(&[&user], &strict).is_ok(),
            by_users,
            "{query:?}"
        );
        assert_eq!(
            query.check(&[&user, &group], &strict).is_ok(),
            by_all,
            "{query:?}"
        );
        assert!(query.check(&[&user], &Profile::default()).is_ok());
    }
}
