//! Media types and encodings, [RFC 7644 section 3.8](https://www.rfc-editor.org/rfc/rfc7644#section-3.8).

use goto_double::GotoDouble;

use super::check_error;
use crate::support::{Client, create_user, start, user, with};

fn rfc() -> (GotoDouble, Client) {
    with(GotoDouble::builder().profile_named("rfc"))
}

/// The media type of the answer to somebody who accepts that.
fn accepting(client: &Client, accept: &str) -> String {
    let answer = client.clone().header("Accept", accept).get("/Users");
    assert_eq!(answer.status, 200, "{accept}: {}", answer.text());
    answer.header("content-type").unwrap().to_owned()
}

// "Clients using other encodings MUST specify the format in which the data is submitted via an HTTP "Content-Type"
// header". RFC 9110 section 15.5.16: 415 for content "in a format not supported by this method on the target resource".
#[test]
fn body_in_another_charset_or_compressed_is_415() {
    let (_goto, client) = start();
    for media_type in [
        "application/json; charset=iso-8859-1",
        "application/scim+json;charset=\"UTF-16\"",
        "application/json; version=1; Charset=us-ascii",
    ] {
        let typed = client.clone().header("Content-Type", media_type);
        check_error(
            &typed.post("/Users", &user("ada@main.com")),
            415,
            "",
            "UTF-8",
        );
    }
    let packed = client.clone().header("Content-Encoding", "gzip");
    check_error(
        &packed.post("/Users", &user("ada@main.com")),
        415,
        "",
        "gzip",
    );
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
}

// "UTF-8 SHALL be the default encoding format."
#[test]
fn body_in_utf_8_is_taken_however_it_says_so() {
    let (_goto, client) = start();
    for (number, media_type) in [
        "application/scim+json",
        "application/json",
        "Application/SCIM+JSON ; Charset=\"utf-8\"",
        "application/json;charset=UTF8",
        "application/json; odata=verbose",
        "application/json;",
    ]
    .iter()
    .enumerate()
    {
        let typed = client.clone().header("Content-Type", media_type);
        let answer = typed.post("/Users", &user(&format!("v{number}@main.com")));
        assert_eq!(answer.status, 201, "{media_type}: {}", answer.text());
    }
    let plain = client.clone().header("Content-Encoding", "identity");
    assert_eq!(plain.post("/Users", &user("ada@main.com")).status, 201);
}

// "The format defaults to "application/scim+json" if no format is specified."
#[test]
fn answers_are_exactly_scim_json_by_default() {
    let (_goto, client) = start();
    for accept in [
        "*/*",
        "application/json",
        "application/scim+json",
        "text/html",
        "",
        "junk",
    ] {
        assert_eq!(
            accepting(&client, accept),
            "application/scim+json",
            "{accept}"
        );
    }
    let charset = client.clone().header("Accept-Charset", "iso-8859-1");
    assert_eq!(
        charset.get("/Users").header("content-type"),
        Some("application/scim+json")
    );
}

// "Service providers MUST support the "Accept" header "Accept: application/scim+json" and SHOULD support the header
// "Accept: application/json", both of which specify JSON documents".
#[test]
fn client_gets_the_name_of_json_that_it_prefers_where_the_profile_says_so() {
    let (_goto, client) = rfc();
    for (accept, expected) in [
        ("*/*", "application/scim+json"),
        ("application/*", "application/scim+json"),
        ("application/scim+json", "application/scim+json"),
        ("application/json", "application/json"),
        (
            "application/json, application/scim+json",
            "application/scim+json",
        ),
        (
            "application/json, application/scim+json;q=0.9",
            "application/json",
        ),
        ("application/json;q=0.5, */*;q=0.1", "application/json"),
        ("text/html, */*;q=0.1", "application/scim+json"),
        (
            "application/scim+json;q=0, application/*",
            "application/json",
        ),
        ("Application/JSON; charset=utf-8", "application/json"),
    ] {
        assert_eq!(accepting(&client, accept), expected, "{accept}");
    }
    let json = client.clone().header("Accept", "application/json");
    let made = json.post("/Users", &user("ada@main.com"));
    assert_eq!(made.header("content-type"), Some("application/json"));
    let gone = json.get("/Users/4711");
    assert_eq!(gone.header("content-type"), Some("application/json"));
    assert_eq!(gone.json()["status"], "404");
}

// RFC 9110 section 15.5.7: 406, "the target resource does not have a current representation that would be acceptable to
// the user agent".
#[test]
fn client_that_accepts_nothing_of_scim_is_406_where_the_profile_is_strict() {
    let (goto, client) = rfc();
    for accept in [
        "text/html",
        "application/xml, text/*",
        "application/scim+json;q=0",
        "*/*;q=0.0",
    ] {
        let picky = client.clone().header("Accept", accept);
        check_error(&picky.get("/Users"), 406, "", accept);
        check_error(
            &picky.post("/Users", &user("ada@main.com")),
            406,
            "",
            "json",
        );
    }
    assert_eq!(client.get("/Users").json()["totalResults"], 0);
    // Who may not ask at all is told that first.
    let nobody = Client::new(goto.scim_url()).header("Accept", "text/html");
    check_error(&nobody.get("/Users"), 401, "", "");
}

// RFC 8259 section 11: "no "charset" parameter is defined for this registration"; some servers send one all the same.
#[test]
fn answers_name_their_charset_where_the_profile_says_so() {
    let (_goto, client) = with(GotoDouble::builder().profile("answer_charset", true));
    let typed = Some("application/scim+json; charset=utf-8");
    let path = format!("/Users/{}", create_user(&client, "ada@main.com"));
    for path in [
        path.as_str(),
        "/Users",
        "/Schemas",
        "/Users/4711",
        "/Robots",
        "/Users/1/2",
    ] {
        assert_eq!(client.get(path).header("content-type"), typed, "{path}");
    }
    assert_eq!(client.delete(&path).header("content-type"), None);
}
