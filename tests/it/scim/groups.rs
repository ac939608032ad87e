//! Groups and their members over HTTP, [RFC 7643 section 4.2](https://www.rfc-editor.org/rfc/rfc7643#section-4.2).

use serde_json::{Value, json};

use super::{add_members, check_error, group_of, member_ids};
use crate::support::{CORE_GROUP, Client, create_group, create_user, patch, start};

fn read(client: &Client, group: &str) -> Value {
    client.get(&format!("/Groups/{group}")).json()
}

// RFC 7643 section 4.2: members "The value sub-attribute contains the value of an "id" attribute of a SCIM resource …
// The "$ref" sub-attribute must be the URI of a SCIM resource". What a client guesses is put right.
#[test]
fn type_and_reference_of_a_member_are_the_servers() {
    let (goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let member = json!({
        "value": ada, "type": "Group", "$ref": "https://elsewhere.com/Users/1", "display": "Ada L.",
    });
    let body = json!({ "schemas": [CORE_GROUP], "displayName": "Guides", "members": [member] });
    let made = client.post("/Groups", &body).json();
    let expected = json!([{
        "value": ada, "$ref": format!("{}/Users/{ada}", goto.scim_url()), "type": "User", "display": "Ada L.",
    }]);
    assert_eq!(made["members"], expected);
    assert_eq!(
        read(&client, made["id"].as_str().unwrap())["members"],
        expected
    );
}

// RFC 7643 section 4.1.2: groups "A list of groups to which the user belongs, either through direct membership, through
// nested groups, or dynamically calculated. … Since this attribute has a mutability of "readOnly", group membership
// changes MUST be applied via the "Group" Resource".
#[test]
fn groups_of_a_user_cannot_be_written_from_its_own_side() {
    let (_goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let guides = create_group(&client, "Guides");
    let path = format!("/Users/{ada}");
    let mut body = client.get(&path).json();
    body["groups"] = json!([{ "value": guides }]);
    assert_eq!(client.put(&path, &body).status, 200);
    let add = json!([{ "op": "add", "path": "groups", "value": [{ "value": guides }] }]);
    check_error(
        &client.patch(&path, &patch(add)),
        400,
        "mutability",
        "groups",
    );
    assert!(client.get(&path).json().get("groups").is_none());
    assert!(member_ids(&read(&client, &guides)).is_empty());
}

#[test]
fn joining_and_leaving_a_group_moves_the_version_of_the_user_and_not_its_date() {
    let (goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let before = client.get(&path).json();
    goto.control()
        .advance(std::time::Duration::from_secs(60))
        .unwrap();
    group_of(&client, "Guides", &[before["id"].as_str().unwrap()]);
    let after = client.get(&path).json();
    assert_ne!(after["meta"]["version"], before["meta"]["version"]);
    assert_eq!(
        after["meta"]["lastModified"],
        before["meta"]["lastModified"]
    );
}

#[test]
fn refused_member_leaves_all_others_out_too() {
    let (_goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let guides = create_group(&client, "Guides");
    let before = read(&client, &guides);
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ada }, { "value": "4711" }] }]);
    let answer = client.patch(&format!("/Groups/{guides}"), &patch(add));
    check_error(&answer, 400, "invalidValue", "4711");
    let body =
        json!({ "displayName": "Guides", "members": [{ "value": ada }, { "value": "4711" }] });
    check_error(
        &client.put(&format!("/Groups/{guides}"), &body),
        400,
        "invalidValue",
        "4711",
    );
    assert_eq!(read(&client, &guides), before);
    assert!(
        client
            .get(&format!("/Users/{ada}"))
            .json()
            .get("groups")
            .is_none()
    );
}

#[test]
fn member_that_is_there_already_changes_nothing() {
    let (goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let guides = group_of(&client, "Guides", &[&ada]);
    let (before, user) = (
        read(&client, &guides),
        client.get(&format!("/Users/{ada}")).json(),
    );
    goto.control()
        .advance(std::time::Duration::from_secs(60))
        .unwrap();
    add_members(&client, &guides, &[&ada]);
    let remove = json!([{ "op": "remove", "path": "members[value eq \"4711\"]" }]);
    let answer = client.patch(&format!("/Groups/{guides}"), &patch(remove));
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert_eq!(read(&client, &guides), before);
    assert_eq!(client.get(&format!("/Users/{ada}")).json(), user);
}

#[test]
fn group_that_is_deleted_above_a_nested_one_takes_its_members_out_at_every_depth() {
    let (_goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let inner = group_of(&client, "Inner", &[&ada]);
    let middle = group_of(&client, "Middle", &[&inner]);
    let outer = group_of(&client, "Outer", &[&middle]);
    let groups = || {
        let user = client.get(&format!("/Users/{ada}")).json();
        let all = user["groups"].as_array().cloned().unwrap_or_default();
        let name = |group: &Value| group["display"].as_str().unwrap().to_owned();
        all.iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(groups(), ["Inner", "Middle", "Outer"]);
    assert_eq!(client.delete(&format!("/Groups/{middle}")).status, 204);
    assert_eq!(groups(), ["Inner"]);
    assert!(member_ids(&read(&client, &outer)).is_empty());
    assert_eq!(member_ids(&read(&client, &inner)), [ada]);
}

#[test]
fn circle_that_is_broken_open_can_be_closed_the_other_way_round() {
    let (_goto, client) = start();
    let a = create_group(&client, "A");
    let b = group_of(&client, "B", &[&a]);
    let close = patch(json!([{ "op": "add", "path": "members", "value": [{ "value": b }] }]));
    let path = format!("/Groups/{a}");
    check_error(&client.patch(&path, &close), 400, "invalidValue", "itself");
    let open = json!([{ "op": "remove", "path": "members" }]);
    assert_eq!(
        client.patch(&format!("/Groups/{b}"), &patch(open)).status,
        204
    );
    assert_eq!(client.patch(&path, &close).status, 204);
    assert_eq!(member_ids(&read(&client, &a)), [b]);
}

#[test]
fn group_of_many_members_is_whole_and_one_leaves() {
    let (_goto, client) = start();
    let ids: Vec<String> = (0..300)
        .map(|n| create_user(&client, &format!("u{n}@main.com")))
        .collect();
    let members: Vec<Value> = ids.iter().map(|id| json!({ "value": id })).collect();
    let body = json!({ "displayName": "Guides", "members": members });
    let made = client.post("/Groups", &body).json();
    assert_eq!(member_ids(&made), ids);
    let path = format!("/Groups/{}", made["id"].as_str().unwrap());
    let leaves = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", ids[99]) }]);
    assert_eq!(client.patch(&path, &patch(leaves)).status, 204);
    let left = member_ids(&client.get(&path).json());
    assert_eq!((left.len(), left.contains(&ids[99])), (299, false));
}
