//! Sorting, [RFC 7644 section 3.4.2.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3).

use goto_double::GotoDouble;

use super::{cast, check_error, list, names};
use crate::support::{ENTERPRISE, start, with};

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

// "If the attribute is a multi-valued attribute … the values are sorted by the primary attribute, if any, or else the
// first value in the list, if any."
#[test]
fn multi_valued_attributes_are_sorted_by_their_leading_value() {
    let (_goto, client) = start();
    cast(&client);
    let sorted = |by: &str| names(&list(&client, "/Users", &[("sortBy", by)]));
    assert_eq!(sorted("emails"), ["anna", "bert", "cora", "dora"]);
    assert_eq!(sorted("emails.type"), ["anna", "bert", "cora", "dora"]);
    assert_eq!(
        sorted("phoneNumbers.value"),
        ["dora", "anna", "bert", "cora"]
    );
}

#[test]
fn names_of_attributes_have_no_case_and_may_carry_a_urn() {
    let (_goto, client) = start();
    cast(&client);
    let sorted = |by: &str| names(&list(&client, "/Users", &[("sortBy", by)]));
    assert_eq!(
        sorted(&format!("{ENTERPRISE}:DEPARTMENT")),
        ["cora", "anna", "bert", "dora"]
    );
    assert_eq!(
        sorted("urn:ietf:params:scim:schemas:core:2.0:User:NAME.familyname"),
        ["anna", "dora", "bert", "cora"]
    );
    assert_eq!(sorted("active"), ["bert", "anna", "cora", "dora"]);
}

// "…if the attribute is a complex attribute, the attribute name must be a path to a sub-attribute in standard attribute
// notation".
#[test]
fn complex_attribute_without_a_sub_attribute_is_400() {
    let (_goto, client) = start();
    for by in ["name", "meta", "addresses"] {
        check_error(
            &list(&client, "/Users", &[("sortBy", by)]),
            400,
            "invalidValue",
            by,
        );
    }
}

// No RFC says what to do with a name that no schema defines.
#[test]
fn unknown_attribute_is_refused_if_the_profile_says_so() {
    let strict = GotoDouble::builder().profile("unknown_query_attributes_refused", true);
    let (_goto, client) = with(strict);
    cast(&client);
    let sorted = |endpoint: &str, by: &str| list(&client, endpoint, &[("sortBy", by)]);
    check_error(
        &sorted("/Users", "shoeSize"),
        400,
        "invalidValue",
        "shoeSize",
    );
    check_error(
        &sorted("/Groups", "userName"),
        400,
        "invalidValue",
        "userName",
    );
    assert_eq!(sorted("/Groups", "displayName").status, 200);
    // One of the types at the root knows it.
    assert_eq!(
        names(&sorted("", "userName")),
        ["anna", "bert", "cora", "dora"]
    );
    check_error(&sorted("", "shoeSize"), 400, "invalidValue", "shoeSize");
}
