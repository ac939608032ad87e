//! What is GoTo's own: ids, verified domains, lengths, roles, groups of users, nested groups.

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{add_members, as_account, check_error, group_of, member_ids, resources};
use crate::support::{Client, create_group, create_user, group, patch, start, user, with};

#[test]
fn ids_have_nineteen_digits_and_no_two_are_the_same() {
    let (_goto, client) = start();
    let mut ids: Vec<String> = (0..20)
        .map(|n| create_user(&client, &format!("u{n}@main.com")))
        .collect();
    ids.extend((0..20).map(|n| create_group(&client, &format!("Group {n}"))));
    for id in &ids {
        assert!(
            id.len() == 19 && id.bytes().all(|byte| byte.is_ascii_digit()),
            "{id}"
        );
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
}

#[test]
fn user_name_outside_the_verified_domains_is_400() {
    let (_goto, client) = start();
    for name in [
        "ada@elsewhere.com",
        "ada@sub.main.com",
        "ada@main.com.evil",
        "ada@",
        "ada",
        "main.com",
    ] {
        check_error(
            &client.post("/Users", &user(name)),
            400,
            "invalidValue",
            "userName",
        );
    }
    create_user(&client, "ada@MAIN.com");
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
}

#[test]
fn user_cannot_move_to_a_domain_that_is_not_verified() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let before = client.get(&path).json();
    check_error(
        &client.put(&path, &user("ada@elsewhere.com")),
        400,
        "invalidValue",
        "elsewhere.com",
    );
    let moved = json!([{ "op": "replace", "path": "userName", "value": "ada@elsewhere.com" }]);
    check_error(
        &client.patch(&path, &patch(moved)),
        400,
        "invalidValue",
        "elsewhere.com",
    );
    assert_eq!(client.get(&path).json(), before);
}

#[test]
fn domain_is_not_asked_for_where_the_profile_says_so() {
    let (_goto, client) = with(GotoDouble::builder().profile("user_domain_verified", false));
    create_user(&client, "ada@elsewhere.com");
    create_user(&client, "no mail at all");
}

#[test]
fn texts_up_to_gotos_lengths_are_taken_and_longer_ones_are_400() {
    let (_goto, client) = start();
    let name = |length: usize| format!("{}@main.com", "ü".repeat(length - "@main.com".len()));
    create_user(&client, &name(128));
    check_error(
        &client.post("/Users", &user(&name(129))),
        400,
        "invalidValue",
        "128",
    );
    for part in ["givenName", "familyName"] {
        let mut body = user("ada@main.com");
        body["name"] = json!({ part: "x".repeat(61) });
        check_error(&client.post("/Users", &body), 400, "invalidValue", part);
    }
    let mut body = user("ada@main.com");
    body["name"] = json!({ "givenName": "é".repeat(60), "familyName": "漢".repeat(60) });
    assert_eq!(client.post("/Users", &body).status, 201);
    create_group(&client, &"x".repeat(128));
    check_error(
        &client.post("/Groups", &group(&"x".repeat(129))),
        400,
        "invalidValue",
        "128",
    );
}

#[test]
fn values_are_kept_exactly_as_they_were_sent() {
    let (_goto, client) = start();
    let mut body = user("Ada.LOVELACE+x@Main.com");
    body["name"] = json!({ "givenName": " Ädá ", "familyName": "O'Neil \"Q\" \\ 漢字 🎩" });
    body["phoneNumbers"] = json!([{ "value": "+49 (0) 30 / 12-34", "type": "work" }]);
    body["externalId"] = json!("  S-1-5-21 ");
    let made = client.post("/Users", &body).json();
    for name in ["userName", "name", "phoneNumbers", "externalId"] {
        assert_eq!(made[name], body[name]);
    }
}

#[test]
fn read_only_admin_reads_where_the_profile_says_so_and_may_not_write() {
    let (goto, client) = with(GotoDouble::builder().profile("read_only_admin_reads", true));
    let id = create_user(&client, "ada@main.com");
    let auditor = as_account(&goto, &client, "auditor@main.com");
    for path in [
        "/Users",
        "/Groups",
        &format!("/Users/{id}"),
        "/Schemas",
        "/ServiceProviderConfig",
    ] {
        assert_eq!(auditor.get(path).status, 200, "{path}");
    }
    let change = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    let path = format!("/Users/{id}");
    let refused = [
        auditor.post("/Users", &user("bob@main.com")),
        auditor.put(&path, &user("bob@main.com")),
        auditor.patch(&path, &change),
        auditor.delete(&path),
        auditor.post("/Groups", &group("Guides")),
    ];
    for answer in refused {
        check_error(&answer, 403, "", "Read");
    }
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
}

#[test]
fn plain_user_may_not_even_read() {
    let (goto, client) = start();
    let member = as_account(&goto, &client, "member@main.com");
    for path in ["/Users", "/Groups", "/Schemas"] {
        check_error(&member.get(path), 403, "", "role");
    }
    check_error(
        &member.post("/Users", &user("ada@main.com")),
        403,
        "",
        "role",
    );
}

#[test]
fn account_without_an_organization_is_403_with_a_reason() {
    let (_goto, client) = with(GotoDouble::builder().state("empty"));
    check_error(&client.get("/Users"), 403, "", "domain");
    check_error(
        &client.post("/Users", &user("ada@main.com")),
        403,
        "",
        "domain",
    );
}

fn groups_of(client: &Client, user: &str) -> Vec<(String, String, String)> {
    let body = client.get(&format!("/Users/{user}")).json();
    let groups = body["groups"].as_array().cloned().unwrap_or_default();
    let text = |group: &Value, name: &str| group[name].as_str().unwrap().to_owned();
    groups
        .iter()
        .map(|group| {
            (
                text(group, "value"),
                text(group, "display"),
                text(group, "type"),
            )
        })
        .collect()
}

#[test]
fn groups_of_a_user_follow_every_change_of_a_group() {
    let (goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let guides = group_of(&client, "Guides", &[&ada]);
    let direct = |id: &str, name: &str| (id.to_owned(), name.to_owned(), "direct".to_owned());
    assert_eq!(groups_of(&client, &ada), [direct(&guides, "Guides")]);
    let reference = &client.get(&format!("/Users/{ada}")).json()["groups"][0]["$ref"];
    assert_eq!(*reference, format!("{}/Groups/{guides}", goto.scim_url()));

    let rename = json!([{ "op": "replace", "path": "displayName", "value": "Drivers" }]);
    assert_eq!(
        client
            .patch(&format!("/Groups/{guides}"), &patch(rename))
            .status,
        204
    );
    assert_eq!(groups_of(&client, &ada), [direct(&guides, "Drivers")]);

    let cooks = group_of(&client, "Cooks", &[&ada]);
    assert_eq!(
        groups_of(&client, &ada),
        [direct(&guides, "Drivers"), direct(&cooks, "Cooks")]
    );
    assert_eq!(client.delete(&format!("/Groups/{guides}")).status, 204);
    assert_eq!(groups_of(&client, &ada), [direct(&cooks, "Cooks")]);
    assert_eq!(
        client
            .put(&format!("/Groups/{cooks}"), &group("Cooks"))
            .status,
        200
    );
    assert!(groups_of(&client, &ada).is_empty());
}

#[test]
fn member_of_an_inner_group_is_in_the_outer_one_indirectly() {
    let (_goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let inner = create_group(&client, "Inner");
    let outer = group_of(&client, "Outer", &[&inner]);
    add_members(&client, &inner, &[&ada]);
    let kinds: Vec<_> = groups_of(&client, &ada)
        .into_iter()
        .map(|(id, _, kind)| (id, kind))
        .collect();
    assert_eq!(
        kinds,
        [
            (inner.clone(), "direct".into()),
            (outer.clone(), "indirect".into())
        ]
    );
    let taken = json!([{ "op": "remove", "path": format!("members[value eq \"{inner}\"]") }]);
    assert_eq!(
        client
            .patch(&format!("/Groups/{outer}"), &patch(taken))
            .status,
        204
    );
    assert_eq!(groups_of(&client, &ada).len(), 1);
}

#[test]
fn group_that_would_be_its_own_member_is_400_at_any_depth() {
    let (_goto, client) = start();
    let a = create_group(&client, "A");
    let b = group_of(&client, "B", &[&a]);
    let c = group_of(&client, "C", &[&b]);
    for member in [&a, &b, &c] {
        let added = json!([{ "op": "add", "path": "members", "value": [{ "value": member }] }]);
        let answer = client.patch(&format!("/Groups/{a}"), &patch(added));
        check_error(&answer, 400, "invalidValue", "itself");
    }
    assert!(member_ids(&client.get(&format!("/Groups/{a}")).json()).is_empty());
}

#[test]
fn member_that_nobody_is_is_400() {
    let (_goto, client) = start();
    let body = json!({ "displayName": "Guides", "members": [{ "value": "4711" }] });
    check_error(&client.post("/Groups", &body), 400, "invalidValue", "4711");
    for members in [
        json!([{ "display": "Ada" }]),
        json!([{ "value": "" }]),
        json!([{ "value": 7 }]),
        json!([7]),
    ] {
        let body = json!({ "displayName": "Guides", "members": members });
        check_error(
            &client.post("/Groups", &body),
            400,
            "invalidValue",
            "members",
        );
    }
    assert_eq!(client.get("/Groups").json()["totalResults"], 0);
}

#[test]
fn members_of_one_request_are_limited_where_the_profile_says_so() {
    let (_goto, client) = with(GotoDouble::builder().profile("members_per_request", 2));
    let ids: Vec<String> = (0..3)
        .map(|n| create_user(&client, &format!("u{n}@main.com")))
        .collect();
    let guides = create_group(&client, "Guides");
    let members: Vec<Value> = ids.iter().map(|id| json!({ "value": id })).collect();
    let add = |members: &[Value]| {
        client.patch(
            &format!("/Groups/{guides}"),
            &patch(json!([{ "op": "add", "path": "members", "value": members }])),
        )
    };
    check_error(&add(&members), 400, "invalidValue", "members");
    assert_eq!(add(&members[..2]).status, 204);
    assert_eq!(add(&members[2..]).status, 204);
    assert_eq!(
        member_ids(&client.get(&format!("/Groups/{guides}")).json()),
        ids
    );
}

#[test]
fn suspended_user_stays_readable_by_id_and_by_filter() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    let suspend = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    assert_eq!(
        client.patch(&format!("/Users/{id}"), &suspend).json()["active"],
        false
    );
    assert_eq!(client.get(&format!("/Users/{id}")).json()["active"], false);
    let found = super::list(
        &client,
        "/Users",
        &[("filter", r#"userName eq "ada@main.com""#)],
    );
    assert_eq!(resources(&found)[0]["id"], id.as_str());
}
