//! Bulk operations, [RFC 7644 section 3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7).

use goto_double::GotoDouble;
use goto_double::entry::{SubjectKind, Verb};
use goto_double::operation::Operation;
use serde_json::{Value, json};

use super::{check_error, member_ids};
use crate::support::{
    Answer, CORE_GROUP, CORE_USER, Client, ENTERPRISE, create_group, create_user, patch, start,
    with,
};

const REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

fn rfc() -> (GotoDouble, Client) {
    with(GotoDouble::builder().profile_named("rfc"))
}

fn request(operations: Value) -> Value {
    json!({ "schemas": [REQUEST], "Operations": operations })
}

#[track_caller]
fn send(client: &Client, operations: Value) -> Vec<Value> {
    results(&client.post("/Bulk", &request(operations)))
}

/// What became of the operations of a request that was processed.
#[track_caller]
fn results(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/scim+json"));
    let body = answer.json();
    assert_eq!(body["schemas"], json!([RESPONSE]));
    body["Operations"].as_array().unwrap().clone()
}

/// A status is a string.
fn statuses<'r>(results: &'r [Value]) -> Vec<&'r str> {
    let status = |result: &'r Value| result["status"].as_str().unwrap();
    results.iter().map(status).collect()
}

fn post_user(bulk_id: &str, name: &str) -> Value {
    json!({
        "method": "POST", "path": "/Users", "bulkId": bulk_id,
        "data": { "schemas": [CORE_USER], "userName": name },
    })
}

fn post_group(bulk_id: &str, name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({
        "method": "POST", "path": "/Groups", "bulkId": bulk_id,
        "data": { "schemas": [CORE_GROUP], "displayName": name, "members": members },
    })
}

/// A group with that member, made in one request.
fn group_of(client: &Client, name: &str, member: &str) -> String {
    let group = post_group("g", name, &[member]);
    let made = client.post("/Groups", &group["data"]);
    made.json()["id"].as_str().unwrap().to_owned()
}

/// The path below the base URL of what an operation made.
fn path_of(goto: &GotoDouble, result: &Value) -> String {
    let location = result["location"].as_str().unwrap();
    location.strip_prefix(goto.scim_url()).unwrap().to_owned()
}

// RFC 7644 table 8: 501 (Not Implemented), "Service provider does not support the request operation".
#[test]
fn bulk_is_501_where_the_profile_has_none() {
    let (_goto, client) = start();
    let answer = client.post("/Bulk", &request(json!([post_user("a", "ada@main.com")])));
    check_error(&answer, 501, "", "Bulk");
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
    let config = client.get("/ServiceProviderConfig").json();
    assert_eq!(config["bulk"]["supported"], false);
}

// "The service provider MUST define the maximum number of operations and maximum payload size a client may send in a
// single request. These limits MAY be retrieved from the service provider configuration".
#[test]
fn limits_are_told_by_the_configuration() {
    let builder = GotoDouble::builder().profile_named("rfc");
    let builder = builder
        .profile("bulk_operations", 7)
        .profile("bulk_payload_bytes", 5000);
    let (_goto, client) = with(builder);
    let config = client.get("/ServiceProviderConfig").json();
    let expected = json!({ "supported": true, "maxOperations": 7, "maxPayloadSize": 5000 });
    assert_eq!(config["bulk"], expected);
}

// "If either limit is exceeded, the service provider MUST return HTTP response code 413 (Payload Too Large). The
// returned response MUST specify the limit exceeded in the body of the error response."
#[test]
fn request_beyond_a_limit_is_413_and_does_nothing() {
    let builder = GotoDouble::builder().profile_named("rfc");
    let builder = builder
        .profile("bulk_operations", 2)
        .profile("bulk_payload_bytes", 5000);
    let (_goto, client) = with(builder);
    let users: Vec<Value> = (0..3)
        .map(|n| post_user(&format!("u{n}"), &format!("u{n}@main.com")))
        .collect();
    let answer = client.post("/Bulk", &request(json!(users)));
    check_error(&answer, 413, "", "maxOperations (2)");
    let mut long = post_user("a", "ada@main.com");
    long["data"]["nickName"] = json!("x".repeat(5000));
    let answer = client.post("/Bulk", &request(json!([long])));
    check_error(&answer, 413, "", "maxPayloadSize (5000)");
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
    assert_eq!(send(&client, json!(users[..2])).len(), 2);
}

#[test]
fn payload_beyond_what_the_server_reads_at_all_is_413_with_the_limit() {
    let (_goto, client) = rfc();
    let body = vec![b' '; 2_000_000];
    let typed = client.header("Content-Type", "application/scim+json");
    let answer = typed.send("POST", "/Bulk", &body).unwrap();
    check_error(&answer, 413, "", "maxPayloadSize (1048576)");
}

// "The service provider MUST return the same "bulkId" together with the newly created resource." "A "location"
// attribute that includes the resource's endpoint MUST be returned for all operations except for failed POST
// operations (which have no location)."
#[test]
fn users_are_added_changed_and_deleted_in_one_request() {
    let (goto, client) = rfc();
    let (bob, eve, mallory) = (
        create_user(&client, "bob@main.com"),
        create_user(&client, "eve@main.com"),
        create_user(&client, "mallory@main.com"),
    );
    let title = patch(json!([{ "op": "add", "path": "title", "value": "Guide" }]));
    let found = send(
        &client,
        json!([
            post_user("qwerty", "ada@main.com"),
            { "method": "PUT", "path": format!("/Users/{bob}"), "data": { "schemas": [CORE_USER], "userName": "robert@main.com" } },
            { "method": "PATCH", "path": format!("/Users/{eve}"), "data": title },
            { "method": "DELETE", "path": format!("/Users/{mallory}") },
        ]),
    );
    assert_eq!(statuses(&found), ["201", "200", "200", "204"]);
    assert_eq!(found[0]["bulkId"], "qwerty");
    let methods: Vec<_> = found.iter().map(|one| one["method"].clone()).collect();
    assert_eq!(methods, ["POST", "PUT", "PATCH", "DELETE"]);
    for (id, result) in [(&bob, &found[1]), (&eve, &found[2]), (&mallory, &found[3])] {
        assert_eq!(path_of(&goto, result), format!("/Users/{id}"));
        assert!(result.get("response").is_none() && result.get("bulkId").is_none());
    }
    let ada = client.get(&path_of(&goto, &found[0]));
    assert_eq!(ada.json()["userName"], "ada@main.com");
    assert_eq!(ada.header("etag"), found[0]["version"].as_str());
    assert_eq!(
        client.get(&format!("/Users/{eve}")).json()["title"],
        "Guide"
    );
    assert_eq!(client.get(&format!("/Users/{mallory}")).status, 404);
    assert!(found[3].get("version").is_none());
}

// "The service provider MUST replace the string "bulkId:qwerty" with the permanent resource id once created."
#[test]
fn new_user_is_put_into_a_new_group_in_any_order() {
    let (goto, client) = rfc();
    let user = post_user("qwerty", "ada@main.com");
    let group = post_group("ytrewq", "Tour Guides", &["bulkId:qwerty"]);
    let found = send(&client, json!([group, user]));
    assert_eq!(statuses(&found), ["201", "201"]);
    // Results stand in the order of the request, whatever was done first.
    assert_eq!(found[0]["bulkId"], "ytrewq");
    let ada = client.get(&path_of(&goto, &found[1])).json();
    let group = client.get(&path_of(&goto, &found[0])).json();
    assert_eq!(member_ids(&group), [ada["id"].as_str().unwrap()]);
    assert_eq!(group["members"][0]["type"], "User");
    assert_eq!(ada["groups"][0]["value"], group["id"]);
}

// "path … e.g., /Users/2819c223-7f76-453a-919d-413861904646": a resource of the same request is named by its bulkId.
#[test]
fn reference_is_resolved_in_paths_and_filters_too() {
    let (goto, client) = rfc();
    let bob = create_user(&client, "bob@main.com");
    let guides = group_of(&client, "Guides", &bob);
    let add = patch(json!([
        { "op": "add", "path": "members", "value": [{ "value": "bulkId:a" }, { "value": "bulkId:b" }] },
        { "op": "remove", "path": "members[value eq \"bulkId:a\"]" },
    ]));
    let title = patch(json!([{ "op": "add", "path": "title", "value": "Guide" }]));
    let found = send(
        &client,
        json!([
            { "method": "PATCH", "path": format!("/Groups/{guides}"), "data": add },
            { "method": "PATCH", "path": "/Users/bulkId:a", "data": title },
            post_user("a", "ada@main.com"),
            post_user("b", "eve@main.com"),
            post_user("c", "mallory@main.com"),
            { "method": "DELETE", "path": "/Users/bulkId:c" },
        ]),
    );
    let expected = ["200", "200", "201", "201", "201", "204"];
    assert_eq!(statuses(&found), expected, "{found:?}");
    assert_eq!(found[1]["location"], found[2]["location"]);
    assert_eq!(found[5]["location"], found[4]["location"]);
    assert_eq!(
        client.get(&path_of(&goto, &found[2])).json()["title"],
        "Guide"
    );
    let eve = path_of(&goto, &found[3]);
    let eve = eve.rsplit('/').next().unwrap();
    let members = client.get(&format!("/Groups/{guides}")).json();
    assert_eq!(member_ids(&members), [bob.as_str(), eve]);
}

// "Extensions that include references to other resources MUST be handled in the same way by the service provider."
#[test]
fn manager_of_the_same_request_is_resolved() {
    let (goto, client) = rfc();
    let mut bob = post_user("ytrewq", "bob@main.com");
    bob["data"]["schemas"] = json!([CORE_USER, ENTERPRISE]);
    bob["data"][ENTERPRISE] =
        json!({ "employeeNumber": "11250", "manager": { "value": "bulkId:qwerty" } });
    let found = send(&client, json!([bob, post_user("qwerty", "ada@main.com")]));
    let (bob, ada) = (
        client.get(&path_of(&goto, &found[0])).json(),
        client.get(&path_of(&goto, &found[1])).json(),
    );
    assert_eq!(bob[ENTERPRISE]["manager"]["value"], ada["id"]);
}

// "The service provider MUST try to resolve circular cross-references between resources in a single bulk job".
#[test]
fn users_who_manage_each_other_are_made() {
    let (goto, client) = rfc();
    let managed = |own: &str, name: &str, manager: &str| {
        let mut user = post_user(own, name);
        user["data"]["schemas"] = json!([CORE_USER, ENTERPRISE]);
        user["data"][ENTERPRISE] =
            json!({ "department": "Tours", "manager": { "value": format!("bulkId:{manager}") } });
        user
    };
    let found = send(
        &client,
        json!([
            managed("a", "ada@main.com", "b"),
            managed("b", "bob@main.com", "a"),
            managed("c", "eve@main.com", "c"),
        ]),
    );
    assert_eq!(statuses(&found), ["201", "201", "201"], "{found:?}");
    let users: Vec<Value> = found
        .iter()
        .map(|result| client.get(&path_of(&goto, result)).json())
        .collect();
    for (user, manager) in [(0, 1), (1, 0), (2, 2)] {
        assert_eq!(
            users[user][ENTERPRISE]["manager"]["value"],
            users[manager]["id"]
        );
        assert_eq!(users[user][ENTERPRISE]["department"], "Tours");
        assert_eq!(users[user]["meta"]["version"], found[user]["version"]);
    }
}

// "…but MAY stop after a failed attempt and instead return HTTP status code 409 (Conflict)": a group is never a member
// of itself here, by no way round.
#[test]
fn groups_in_a_circle_are_409_and_none_is_left() {
    let (_goto, client) = rfc();
    let found = send(
        &client,
        json!([
            post_group("qwerty", "Group A", &["bulkId:ytrewq"]),
            post_group("ytrewq", "Group B", &["bulkId:qwerty"]),
            post_group("other", "Group C", &[]),
            post_group("late", "Group D", &["bulkId:qwerty"]),
        ]),
    );
    assert_eq!(statuses(&found), ["409", "409", "201", "400"], "{found:?}");
    assert!(
        found[0]["response"]["detail"]
            .as_str()
            .unwrap()
            .contains("circular")
    );
    assert_eq!(super::names(&client.get("/Groups")), ["Group C"]);
}

// "When indicating an error, the "response" attribute MUST contain the detail error response as per Section 3.12." "The
// service provider MUST continue performing as many changes as possible and disregard partial failures."
#[test]
fn failed_operations_say_why_and_stop_no_other() {
    let (goto, client) = rfc();
    let bob = create_user(&client, "bob@main.com");
    let found = send(
        &client,
        json!([
            post_user("a", "bob@main.com"),
            { "method": "PUT", "path": format!("/Users/{bob}"), "version": "W/\"99\"", "data": { "schemas": [CORE_USER], "userName": "x@main.com" } },
            { "method": "DELETE", "path": "/Users/4711" },
            { "method": "POST", "path": "/Users", "bulkId": "b", "data": { "schemas": [CORE_USER] } },
            post_user("c", "ada@main.com"),
        ]),
    );
    assert_eq!(statuses(&found), ["409", "412", "404", "400", "201"]);
    for (result, scim_type) in found.iter().zip(["uniqueness", "", "", "invalidValue"]) {
        let error = &result["response"];
        assert_eq!(error["schemas"], json!([super::ERROR]));
        assert_eq!(error["status"], result["status"]);
        assert_eq!(error["scimType"].as_str().unwrap_or_default(), scim_type);
        assert!(!error["detail"].as_str().unwrap().is_empty());
    }
    assert!(found[0].get("location").is_none() && found[3].get("location").is_none());
    assert_eq!(
        found[2]["location"],
        format!("{}/Users/4711", goto.scim_url())
    );
    assert_eq!(super::names(&client.get("/Users")), ["bob", "ada"]);
}

// "version … MAY be used if the service provider supports entity-tags (ETags)": it is that operation's If-Match.
#[test]
fn version_is_the_condition_of_its_operation() {
    let (_goto, client) = rfc();
    let path = format!("/Users/{}", create_user(&client, "bob@main.com"));
    let version = client.get(&path).header("etag").unwrap().to_owned();
    let delete = json!({ "method": "DELETE", "path": path, "version": version });
    assert_eq!(statuses(&send(&client, json!([delete]))), ["204"]);
}

// "failOnErrors: An integer specifying the number of errors that the service provider will accept before the operation
// is terminated and an error response is returned." "The response contains the error and any successful results prior
// to the error."
#[test]
fn fail_on_errors_leaves_the_rest_undone() {
    let (_goto, client) = rfc();
    let gone = |id: &str| json!({ "method": "DELETE", "path": format!("/Users/{id}") });
    let operations = json!([
        post_user("a", "ada@main.com"),
        gone("1"),
        gone("2"),
        post_user("b", "bob@main.com"),
    ]);
    let mut body = request(operations);
    body["failOnErrors"] = json!(2);
    let found = results(&client.post("/Bulk", &body));
    assert_eq!(statuses(&found), ["201", "404", "404"]);
    body["failOnErrors"] = json!(1);
    let found = results(&client.post("/Bulk", &body));
    assert_eq!(statuses(&found), ["409"]);
    assert_eq!(super::names(&client.get("/Users")), ["ada"]);
    body["failOnErrors"] = json!(0);
    check_error(
        &client.post("/Bulk", &body),
        400,
        "invalidValue",
        "failOnErrors",
    );
}

#[test]
fn message_without_its_form_is_400_as_a_whole() {
    let (_goto, client) = rfc();
    for body in [
        json!({}),
        json!({ "Operations": [] }),
        json!({ "schemas": [REQUEST] }),
        json!({ "schemas": [REQUEST], "Operations": {} }),
        json!({ "schemas": [REQUEST], "Operations": [1] }),
    ] {
        check_error(&client.post("/Bulk", &body), 400, "invalidSyntax", "");
    }
    assert!(send(&client, json!([])).is_empty());
}

// "If "method" is "POST", the value must specify a resource type endpoint, … whereas all other "method" values must
// specify the path to a specific resource".
#[test]
fn operation_that_no_request_would_be_is_its_own_error() {
    let (_goto, client) = rfc();
    let data = json!({ "schemas": [CORE_USER], "userName": "ada@main.com" });
    for (method, path, status) in [
        ("GET", "/Users/1", "400"),
        ("POST", "/Users/1", "405"),
        ("PUT", "/Users", "405"),
        ("DELETE", "/Groups", "405"),
        ("POST", "/Users/.search", "400"),
        ("POST", "/Bulk", "400"),
        ("PUT", "/Me", "400"),
        ("POST", "/Schemas", "405"),
        ("POST", "/Robots", "404"),
        ("DELETE", "/Robots/1", "404"),
        ("DELETE", "/Users/1/2", "404"),
        ("DELETE", "Users/1", "400"),
        ("DELETE", "https://elsewhere.com/Users/1", "400"),
        ("DELETE", "/Users/a b", "400"),
        ("", "/Users", "400"),
    ] {
        let operation = json!({ "method": method, "path": path, "bulkId": "a", "data": data });
        let found = send(&client, json!([operation]));
        assert_eq!(statuses(&found), [status], "{method} {path}: {found:?}");
    }
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
}

// "bulkId … unique within a bulk request".
#[test]
fn bulk_id_that_is_missing_repeated_or_unknown_is_400() {
    let (_goto, client) = rfc();
    let mut nameless = post_user("", "ada@main.com");
    nameless.as_object_mut().unwrap().shift_remove("bulkId");
    let found = send(
        &client,
        json!([
            nameless,
            post_user("a", "bob@main.com"),
            post_user("a", "eve@main.com"),
            post_group("g", "Guides", &["bulkId:nobody"]),
            { "method": "DELETE", "path": "/Users/bulkId:nobody" },
        ]),
    );
    assert_eq!(
        statuses(&found),
        ["400", "201", "400", "400", "400"],
        "{found:?}"
    );
    assert_eq!(super::names(&client.get("/Users")), ["bob"]);
}

#[test]
fn bulk_is_one_exchange_with_the_changes_of_all() {
    let (goto, client) = rfc();
    let guides = create_group(&client, "Guides");
    send(
        &client,
        json!([
            post_user("a", "ada@main.com"),
            { "method": "DELETE", "path": format!("/Groups/{guides}") },
        ]),
    );
    let journal = goto.journal();
    let last = journal.iter().rev().find_map(|entry| entry.exchange());
    let exchange = last.unwrap();
    assert_eq!(exchange.operation, Some(Operation::Bulk));
    let changes = exchange.changes.iter();
    let verbs: Vec<_> = changes.map(|change| (change.kind, change.verb)).collect();
    assert_eq!(
        verbs,
        [
            (SubjectKind::User, Verb::Created),
            (SubjectKind::Group, Verb::Deleted)
        ]
    );
}

#[test]
fn reader_may_not_bulk() {
    let (goto, client) = rfc();
    let auditor = super::as_account(&goto, &client, "auditor@main.com");
    let answer = auditor.post("/Bulk", &request(json!([post_user("a", "ada@main.com")])));
    check_error(&answer, 403, "", "Read");
}
