//! The forms of operations and of the values in them.

use serde_json::{Value, json};

use super::Ask::{PatchGroup, PatchUser, PatchUserBy};
use super::Outcome::{Has, Refused};
use super::{Ask, Case, Outcome};
use crate::support::ENTERPRISE;

const MANAGER: &str = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/value";
const SYNTAX: Outcome = Refused("invalidSyntax");
const VALUE: Outcome = Refused("invalidValue");
const PATH: Outcome = Refused("invalidPath");
const NO_TARGET: Outcome = Refused("noTarget");

pub(super) fn all() -> Vec<Case> {
    let mut all = Vec::new();
    all.extend(of_operations());
    all.extend(of_paths());
    all.extend(of_simple_values());
    all.extend(of_complex_values());
    all.extend(of_lists());
    all
}

/// One operation on Ada.
fn write(op: &str, path: &str, value: Value) -> Ask {
    PatchUser(json!([{ "op": op, "path": path, "value": value }]))
}

fn manager(value: Value) -> Ask {
    write("replace", &format!("{ENTERPRISE}:manager"), value)
}

fn cook() -> Outcome {
    Has("/title", json!("Cook"))
}

fn of_operations() -> [Case; 3] {
    let capital = write("Replace", "title", json!("Cook"));
    let unnamed = json!([{ "op": "replace", "path": "title", "value": "Cook" }]);
    let unnamed = PatchUserBy(json!({ "Operations": unnamed }));
    let resent = json!([{ "op": "replace", "value": { "id": "{group}", "displayName": "Cooks" } }]);
    let cooks = Has("/displayName", json!("Cooks"));
    [
        ("any_case_ops", capital, cook(), SYNTAX),
        ("missing_schemas", unnamed, cook(), SYNTAX),
        (
            "resent_read_only",
            PatchGroup(resent),
            cooks,
            Refused("mutability"),
        ),
    ]
}

fn of_paths() -> [Case; 5] {
    let [null, empty] = [json!(null), json!("")].map(|path| {
        PatchUser(json!([{ "op": "add", "path": path, "value": { "title": "Cook" } }]))
    });
    let other = write("replace", r#"emails[type eq "other"].value"#, json!("o"));
    let made = Has("/emails/1", json!({ "type": "other", "value": "o" }));
    let gone = PatchUser(json!([{ "op": "remove", "path": r#"emails[type eq "other"]"# }]));
    let kept = Has("/emails/0/value", json!("w"));
    let dotted = PatchUser(json!([{ "op": "replace", "value": { "name.givenName": "Eve" } }]));
    [
        ("null_path", null, cook(), PATH),
        ("null_path", empty, cook(), PATH),
        ("filtered_path_creates", other, made, NO_TARGET),
        ("remove_without_match", gone, kept, NO_TARGET),
        (
            "dotted_keys",
            dotted,
            Has("/name/givenName", json!("Eve")),
            SYNTAX,
        ),
    ]
}

fn of_simple_values() -> [Case; 4] {
    let null = write("replace", "title", Value::Null);
    let empty = write("replace", "active", json!(""));
    let text = write("replace", "active", json!("False"));
    let wrapped = write("add", "title", json!({ "$ref": null, "value": "Cook" }));
    [
        ("null_values", null, Has("/title", Value::Null), VALUE),
        (
            "empty_strings_as_absent",
            empty,
            Has("/active", Value::Null),
            VALUE,
        ),
        ("string_booleans", text, Has("/active", json!(false)), VALUE),
        ("wrapped_values", wrapped, cook(), VALUE),
    ]
}

fn of_complex_values() -> [Case; 4] {
    let [one, bare, empty] = [
        json!([{ "value": "8" }]),
        json!("8"),
        json!({ "value": "" }),
    ]
    .map(manager);
    let roles = write("add", "roles", json!(r#"{"value":"guide"}"#));
    let cleared = Has(MANAGER, Value::Null);
    [
        (
            "array_for_single_value",
            one,
            Has(MANAGER, json!("8")),
            VALUE,
        ),
        ("bare_string_values", bare, Has(MANAGER, json!("8")), VALUE),
        (
            "empty_value_clears_reference",
            empty,
            cleared,
            Has(MANAGER, json!("")),
        ),
        (
            "values_as_json_text",
            roles,
            Has("/roles/0/value", json!("guide")),
            VALUE,
        ),
    ]
}

fn of_lists() -> [Case; 4] {
    let members = |op: &str| {
        PatchGroup(json!([{ "op": op, "path": "members", "value": [{ "value": "{bob}" }] }]))
    };
    let bob = |pointer| Has(pointer, json!("{bob}"));
    let ada = Has("/members/0/value", json!("{ada}"));
    let lone = write("add", "emails", json!({ "value": "a" }));
    let second = write("add", "emails", json!([{ "value": "v", "type": "work" }]));
    let added = Has("/emails/1/value", json!("v"));
    [
        (
            "lone_value_for_list",
            lone,
            Has("/emails/1/value", json!("a")),
            VALUE,
        ),
        (
            "single_member_replace_adds",
            members("replace"),
            bob("/members/1/value"),
            bob("/members/0/value"),
        ),
        // "If the target location is a multi-valued attribute and no filter is specified, the attribute and all values
        // are removed", RFC 7644 section 3.5.2.2.
        (
            "remove_by_value_list",
            members("remove"),
            ada,
            Has("/members", Value::Null),
        ),
        ("unique_type", second, VALUE, added),
    ]
}
