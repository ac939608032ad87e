//! The authenticated subject, [RFC 7644 section 3.11](https://www.rfc-editor.org/rfc/rfc7644#section-3.11).

use goto_double::GotoDouble;
use serde_json::json;

use super::check_error;
use crate::support::{Answer, CORE_USER, Client, create_user, patch, start, user, with};

/// The account that the ready token speaks for.
const OWN: &str = "admin@main.com";

fn rfc() -> (GotoDouble, Client) {
    with(GotoDouble::builder().profile_named("rfc"))
}

// A live probe of GoTo's scim/v2/Me was answered 404. The RFC: "A service provider that does NOT support this feature
// SHOULD respond with HTTP status code 501 (Not Implemented)."
#[test]
fn me_is_404_where_the_profile_has_none() {
    let (_goto, client) = start();
    create_user(&client, OWN);
    for method in [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW",
    ] {
        let answer = client.send(method, "/Me", b"{}").unwrap();
        assert_eq!(answer.status, 404, "{method}");
    }
    check_error(&client.get("/Me"), 404, "", "/Me");
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
}

#[track_caller]
fn check_location(answer: &Answer, location: &str) {
    assert_eq!(answer.header("location"), Some(location), "{answer:?}");
}

// "A service provider MAY process the SCIM request directly. In any response, the HTTP "Location" header MUST be the
// permanent location of the aliased resource associated with the authenticated subject."
#[test]
fn me_is_the_user_whom_the_token_speaks_for_in_every_method() {
    let (goto, client) = rfc();
    create_user(&client, "ada@main.com");
    let id = create_user(&client, OWN);
    let location = format!("{}/Users/{id}", goto.scim_url());

    let read = client.get("/Me");
    assert_eq!((read.status, &read.json()["id"]), (200, &json!(id)));
    check_location(&read, &location);
    assert_eq!(read.header("content-location"), Some(location.as_str()));
    assert_eq!(read.json()["meta"]["location"], location);
    let known = client
        .clone()
        .header("If-None-Match", read.header("etag").unwrap());
    let known = known.get("/Me");
    assert_eq!(known.status, 304);
    check_location(&known, &location);

    let title = patch(json!([{ "op": "add", "path": "title", "value": "Guide" }]));
    let changed = client.patch("/Me?attributes=title", &title);
    assert_eq!(changed.json()["title"], "Guide");
    check_location(&changed, &location);
    let refused = client.put("/Me", &json!({ "schemas": [CORE_USER] }));
    check_error(&refused, 400, "invalidValue", "userName");
    check_location(&refused, &location);
    let replaced = client.put("/Me", &user(OWN));
    assert_eq!(replaced.status, 200);
    assert!(replaced.json().get("title").is_none());
    check_location(&replaced, &location);
    let deleted = client.delete("/Me");
    assert_eq!(deleted.status, 204);
    check_location(&deleted, &location);
    assert_eq!(deleted.header("content-location"), None);
    assert_eq!(client.get("/Users").json()["totalResults"], 1);
}

// RFC 7644 table 8: 404, "Specified resource (e.g., User) or endpoint does not exist."
#[test]
fn me_is_404_until_that_user_is_there() {
    let (_goto, client) = rfc();
    check_error(&client.get("/Me"), 404, "", OWN);
    check_error(&client.delete("/Me"), 404, "", OWN);
    check_error(&client.put("/Me", &user(OWN)), 404, "", OWN);
}

// "When using the SCIM Create Resource command (HTTP POST) with the "/Me" alias, the desired resourceType being created
// is at the discretion of the service provider, based on the authenticated subject".
#[test]
fn post_creates_the_user_of_the_token_and_nobody_else() {
    let (goto, client) = rfc();
    check_error(
        &client.post("/Me", &user("ada@main.com")),
        400,
        "invalidValue",
        OWN,
    );
    let made = client.post("/Me", &json!({ "schemas": [CORE_USER], "title": "Guide" }));
    assert_eq!(
        (made.status, &made.json()["userName"]),
        (201, &json!(OWN)),
        "{}",
        made.text()
    );
    let location = format!(
        "{}/Users/{}",
        goto.scim_url(),
        made.json()["id"].as_str().unwrap()
    );
    check_location(&made, &location);
    assert_eq!(made.json()["meta"]["location"], location);
    check_error(
        &client.post("/Me", &user("ADMIN@main.com")),
        409,
        "uniqueness",
        "userName",
    );
    assert_eq!(client.get("/Me").json()["title"], "Guide");
}

#[test]
fn each_account_is_somebody_else() {
    let rfc = GotoDouble::builder().profile_named("rfc");
    let (goto, client) = with(rfc.profile("read_only_admin_reads", true));
    let auditor = super::as_account(&goto, &client, "auditor@main.com");
    create_user(&client, OWN);
    let id = create_user(&client, "auditor@main.com");
    assert_eq!(auditor.get("/Me").json()["id"], id);
    check_error(&auditor.delete("/Me"), 403, "", "Read");
}

// RFC 9110 section 9.3.7 and 15.5.6.
#[test]
fn options_and_other_methods_name_what_me_answers() {
    let (_goto, client) = rfc();
    let allow = "POST, GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
    let asked = client.send("OPTIONS", "/Me", b"").unwrap();
    assert_eq!((asked.status, asked.header("allow")), (204, Some(allow)));
    let refused = client.send("BREW", "/Me", b"").unwrap();
    check_error(&refused, 405, "", "OPTIONS");
    assert_eq!(refused.header("allow"), Some(allow));
}
