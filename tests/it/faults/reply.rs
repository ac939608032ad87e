//! `do.reply`: an answer in place of the true one.

use serde_json::{Value, json};

use super::{documented, exchanges, fired, playing, stored};
use crate::support::raw::hear;
use crate::support::{Client, create_user, user};

#[test]
fn one_request_is_refused_and_its_neighbours_are_served() {
    let (goto, client) = playing(
        json!([{ "id": "taken", "on": "users.create", "when": { "nth": 2 },
        "do": { "reply": { "status": 409, "scim_type": "uniqueness", "detail": "Somebody has that name." } } }]),
    );
    create_user(&client, "first@main.com");
    let refused = client.post("/Users", &user("second@main.com"));
    // RFC 7644 section 3.12: "a JSON response body containing the error details".
    assert_eq!(refused.status, 409);
    assert_eq!(
        refused.header("content-type"),
        Some("application/scim+json")
    );
    assert_eq!(
        refused.json(),
        json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409",
            "scimType": "uniqueness", "detail": "Somebody has that name." })
    );
    create_user(&client, "third@main.com");
    assert_eq!(client.get("/Users").status, 200);
    assert_eq!(stored(&goto), ["first@main.com", "third@main.com"]);
    assert_eq!(fired(&goto, "taken"), 1);
    let seen: Vec<_> = exchanges(&goto, "users.create")
        .iter()
        .map(|one| (one.fired.len(), one.committed()))
        .collect();
    assert_eq!(seen, [(0, true), (1, false), (0, true)]);
}

#[test]
fn refusal_that_lies_is_stored_all_the_same() {
    let (goto, client) = playing(
        json!([{ "id": "liar", "on": "users.create", "when": { "nth": 1 },
        "do": { "commit": true, "reply": { "status": 500 } } }]),
    );
    assert_eq!(client.post("/Users", &user("ada@main.com")).status, 500);
    assert_eq!(stored(&goto), ["ada@main.com"]);
    assert_eq!(client.post("/Users", &user("ada@main.com")).status, 409);
    assert!(exchanges(&goto, "users.create")[0].committed());
}

#[test]
fn success_that_lies_is_not_stored() {
    let (goto, client) = playing(
        json!([{ "id": "liar", "on": "users.create", "when": { "nth": 1 },
        "do": { "reply": { "status": 201, "body": { "id": "1", "userName": "ada@main.com" } } } }]),
    );
    assert_eq!(
        client.post("/Users", &user("ada@main.com")).json()["id"],
        "1"
    );
    assert_eq!(stored(&goto), [""; 0]);
}

#[test]
fn retry_after_comes_in_each_of_its_forms() {
    // RFC 9110 section 10.2.3: "Retry-After = HTTP-date / delay-seconds"; section 5.6.7 has the three dates.
    for (form, wait, expected) in [
        ("seconds", "30s", Some("30")),
        ("seconds", "1500ms", Some("2")),
        ("http-date", "30s", Some("Tue, 01 Jan 2030 00:00:30 GMT")),
        (
            "rfc850-date",
            "30s",
            Some("Tuesday, 01-Jan-30 00:00:30 GMT"),
        ),
        ("asctime-date", "30s", Some("Tue Jan  1 00:00:30 2030")),
        ("absent", "30s", None),
        ("negative", "30s", Some("-1")),
        ("zero", "30s", Some("0")),
        ("past", "30s", Some("Mon, 31 Dec 2029 23:00:00 GMT")),
        ("huge", "30s", Some("1000000000000")),
    ] {
        let (_goto, client) = playing(
            json!([{ "id": "quota", "on": "users.list", "when": { "max": 1 },
            "do": { "reply": { "status": 429, "retry_after": wait, "retry_after_as": form } } }]),
        );
        let refused = client.get("/Users");
        assert_eq!(
            (refused.status, refused.header("retry-after")),
            (429, expected),
            "{form}"
        );
        let served = client.get("/Users");
        assert_eq!(
            (served.status, served.header("retry-after")),
            (200, None),
            "{form}"
        );
    }
}

#[test]
fn documented_answers_come_once_and_healthy_ones_around_them() {
    for (name, status, field, value) in [
        (
            "reply: seconds that are none",
            429,
            "retry-after",
            Some("-1"),
        ),
        (
            "reply: a wait for ever",
            503,
            "retry-after",
            Some("1000000000000"),
        ),
        ("reply: odd status", 599, "retry-after", None),
        ("reply: HTML", 502, "content-type", Some("text/html")),
    ] {
        let (_goto, client) = playing(documented(name, 2));
        let [before, odd, after] = [(); 3].map(|()| client.get("/Users"));
        assert_eq!((before.status, after.status), (200, 200), "{name}");
        assert_eq!((odd.status, odd.header(field)), (status, value), "{name}");
        assert!(value.is_none() || before.header(field) != value, "{name}");
    }
}

#[test]
fn garbage_in_retry_after_is_neither_seconds_nor_a_date() {
    let (_goto, client) = playing(json!([{ "id": "quota", "on": "users.list",
        "do": { "reply": { "status": 503, "retry_after": "30s", "retry_after_as": "garbage" } } }]));
    let value = client
        .get("/Users")
        .header("retry-after")
        .unwrap()
        .to_owned();
    assert!(
        value.parse::<u64>().is_err() && !value.contains("GMT"),
        "{value}"
    );
}

#[test]
fn auth_error_stands_in_the_challenge_of_scim_and_in_the_body_of_oauth() {
    let (goto, client) = playing(json!([
        { "id": "dead", "on": "users.list", "when": { "max": 1 },
          "do": { "reply": { "status": 401, "auth_error": "invalid_token", "detail": "It ended." } } },
        { "id": "closed", "on": "oauth.token", "when": { "max": 1 },
          "do": { "reply": { "status": 400, "auth_error": "invalid_grant", "detail": "It ended too." } } },
    ]));
    // RFC 6750 section 3: the error attribute stands in the WWW-Authenticate header field.
    let refused = client.get("/Users");
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.header("www-authenticate"),
        Some("Bearer realm=\"default\", error=\"invalid_token\", error_description=\"It ended.\"")
    );
    assert_eq!(client.get("/Users").status, 200);
    // RFC 6749 section 5.2: the error stands in the body.
    let oauth = Client::new(&goto.ready().token_url);
    let refused = oauth.form("", &[("grant_type", "refresh_token")]);
    assert_eq!(
        refused.json(),
        json!({ "error": "invalid_grant", "error_description": "It ended too." })
    );
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    assert_eq!(refused.header("www-authenticate"), None);
    assert_eq!(
        oauth.form("", &[("grant_type", "refresh_token")]).json()["error"],
        "invalid_client"
    );
}

#[test]
fn each_surface_refuses_in_its_own_dialect() {
    let (goto, client) = playing(
        json!([{ "id": "down", "on": ["users.list", "oauth.metadata", "domain.list"],
        "do": { "reply": { "status": 503 } } }]),
    );
    let scim = client.get("/Users");
    assert_eq!(scim.json()["status"], "503");
    let oauth = Client::new(&goto.ready().metadata_url).get("");
    assert_eq!(
        (oauth.status, &oauth.json()["error"]),
        (503, &json!("temporarily_unavailable"))
    );
    let center = Client::new(&goto.ready().center_url)
        .header("Accept", "application/json")
        .get("/domains");
    assert_eq!(
        center.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(center.json()["status"], 503);
}

#[test]
fn given_body_and_header_fields_go_out_as_they_are() {
    let (_goto, client) = playing(json!([
        { "id": "page", "on": "users.list", "when": { "nth": 1 }, "do": { "reply": { "status": 200,
            "headers": { "Content-Type": "text/html", "X-Twice": ["a", "b"] }, "body": "<p>Maintenance" } } },
        { "id": "empty", "on": "users.list", "when": { "nth": 2 }, "do": { "reply": { "status": 500, "body": "" } } },
        { "id": "json", "on": "users.list", "when": { "nth": 3 }, "do": { "reply": { "status": 200, "body": { "Resources": 7 } } } },
    ]));
    let page = client.get("/Users");
    assert_eq!((page.status, page.text().as_str()), (200, "<p>Maintenance"));
    let values = |name: &str| -> Vec<String> {
        let fields = page
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        fields.map(|(_, value)| value.clone()).collect()
    };
    assert_eq!(values("content-type"), ["text/html"]);
    assert_eq!(values("x-twice"), ["a", "b"]);
    let empty = client.get("/Users");
    assert_eq!(
        (
            empty.status,
            empty.body.len(),
            empty.header("content-length")
        ),
        (500, 0, Some("0"))
    );
    assert_eq!(client.get("/Users").json(), json!({ "Resources": 7 }));
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
}

#[test]
fn no_content_has_no_body_and_no_length() {
    let (_goto, client) = playing(
        json!([{ "id": "bare", "on": "users.list", "do": { "reply": { "status": 204 } } }]),
    );
    let heard = hear(&client.header("Connection", "close"), "GET", "/Users", b"");
    // RFC 9110 section 8.6: "A server MUST NOT send a Content-Length header field in any response with a status code of […] 204".
    assert!(
        heard.head().starts_with("HTTP/1.1 204 No Content\r\n"),
        "{}",
        heard.text()
    );
    assert!(
        !heard.head().to_lowercase().contains("content-length"),
        "{}",
        heard.text()
    );
    assert_eq!(heard.body(), b"");
}

#[test]
fn status_that_nobody_registered_goes_out_too() {
    let (_goto, client) =
        playing(json!([{ "id": "odd", "on": "users.list", "do": { "reply": { "status": 599 } } }]));
    let answer = client.get("/Users");
    assert_eq!(
        (answer.status, answer.json()["status"].clone()),
        (599, Value::from("599"))
    );
}
