//! How the older dialect refuses.

use goto_double::GotoDouble;
use goto_double::verdict::Verdict;
use serde_json::{Value, json};

use super::{
    Both, check_refused, client, create_group, create_user, speaking_for, start, state, switched,
    user, with,
};
use crate::support::{Answer, Client};

/// Every way to come without a good token.
fn strangers(both: &Both) -> Vec<Client> {
    let bare = client(&both.goto);
    vec![
        bare.clone(),
        bare.clone().bearer("junk"),
        bare.header("Authorization", "Basic abc"),
    ]
}

#[track_caller]
fn check_challenged(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(
        challenge.contains(&format!("error=\"{error}\"")),
        "{challenge}"
    );
    assert!(challenge.contains("error_description="), "{challenge}");
}

// GoTo's published SCIM OpenAPI: 403 "invalid token passed". A public client's live probe: an empty body, and a challenge
// with `invalid_token` and an `error_description`.
#[test]
fn missing_or_wrong_token_is_403_with_a_challenge_and_no_body() {
    let both = start();
    for stranger in strangers(&both) {
        for path in [
            "/Users/me",
            "/Users",
            "/Groups/1",
            "/ServiceProviderConfigs",
        ] {
            let answer = stranger.get(path);
            check_challenged(&answer, 403, "invalid_token");
            assert_eq!(answer.text(), "", "{path}");
            assert_eq!(answer.header("content-type"), None);
        }
        check_challenged(
            &stranger.post("/Users", &user("ada@main.com")),
            403,
            "invalid_token",
        );
    }
    assert_eq!(both.older.get("/Users").json()["totalResults"], 0);
}

// RFC 6750 section 3.1 says 401 where GoTo documents 403.
#[test]
fn wrong_token_is_refused_as_the_profile_says() {
    let both = with(
        GotoDouble::builder()
            .profile("identity_bad_token_status", 401)
            .profile("identity_bad_token_body", true),
    );
    for stranger in strangers(&both) {
        let answer = stranger.get("/Users/me");
        check_challenged(&answer, 401, "invalid_token");
        check_refused(&answer, 401, ("not.authenticated", "/v1/Users/me"), "token");
    }
}

// GoTo's published SCIM OpenAPI: reading needs ROLE_ORG_READ, writing ROLE_ORG_WRITE; 401 "client is not sufficiently
// authorized". Seen live: code `not.authorized`, uri `/v1/Users`.
#[test]
fn role_that_is_not_enough_is_401() {
    let given = || GotoDouble::builder().state(state(json!({})));
    let code = ("not.authorized", "/v1/Users");
    for (both, status) in [
        (with(given()), 401),
        (with(given().profile("identity_denied_status", 403)), 403),
    ] {
        let as_role = |account: &str| speaking_for(&both.goto, account, &["identity:scim.org"]);
        let member = as_role("member@main.com");
        check_refused(&member.get("/Users"), status, code, "admin role");
        check_refused(
            &member.post("/Users", &user("ada@main.com")),
            status,
            code,
            "admin role",
        );
        let auditor = as_role("auditor@main.com");
        assert_eq!(auditor.get("/Users").status, 200);
        check_refused(
            &auditor.post("/Users", &user("ada@main.com")),
            status,
            code,
            "Read & Write",
        );
        assert_eq!(auditor.get("/Groups").status, 200);
        // Scope first, then role: each is told apart.
        let me = speaking_for(&both.goto, "member@main.com", &["identity:scim.me"]);
        check_refused(&me.get("/Users"), status, code, "identity:scim.org");
        // Seen live: the scope `identity:` reaches the role check, and fails there.
        let wide = speaking_for(&both.goto, "member@main.com", &["identity:"]);
        check_refused(&wide.get("/Users"), status, code, "admin role");
        let admin = speaking_for(&both.goto, "admin@main.com", &["identity:"]);
        assert_eq!(admin.get("/Users").status, 200);
    }
}

// GoTo's published SCIM OpenAPI: userKey and groupKey are int64.
#[test]
fn key_that_is_no_number_is_refused_as_the_profile_says() {
    for (both, status, code) in [
        (start(), 400, "bad.request"),
        (
            switched("identity_bad_key_status", json!(404)),
            404,
            "not.found",
        ),
    ] {
        for path in [
            "/Users/ada@main.com",
            "/Groups/Guides",
            "/Users/99999999999999999999",
            "/Users/%FF",
        ] {
            check_refused(
                &both.older.get(path),
                status,
                (code, &format!("/v1{path}")),
                "whole number",
            );
        }
        assert_eq!(both.older.get("/Users/42").status, 404);
    }
}

// RFC 9110 section 15.5.6: "The origin server MUST generate an Allow header field in a 405 response".
#[test]
fn wrong_method_is_405_and_options_say_what_is_allowed() {
    let both = start();
    for (path, allow) in [
        ("/Users", "POST, GET, HEAD, OPTIONS"),
        ("/Groups", "POST, GET, HEAD, OPTIONS"),
        ("/Users/1", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
        ("/Users/me", "GET, HEAD, PUT, PATCH, OPTIONS"),
        ("/Schemas/Users", "GET, HEAD, OPTIONS"),
    ] {
        let refused = both.older.send("BREW", path, b"").unwrap();
        check_refused(
            &refused,
            405,
            ("method.not.allowed", &format!("/v1{path}")),
            allow,
        );
        assert_eq!(refused.header("allow"), Some(allow));
        let options = both.older.send("OPTIONS", path, b"").unwrap();
        assert_eq!(
            (options.status, options.header("allow")),
            (204, Some(allow))
        );
    }
}

// RFC 9110 section 9.3.2: "The HEAD method is identical to GET except that the server MUST NOT send content".
#[test]
fn head_is_get_without_a_body() {
    let both = start();
    let id = create_user(&both.older, "ada@main.com");
    for path in [
        &format!("/Users/{id}")[..],
        "/Users",
        "/Users/me",
        "/ServiceProviderConfigs",
    ] {
        let head = both.older.send("HEAD", path, b"").unwrap();
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(
            head.header("location"),
            both.older.get(path).header("location")
        );
    }
    let missing = both.older.send("HEAD", "/Users/42", b"").unwrap();
    assert_eq!((missing.status, missing.body.len()), (404, 0));
}

#[test]
fn path_that_nothing_answers_is_404_in_this_dialect() {
    let both = start();
    for path in ["/Nothing", "/Users/1/2", ""] {
        check_refused(
            &both.older.get(path),
            404,
            ("not.found", &format!("/v1{path}")),
            "nothing",
        );
    }
}

// Seen by a public probe of an unrouted path: `errorCode` NOT_FOUND and a `message`.
#[test]
fn dialect_can_be_taken_away() {
    let both = switched("identity_v1", json!(false));
    for answer in [
        both.older.get("/Users"),
        both.older.get("/Users/me"),
        both.older.get("/Nothing"),
        both.older.send("BREW", "/Users", b"").unwrap(),
        both.older.send("OPTIONS", "/Users", b"").unwrap(),
        client(&both.goto).get("/Users"),
    ] {
        assert_eq!(answer.status, 404, "{}", answer.text());
        assert_eq!(answer.json()["errorCode"], "NOT_FOUND");
    }
    assert_eq!(both.newer.get("/Users").status, 200);
}

// GoTo's published SCIM OpenAPI: bodies are `application/json`; a public client sends application/scim+json.
#[test]
fn bodies_of_both_media_types_are_read_and_of_no_other() {
    let both = start();
    let post = |kind: &str, name: &str| {
        let typed = both.older.clone().header("Content-Type", kind);
        typed.post("/Users", &user(name))
    };
    for (kind, name) in [
        ("application/json", "a@main.com"),
        ("application/json; charset=utf-8", "b@main.com"),
        ("application/scim+json", "c@main.com"),
    ] {
        let answer = post(kind, name);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (201, Some("application/json"))
        );
    }
    check_refused(
        &post("text/plain", "d@main.com"),
        415,
        ("unsupported.media.type", "/v1/Users"),
        "text/plain",
    );
}

#[test]
fn body_that_is_no_resource_is_refused() {
    let both = start();
    for body in [
        "",
        "{",
        "[]",
        "7",
        "null",
        "{\"userName\": \"a@main.com\", \"USERNAME\": \"b@main.com\"}",
    ] {
        let answer = both.older.send("POST", "/Users", body.as_bytes()).unwrap();
        check_refused(&answer, 400, ("bad.request", "/v1/Users"), "");
    }
    let id = create_user(&both.older, "ada@main.com");
    let path = format!("/Users/{id}");
    for body in [
        json!({ "name": "Ada" }),
        json!({ "userName": 7 }),
        json!({ "meta": { "attributes": "name" } }),
        json!({ "displayName": { "a": 1 } }),
    ] {
        let answer = both.older.patch(&path, &body);
        check_refused(&answer, 400, ("bad.request", &format!("/v1{path}")), "");
    }
    let group = create_group(&both.older, "Guides", &[]);
    for members in [
        json!("1"),
        json!(["1"]),
        json!([7]),
        json!([{ "type": "user", "value": 7 }]),
        json!({}),
    ] {
        for body in [
            json!({ "members": members }),
            json!({ "displayName": "Guides", "members": members }),
        ] {
            let answer = both.older.patch(&format!("/Groups/{group}"), &body);
            assert_eq!(answer.status, 400, "{body}: {}", answer.text());
        }
    }
}

#[test]
fn body_larger_than_the_double_takes_is_413_in_this_dialect() {
    let both = start();
    let mut body = user("ada@main.com");
    body["displayName"] = json!("x".repeat(1_100_000));
    let answer = both.older.post("/Users", &body);
    check_refused(&answer, 413, ("payload.too.large", "/v1/Users"), "");
}

/// A double that plays one rule.
fn playing(rule: Value) -> Both {
    let scenario = json!({ "scenario": "under-test", "v": 1, "seed": 7, "rules": [rule] });
    with(GotoDouble::builder().scenario(scenario.to_string()))
}

// A planned refusal looks like a true one.
#[test]
fn planned_refusal_speaks_this_dialect() {
    let both = playing(
        json!({ "id": "gateway", "on": "identity.users.*", "when": { "max": 2 },
        "do": { "reply": { "status": 409, "detail": "e-mail address conflict" } } }),
    );
    let planned = both.older.get("/Users");
    check_refused(
        &planned,
        409,
        ("conflict", "/v1/Users"),
        "e-mail address conflict",
    );
    both.older.get("/Users");
    create_user(&both.older, "ada@main.com");
    let real = both.older.post("/Users", &user("ada@main.com"));
    check_refused(&real, 409, ("conflict", "/v1/Users"), "");
    assert_eq!(planned.header("content-type"), real.header("content-type"));
}

// GoTo's published SCIM OpenAPI: 403 "invalid token passed"; n8n's users report it when a token has run out.
#[test]
fn planned_refusal_of_a_token_carries_its_challenge() {
    let both = playing(
        json!({ "id": "token", "on": "identity.me.get", "when": { "max": 1 },
        "do": { "reply": { "status": 403, "auth_error": "invalid_token" } } }),
    );
    let planned = both.older.get("/Users/me");
    assert_eq!(
        planned.header("www-authenticate"),
        Some("Bearer realm=\"default\", error=\"invalid_token\"")
    );
    // As the true answer, it leaves the rest to the challenge.
    assert_eq!((planned.status, planned.body.len()), (403, 0));
    assert_eq!(both.older.get("/Users/me").status, 200);
}

// A rule that means one user means it however the request names it, in this dialect as in the other.
#[test]
fn rule_with_a_subject_knows_whom_a_request_is_about() {
    let both = playing(
        json!({ "id": "ada", "on": "identity.*", "if": { "subject.key": "ada@main.com" },
        "do": { "reply": { "status": 504 } } }),
    );
    let id = crate::support::create_user(&both.newer, "ada@main.com");
    let other = crate::support::create_user(&both.newer, "bea@main.com");
    let filter = "/Users?filter=userName+eq+%22Ada%40main.com%22";
    for answer in [
        both.older.post("/Users", &user("ADA@main.com")),
        both.older.get(filter),
        both.older.get(&format!("/Users/{id}")),
        both.older
            .patch(&format!("/Users/{id}"), &json!({ "locale": "de_DE" })),
        both.older.delete(&format!("/Users/{id}")),
    ] {
        assert_eq!(answer.status, 504, "{}", answer.text());
    }
    assert_eq!(both.older.get(&format!("/Users/{other}")).status, 200);
    assert_eq!(both.older.get("/Users/me").status, 200);
}

// `/Users/me` is about whoever the token speaks for, also when that is nobody of the directory.
#[test]
fn rule_with_a_subject_knows_the_caller() {
    let both = playing(
        json!({ "id": "admin", "on": "identity.me.*", "if": { "subject.key": "admin@main.com" },
        "do": { "reply": { "status": 502 } } }),
    );
    assert_eq!(both.older.get("/Users/me").status, 502);
    let auditor = speaking_for(&both.goto, "auditor@main.com", &["identity:scim.org"]);
    assert_eq!(auditor.get("/Users/me").status, 200);
}

// What the journal says of a call is the same whichever dialect it came in.
#[test]
fn journal_tells_subject_and_change() {
    let both = start();
    let id = create_user(&both.older, "Ada@main.com");
    let group = create_group(&both.older, "Guides", &[&id]);
    both.older
        .patch(&format!("/Users/{id}"), &json!({ "locale": "de_DE" }));
    both.older.delete(&format!("/Groups/{group}"));
    both.older.get("/Users/me");
    let told: Vec<(String, Option<String>, usize)> = both
        .goto
        .journal()
        .iter()
        .filter_map(|entry| entry.exchange().cloned())
        .map(|exchange| {
            let name = exchange.operation.unwrap().name().to_owned();
            (
                name,
                exchange.subject.map(|subject| subject.key),
                exchange.changes.len(),
            )
        })
        .collect();
    let expected = [
        ("identity.users.create", "ada@main.com", 1),
        ("identity.groups.create", "guides", 1),
        ("identity.users.patch", "ada@main.com", 1),
        ("identity.groups.delete", "guides", 1),
        ("identity.me.get", "admin@main.com", 0),
    ];
    for (found, (name, key, changes)) in told.iter().zip(expected) {
        assert_eq!(
            (&found.0[..], found.1.as_deref(), found.2),
            (name, Some(key), changes)
        );
    }
    assert_eq!(told.len(), expected.len());
}

// The rules of the catalogue judge SCIM 2.0; traffic of the older dialect beside it neither fails nor saves a client.
#[test]
fn traffic_of_this_dialect_is_not_judged_by_the_rules_of_the_other() {
    let both = start();
    let id = create_user(&both.older, "ada@main.com");
    for _ in 0..3 {
        both.older.get("/Users");
        both.older
            .patch(&format!("/Users/{id}"), &json!({ "locale": "de_DE" }));
        both.older.get("/Users/me");
        both.older.post("/Users/.search", &json!({ "filter": "x" }));
        both.older.delete("/Users/undefined");
    }
    client(&both.goto).get("/Users");
    let judged = both.goto.verdict().rules;
    assert!(
        judged.iter().all(|rule| rule.verdict == Verdict::Pass),
        "{judged:?}"
    );
}
