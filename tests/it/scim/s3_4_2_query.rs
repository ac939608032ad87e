//! Listing resources, [RFC 7644 section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2).

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{check_error, found, group_of, list, names, resources};
use crate::support::{Client, ENTERPRISE, create_group, create_user, start, user, with};

/// Four people who differ in what filters ask for.
fn cast(client: &Client) {
    let anna = json!({
        "externalId": "E-1", "title": "Guide", "nickName": "Änni",
        "emails": [{ "value": "anna@work.example", "type": "work", "primary": true }, { "value": "anna@home.example", "type": "home" }],
        ENTERPRISE: { "department": "Tours", "manager": { "value": "4711" } },
    });
    let bert = json!({
        "externalId": "E-2", "title": "Driver", "active": false,
        "emails": [{ "value": "bert@work.example", "type": "work" }],
    });
    let cora = json!({ "externalId": "e-1", ENTERPRISE: { "department": "Sales" } });
    let dora =
        json!({ "title": "guide", "phoneNumbers": [{ "value": "+49 1", "type": "mobile" }] });
    for (name, family, more) in [
        ("anna", "Berg", anna),
        ("bert", "Cole", bert),
        ("cora", "Dahl", cora),
        ("dora", "Berg", dora),
    ] {
        let mut body = user(&format!("{name}@main.com"));
        body["name"] = json!({ "givenName": name, "familyName": family });
        let more = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(more);
        assert_eq!(client.post("/Users", &body).status, 201);
    }
}

// RFC 7644 section 3.4.2.2, tables 3 to 5.
const FILTERS: &[(&str, &[&str])] = &[
    // Every operator.
    (r#"userName eq "anna@main.com""#, &["anna"]),
    (r#"userName ne "anna@main.com""#, &["bert", "cora", "dora"]),
    (r#"userName co "a@main""#, &["anna", "cora", "dora"]),
    (r#"userName sw "b""#, &["bert"]),
    (r#"userName ew "ora@main.com""#, &["cora", "dora"]),
    ("title pr", &["anna", "bert", "dora"]),
    (r#"title gt "driver""#, &["anna", "dora"]),
    (r#"title ge "driver""#, &["anna", "bert", "dora"]),
    (r#"title lt "guide""#, &["bert"]),
    (r#"title le "guide""#, &["anna", "bert", "dora"]),
    // Names and operators have no case; neither has a value, unless its attribute is caseExact.
    (r#"USERNAME EQ "ANNA@MAIN.COM""#, &["anna"]),
    (r#"title eq "GUIDE""#, &["anna", "dora"]),
    (r#"nickName eq "äNNI""#, &["anna"]),
    (r#"externalId eq "E-1""#, &["anna"]),
    (r#"externalId eq "e-1""#, &["cora"]),
    // Booleans, null, dates.
    ("active eq true", &["anna", "cora", "dora"]),
    ("active eq false", &["bert"]),
    ("active ne true", &["bert"]),
    ("title eq null", &["cora"]),
    (
        r#"meta.created ge "2000-01-01T00:00:00Z""#,
        &["anna", "bert", "cora", "dora"],
    ),
    (r#"meta.lastModified lt "2000-01-01T00:00:00+02:00""#, &[]),
    (
        r#"meta.resourceType eq "User""#,
        &["anna", "bert", "cora", "dora"],
    ),
    // Sub-attributes, whole complex attributes, URNs.
    (r#"name.familyName eq "berg""#, &["anna", "dora"]),
    (r#"emails.type eq "home""#, &["anna"]),
    (r#"emails co "work.example""#, &["anna", "bert"]),
    ("emails pr", &["anna", "bert"]),
    (
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "cora@main.com""#,
        &["cora"],
    ),
    (
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "sales""#,
        &["cora"],
    ),
    (
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "4711""#,
        &["anna"],
    ),
    (
        r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
        &["anna", "cora"],
    ),
    // Value paths.
    (r#"emails[type eq "work" and value co "bert"]"#, &["bert"]),
    (r#"emails[type eq "home" and value co "work"]"#, &[]),
    (r#"emails[not (type eq "work")]"#, &["anna"]),
    (
        r#"phoneNumbers[type eq "mobile"] or emails[primary eq true]"#,
        &["anna", "dora"],
    ),
    // Grouping: "and" binds tighter than "or", "not" wants parentheses.
    (
        r#"title eq "driver" or name.familyName eq "berg" and active eq false"#,
        &["bert"],
    ),
    (
        r#"(title eq "driver" or name.familyName eq "berg") and active eq true"#,
        &["anna", "dora"],
    ),
    ("not (title pr)", &["cora"]),
    (
        r#"not (userName sw "a" or userName sw "b") and title pr"#,
        &["dora"],
    ),
    (r#"((userName eq "anna@main.com"))"#, &["anna"]),
    // What no schema knows, nobody has.
    (r#"shoeSize eq "43""#, &[]),
    ("shoeSize pr", &[]),
];

#[test]
fn every_operator_and_every_grouping_finds_whom_it_should() {
    let (_goto, client) = start();
    cast(&client);
    for (filter, expected) in FILTERS {
        assert_eq!(found(&client, "/Users", filter), *expected, "{filter}");
    }
}

#[test]
fn filter_may_come_with_plus_or_percent_20() {
    let (_goto, client) = start();
    cast(&client);
    for query in [
        "filter=userName+eq+%22anna@main.com%22",
        "filter=userName%20eq%20%22anna%40main.com%22",
    ] {
        assert_eq!(names(&client.get(&format!("/Users?{query}"))), ["anna"]);
    }
}

#[test]
fn quotes_backslashes_and_plus_signs_in_values_are_found() {
    let (_goto, client) = start();
    for name in [
        r#"o"neil@main.com"#,
        r"back\slash@main.com",
        "d'arcy+x@main.com",
        "müller@main.com",
    ] {
        create_user(&client, name);
        let filter = format!("userName eq {}", json!(name));
        let found = resources(&list(&client, "/Users", &[("filter", &filter)]));
        assert_eq!(found[0]["userName"], name, "{filter}");
    }
}

#[test]
fn groups_are_found_by_name_and_by_member() {
    let (_goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    group_of(&client, "Guides", &[&ada]);
    create_group(&client, "Drivers");
    let find = |filter: &str| found(&client, "/Groups", filter);
    assert_eq!(find(r#"displayName eq "GUIDES""#), ["Guides"]);
    assert_eq!(find(&format!(r#"members.value eq "{ada}""#)), ["Guides"]);
    assert_eq!(find(&format!(r#"members[value eq "{ada}"]"#)), ["Guides"]);
    assert_eq!(find(&format!(r#"members eq "{ada}""#)), ["Guides"]);
    assert_eq!(find("not (members pr)"), ["Drivers"]);
    let without = list(
        &client,
        "/Groups",
        &[
            ("excludedAttributes", "members"),
            ("filter", r#"displayName eq "Guides""#),
        ],
    );
    assert!(resources(&without)[0].get("members").is_none());
}

// "Providers MUST decline to filter results if the specified filter operation is not recognized and return an HTTP 400
// error with a scimType error of invalidFilter".
#[test]
fn junk_filter_is_400_invalid_filter_with_its_position() {
    let (_goto, client) = start();
    for (filter, at) in [
        ("", "character 1 "),
        ("userName", "character 9 "),
        ("userName eq", "character 12 "),
        (r#"userName eq "ada"#, "character 13 "),
        (r#"userName is "ada""#, "character 10 "),
        (r#"eq "ada""#, "character 4 "),
        ("(userName pr", "character 13 "),
        ("userName pr)", "character 12 "),
        ("userName pr and", "character 16 "),
        (r#"emails[type eq "work""#, "character 22 "),
        ("not userName pr", "character 5 "),
        ("active gt true", "character 1 "),
        (
            r#"title pr and meta.created eq "yesterday""#,
            "character 14 ",
        ),
        (r#"userName eq "a" userName eq "b""#, "character 17 "),
    ] {
        let answer = list(&client, "/Users", &[("filter", filter)]);
        check_error(&answer, 400, "invalidFilter", at);
    }
}

#[test]
fn filter_that_nests_very_deep_is_400() {
    let (_goto, client) = start();
    for deep in [1_000, 10_000] {
        let filter = format!("{}id pr{}", "(".repeat(deep), ")".repeat(deep));
        let answer = list(&client, "/Users", &[("filter", &filter)]);
        check_error(&answer, 400, "invalidFilter", "deep");
    }
}

#[test]
fn parameter_that_comes_twice_is_400() {
    let (_goto, client) = start();
    check_error(
        &client.get("/Users?filter=id+pr&filter=id+pr"),
        400,
        "invalidFilter",
        "filter",
    );
    check_error(
        &client.get("/Users?count=1&count=2"),
        400,
        "invalidValue",
        "count",
    );
}

// RFC 7644 section 3.4.2.4: startIndex "The 1-based index of the first query result. A value less than 1 SHALL be
// interpreted as 1."
#[test]
fn start_index_below_one_is_one() {
    let (_goto, client) = start();
    cast(&client);
    for start in ["0", "-1", "-99999999999999999999"] {
        let answer = list(&client, "/Users", &[("startIndex", start), ("count", "2")]);
        assert_eq!(answer.json()["startIndex"], 1);
        assert_eq!(names(&answer), ["anna", "bert"]);
    }
}

// "A negative value SHALL be interpreted as '0'. A value of '0' indicates that no resource results are to be returned
// except for 'totalResults'."
#[test]
fn count_zero_or_negative_gives_the_total_only() {
    let (_goto, client) = start();
    cast(&client);
    for count in ["0", "-1"] {
        let answer = list(&client, "/Users", &[("count", count)]);
        assert!(resources(&answer).is_empty());
        assert_eq!(answer.json()["totalResults"], 4);
    }
}

#[test]
fn page_beyond_the_end_is_empty_and_still_tells_the_total() {
    let (_goto, client) = start();
    cast(&client);
    for start in ["5", "10000", "99999999999999999999999999"] {
        let answer = list(&client, "/Users", &[("startIndex", start)]);
        assert!(resources(&answer).is_empty());
        assert_eq!(answer.json()["totalResults"], 4);
    }
}

#[test]
fn count_is_cut_to_what_the_server_gives_at_the_most() {
    let (_goto, client) = with(GotoDouble::builder().profile("page_size_most", 3));
    cast(&client);
    for count in ["3", "4", "10000", "99999999999999999999999999"] {
        let answer = list(&client, "/Users", &[("count", count)]);
        assert_eq!(names(&answer), ["anna", "bert", "cora"]);
        assert_eq!(answer.json()["totalResults"], 4);
    }
}

#[test]
fn pages_put_together_hold_everybody_once_in_creation_order() {
    let (_goto, client) = with(GotoDouble::builder().profile("page_size", 5));
    let made: Vec<String> = (0..13)
        .map(|n| create_user(&client, &format!("u{n}@main.com")))
        .collect();
    let mut seen = Vec::new();
    while seen.len() < made.len() {
        let start = (seen.len() + 1).to_string();
        let page = resources(&list(&client, "/Users", &[("startIndex", &start)]));
        assert!((1..=5).contains(&page.len()), "{page:?}");
        seen.extend(
            page.iter()
                .map(|row| row["id"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(seen, made);
}

#[test]
fn total_counts_what_the_filter_finds_not_the_page() {
    let (_goto, client) = start();
    cast(&client);
    let answer = list(
        &client,
        "/Users",
        &[("filter", "title pr"), ("startIndex", "2"), ("count", "1")],
    );
    assert_eq!(names(&answer), ["bert"]);
    let body = answer.json();
    assert_eq!(
        (
            &body["totalResults"],
            &body["startIndex"],
            &body["itemsPerPage"]
        ),
        (&json!(3), &json!(2), &json!(1))
    );
}

#[test]
fn paging_parameter_that_is_no_number_is_400() {
    let (_goto, client) = start();
    for (name, value) in [
        ("startIndex", "one"),
        ("count", "1.5"),
        ("count", ""),
        ("count", "+1"),
        ("count", "0x10"),
    ] {
        check_error(
            &list(&client, "/Users", &[(name, value)]),
            400,
            "invalidValue",
            name,
        );
    }
}

// "A query that does not return any matches SHALL return success (HTTP status code 200) with totalResults set to a
// value of 0."
#[test]
fn nothing_found_is_200_with_an_empty_list() {
    let (_goto, client) = start();
    for endpoint in ["/Users", "/Groups"] {
        let answer = list(&client, endpoint, &[("filter", r#"externalId eq "none""#)]);
        assert!(resources(&answer).is_empty());
        assert_eq!(answer.header("content-type"), Some("application/scim+json"));
        assert_eq!(
            answer.json(),
            json!({ "schemas": [super::LIST], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [] })
        );
    }
}

// RFC 7644 section 3.4.2.3.
#[test]
fn list_is_sorted_as_asked() {
    let (_goto, client) = start();
    cast(&client);
    let sorted = |by: &str, order: &str| {
        names(&list(
            &client,
            "/Users",
            &[("sortBy", by), ("sortOrder", order)],
        ))
    };
    assert_eq!(
        sorted("userName", "descending"),
        ["dora", "cora", "bert", "anna"]
    );
    assert_eq!(
        sorted("userName", "ascending"),
        ["anna", "bert", "cora", "dora"]
    );
    assert_eq!(
        sorted("name.familyName", "ascending"),
        ["anna", "dora", "bert", "cora"]
    );
    // "…if there is no data for the specified sortBy value, they are … ordered last if ascending and first if
    // descending."
    assert_eq!(
        sorted("externalId", "ascending"),
        ["anna", "bert", "cora", "dora"]
    );
    assert_eq!(
        sorted("externalId", "descending"),
        ["dora", "cora", "bert", "anna"]
    );
    // No schema knows it: everybody is alike, and stays in creation order.
    assert_eq!(
        sorted("shoeSize", "ascending"),
        ["anna", "bert", "cora", "dora"]
    );
}

#[test]
fn sorted_list_is_paged_after_sorting() {
    let (_goto, client) = start();
    cast(&client);
    let answer = list(
        &client,
        "/Users",
        &[
            ("sortBy", "userName"),
            ("sortOrder", "descending"),
            ("startIndex", "2"),
            ("count", "2"),
        ],
    );
    assert_eq!(names(&answer), ["cora", "bert"]);
}

#[test]
fn sort_that_cannot_be_read_is_400() {
    let (_goto, client) = start();
    check_error(
        &list(
            &client,
            "/Users",
            &[("sortBy", "["), ("sortOrder", "ascending")],
        ),
        400,
        "invalidValue",
        "sortBy",
    );
    check_error(
        &list(&client, "/Users", &[("sortBy", "id"), ("sortOrder", "up")]),
        400,
        "invalidValue",
        "sortOrder",
    );
}

#[test]
fn rows_of_a_list_show_only_what_is_asked_for() {
    let (_goto, client) = start();
    cast(&client);
    let rows = resources(&list(
        &client,
        "/Users",
        &[("attributes", "userName,emails.value"), ("count", "1")],
    ));
    let expected = json!([{ "value": "anna@work.example" }, { "value": "anna@home.example" }]);
    assert_eq!(rows[0]["emails"], expected);
    assert_eq!(rows[0]["id"].as_str().map(str::len), Some(19));
    assert!(rows[0].get("name").is_none());
    let rows = resources(&list(
        &client,
        "/Users",
        &[("excludedAttributes", "name,meta"), ("count", "1")],
    ));
    assert!(rows[0].get("name").is_none() && rows[0].get("meta").is_none());
    assert_eq!(rows[0]["userName"], "anna@main.com");
}

#[test]
fn row_of_a_list_is_the_resource_itself() {
    let (_goto, client) = start();
    cast(&client);
    for row in resources(&client.get("/Users")) {
        let alone: Value = client
            .get(&format!("/Users/{}", row["id"].as_str().unwrap()))
            .json();
        assert_eq!(row, alone);
    }
}
