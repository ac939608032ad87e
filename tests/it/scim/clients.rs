//! What provisioning clients really send, Microsoft Entra ID and Okta above all: their spelling, their quirks, and the
//! sequences of a whole life of one person and one group.

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{check_error, found, group_of, list, member_ids, names, resources};
use crate::support::{
    Answer, CORE_GROUP, CORE_USER, Client, ENTERPRISE, create_group, create_user, group, patch,
    start, user,
};

const ENTRA_GROUP: &str =
    "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// What Entra sends for a new person with GoTo's attribute mapping.
fn entra_user(name: &str) -> Value {
    json!({
        "schemas": [CORE_USER, ENTERPRISE],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": format!("{name}@main.com"),
        "active": true,
        "meta": { "resourceType": "User" },
        "name": { "formatted": "Ada Lovelace", "familyName": "Lovelace", "givenName": "Ada" },
        ENTERPRISE: { "employeeNumber": "701", "department": "Tours", "costCenter": null },
        "roles": [],
    })
}

/// Creates Entra's user and gives its path.
#[track_caller]
fn entra_created(client: &Client) -> String {
    let made = client.post("/Users", &entra_user("ada"));
    assert_eq!(made.status, 201, "{}", made.text());
    format!("/Users/{}", made.json()["id"].as_str().unwrap())
}

#[track_caller]
fn change(client: &Client, path: &str, operations: Value) -> Answer {
    let answer = client.patch(path, &patch(operations.clone()));
    assert!(
        matches!(answer.status, 200 | 204),
        "{operations}: {}",
        answer.text()
    );
    answer
}

/// Sends one operation to a fresh user of Entra's and compares what one pointer then finds.
#[track_caller]
fn check(operation: Value, pointer: &str, expected: Value) {
    let (_goto, client) = start();
    let path = entra_created(&client);
    let said = operation.to_string();
    change(&client, &path, json!([operation]));
    let after = client.get(&path).json();
    assert_eq!(
        after.pointer(pointer),
        Some(&expected).filter(|value| !value.is_null()),
        "{said}: {after}"
    );
}

#[test]
fn disabling_works_in_every_spelling() {
    for value in [json!(false), json!("False"), json!("false"), json!("FALSE")] {
        for op in ["Replace", "replace", "REPLACE", "Add", "add"] {
            check(
                json!({ "op": op, "path": "active", "value": value }),
                "/active",
                json!(false),
            );
        }
        check(
            json!({ "op": "replace", "value": { "active": value } }),
            "/active",
            json!(false),
        );
    }
    check(
        json!({ "op": "Replace", "path": "active", "value": [{ "value": "False" }] }),
        "/active",
        json!(false),
    );
}

#[test]
fn enabling_again_works_in_every_spelling() {
    for value in [json!(true), json!("True"), json!("true")] {
        let (_goto, client) = start();
        let path = entra_created(&client);
        change(
            &client,
            &path,
            json!([{ "op": "Replace", "path": "active", "value": "False" }]),
        );
        change(
            &client,
            &path,
            json!([{ "op": "Replace", "path": "active", "value": value }]),
        );
        assert_eq!(client.get(&path).json()["active"], true);
    }
}

#[test]
fn capitalised_operations_are_understood() {
    check(
        json!({ "op": "Add", "path": "nickName", "value": "Countess" }),
        "/nickName",
        json!("Countess"),
    );
    check(
        json!({ "op": "Replace", "path": "name.givenName", "value": "Augusta" }),
        "/name/givenName",
        json!("Augusta"),
    );
    check(
        json!({ "op": "Remove", "path": "name.formatted" }),
        "/name/formatted",
        Value::Null,
    );
}

#[test]
fn filtered_path_without_a_match_makes_the_value() {
    for op in ["Add", "Replace", "add", "replace"] {
        let operation =
            json!({ "op": op, "path": r#"emails[type eq "work"].value"#, "value": "ada@main.com" });
        check(
            operation,
            "/emails",
            json!([{ "type": "work", "value": "ada@main.com" }]),
        );
    }
    let operation =
        json!({ "op": "Add", "path": r#"addresses[type eq "work"].country"#, "value": "DE" });
    check(
        operation,
        "/addresses",
        json!([{ "type": "work", "country": "DE" }]),
    );
}

#[test]
fn value_object_with_dotted_and_urn_keys_is_spread() {
    let (_goto, client) = start();
    let path = entra_created(&client);
    let value = json!({
        "name.givenName": "Augusta",
        "name.familyName": "King",
        "active": false,
        format!("{ENTERPRISE}:employeeNumber"): "702",
        format!("{ENTERPRISE}:department"): "Sales",
    });
    change(&client, &path, json!([{ "op": "replace", "value": value }]));
    let after = client.get(&path).json();
    assert_eq!(after["name"]["givenName"], "Augusta");
    assert_eq!(after["name"]["familyName"], "King");
    assert_eq!(after["active"], false);
    assert_eq!(
        after[ENTERPRISE],
        json!({ "employeeNumber": "702", "department": "Sales" })
    );
    let keys: Vec<_> = after
        .as_object()
        .unwrap()
        .keys()
        .filter(|key| key.contains('.') && !key.starts_with("urn"))
        .collect();
    assert!(keys.is_empty(), "{after}");
}

#[test]
fn enterprise_attributes_are_reached_by_urn_path() {
    let at = |name: &str| format!("{ENTERPRISE}:{name}");
    check(
        json!({ "op": "Add", "path": at("costCenter"), "value": "4130" }),
        &format!("/{ENTERPRISE}/costCenter"),
        json!("4130"),
    );
    check(
        json!({ "op": "Replace", "path": at("department"), "value": "Sales" }),
        &format!("/{ENTERPRISE}/department"),
        json!("Sales"),
    );
    check(
        json!({ "op": "Remove", "path": at("department") }),
        &format!("/{ENTERPRISE}/department"),
        Value::Null,
    );
}

#[test]
fn roles_are_taken_as_objects_strings_and_by_string_boolean() {
    check(
        json!({ "op": "Add", "path": "roles", "value": [{ "value": "guide" }] }),
        "/roles/0/value",
        json!("guide"),
    );
    let operation =
        json!({ "op": "Add", "path": r#"roles[primary eq "True"].value"#, "value": "guide" });
    check(
        operation,
        "/roles",
        json!([{ "primary": true, "value": "guide" }]),
    );
    let (_goto, client) = start();
    let path = entra_created(&client);
    let value =
        json!([{ "value": "guide", "primary": "True" }, { "value": "cook", "primary": "False" }]);
    change(
        &client,
        &path,
        json!([{ "op": "Add", "path": "roles", "value": value }]),
    );
    change(
        &client,
        &path,
        json!([{ "op": "Replace", "path": r#"roles[primary eq "True"].value"#, "value": "driver" }]),
    );
    let roles = client.get(&path).json()["roles"].clone();
    assert_eq!(
        (&roles[0]["value"], &roles[1]["value"]),
        (&json!("driver"), &json!("cook"))
    );
}

#[test]
fn manager_comes_in_every_form_and_goes_with_an_empty_value() {
    let pointer = format!("/{ENTERPRISE}/manager/value");
    for path in ["manager".to_owned(), format!("{ENTERPRISE}:manager")] {
        for value in [
            json!([{ "$ref": "../Users/4711", "value": "4711" }]),
            json!([{ "$ref": null, "value": "4711" }]),
            json!({ "value": "4711" }),
            json!("4711"),
        ] {
            check(
                json!({ "op": "Add", "path": path, "value": value }),
                &pointer,
                json!("4711"),
            );
        }
    }
    let part = format!("{ENTERPRISE}:manager.value");
    check(
        json!({ "op": "Add", "path": part, "value": "4711" }),
        &pointer,
        json!("4711"),
    );
    for gone in [
        json!({ "op": "Replace", "path": format!("{ENTERPRISE}:manager"), "value": { "value": "" } }),
        json!({ "op": "Remove", "path": format!("{ENTERPRISE}:manager") }),
    ] {
        let (_goto, client) = start();
        let path = entra_created(&client);
        change(
            &client,
            &path,
            json!([{ "op": "Add", "path": "manager", "value": [{ "value": "4711" }] }]),
        );
        change(&client, &path, json!([gone]));
        let after = client.get(&path).json();
        assert!(after.pointer(&pointer).is_none(), "{gone}: {after}");
        let none = found(
            &client,
            "/Users",
            &format!(r#"{ENTERPRISE}:manager.value eq "4711""#),
        );
        assert!(none.is_empty());
    }
}

#[test]
fn nulls_and_empty_lists_of_a_create_leave_nothing_behind() {
    let (_goto, client) = start();
    let made = client.get(&entra_created(&client)).json();
    assert!(
        made.get("roles").is_none() && !made.to_string().contains("null"),
        "{made}"
    );
    let body = json!({
        "schemas": [CORE_GROUP, ENTRA_GROUP], "externalId": "8aa1a0c0", "displayName": "Guides",
        "meta": { "resourceType": "Group" }, "members": [],
    });
    let made = client.post("/Groups", &body);
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["schemas"], json!([CORE_GROUP]));
    assert_eq!(made.json()["externalId"], "8aa1a0c0");
}

#[test]
fn extension_that_schemas_does_not_name_is_kept() {
    let (_goto, client) = start();
    let mut body = entra_user("ada");
    body["schemas"] = json!([CORE_USER]);
    let made = client.post("/Users", &body).json();
    assert_eq!(made[ENTERPRISE]["employeeNumber"], "701");
    assert_eq!(made["schemas"], json!([CORE_USER, ENTERPRISE]));
    body["userName"] = json!("bob@main.com");
    body["schemas"] = json!([
        CORE_USER,
        "urn:ietf:params:scim:schemas:extension:contoso:2.0:User"
    ]);
    body["urn:ietf:params:scim:schemas:extension:contoso:2.0:User"] = json!({ "tag": "x" });
    assert_eq!(client.post("/Users", &body).status, 201);
}

#[test]
fn members_are_removed_in_both_of_entras_forms_and_nobody_else_goes() {
    let without_flag = |id: &str| json!({ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": id }] });
    let bare = |id: &str| json!({ "op": "Remove", "path": "members", "value": [{ "value": id }] });
    let with_flag =
        |id: &str| json!({ "op": "remove", "path": format!("members[value eq \"{id}\"]") });
    for form in [&without_flag as &dyn Fn(&str) -> Value, &bare, &with_flag] {
        let (_goto, client) = start();
        let (ada, bob) = (
            create_user(&client, "ada@main.com"),
            create_user(&client, "bob@main.com"),
        );
        let path = format!("/Groups/{}", group_of(&client, "Guides", &[&ada, &bob]));
        change(&client, &path, json!([form(&ada)]));
        assert_eq!(member_ids(&client.get(&path).json()), [bob.as_str()]);
        // Once more: nobody is there to remove, and nothing happens.
        change(&client, &path, json!([form(&ada)]));
        assert_eq!(member_ids(&client.get(&path).json()), [bob.as_str()]);
    }
}

#[test]
fn members_are_added_with_a_null_reference_and_by_a_patch_each() {
    let (_goto, client) = start();
    let path = format!("/Groups/{}", create_group(&client, "Guides"));
    let people: Vec<String> = (0..5)
        .map(|n| create_user(&client, &format!("u{n}@main.com")))
        .collect();
    for id in &people {
        let answer = change(
            &client,
            &path,
            json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": id }] }]),
        );
        assert_eq!(answer.status, 204);
    }
    assert_eq!(member_ids(&client.get(&path).json()), people);
}

// Microsoft's validator sends this and means "add"; Okta's "Push Now" sends the same and means what the RFC says.
#[test]
fn replace_of_members_is_taken_at_its_word() {
    let (_goto, client) = start();
    let (ada, bob) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
    );
    let path = format!("/Groups/{}", create_group(&client, "Guides"));
    for id in [&ada, &bob] {
        change(
            &client,
            &path,
            json!([{ "op": "replace", "path": "members", "value": [{ "value": id }] }]),
        );
        assert_eq!(member_ids(&client.get(&path).json()), [id.as_str()]);
    }
}

#[test]
fn probe_for_somebody_who_is_not_there_is_200_and_empty() {
    let (_goto, client) = start();
    let guid = "5b0d6f3a-6c58-4c3a-9d0c-0f4b8a5d3c11";
    for (endpoint, filter) in [
        ("/Users", format!(r#"userName eq "{guid}""#)),
        ("/Users", format!("externalId eq {guid}")),
        ("/Groups", format!(r#"displayName eq "{guid}""#)),
    ] {
        assert!(found(&client, endpoint, &filter).is_empty());
    }
}

#[test]
fn value_without_quotation_marks_is_taken_for_a_string() {
    let (_goto, client) = start();
    entra_created(&client);
    assert_eq!(
        found(
            &client,
            "/Users",
            "externalId eq 0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"
        ),
        ["ada"]
    );
    assert_eq!(
        found(&client, "/Users", "userName eq ada@main.com"),
        ["ada"]
    );
}

#[test]
fn bracket_path_followed_by_a_part_is_a_filter() {
    let (_goto, client) = start();
    let mut body = entra_user("ada");
    body["emails"] = json!([{ "type": "work", "value": "ada@work.example" }, { "type": "home", "value": "ada@home.example" }]);
    assert_eq!(client.post("/Users", &body).status, 201);
    assert_eq!(
        found(
            &client,
            "/Users",
            r#"emails[type eq "work"].value eq "ada@work.example""#
        ),
        ["ada"]
    );
    assert!(
        found(
            &client,
            "/Users",
            r#"emails[type eq "work"].value eq "ada@home.example""#
        )
        .is_empty()
    );
}

#[test]
fn reference_look_up_for_a_manager_finds_the_pair() {
    let (_goto, client) = start();
    let path = entra_created(&client);
    let id = path.rsplit('/').next().unwrap();
    change(
        &client,
        &path,
        json!([{ "op": "Add", "path": "manager", "value": [{ "value": "4711" }] }]),
    );
    let filter = |manager: &str| format!(r#"id eq "{id}" and {ENTERPRISE}:manager eq "{manager}""#);
    let rows = resources(&list(
        &client,
        "/Users",
        &[("filter", &filter("4711")), ("attributes", "id")],
    ));
    assert_eq!(rows[0]["id"], id);
    assert!(rows[0].get("userName").is_none());
    assert!(found(&client, "/Users", &filter("4712")).is_empty());
    let short = format!(r#"id eq "{id}" and manager eq "4711""#);
    assert_eq!(list(&client, "/Users", &[("filter", &short)]).status, 200);
}

/// The base URL that an administrator typed with Entra's compatibility flag.
#[test]
fn flag_in_the_query_is_survived_by_every_call() {
    let (_goto, client) = start();
    let flag = "aadOptscim062020";
    let made = client.post(&format!("/Users?{flag}"), &entra_user("ada"));
    assert_eq!(made.status, 201);
    let path = format!("/Users/{}?{flag}", made.json()["id"].as_str().unwrap());
    assert_eq!(
        names(&client.get(&format!(
            "/Users?{flag}&filter=userName+eq+%22ada%40main.com%22"
        ))),
        ["ada"]
    );
    assert_eq!(
        names(&client.get(&format!(
            "/Users?filter=userName+eq+%22ada%40main.com%22&{flag}"
        ))),
        ["ada"]
    );
    assert_eq!(client.get(&path).status, 200);
    change(
        &client,
        &path,
        json!([{ "op": "replace", "path": "active", "value": false }]),
    );
    assert_eq!(client.get(&format!("/Schemas?{flag}")).status, 200);
    assert_eq!(client.delete(&path).status, 204);
}

// The client of these tests sends no User-Agent, as Entra does not; one that does is served alike.
#[test]
fn user_agent_makes_no_difference() {
    let (goto, client) = start();
    assert_eq!(client.get("/Users").status, 200);
    assert_eq!(
        client
            .clone()
            .header("User-Agent", "Okta SCIM Client 1.0.0")
            .get("/Users")
            .status,
        200
    );
    let sent = goto.journal();
    let has_agent = |entry: &goto_double::entry::Entry| match &entry.event {
        goto_double::entry::Event::Exchange(exchange) => {
            exchange.request.headers.contains_key("user-agent")
        }
        _ => panic!("an exchange"),
    };
    assert_eq!(
        sent.iter()
            .map(|entry| has_agent(entry))
            .collect::<Vec<_>>(),
        [false, true]
    );
}

#[test]
fn group_of_the_same_name_is_409_and_found_by_its_filter() {
    let (_goto, client) = start();
    let id = create_group(&client, "Guides");
    check_error(
        &client.post("/Groups", &group("Guides")),
        409,
        "uniqueness",
        "displayName",
    );
    let parameters = [
        ("excludedAttributes", "members"),
        ("filter", r#"displayName eq "Guides""#),
    ];
    let rows = resources(&list(&client, "/Groups", &parameters));
    assert_eq!((rows.len(), &rows[0]["id"]), (1, &json!(id)));
}

#[test]
fn entra_tests_the_connection_and_finds_nobody() {
    let (_goto, client) = start();
    let nobody = r#"userName eq "9f6c2d1e-0000-4000-8000-1234567890ab""#;
    assert!(found(&client, "/Users", nobody).is_empty());
    let probe = [
        ("excludedAttributes", "members"),
        ("filter", r#"displayName eq "9f6c2d1e""#),
    ];
    assert!(resources(&list(&client, "/Groups", &probe)).is_empty());
    assert_eq!(resources(&client.get("/Schemas")).len(), 3);
}

/// The person, the group, the membership; gives the paths of the first two.
fn first_cycle(client: &Client) -> (String, String) {
    assert!(found(client, "/Users", r#"userName eq "ada@main.com""#).is_empty());
    let user = entra_created(client);
    check_error(
        &client.post("/Users", &entra_user("ADA")),
        409,
        "uniqueness",
        "userName",
    );
    let id = user.rsplit('/').next().unwrap();
    let probe = [
        ("excludedAttributes", "members"),
        ("filter", r#"displayName eq "Guides""#),
    ];
    assert!(resources(&list(client, "/Groups", &probe)).is_empty());
    let body = json!({
        "schemas": [CORE_GROUP, ENTRA_GROUP], "externalId": "g-1", "displayName": "Guides",
        "meta": { "resourceType": "Group" },
    });
    let made = client.post("/Groups", &body).json();
    let group = format!("/Groups/{}", made["id"].as_str().unwrap());
    change(
        client,
        &group,
        json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": id }] }]),
    );
    assert_eq!(member_ids(&client.get(&group).json()), [id]);
    (user, group)
}

/// A new surname, a renamed group, and the member gone from it.
fn later_cycle(client: &Client, user: &str, group: &str) {
    let id = user.rsplit('/').next().unwrap();
    assert_eq!(client.get(user).status, 200);
    change(
        client,
        user,
        json!([{ "op": "Replace", "path": "name.familyName", "value": "King" }]),
    );
    let shown = client
        .get(&format!("{group}?excludedAttributes=members"))
        .json();
    assert!(shown.get("members").is_none());
    change(
        client,
        group,
        json!([{ "op": "Replace", "path": "displayName", "value": "Tour guides" }]),
    );
    change(
        client,
        group,
        json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": id }] }]),
    );
    assert!(client.get(user).json().get("groups").is_none());
}

/// Entra's life of one person in one group: first cycle, later cycle, disable, restore, delete for good.
#[test]
fn entra_lives_through_all_its_cycles() {
    let (goto, client) = start();
    let client = client.header("Content-Type", "application/scim+json; charset=utf-8");
    let (user, group) = first_cycle(&client);
    later_cycle(&client, &user, &group);
    let id = user.rsplit('/').next().unwrap();
    change(
        &client,
        &user,
        json!([{ "op": "Replace", "path": "active", "value": "False" }]),
    );
    let rows = resources(&list(
        &client,
        "/Users",
        &[("filter", r#"userName eq "ada@main.com""#)],
    ));
    assert_eq!(
        (&rows[0]["id"], &rows[0]["active"]),
        (&json!(id), &json!(false))
    );
    change(
        &client,
        &user,
        json!([{ "op": "Replace", "path": "active", "value": "True" }]),
    );
    assert_eq!(client.get(&user).json()["active"], true);
    assert_eq!(client.delete(&user).status, 204);
    assert_eq!(client.delete(&group).status, 204);
    check_error(&client.get(&user), 404, "", id);
    assert!(goto.control().state().unwrap().users.is_empty());
}

/// Okta's header fields on every call.
fn okta() -> (GotoDouble, Client) {
    let (goto, client) = start();
    let client = client
        .header("User-Agent", "Okta SCIM Client 1.0.0")
        .header("Accept", "application/scim+json")
        .header("Accept-Charset", "utf-8")
        .header("Accept-Encoding", "gzip")
        .header("Content-Type", "application/scim+json; charset=utf-8");
    (goto, client)
}

#[test]
fn okta_creates_updates_and_deactivates_by_put_and_by_patch() {
    let (_goto, client) = okta();
    assert_eq!(client.get("/Users?startIndex=1&count=2").status, 200);
    let look_up = [
        ("filter", r#"userName eq "ada@main.com""#),
        ("startIndex", "1"),
        ("count", "100"),
    ];
    assert!(resources(&list(&client, "/Users", &look_up)).is_empty());
    let mut body = user("ada@main.com");
    let more = json!({
        "externalId": "00ujl29u0le5T6Aj10h7", "password": "1mz050nq", "groups": [], "locale": "en-US", "displayName": "Ada",
        "emails": [{ "primary": true, "value": "ada@main.com", "type": "work" }],
    });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let made = client.post("/Users", &body);
    assert_eq!(made.status, 201, "{}", made.text());
    assert!(!made.text().contains("1mz050nq"));
    let path = format!("/Users/{}", made.json()["id"].as_str().unwrap());
    // Update: read, merge, PUT.
    let mut merged = client.get(&path).json();
    merged["name"]["familyName"] = json!("King");
    let put = client.put(&path, &merged);
    assert_eq!(
        (put.status, &put.json()["name"]["familyName"]),
        (200, &json!("King"))
    );
    // Deactivate: catalogue apps by PATCH, wizard apps by PUT.
    change(
        &client,
        &path,
        json!([{ "op": "replace", "value": { "active": false } }]),
    );
    assert_eq!(client.get(&path).json()["active"], false);
    change(
        &client,
        &path,
        json!([{ "op": "replace", "value": { "active": true } }]),
    );
    let mut suspended = client.get(&path).json();
    suspended["active"] = json!(false);
    assert_eq!(client.put(&path, &suspended).json()["active"], false);
    change(
        &client,
        &path,
        json!([{ "op": "replace", "value": { "password": "n3w" } }]),
    );
    assert!(!client.get(&path).text().contains("n3w"));
}

#[test]
fn okta_pushes_a_group_in_each_of_its_ways() {
    let (_goto, client) = okta();
    let ids: Vec<String> = ["ada", "bob", "cid"]
        .iter()
        .map(|name| create_user(&client, &format!("{name}@main.com")))
        .collect();
    let body = json!({ "schemas": [CORE_GROUP], "displayName": "Guides", "members": [{ "value": ids[0], "display": "ada@main.com" }] });
    let id = client.post("/Groups", &body).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/Groups/{id}");
    let mixed = json!([
        { "op": "remove", "path": format!("members[value eq \"{}\"]", ids[0]) },
        { "op": "add", "path": "members", "value": [{ "value": ids[1], "display": "bob@main.com" }] },
    ]);
    change(&client, &path, mixed);
    assert_eq!(member_ids(&client.get(&path).json()), [ids[1].clone()]);
    change(
        &client,
        &path,
        json!([{ "op": "replace", "value": { "id": id, "displayName": "Tour guides" } }]),
    );
    assert_eq!(client.get(&path).json()["displayName"], "Tour guides");
    let everybody: Vec<Value> = ids.iter().map(|id| json!({ "value": id })).collect();
    change(
        &client,
        &path,
        json!([{ "op": "replace", "path": "members", "value": everybody }]),
    );
    assert_eq!(member_ids(&client.get(&path).json()), ids);
    let put = client.put(
        &path,
        &json!({ "schemas": [CORE_GROUP], "displayName": "Guides", "members": [] }),
    );
    assert_eq!(put.status, 200);
    assert!(member_ids(&client.get(&path).json()).is_empty());
    assert_eq!(client.delete(&path).status, 204);
}

#[test]
fn okta_imports_page_after_page_until_the_total() {
    let (_goto, client) = okta();
    let made: Vec<String> = (0..7)
        .map(|n| create_user(&client, &format!("u{n}@main.com")))
        .collect();
    let (mut seen, mut start) = (Vec::new(), 1);
    loop {
        let answer = client.get(&format!("/Users?startIndex={start}&count=3"));
        let body = answer.json();
        assert!(
            body["totalResults"].is_u64()
                && body["startIndex"].is_u64()
                && body["itemsPerPage"].is_u64()
        );
        seen.extend(
            resources(&answer)
                .iter()
                .map(|row| row["id"].as_str().unwrap().to_owned()),
        );
        start += 3;
        if start > body["totalResults"].as_u64().unwrap() {
            break;
        }
    }
    assert_eq!(seen, made);
}

// The connection test of Okta's published SCIM test: a wrong token.
#[test]
fn okta_with_a_wrong_token_is_401() {
    let (_goto, client) = okta();
    check_error(
        &client.bearer("wrong").get("/Users?startIndex=1&count=2"),
        401,
        "",
        "",
    );
}
