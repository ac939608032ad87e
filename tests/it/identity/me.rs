//! `/Users/me`, by which GoTo's clients ask who they are.

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{Both, CORE, GETGO, check_refused, create_user, speaking_for, state, with};

fn started(more: Value) -> Both {
    with(GotoDouble::builder().state(state(more)))
}

// Public clients take the user key from the last segment of `Location`; the key is the `sub` of the token, 19 digits.
#[test]
fn account_that_is_no_user_of_the_directory_is_shown_itself() {
    let both = started(json!({}));
    let answer = both.older.get("/Users/me");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    let key = body["id"].as_str().unwrap();
    assert_eq!(key.len(), 19);
    let location = answer.header("location").unwrap();
    assert_eq!(location.rsplit('/').next(), Some(key));
    assert_eq!(body["userName"], "admin@main.com");
    assert_eq!(body["displayName"], "Ada Admin");
    assert_eq!(
        body["name"],
        json!({ "givenName": "Ada", "familyName": "Admin" })
    );
    assert_eq!(body["schemas"], json!([CORE, GETGO]));
    assert!(body["meta"]["created"].is_string());
    let account = &body[GETGO]["accounts"][0];
    assert_eq!(account["value"].as_str().unwrap().len(), 19);
    assert_ne!(account["value"], body["id"]);
    assert_eq!(account["display"], "main.com");
    assert_eq!(account["entitlements"], json!(["acctadmin"]));
    // Where it says that it is, there it is.
    let there = both.older.get(&format!("/Users/{key}"));
    assert_eq!((there.status, there.json()), (200, body));
    // It is no user that a client provisions.
    assert_eq!(both.older.get("/Users").json()["totalResults"], 0);
}

// The token's `sub` is the user key of GoTo's product APIs too.
#[test]
fn key_of_an_account_is_the_subject_of_its_token() {
    let both = started(json!({}));
    let key = both.older.get("/Users/me").json()["id"].clone();
    let payload = both.goto.token().split('.').nth(1).unwrap().to_owned();
    let claims: Value = serde_json::from_slice(&unbase64(&payload)).unwrap();
    assert_eq!(claims["sub"], key);
}

fn unbase64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
    for byte in text.bytes() {
        let digit = DIGITS.iter().position(|one| *one == byte).unwrap();
        bits = bits << 6 | u32::try_from(digit).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    bytes
}

// GoTo's clients ask who they are before there is any organization.
#[test]
fn account_is_shown_before_its_organization_exists() {
    let mut given = state(json!({ "domains": [], "zone": {} }));
    given.as_object_mut().unwrap().remove("organization");
    let both = with(GotoDouble::builder().state(given));
    let body = both.older.get("/Users/me").json();
    assert_eq!(body["userName"], "admin@main.com");
    let account = &body[GETGO]["accounts"][0];
    assert_eq!(
        (&account["display"], &account["entitlements"]),
        (&json!("main.com"), &json!([]))
    );
    // The directory itself is out of reach.
    let refused = both.older.get("/Users");
    check_refused(
        &refused,
        401,
        ("not.authorized", "/v1/Users"),
        "organization",
    );
    // The product account is the same one when the organization has come.
    let later = started(json!({})).older.get("/Users/me").json();
    assert_eq!(later[GETGO]["accounts"][0]["value"], account["value"]);
}

#[test]
fn account_that_is_a_user_of_the_directory_is_that_user() {
    let both = started(json!({}));
    let id = create_user(&both.older, "ADMIN@main.com");
    let answer = both.older.get("/Users/me");
    let body = answer.json();
    assert_eq!(body["id"], json!(id));
    assert_eq!(body["displayName"], "Ada L.");
    assert_eq!(
        body[GETGO]["accounts"][0]["entitlements"],
        json!(["acctadmin"])
    );
    assert!(answer.header("location").unwrap().ends_with(&id));
}

// GoTo's published SCIM OpenAPI: GET, PUT and PATCH on `/Users/me`, and nothing else.
#[test]
fn own_user_is_changed_with_the_profile_scope_and_without_a_role() {
    let both = started(json!({}));
    let id = create_user(&both.older, "member@main.com");
    let me = speaking_for(&both.goto, "member@main.com", &["identity:scim.me"]);
    let answer = me.patch("/Users/me", &json!({ "locale": "de_DE" }));
    assert_eq!(
        (answer.status, &answer.json()["locale"]),
        (200, &json!("de_DE"))
    );
    let answer = me.put(
        "/Users/me",
        &json!({ "userName": "member@main.com", "displayName": "Mia" }),
    );
    assert_eq!(
        (answer.status, &answer.json()["displayName"]),
        (200, &json!("Mia"))
    );
    let stored = both.newer.get(&format!("/Users/{id}")).json();
    assert_eq!(stored["displayName"], "Mia");
    let moved = me.patch("/Users/me", &json!({ "userName": "member@other.com" }));
    check_refused(&moved, 400, ("bad.request", "/v1/Users/me"), "other.com");
    let deleted = me.delete("/Users/me");
    assert_eq!(
        deleted.header("allow"),
        Some("GET, HEAD, PUT, PATCH, OPTIONS")
    );
    check_refused(
        &deleted,
        405,
        ("method.not.allowed", "/v1/Users/me"),
        "PATCH",
    );
}

#[test]
fn account_that_is_no_user_cannot_be_changed_here() {
    let both = started(json!({}));
    for answer in [
        both.older.patch("/Users/me", &json!({ "locale": "de_DE" })),
        both.older.put("/Users/me", &super::user("admin@main.com")),
    ] {
        check_refused(
            &answer,
            404,
            ("not.found", "/v1/Users/me"),
            "admin@main.com",
        );
    }
}

// Seen live: scope and role are checked apart; the profile scope reads the own user and nothing else.
#[test]
fn profile_scope_reads_the_own_user_only() {
    let both = started(json!({}));
    let me = speaking_for(&both.goto, "admin@main.com", &["identity:scim.me"]);
    assert_eq!(me.get("/Users/me").status, 200);
    check_refused(
        &me.get("/Users"),
        401,
        ("not.authorized", "/v1/Users"),
        "identity:scim.org",
    );
    let member = speaking_for(&both.goto, "member@main.com", &["identity:"]);
    assert_eq!(member.get("/Users/me").status, 200);
}

// Seen live: `acctadmin`, `gotoconnect`, `jive`.
#[test]
fn entitlements_are_given_by_the_starting_state() {
    let mut given = state(json!({}));
    given["accounts"][2]["entitlements"] = json!(["gotoconnect", "jive"]);
    let both = with(GotoDouble::builder().state(given));
    let me = speaking_for(&both.goto, "member@main.com", &["identity:scim.me"]);
    let body = me.get("/Users/me").json();
    assert_eq!(
        body[GETGO]["accounts"][0]["entitlements"],
        json!(["gotoconnect", "jive"])
    );
    let auditor = speaking_for(&both.goto, "auditor@main.com", &["identity:scim.me"]);
    let body = auditor.get("/Users/me").json();
    assert_eq!(
        body[GETGO]["accounts"][0]["entitlements"],
        json!(["acctadmin"])
    );
}
