//! Endpoints and HTTP methods, [RFC 7644 section 3.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.2).

use goto_double::GotoDouble;

use super::{check_error, group_of};
use crate::support::{Client, create_user, start, with};

/// Everything that answers GET, with a user and a group of these ids.
fn readable(user: &str, group: &str) -> Vec<String> {
    [
        "/Users",
        "/Users?filter=userName+pr",
        "/Groups",
        "/ServiceProviderConfig",
        "/ResourceTypes",
        "/ResourceTypes/User",
        "/Schemas",
        "/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group",
        &format!("/Users/{user}"),
        &format!("/Groups/{group}"),
        "/Users/4711",
        "/Nothing",
    ]
    .map(String::from)
    .to_vec()
}

// RFC 9110 section 9.3.2: "The HEAD method is identical to GET except that the server MUST NOT send content in the
// response. … The server SHOULD send the same header fields in response to a HEAD request as it would have sent if the
// request method had been GET."
#[test]
fn head_has_status_and_fields_of_get_everywhere_and_no_body() {
    let (_goto, client) = start();
    let user = create_user(&client, "ada@main.com");
    let group = group_of(&client, "Guides", &[&user]);
    for path in readable(&user, &group) {
        let get = client.get(&path);
        let head = client.send("HEAD", &path, b"").unwrap();
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
        for name in ["content-type", "content-length", "etag", "location"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
}

#[track_caller]
fn check_options(client: &Client, path: &str, allow: &str) {
    let answer = client.send("OPTIONS", path, b"").unwrap();
    assert_eq!((answer.status, answer.body.len()), (204, 0), "{path}");
    assert_eq!(answer.header("allow"), Some(allow), "{path}");
}

// RFC 9110 section 9.3.7: "The OPTIONS method requests information about the communication options available for the
// target resource".
#[test]
fn options_says_what_each_path_allows_also_without_a_token() {
    let (goto, client) = start();
    let all = "POST, GET, HEAD, OPTIONS";
    let one = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
    for caller in [&client, &Client::new(goto.scim_url())] {
        check_options(caller, "/Users", all);
        check_options(caller, "/Groups/", all);
        check_options(caller, "/Users/4711", one);
        check_options(caller, "/Groups/4711", one);
        check_options(caller, "/.search", "POST, OPTIONS");
        check_options(caller, "/Users/.search", "POST, OPTIONS");
        check_options(caller, "/Bulk", "POST, OPTIONS");
        check_options(caller, "/Schemas", "GET, HEAD, OPTIONS");
        check_options(caller, "/ServiceProviderConfig", "GET, HEAD, OPTIONS");
        let nothing = caller.send("OPTIONS", "/Users/1/2", b"").unwrap();
        check_error(&nothing, 404, "", "");
    }
}

// RFC 7644 table 8: 404, "Specified resource (e.g., User) or endpoint does not exist." RFC 9110 section 15.5.2: who may
// not look is told only that.
#[test]
fn resource_type_that_is_not_there_is_404_to_whom_may_ask() {
    let (goto, client) = start();
    for (method, path) in [
        ("GET", "/Robots"),
        ("POST", "/Robots"),
        ("PUT", "/Robots"),
        ("OPTIONS", "/Robots"),
        ("GET", "/Robots/1"),
        ("PATCH", "/Robots/1"),
        ("BREW", "/Robots/1"),
        ("POST", "/Robots/.search"),
        ("GET", "/users"),
    ] {
        check_error(&client.send(method, path, b"{}").unwrap(), 404, "", "");
    }
    let nobody = Client::new(goto.scim_url());
    check_error(&nobody.get("/Robots"), 401, "", "");
    check_error(&nobody.get("/Robots/1"), 401, "", "");
}

// RFC 7644 table 8: 501, "Service provider does not support the request operation, e.g., PATCH."
#[test]
fn patch_is_501_where_the_profile_has_none() {
    let (_goto, client) = with(GotoDouble::builder().profile("patch", false));
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let title = serde_json::json!([{ "op": "add", "path": "title", "value": "Guide" }]);
    let answer = client.patch(&path, &crate::support::patch(title));
    check_error(&answer, 501, "", "PATCH");
    assert!(client.get(&path).json().get("title").is_none());
    let config = client.get("/ServiceProviderConfig").json();
    assert_eq!(config["patch"]["supported"], false);
}

// RFC 7644 section 3.13: "When specified, service providers MUST perform the operation using the desired version or
// reject the request."
#[test]
fn other_protocol_versions_are_rejected() {
    let (goto, _client) = start();
    let token = goto.token();
    let outside = Client::new(&format!("http://{}", goto.addresses().product)).bearer(token);
    for path in [
        "/scim/v1/Users",
        "/scim/v3/Users",
        "/scim/Users",
        "/v2/Users",
    ] {
        check_error(&outside.get(path), 404, "", "");
    }
}
