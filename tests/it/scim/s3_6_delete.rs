//! Deleting resources, [RFC 7644 section 3.6](https://www.rfc-editor.org/rfc/rfc7644#section-3.6).

use super::{check_error, found, group_of, member_ids};
use crate::support::{create_user, start};

// "In response to a successful DELETE, the server SHALL return a successful HTTP status code 204 (No Content)."
// Service providers "MUST return a 404 (Not Found) error code for all operations associated with the previously
// deleted resource."
#[test]
fn deleted_user_is_204_and_then_404_for_everything() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    let path = format!("/Users/{id}");
    let answer = client.delete(&path);
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    let body = crate::support::user("ada@main.com");
    let change = crate::support::patch(
        serde_json::json!([{ "op": "replace", "path": "active", "value": false }]),
    );
    for answer in [
        client.get(&path),
        client.delete(&path),
        client.put(&path, &body),
        client.patch(&path, &change),
    ] {
        check_error(&answer, 404, "", &id);
    }
}

// "Service providers MUST omit the resource from future query results."
#[test]
fn deleted_user_is_in_no_list() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    create_user(&client, "bob@main.com");
    assert_eq!(client.delete(&format!("/Users/{id}")).status, 204);
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
    assert!(found(&client, "/Users", r#"userName eq "ada@main.com""#).is_empty());
    assert!(found(&client, "/Users", &format!(r#"id eq "{id}""#)).is_empty());
}

// "…the service provider SHOULD NOT consider the deleted resource in conflict calculation."
#[test]
fn name_of_a_deleted_resource_is_free_and_gets_a_new_id() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    assert_eq!(client.delete(&format!("/Users/{id}")).status, 204);
    assert_ne!(create_user(&client, "ada@main.com"), id);
    let group = group_of(&client, "Guides", &[]);
    assert_eq!(client.delete(&format!("/Groups/{group}")).status, 204);
    assert_ne!(group_of(&client, "Guides", &[]), group);
}

#[test]
fn deleted_user_leaves_its_groups_and_their_version_moves() {
    let (_goto, client) = start();
    let (ada, bob) = (
        create_user(&client, "ada@main.com"),
        create_user(&client, "bob@main.com"),
    );
    let guides = group_of(&client, "Guides", &[&ada, &bob]);
    let before = client.get(&format!("/Groups/{guides}"));
    assert_eq!(client.delete(&format!("/Users/{ada}")).status, 204);
    let after = client.get(&format!("/Groups/{guides}"));
    assert_eq!(member_ids(&after.json()), [bob]);
    assert_ne!(after.header("etag"), before.header("etag"));
}

#[test]
fn deleted_group_leaves_its_members_users_and_groups_above_it() {
    let (_goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let inner = group_of(&client, "Inner", &[&ada]);
    let outer = group_of(&client, "Outer", &[&inner]);
    assert_eq!(client.delete(&format!("/Groups/{inner}")).status, 204);
    let user = client.get(&format!("/Users/{ada}"));
    assert_eq!(user.status, 200);
    assert!(user.json().get("groups").is_none(), "{}", user.text());
    assert!(member_ids(&client.get(&format!("/Groups/{outer}")).json()).is_empty());
}
