//! What Entra and Okta write in their own way, one fact per habit.

use crate::scim::specimen::ENTERPRISE;

use super::*;

#[test]
fn q1_capitalised_op() {
    let operations = json!([{"op": "Add", "path": "nickName", "value": "x"}]);
    check_lenient(&specimen::anna(), &operations, ("nickName", &json!("x")));
    check_refused_by(
        &strict(),
        (&specimen::anna(), &operations),
        (ScimType::InvalidSyntax, "'Add'"),
    );
}

#[test]
fn q2_boolean_as_string() {
    for (text, expected) in [("False", false), ("True", true), ("false", false)] {
        let operations = json!([{"op": "Replace", "path": "active", "value": text}]);
        check_lenient(&specimen::anna(), &operations, ("active", &expected.into()));
    }
    let operations = json!([{"op": "replace", "path": "active", "value": "False"}]);
    check_refused_by(
        &strict(),
        (&specimen::anna(), &operations),
        (ScimType::InvalidValue, "active"),
    );
}

#[test]
fn q3_disable_as_add() {
    let operations = json!([{"op": "Add", "path": "active", "value": "False"}]);
    check_lenient(&specimen::anna(), &operations, ("active", &json!(false)));
}

#[test]
fn q4_filtered_path_without_a_match_creates_the_value() {
    let mut anna = specimen::anna();
    anna.as_object_mut().unwrap().shift_remove("emails");
    for op in ["Add", "Replace"] {
        let path = "emails[type eq \"work\" and primary eq \"True\"].value";
        let operations = json!([{"op": op, "path": path, "value": "a@b.c"}]);
        let expected = json!([{"type": "work", "primary": true, "value": "a@b.c"}]);
        check_lenient(&anna, &operations, ("emails", &expected));
    }
    let operations =
        json!([{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": ""}]);
    check_lenient(&anna, &operations, ("emails", &Value::Null));
}

#[test]
fn q5_dotted_and_urn_keys() {
    let urn = |name: &str| format!("{ENTERPRISE}:{name}");
    let operations = json!([{"op": "replace", "value": {
        "name.givenName": "Anne",
        urn("employeeNumber"): "7",
        ENTERPRISE: {"department": "IT"},
        "urn:ietf:params:scim:schemas:core:2.0:User:nickName": "Ann",
        "emails[type eq \"home\"].value": "h@i.j",
    }}]);
    let anna = specimen::anna();
    check_lenient(
        &anna,
        &operations,
        ("name", &json!({"givenName": "Anne", "familyName": "Ärmel"})),
    );
    check_lenient(&anna, &operations, ("nickName", &json!("Ann")));
    let after = patch(&anna, &operations, &Profile::default()).unwrap();
    assert_eq!(after[ENTERPRISE]["employeeNumber"], "7");
    assert_eq!(after[ENTERPRISE]["department"], "IT");
    assert_eq!(after["emails"][1]["value"], "h@i.j");
    let dotted = json!([{"op": "replace", "value": {"name.givenName": "Anne"}}]);
    check_by(&strict(), (&anna, &dotted), ("name", &anna["name"]));
}

#[test]
fn q6_replace_of_members_replaces_all_even_with_one() {
    let operations = json!([{"op": "Replace", "path": "members", "value": [{"value": "u9"}]}]);
    check_lenient(
        &specimen::crew(),
        &operations,
        ("members", &json!([{"value": "u9"}])),
    );
}

#[test]
fn q7_remove_with_values_removes_only_those() {
    let operations = json!([{"op": "remove", "path": "members", "value": [{"$ref": null, "value": "u1"}, {"value": "u8"}]}]);
    check_lenient(
        &specimen::crew(),
        &operations,
        ("members", &json!([{"value": "u2"}])),
    );
    check_by(
        &strict(),
        (&specimen::crew(), &operations),
        ("members", &Value::Null),
    );
    let all = json!([{"op": "remove", "path": "members"}]);
    check(&specimen::crew(), &all, ("members", &Value::Null));
}

#[test]
fn q8_null_reference_is_dropped() {
    let operations =
        json!([{"op": "Add", "path": "members", "value": [{"$ref": null, "value": "u3"}]}]);
    let after = patch(&specimen::crew(), &operations, &Profile::default()).unwrap();
    assert_eq!(after["members"][2], json!({"value": "u3"}));
}

#[test]
fn q10_string_boolean_in_a_path_filter() {
    let operations =
        json!([{"op": "Replace", "path": "emails[primary eq \"True\"].value", "value": "new"}]);
    let after = patch(&specimen::anna(), &operations, &Profile::default()).unwrap();
    assert_eq!(after["emails"][0]["value"], "new");
    assert_eq!(after["emails"].as_array().unwrap().len(), 2);
}

#[test]
fn q11_manager_as_array_and_cleared_by_an_empty_value() {
    let anna = specimen::anna();
    for path in ["manager", &format!("{ENTERPRISE}:manager")] {
        let write = |value: Value| json!([{"op": "Add", "path": path, "value": value}]);
        let expected = json!({"department": "Tools", "manager": {"value": "m2"}});
        for value in [
            json!([{"$ref": null, "value": "m2"}]),
            json!({"value": "m2"}),
            json!("m2"),
        ] {
            check_lenient(&anna, &write(value), (ENTERPRISE, &expected));
        }
        for value in [
            json!({"value": ""}),
            json!([{"value": ""}]),
            json!(""),
            json!(null),
        ] {
            check_lenient(
                &anna,
                &write(value),
                (ENTERPRISE, &json!({"department": "Tools"})),
            );
        }
    }
    let part =
        json!([{"op": "Replace", "path": format!("{ENTERPRISE}:manager.value"), "value": ""}]);
    check_lenient(&anna, &part, (ENTERPRISE, &json!({"department": "Tools"})));
}

#[test]
fn null_path_is_no_path() {
    let operations = json!([{"op": "replace", "path": null, "value": {"active": false}}]);
    check_lenient(&specimen::anna(), &operations, ("active", &json!(false)));
}

#[test]
fn empty_text_is_kept_where_text_belongs_and_clears_what_is_none() {
    let write = |path: &str| json!([{"op": "replace", "path": path, "value": ""}]);
    check(
        &specimen::anna(),
        &write("externalId"),
        ("externalId", &json!("")),
    );
    check_lenient(&specimen::anna(), &write("shoes"), ("shoes", &Value::Null));
}

#[test]
fn okta_deactivates_without_a_path() {
    let operations = json!([{"op": "replace", "value": {"active": false}}]);
    check(&specimen::anna(), &operations, ("active", &json!(false)));
}

#[test]
fn okta_resends_the_id_with_a_name() {
    let rename = |id: &str| json!([{"op": "replace", "value": {"id": id, "displayName": "Team"}}]);
    check_lenient(
        &specimen::crew(),
        &rename("e9e30dba"),
        ("displayName", &json!("Team")),
    );
    check_refused(
        &specimen::crew(),
        &rename("other"),
        (ScimType::Mutability, "id is read-only"),
    );
}

#[test]
fn entra_writes_roles_as_json_in_a_string() {
    let operations = json!([{"op": "Add", "path": "roles", "value": [{"value": "{\"value\":\"admin\",\"display\":\"Admin\"}"}]}]);
    let after = patch(&specimen::anna(), &operations, &Profile::default()).unwrap();
    assert_eq!(
        after["roles"][0]["value"],
        "{\"value\":\"admin\",\"display\":\"Admin\"}"
    );
    let operations = json!([{"op": "Add", "path": "roles", "value": "{\"value\":\"admin\",\"primary\":\"True\"}"}]);
    check_lenient(
        &specimen::anna(),
        &operations,
        ("roles", &json!([{"value": "admin", "primary": true}])),
    );
}
