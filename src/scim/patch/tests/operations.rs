//! What the RFC has a PATCH do.

use crate::profile::UnknownAttributes;
use crate::scim::specimen::ENTERPRISE;

use super::*;

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
fn many_values_are_joined_and_removed_in_time_that_grows_with_their_number() {
    let many = |from: usize| {
        (from..from + 20_000)
            .map(|n| json!({"value": format!("u{n}")}))
            .collect::<Vec<_>>()
    };
    let add = json!([{"op": "add", "path": "members", "value": many(10)}]);
    let large = patch(&specimen::crew(), &add, &Profile::default()).unwrap();
    assert_eq!(large["members"].as_array().unwrap().len(), 20_002);
    let add = json!([{"op": "add", "path": "members", "value": many(5_010)}]);
    let larger = patch(&large, &add, &Profile::default()).unwrap();
    assert_eq!(larger["members"].as_array().unwrap().len(), 25_002);
    let remove = json!([{"op": "remove", "path": "members", "value": many(10)}]);
    let small = patch(&larger, &remove, &Profile::default()).unwrap();
    assert_eq!(small["members"].as_array().unwrap().len(), 5_002);
}
