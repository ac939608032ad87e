//! Forms of filters that no grammar has and some clients send: each has a switch, and is tried both ways.

use goto_double::GotoDouble;
use serde_json::json;

use super::{cast, check_error, found, list, resources};
use crate::support::{Client, create_user, patch, start, with};

fn without(switch: &str) -> (GotoDouble, Client) {
    let (goto, client) = with(GotoDouble::builder().profile(switch, false));
    cast(&client);
    (goto, client)
}

#[track_caller]
fn check_unread(client: &Client, filter: &str, at: &str) {
    let answer = list(client, "/Users", &[("filter", filter)]);
    check_error(&answer, 400, "invalidFilter", at);
}

// Microsoft's pages print `externalId eq jyoung`.
#[test]
fn literal_without_quotes_is_taken_by_switch() {
    let (_goto, client) = start();
    cast(&client);
    assert_eq!(found(&client, "/Users", "externalId eq E-1"), ["anna"]);
    assert_eq!(
        found(&client, "/Users", "(externalId eq E-1) or title eq driver"),
        ["anna", "bert"]
    );
    assert_eq!(
        found(&client, "/Users", "userName eq ANNA@main.com"),
        ["anna"]
    );
    let (_goto, client) = without("lenient_filter_literals");
    check_unread(&client, "externalId eq E-1", "character 15 ");
    check_unread(&client, "active eq True", "character 11 ");
    assert_eq!(found(&client, "/Users", r#"externalId eq "E-1""#), ["anna"]);
}

#[test]
fn key_of_digits_without_quotes_is_taken_by_switch() {
    let (_goto, client) = start();
    let mut body = crate::support::user("ada@main.com");
    body["externalId"] = json!("701984");
    assert_eq!(client.post("/Users", &body).status, 201);
    assert_eq!(found(&client, "/Users", "externalId eq 701984"), ["ada"]);
    assert!(found(&client, "/Users", "externalId eq 0701984").is_empty());
    let (_goto, client) = with(GotoDouble::builder().profile("lenient_filter_literals", false));
    assert_eq!(client.post("/Users", &body).status, 201);
    // It is a number, and no number is a text.
    assert!(found(&client, "/Users", "externalId eq 701984").is_empty());
}

// Entra sends `roles[primary eq "True"].value` as a path.
#[test]
fn boolean_as_a_string_is_taken_by_switch() {
    let (_goto, client) = start();
    cast(&client);
    assert_eq!(found(&client, "/Users", r#"active eq "False""#), ["bert"]);
    assert_eq!(
        found(&client, "/Users", r#"emails[primary eq "True"]"#),
        ["anna"]
    );
    let (_goto, client) = without("string_boolean_filters");
    assert!(found(&client, "/Users", r#"active eq "False""#).is_empty());
    assert!(found(&client, "/Users", r#"emails[primary eq "True"]"#).is_empty());
    assert_eq!(found(&client, "/Users", "active eq false"), ["bert"]);
}

// Entra asks so if a mapping of that form is its matching attribute.
#[test]
fn comparison_behind_brackets_is_taken_by_switch() {
    let filter = r#"emails[type eq "work"].value eq "anna@work.example" and active eq true"#;
    let (_goto, client) = start();
    cast(&client);
    assert_eq!(found(&client, "/Users", filter), ["anna"]);
    assert_eq!(
        found(
            &client,
            "/Users",
            r#"emails[type eq "work"].value sw "b" or title eq "guide""#
        ),
        ["anna", "bert", "dora"]
    );
    assert!(
        found(
            &client,
            "/Users",
            r#"emails[type eq "home"].value eq "anna@work.example""#
        )
        .is_empty()
    );
    let (_goto, client) = without("value_path_comparisons");
    check_unread(&client, filter, "character 23 ");
}

// RFC 7644 section 3.4.3: "…the following "schemas" attribute". Many clients leave it out.
#[test]
fn search_without_schemas_is_taken_by_switch() {
    let (_goto, client) = start();
    create_user(&client, "ada@main.com");
    assert_eq!(resources(&client.post("/.search", &json!({}))).len(), 1);
    let (_goto, client) = with(GotoDouble::builder().profile("search_schemas_required", true));
    check_error(
        &client.post("/.search", &json!({})),
        400,
        "invalidSyntax",
        "SearchRequest",
    );
    let urn = "URN:ietf:params:scim:api:messages:2.0:SearchRequest";
    assert!(
        resources(&client.post("/.search", &json!({ "Schemas": [urn], "COUNT": 1 }))).is_empty()
    );
}

#[test]
fn strict_profile_takes_none_of_them() {
    let (_goto, client) = with(GotoDouble::builder().profile_named("rfc"));
    check_unread(&client, "externalId eq E-1", "character 15 ");
    check_unread(
        &client,
        r#"emails[type eq "work"].value pr"#,
        "character 23 ",
    );
    check_unread(&client, "shoeSize pr", "character 1 ");
    let ada = create_user(&client, "ada@main.com");
    let path = r#"emails[primary eq "True"].value"#;
    let operations = json!([{ "op": "replace", "path": path, "value": "a@b.example" }]);
    let answer = client.patch(&format!("/Users/{ada}"), &patch(operations));
    check_error(&answer, 400, "noTarget", "");
}
