//! Discovery, [RFC 7644 section 4](https://www.rfc-editor.org/rfc/rfc7644#section-4).

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{check_error, resources};
use crate::support::{CORE_GROUP, CORE_USER, ENTERPRISE, start, with};

#[test]
fn config_says_what_there_is_and_is_true() {
    let (goto, client) = with(GotoDouble::builder().profile("page_size_most", 77));
    let answer = client.get("/ServiceProviderConfig");
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/scim+json"))
    );
    let config = answer.json();
    assert_eq!(
        config["schemas"],
        json!(["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"])
    );
    for (feature, supported) in [
        ("patch", true),
        ("filter", true),
        ("sort", true),
        ("etag", true),
        ("bulk", false),
        ("changePassword", true),
    ] {
        assert_eq!(config[feature]["supported"], supported, "{feature}");
    }
    assert_eq!(config["filter"]["maxResults"], 77);
    assert_eq!(
        config["authenticationSchemes"][0]["type"],
        "oauthbearertoken"
    );
    assert_eq!(
        config["meta"]["location"],
        format!("{}/ServiceProviderConfig", goto.scim_url())
    );
}

#[test]
fn resource_types_are_listed_and_read_by_name() {
    let (goto, client) = start();
    let types = resources(&client.get("/ResourceTypes"));
    let found: Vec<_> = types
        .iter()
        .map(|row| {
            (
                row["name"].clone(),
                row["endpoint"].clone(),
                row["schema"].clone(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (json!("User"), json!("/Users"), json!(CORE_USER)),
            (json!("Group"), json!("/Groups"), json!(CORE_GROUP))
        ]
    );
    assert_eq!(
        types[0]["schemaExtensions"],
        json!([{ "schema": ENTERPRISE, "required": false }])
    );
    for row in &types {
        let name = row["name"].as_str().unwrap();
        assert_eq!(&client.get(&format!("/ResourceTypes/{name}")).json(), row);
        assert_eq!(
            row["meta"]["location"],
            format!("{}/ResourceTypes/{name}", goto.scim_url())
        );
    }
    check_error(&client.get("/ResourceTypes/Robot"), 404, "", "Robot");
}

#[test]
fn schemas_are_listed_and_read_by_urn_without_a_null() {
    let (goto, client) = start();
    let answer = client.get("/Schemas");
    assert!(!answer.text().contains("null"), "Entra stumbles over nulls");
    let schemas = resources(&answer);
    let ids: Vec<_> = schemas
        .iter()
        .map(|schema| schema["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 3);
    for (urn, schema) in [CORE_USER, CORE_GROUP, ENTERPRISE].into_iter().map(|urn| {
        (
            urn,
            schemas.iter().find(|schema| schema["id"] == urn).unwrap(),
        )
    }) {
        assert_eq!(&client.get(&format!("/Schemas/{urn}")).json(), schema);
        assert_eq!(
            &client
                .get(&format!("/Schemas/{}", urn.replace(':', "%3A")))
                .json(),
            schema
        );
        assert_eq!(
            schema["meta"]["location"],
            format!("{}/Schemas/{urn}", goto.scim_url())
        );
        assert!(!schema["attributes"].as_array().unwrap().is_empty());
    }
    check_error(&client.get("/Schemas/urn:none"), 404, "", "urn:none");
}

#[test]
fn every_attribute_of_every_schema_is_described_in_full() {
    fn check(attribute: &Value) {
        for key in [
            "name",
            "type",
            "multiValued",
            "description",
            "required",
            "mutability",
            "returned",
        ] {
            assert!(attribute.get(key).is_some(), "{key} of {attribute}");
        }
        let simple = attribute["type"] != "complex" && attribute["type"] != "boolean";
        assert!(
            !simple || attribute.get("caseExact").is_some() || attribute["type"] != "string",
            "{attribute}"
        );
        attribute["subAttributes"]
            .as_array()
            .into_iter()
            .flatten()
            .for_each(check);
    }
    let (_goto, client) = start();
    for schema in resources(&client.get("/Schemas")) {
        schema["attributes"]
            .as_array()
            .unwrap()
            .iter()
            .for_each(check);
    }
}

// "If a filter is provided, the service provider SHOULD respond with HTTP status code 403 (Forbidden)". "…the query
// parameters … SHALL be ignored" for the others.
#[test]
fn filter_on_discovery_is_403_and_paging_is_ignored() {
    let (_goto, client) = start();
    for path in ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"] {
        check_error(
            &client.get(&format!("{path}?filter=id+pr")),
            403,
            "",
            "filter",
        );
        assert_eq!(
            client
                .get(&format!(
                    "{path}?startIndex=9&count=0&attributes=id&sortBy=id"
                ))
                .json(),
            client.get(path).json()
        );
    }
}
