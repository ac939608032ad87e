//! Lists of the older dialect.

use serde_json::{Value, json};

use super::{Both, check_refused, create_group, create_user, start, switched};
use crate::support::Answer;

fn list(both: &Both, endpoint: &str, parameters: &[(&str, &str)]) -> Answer {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    both.older.get(&format!("{endpoint}?{query}"))
}

/// The total, and what the rows are called: the part before an `@`.
#[track_caller]
fn names(answer: &Answer) -> (u64, Vec<String>) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    let name = |row: &Value| {
        let name = row["userName"].as_str().or(row["displayName"].as_str());
        name.unwrap().split('@').next().unwrap().to_owned()
    };
    let rows = body["resources"].as_array().unwrap();
    (
        body["totalResults"].as_u64().unwrap(),
        rows.iter().map(name).collect(),
    )
}

fn people() -> Both {
    let both = start();
    for name in ["cleo", "ada", "bea"] {
        create_user(&both.older, &format!("{name}@main.com"));
    }
    both
}

// GoTo's published SCIM OpenAPI: a list has `resources`, with a small r, and `totalResults`.
#[test]
fn list_has_resources_in_lower_case_and_a_total_and_nothing_else() {
    let both = people();
    let answer = both.older.get("/Users");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let body = answer.json();
    let keys: Vec<_> = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["totalResults", "resources"]);
    assert_eq!(
        names(&answer),
        (3, vec!["cleo".into(), "ada".into(), "bea".into()])
    );
    let id = body["resources"][0]["id"].as_str().unwrap();
    assert_eq!(
        body["resources"][0],
        both.older.get(&format!("/Users/{id}")).json()
    );
    let nobody = start().older.get("/Groups").json();
    assert_eq!(nobody, json!({ "totalResults": 0, "resources": [] }));
}

// GoTo's published SCIM OpenAPI: filters of users have `eq` and `sw` on userName, displayName, name.givenName and
// name.familyName; those of groups have `eq`, `sw` and `co` on displayName.
#[test]
fn documented_filters_find() {
    let both = people();
    let found =
        |endpoint: &str, filter: &str| names(&list(&both, endpoint, &[("filter", filter)])).1;
    assert_eq!(found("/Users", r#"userName eq "ADA@main.com""#), ["ada"]);
    assert_eq!(found("/Users", r#"userName sw "b""#), ["bea"]);
    assert_eq!(found("/Users", r#"displayName sw "Ada""#).len(), 3);
    assert_eq!(found("/Users", r#"name.givenName eq "Ada""#).len(), 3);
    assert_eq!(found("/Users", r#"name.familyName sw "Love""#).len(), 3);
    assert!(found("/Users", r#"userName eq "nobody@main.com""#).is_empty());
    create_group(&both.older, "Mountain Guides", &[]);
    create_group(&both.older, "Scouts", &[]);
    assert_eq!(found("/Groups", r#"displayName eq "scouts""#), ["Scouts"]);
    assert_eq!(
        found("/Groups", r#"displayName sw "Mount""#),
        ["Mountain Guides"]
    );
    assert_eq!(
        found("/Groups", r#"displayName co "guide""#),
        ["Mountain Guides"]
    );
}

// GoTo's published SCIM OpenAPI: 400 "Invalid filter syntax".
#[test]
fn other_filters_are_refused_unless_the_profile_takes_them() {
    let both = people();
    let whole = switched("identity_filter_whole", json!(true));
    create_user(&whole.older, "ada@main.com");
    for filter in [
        r#"userName co "ada""#,
        "userName pr",
        r#"userName eq "ada@main.com" and name.givenName eq "Ada""#,
        r#"not (userName eq "bea@main.com")"#,
    ] {
        let refused = list(&both, "/Users", &[("filter", filter)]);
        check_refused(
            &refused,
            400,
            ("bad.request", "/v1/Users"),
            "Invalid filter syntax",
        );
        let found = list(&whole, "/Users", &[("filter", filter)]);
        assert_eq!(names(&found).1, ["ada"], "{filter}");
    }
    for both in [both, whole] {
        for filter in ["userName is \"a\"", "", "userName eq"] {
            let refused = list(&both, "/Users", &[("filter", filter)]);
            check_refused(
                &refused,
                400,
                ("bad.request", "/v1/Users"),
                "Invalid filter syntax",
            );
        }
    }
}

// GoTo's published SCIM OpenAPI: startIndex counts from 1; a negative count counts as 0, and 0 returns only the total.
#[test]
fn pages_are_cut_by_start_index_and_count() {
    let both = people();
    let page = |parameters: &[(&str, &str)]| names(&list(&both, "/Users", parameters));
    assert_eq!(
        page(&[("startIndex", "2"), ("count", "1")]),
        (3, vec!["ada".into()])
    );
    assert_eq!(page(&[("startIndex", "3")]), (3, vec!["bea".into()]));
    assert_eq!(
        page(&[("startIndex", "0"), ("count", "1")]),
        (3, vec!["cleo".into()])
    );
    for count in ["0", "-1"] {
        assert_eq!(page(&[("count", count)]), (3, vec![]));
    }
    assert_eq!(page(&[("startIndex", "9")]), (3, vec![]));
    let odd = list(&both, "/Users", &[("count", "many")]);
    check_refused(&odd, 400, ("bad.request", "/v1/Users"), "count");
    // The default and the most are those of the other dialect.
    let small = switched("page_size", json!(1));
    for name in ["ada", "bea"] {
        create_user(&small.older, &format!("{name}@main.com"));
    }
    assert_eq!(names(&small.older.get("/Users")), (2, vec!["ada".into()]));
}

// GoTo's published SCIM OpenAPI: sortBy and sortOrder on groups; a public script sends them for users as well.
#[test]
fn lists_are_sorted_as_asked() {
    let both = people();
    let sorted = |order: &str| {
        names(&list(
            &both,
            "/Users",
            &[("sortBy", "userName"), ("sortOrder", order)],
        ))
        .1
    };
    assert_eq!(sorted("ascending"), ["ada", "bea", "cleo"]);
    assert_eq!(sorted("descending"), ["cleo", "bea", "ada"]);
    for name in ["Scouts", "Guides"] {
        create_group(&both.older, name, &[]);
    }
    let groups = list(
        &both,
        "/Groups",
        &[("sortBy", "displayName"), ("count", "1")],
    );
    assert_eq!(names(&groups), (2, vec!["Guides".into()]));
    let odd = list(
        &both,
        "/Groups",
        &[("sortBy", "displayName"), ("sortOrder", "up")],
    );
    check_refused(&odd, 400, ("bad.request", "/v1/Groups"), "sortOrder");
}

#[test]
fn parameters_of_others_are_ignored() {
    let both = people();
    assert_eq!(
        names(&list(&both, "/Users", &[("cursor", ""), ("x", "1")])).0,
        3
    );
}
