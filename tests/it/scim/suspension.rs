//! Suspended users and deleted ones: `active=false` is reversible, DELETE is what the profile says.

use goto_double::GotoDouble;
use serde_json::json;

use super::{check_error, found, group_of, member_ids};
use crate::support::{Client, create_group, create_user, group, patch, start, user, with};

fn suspend(client: &Client, id: &str) {
    let body = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    let answer = client.patch(&format!("/Users/{id}"), &body);
    assert_eq!(answer.json()["active"], false, "{}", answer.text());
}

#[test]
fn suspended_user_is_listed_found_and_counted() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    create_user(&client, "bob@main.com");
    suspend(&client, &id);
    assert_eq!(super::names(&client.get("/Users")), ["ada", "bob"]);
    for filter in [r#"userName eq "ada@main.com""#, "active eq false"] {
        assert_eq!(found(&client, "/Users", filter), ["ada"], "{filter}");
    }
    check_error(
        &client.post("/Users", &user("ada@main.com")),
        409,
        "uniqueness",
        "userName",
    );
}

#[test]
fn suspended_user_keeps_its_groups_and_joins_others() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    let guides = group_of(&client, "Guides", &[&id]);
    suspend(&client, &id);
    assert_eq!(
        member_ids(&client.get(&format!("/Groups/{guides}")).json()),
        [id.as_str()]
    );
    group_of(&client, "Drivers", &[&id]);
    let groups = client.get(&format!("/Users/{id}")).json()["groups"].clone();
    assert_eq!(groups.as_array().unwrap().len(), 2);
}

#[test]
fn suspended_user_can_be_changed_replaced_restored_and_deleted() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    let path = format!("/Users/{id}");
    suspend(&client, &id);
    let title = patch(json!([{ "op": "add", "path": "title", "value": "Guide" }]));
    let changed = client.patch(&path, &title).json();
    assert_eq!(
        (&changed["title"], &changed["active"]),
        (&json!("Guide"), &json!(false))
    );
    let mut body = user("ada.king@main.com");
    body["active"] = json!(false);
    assert_eq!(
        client.put(&path, &body).json()["userName"],
        "ada.king@main.com"
    );
    let restore = patch(json!([{ "op": "replace", "path": "active", "value": true }]));
    assert_eq!(client.patch(&path, &restore).json()["active"], true);
    suspend(&client, &id);
    assert_eq!(client.delete(&path).status, 204);
    check_error(&client.get(&path), 404, "", &id);
}

// GoTo's older User Sync never deletes; RFC 7644 section 3.6 would have 404 from then on.
#[test]
fn delete_suspends_where_the_profile_says_so() {
    let (goto, client) = with(GotoDouble::builder().profile("delete_suspends", true));
    let id = create_user(&client, "ada@main.com");
    let guides = group_of(&client, "Guides", &[&id]);
    let path = format!("/Users/{id}");
    assert_eq!(client.delete(&path).status, 204);
    assert_eq!(client.get(&path).json()["active"], false);
    assert_eq!(
        member_ids(&client.get(&format!("/Groups/{guides}")).json()),
        [id.as_str()]
    );
    check_error(
        &client.post("/Users", &user("ada@main.com")),
        409,
        "uniqueness",
        "userName",
    );
    let before = client.get(&path).json();
    goto.control()
        .advance(std::time::Duration::from_secs(60))
        .unwrap();
    assert_eq!(client.delete(&path).status, 204);
    assert_eq!(client.get(&path).json(), before);
    let stale = client.clone().header("If-Match", "W/\"99\"");
    check_error(&stale.delete(&path), 412, "", "version");
    check_error(&client.delete("/Users/4711"), 404, "", "4711");
    // Groups know no suspension.
    assert_eq!(client.delete(&format!("/Groups/{guides}")).status, 204);
    assert_eq!(client.get(&format!("/Groups/{guides}")).status, 404);
}

// RFC 7644 section 3.6: "the service provider SHOULD NOT consider the deleted resource in conflict calculation": the
// other way is a field.
#[test]
fn name_of_a_deleted_resource_stays_taken_where_the_profile_says_so() {
    let (_goto, client) = with(GotoDouble::builder().profile("deleted_name_reserved", true));
    let id = create_user(&client, "ada@main.com");
    let bob = create_user(&client, "bob@main.com");
    assert_eq!(client.delete(&format!("/Users/{id}")).status, 204);
    check_error(
        &client.post("/Users", &user("ADA@main.com")),
        409,
        "uniqueness",
        "userName",
    );
    let moved = client.put(&format!("/Users/{bob}"), &user("ada@main.com"));
    check_error(&moved, 409, "uniqueness", "userName");
    assert_eq!(
        client
            .put(&format!("/Users/{bob}"), &user("bob@main.com"))
            .status,
        200
    );
    let guides = create_group(&client, "Guides");
    assert_eq!(client.delete(&format!("/Groups/{guides}")).status, 204);
    check_error(
        &client.post("/Groups", &group("Guides")),
        409,
        "uniqueness",
        "displayName",
    );
    create_user(&client, "guides@main.com");
}

#[test]
fn status_for_an_unverified_domain_is_the_profiles() {
    for (status, scim_type) in [(400, "invalidValue"), (403, ""), (404, ""), (409, "")] {
        let builder = GotoDouble::builder().profile("unverified_domain_status", status);
        let (_goto, client) = with(builder);
        let answer = client.post("/Users", &user("ada@elsewhere.com"));
        check_error(&answer, status, scim_type, "elsewhere.com");
    }
    let other = GotoDouble::builder().profile("unverified_domain_status", 500);
    assert!(other.start().is_err());
}
