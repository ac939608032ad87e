//! Users, groups and the enterprise extension, [RFC 7643 sections 4](https://www.rfc-editor.org/rfc/rfc7643#section-4)
//! and [8](https://www.rfc-editor.org/rfc/rfc7643#section-8).

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{check_error, found, group_of};
use crate::support::{CORE_USER, Client, ENTERPRISE, create_user, group, patch, start, user, with};

fn strict() -> (GotoDouble, Client) {
    with(GotoDouble::builder().profile_named("rfc"))
}

/// A user with something in every attribute that a client may write.
fn whole() -> Value {
    let mut body = user("ada@main.com");
    let more = json!({
        "schemas": [CORE_USER, ENTERPRISE],
        "externalId": "701",
        "name": {
            "formatted": "Ms. Ada King Lovelace II", "familyName": "Lovelace", "givenName": "Ada",
            "middleName": "King", "honorificPrefix": "Ms.", "honorificSuffix": "II",
        },
        "displayName": "Ada Lovelace",
        "nickName": "Ada",
        "profileUrl": "https://main.com/ada",
        "title": "Guide",
        "userType": "Employee",
        "preferredLanguage": "en-GB, de;q=0.5",
        "locale": "en-GB",
        "timezone": "Europe/London",
        "active": true,
        "emails": [{ "value": "ada@main.com", "display": "Ada", "type": "work", "primary": true }],
        "phoneNumbers": [{ "value": "tel:+44-20-555", "type": "work" }],
        "ims": [{ "value": "ada.talks", "type": "xmpp" }],
        "photos": [{ "value": "https://main.com/ada.png", "type": "photo" }],
        "addresses": [{
            "formatted": "12 St James's Square", "streetAddress": "12 St James's Square", "locality": "London",
            "region": "Greater London", "postalCode": "SW1Y 4JH", "country": "GB", "type": "work",
        }],
        "entitlements": [{ "value": "meeting" }],
        "roles": [{ "value": "guide", "primary": false }],
        "x509Certificates": [{ "value": "MIIDQzCC" }],
        ENTERPRISE: {
            "employeeNumber": "701", "costCenter": "4130", "organization": "Main", "division": "Parks",
            "department": "Tours", "manager": { "value": "26118915", "$ref": "../Users/26118915" },
        },
    });
    let members = body.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    body
}

// Section 8.2, a full user: every attribute that is sent comes back as it was sent.
#[test]
fn user_with_every_attribute_comes_back_whole() {
    for (_goto, client) in [start(), strict()] {
        let made = client.post("/Users", &whole());
        assert_eq!(made.status, 201, "{}", made.text());
        let body = made.json();
        let path = format!("/Users/{}", body["id"].as_str().unwrap());
        for (name, value) in whole().as_object().unwrap() {
            assert_eq!(&body[name], value, "{name}");
        }
        let again = client.put(&path, &body);
        assert_eq!(
            (again.status, again.json()),
            (200, body),
            "what was read may be sent back"
        );
    }
}

// Section 8.1, a minimal user.
#[test]
fn user_needs_a_user_name_and_nothing_else() {
    let (_goto, client) = strict();
    let body = json!({ "schemas": [CORE_USER], "userName": "ada@main.com" });
    assert_eq!(client.post("/Users", &body).status, 201);
}

// Section 4.1.1: "userName: A service provider's unique identifier for the user ... Each User MUST include a non-empty
// userName value. This identifier MUST be unique across the service provider's entire set of Users. This attribute is
// REQUIRED and is case insensitive."
#[test]
fn user_name_is_required_not_empty_and_unique_in_any_case() {
    for (_goto, client) in [start(), strict()] {
        for name in [json!(null), json!(""), json!("  ")] {
            let body = json!({ "schemas": [CORE_USER], "userName": name });
            check_error(
                &client.post("/Users", &body),
                400,
                "invalidValue",
                "userName is required",
            );
        }
        let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
        check_error(
            &client.post("/Users", &user("ADA@main.com")),
            409,
            "uniqueness",
            "userName",
        );
        for gone in [
            json!([{ "op": "remove", "path": "userName" }]),
            json!([{ "op": "replace", "value": { "userName": null } }]),
        ] {
            check_error(
                &client.patch(&path, &patch(gone)),
                400,
                "mutability",
                "userName is required",
            );
        }
        let empty = patch(json!([{ "op": "replace", "path": "userName", "value": "" }]));
        check_error(
            &client.patch(&path, &empty),
            400,
            "invalidValue",
            "userName is required",
        );
    }
}

// Section 4.1.1: "password: This attribute is intended to be used as a means to set, replace, or compare (i.e., filter
// for equality) a password. ... "returned": "never"".
#[test]
fn password_is_taken_and_never_returned() {
    for (_goto, client) in [start(), strict()] {
        let mut body = user("ada@main.com");
        body["password"] = json!("t1meMa$heen");
        let made = client.post("/Users", &body);
        assert!(made.status == 201 && !made.text().contains("t1me"));
        let path = format!("/Users/{}", made.json()["id"].as_str().unwrap());
        let set = patch(json!([{ "op": "replace", "path": "password", "value": "n3w" }]));
        assert!(!client.patch(&path, &set).text().contains("n3w"));
        assert!(
            !client
                .get(&format!("{path}?attributes=password"))
                .text()
                .contains("n3w")
        );
    }
}

// Section 4.1.2: "groups: ... Since this attribute has a mutability of "readOnly", group membership changes MUST be
// applied via the "Group" resource."
#[test]
fn groups_of_a_user_are_read_only() {
    for (_goto, client) in [start(), strict()] {
        let mut body = user("ada@main.com");
        body["groups"] = json!([{ "value": "7" }]);
        let made = client.post("/Users", &body).json();
        assert!(made.get("groups").is_none());
        let path = format!("/Users/{}", made["id"].as_str().unwrap());
        let join = patch(json!([{ "op": "add", "path": "groups", "value": [{ "value": "7" }] }]));
        check_error(
            &client.patch(&path, &join),
            400,
            "mutability",
            "groups is read-only",
        );
        let part = patch(json!([{ "op": "remove", "path": r#"groups[value eq "7"]"# }]));
        check_error(&client.patch(&path, &part), 400, "mutability", "read-only");
    }
}

// Section 4.1.1: "timezone: ... in IANA Time Zone database format"; no MUST, so the letter alone refuses nothing.
#[test]
fn timezone_is_a_name_of_the_iana_database_to_goto() {
    let mut body = user("ada@main.com");
    body["timezone"] = json!("Central Time");
    let (_goto, client) = strict();
    assert_eq!(client.post("/Users", &body).status, 201);
    let (_goto, client) = start();
    check_error(
        &client.post("/Users", &body),
        400,
        "invalidValue",
        "timezone",
    );
    body["timezone"] = json!("America/Chicago");
    let made = client.post("/Users", &body).json();
    assert_eq!(made["timezone"], "America/Chicago");
}

// Section 4.2: "displayName: A human-readable name for the Group. REQUIRED."
#[test]
fn group_needs_a_display_name() {
    for (_goto, client) in [start(), strict()] {
        let mut body = group("Guides");
        body["displayName"] = json!(" ");
        check_error(
            &client.post("/Groups", &body),
            400,
            "invalidValue",
            "displayName is required",
        );
    }
}

// Section 4.2: "members: A list of members of the Group. While values MAY be added or removed, sub-attributes of members
// are "immutable"."
#[test]
fn members_come_and_go_but_do_not_change() {
    let (_goto, client) = strict();
    let [ada, bob] = ["ada@main.com", "bob@main.com"].map(|name| create_user(&client, name));
    let mut body = group("Guides");
    body["members"] = json!([{ "value": ada }]);
    let made = client.post("/Groups", &body).json();
    let path = format!("/Groups/{}", made["id"].as_str().unwrap());
    let change = |operation: Value| client.patch(&path, &patch(json!([operation])));
    let other = format!(r#"members[value eq "{ada}"].value"#);
    check_error(
        &change(json!({ "op": "replace", "path": other, "value": bob })),
        400,
        "mutability",
        "members",
    );
    let whole = format!(r#"members[value eq "{ada}"]"#);
    check_error(
        &change(json!({ "op": "replace", "path": whole, "value": { "value": bob } })),
        400,
        "mutability",
        "members",
    );
    let same = change(json!({ "op": "replace", "path": whole, "value": { "value": ada } }));
    assert_eq!(same.json()["members"][0]["value"], ada.as_str());
    assert_eq!(
        change(json!({ "op": "add", "path": "members", "value": [{ "value": bob }] })).json()["members"]
            [1]["value"],
        bob.as_str()
    );
    let nobody = json!({ "op": "add", "path": "members", "value": [{ "display": "Nobody" }] });
    check_error(
        &change(nobody),
        400,
        "invalidValue",
        "members[2].value is required",
    );
}

// Section 4.3: "manager: ... displayName: The displayName of the user's manager. This attribute is OPTIONAL, and
// mutability is "readOnly"."
#[test]
fn display_name_of_a_manager_is_read_only() {
    let (_goto, client) = strict();
    let mut body = user("ada@main.com");
    body["schemas"] = json!([CORE_USER, ENTERPRISE]);
    body[ENTERPRISE] = json!({ "manager": { "value": "7", "displayName": "Max" } });
    let made = client.post("/Users", &body).json();
    assert_eq!(made[ENTERPRISE]["manager"], json!({ "value": "7" }));
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let name = patch(
        json!([{ "op": "add", "path": format!("{ENTERPRISE}:manager.displayName"), "value": "Max" }]),
    );
    check_error(
        &client.patch(&path, &name),
        400,
        "mutability",
        "manager.displayName is read-only",
    );
}

// Section 4.1.2: "groups: ... The values are meant to enable expression of common group-based or role-based access
// control models", kept by the service provider.
#[test]
fn groups_follow_the_members_of_the_groups() {
    let (_goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let guides = group_of(&client, "Guides", &[&ada]);
    let groups = client.get(&format!("/Users/{ada}")).json()["groups"].clone();
    assert_eq!(groups[0]["value"], guides.as_str());
    assert_eq!(
        found(&client, "/Users", &format!(r#"groups.value eq "{guides}""#)),
        ["ada"]
    );
}
