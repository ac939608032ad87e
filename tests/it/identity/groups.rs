//! Groups of the older dialect.

use serde_json::{Value, json};

use super::{Both, check_refused, create_group, create_user, id_of, start, switched};

/// Who is in a group, in order.
#[track_caller]
fn members(both: &Both, group: &str) -> Vec<String> {
    let seen = both.older.get(&format!("/Groups/{group}")).json();
    let members = seen["members"].as_array().cloned().unwrap_or_default();
    let id = |member: &Value| member["value"].as_str().unwrap().to_owned();
    members.iter().map(id).collect()
}

fn user_member(id: &str) -> Value {
    json!({ "type": "user", "value": id })
}

// GoTo's published SCIM OpenAPI: a member has `type` (`user` or `group`) and `value`; groups may be nested.
#[test]
fn members_are_users_and_groups_in_lower_case() {
    let both = start();
    let ada = create_user(&both.older, "ada@main.com");
    let guides = create_group(&both.older, "Guides", &[&ada]);
    let nested = json!({ "displayName": "All", "members": [{ "type": "group", "value": guides }, user_member(&ada)] });
    let answer = both.older.post("/Groups", &nested);
    let all = id_of(&answer);
    let body = answer.json();
    assert_eq!(body["members"], nested["members"]);
    assert_eq!(body["schemas"], json!([super::CORE]));
    let meta = body["meta"].as_object().unwrap();
    assert_eq!(meta.keys().collect::<Vec<_>>(), ["created", "location"]);
    assert!(
        meta["location"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/identity/v1/Groups/{all}"))
    );
    // The newer dialect has its own words for the same members.
    let seen = both.newer.get(&format!("/Groups/{all}")).json();
    assert_eq!(seen["members"][0]["type"], "Group");
    // A group is no member of itself, by whichever way.
    let cycle = json!({ "members": [{ "type": "group", "value": all }] });
    let answer = both.older.patch(&format!("/Groups/{guides}"), &cycle);
    check_refused(
        &answer,
        400,
        ("bad.request", &format!("/v1/Groups/{guides}")),
        "itself",
    );
}

// SCIM 1.1 section 3.3.2: values are added or merged; `"operation": "delete"` removes; `meta.attributes` clears first.
#[test]
fn patch_merges_members_and_takes_out_those_marked() {
    let both = start();
    let [ada, bea, cleo] =
        ["ada", "bea", "cleo"].map(|n| create_user(&both.older, &format!("{n}@main.com")));
    let group = create_group(&both.older, "Guides", &[&ada]);
    let path = format!("/Groups/{group}");
    let change = |body: Value| {
        let answer = both.older.patch(&path, &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
    };
    change(json!({ "members": [user_member(&bea), user_member(&ada)] }));
    assert_eq!(members(&both, &group), [&ada[..], &bea]);
    let mut leaving = user_member(&ada);
    leaving["operation"] = json!("delete");
    change(json!({ "members": [leaving, user_member(&cleo)] }));
    assert_eq!(members(&both, &group), [&bea[..], &cleo]);
    change(json!({ "displayName": "Scouts" }));
    assert_eq!(members(&both, &group), [&bea[..], &cleo]);
    change(json!({ "members": [user_member(&ada)], "meta": { "attributes": ["members"] } }));
    assert_eq!(members(&both, &group), [ada.as_str()]);
    change(json!({ "meta": { "attributes": ["members"] } }));
    assert!(members(&both, &group).is_empty());
}

// GoTo's published SCIM OpenAPI does not say whether a partial group merges its members or replaces them.
#[test]
fn patch_replaces_members_where_the_profile_says_so() {
    let both = switched("identity_patch_members", json!("replace"));
    let [ada, bea] = ["ada", "bea"].map(|n| create_user(&both.older, &format!("{n}@main.com")));
    let group = create_group(&both.older, "Guides", &[&ada]);
    let answer = both.older.patch(
        &format!("/Groups/{group}"),
        &json!({ "members": [user_member(&bea)] }),
    );
    assert_eq!(answer.status, 200);
    assert_eq!(members(&both, &group), [bea.as_str()]);
}

// SCIM 1.1 section 3.3.1: PUT replaces; what only the newer dialect knows stays.
#[test]
fn put_replaces_members_and_keeps_the_external_id() {
    let both = start();
    let [ada, bea] = ["ada", "bea"].map(|n| create_user(&both.older, &format!("{n}@main.com")));
    let body = json!({ "schemas": [crate::support::CORE_GROUP], "displayName": "Guides", "externalId": "g-1",
        "members": [{ "value": ada }] });
    let group = id_of(&both.newer.post("/Groups", &body));
    let path = format!("/Groups/{group}");
    let answer = both.older.put(
        &path,
        &json!({ "displayName": "Scouts", "members": [user_member(&bea)] }),
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(members(&both, &group), [bea.as_str()]);
    assert_eq!(both.newer.get(&path).json()["externalId"], "g-1");
    assert_eq!(
        both.older
            .put(&path, &json!({ "displayName": "Scouts" }))
            .status,
        200
    );
    assert!(members(&both, &group).is_empty());
}

// GoTo's published SCIM OpenAPI: the `members` array must not exceed 100 elements in one request; 400.
#[test]
fn a_hundred_members_go_in_one_request_and_no_more() {
    let users: Vec<Value> = (0..=100)
        .map(|n| json!({ "id": format!("{n}"), "userName": format!("u{n}@main.com") }))
        .collect();
    let hundred: Vec<Value> = (0..100).map(|n| user_member(&n.to_string())).collect();
    let more: Vec<Value> = (0..=100).map(|n| user_member(&n.to_string())).collect();
    let given = super::state(json!({ "users": users }));
    let builder = || goto_double::GotoDouble::builder().state(given.clone());
    let both = super::with(builder());
    let create = |both: &Both, name: &str, members: &[Value]| {
        both.older.post(
            "/Groups",
            &json!({ "displayName": name, "members": members }),
        )
    };
    let group = id_of(&create(&both, "Hundred", &hundred));
    check_refused(
        &create(&both, "More", &more),
        400,
        ("bad.request", "/v1/Groups"),
        "100 are allowed",
    );
    let path = format!("/Groups/{group}");
    for answer in [
        both.older.patch(&path, &json!({ "members": more })),
        both.older
            .put(&path, &json!({ "displayName": "Hundred", "members": more })),
    ] {
        check_refused(
            &answer,
            400,
            ("bad.request", &format!("/v1{path}")),
            "100 are allowed",
        );
    }
    // One request more is a group of more than a hundred.
    assert_eq!(
        both.older
            .patch(&path, &json!({ "members": [user_member("100")] }))
            .status,
        200
    );
    assert_eq!(members(&both, &group).len(), 101);
    let both = super::with(builder().profile("identity_members_per_request", Value::Null));
    id_of(&create(&both, "More", &more));
    // The newer dialect has a limit of its own, which is off.
    let body =
        json!({ "schemas": [crate::support::CORE_GROUP], "displayName": "Newer", "members": more });
    id_of(&both.newer.post("/Groups", &body));
}

// GoTo's published SCIM OpenAPI: displayName is required, at most 128 characters, unique in the organization (409);
// members must belong to the organization.
#[test]
fn gotos_rules_of_groups_bind_here_too() {
    let both = start();
    create_group(&both.older, "Guides", &[]);
    let refused = |body: Value, status: u16, code: &str, part: &str| {
        let answer = both.older.post("/Groups", &body);
        check_refused(&answer, status, (code, "/v1/Groups"), part);
    };
    refused(
        json!({ "displayName": "GUIDES" }),
        409,
        "conflict",
        "displayName",
    );
    refused(
        json!({ "members": [] }),
        400,
        "bad.request",
        "displayName is required",
    );
    refused(
        json!({ "displayName": "x".repeat(129) }),
        400,
        "bad.request",
        "128",
    );
    let stranger =
        json!({ "displayName": "Scouts", "members": [user_member("1000000000000000001")] });
    refused(stranger, 400, "bad.request", "1000000000000000001");
    let robot = json!({ "displayName": "Scouts", "members": [{ "type": "robot", "value": "1" }] });
    refused(robot, 400, "bad.request", "members.type");
    let nobody = json!({ "displayName": "Scouts", "members": [{ "type": "user" }] });
    refused(nobody, 400, "bad.request", "members.value");
}

// GoTo's published SCIM OpenAPI requires `type` of a member; a strict double holds clients to that.
#[test]
fn members_without_a_type_are_refused_where_the_profile_requires_it() {
    for (required, status) in [(false, 201), (true, 400)] {
        let both = switched("identity_member_type_required", json!(required));
        let ada = create_user(&both.older, "ada@main.com");
        let body = json!({ "displayName": "Guides", "members": [{ "value": ada }] });
        assert_eq!(both.older.post("/Groups", &body).status, status);
    }
}

// GoTo's published SCIM OpenAPI: 401 "group does not exist in organization".
#[test]
fn missing_group_is_401_unless_the_profile_says_404() {
    let nobody = "/Groups/1000000000000000001";
    let uri = format!("/v1{nobody}");
    for (both, status, code) in [
        (start(), 401, "not.authorized"),
        (
            switched("identity_missing_group_status", json!(404)),
            404,
            "not.found",
        ),
    ] {
        let body = json!({ "displayName": "Guides" });
        for answer in [
            both.older.get(nobody),
            both.older.put(nobody, &body),
            both.older.patch(nobody, &body),
            both.older.delete(nobody),
        ] {
            check_refused(&answer, status, (code, &uri), "does not exist");
        }
        // A user who is not there is 404 in either case.
        assert_eq!(both.older.get("/Users/1000000000000000001").status, 404);
    }
}

#[test]
fn deleted_group_is_gone_in_both_dialects_and_its_members_stay() {
    let both = start();
    let ada = create_user(&both.older, "ada@main.com");
    let group = create_group(&both.older, "Guides", &[&ada]);
    let path = format!("/Groups/{group}");
    let answer = both.older.delete(&path);
    assert_eq!((answer.status, answer.text().as_str()), (200, ""));
    assert_eq!(both.newer.get(&path).status, 404);
    assert_eq!(both.older.get(&format!("/Users/{ada}")).status, 200);
}
