//! Changing resources, [RFC 7644 section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2).

use std::time::Duration;

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{add_members, check_error, found, group_of, member_ids};
use crate::support::{
    Answer, CORE_USER, Client, ENTERPRISE, create_group, create_user, patch, start, user, with,
};

#[track_caller]
fn change(client: &Client, path: &str, operations: Value) -> Answer {
    client.patch(path, &patch(operations))
}

/// A user with something in every kind of attribute; gives its path.
fn furnished(client: &Client) -> String {
    let mut body = user("ada@main.com");
    body["schemas"] = json!([CORE_USER, ENTERPRISE]);
    body["title"] = json!("Guide");
    body["emails"] = json!([
        { "value": "ada@work.example", "type": "work", "primary": true },
        { "value": "ada@home.example", "type": "home" },
    ]);
    body[ENTERPRISE] = json!({ "department": "Tours", "division": "Parks" });
    let made = client.post("/Users", &body);
    assert_eq!(made.status, 201, "{}", made.text());
    format!("/Users/{}", made.json()["id"].as_str().unwrap())
}

/// Makes one change and compares one attribute afterwards; a pointer says which.
#[track_caller]
fn check(operations: Value, pointer: &str, expected: &Value) {
    let (_goto, client) = start();
    let path = furnished(&client);
    let said = operations.to_string();
    let answer = change(&client, &path, operations);
    assert_eq!(answer.status, 200, "{said}: {}", answer.text());
    let body = answer.json();
    assert_eq!(
        body.pointer(pointer).unwrap_or(&Value::Null),
        expected,
        "{said}: {body}"
    );
    assert_eq!(client.get(&path).json(), body);
}

// Section 3.5.2.1, add.
#[test]
fn add_writes_single_values_appends_to_lists_and_merges_objects() {
    check(
        json!([{ "op": "add", "path": "nickName", "value": "Countess" }]),
        "/nickName",
        &json!("Countess"),
    );
    check(
        json!([{ "op": "add", "value": { "nickName": "Countess" } }]),
        "/nickName",
        &json!("Countess"),
    );
    check(
        json!([{ "op": "add", "path": "title", "value": "Driver" }]),
        "/title",
        &json!("Driver"),
    );
    check(
        json!([{ "op": "add", "path": "name.middleName", "value": "King" }]),
        "/name",
        &json!({ "givenName": "Ada", "familyName": "Lovelace", "middleName": "King" }),
    );
    check(
        json!([{ "op": "add", "path": "name", "value": { "middleName": "King" } }]),
        "/name/givenName",
        &json!("Ada"),
    );
    check(
        json!([{ "op": "add", "path": "emails", "value": [{ "value": "x@main.com", "type": "other" }] }]),
        "/emails/2/value",
        &json!("x@main.com"),
    );
    check(
        json!([{ "op": "add", "path": format!("{ENTERPRISE}:costCenter"), "value": "4130" }]),
        &format!("/{ENTERPRISE}"),
        &json!({ "department": "Tours", "division": "Parks", "costCenter": "4130" }),
    );
}

// "If the target location already contains the value specified, no changes SHOULD be made to the resource".
#[test]
fn value_added_twice_is_there_once() {
    let emails = json!([{ "value": "ada@home.example", "type": "home" }]);
    let (_goto, client) = start();
    let path = furnished(&client);
    let answer = change(
        &client,
        &path,
        json!([{ "op": "add", "path": "emails", "value": emails }]),
    );
    assert_eq!(
        answer.json()["emails"].as_array().map(Vec::len),
        Some(2),
        "{}",
        answer.text()
    );
}

#[test]
fn new_primary_value_takes_it_from_the_old_one() {
    let (_goto, client) = start();
    let path = furnished(&client);
    let added = json!([{ "value": "x@main.com", "type": "other", "primary": true }]);
    let after = change(
        &client,
        &path,
        json!([{ "op": "add", "path": "emails", "value": added }]),
    )
    .json();
    let primary: Vec<_> = after["emails"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|email| email["primary"] == true)
        .collect();
    assert_eq!(primary.len(), 1);
    assert_eq!(primary[0]["value"], "x@main.com");
}

// Section 3.5.2.2, remove.
#[test]
fn remove_takes_attributes_parts_and_chosen_values() {
    check(
        json!([{ "op": "remove", "path": "title" }]),
        "/title",
        &Value::Null,
    );
    check(
        json!([{ "op": "remove", "path": "name.familyName" }]),
        "/name",
        &json!({ "givenName": "Ada" }),
    );
    check(
        json!([{ "op": "remove", "path": "emails" }]),
        "/emails",
        &Value::Null,
    );
    check(
        json!([{ "op": "remove", "path": r#"emails[type eq "home"]"# }]),
        "/emails",
        &json!([{ "value": "ada@work.example", "type": "work", "primary": true }]),
    );
    check(
        json!([{ "op": "remove", "path": r#"emails[type eq "work"].primary"# }]),
        "/emails/0",
        &json!({ "value": "ada@work.example", "type": "work" }),
    );
    check(
        json!([{ "op": "remove", "path": format!("{ENTERPRISE}:division") }]),
        &format!("/{ENTERPRISE}"),
        &json!({ "department": "Tours" }),
    );
    check(
        json!([{ "op": "remove", "path": ENTERPRISE }]),
        "/schemas",
        &json!([CORE_USER]),
    );
}

// Section 3.5.2.3, replace.
#[test]
fn replace_writes_attributes_parts_and_chosen_values() {
    check(
        json!([{ "op": "replace", "path": "title", "value": "Driver" }]),
        "/title",
        &json!("Driver"),
    );
    check(
        json!([{ "op": "replace", "path": "active", "value": false }]),
        "/active",
        &json!(false),
    );
    check(
        json!([{ "op": "replace", "value": { "title": "Driver", "active": false } }]),
        "/active",
        &json!(false),
    );
    check(
        json!([{ "op": "replace", "path": "name.givenName", "value": "Augusta" }]),
        "/name/givenName",
        &json!("Augusta"),
    );
    check(
        json!([{ "op": "replace", "path": "emails", "value": [{ "value": "x@main.com" }] }]),
        "/emails",
        &json!([{ "value": "x@main.com" }]),
    );
    check(
        json!([{ "op": "replace", "path": r#"emails[type eq "work"].value"#, "value": "new@main.com" }]),
        "/emails/0",
        &json!({ "value": "new@main.com", "type": "work", "primary": true }),
    );
    check(
        json!([{ "op": "replace", "path": format!("{ENTERPRISE}:department"), "value": "Sales" }]),
        &format!("/{ENTERPRISE}/department"),
        &json!("Sales"),
    );
    check(
        json!([{ "op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:title", "value": "Driver" }]),
        "/title",
        &json!("Driver"),
    );
    check(
        json!([{ "op": "replace", "path": "NAME.GIVENNAME", "value": "Augusta" }]),
        "/name/givenName",
        &json!("Augusta"),
    );
}

#[test]
fn operations_are_done_in_their_order() {
    let operations = json!([
        { "op": "replace", "path": "title", "value": "One" },
        { "op": "remove", "path": "title" },
        { "op": "add", "path": "title", "value": "Two" },
    ]);
    check(operations, "/title", &json!("Two"));
}

// "A PATCH request, regardless of the number of operations, SHALL be treated as atomic. If a single operation
// encounters an error condition, the original SCIM resource MUST be restored, and a failure status SHALL be returned."
#[test]
fn patch_of_which_one_operation_fails_changes_nothing() {
    let (_goto, client) = start();
    create_user(&client, "bob@main.com");
    let path = furnished(&client);
    let before = client.get(&path).json();
    let good = json!({ "op": "replace", "path": "title", "value": "Driver" });
    for (bad, status, scim_type) in [
        (
            json!({ "op": "replace", "path": "shoeSize", "value": 43 }),
            400,
            "invalidPath",
        ),
        (
            json!({ "op": "replace", "path": "emails[", "value": "x" }),
            400,
            "invalidFilter",
        ),
        (
            json!({ "op": "replace", "path": "active", "value": "perhaps" }),
            400,
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "path": "id", "value": "1" }),
            400,
            "mutability",
        ),
        (json!({ "op": "remove" }), 400, "noTarget"),
        (
            json!({ "op": "remove", "path": "userName" }),
            400,
            "mutability",
        ),
        (
            json!({ "op": "copy", "path": "title", "value": "x" }),
            400,
            "invalidSyntax",
        ),
        (json!({ "op": "add", "path": "title" }), 400, "invalidValue"),
        (
            json!({ "op": "replace", "path": "userName", "value": "bob@main.com" }),
            409,
            "uniqueness",
        ),
        (
            json!({ "op": "replace", "path": "userName", "value": "ada@elsewhere.com" }),
            400,
            "invalidValue",
        ),
    ] {
        for operations in [json!([good, bad]), json!([bad, good])] {
            let answer = change(&client, &path, operations);
            check_error(&answer, status, scim_type, "");
            assert_eq!(client.get(&path).json(), before, "{bad}");
        }
    }
}

#[test]
fn failed_change_of_members_leaves_every_side_as_it_was() {
    let (_goto, client) = start();
    let (ada, bob) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
    );
    let guides = group_of(&client, "Guides", &[&ada]);
    let path = format!("/Groups/{guides}");
    let before = client.get(&path).json();
    let operations = json!([
        { "op": "remove", "path": format!("members[value eq \"{ada}\"]") },
        { "op": "add", "path": "members", "value": [{ "value": bob }, { "value": "4711" }] },
    ]);
    check_error(
        &change(&client, &path, operations),
        400,
        "invalidValue",
        "4711",
    );
    assert_eq!(client.get(&path).json(), before);
    assert_eq!(
        client.get(&format!("/Users/{ada}")).json()["groups"][0]["value"],
        guides.as_str()
    );
    assert!(
        client
            .get(&format!("/Users/{bob}"))
            .json()
            .get("groups")
            .is_none()
    );
}

// "Unless other operations change the resource, this operation SHALL NOT change the modify timestamp of the resource."
#[test]
fn patch_that_changes_nothing_leaves_version_and_last_modified() {
    let (goto, client) = start();
    let ada = furnished(&client);
    let id = ada.rsplit('/').next().unwrap().to_owned();
    let guides = format!("/Groups/{}", group_of(&client, "Guides", &[&id]));
    goto.control().advance(Duration::from_secs(60)).unwrap();
    for (path, operations) in [
        (
            &ada,
            json!([{ "op": "replace", "path": "title", "value": "Guide" }]),
        ),
        (
            &ada,
            json!([{ "op": "add", "path": "emails", "value": [{ "value": "ada@home.example", "type": "home" }] }]),
        ),
        (
            &ada,
            json!([{ "op": "replace", "value": { "active": true, "name": { "givenName": "Ada" } } }]),
        ),
        (
            &ada,
            json!([{ "op": "add", "path": "nickName", "value": "x" }, { "op": "remove", "path": "nickName" }]),
        ),
        (
            &guides,
            json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]),
        ),
        (
            &guides,
            json!([{ "op": "replace", "path": "displayName", "value": "Guides" }]),
        ),
    ] {
        let before = client.get(path);
        let answer = change(&client, path, operations.clone());
        assert!(answer.status < 300, "{operations}: {}", answer.text());
        assert_eq!(client.get(path).json(), before.json(), "{operations}");
        assert_eq!(answer.header("etag"), before.header("etag"));
    }
}

#[test]
fn real_change_moves_last_modified_and_not_created() {
    let (goto, client) = start();
    let path = furnished(&client);
    let before = client.get(&path).json();
    goto.control().advance(Duration::from_secs(60)).unwrap();
    let after = change(
        &client,
        &path,
        json!([{ "op": "replace", "path": "title", "value": "Driver" }]),
    )
    .json();
    assert_eq!(after["meta"]["created"], before["meta"]["created"]);
    assert_ne!(
        after["meta"]["lastModified"],
        before["meta"]["lastModified"]
    );
}

// "…the server either MUST return a 200 OK response code and the entire resource within the response body …, or MAY
// return HTTP status code 204 (No Content)"; with the attributes parameter it is 200.
#[test]
fn answer_is_the_one_of_the_profile_and_attributes_ask_for_a_body() {
    let (_goto, client) = start();
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "Drivers" }]);
    let path = format!("/Groups/{}", create_group(&client, "Guides"));
    let answer = change(&client, &path, rename.clone());
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    let answer = change(
        &client,
        &format!("{path}?attributes=displayName"),
        rename.clone(),
    );
    assert_eq!(
        (answer.status, &answer.json()["displayName"]),
        (200, &json!("Drivers"))
    );

    let (_other, client) = with(
        GotoDouble::builder()
            .profile("group_patch_answer", "full")
            .profile("user_patch_answer", "no-content"),
    );
    let path = format!("/Groups/{}", create_group(&client, "Guides"));
    assert_eq!(change(&client, &path, rename).status, 200);
    let path = furnished(&client);
    assert_eq!(
        change(&client, &path, json!([{ "op": "remove", "path": "title" }])).status,
        204
    );
}

#[test]
fn body_that_is_no_patch_is_400() {
    let (_goto, client) = start();
    let path = furnished(&client);
    for body in [
        json!({}),
        json!({ "schemas": [crate::support::PATCH_OP] }),
        json!({ "schemas": [crate::support::PATCH_OP], "Operations": [] }),
        json!({ "schemas": [crate::support::PATCH_OP], "Operations": {} }),
        json!({ "schemas": [crate::support::PATCH_OP], "Operations": ["replace"] }),
        json!({ "schemas": [crate::support::PATCH_OP], "Operations": [{}] }),
        json!({ "schemas": [crate::support::PATCH_OP], "Operations": [{ "op": 1, "path": "title", "value": "x" }] }),
    ] {
        check_error(&client.patch(&path, &body), 400, "invalidSyntax", "");
    }
}

#[test]
fn read_only_attributes_are_refused_by_name() {
    let (_goto, client) = start();
    let path = furnished(&client);
    for attribute in ["id", "meta.created", "groups"] {
        let answer = change(
            &client,
            &path,
            json!([{ "op": "replace", "path": attribute, "value": "x" }]),
        );
        check_error(&answer, 400, "mutability", attribute);
    }
}

#[test]
fn renamed_user_is_found_under_its_new_name_only() {
    let (_goto, client) = start();
    let path = furnished(&client);
    let answer = change(
        &client,
        &path,
        json!([{ "op": "replace", "path": "userName", "value": "king@main.com" }]),
    );
    assert_eq!(answer.status, 200);
    assert!(found(&client, "/Users", r#"userName eq "ada@main.com""#).is_empty());
    assert_eq!(
        found(&client, "/Users", r#"userName eq "KING@main.com""#),
        ["king"]
    );
}

#[test]
fn members_are_added_removed_replaced_and_cleared() {
    let (_goto, client) = start();
    let people: Vec<String> = ["ada", "bob", "cid"]
        .iter()
        .map(|name| create_user(&client, &format!("{name}@main.com")))
        .collect();
    let [ada, bob, cid] = &people[..] else {
        unreachable!()
    };
    let path = format!("/Groups/{}", group_of(&client, "Guides", &[ada]));
    let after = |operations: Value| {
        let answer = change(&client, &path, operations);
        assert_eq!(answer.status, 204, "{}", answer.text());
        member_ids(&client.get(&path).json())
    };
    assert_eq!(
        after(
            json!([{ "op": "add", "path": "members", "value": [{ "value": bob }, { "value": ada }, { "value": bob }] }])
        ),
        [ada.clone(), bob.clone()]
    );
    assert_eq!(
        after(json!([{ "op": "add", "value": { "members": [{ "value": cid }] } }])).len(),
        3
    );
    assert_eq!(
        after(json!([{ "op": "remove", "path": format!("members[value eq \"{bob}\"]") }])),
        [ada.clone(), cid.clone()]
    );
    assert_eq!(
        after(json!([{ "op": "replace", "path": "members", "value": [{ "value": bob }] }])),
        [bob.as_str()]
    );
    assert!(after(json!([{ "op": "remove", "path": "members" }])).is_empty());
    for user in &people {
        assert!(
            client
                .get(&format!("/Users/{user}"))
                .json()
                .get("groups")
                .is_none()
        );
    }
}

#[test]
fn parallel_additions_to_one_group_lose_nobody() {
    let (_goto, client) = start();
    let guides = create_group(&client, "Guides");
    let mut people: Vec<String> = (0..64)
        .map(|n| create_user(&client, &format!("u{n}@main.com")))
        .collect();
    let barrier = std::sync::Barrier::new(people.len());
    std::thread::scope(|scope| {
        for id in &people {
            let (client, barrier, guides) = (client.clone(), &barrier, &guides);
            scope.spawn(move || {
                barrier.wait();
                add_members(&client, guides, &[id]);
            });
        }
    });
    let mut members = member_ids(&client.get(&format!("/Groups/{guides}")).json());
    people.sort();
    members.sort();
    assert_eq!(members, people);
    for id in &people {
        assert_eq!(
            client.get(&format!("/Users/{id}")).json()["groups"][0]["value"],
            guides.as_str()
        );
    }
}

// RFC 7643 section 2.1: "Attribute names are case insensitive", so these name one thing twice.
#[test]
fn member_of_the_message_that_is_named_twice_is_refused() {
    let title = json!({ "op": "add", "path": "title", "value": "Cook" });
    let bodies = [
        json!({ "Operations": [title], "operations": [] }),
        json!({ "Operations": [{ "op": "add", "OP": "remove", "path": "title", "value": "Cook" }] }),
        json!({ "Operations": [{ "op": "add", "path": "title", "Path": "nickName", "value": "Cook" }] }),
        json!({ "Operations": [{ "op": "add", "path": "title", "value": "Cook", "VALUE": "Guide" }] }),
    ];
    for (name, status) in [("goto", 400), ("rfc", 400), ("entra-lenient", 204)] {
        let (_goto, client) = with(GotoDouble::builder().profile_named(name));
        let path = furnished(&client);
        for body in &bodies {
            let answer = client.patch(&path, body);
            assert_eq!(answer.status, status, "{name} {body}: {}", answer.text());
            if status == 400 {
                check_error(&answer, 400, "invalidSyntax", "named twice");
                assert_eq!(client.get(&path).json()["title"], "Guide");
            }
        }
    }
}

// "The body of each request MUST contain the "schemas" attribute with the URI value of
// "urn:ietf:params:scim:api:messages:2.0:PatchOp"": what says that it is another message is none, in every profile.
#[test]
fn another_message_is_no_patch() {
    for name in ["goto", "rfc", "entra-lenient"] {
        let (_goto, client) = with(GotoDouble::builder().profile_named(name));
        let path = furnished(&client);
        let title = json!([{ "op": "replace", "path": "title", "value": "Cook" }]);
        for urn in ["SearchRequest", "BulkRequest", "Error"] {
            let urn = format!("urn:ietf:params:scim:api:messages:2.0:{urn}");
            let body = json!({ "schemas": [urn], "Operations": title });
            check_error(&client.patch(&path, &body), 400, "invalidSyntax", "PatchOp");
        }
        assert_eq!(client.get(&path).json()["title"], "Guide");
    }
}
