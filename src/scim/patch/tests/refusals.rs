//! What the RFC has a PATCH refuse.

use crate::scim::specimen::ENTERPRISE;

use super::*;

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
    let search = json!(["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]);
    let another = json!({"schemas": search, "Operations": [operation]});
    for profile in [strict(), Profile::default()] {
        refused(another.clone(), &profile);
    }
    for schemas in [json!(null), json!(["urn:x"]), json!("PatchOp")] {
        let body = json!({"schemas": schemas, "Operations": [operation]});
        refused(body.clone(), &strict());
        assert!(apply(&user, &specimen::anna(), &body, &Profile::default()).is_ok());
    }
}

#[test]
fn refusal_says_in_which_operation_and_where_in_its_path() {
    let said = |operations: Value| {
        let error = patch(&specimen::anna(), &operations, &strict()).unwrap_err();
        error.detail
    };
    let good = json!({"op": "add", "path": "nickName", "value": "Ann"});
    let at = |path: &str| json!([good, good, {"op": "add", "path": path, "value": "x"}]);
    let detail = said(at("nick name"));
    assert!(
        detail.starts_with("Operations[2].path: ") && detail.contains("character 5"),
        "{detail}"
    );
    let detail = said(at("emails[type is 1]"));
    assert!(
        detail.starts_with("Operations[2].path: ") && detail.contains("character 13"),
        "{detail}"
    );
    let detail = said(json!([good, {"op": "add", "path": 7, "value": "x"}]));
    assert!(detail.starts_with("Operations[1].path: "), "{detail}");
    let detail = said(json!([good, {"op": "add", "path": "shoes", "value": "x"}]));
    assert!(
        detail.starts_with("Operations[1]: shoes must be a whole number"),
        "{detail}"
    );
}

// "However, a client MAY "add" a value to an "immutable" attribute if the attribute had no previous value."
#[test]
fn immutable_parts_of_a_value_stay_with_it() {
    let crew = specimen::crew();
    let at = "members[value eq \"u1\"]";
    let same = json!([{"op": "replace", "path": at, "value": {"type": "User"}}]);
    let after = patch(&crew, &same, &strict()).unwrap();
    assert_eq!(after["members"][0], json!({"type": "User", "value": "u1"}));
    let first = json!([{"op": "add", "path": format!("{at}.type"), "value": "User"}]);
    let after = patch(&crew, &first, &strict()).unwrap();
    assert_eq!(after["members"][0]["type"], "User");
    let second = json!([{"op": "replace", "path": format!("{at}.type"), "value": "Group"}]);
    check_refused(&after, &second, (ScimType::Mutability, "type"));
    // As the attribute compares texts, it is the value that was set.
    let again = json!([{"op": "replace", "path": format!("{at}.type"), "value": "USER"}]);
    assert_eq!(patch(&after, &again, &strict()).unwrap(), after);
}

#[test]
fn unknown_part_of_a_value_is_refused_by_its_operation_or_left_out() {
    let operations = json!([{"op": "add", "path": "emails", "value": [{"value": "x", "shoe": 1}]}]);
    let letter = Profile::named("rfc").unwrap();
    check_refused_by(
        &letter,
        (&specimen::anna(), &operations),
        (ScimType::InvalidSyntax, "Operations[0]: emails.shoe"),
    );
    let after = patch(&specimen::anna(), &operations, &Profile::default()).unwrap();
    assert_eq!(after["emails"][2], json!({"value": "x"}));
}
