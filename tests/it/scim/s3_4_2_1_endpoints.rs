//! Which endpoints can be queried, [RFC 7644 section 3.4.2.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1).

use goto_double::GotoDouble;
use serde_json::json;

use super::{check_error, group_of, list, names, resources};
use crate::support::{Client, create_user, start, with};

fn people(client: &Client) -> (String, String) {
    let ada = create_user(client, "ada@main.com");
    let guides = group_of(client, "Guides", &[&ada]);
    create_user(client, "bob@main.com");
    (ada, guides)
}

// "…a query against a server root indicates that all resources within the server SHALL be included, subject to
// filtering."
#[test]
fn root_lists_resources_of_every_type() {
    let (_goto, client) = start();
    let (ada, guides) = people(&client);
    let at_root = |parameters: &[(&str, &str)]| list(&client, "", parameters);
    assert_eq!(names(&at_root(&[])), ["ada", "bob", "Guides"]);
    assert_eq!(
        names(&at_root(&[("startIndex", "2"), ("count", "2")])),
        ["bob", "Guides"]
    );
    assert_eq!(names(&at_root(&[("startIndex", "3")])), ["Guides"]);
    assert_eq!(names(&at_root(&[("startIndex", "4")])), [""; 0]);
    assert_eq!(
        at_root(&[("startIndex", "2"), ("count", "1")]).json()["totalResults"],
        3
    );
    for id in [&ada, &guides] {
        let rows = resources(&at_root(&[("filter", &format!("id eq \"{id}\""))]));
        assert_eq!((rows.len(), &rows[0]["id"]), (1, &json!(id)));
    }
    let sorted = [("sortBy", "meta.resourceType"), ("sortOrder", "ascending")];
    assert_eq!(names(&at_root(&sorted)), ["Guides", "ada", "bob"]);
}

// "…using a filter with "meta.resourceType" of "User" or "Group"".
#[test]
fn filter_at_the_root_picks_types() {
    let (_goto, client) = start();
    people(&client);
    let found = |filter: &str| super::found(&client, "", filter);
    assert_eq!(found(r#"meta.resourceType eq "User""#), ["ada", "bob"]);
    assert_eq!(
        found(r#"(meta.resourceType eq "User") or (meta.resourceType eq "Group")"#),
        ["ada", "bob", "Guides"]
    );
    assert!(found(r#"meta.resourceType eq "group""#).is_empty());
}

// "For filtered attributes that are not part of a particular resource type, the service provider SHALL treat the
// attribute as if there is no attribute value. For example, a presence or equality filter for an undefined attribute
// evaluates to false."
#[test]
fn attribute_of_another_type_has_no_value() {
    let (_goto, client) = start();
    people(&client);
    let found = |filter: &str| super::found(&client, "", filter);
    assert_eq!(found("userName pr"), ["ada", "bob"]);
    assert_eq!(found("members pr"), ["Guides"]);
    assert_eq!(found("not (members pr)"), ["ada", "bob"]);
    assert_eq!(found(r#"userName eq "ada@main.com""#), ["ada"]);
    assert_eq!(found(r#"userName ne "ada@main.com""#), ["bob", "Guides"]);
    assert_eq!(found("userName eq null"), ["Guides"]);
    assert_eq!(found(r#"displayName eq "guides""#), ["Guides"]);
}

#[test]
fn root_is_read_only_and_wants_a_token() {
    let (goto, client) = start();
    check_error(&client.post("", &json!({})), 405, "", "");
    let nobody = Client::new(goto.scim_url());
    check_error(&nobody.get(""), 401, "", "");
    check_error(
        &list(&client, "", &[("filter", "password pr")]),
        400,
        "invalidFilter",
        "password",
    );
}

#[test]
fn name_that_no_type_defines_is_refused_if_the_profile_says_so() {
    let (_goto, client) =
        with(GotoDouble::builder().profile("unknown_query_attributes_refused", true));
    people(&client);
    let ask = |endpoint: &str, filter: &str| list(&client, endpoint, &[("filter", filter)]);
    for (endpoint, filter, at) in [
        ("/Users", "userName pr and shoeSize pr", "character 17 "),
        ("/Users", "members pr", "character 1 "),
        ("/Groups", r#"userName eq "x""#, "character 1 "),
        ("/Users", "emails[size pr]", "character 8 "),
        ("", "shoeSize pr", "character 1 "),
    ] {
        check_error(&ask(endpoint, filter), 400, "invalidFilter", at);
    }
    assert_eq!(
        names(&ask("", "members pr or userName pr")),
        ["ada", "bob", "Guides"]
    );
    assert_eq!(
        names(&ask("/Users", r#"schemas sw "urn" and manager eq null"#)),
        ["ada", "bob"]
    );
    // The other way: see `attribute_of_another_type_has_no_value`, and nobody has it.
    let (_goto, client) = start();
    people(&client);
    assert!(super::found(&client, "/Users", "shoeSize pr").is_empty());
}
