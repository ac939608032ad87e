//! Attributes, [RFC 7643 section 2](https://www.rfc-editor.org/rfc/rfc7643#section-2).

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{check_error, found, list};
use crate::support::{
    CORE_GROUP, CORE_USER, Client, ENTERPRISE, create_user, patch, start, user, with,
};

/// The letter, which names what GoTo leaves out.
fn strict() -> (GotoDouble, Client) {
    with(GotoDouble::builder().profile_named("rfc"))
}

/// A new user with these members.
fn ada(more: &Value) -> Value {
    let mut body = user("ada@main.com");
    body["schemas"] = json!([CORE_USER, ENTERPRISE]);
    let members = body.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    body
}

/// What a user with these members then has there.
#[track_caller]
fn check(more: &Value, pointer: &str, expected: &Value) {
    for (_goto, client) in [start(), strict()] {
        let made = client.post("/Users", &ada(more));
        assert_eq!(made.status, 201, "{more}: {}", made.text());
        let body = made.json();
        assert_eq!(
            body.pointer(pointer).unwrap_or(&Value::Null),
            expected,
            "{body}"
        );
    }
}

#[track_caller]
fn check_refused(more: &Value, scim_type: &str, part: &str) {
    for (_goto, client) in [start(), strict()] {
        check_error(&client.post("/Users", &ada(more)), 400, scim_type, part);
    }
}

// Section 2.1: "Attribute names are case insensitive and are often "camel-cased" (e.g., "camelCase")."
#[test]
fn names_have_no_case_and_come_back_as_the_schema_spells_them() {
    let odd = json!({
        "NICKNAME": "A", "Emails": [{ "VALUE": "a", "Type": "work" }], ENTERPRISE.to_lowercase(): { "DEPARTMENT": "Tours" },
    });
    check(&odd, "/nickName", &json!("A"));
    check(&odd, "/emails", &json!([{ "value": "a", "type": "work" }]));
    check(
        &odd,
        &format!("/{ENTERPRISE}"),
        &json!({ "department": "Tours" }),
    );
}

// The same, for what differs in nothing else.
#[test]
fn one_name_in_two_spellings_is_refused_with_its_place() {
    check_refused(
        &json!({ "title": "a", "Title": "b" }),
        "invalidSyntax",
        "title is named twice",
    );
    check_refused(
        &json!({ "emails": [{ "value": "a" }, { "value": "b", "VALUE": "c" }] }),
        "invalidSyntax",
        "emails[1].value is named twice",
    );
}

// Section 2.1: "ATTRNAME   = ALPHA *(nameChar)": what no schema defines is no attribute.
#[test]
fn unknown_names_are_left_out_or_refused_at_every_level() {
    for more in [
        json!({ "shoeSize": 43 }),
        json!({ "emails": [{ "value": "a", "shoeSize": 43 }] }),
        json!({ "name": { "shoeSize": 43 } }),
        json!({ ENTERPRISE: { "shoeSize": 43, "department": "Tours" } }),
    ] {
        let (_goto, client) = start();
        let made = client.post("/Users", &ada(&more));
        assert_eq!(made.status, 201, "{}", made.text());
        assert!(!made.text().contains("shoeSize"));
        let (_goto, client) = strict();
        check_error(
            &client.post("/Users", &ada(&more)),
            400,
            "invalidSyntax",
            "shoeSize",
        );
    }
}

// Section 2.3: "Attribute data types are derived from JSON".
#[test]
fn value_of_another_type_is_refused_with_its_place() {
    for (more, part) in [
        (json!({ "title": 7 }), "title must be a string"),
        (json!({ "title": ["a", "b"] }), "title must be a string"),
        (json!({ "active": 1 }), "active must be true or false"),
        (json!({ "active": "maybe" }), "active must be true or false"),
        (json!({ "name": "Ada" }), "name must be an object"),
        (
            json!({ "name": { "givenName": {} } }),
            "name.givenName must be a string",
        ),
        (
            json!({ "emails": [{ "value": "a" }, { "value": 7 }] }),
            "emails[1].value must be a string",
        ),
        (
            json!({ "emails": [{ "value": "a", "primary": 7 }] }),
            "emails[0].primary must be true or false",
        ),
        (
            json!({ ENTERPRISE: { "department": 7 } }),
            "User:department must be a string",
        ),
        (json!({ ENTERPRISE: "Tours" }), "must be an object"),
    ] {
        check_refused(&more, "invalidValue", part);
    }
}

// Section 2.3.6: "The attribute value MUST be base64 encoded".
#[test]
fn binary_value_is_base64() {
    check(
        &json!({ "x509Certificates": [{ "value": "AAEC_w==" }] }),
        "/x509Certificates/0/value",
        &json!("AAEC_w=="),
    );
    check_refused(
        &json!({ "x509Certificates": [{ "value": "%%" }] }),
        "invalidValue",
        "x509Certificates[0].value must be base64",
    );
}

// Section 2.3.7: "A URI for a resource".
#[test]
fn reference_is_a_uri() {
    check(
        &json!({ "profileUrl": "https://main.example/~ada" }),
        "/profileUrl",
        &json!("https://main.example/~ada"),
    );
    check_refused(
        &json!({ "profileUrl": "no uri" }),
        "invalidValue",
        "profileUrl must be a URI",
    );
}

// Section 2.3.1: "caseExact": "the value of the attribute is case sensitive".
#[test]
fn what_is_case_exact_is_told_apart_by_case_and_the_rest_is_not() {
    let (_goto, client) = strict();
    assert_eq!(
        client
            .post(
                "/Users",
                &ada(&json!({ "externalId": "Ext", "title": "Guide" }))
            )
            .status,
        201
    );
    let people = |filter: &str| found(&client, "/Users", filter).len();
    assert_eq!(
        (
            people(r#"title eq "GUIDE""#),
            people(r#"externalId eq "EXT""#)
        ),
        (1, 0)
    );
    assert_eq!(people(r#"externalId eq "Ext""#), 1);
}

// Section 2.4: "type: A label indicating the attribute's function, e.g., "work" or "home"", of which the schema only
// suggests values.
#[test]
fn canonical_values_are_suggestions() {
    check(
        &json!({ "emails": [{ "value": "a", "type": "Ski Hut" }] }),
        "/emails/0/type",
        &json!("Ski Hut"),
    );
}

// Section 2.4: "primary: A Boolean value indicating the 'primary' or preferred attribute value for this attribute ...
// The primary attribute value "true" MUST appear no more than once."
#[test]
fn two_primary_values_in_one_body_are_refused() {
    let two =
        json!({ "emails": [{ "value": "a", "primary": true }, { "value": "b", "primary": true }] });
    check_refused(
        &two,
        "invalidValue",
        "emails: at most one value may be primary",
    );
    let (_goto, client) = start();
    let path = format!(
        "/Users/{}",
        client.post("/Users", &ada(&json!({}))).json()["id"]
            .as_str()
            .unwrap()
    );
    check_error(
        &client.put(&path, &ada(&two)),
        400,
        "invalidValue",
        "primary",
    );
    let add = patch(json!([{ "op": "add", "value": two }]));
    check_error(
        &client.patch(&path, &add),
        400,
        "invalidValue",
        "Operations[0]",
    );
}

// Section 2.4: "If not specified, the value of "primary" SHALL be assumed to be "false"."
#[test]
fn value_that_does_not_say_is_not_primary() {
    let one = json!({ "emails": [{ "value": "a" }, { "value": "b", "primary": true }] });
    check(&one, "/emails/0", &json!({ "value": "a" }));
}

// Section 2.4: the default sub-attributes belong to every multi-valued attribute; "addresses" lists no "primary".
#[test]
fn default_sub_attributes_are_there_without_a_schema_that_lists_them() {
    let home = json!([{ "locality": "Hamburg", "Primary": true, "display": "At home" }]);
    let kept = json!([{ "locality": "Hamburg", "primary": true, "display": "At home" }]);
    check(&json!({ "addresses": home }), "/addresses", &kept);
}

// Section 2.5: "Unassigned attributes, the null value, or an empty array (in the case of a multi-valued attribute)
// SHALL be considered to be equivalent in "state"."
#[test]
fn null_empty_and_absent_are_the_same() {
    for nothing in [
        json!({ "title": null, "emails": [], "name": null }),
        json!({ "emails": null, "name": {}, ENTERPRISE: {} }),
        json!({ "emails": [null], "name": { "givenName": null }, ENTERPRISE: { "manager": null, "department": null } }),
        json!({ ENTERPRISE: null, "roles": [{ "value": null }] }),
    ] {
        for name in ["title", "emails", "name", "roles", ENTERPRISE] {
            check(
                &nothing,
                &format!("/{name}"),
                &if name == "name" && nothing.get("name").is_none() {
                    json!({ "givenName": "Ada", "familyName": "Lovelace" })
                } else {
                    Value::Null
                },
            );
        }
    }
}

// Section 2.5: "Assigning an attribute with the value "null" or an empty array (in the case of multi-valued attributes)
// has the effect of making the attribute "unassigned"."
#[test]
fn null_and_an_empty_list_clear() {
    let (_goto, client) = strict();
    let more = json!({ "title": "Guide", "emails": [{ "value": "a" }], ENTERPRISE: { "department": "Tours" } });
    let made = client.post("/Users", &ada(&more)).json();
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let clear = json!([
        { "op": "replace", "path": "title", "value": null },
        { "op": "replace", "path": "emails", "value": [] },
        { "op": "replace", "value": { ENTERPRISE: { "department": null } } },
    ]);
    let after = client.patch(&path, &patch(clear)).json();
    for name in ["title", "emails", ENTERPRISE] {
        assert!(after.get(name).is_none(), "{after}");
    }
    assert_eq!(after["schemas"], json!([CORE_USER]));
}

// Section 2.2: ""returned": "default"" and ""mutability": "readWrite"" unless told: what was sent comes back as it was.
#[test]
fn values_keep_their_order_and_their_text() {
    let emails = json!([
        { "value": "b", "type": "work" }, { "value": "a", "type": "home" }, { "value": " A ", "type": "other" },
    ]);
    check(&json!({ "emails": emails }), "/emails", &emails);
}

// Section 2.4: "If not otherwise defined, the default set of sub-attributes for a multi-valued attribute is as follows:
// type […] primary […] display […] value […] $ref". The schema of `members` leaves `display` out; RFC 7644 section
// 3.5.2.1 adds a member with one.
#[test]
fn sub_attribute_that_every_list_may_have_is_found_shown_and_written_like_the_others() {
    for (_goto, client) in [start(), strict()] {
        let member =
            json!({ "value": create_user(&client, "ada@main.com"), "display": "Babs Jensen" });
        let body = json!({ "schemas": [CORE_GROUP], "displayName": "Guides", "members": [member] });
        let made = client.post("/Groups", &body).json();
        let path = format!("/Groups/{}", made["id"].as_str().unwrap());
        for filter in [
            r#"members.display eq "babs jensen""#,
            r#"members[display sw "Babs" and type eq "User"]"#,
            r#"members[not (display eq "Bob")]"#,
        ] {
            assert_eq!(found(&client, "/Groups", filter), ["Guides"], "{filter}");
        }
        let none = r#"members[display eq "Bob"] or members.display sw "x""#;
        assert!(found(&client, "/Groups", none).is_empty());
        let shown = client
            .get(&format!("{path}?attributes=members.Display"))
            .json();
        assert_eq!(shown["members"], json!([{ "display": "Babs Jensen" }]));
        let hidden = client
            .get(&format!("{path}?excludedAttributes=members.display"))
            .json();
        assert_eq!(hidden["members"][0]["value"], member["value"]);
        assert!(hidden["members"][0].get("display").is_none(), "{hidden}");
        let by_display =
            json!([{ "op": "remove", "path": r#"members[display eq "Babs Jensen"]"# }]);
        assert!(client.patch(&path, &patch(by_display)).status < 300);
        assert!(client.get(&path).json().get("members").is_none());
    }
}

// The same: "display […] A human-readable name, primarily used for display purposes and having a mutability of
// "immutable"."
#[test]
fn display_that_every_list_may_have_is_set_once() {
    let (_goto, client) = strict();
    let member = json!({ "value": create_user(&client, "ada@main.com") });
    let body = json!({ "schemas": [CORE_GROUP], "displayName": "Guides", "members": [member] });
    let made = client.post("/Groups", &body).json();
    let path = format!("/Groups/{}", made["id"].as_str().unwrap());
    let named = |name: &str| {
        let path = r#"members[type eq "User"].display"#;
        patch(json!([{ "op": "replace", "path": path, "value": name }]))
    };
    let first = client.patch(&path, &named("Ada"));
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(first.json()["members"][0]["display"], "Ada");
    check_error(
        &client.patch(&path, &named("Bob")),
        400,
        "mutability",
        "display",
    );
    // What neither the schema nor section 2.4 defines is still refused.
    let other = list(
        &client,
        "/Groups",
        &[("filter", r#"members.nickName eq "x""#)],
    );
    check_error(&other, 400, "invalidFilter", "members.nickName");
}
