//! Listing by POST, [RFC 7644 section 3.4.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3).

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{as_account, check_error, group_of, list, names, resources};
use crate::support::{Answer, Client, create_user, start, with};

const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

fn search(client: &Client, path: &str, wish: Value) -> Answer {
    let mut body = json!({ "schemas": [SEARCH_REQUEST] });
    let wish = wish.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(wish);
    client.post(path, &body)
}

// "The inclusion of /.search on the end of a valid SCIM endpoint SHALL be used to indicate that the HTTP POST verb is
// intended to be a query operation."
#[test]
fn search_finds_what_the_same_query_finds() {
    let (_goto, client) = start();
    for name in ["cid", "ada", "bob"] {
        create_user(&client, &format!("{name}@main.com"));
    }
    for (wish, query) in [
        (json!({}), &[][..]),
        (
            json!({ "filter": "userName sw \"b\"" }),
            &[("filter", "userName sw \"b\"")],
        ),
        (
            json!({ "sortBy": "userName", "sortOrder": "descending" }),
            &[("sortBy", "userName"), ("sortOrder", "descending")],
        ),
        (
            json!({ "startIndex": 2, "count": 1 }),
            &[("startIndex", "2"), ("count", "1")],
        ),
        (
            json!({ "startIndex": -3, "count": -1 }),
            &[("startIndex", "-3"), ("count", "-1")],
        ),
        (
            json!({ "attributes": ["userName", "name.givenName"] }),
            &[("attributes", "userName,name.givenName")],
        ),
        (
            json!({ "excludedAttributes": ["meta"] }),
            &[("excludedAttributes", "meta")],
        ),
    ] {
        let answer = search(&client, "/Users/.search", wish.clone());
        assert_eq!(answer.status, 200, "{wish}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/scim+json"));
        assert_eq!(
            answer.json(),
            list(&client, "/Users", query).json(),
            "{wish}"
        );
    }
}

#[test]
fn search_at_the_root_finds_users_and_groups() {
    let (_goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    let guides = group_of(&client, "Guides", &[&ada]);
    let at_root = |wish: Value| search(&client, "/.search", wish);
    let everything = at_root(json!({}));
    assert_eq!(names(&everything), ["ada", "Guides"]);
    assert_eq!(everything.json()["totalResults"], 2);
    assert_eq!(
        names(&at_root(json!({ "startIndex": 2, "count": 1 }))),
        ["Guides"]
    );
    for id in [&ada, &guides] {
        let found = resources(&at_root(json!({ "filter": format!("id eq \"{id}\"") })));
        assert_eq!((found.len(), &found[0]["id"]), (1, &json!(id)));
    }
    assert_eq!(
        names(&at_root(
            json!({ "filter": "meta.resourceType eq \"Group\"" })
        )),
        ["Guides"]
    );
    // "For filtered attributes that are not part of a particular resource type, the service provider SHALL treat the
    // attribute as if there is no attribute value."
    assert_eq!(
        names(&at_root(json!({ "filter": "members pr" }))),
        ["Guides"]
    );
    assert_eq!(names(&at_root(json!({ "filter": "userName pr" }))), ["ada"]);
    // Whoever has no value comes last.
    assert_eq!(
        names(&at_root(json!({ "sortBy": "displayName" }))),
        ["Guides", "ada"]
    );
    let shown = resources(&at_root(json!({ "attributes": ["members.value"] })));
    assert_eq!(shown[1]["members"], json!([{ "value": ada }]));
}

#[test]
fn search_within_groups_finds_groups_only() {
    let (_goto, client) = start();
    let ada = create_user(&client, "ada@main.com");
    group_of(&client, "Guides", &[&ada]);
    let wish = json!({ "filter": "displayName eq \"guides\"", "excludedAttributes": ["members"] });
    let found = resources(&search(&client, "/Groups/.search", wish));
    assert_eq!(
        (found.len(), &found[0]["displayName"]),
        (1, &json!("Guides"))
    );
    assert!(found[0].get("members").is_none());
}

#[test]
fn search_that_cannot_be_read_is_400() {
    let (_goto, client) = start();
    for (wish, scim_type, part) in [
        (
            json!({ "filter": "userName" }),
            "invalidFilter",
            "character",
        ),
        (json!({ "filter": 7 }), "invalidSyntax", "filter"),
        (json!({ "count": "ten" }), "invalidSyntax", "count"),
        (json!({ "count": 1.5 }), "invalidValue", "count"),
        (
            json!({ "attributes": "userName" }),
            "invalidSyntax",
            "attributes",
        ),
        (json!({ "attributes": [7] }), "invalidSyntax", "attributes"),
        (
            json!({ "attributes": ["id"], "excludedAttributes": ["meta"] }),
            "invalidValue",
            "exclude",
        ),
        (
            json!({ "sortBy": "id", "sortOrder": "up" }),
            "invalidValue",
            "sortOrder",
        ),
    ] {
        for path in ["/.search", "/Users/.search", "/Groups/.search"] {
            check_error(&search(&client, path, wish.clone()), 400, scim_type, part);
        }
    }
    check_error(
        &client.post("/.search", &json!([])),
        400,
        "invalidSyntax",
        "object",
    );
}

#[test]
fn search_is_a_read() {
    let (goto, client) = with(GotoDouble::builder().profile("read_only_admin_reads", true));
    let auditor = as_account(&goto, &client, "auditor@main.com");
    assert_eq!(search(&auditor, "/.search", json!({})).status, 200);
    let nobody = client.bearer("junk");
    check_error(&search(&nobody, "/.search", json!({})), 401, "", "");
}
