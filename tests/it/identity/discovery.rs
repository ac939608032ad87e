//! What the older dialect says of itself.

use serde_json::{Value, json};

use super::{SCOPES, speaking_for, start, state, switched, with};

// GoTo's published SCIM OpenAPI: the members of ServiceProviderConfigs; authenticationSchemes is one object there.
#[test]
fn service_provider_configs_has_the_documented_members() {
    let both = start();
    let answer = both.older.get("/ServiceProviderConfigs");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let body = answer.json();
    for (feature, supported) in [
        ("patch", true),
        ("bulk", false),
        ("filter", true),
        ("changePassword", true),
        ("sort", true),
        ("etag", false),
        ("xmlDataFormat", false),
    ] {
        assert_eq!(
            body[feature],
            json!({ "supported": supported }),
            "{feature}"
        );
    }
    for member in ["name", "description", "specUrl", "documentationUrl"] {
        assert!(
            body["authenticationSchemes"][member].is_string(),
            "{member}"
        );
    }
    assert!(body["documentationUrl"].is_string());
}

#[test]
fn service_provider_configs_tells_what_the_profile_has() {
    for (field, feature) in [
        ("patch", "patch"),
        ("sort", "sort"),
        ("change_password", "changePassword"),
    ] {
        let both = switched(field, json!(false));
        let body = both.older.get("/ServiceProviderConfigs").json();
        assert_eq!(body[feature], json!({ "supported": false }), "{feature}");
    }
}

// GoTo's published SCIM OpenAPI: the members of a schema and of its attributes; the id is urn:scim:schemas:core:1.0:User.
#[test]
fn schema_of_users_describes_every_attribute_that_users_show() {
    let both = start();
    let schema = both.older.get("/Schemas/Users").json();
    assert_eq!(schema["id"], "urn:scim:schemas:core:1.0:User");
    assert_eq!(schema["schema"], "urn:scim:schemas:core:1.0");
    assert_eq!(
        (&schema["name"], &schema["endpoint"]),
        (&json!("User"), &json!("/Users"))
    );
    let attributes = schema["attributes"].as_array().unwrap();
    for attribute in attributes {
        for member in [
            "name",
            "type",
            "multiValued",
            "description",
            "schema",
            "readOnly",
            "required",
            "caseExact",
        ] {
            assert!(!attribute[member].is_null(), "{member}: {attribute}");
        }
    }
    let described: Vec<&Value> = attributes
        .iter()
        .map(|attribute| &attribute["name"])
        .collect();
    let user = super::user("ada@main.com");
    for shown in user.as_object().unwrap().keys() {
        assert!(described.contains(&&json!(shown)), "{shown}");
    }
}

// GoTo's published SCIM OpenAPI wants a token on every call, discovery included; it wants a role for users and groups.
#[test]
fn discovery_wants_a_token_of_any_scope_and_no_role() {
    let both = with(goto_double::GotoDouble::builder().state(state(json!({}))));
    let nobody = super::client(&both.goto);
    for path in ["/ServiceProviderConfigs", "/Schemas/Users"] {
        assert_eq!(nobody.get(path).status, 403);
        for scope in SCOPES {
            let member = speaking_for(&both.goto, "member@main.com", &[scope]);
            assert_eq!(member.get(path).status, 200, "{path} {scope}");
        }
    }
}

// GoTo's published SCIM OpenAPI has these two discovery documents and no others.
#[test]
fn documents_of_the_newer_dialect_are_not_here() {
    let both = start();
    for path in [
        "/ResourceTypes",
        "/Schemas",
        "/Schemas/Groups",
        "/ServiceProviderConfig",
        "/Bulk",
        "/users",
    ] {
        assert_eq!(both.older.get(path).status, 404, "{path}");
    }
}
