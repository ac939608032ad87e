//! The replayer itself: it notices what is wrong, and refuses what it does not understand.

use serde_json::{Value, json};

use super::fixture::Folder;
use super::replay;
use crate::support::{CORE_GROUP, patch};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

fn client() -> Value {
    json!({
        "name": "Somebody", "about": "A client of these tests.", "source": "these tests", "evidence": "assumed",
        "headers": { "Authorization": "Bearer {{token}}" },
        "headers_with_body": { "Content-Type": "application/scim+json" },
    })
}

fn exchange(request: Value, answer: Value) -> Value {
    json!({
        "about": "Something is asked.", "source": "these tests", "evidence": "assumed",
        "request": request, "answer": answer,
    })
}

fn empty_list() -> Value {
    json!({ "schemas": [LIST], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [] })
}

fn create() -> Value {
    let body = json!({ "schemas": [CORE_GROUP], "displayName": "Guides" });
    let answer = json!({
        "schemas": [CORE_GROUP], "id": "{{guides}}", "displayName": "Guides",
        "meta": {
            "resourceType": "Group", "created": "{{date}}", "lastModified": "{{date}}",
            "location": "{{base}}/Groups/{{guides}}", "version": "{{version}}",
        },
    });
    let mut create = exchange(
        json!({ "method": "POST", "path": "/Groups", "body": body }),
        json!({ "status": 201, "headers": { "Location": "{{base}}/Groups/{{guides}}" }, "body": answer }),
    );
    create["capture"] = json!({ "guides": "/id" });
    create
}

fn list(answer: Value) -> Value {
    exchange(json!({ "method": "GET", "path": "/Users" }), answer)
}

fn read(client: &Value, exchanges: &[Value]) -> Result<Folder, String> {
    let named = |(place, file): (usize, &Value)| (format!("{place}.json"), file.to_string());
    let mut files: Vec<_> = exchanges.iter().enumerate().map(named).collect();
    files.push(("client.json".into(), client.to_string()));
    Folder::read(&files)
}

/// Replays files and checks that what is wrong is said in these lines, and nothing else is.
#[track_caller]
fn check(exchanges: &[Value], expected: &[&str]) {
    let wrong = replay(&read(&client(), exchanges).unwrap());
    assert_eq!(wrong.len(), expected.len(), "{wrong:#?}");
    for (line, part) in wrong.iter().zip(expected) {
        assert!(line.contains(part), "{line}");
    }
}

#[track_caller]
fn check_refused(client: &Value, exchanges: &[Value], why: &str) {
    let refusal = read(client, exchanges).unwrap_err();
    assert!(refusal.contains(why), "{refusal}");
}

#[test]
fn answer_as_expected_is_silent() {
    check(&[list(json!({ "status": 200, "body": empty_list() }))], &[]);
    let get = exchange(
        json!({ "method": "GET", "path": "/Groups/{{guides}}?attributes=displayName" }),
        json!({ "status": 200, "body": { "id": "{{guides}}", "{{rest}}": "{{any}}" } }),
    );
    let rename = patch(json!([{ "op": "replace", "path": "displayName", "value": "Cooks" }]));
    let renamed = exchange(
        json!({ "method": "PATCH", "path": "/Groups/{{guides}}", "body": rename }),
        json!({ "status": 204, "headers": { "Content-Type": null } }),
    );
    check(&[create(), get, renamed], &[]);
}

#[test]
fn wrong_status_is_noticed_and_what_the_answer_said_is_shown() {
    let wrong = json!({ "status": 404, "body": empty_list() });
    check(
        &[list(wrong)],
        &[
            "0.json: status: expected 404, got 200",
            "the answer said: {",
        ],
    );
}

#[test]
fn missing_member_is_noticed() {
    let mut body = empty_list();
    body["nextCursor"] = json!("x");
    let expected = r#"0.json: body/nextCursor: expected "x", got nothing"#;
    check(&[list(json!({ "status": 200, "body": body }))], &[expected]);
}

#[test]
fn extra_member_is_noticed_unless_more_may_be_there() {
    let mut body = empty_list();
    body.as_object_mut().unwrap().shift_remove("startIndex");
    let expected = "0.json: body/startIndex: expected nothing, got 1";
    check(&[list(json!({ "status": 200, "body": body }))], &[expected]);
    body["{{rest}}"] = json!("{{any}}");
    check(&[list(json!({ "status": 200, "body": body }))], &[]);
}

#[test]
fn other_value_and_other_length_are_noticed_at_once() {
    let mut body = empty_list();
    body["totalResults"] = json!(1);
    body["Resources"] = json!([{ "id": "{{text}}" }]);
    check(
        &[list(json!({ "status": 200, "body": body }))],
        &[
            "0.json: body/totalResults: expected 1, got 0",
            "0.json: body/Resources: expected 1 elements, got 0",
        ],
    );
}

#[test]
fn header_fields_are_compared() {
    let headers = json!({ "Content-Type": "text/html", "Location": "{{text}}" });
    check(
        &[list(
            json!({ "status": 200, "headers": headers, "body": empty_list() }),
        )],
        &[
            r#"Content-Type: expected "text/html", got "application/scim+json""#,
            r#"Location: expected "{{text}}", got none"#,
        ],
    );
    let none = json!({ "status": 200, "headers": { "content-type": null }, "body": empty_list() });
    check(&[list(none)], &["content-type: expected none, got"]);
}

#[test]
fn value_of_another_shape_is_noticed() {
    let mut other = create();
    let body = &mut other["answer"]["body"];
    body["displayName"] = json!("{{date}}");
    body["meta"]["resourceType"] = json!("{{version}}");
    body["meta"]["version"] = json!("{{text}}");
    check(
        &[other],
        &[
            r#"body/displayName: expected "{{date}}", got "Guides""#,
            r#"body/meta/resourceType: expected "{{version}}", got "Group""#,
        ],
    );
}

#[test]
fn body_where_none_is_expected_is_noticed_and_the_other_way_round() {
    check(
        &[list(json!({ "status": 200 }))],
        &["body: expected none, got {"],
    );
    let delete = exchange(
        json!({ "method": "DELETE", "path": "/Groups/{{guides}}" }),
        json!({ "status": 204, "body": {} }),
    );
    check(
        &[create(), delete],
        &["1.json: body: expected {}, got none"],
    );
}

#[test]
fn pending_exchange_may_fail_and_must_not_pass() {
    let mut pending = list(json!({ "status": 404 }));
    pending["pending"] = json!("nobody has done it yet");
    check(&[pending], &[]);
    let mut done = list(json!({ "status": 200, "body": empty_list() }));
    done["pending"] = json!("nobody has done it yet");
    check(&[done], &["0.json: passes, but is pending: nobody"]);
}

#[test]
fn what_could_not_be_captured_is_told_and_its_use_is_not_sent() {
    let mut list = list(json!({ "status": 200, "body": empty_list() }));
    list["capture"] = json!({ "first": "/Resources/0/id" });
    let get = exchange(
        json!({ "method": "GET", "path": "/Users/{{first}}" }),
        json!({ "status": 200, "body": "{{any}}" }),
    );
    check(
        &[list, get],
        &[
            "0.json: /Resources/0/id: expected a text to capture as first",
            "1.json: not sent: {{first}} was never captured",
        ],
    );
}

#[test]
fn placeholder_that_nothing_explains_is_refused() {
    let unknown = exchange(
        json!({ "method": "GET", "path": "/Users/{{ada}}" }),
        json!({ "status": 404 }),
    );
    check_refused(&client(), &[unknown], "0.json: nothing is known as {{ada}}");
    let unknown = list(json!({ "status": 200, "body": { "id": "{{uuid}}" } }));
    check_refused(&client(), &[unknown], "nothing is known as {{uuid}}");
    // What an answer may look like, no request can send.
    let shape = exchange(
        json!({ "method": "POST", "path": "/Users", "body": { "id": "{{text}}" } }),
        json!({ "status": 201 }),
    );
    check_refused(&client(), &[shape], "nothing is known as {{text}}");
}

#[test]
fn captured_word_is_captured_once_and_is_none_of_the_given() {
    check_refused(
        &client(),
        &[create(), create()],
        "1.json: {{guides}} is taken",
    );
    for name in ["base", "date"] {
        let mut other = create();
        other["capture"] = json!({ name: "/id" });
        check_refused(&client(), &[other], "is taken");
    }
}

#[test]
fn unknown_member_of_a_file_is_refused() {
    let mut odd = create();
    odd["expect"] = json!(1);
    check_refused(&client(), &[odd], "0.json: unknown field `expect`");
    for part in ["request", "answer"] {
        let mut odd = create();
        odd[part]["statuses"] = json!([200]);
        check_refused(&client(), &[odd], "0.json: unknown field `statuses`");
    }
    let mut odd = client();
    odd["sleep"] = json!(1);
    check_refused(&odd, &[], "client.json: unknown field `sleep`");
}

#[test]
fn file_without_source_or_with_unknown_evidence_is_refused() {
    let mut odd = create();
    odd["source"] = json!("");
    check_refused(&client(), &[odd], "about and source");
    let mut odd = create();
    odd["evidence"] = json!("rumoured");
    check_refused(&client(), &[odd], "unknown variant `rumoured`");
    let mut odd = client();
    odd["profile"] = json!("nobody");
    check_refused(&odd, &[], "client.json: unknown variant `nobody`");
    let refusal = Folder::read(&[]).unwrap_err();
    assert_eq!(refusal, "client.json is missing");
}

#[test]
fn profile_state_and_overrides_of_the_client_are_the_double_s() {
    let odd = json!({ "userName": "ada@elsewhere.com", "favouriteColour": "green" });
    let create = |status: u16| {
        exchange(
            json!({ "method": "POST", "path": "/Users", "body": odd }),
            json!({ "status": status, "body": "{{any}}" }),
        )
    };
    let mut asked = client();
    for (profile, status) in [("goto", 400), ("rfc", 400)] {
        asked["profile"] = json!(profile);
        let wrong = replay(&read(&asked, &[create(status)]).unwrap());
        assert!(wrong.is_empty(), "{profile}: {wrong:#?}");
    }
    asked["overrides"] = json!({ "user_domain_verified": false });
    asked["profile"] = json!("goto");
    assert!(replay(&read(&asked, &[create(201)]).unwrap()).is_empty());
    asked["profile"] = json!("rfc");
    assert!(replay(&read(&asked, &[create(400)]).unwrap()).is_empty());
    asked["overrides"] = json!({});
    asked["state"] = json!("empty");
    // The empty state has no organization yet, so the token is good for nothing.
    assert!(replay(&read(&asked, &[create(403)]).unwrap()).is_empty());
}

#[test]
fn header_fields_of_the_client_are_sent_unless_a_request_takes_them_away() {
    let without = |name: &str, status: u16| {
        let mut create = create();
        create["request"]["headers"] = json!({ name: null });
        create["answer"] = json!({ "status": status, "body": "{{any}}" });
        create.as_object_mut().unwrap().shift_remove("capture");
        create
    };
    check(&[without("authorization", 401)], &[]);
    check(&[without("content-type", 201)], &[]);
    let mut other = without("X-Other", 415);
    other["request"]["headers"] = json!({ "Content-Type": "text/plain" });
    check(&[other], &[]);
}
