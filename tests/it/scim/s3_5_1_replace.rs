//! Replacing resources, [RFC 7644 section 3.5.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.1).

use serde_json::json;

use super::{check_error, found, group_of, member_ids};
use crate::support::{CORE_GROUP, ENTERPRISE, create_group, create_user, start, user};

// "Unless otherwise specified, a successful PUT operation returns a 200 OK response code and the entire resource
// within the response body."
#[test]
fn replaced_user_comes_back_whole_with_the_same_id() {
    let (goto, client) = start();
    let mut body = user("ada@main.com");
    body["title"] = json!("Guide");
    body[ENTERPRISE] = json!({ "department": "Tours" });
    let made = client.post("/Users", &body).json();
    let id = made["id"].as_str().unwrap();
    let mut next = user("ada.king@main.com");
    next["nickName"] = json!("Countess");
    let answer = client.put(&format!("/Users/{id}"), &next);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let after = answer.json();
    assert_eq!(after["id"], id);
    assert_eq!(after["userName"], "ada.king@main.com");
    assert_eq!(after["meta"]["created"], made["meta"]["created"]);
    assert_ne!(after["meta"]["version"], made["meta"]["version"]);
    assert_eq!(
        answer.header("location"),
        Some(format!("{}/Users/{id}", goto.scim_url()).as_str())
    );
    assert_eq!(answer.header("etag"), after["meta"]["version"].as_str());
    // What the body leaves out is cleared.
    assert!(
        after.get("title").is_none() && after.get(ENTERPRISE).is_none(),
        "{after}"
    );
    assert_eq!(client.get(&format!("/Users/{id}")).json(), after);
}

#[test]
fn old_name_is_free_and_new_name_is_found() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    assert_eq!(
        client
            .put(&format!("/Users/{id}"), &user("bob@main.com"))
            .status,
        200
    );
    assert!(found(&client, "/Users", r#"userName eq "ada@main.com""#).is_empty());
    assert_eq!(
        found(&client, "/Users", r#"userName eq "bob@main.com""#),
        ["bob"]
    );
    create_user(&client, "ada@main.com");
}

#[test]
fn put_that_leaves_active_out_does_not_wake_a_suspended_user() {
    let (_goto, client) = start();
    let mut body = user("ada@main.com");
    body["active"] = json!(false);
    let id = client.post("/Users", &body).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    body.as_object_mut().unwrap().shift_remove("active");
    assert_eq!(
        client.put(&format!("/Users/{id}"), &body).json()["active"],
        false
    );
}

// "readOnly: Any values provided SHALL be ignored."
#[test]
fn id_and_meta_of_the_body_are_ignored() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    let mut body = client.get(&format!("/Users/{id}")).json();
    body["id"] = json!("1");
    body["meta"] = json!({ "created": "1970-01-01T00:00:00Z" });
    body["groups"] = json!([{ "value": "1" }]);
    let answer = client.put(&format!("/Users/{id}"), &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["id"], id.as_str());
    assert!(answer.json().get("groups").is_none());
}

#[test]
fn name_of_another_user_is_409_and_changes_nothing() {
    let (_goto, client) = start();
    create_user(&client, "ada@main.com");
    let bob = create_user(&client, "bob@main.com");
    let before = client.get(&format!("/Users/{bob}")).json();
    check_error(
        &client.put(&format!("/Users/{bob}"), &user("ADA@main.com")),
        409,
        "uniqueness",
        "userName",
    );
    assert_eq!(client.get(&format!("/Users/{bob}")).json(), before);
}

#[test]
fn own_name_in_another_case_is_taken_as_sent() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    let answer = client.put(&format!("/Users/{id}"), &user("Ada@Main.com"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["userName"], "Ada@Main.com");
}

// "HTTP PUT MUST NOT be used to create new resources."
#[test]
fn unknown_id_is_404_and_nothing_is_created() {
    let (_goto, client) = start();
    check_error(
        &client.put("/Users/4711", &user("ada@main.com")),
        404,
        "",
        "4711",
    );
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
}

// "If an attribute is 'required', clients MUST specify the attribute in the PUT request."
#[test]
fn body_without_what_is_required_is_400_and_changes_nothing() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    let before = client.get(&format!("/Users/{id}")).json();
    check_error(
        &client.put(&format!("/Users/{id}"), &json!({ "title": "Guide" })),
        400,
        "invalidValue",
        "userName",
    );
    assert_eq!(client.get(&format!("/Users/{id}")).json(), before);
}

#[test]
fn replaced_group_has_exactly_the_members_of_the_body() {
    let (_goto, client) = start();
    let (ada, bob) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
    );
    let guides = group_of(&client, "Guides", &[&ada]);
    let body = json!({ "schemas": [CORE_GROUP], "displayName": "Guides", "members": [{ "value": bob }, { "value": bob }] });
    let answer = client.put(&format!("/Groups/{guides}"), &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(member_ids(&answer.json()), [bob.as_str()]);
    assert!(
        client
            .get(&format!("/Users/{ada}"))
            .json()
            .get("groups")
            .is_none()
    );
    assert_eq!(
        client.get(&format!("/Users/{bob}")).json()["groups"][0]["value"],
        guides.as_str()
    );
    let empty = json!({ "displayName": "Guides" });
    assert!(member_ids(&client.put(&format!("/Groups/{guides}"), &empty).json()).is_empty());
}

#[test]
fn put_that_changes_nothing_leaves_version_and_date() {
    let (goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let before = client.get(&path).json();
    goto.control()
        .advance(std::time::Duration::from_secs(60))
        .unwrap();
    let answer = client.put(&path, &before);
    assert_eq!((answer.status, answer.json()), (200, before));
}

#[test]
fn group_may_not_become_its_own_member() {
    let (_goto, client) = start();
    let guides = create_group(&client, "Guides");
    let body = json!({ "displayName": "Guides", "members": [{ "value": guides }] });
    check_error(
        &client.put(&format!("/Groups/{guides}"), &body),
        400,
        "invalidValue",
        "itself",
    );
}
