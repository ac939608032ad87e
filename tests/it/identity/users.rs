//! Users of the older dialect.

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{
    CORE, GETGO, check_refused, create_group, create_user, id_of, start, switched, user, with,
};
use crate::support;

// GoTo's published SCIM OpenAPI: POST of a UserDefinition is answered 201 with the user; every attribute of a user is
// required in answers; `meta` has `created` and `location`.
#[test]
fn created_user_comes_back_with_what_is_documented_and_nothing_else() {
    let both = start();
    let mut sent = user("ada@main.com");
    sent["password"] = json!("secret");
    let answer = both.older.post("/Users", &sent);
    let id = id_of(&answer);
    assert_eq!(id.len(), 19);
    assert!(id.parse::<i64>().is_ok());
    let mut body = answer.json();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let location = format!(
        "http://{}/identity/v1/Users/{id}",
        both.goto.addresses().product
    );
    assert_eq!(answer.header("location"), Some(&location[..]));
    let meta = body.as_object_mut().unwrap().remove("meta").unwrap();
    assert_eq!(meta["location"], json!(location));
    assert!(meta["created"].as_str().unwrap().ends_with('Z'));
    assert_eq!(meta.as_object().unwrap().len(), 2);
    let mut expected = user("ada@main.com");
    expected["id"] = json!(id);
    expected["schemas"] = json!([CORE, GETGO]);
    expected[GETGO] = json!({ "accounts": [] });
    assert_eq!(body, expected);
    assert!(!answer.text().contains("secret"));
}

// The brief of both dialects is one store: whoever is written here is read there.
#[test]
fn a_user_is_one_and_the_same_in_both_dialects() {
    let both = start();
    let older = create_user(&both.older, "ada@main.com");
    let newer = support::create_user(&both.newer, "bea@main.com");
    let seen = both.newer.get(&format!("/Users/{older}")).json();
    assert_eq!(seen["userName"], "ada@main.com");
    assert_eq!(seen["active"], true);
    assert_eq!(seen["timezone"], "Europe/London");
    let seen = both.older.get(&format!("/Users/{newer}")).json();
    assert_eq!(seen["userName"], "bea@main.com");
    assert_eq!(both.older.delete(&format!("/Users/{newer}")).status, 200);
    assert_eq!(both.newer.get(&format!("/Users/{newer}")).status, 404);
    assert_eq!(both.newer.delete(&format!("/Users/{older}")).status, 204);
    check_refused(
        &both.older.get(&format!("/Users/{older}")),
        404,
        ("not.found", &format!("/v1/Users/{older}")),
        &older,
    );
}

// GoTo's published SCIM OpenAPI: "changes displayName, locale, timezone, username and password".
#[test]
fn put_and_patch_leave_alone_what_only_the_newer_dialect_knows() {
    let both = start();
    let body = json!({
        "schemas": [support::CORE_USER, support::ENTERPRISE], "userName": "ada@main.com", "externalId": "e-7",
        "title": "Guide", "active": false, "name": { "givenName": "Ada", "middleName": "King" },
        support::ENTERPRISE: { "department": "Tours" },
    });
    let id = id_of(&both.newer.post("/Users", &body));
    let path = format!("/Users/{id}");
    let kept = |both: &super::Both| {
        let seen = both.newer.get(&path).json();
        assert_eq!(seen["externalId"], "e-7");
        assert_eq!(seen["title"], "Guide");
        assert_eq!(seen["active"], false);
        assert_eq!(seen["name"]["middleName"], "King");
        assert_eq!(seen[support::ENTERPRISE]["department"], "Tours");
        seen
    };
    let answer = both.older.put(&path, &user("ada@main.com"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(kept(&both)["name"]["familyName"], "Lovelace");
    let answer = both.older.patch(&path, &json!({ "locale": "de_DE" }));
    assert_eq!(
        (answer.status, &answer.json()["locale"]),
        (200, &json!("de_DE"))
    );
    assert_eq!(kept(&both)["locale"], "de_DE");
}

// SCIM 1.1 section 3.3.1: PUT "performs a full update"; GoTo: PUT needs the full definition.
#[test]
fn put_clears_what_it_does_not_name() {
    let both = start();
    let id = create_user(&both.older, "ada@main.com");
    let path = format!("/Users/{id}");
    let answer = both
        .older
        .put(&path, &json!({ "userName": "ada@main.com" }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let seen = both.newer.get(&path).json();
    assert!(seen.get("displayName").is_none() && seen.get("locale").is_none());
    assert!(seen["name"]["givenName"].is_null());
    let nameless = both.older.put(&path, &json!({ "displayName": "Ada" }));
    check_refused(
        &nameless,
        400,
        ("bad.request", &format!("/v1{path}")),
        "userName is required",
    );
}

// SCIM 1.1 section 3.3.2: complex attributes are merged, simple ones replaced, `meta.attributes` names what goes.
#[test]
fn patch_merges_a_partial_resource() {
    let both = start();
    let id = create_user(&both.older, "ada@main.com");
    let path = format!("/Users/{id}");
    let partial =
        json!({ "name": { "familyName": "Byron" }, "meta": { "attributes": ["displayName"] } });
    let answer = both.older.patch(&path, &partial);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let seen = both.newer.get(&path).json();
    assert_eq!(
        seen["name"],
        json!({ "givenName": "Ada", "familyName": "Byron" })
    );
    assert!(seen.get("displayName").is_none());
    // The answer is complete all the same.
    assert_eq!(answer.json()["displayName"], "Ada Byron");
    let answer = both
        .older
        .patch(&path, &json!({ "meta": { "attributes": ["userName"] } }));
    check_refused(
        &answer,
        400,
        ("bad.request", &format!("/v1{path}")),
        "userName is required",
    );
    let version = |both: &super::Both| both.newer.get(&path).json()["meta"]["version"].clone();
    let before = version(&both);
    let same = both
        .older
        .patch(&path, &json!({ "timezone": "Europe/London" }));
    assert_eq!((same.status, version(&both)), (200, before));
}

// GoTo's published SCIM OpenAPI: `password` is written and never in an answer.
#[test]
fn password_is_taken_and_never_shown() {
    let both = start();
    let id = create_user(&both.older, "ada@main.com");
    let answer = both.older.patch(
        &format!("/Users/{id}"),
        &json!({ "password": "new secret" }),
    );
    assert_eq!(answer.status, 200);
    assert!(!answer.text().contains("secret") && !answer.text().contains("password"));
}

// GoTo's published SCIM OpenAPI: userName at most 128 characters, each part of the name at most 60; 400.
#[test]
fn gotos_rules_bind_here_too() {
    let both = start();
    let refused = |body: Value, status: u16, code: &str, part: &str| {
        let answer = both.older.post("/Users", &body);
        check_refused(&answer, status, (code, "/v1/Users"), part);
    };
    refused(
        json!({ "displayName": "Ada" }),
        400,
        "bad.request",
        "userName is required",
    );
    refused(
        user(&format!("{}@main.com", "a".repeat(120))),
        400,
        "bad.request",
        "128",
    );
    let mut long = user("ada@main.com");
    long["name"]["givenName"] = json!("a".repeat(61));
    refused(long, 400, "bad.request", "60");
    // "The e-mail domain of userName must be one of the organization's domains", on create, replace and update.
    refused(user("ada@other.com"), 400, "bad.request", "other.com");
    let id = create_user(&both.older, "ada@main.com");
    let path = format!("/Users/{id}");
    let moved = both
        .older
        .patch(&path, &json!({ "userName": "ada@other.com" }));
    assert_eq!(moved.status, 400);
    assert_eq!(both.older.put(&path, &user("ada@other.com")).status, 400);
    // 409: "username already in use".
    refused(user("ADA@main.com"), 409, "conflict", "userName");
    let other = create_user(&both.older, "bea@main.com");
    let taken = both.older.patch(
        &format!("/Users/{other}"),
        &json!({ "userName": "ada@main.com" }),
    );
    assert_eq!(taken.status, 409);
}

// GoTo's published SCIM OpenAPI defines no more of a user than this.
#[test]
fn attributes_that_are_not_documented_are_ignored_or_refused_as_the_profile_says() {
    let mut body = user("ada@main.com");
    body["title"] = json!("Guide");
    body["active"] = json!(false);
    let both = start();
    let id = id_of(&both.older.post("/Users", &body));
    let seen = both.newer.get(&format!("/Users/{id}")).json();
    assert_eq!((seen.get("title"), &seen["active"]), (None, &json!(true)));
    let strict = switched("unknown_attributes", json!("refuse"));
    let answer = strict.older.post("/Users", &body);
    check_refused(&answer, 400, ("bad.request", "/v1/Users"), "title");
}

// GoTo's published SCIM OpenAPI marks every attribute of a user as required in an answer.
#[test]
fn users_are_complete_unless_the_profile_says_otherwise() {
    let bare = json!({ "userName": "ada@main.com" });
    let both = start();
    let seen = both.older.post("/Users", &bare).json();
    assert_eq!(seen["displayName"], "ada@main.com");
    assert_eq!(seen["name"], json!({ "givenName": "", "familyName": "" }));
    assert_eq!(
        (&seen["locale"], &seen["timezone"]),
        (&json!("en_US"), &json!("Etc/UTC"))
    );
    // What is only shown is not stored.
    let stored = both
        .newer
        .get(&format!("/Users/{}", seen["id"].as_str().unwrap()))
        .json();
    assert!(stored.get("locale").is_none() && stored.get("displayName").is_none());
    let both = switched("identity_user_complete", json!(false));
    let seen = both.older.post("/Users", &bare).json();
    assert!(seen.get("displayName").is_none() && seen.get("locale").is_none());
}

// A client that reads a user, changes one thing and sends the whole back is taken at its word.
#[test]
fn user_that_was_read_can_be_sent_back_as_it_is() {
    let both = start();
    let id = id_of(
        &both
            .older
            .post("/Users", &json!({ "userName": "ada@main.com" })),
    );
    let path = format!("/Users/{id}");
    let seen = both.older.get(&path).json();
    let answer = both.older.put(&path, &seen);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json(), seen);
    let answer = both.older.patch(&path, &seen);
    assert_eq!((answer.status, answer.json()), (200, seen));
}

// GoTo's published SCIM OpenAPI: a locale is one or two parts, a timezone a valid zone; 400.
#[test]
fn locale_and_timezone_are_checked_here_too() {
    let both = start();
    for (attribute, wrong) in [("locale", "klingon_XX_YY"), ("timezone", "Moon/Crater")] {
        let mut body = user("ada@main.com");
        body[attribute] = json!(wrong);
        let answer = both.older.post("/Users", &body);
        check_refused(&answer, 400, ("bad.request", "/v1/Users"), attribute);
    }
}

// GoTo's published SCIM OpenAPI: DELETE is answered 200; the user leaves the organization's groups.
#[test]
fn delete_is_200_with_an_empty_body_and_cleans_the_groups() {
    let both = start();
    let id = create_user(&both.older, "ada@main.com");
    let group = create_group(&both.older, "Guides", &[&id]);
    let answer = both.older.delete(&format!("/Users/{id}"));
    assert_eq!((answer.status, answer.text().as_str()), (200, ""));
    let left = both.older.get(&format!("/Groups/{group}")).json();
    assert!(left.get("members").is_none(), "{left}");
    assert_eq!(both.older.delete(&format!("/Users/{id}")).status, 404);
}

// Older User Sync text of GoTo: users are never deleted, they are suspended.
#[test]
fn delete_suspends_where_the_profile_says_so() {
    let both = switched("delete_suspends", json!(true));
    let id = create_user(&both.older, "ada@main.com");
    assert_eq!(both.older.delete(&format!("/Users/{id}")).status, 200);
    let seen = both.newer.get(&format!("/Users/{id}")).json();
    assert_eq!(seen["active"], false);
}

#[test]
fn patch_is_not_implemented_where_the_profile_has_none() {
    let both = switched("patch", json!(false));
    let id = create_user(&both.older, "ada@main.com");
    let path = format!("/Users/{id}");
    let answer = both.older.patch(&path, &json!({ "locale": "de_DE" }));
    check_refused(
        &answer,
        501,
        ("not.implemented", &format!("/v1{path}")),
        "PATCH",
    );
}

// Seen live by several public clients: `accounts` with `value`, `display` and `entitlements`; GoTo's User Sync text: SCIM
// creates an identity only, products come later.
#[test]
fn product_accounts_are_those_of_whoever_has_one() {
    let both = start();
    let plain = create_user(&both.older, "ada@main.com");
    let accounts =
        |id: &str| both.older.get(&format!("/Users/{id}")).json()[GETGO]["accounts"].clone();
    assert_eq!(accounts(&plain), json!([]));
    let licensed = json!({
        "schemas": [support::CORE_USER], "userName": "bea@main.com",
        "entitlements": [{ "value": "gotoconnect" }, { "value": "jive" }],
    });
    let licensed = id_of(&both.newer.post("/Users", &licensed));
    let seen = accounts(&licensed);
    assert_eq!(seen[0]["display"], "main.com");
    assert_eq!(seen[0]["entitlements"], json!(["gotoconnect", "jive"]));
    // The one who signs in as admin has the same product account, and may administer it.
    let admin = create_user(&both.older, "admin@main.com");
    let own = accounts(&admin);
    assert_eq!(own[0]["entitlements"], json!(["acctadmin"]));
    assert_eq!(own[0]["value"], seen[0]["value"]);
    assert_ne!(own[0]["value"], json!(admin));
}

#[test]
fn users_given_at_the_start_are_found_by_any_id() {
    let given = json!([{ "id": "u-1", "userName": "ada@main.com" }]);
    let both = with(GotoDouble::builder().state(super::state(json!({ "users": given }))));
    let seen = both.older.get("/Users/u-1");
    assert_eq!(
        (seen.status, &seen.json()["userName"]),
        (200, &json!("ada@main.com"))
    );
}

// SCIM 1.1 section 3.7: `attributes` names what is wanted.
#[test]
fn attributes_pick_what_is_shown() {
    let both = start();
    let id = create_user(&both.older, "ada@main.com");
    let seen = both
        .older
        .get(&format!("/Users/{id}?attributes=userName"))
        .json();
    let keys: Vec<_> = seen
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["schemas", "id", "userName"]);
}
