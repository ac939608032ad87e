//! Filters, [RFC 7644 section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2).

use serde_json::json;

use super::{cast, check_error, found, group_of, list, names, resources};
use crate::support::{CORE_USER, ENTERPRISE, create_group, create_user, start};

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
    (r#"not (not (title eq "driver"))"#, &["bert"]),
    // Strings are JSON strings; an empty one is not the same as none.
    (r#"title eq "\u0047uide""#, &["anna", "dora"]),
    (r#"title sw """#, &["anna", "bert", "dora"]),
    (r#"title eq """#, &[]),
    // What is not there differs from everything, and what is there many times differs if one does.
    (r#"title ne "driver""#, &["anna", "cora", "dora"]),
    (r#"emails.type ne "work""#, &["anna", "cora", "dora"]),
    ("title ne null", &["anna", "bert", "dora"]),
    ("emails eq null", &["cora", "dora"]),
    // A complex attribute without a sub-attribute is compared by its value; one that has none is like nothing.
    (r#"emails eq "BERT@work.example""#, &["bert"]),
    (r#"name eq "Berg""#, &[]),
    // Types that do not fit are never alike.
    ("title eq 5", &[]),
    ("active eq 1", &[]),
    // A whole schema can be there or not.
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr",
        &["anna", "cora"],
    ),
    // An attribute that no schema knows is like one without a value.
    (r#"shoeSize eq "43""#, &[]),
    (
        r#"urn:scim:schemas:extension:getgo:1.0:accounts eq "43""#,
        &[],
    ),
    ("urn:scim:schemas:extension:getgo:1.0 pr", &[]),
    ("shoeSize pr", &[]),
    ("shoeSize eq null and title eq null", &["cora"]),
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

// RFC 7643 section 7: "returned … never The attribute is never returned." A filter by it would give it away letter by
// letter all the same.
#[test]
fn password_is_not_filtered_by() {
    let (_goto, client) = start();
    cast(&client);
    for (filter, at) in [
        (r#"password eq "x""#, "character 1 "),
        ("userName pr or PASSWORD pr", "character 16 "),
        (r#"not (password sw "s")"#, "character 6 "),
        (&*format!(r#"{CORE_USER}:password eq "x""#), "character 1 "),
    ] {
        let answer = list(&client, "/Users", &[("filter", filter)]);
        check_error(&answer, 400, "invalidFilter", at);
    }
    let sorted = list(&client, "/Users", &[("sortBy", "password")]);
    check_error(&sorted, 400, "invalidValue", "password");
}

// "Boolean and Binary attributes SHALL cause a failed response (HTTP status code 400) with "scimType" of
// "invalidFilter"."
#[test]
fn order_of_what_has_none_is_400() {
    let (_goto, client) = start();
    for (filter, at) in [
        ("title pr and active ge false", "character 14 "),
        (r#"x509Certificates.value lt "QQ==""#, "character 1 "),
        ("emails[primary gt true]", "character 8 "),
        (r#"name gt "a""#, "character 1 "),
        ("meta.created lt 2030", "character 1 "),
    ] {
        let answer = list(&client, "/Users", &[("filter", filter)]);
        check_error(&answer, 400, "invalidFilter", at);
    }
}

#[test]
fn position_counts_characters_of_the_decoded_filter() {
    let (_goto, client) = start();
    for (query, at) in [
        // title eq "üü" x
        ("filter=title+eq%20%22%C3%BC%c3%bc%22+x", "character 15 "),
        // The third byte of the text is no UTF-8.
        ("filter=%C3%BCa%FF", "character 3 "),
        ("filter=title+eq+%22%F0%9F%98", "character 11 "),
    ] {
        let answer = client.get(&format!("/Users?{query}"));
        check_error(&answer, 400, "invalidFilter", at);
    }
}

#[test]
fn filter_has_a_bounded_length() {
    let (_goto, client) = start();
    let search = |length: usize| {
        let filter = format!("userName eq \"{}\"", "x".repeat(length));
        client.post("/Users/.search", &json!({ "filter": filter }))
    };
    assert!(resources(&search(65_000)).is_empty());
    check_error(&search(70_000), 400, "invalidFilter", "character 65537 ");
}

// Entra asks whether a reference is set before it writes it, and Okta's groups are asked for a member.
#[test]
fn equalities_joined_by_and_find_what_all_of_them_find() {
    let (_goto, client) = start();
    let (ada, bob) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
    );
    let guides = group_of(&client, "Guides", &[&ada]);
    let drivers = group_of(&client, "Drivers", &[&bob, &ada]);
    let find = |filter: &str| found(&client, "/Groups", filter);
    assert_eq!(
        find(&format!(r#"id eq "{guides}" and members eq "{ada}""#)),
        ["Guides"]
    );
    assert!(find(&format!(r#"id eq "{guides}" and members eq "{bob}""#)).is_empty());
    assert_eq!(
        find(&format!(r#"members eq "{bob}" and id eq "{drivers}""#)),
        ["Drivers"]
    );
    assert_eq!(
        find(&format!(r#"members.value eq "{ada}""#)),
        ["Guides", "Drivers"]
    );
    assert_eq!(
        find(&format!(
            r#"members[value eq "{ada}"] and members.value eq "{bob}""#
        )),
        ["Drivers"]
    );
    assert_eq!(
        find(&format!(
            r#"members eq "{ada}" and displayName ne "Guides""#
        )),
        ["Drivers"]
    );
    assert_eq!(
        find(&format!(
            r#"members eq "{ada}" and members.type eq "group""#
        )),
        [""; 0]
    );
    assert!(find(r#"members eq "nobody""#).is_empty());
    let users = |filter: &str| found(&client, "/Users", filter);
    assert_eq!(
        users(&format!(r#"id eq "{ada}" and userName eq "ADA@main.com""#)),
        ["ada"]
    );
    assert!(users(&format!(r#"id eq "{ada}" and userName eq "bob@main.com""#)).is_empty());
    assert!(users(&format!(r#"id eq "{ada}" and manager eq "{bob}""#)).is_empty());
    assert_eq!(
        users(&format!(r#"id eq "{ada}" and active eq true"#)),
        ["ada"]
    );
}

// RFC 7643 section 2.1: "Attribute names are case insensitive". Section 3.10 of RFC 7644 names them by URN.
#[test]
fn extension_attributes_may_be_named_in_any_case_and_with_brackets() {
    let (_goto, client) = start();
    cast(&client);
    let urn = ENTERPRISE.to_uppercase();
    let find = |filter: &str| found(&client, "/Users", filter);
    assert_eq!(
        find(&format!(r#"{urn}:MANAGER[Value EQ "4711"]"#)),
        ["anna"]
    );
    assert_eq!(
        find(&format!(r#"{urn}:manager eq "4711" AND {urn} PR"#)),
        ["anna"]
    );
    assert_eq!(
        find(&format!("NOT ({urn} pr) And title Pr")),
        ["bert", "dora"]
    );
}

// A look-up by a name goes by an index, and must find the same as a walk over all would.
#[test]
fn index_finds_what_a_walk_over_all_finds() {
    let (_goto, client) = start();
    cast(&client);
    let straße = client.post("/Users", &json!({
        "userName": "STRAßE@main.com", "externalId": "4711", "name": { "givenName": "a", "familyName": "b" },
    }));
    assert_eq!(straße.status, 201, "{}", straße.text());
    for (by_index, by_walk) in [
        (
            r#"userName eq "straße@MAIN.com""#,
            r#"userName sw "straße@MAIN.com""#,
        ),
        (
            r#"userName eq "strasse@main.com""#,
            r#"userName sw "strasse@main.com""#,
        ),
        (r#"userName eq """#, "not (userName pr)"),
        (r#"externalId eq "e-1""#, r#"externalId sw "e-1""#),
        (
            r#"externalId eq """#,
            r#"externalId pr and externalId sw """#,
        ),
        ("externalId eq 4711", r#"externalId sw "4711""#),
        (r#"id eq "none""#, r#"id sw "none""#),
    ] {
        let walked: Vec<String> = match by_walk {
            // An empty text begins every text.
            _ if by_index.ends_with(r#" """#) => Vec::new(),
            walk => found(&client, "/Users", walk),
        };
        assert_eq!(found(&client, "/Users", by_index), walked, "{by_index}");
    }
}
