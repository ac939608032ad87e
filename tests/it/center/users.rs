//! Users of the organization and their roles: "nobody deletes or demotes himself".

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{ADMIN, AUDITOR, MEMBER, assert_problem, at, empty, script, sign_in, text};
use crate::support::browser::form_with;
use crate::support::{Client, start, user, with};

const JOAN: (&str, &str) = ("joan@main.com", "bletchley");

#[track_caller]
fn key_of(goto: &GotoDouble, user_name: &str) -> String {
    let users = script(goto, ADMIN).get("/users").json();
    let users = users["users"].as_array().unwrap();
    let found = users.iter().find(|user| user["user_name"] == user_name);
    text(found.unwrap(), "/key")
}

fn joan(role: &str) -> Value {
    json!({ "user_name": JOAN.0, "password": JOAN.1, "given_name": "Joan", "family_name": "Clarke", "role": role })
}

#[test]
fn admin_adds_a_user_whose_role_decides_what_scim_allows() {
    let (goto, _client) = with(GotoDouble::builder().profile("read_only_admin_reads", true));
    let admin = script(&goto, ADMIN);
    let made = admin.post("/users", &joan("user"));
    assert_eq!(made.status, 201, "{}", made.text());
    let key = text(&made.json(), "/key");
    assert_eq!(
        made.header("location"),
        Some(&*at(&goto, &format!("/users/{key}")))
    );
    assert_eq!(key.len(), 19);
    assert_eq!(admin.get(&format!("/users/{key}")).json(), made.json());
    let minted = goto
        .control()
        .mint_token(&serde_json::from_value(json!({ "account": JOAN.0 })).unwrap())
        .unwrap();
    let client = Client::new(goto.scim_url()).bearer(&minted.access_token);
    let statuses = || {
        let read = client.get("/Users").status;
        (read, client.post("/Users", &user("new@main.com")).status)
    };
    assert_eq!(statuses(), (403, 403));
    let set = |role: &str| {
        let changed = admin.post(&format!("/users/{key}"), &json!({ "role": role }));
        assert_eq!(changed.status, 200, "{}", changed.text());
    };
    set("read-only");
    assert_eq!(statuses(), (200, 403));
    set("read-write");
    assert_eq!(statuses(), (200, 201));
    assert_eq!(admin.delete(&format!("/users/{key}")).status, 204);
    assert_eq!(statuses(), (401, 401), "the tokens end with the account");
    assert_problem(&script(&goto, JOAN).get("/domains"), 401);
    assert_problem(&admin.get(&format!("/users/{key}")), 404);
}

// GoTo's help page "Manage Organization Users": admins change neither their own role nor delete themselves.
#[test]
fn nobody_deletes_or_demotes_themselves() {
    let (goto, _client) = start();
    let admin = script(&goto, ADMIN);
    let own = key_of(&goto, ADMIN.0);
    for role in ["read-only", "user"] {
        assert_problem(
            &admin.post(&format!("/users/{own}"), &json!({ "role": role })),
            409,
        );
    }
    assert_problem(&admin.delete(&format!("/users/{own}")), 409);
    let kept = json!({ "given_name": "Augusta", "role": "read-write" });
    let changed = admin.post(&format!("/users/{own}"), &kept).json();
    assert_eq!(changed["given_name"], "Augusta");
    assert_eq!(changed["family_name"], "Admin", "what is absent stays");
    assert_eq!(changed["role"], "read-write");
    let (_, page) = sign_in(&goto, ADMIN);
    assert!(page.text().contains("Admin (Read &amp; Write)"));
}

#[test]
fn last_admin_can_be_replaced_by_another_one() {
    let (goto, _client) = start();
    script(&goto, ADMIN).post("/users", &joan("read-write"));
    let joan = script(&goto, JOAN);
    let old = key_of(&goto, ADMIN.0);
    let demoted = joan.post(&format!("/users/{old}"), &json!({ "role": "user" }));
    assert_eq!(demoted.status, 200);
    assert_problem(&script(&goto, ADMIN).get("/users"), 403);
    assert_eq!(joan.delete(&format!("/users/{old}")).status, 204);
    assert_problem(&script(&goto, ADMIN).get("/users"), 401);
}

#[test]
fn roles_decide_who_sees_and_who_changes_users() {
    let (goto, _client) = start();
    let auditor = script(&goto, AUDITOR);
    let key = key_of(&goto, MEMBER.0);
    assert_eq!(auditor.get("/users").status, 200);
    assert_problem(&auditor.post("/users", &joan("user")), 403);
    assert_problem(
        &auditor.post(&format!("/users/{key}"), &json!({ "role": "read-write" })),
        403,
    );
    assert_problem(&auditor.delete(&format!("/users/{key}")), 403);
    assert_problem(&script(&goto, MEMBER).get("/users"), 403);
    assert_problem(&script(&empty(), ADMIN).get("/users"), 403);
}

#[test]
fn users_of_a_domain_that_is_not_verified_cannot_be_added() {
    let (goto, _client) = start();
    let admin = script(&goto, ADMIN);
    let named = |name: &str| json!({ "user_name": name, "password": "x" });
    for name in [
        "joan@elsewhere.com",
        "joan@mail.main.com",
        "joan",
        "joan@",
        "",
    ] {
        assert_problem(&admin.post("/users", &named(name)), 400);
    }
    assert_problem(&admin.post("/users", &named("ADMIN@main.com")), 409);
    assert_eq!(admin.post("/users", &named("Joan@MAIN.com")).status, 201);
    for body in [
        json!({}),
        json!([]),
        json!({ "user_name": "a@main.com" }),
        json!({ "user_name": "a@main.com", "password": "x", "role": "king" }),
    ] {
        assert_problem(&admin.post("/users", &body), 400);
    }
    let users = admin.get("/users").json();
    assert_eq!(users["users"].as_array().unwrap().len(), 4);
}

#[test]
fn account_that_signed_up_alone_is_taken_in_and_keeps_its_password() {
    let (goto, _client) = start();
    let anyone = Client::new(&goto.ready().center_url).header("Content-Type", "application/json");
    let wanted = json!({ "user_name": JOAN.0, "password": JOAN.1 });
    assert_eq!(anyone.post("/sign-up", &wanted).status, 201);
    let alone = script(&goto, JOAN);
    assert_problem(
        &alone.post("/domains", &json!({ "domain": "main.com" })),
        409,
    );
    let mut other = joan("read-only");
    other["password"] = "another".into();
    assert_eq!(script(&goto, ADMIN).post("/users", &other).status, 201);
    assert_eq!(alone.get("").json()["organization"], "main.com");
    assert_problem(&script(&goto, (JOAN.0, "another")).get("/domains"), 401);
}

#[test]
fn somebody_who_comes_back_is_somebody_else() {
    let (goto, _client) = start();
    let admin = script(&goto, ADMIN);
    let first = text(&admin.post("/users", &joan("user")).json(), "/key");
    admin.delete(&format!("/users/{first}"));
    let second = text(&admin.post("/users", &joan("user")).json(), "/key");
    assert_ne!(first, second);
}

#[test]
fn person_changes_a_role_by_pressing_buttons_and_sees_no_way_to_remove_themselves() {
    let (goto, _client) = start();
    let (mut browser, _) = sign_in(&goto, ADMIN);
    let page = browser.open(&at(&goto, "/users"));
    let typed = [
        ("email", JOAN.0),
        ("password", JOAN.1),
        ("role", "read-only"),
    ];
    let page = browser.press(&page, "Add user", &typed);
    assert!(page.text().contains("joan@main.com was added."));
    let again = browser.open(&at(&goto, "/users"));
    assert!(!again.text().contains("was added."), "it is said once");
    let path = format!("/users/{}", key_of(&goto, JOAN.0));
    let page = browser.open(&at(&goto, &path));
    let page = browser.press(&page, "Save", &[("role", "read-write")]);
    assert!(page.text().contains("joan@main.com was changed."));
    let page = browser.open(&at(&goto, &path));
    let page = browser.press(&page, "Delete user", &[]);
    assert!(page.text().contains("joan@main.com was deleted."));
    let own = browser.open(&at(&goto, &format!("/users/{}", key_of(&goto, ADMIN.0))));
    assert!(!own.text().contains("Delete user"));
    let page = browser.press(&own, "Save", &[("given_name", "<b>Augusta")]);
    assert!(page.text().contains("&lt;b&gt;Augusta") && !page.text().contains("<b>"));
    let page = browser.press(&own, "Save", &[("role", "user")]);
    assert_eq!(page.status, 409);
    form_with(&page, "Save");
}

#[test]
fn somebody_removed_while_signed_in_is_signed_out() {
    let (goto, _client) = start();
    script(&goto, ADMIN).post("/users", &joan("read-write"));
    let (mut browser, _) = sign_in(&goto, JOAN);
    script(&goto, ADMIN).delete(&format!("/users/{}", key_of(&goto, JOAN.0)));
    assert_eq!(browser.get(&at(&goto, "")).status, 303);
}
