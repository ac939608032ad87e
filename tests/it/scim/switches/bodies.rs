//! The forms of whole bodies and of the values in them.

use serde_json::{Value, json};

use super::Ask::{CreateGroup, CreateUser, CreateUserOf, PutUser};
use super::Outcome::{Has, Refused};
use super::{Ask, Case, Outcome};
use crate::support::{CORE_GROUP, CORE_USER, ENTERPRISE};

const ENTRA: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
const DEPARTMENT: &str = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department";
const TWICE: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a@main.com","userName":"b@main.com"}"#;
const SYNTAX: Outcome = Refused("invalidSyntax");
const VALUE: Outcome = Refused("invalidValue");

pub(super) fn all() -> Vec<Case> {
    let mut all = Vec::new();
    all.extend(of_schemas());
    all.extend(of_names());
    all.extend(of_nothing());
    all.extend(of_values());
    all.extend(of_gotos_rules());
    all
}

/// A new user with these members.
fn eve(more: &Value) -> Ask {
    let mut body = json!({ "schemas": [CORE_USER], "userName": "eve@main.com" });
    let members = body.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    CreateUser(body)
}

fn of_schemas() -> [Case; 3] {
    let bare = json!({ "userName": "eve@main.com" });
    let named = Has("/userName", json!("eve@main.com"));
    let private = json!({ "schemas": [CORE_GROUP, ENTRA], "displayName": "Cooks" });
    let core = Has("/schemas", json!([CORE_GROUP]));
    let tours = eve(&json!({ ENTERPRISE: { "department": "Tours" } }));
    [
        ("missing_schemas", CreateUser(bare), named, SYNTAX),
        ("private_schemas", CreateGroup(private), core, SYNTAX),
        (
            "unlisted_schemas",
            tours,
            Has(DEPARTMENT, json!("Tours")),
            SYNTAX,
        ),
    ]
}

fn of_names() -> [Case; 4] {
    let spelt_out = json!({
        "schemas": [CORE_USER, ENTERPRISE],
        "userName": "eve@main.com",
        format!("{ENTERPRISE}:department"): "Tours",
        "name.givenName": "Eve",
        "name": { "familyName": "Moss" },
    });
    let name = Has("/name", json!({ "familyName": "Moss", "givenName": "Eve" }));
    let tours = Has(DEPARTMENT, json!("Tours"));
    let titles = eve(&json!({ "title": "a", "TITLE": "b" }));
    let last = Has("/userName", json!("b@main.com"));
    [
        ("dotted_keys", CreateUser(spelt_out.clone()), name, SYNTAX),
        ("dotted_keys", PutUser(spelt_out), tours, SYNTAX),
        ("repeated_names", CreateUserOf(TWICE), last, SYNTAX),
        ("repeated_names", titles, Has("/title", json!("b")), SYNTAX),
    ]
}

fn of_nothing() -> [Case; 3] {
    let active = Has("/active", json!(true));
    let [null, list, text] = [
        ("title", json!(null)),
        ("emails", json!([])),
        ("active", json!("")),
    ]
    .map(|(name, value)| eve(&json!({ name: value })));
    [
        ("null_values", null, Has("/title", Value::Null), VALUE),
        ("null_values", list, Has("/emails", Value::Null), VALUE),
        ("empty_strings_as_absent", text, active, VALUE),
    ]
}

fn of_values() -> [Case; 6] {
    let lone = eve(&json!({ "emails": { "value": "a" } }));
    let one = eve(&json!({ "name": [{ "givenName": "Eve" }] }));
    let bare = eve(&json!({ "roles": ["guide"] }));
    let wrapped = eve(&json!({ "title": { "$ref": null, "value": "Cook" } }));
    let text = eve(&json!({ "roles": [r#"{"value":"guide","display":"Guide"}"#] }));
    let inactive = eve(&json!({ "active": "False" }));
    let guide = || json!("guide");
    [
        (
            "string_booleans",
            inactive,
            Has("/active", json!(false)),
            VALUE,
        ),
        (
            "lone_value_for_list",
            lone,
            Has("/emails/0/value", json!("a")),
            VALUE,
        ),
        (
            "array_for_single_value",
            one,
            Has("/name/givenName", json!("Eve")),
            VALUE,
        ),
        (
            "bare_string_values",
            bare,
            Has("/roles/0/value", guide()),
            VALUE,
        ),
        (
            "wrapped_values",
            wrapped,
            Has("/title", json!("Cook")),
            VALUE,
        ),
        (
            "values_as_json_text",
            text,
            Has("/roles/0/display", json!("Guide")),
            VALUE,
        ),
    ]
}

fn of_gotos_rules() -> [Case; 3] {
    let two = json!([{ "value": "a", "type": "work" }, { "value": "b", "type": "WORK" }]);
    let two = eve(&json!({ "emails": two }));
    let taiwan = eve(&json!({ "locale": "zh-Hant-TW" }));
    let mars = eve(&json!({ "timezone": "Mars/Olympus" }));
    [
        (
            "unique_type",
            two,
            VALUE,
            Has("/emails/1/type", json!("WORK")),
        ),
        (
            "locale_checked",
            taiwan,
            VALUE,
            Has("/locale", json!("zh-Hant-TW")),
        ),
        (
            "timezone_checked",
            mars,
            VALUE,
            Has("/timezone", json!("Mars/Olympus")),
        ),
    ]
}
