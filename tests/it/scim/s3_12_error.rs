//! Errors, [RFC 7644 section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12).

use goto_double::GotoDouble;
use serde_json::json;

use super::check_error;
use crate::support::{Client, create_user, start, user, with};

// "SCIM errors are returned in a JSON format in the body of the response": also where no handler was reached.
#[test]
fn path_that_nothing_answers_is_404() {
    let (goto, client) = start();
    for path in ["/Nothing", "/users", "/Users/1/2", "//Users", "/Users%2F1"] {
        check_error(&client.get(path), 404, "", "");
    }
    let outside = Client::new(&format!("http://{}", goto.addresses().product));
    for path in [
        "/scim",
        "/scim/v1/Users",
        "/identity/v2/Users",
        "/favicon.ico",
    ] {
        check_error(&outside.get(path), 404, "", "");
    }
}

// RFC 9110 section 15.5.6: "The origin server MUST generate an Allow header field in a 405 response".
#[test]
fn wrong_method_is_405_and_says_what_is_allowed() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    for (method, path, allow) in [
        ("PUT", "/Users", "POST, GET, HEAD, OPTIONS"),
        ("DELETE", "/Groups", "POST, GET, HEAD, OPTIONS"),
        ("PATCH", "/Users", "POST, GET, HEAD, OPTIONS"),
        (
            "POST",
            &format!("/Users/{id}")[..],
            "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
        ),
        ("POST", "/Schemas", "GET, HEAD, OPTIONS"),
        ("DELETE", "/ServiceProviderConfig", "GET, HEAD, OPTIONS"),
        ("PUT", "/ResourceTypes/User", "GET, HEAD, OPTIONS"),
        ("BREW", "/Users", "POST, GET, HEAD, OPTIONS"),
    ] {
        let answer = client.send(method, path, b"{}").unwrap();
        check_error(&answer, 405, "", "");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
}

// RFC 6750 section 3: "…the resource server MUST include the HTTP WWW-Authenticate response header field".
#[test]
fn missing_or_wrong_token_is_401_with_a_challenge() {
    let (goto, client) = start();
    let nobody = Client::new(goto.scim_url());
    for caller in [
        nobody.clone(),
        nobody.clone().bearer("junk"),
        nobody.header("Authorization", "Basic YTpi"),
    ] {
        for (method, path) in [
            ("GET", "/Users"),
            ("POST", "/Users"),
            ("GET", "/Users/1"),
            ("DELETE", "/Groups/1"),
            ("GET", "/Schemas"),
        ] {
            let answer = caller.send(method, path, b"{}").unwrap();
            check_error(&answer, 401, "", "");
            let challenge = answer.header("www-authenticate").unwrap();
            assert!(
                challenge.starts_with("Bearer") && challenge.contains(r#"error="invalid_token""#),
                "{challenge}"
            );
        }
    }
    assert_eq!(client.get("/Users").status, 200);
}

// RFC 6750 section 3.1: "If the request lacks any authentication information […], the resource server SHOULD NOT include
// an error code or other error information." GoTo does; the letter does not.
#[test]
fn challenge_names_an_error_without_a_token_only_where_the_profile_says_so() {
    for (profile, named) in [("goto", true), ("entra-lenient", true), ("rfc", false)] {
        let (goto, _client) = with(GotoDouble::builder().profile_named(profile));
        let nobody = Client::new(goto.scim_url());
        let answer = nobody.get("/Users");
        check_error(&answer, 401, "", "");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.starts_with("Bearer realm="), "{challenge}");
        assert_eq!(challenge.contains("error"), named, "{profile} {challenge}");
        let wrong = nobody.bearer("junk").get("/Users");
        let challenge = wrong.header("www-authenticate").unwrap();
        assert!(
            challenge.contains(r#"error="invalid_token""#),
            "{challenge}"
        );
    }
}

#[test]
fn expired_token_is_401_and_changes_nothing() {
    let (goto, client) = start();
    goto.control()
        .advance(std::time::Duration::from_secs(3601))
        .unwrap();
    let answer = client.post("/Users", &user("ada@main.com"));
    check_error(&answer, 401, "", "expired");
    assert!(
        answer
            .header("www-authenticate")
            .unwrap()
            .contains("invalid_token")
    );
    assert_eq!(goto.control().state().unwrap().users.len(), 0);
}

#[test]
fn head_without_a_token_is_401_with_a_challenge_and_no_body() {
    let (goto, _client) = start();
    let answer = Client::new(goto.scim_url())
        .send("HEAD", "/Users", b"")
        .unwrap();
    assert_eq!((answer.status, answer.body.len()), (401, 0));
    assert!(answer.header("www-authenticate").is_some());
}

#[test]
fn body_larger_than_the_profile_allows_is_413() {
    let (_goto, client) = with(GotoDouble::builder().profile("body_bytes", 1000));
    let mut body = user("ada@main.com");
    body["nickName"] = json!("x".repeat(1000));
    check_error(&client.post("/Users", &body), 413, "", "1000");
    body["nickName"] = json!("x".repeat(100));
    assert_eq!(client.post("/Users", &body).status, 201);
}

#[test]
fn huge_body_is_413_and_not_a_dropped_connection() {
    let (_goto, client) = start();
    let body = vec![b' '; 9 * 1024 * 1024];
    let typed = client
        .clone()
        .header("Content-Type", "application/scim+json");
    check_error(&typed.send("POST", "/Users", &body).unwrap(), 413, "", "");
    check_error(
        &typed.send("POST", "/Users", &body[..2_000_000]).unwrap(),
        413,
        "",
        "",
    );
    assert_eq!(client.get("/Users").status, 200);
}

#[test]
fn other_media_type_is_415_and_no_media_type_is_taken() {
    let (_goto, client) = start();
    for (number, media_type) in [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "junk",
    ]
    .iter()
    .enumerate()
    {
        let typed = client.clone().header("Content-Type", media_type);
        check_error(
            &typed.post("/Users", &user(&format!("u{number}@main.com"))),
            415,
            "",
            media_type,
        );
    }
    for (number, media_type) in [
        "application/json",
        "application/scim+json; charset=utf-8",
        "APPLICATION/JSON;charset=UTF-8",
    ]
    .iter()
    .enumerate()
    {
        let typed = client.clone().header("Content-Type", media_type);
        assert_eq!(
            typed
                .post("/Users", &user(&format!("v{number}@main.com")))
                .status,
            201,
            "{media_type}"
        );
    }
    let bare = client
        .send("POST", "/Users", user("w@main.com").to_string().as_bytes())
        .unwrap();
    assert_eq!(bare.status, 201);
}

// "invalidSyntax: The request body message structure was invalid".
#[test]
fn malformed_json_is_400_with_line_and_column() {
    let (_goto, client) = start();
    let id = create_user(&client, "ada@main.com");
    let typed = client.header("Content-Type", "application/scim+json");
    for (body, place) in [
        ("{", "line 1 column 1"),
        ("{\n  \"userName\": \"ada@main.com\",\n}", "line 3 column 1"),
        ("{\"userName\": 'ada'}", "line 1 column 14"),
        ("{\"a\":1}{\"b\":2}", "line 1 column 8"),
        ("{\"userName\": \"\\ud800\"}", "line 1 column"),
    ] {
        for (method, path) in [
            ("POST", "/Users".to_owned()),
            ("PUT", format!("/Users/{id}")),
            ("PATCH", format!("/Users/{id}")),
        ] {
            check_error(
                &typed.send(method, &path, body.as_bytes()).unwrap(),
                400,
                "invalidSyntax",
                place,
            );
        }
    }
}

#[test]
fn body_that_is_empty_no_object_or_no_utf_8_is_400() {
    let (_goto, client) = start();
    let typed = client.header("Content-Type", "application/scim+json");
    for body in [
        &b""[..],
        b"  ",
        b"null",
        b"[]",
        b"7",
        b"\"x\"",
        b"\xff\xfe",
        b"{\"userName\":\"\xff\"}",
    ] {
        check_error(
            &typed.send("POST", "/Users", body).unwrap(),
            400,
            "invalidSyntax",
            "",
        );
    }
}

#[test]
fn deep_json_is_400_however_deep() {
    let (_goto, client) = start();
    let typed = client.header("Content-Type", "application/scim+json");
    for depth in [65, 1_000, 100_000] {
        let body = format!(
            "{{\"userName\":{}{}}}",
            "[".repeat(depth),
            "]".repeat(depth)
        );
        check_error(
            &typed.send("POST", "/Users", body.as_bytes()).unwrap(),
            400,
            "invalidSyntax",
            "64 deep",
        );
        let unclosed = "{\"a\":".repeat(depth);
        check_error(
            &typed.send("POST", "/Users", unclosed.as_bytes()).unwrap(),
            400,
            "invalidSyntax",
            "64 deep",
        );
    }
}

#[test]
fn refused_request_leaves_the_connection_usable() {
    use std::io::{Read, Write};
    let (goto, _client) = start();
    let mut stream = std::net::TcpStream::connect(goto.addresses().product).unwrap();
    stream
        .set_read_timeout(Some(std::time::Duration::from_secs(30)))
        .unwrap();
    let ask = |more: &str| format!("GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\n{more}\r\n");
    write!(stream, "{}{}", ask(""), ask("Connection: close\r\n")).unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    assert_eq!(said.matches("HTTP/1.1 401").count(), 2, "{said}");
}
