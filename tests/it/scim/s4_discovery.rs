//! Discovery, [RFC 7644 section 4](https://www.rfc-editor.org/rfc/rfc7644#section-4).

use goto_double::GotoDouble;
use serde_json::{Value, json};

use super::{check_error, resources};
use crate::support::{CORE_GROUP, CORE_USER, Client, ENTERPRISE, start, with};

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

// RFC 7643 section 5: "the service provider SHOULD, with the appropriate security considerations, make the
// authenticationSchemes attribute publicly accessible without prior authentication". GoTo wants a token on every call.
#[test]
fn discovery_is_open_to_nobody_or_everybody_as_the_profile_says() {
    let paths = [
        "/ServiceProviderConfig",
        "/ResourceTypes",
        "/ResourceTypes/User",
        "/Schemas",
        "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
    ];
    let (closed, _client) = start();
    let (open, client) = with(GotoDouble::builder().profile("discovery_open", true));
    let (outside, nobody) = (Client::new(closed.scim_url()), Client::new(open.scim_url()));
    for path in paths {
        check_error(&outside.get(path), 401, "", "");
        assert_eq!(nobody.get(path).json(), client.get(path).json(), "{path}");
        // A token that is shown counts.
        check_error(&nobody.clone().bearer("junk").get(path), 401, "", "");
    }
    check_error(&nobody.get("/Schemas?filter=id+pr"), 403, "", "filter");
    check_error(&nobody.get("/Schemas/urn:none"), 404, "", "urn:none");
    check_error(&nobody.get("/Users"), 401, "", "");
}

#[track_caller]
fn check_members(value: &Value, allowed: &[&str]) {
    for name in value.as_object().unwrap().keys() {
        assert!(allowed.contains(&name.as_str()), "{name} in {value}");
    }
}

// RFC 7643 section 5: nothing but its members, for old strict clients stop at unknown ones.
#[test]
fn config_holds_nothing_but_what_rfc_7643_has() {
    let (_goto, client) = start();
    let config = client.get("/ServiceProviderConfig").json();
    let names = "schemas documentationUri patch bulk filter changePassword sort etag authenticationSchemes meta";
    check_members(&config, &names.split(' ').collect::<Vec<_>>());
    let names = "type name description specUri documentationUri primary";
    let scheme = &config["authenticationSchemes"][0];
    check_members(scheme, &names.split(' ').collect::<Vec<_>>());
    check_members(
        &config["bulk"],
        &["supported", "maxOperations", "maxPayloadSize"],
    );
    check_members(&config["filter"], &["supported", "maxResults"]);
}

// RFC 7643 sections 6 and 7, likewise.
#[test]
fn resource_types_and_schemas_hold_nothing_but_what_rfc_7643_has() {
    let (_goto, client) = start();
    let names = "schemas id name description endpoint schema schemaExtensions meta";
    for row in resources(&client.get("/ResourceTypes")) {
        check_members(&row, &names.split(' ').collect::<Vec<_>>());
        check_members(&row["meta"], &["resourceType", "location"]);
    }
    let names = "name type subAttributes multiValued description required canonicalValues caseExact mutability \
                 returned uniqueness referenceTypes";
    for schema in resources(&client.get("/Schemas")) {
        check_members(
            &schema,
            &["schemas", "id", "name", "description", "attributes", "meta"],
        );
        for attribute in schema["attributes"].as_array().unwrap() {
            check_members(attribute, &names.split(' ').collect::<Vec<_>>());
        }
    }
}

// RFC 7643 section 5: sort "A complex type that specifies Sort configuration options"; RFC 7644 section 3.4.2.3:
// "Sort is OPTIONAL."
#[test]
fn lists_come_in_creation_order_where_the_profile_does_not_sort() {
    let names = |client: &Client| super::names(&client.get("/Users?sortBy=userName"));
    for (sorts, expected) in [(true, ["ada", "bob"]), (false, ["bob", "ada"])] {
        let (_goto, client) = with(GotoDouble::builder().profile("sort", sorts));
        crate::support::create_user(&client, "bob@main.com");
        crate::support::create_user(&client, "ada@main.com");
        assert_eq!(names(&client), expected);
        let config = client.get("/ServiceProviderConfig").json();
        assert_eq!(config["sort"]["supported"], sorts);
    }
}

// RFC 7643 section 5: changePassword "A complex type that specifies configuration options related to changing a
// password". A password is never shown, so its change is seen by the version alone.
#[test]
fn password_is_changed_or_left_as_the_profile_says() {
    for changes in [true, false] {
        let (_goto, client) = with(GotoDouble::builder().profile("change_password", changes));
        let mut body = crate::support::user("ada@main.com");
        body["password"] = json!("first");
        let made = client.post("/Users", &body).json();
        let path = format!("/Users/{}", made["id"].as_str().unwrap());
        let second = json!([{ "op": "replace", "path": "password", "value": "second" }]);
        let patched = client.patch(&path, &crate::support::patch(second));
        assert_eq!(
            patched.json()["meta"]["version"] != made["meta"]["version"],
            changes
        );
        body["password"] = json!("third");
        let put = client.put(&path, &body);
        assert_eq!(
            put.json()["meta"]["version"] != patched.json()["meta"]["version"],
            changes
        );
        let config = client.get("/ServiceProviderConfig").json();
        assert_eq!(config["changePassword"]["supported"], changes);
    }
}

// RFC 7644 section 4: the endpoints "MAY be retrieved using HTTP GET"; RFC 7643: "Resource type resources are
// READ-ONLY".
#[test]
fn nothing_of_discovery_can_be_written() {
    let (_goto, client) = start();
    for path in [
        "/ServiceProviderConfig",
        "/ResourceTypes",
        "/ResourceTypes/User",
        "/Schemas",
        "/Schemas/x",
    ] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let answer = client.send(method, path, b"{}").unwrap();
            check_error(&answer, 405, "", "");
            assert_eq!(
                answer.header("allow"),
                Some("GET, HEAD, OPTIONS"),
                "{method} {path}"
            );
        }
    }
}
