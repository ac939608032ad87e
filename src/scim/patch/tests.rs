use serde_json::json;

use crate::profile::UnknownAttributes;
use crate::scim::error::ScimType;
use crate::scim::specimen::{self, ENTERPRISE};

use super::*;

fn strict() -> Profile {
    Profile {
        lenient_values: false,
        ..Profile::default()
    }
}

fn body(operations: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
}

fn patch(before: &Value, operations: &Value, profile: &Profile) -> Result<Value, ScimError> {
    let is_group = before.get("members").is_some();
    let resource_type = if is_group {
        specimen::group()
    } else {
        specimen::user()
    };
    apply(&resource_type, before, &body(operations), profile)
}

/// Both ways of reading must give the member named.
#[track_caller]
fn check(before: &Value, operations: &Value, (member, expected): (&str, &Value)) {
    check_by(&strict(), (before, operations), (member, expected));
    check_by(
        &Profile::default(),
        (before, operations),
        (member, expected),
    );
}

#[track_caller]
fn check_by(
    profile: &Profile,
    (before, operations): (&Value, &Value),
    (member, expected): (&str, &Value),
) {
    let after = patch(before, operations, profile).unwrap();
    assert_eq!(after.get(member).unwrap_or(&Value::Null), expected);
}

#[track_caller]
fn check_lenient(before: &Value, operations: &Value, after: (&str, &Value)) {
    check_by(&Profile::default(), (before, operations), after);
}

#[track_caller]
fn check_refused_by(
    profile: &Profile,
    (before, operations): (&Value, &Value),
    (scim_type, part): (ScimType, &str),
) {
    let error = patch(before, operations, profile).unwrap_err();
    assert_eq!(
        (error.status.as_u16(), error.scim_type),
        (400, Some(scim_type)),
        "{error}"
    );
    assert!(error.detail.contains(part), "{}", error.detail);
}

#[track_caller]
fn check_refused(before: &Value, operations: &Value, why: (ScimType, &str)) {
    check_refused_by(&strict(), (before, operations), why);
    check_refused_by(&Profile::default(), (before, operations), why);
}

#[test]
fn simple_attributes_are_added_replaced_and_removed() {
    let anna = specimen::anna();
    let nick = |op: &str| json!([{"op": op, "path": "nickName", "value": "Ann"}]);
    check(&anna, &nick("add"), ("nickName", &json!("Ann")));
    check(&anna, &nick("replace"), ("nickName", &json!("Ann")));
    check(
        &anna,
        &json!([{"op": "remove", "path": "externalId"}]),
        ("externalId", &Value::Null),
    );
    check(
        &anna,
        &json!([{"op": "remove", "path": "nickName"}]),
        ("nickName", &Value::Null),
    );
    check(
        &anna,
        &json!([{"op": "replace", "path": "externalId", "value": null}]),
        ("externalId", &Value::Null),
    );
}

#[test]
fn members_keep_their_order() {
    let operations = json!([
        {"op": "replace", "path": "name.givenName", "value": "Anne"},
        {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "x@y.z"},
        {"op": "remove", "path": "externalId"},
    ]);
    let after = patch(&specimen::anna(), &operations, &strict()).unwrap();
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    let mut expected = keys(&specimen::anna());
    expected.retain(|key| key != "externalId");
    assert_eq!(keys(&after), expected);
    assert_eq!(keys(&after["emails"][0]), ["value", "type", "primary"]);
}

#[test]
fn complex_attribute_keeps_the_sub_attributes_that_are_not_written() {
    let anna = specimen::anna();
    for op in ["add", "replace"] {
        let expected = json!({"givenName": "Anne", "familyName": "Ärmel"});
        let whole = json!([{"op": op, "path": "name", "value": {"givenName": "Anne"}}]);
        check(&anna, &whole, ("name", &expected));
        let part = json!([{"op": op, "path": "NAME.givenname", "value": "Anne"}]);
        check(&anna, &part, ("name", &expected));
    }
    let part = json!([{"op": "remove", "path": "name.givenName"}]);
    check(&anna, &part, ("name", &json!({"familyName": "Ärmel"})));
    let both = json!([{"op": "remove", "path": "name.givenName"}, {"op": "remove", "path": "name.familyName"}]);
    check(&anna, &both, ("name", &Value::Null));
}

#[test]
fn adding_to_many_values_appends_what_is_new() {
    let add = json!([{"op": "add", "path": "members", "value": [{"value": "u2"}, {"value": "u3"}, {"value": "u3"}]}]);
    let expected = json!([{"value": "u1", "display": "Anna"}, {"value": "u2"}, {"value": "u3"}]);
    check(&specimen::crew(), &add, ("members", &expected));
    let add = json!([{"op": "add", "path": "tags", "value": ["green", "RED"]}]);
    check(
        &specimen::anna(),
        &add,
        ("tags", &json!(["red", "Blue", "green"])),
    );
}

#[test]
fn replacing_many_values_replaces_all() {
    let operations = json!([{"op": "replace", "path": "tags", "value": ["green"]}]);
    check(&specimen::anna(), &operations, ("tags", &json!(["green"])));
    let operations = json!([{"op": "replace", "path": "emails", "value": []}]);
    check(&specimen::anna(), &operations, ("emails", &Value::Null));
}

#[test]
fn filter_picks_the_values_to_change() {
    let anna = specimen::anna();
    let home = json!({"value": "anna@home.com", "type": "home"});
    let work = |value: &str| json!({"value": value, "type": "work", "primary": true});
    let operations =
        json!([{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@b.c"}]);
    check(
        &anna,
        &operations,
        ("emails", &json!([work("a@b.c"), home])),
    );
    let operations = json!([{"op": "replace", "path": "emails[value co \"@work\"]", "value": {"value": "a@b.c"}}]);
    check(
        &anna,
        &operations,
        ("emails", &json!([{"value": "a@b.c"}, home])),
    );
    let operations =
        json!([{"op": "add", "path": "emails[value co \"@work\"]", "value": {"value": "a@b.c"}}]);
    check(
        &anna,
        &operations,
        ("emails", &json!([work("a@b.c"), home])),
    );
    let operations = json!([{"op": "remove", "path": "emails[not (type eq \"work\")]"}]);
    check(
        &anna,
        &operations,
        ("emails", &json!([work("anna@work.com")])),
    );
    let operations = json!([{"op": "remove", "path": "emails[type eq \"home\"].type"}]);
    check(
        &anna,
        &operations,
        (
            "emails",
            &json!([work("anna@work.com"), {"value": "anna@home.com"}]),
        ),
    );
    let operations = json!([{"op": "remove", "path": "members[value eq \"u1\"]"}]);
    check(
        &specimen::crew(),
        &operations,
        ("members", &json!([{"value": "u2"}])),
    );
}

#[test]
fn sub_attribute_without_filter_means_that_of_all_values() {
    let operations = json!([{"op": "replace", "path": "emails.type", "value": "other"}]);
    let after = patch(&specimen::anna(), &operations, &strict()).unwrap();
    assert_eq!(
        (&after["emails"][0]["type"], &after["emails"][1]["type"]),
        (&json!("other"), &json!("other"))
    );
    let operations = json!([{"op": "remove", "path": "emails.type"}]);
    let after = patch(&specimen::anna(), &operations, &strict()).unwrap();
    assert_eq!(after["emails"][1], json!({"value": "anna@home.com"}));
}

#[test]
fn new_primary_value_takes_it_from_the_old_one() {
    let anna = specimen::anna();
    let old = json!({"value": "anna@work.com", "type": "work", "primary": false});
    let operations =
        json!([{"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true}]);
    let home = json!({"value": "anna@home.com", "type": "home", "primary": true});
    check(&anna, &operations, ("emails", &json!([old, home])));
    let operations =
        json!([{"op": "add", "path": "emails", "value": [{"value": "x", "primary": true}]}]);
    let expected =
        json!([old, {"value": "anna@home.com", "type": "home"}, {"value": "x", "primary": true}]);
    check(&anna, &operations, ("emails", &expected));
    let operations = json!([{"op": "replace", "path": "emails.primary", "value": true}]);
    check_refused(
        &anna,
        &operations,
        (ScimType::InvalidValue, "at most one value may be primary"),
    );
}

#[test]
fn value_object_without_path_names_its_attributes() {
    let value =
        json!({"nickName": "Ann", "name": {"givenName": "Anne"}, "tags": ["new"], "shoeSize": 3});
    for (op, tags) in [
        ("add", json!(["red", "Blue", "new"])),
        ("replace", json!(["new"])),
    ] {
        let operations = json!([{"op": op, "value": value}]);
        check(&specimen::anna(), &operations, ("nickName", &json!("Ann")));
        check(
            &specimen::anna(),
            &operations,
            ("name", &json!({"givenName": "Anne", "familyName": "Ärmel"})),
        );
        check(&specimen::anna(), &operations, ("tags", &tags));
        check(&specimen::anna(), &operations, ("shoeSize", &Value::Null));
    }
    let refusing = Profile {
        unknown_attributes: UnknownAttributes::Refuse,
        ..Profile::default()
    };
    let operations = json!([{"op": "add", "value": value}]);
    check_refused_by(
        &refusing,
        (&specimen::anna(), &operations),
        (ScimType::InvalidSyntax, "shoeSize"),
    );
}

#[test]
fn extension_is_written_by_urn_and_kept_in_step_with_schemas() {
    let anna = specimen::anna();
    let core = "urn:ietf:params:scim:schemas:core:2.0:User";
    let remove = json!([{"op": "remove", "path": ENTERPRISE}]);
    check(&anna, &remove, (ENTERPRISE, &Value::Null));
    check(&anna, &remove, ("schemas", &json!([core])));
    let bare = patch(&anna, &remove, &strict()).unwrap();
    for operations in [
        json!([{"op": "add", "path": format!("{ENTERPRISE}:department"), "value": "IT"}]),
        json!([{"op": "add", "path": ENTERPRISE, "value": {"department": "IT"}}]),
        json!([{"op": "replace", "value": {ENTERPRISE: {"department": "IT"}}}]),
    ] {
        check(
            &bare,
            &operations,
            (ENTERPRISE, &json!({"department": "IT"})),
        );
        check(&bare, &operations, ("schemas", &json!([core, ENTERPRISE])));
    }
    let each = json!([
        {"op": "remove", "path": format!("{ENTERPRISE}:department")},
        {"op": "remove", "path": format!("{ENTERPRISE}:manager")},
    ]);
    check(&anna, &each, ("schemas", &json!([core])));
}

#[test]
fn reference_that_points_elsewhere_forgets_its_old_target() {
    let operations = json!([{"op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": {"value": "m2"}}]);
    let expected = json!({"department": "Tools", "manager": {"value": "m2"}});
    check(&specimen::anna(), &operations, (ENTERPRISE, &expected));
}

#[test]
fn read_only_and_immutable_attributes_are_not_changed() {
    let anna = specimen::anna();
    for path in [
        "id",
        "meta",
        "meta.created",
        "groups",
        "groups[value eq \"g1\"]",
        "meta.resourceType",
    ] {
        for op in ["add", "replace", "remove"] {
            let operations = json!([{"op": op, "path": path, "value": "x"}]);
            check_refused(&anna, &operations, (ScimType::Mutability, "read-only"));
        }
    }
    let born = |place: &str| json!([{"op": "add", "path": "birthPlace", "value": place}]);
    check(&anna, &born("Bonn"), ("birthPlace", &json!("Bonn")));
    let born_in_bonn = patch(&anna, &born("Bonn"), &strict()).unwrap();
    check(&born_in_bonn, &born("Bonn"), ("birthPlace", &json!("Bonn")));
    check_refused(
        &born_in_bonn,
        &born("Kiel"),
        (ScimType::Mutability, "birthPlace"),
    );
    let remove = json!([{"op": "remove", "path": "birthPlace"}]);
    check_refused(&born_in_bonn, &remove, (ScimType::Mutability, "birthPlace"));
    let identity =
        json!([{"op": "replace", "path": "members[value eq \"u1\"].value", "value": "u9"}]);
    check_refused(
        &specimen::crew(),
        &identity,
        (ScimType::Mutability, "members"),
    );
    let identity =
        json!([{"op": "replace", "path": "members[value eq \"u1\"]", "value": {"value": "u9"}}]);
    check_refused(
        &specimen::crew(),
        &identity,
        (ScimType::Mutability, "members"),
    );
}

#[test]
fn required_attribute_is_not_removed() {
    let operations = json!([{"op": "remove", "path": "userName"}]);
    check_refused(
        &specimen::anna(),
        &operations,
        (ScimType::Mutability, "userName is required"),
    );
    let operations = json!([{"op": "replace", "value": {"userName": null}}]);
    check_refused(
        &specimen::anna(),
        &operations,
        (ScimType::Mutability, "userName is required"),
    );
    let operations = json!([{"op": "remove", "path": "schemas"}]);
    check_refused(
        &specimen::anna(),
        &operations,
        (ScimType::Mutability, "schemas is required"),
    );
}

#[test]
fn wrong_paths_are_refused() {
    let at = |path: &str| json!([{"op": "replace", "path": path, "value": "x"}]);
    let anna = specimen::anna();
    check_refused(
        &anna,
        &at("shoeSize"),
        (
            ScimType::InvalidPath,
            "no schema of a User defines shoeSize",
        ),
    );
    check_refused(
        &anna,
        &at("name.shoeSize"),
        (ScimType::InvalidPath, "name.shoeSize"),
    );
    check_refused(&anna, &at("na me"), (ScimType::InvalidPath, "character 3"));
    check_refused(
        &anna,
        &at("emails[type is \"work\"]"),
        (ScimType::InvalidFilter, "character 13"),
    );
    check_refused(
        &anna,
        &at("emails[primary gt true].value"),
        (ScimType::InvalidFilter, "boolean"),
    );
    check_refused(
        &anna,
        &at("userName[value eq \"x\"]"),
        (ScimType::InvalidPath, "one value"),
    );
    check_refused(
        &anna,
        &at(&format!("{ENTERPRISE}[a pr]")),
        (ScimType::InvalidPath, "schema"),
    );
    let operations = json!([{"op": "replace", "path": 3, "value": "x"}]);
    check_refused(&anna, &operations, (ScimType::InvalidPath, "string"));
}

#[test]
fn filter_that_finds_nothing_is_no_target() {
    for op in ["add", "replace", "remove"] {
        let operations = json!([{"op": op, "path": "emails[type eq \"x\"].value", "value": "y"}]);
        check_refused_by(
            &strict(),
            (&specimen::anna(), &operations),
            (ScimType::NoTarget, "finds no value"),
        );
    }
    let operations = json!([{"op": "replace", "path": "emails[type ne \"work\" and type ne \"home\"].value", "value": "y"}]);
    check_refused(
        &specimen::anna(),
        &operations,
        (ScimType::NoTarget, "finds no value"),
    );
    check_refused(
        &specimen::anna(),
        &json!([{"op": "remove"}]),
        (ScimType::NoTarget, "path"),
    );
}

#[test]
fn values_of_a_wrong_type_are_refused_by_path() {
    let at = |path: &str, value: Value| json!([{"op": "replace", "path": path, "value": value}]);
    let anna = specimen::anna();
    let why = |part| (ScimType::InvalidValue, part);
    check_refused(
        &anna,
        &at("nickName", json!(7)),
        why("nickName must be a string"),
    );
    check_refused(
        &anna,
        &at("active", json!("maybe")),
        why("active must be true or false"),
    );
    check_refused(
        &anna,
        &at("shoes", json!(1.5)),
        why("shoes must be a whole number"),
    );
    check_refused(
        &anna,
        &at("hired", json!("today")),
        why("hired must be a date-time"),
    );
    check_refused(
        &anna,
        &at("name", json!("Anna")),
        why("name must be an object"),
    );
    check_refused(
        &anna,
        &at("name", json!({"givenName": 1})),
        why("name.givenName must be a string"),
    );
    check_refused(
        &anna,
        &at("emails[type eq \"work\"].primary", json!(1)),
        why(".primary must be true or false"),
    );
    check_refused(
        &anna,
        &json!([{"op": "add", "path": "nickName"}]),
        why("value"),
    );
    check_refused(
        &anna,
        &json!([{"op": "add", "value": "x"}]),
        why("without a path"),
    );
}

#[test]
fn failed_operation_leaves_nothing_of_those_before_it() {
    let anna = specimen::anna();
    let operations = json!([
        {"op": "replace", "path": "nickName", "value": "Ann"},
        {"op": "replace", "path": "id", "value": "x"},
    ]);
    check_refused(
        &anna,
        &operations,
        (ScimType::Mutability, "Operations[1]: id"),
    );
    assert_eq!(anna, specimen::anna());
}

#[test]
fn body_must_be_a_patch_op() {
    let user = specimen::user();
    let operation = json!({"op": "add", "path": "nickName", "value": "Ann"});
    let refused = |body: Value, profile: &Profile| {
        let error = apply(&user, &specimen::anna(), &body, profile).unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidSyntax), "{body}");
    };
    for profile in [strict(), Profile::default()] {
        refused(json!([]), &profile);
        refused(body(&json!([])), &profile);
        refused(body(&json!("x")), &profile);
        refused(body(&json!([7])), &profile);
        refused(body(&json!([{"path": "nickName", "value": "x"}])), &profile);
        refused(
            body(&json!([{"op": "move", "path": "nickName", "value": "x"}])),
            &profile,
        );
    }
    for schemas in [json!(null), json!(["urn:x"]), json!("PatchOp")] {
        let body = json!({"schemas": schemas, "Operations": [operation]});
        refused(body.clone(), &strict());
        assert!(apply(&user, &specimen::anna(), &body, &Profile::default()).is_ok());
    }
}

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
