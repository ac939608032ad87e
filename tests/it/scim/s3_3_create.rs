//! Creating resources, [RFC 7644 section 3.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.3).

use serde_json::json;

use super::{check_error, list, resources};
use crate::support::{
    CORE_GROUP, CORE_USER, ENTERPRISE, create_group, create_user, group, start, user, with,
};
use goto_double::GotoDouble;

// "When the service provider successfully creates the new resource, an HTTP response SHALL be returned with HTTP
// status code 201 (Created). … The URI of the created resource SHALL include, in the HTTP Location header and the HTTP
// body, a JSON representation with the attribute meta.location."
#[test]
fn created_user_comes_back_with_201_location_etag_and_meta() {
    let (goto, client) = start();
    let answer = client.post("/Users", &user("ada@main.com"));
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/scim+json"));
    let body = answer.json();
    let id = body["id"].as_str().unwrap();
    let location = format!("{}/Users/{id}", goto.scim_url());
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(body["meta"]["location"], location.as_str());
    assert_eq!(body["meta"]["resourceType"], "User");
    assert_eq!(body["meta"]["created"], body["meta"]["lastModified"]);
    assert_eq!(answer.header("etag"), body["meta"]["version"].as_str());
    assert_eq!(body["schemas"], json!([CORE_USER]));
    assert_eq!(client.get(&format!("/Users/{id}")).json(), body);
}

#[test]
fn created_group_comes_back_with_201_location_and_etag() {
    let (goto, client) = start();
    let answer = client.post("/Groups", &group("Guides"));
    assert_eq!(answer.status, 201, "{}", answer.text());
    let body = answer.json();
    let location = format!(
        "{}/Groups/{}",
        goto.scim_url(),
        body["id"].as_str().unwrap()
    );
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(answer.header("etag"), body["meta"]["version"].as_str());
    assert_eq!(body["schemas"], json!([CORE_GROUP]));
    assert_eq!(body["meta"]["resourceType"], "Group");
}

#[test]
fn group_is_created_with_members_that_get_their_type_and_reference() {
    let (goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let inner = create_group(&client, "Inner");
    let body = json!({ "schemas": [CORE_GROUP], "displayName": "Guides", "members": [{ "value": ada }, { "value": inner }] });
    let made = client.post("/Groups", &body).json();
    let base = goto.scim_url();
    let expected = json!([
        { "value": ada, "$ref": format!("{base}/Users/{ada}"), "type": "User" },
        { "value": inner, "$ref": format!("{base}/Groups/{inner}"), "type": "Group" },
    ]);
    assert_eq!(made["members"], expected);
}

// "If the service provider determines that the creation of the requested resource conflicts with existing resources
// (e.g., a User resource with a duplicate userName), the service provider MUST return HTTP status code 409 (Conflict)
// with a scimType error code of uniqueness."
#[test]
fn second_user_with_same_user_name_in_other_case_is_409() {
    let (_goto, client) = start();
    create_user(&client, "Ada@Main.com");
    for name in ["Ada@Main.com", "ada@main.com", "ADA@MAIN.COM"] {
        let answer = client.post("/Users", &user(name));
        check_error(&answer, 409, "uniqueness", "userName");
    }
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
}

#[test]
fn second_group_with_same_display_name_is_409() {
    let (_goto, client) = start();
    create_group(&client, "Guides");
    check_error(
        &client.post("/Groups", &group("guides")),
        409,
        "uniqueness",
        "displayName",
    );
    assert_eq!(client.get("/Groups").json()["totalResults"], 1);
}

#[test]
fn group_names_may_repeat_where_the_profile_says_so() {
    let (_goto, client) = with(GotoDouble::builder().profile("group_name_unique", false));
    create_group(&client, "Guides");
    create_group(&client, "Guides");
    assert_eq!(client.get("/Groups").json()["totalResults"], 2);
}

#[test]
fn external_id_may_repeat() {
    let (_goto, client) = start();
    for name in ["ada@main.com", "bob@main.com"] {
        let mut body = user(name);
        body["externalId"] = json!("same");
        assert_eq!(client.post("/Users", &body).status, 201);
    }
}

// "In the request body, attributes whose mutability is readOnly SHALL be ignored."
#[test]
fn what_only_the_server_sets_is_ignored() {
    let (_goto, client) = start();
    let mut body = user("ada@main.com");
    body["id"] = json!("mine");
    body["meta"] = json!({ "resourceType": "Robot", "created": "1970-01-01T00:00:00Z", "version": "W/\"99\"" });
    body["groups"] = json!([{ "value": "1" }]);
    let made = client.post("/Users", &body).json();
    assert_ne!(made["id"], "mine");
    assert_eq!(made["meta"]["resourceType"], "User");
    assert_ne!(made["meta"]["created"], "1970-01-01T00:00:00Z");
    assert_ne!(made["meta"]["version"], "W/\"99\"");
    assert!(made.get("groups").is_none(), "{made}");
}

// RFC 7643 section 4.1.1: password, "returned: never".
#[test]
fn password_is_never_returned() {
    let (_goto, client) = start();
    let mut body = user("ada@main.com");
    body["password"] = json!("t0p-secret");
    let made = client.post("/Users?attributes=password,userName", &body);
    assert_eq!(made.status, 201);
    let path = format!("/Users/{}", made.json()["id"].as_str().unwrap());
    let replaced = client.put(&path, &body);
    let changed = client.patch(
        &path,
        &crate::support::patch(
            json!([{ "op": "replace", "path": "password", "value": "t0p-secret-2" }]),
        ),
    );
    let answers = [
        made,
        replaced,
        changed,
        client.get(&path),
        client.get(&format!("{path}?attributes=password")),
        client.get("/Users"),
        client.get("/Users?attributes=password"),
    ];
    for answer in answers {
        assert!(answer.status < 300, "{}", answer.text());
        assert!(!answer.text().contains("secret"), "{}", answer.text());
    }
}

#[test]
fn password_cannot_be_searched_for() {
    let (_goto, client) = start();
    let mut body = user("ada@main.com");
    body["password"] = json!("t0p-secret");
    assert_eq!(client.post("/Users", &body).status, 201);
    for filter in [
        r#"password eq "t0p-secret""#,
        "password pr",
        r#"password sw "t0p""#,
    ] {
        let answer = list(&client, "/Users", &[("filter", filter)]);
        assert!(
            answer.status == 400 || resources(&answer).is_empty(),
            "{}",
            answer.text()
        );
    }
}

#[test]
fn enterprise_attributes_are_kept_under_their_urn_and_named_in_schemas() {
    let (_goto, client) = start();
    let mut body = user("ada@main.com");
    let enterprise = json!({ "employeeNumber": "701", "costCenter": "4130", "division": "Parks", "department": "Tours" });
    body[ENTERPRISE] = enterprise.clone();
    let made = client.post("/Users", &body).json();
    assert_eq!(made[ENTERPRISE], enterprise);
    assert_eq!(made["schemas"], json!([CORE_USER, ENTERPRISE]));
}

#[test]
fn required_attribute_that_is_missing_null_or_blank_is_400_and_creates_nothing() {
    let (_goto, client) = start();
    for body in [
        json!({}),
        json!({ "schemas": [CORE_USER] }),
        json!({ "userName": null }),
        json!({ "userName": "  " }),
    ] {
        check_error(
            &client.post("/Users", &body),
            400,
            "invalidValue",
            "userName",
        );
    }
    for body in [json!({}), json!({ "displayName": "" })] {
        check_error(
            &client.post("/Groups", &body),
            400,
            "invalidValue",
            "displayName",
        );
    }
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
}

#[test]
fn value_of_the_wrong_kind_is_400_and_names_its_attribute() {
    let (_goto, client) = start();
    for (name, value) in [
        ("userName", json!(7)),
        ("active", json!("perhaps")),
        ("active", json!(1)),
        ("name", json!(3)),
        ("name", json!({ "givenName": ["Ada", "Bob"] })),
        ("emails", json!(4)),
        (
            "emails",
            json!([{ "value": "a@main.com", "primary": true }, { "value": "b@main.com", "primary": true }]),
        ),
        ("title", json!({ "text": "Guide" })),
        (ENTERPRISE, json!("Tours")),
        (ENTERPRISE, json!({ "department": 7 })),
    ] {
        let mut body = user("ada@main.com");
        body[name] = value;
        check_error(&client.post("/Users", &body), 400, "invalidValue", name);
    }
}

#[test]
fn schemas_of_another_resource_type_are_400() {
    let (_goto, client) = start();
    let mut body = user("ada@main.com");
    body["schemas"] = json!([CORE_GROUP]);
    check_error(
        &client.post("/Users", &body),
        400,
        "invalidSyntax",
        "schemas",
    );
    body["schemas"] = json!("User");
    check_error(
        &client.post("/Users", &body),
        400,
        "invalidSyntax",
        "schemas",
    );
}

#[test]
fn unknown_attributes_are_ignored_or_refused_as_the_profile_says() {
    let mut body = user("ada@main.com");
    body["shoeSize"] = json!(43);
    let (_goto, client) = start();
    let made = client.post("/Users", &body);
    assert_eq!(made.status, 201);
    assert!(made.json().get("shoeSize").is_none());
    let (_strict, client) = with(GotoDouble::builder().profile("unknown_attributes", "refuse"));
    check_error(
        &client.post("/Users", &body),
        400,
        "invalidSyntax",
        "shoeSize",
    );
}

// RFC 7643 section 2.1: "Attribute names SHALL be case insensitive".
#[test]
fn attribute_names_are_read_in_any_case_and_shown_as_the_schema_spells_them() {
    let (_goto, client) = start();
    let body = json!({ "SCHEMAS": [CORE_USER], "USERNAME": "ada@main.com", "Name": { "GIVENNAME": "Ada" } });
    let made = client.post("/Users", &body).json();
    assert_eq!(made["userName"], "ada@main.com");
    assert_eq!(made["name"], json!({ "givenName": "Ada" }));
    let twice = json!({ "userName": "bob@main.com", "USERNAME": "eve@main.com" });
    check_error(
        &client.post("/Users", &twice),
        400,
        "invalidSyntax",
        "userName",
    );
}

// RFC 7643 section 2.5: null, an empty array and absence are the same.
#[test]
fn null_and_empty_are_as_if_absent() {
    let (_goto, client) = start();
    let mut body = user("ada@main.com");
    for (name, value) in [
        ("title", json!(null)),
        ("emails", json!([])),
        ("roles", json!([])),
        ("phoneNumbers", json!([null])),
    ] {
        body[name] = value;
    }
    let made = client.post("/Users", &body).json();
    for name in ["title", "emails", "roles", "phoneNumbers"] {
        assert!(made.get(name).is_none(), "{made}");
    }
}

#[test]
fn new_user_is_active_unless_it_says_otherwise() {
    let (_goto, client) = start();
    let made = client.post("/Users", &json!({ "userName": "ada@main.com" }));
    assert_eq!(made.json()["active"], true);
    let made = client.post(
        "/Users",
        &json!({ "userName": "bob@main.com", "active": false }),
    );
    assert_eq!(made.json()["active"], false);
}

// RFC 7644 section 3.9: attributes and excludedAttributes shape "the response to a query request" and to writes.
#[test]
fn create_shows_only_the_attributes_asked_for() {
    let (_goto, client) = start();
    let made = client.post("/Users?attributes=userName", &user("ada@main.com"));
    assert_eq!(made.status, 201);
    let body = made.json();
    let mut names: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(names, ["id", "schemas", "userName"]);
}

#[test]
fn sixty_four_writers_of_one_user_name_make_exactly_one_user() {
    let (_goto, client) = start();
    let barrier = std::sync::Barrier::new(64);
    let mut answers = Vec::new();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..64)
            .map(|n| {
                let (client, barrier) = (client.clone(), &barrier);
                scope.spawn(move || {
                    let name = if n % 2 == 0 {
                        "ada@main.com"
                    } else {
                        "ADA@main.com"
                    };
                    barrier.wait();
                    client.post("/Users", &user(name))
                })
            })
            .collect();
        answers.extend(writers.into_iter().map(|writer| writer.join().unwrap()));
    });
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        check_error(answer, 409, "uniqueness", "userName");
    }
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
}
