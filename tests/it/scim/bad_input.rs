//! Whatever comes in, an answer goes out: a SCIM Error for what is wrong, never a dropped connection, never a 5xx.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::check_error;
use crate::support::{Answer, Client, PATCH_OP, create_user, start};

/// Runs a property against one server; what fails is printed, not written to a file.
#[track_caller]
fn for_all<S: Strategy>(cases: u32, strategy: S, property: impl Fn(S::Value)) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&strategy, |value| {
        property(value);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

fn encoded(bytes: &[u8]) -> String {
    percent_encoding::percent_encode(bytes, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Checks that an answer is a success or a SCIM Error of the client's making.
#[track_caller]
fn check_answered(answer: &Answer) {
    match answer.status {
        200..=204 => {}
        status @ 400..=499 => {
            let body = answer.json();
            check_error(
                answer,
                status,
                body["scimType"].as_str().unwrap_or_default(),
                "",
            );
        }
        status => panic!("{status}: {}", answer.text()),
    }
}

#[track_caller]
fn check_refused(answer: &Answer) {
    check_answered(answer);
    assert!(answer.status >= 400, "{answer:?}");
}

fn anything() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..60)
}

/// Words of the filter grammar and of none, in any order.
fn soup() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "userName", "emails", "eq", "co", "pr", "and", "or", "not", "(", ")", "[", "]", "\"x\"",
        "\"", "\\", "true", "null", "1e999", ".", ":", "urn:", "é", "\0", "active", "gt",
    ];
    let word = prop::sample::select(WORDS);
    let gap = prop::sample::select(&["", " "][..]);
    prop::collection::vec((word, gap), 0..12).prop_map(|parts| {
        parts
            .into_iter()
            .flat_map(|(word, gap)| [word, gap])
            .collect()
    })
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        prop::sample::select(
            &[
                "userName",
                "emails[type eq \"work\"].value",
                "members",
                "add",
                "remove",
                "replace",
                "name.givenName",
                "False"
            ][..]
        )
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let key = prop::sample::select(
            &[
                "userName",
                "active",
                "emails",
                "name",
                "value",
                "type",
                "op",
                "path",
                "Operations",
                "schemas",
                "members",
                "displayName",
                "x.y",
                "",
            ][..],
        );
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..4).prop_map(|pairs| pairs
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

#[test]
fn arbitrary_bytes_as_a_filter_are_400_invalid_filter() {
    let (_goto, client) = start();
    for_all(200, anything(), |bytes| {
        let answer = client.get(&format!("/Users?filter={}", encoded(&bytes)));
        // Sixty random bytes are no filter: already the first blank would have to stand behind a name.
        check_error(&answer, 400, "invalidFilter", "character");
    });
}

#[test]
fn words_of_the_grammar_in_any_order_are_a_filter_or_400() {
    let (_goto, client) = start();
    create_user(&client, "ada@main.com");
    for_all(300, soup(), |filter| {
        for endpoint in ["/Users", "/Groups"] {
            check_answered(&super::list(&client, endpoint, &[("filter", &filter)]));
        }
    });
}

#[test]
fn arbitrary_bytes_in_the_query_are_answered() {
    let (_goto, client) = start();
    let name = prop::sample::select(
        &[
            "startIndex",
            "count",
            "sortBy",
            "sortOrder",
            "attributes",
            "excludedAttributes",
            "x",
        ][..],
    );
    for_all(200, (name, anything()), |(name, bytes)| {
        check_answered(&client.get(&format!("/Users?{name}={}", encoded(&bytes))));
        check_answered(&client.get(&format!("/Users?{}", encoded(&bytes))));
    });
}

#[test]
fn arbitrary_bytes_in_the_path_are_404() {
    let (_goto, client) = start();
    for_all(200, prop::collection::vec(any::<u8>(), 1..40), |bytes| {
        for path in [
            format!("/Users/{}", encoded(&bytes)),
            format!("/Groups/{}", encoded(&bytes)),
            format!("/{}", encoded(&bytes)),
            format!("/Schemas/{}", encoded(&bytes)),
        ] {
            check_error(&client.get(&path), 404, "", "");
        }
        check_error(
            &client.delete(&format!("/Users/{}", encoded(&bytes))),
            404,
            "",
            "",
        );
    });
}

#[test]
fn raw_bytes_in_the_request_target_are_answered_with_a_4xx() {
    let (_goto, client) = start();
    // Blanks and line ends would make another request of it.
    let bytes = prop::collection::vec(
        any::<u8>().prop_filter("a target", |byte| !b" \r\n#?".contains(byte)),
        1..40,
    );
    for_all(100, bytes, |bytes| {
        check_refused(&raw(&client, &bytes));
    });
}

/// What is no HTTP at all, so that no path and no profile can be told yet.
#[test]
fn head_that_is_no_http_is_a_scim_error_too() {
    let (_goto, client) = start();
    let target = |bytes: &[u8]| [b"GET ", bytes, b" HTTP/1.1\r\nHost: x\r\n\r\n"].concat();
    let field = |bytes: &[u8]| {
        let head = b"GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\n";
        [head, bytes, b"\r\n\r\n"].concat()
    };
    for head in [
        target(b"/scim/v2/Users?filter=\xff"),
        target(b"/scim/v2/Users?filter=userName eq \"a\""),
        target(b"/scim/v2/Users/\x01"),
        target(b"/scim/v2/Users/\xc3\x28"),
        field(b"If-Match: a\x00b"),
        field(b": nameless"),
        field(b"na me: x"),
        field(b"Content-Length: -5"),
        b"\x16\x03\x01\x02\x00\r\n\r\n".to_vec(),
    ] {
        let answer = client.raw(&head).unwrap();
        check_error(&answer, 400, "invalidSyntax", "request line");
    }
    let long = field(&[b"X-Long: ", &vec![b'y'; 600_000][..]].concat());
    check_error(&client.raw(&long).unwrap(), 431, "", "header fields");
}

#[test]
fn head_that_is_no_http_ends_a_connection_on_which_all_went_well() {
    let (_goto, client) = start();
    let answer = client
        .raw(b"OPTIONS /scim/v2/Users HTTP/1.1\r\nHost: x\r\n\r\n\x00\r\n\r\n")
        .unwrap();
    assert_eq!(answer.status, 204);
}

#[test]
fn arbitrary_bytes_as_a_body_are_400_and_change_nothing() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let before = client.get(&path).json();
    let typed = client
        .clone()
        .header("Content-Type", "application/scim+json");
    for_all(150, anything(), |bytes| {
        for (method, path) in [
            ("POST", "/Users"),
            ("POST", "/Groups"),
            ("PUT", path.as_str()),
            ("PATCH", path.as_str()),
        ] {
            check_error(
                &typed.send(method, path, &bytes).unwrap(),
                400,
                "invalidSyntax",
                "",
            );
        }
    });
    assert_eq!(client.get(&path).json(), before);
}

#[test]
fn arbitrary_json_as_a_body_is_taken_or_refused() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    for_all(150, json_value(), |body| {
        check_answered(&client.post("/Groups", &body));
        check_answered(&client.put(&path, &body));
        check_answered(&client.patch(&path, &body));
        let operations = json!({ "schemas": [PATCH_OP], "Operations": body });
        check_answered(&client.patch(&path, &operations));
    });
}

#[test]
fn arbitrary_header_values_are_answered() {
    let (_goto, client) = start();
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    let name = prop::sample::select(
        &[
            "If-Match",
            "If-None-Match",
            "Accept",
            "Prefer",
            "Authorization",
            "Content-Encoding",
        ][..],
    );
    for_all(200, (name, "[ -~]{0,30}"), |(name, value)| {
        let answer = client.clone().header(name, &value).get(&path);
        if answer.status != 304 {
            check_answered(&answer);
        }
        let answer = client
            .clone()
            .header("Content-Type", &value)
            .send("PUT", &path, b"[]")
            .unwrap();
        check_refused(&answer);
    });
}

/// A GET whose target is exactly these bytes behind the base path.
fn raw(client: &Client, target: &[u8]) -> Answer {
    client
        .raw(
            &[
                b"GET /scim/v2/",
                target,
                b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            ]
            .concat(),
        )
        .unwrap()
}
