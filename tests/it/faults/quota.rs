//! `do.data: quota`, and a rule that poisons one subject.

use std::time::Duration;

use serde_json::json;

use super::{documented, looking_for, older, playing, stored};
use crate::support::{create_group, create_user, group, patch, user};

#[test]
fn no_more_are_stored_than_the_quota_allows() {
    let (goto, client) = playing(json!([{ "id": "full", "do": { "data": "quota:2" },
        "on": ["users.create", "identity.users.create"] }]));
    let ada = create_user(&client, "ada@main.com");
    create_user(&client, "bob@main.com");
    let refused = client.post("/Users", &user("eve@main.com"));
    assert_eq!(
        (refused.status, &refused.json()["status"]),
        (403, &json!("403"))
    );
    let body =
        json!({ "userName": "eve@main.com", "name": { "givenName": "Eve", "familyName": "E" } });
    let older = older(&goto).header("Content-Type", "application/json");
    assert_eq!(older.post("/Users", &body).status, 403);
    create_group(&client, "Engineering");
    assert_eq!(stored(&goto), ["ada@main.com", "bob@main.com"]);
    // Whoever goes makes room.
    assert_eq!(client.delete(&format!("/Users/{ada}")).status, 204);
    create_user(&client, "eve@main.com");
    assert_eq!(client.post("/Users", &user("ada@main.com")).status, 403);
}

#[test]
fn answer_of_the_rule_is_for_whoever_meets_the_quota() {
    let mut rule = documented("data quota", 1);
    rule[0]["do"]["data"] = json!("quota:1/30m");
    rule[0]["when"] = json!({});
    let (goto, client) = playing(rule);
    create_user(&client, "ada@main.com");
    let refused = client.post("/Users", &user("bob@main.com"));
    assert_eq!(
        (refused.status, &refused.json()["detail"]),
        (507, &json!("No seats are left."))
    );
    // Whoever came half an hour ago or earlier does not count.
    goto.control().advance(Duration::from_secs(1800)).unwrap();
    create_user(&client, "bob@main.com");
    assert_eq!(client.post("/Users", &user("eve@main.com")).status, 507);
    assert_eq!(stored(&goto), ["ada@main.com", "bob@main.com"]);
}

#[test]
fn poisoned_subject_fails_however_it_is_named_and_the_others_live() {
    let mut rule = documented("poison", 1);
    rule[0]["when"] = json!({ "from": "+1m" });
    let (goto, client) = playing(rule);
    let poisoned = create_user(&client, "user-01@main.com");
    let healthy = create_user(&client, "user-02@main.com");
    goto.control().advance(Duration::from_secs(60)).unwrap();
    let disable = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    let all = |id: &str, name: &str| {
        let path = format!("/Users/{id}");
        [
            client.get(&path).status,
            client.get(&looking_for(name)).status,
            client.patch(&path, &disable).status,
            client.put(&path, &user(name)).status,
            client.delete(&path).status,
            client.post("/Users", &user(name)).status,
        ]
    };
    assert_eq!(all(&poisoned, "User-01@main.com"), [500; 6]);
    assert_eq!(
        all(&healthy, "user-02@main.com"),
        [200, 200, 200, 200, 204, 201]
    );
    assert_eq!(client.post("/Groups", &group("Engineering")).status, 201);
    assert_eq!(client.get("/Users").json()["totalResults"], 2);
}
