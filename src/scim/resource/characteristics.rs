//! The characteristics that the built-in schemas do not show, on a type made for it,
//! [RFC 7643 section 2.2](https://www.rfc-editor.org/rfc/rfc7643#section-2.2).

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::profile::UnknownAttributes;
use crate::scim::error::ScimType;
use crate::scim::resource_type::Kind;
use crate::scim::schema::Schema;

const DEVICE: &str = "urn:example:params:scim:schemas:Device";
const WARRANTY: &str = "urn:example:params:scim:schemas:extension:Warranty";
const LABEL: &str = "urn:example:params:scim:schemas:extension:Label";

fn schema(id: &str, attributes: &Value) -> Arc<Schema> {
    let document = json!({"id": id, "name": id, "attributes": attributes});
    Arc::new(serde_json::from_value(document).unwrap())
}

fn device() -> ResourceType {
    let core = schema(
        DEVICE,
        &json!([
            {"name": "schemas", "type": "reference", "multiValued": true, "required": true},
            {"name": "id", "type": "string", "mutability": "readOnly"},
            {"name": "serial", "type": "string", "required": true, "mutability": "immutable"},
            {"name": "pin", "type": "string", "mutability": "writeOnly", "returned": "never"},
            {"name": "colour", "type": "string", "canonicalValues": ["red", "blue"]},
            {"name": "marks", "type": "string", "multiValued": true, "mutability": "immutable"},
            {"name": "weight", "type": "decimal"},
            {"name": "place", "type": "complex", "subAttributes": [
                {"name": "room", "type": "string", "required": true},
                {"name": "floor", "type": "integer"},
                {"name": "built", "type": "string", "mutability": "immutable"},
                {"name": "seen", "type": "string", "mutability": "readOnly"},
            ]},
            {"name": "ports", "type": "complex", "multiValued": true, "subAttributes": [
                {"name": "value", "type": "string", "required": true},
                {"name": "type", "type": "string"},
                {"name": "speeds", "type": "integer", "multiValued": true},
            ]},
        ]),
    );
    let warranty = schema(
        WARRANTY,
        &json!([{"name": "until", "type": "dateTime", "required": true}]),
    );
    let label = schema(
        LABEL,
        &json!([{"name": "text", "type": "string", "required": true}, {"name": "first", "type": "string", "mutability": "immutable"}]),
    );
    ResourceType {
        kind: Kind::Other(0),
        naming: "serial".into(),
        name: "Device".into(),
        endpoint: "/Devices".into(),
        description: String::new(),
        schema: core,
        extensions: vec![
            Extension {
                schema: warranty,
                required: true,
            },
            Extension {
                schema: label,
                required: false,
            },
        ],
    }
}

fn strict() -> Profile {
    Profile::named("rfc").unwrap()
}

/// A device with these members on top of what every device must have.
fn body(more: Value) -> Value {
    let mut body = json!({
        "schemas": [DEVICE, WARRANTY, LABEL],
        "serial": "S1",
        WARRANTY: {"until": "2031-01-01T00:00:00Z"},
    });
    let Value::Object(more) = more else {
        return more;
    };
    body.as_object_mut().unwrap().extend(more);
    body
}

fn taken(body: Value, profile: &Profile) -> Value {
    Value::Object(accept(&device(), body, profile).unwrap().attributes)
}

#[track_caller]
fn check_kept(more: Value, name: &str, expected: &Value) {
    let kept = taken(body(more), &strict());
    assert_eq!(kept.get(name).unwrap_or(&Value::Null), expected);
}

#[track_caller]
fn check_refused(body: Value, (scim_type, part): (ScimType, &str)) {
    let error = accept(&device(), body, &strict()).unwrap_err();
    assert_eq!(error.scim_type, Some(scim_type), "{error}");
    assert!(error.detail.contains(part), "{error}");
}

#[track_caller]
fn put(before: Value, more: Value) -> Result<Value, ScimError> {
    let before = taken(body(before), &strict());
    let accepted = accept(&device(), body(more), &strict()).unwrap();
    let settled = accepted.in_place_of(&device(), &before);
    settled.map(|accepted| Value::Object(accepted.attributes))
}

#[track_caller]
fn check_put_refused(before: Value, more: Value, part: &str) {
    let error = put(before, more).unwrap_err();
    assert_eq!(error.scim_type, Some(ScimType::Mutability), "{error}");
    assert!(error.detail.contains(part), "{error}");
}

// Section 2.2: "required: false"; section 7: "A Boolean value that specifies whether or not the attribute is required."
#[test]
fn required_sub_attribute_is_wanted_where_its_parent_is_there() {
    check_kept(json!({}), "place", &Value::Null);
    check_kept(
        json!({"place": {"room": "7", "floor": 1}}),
        "place",
        &json!({"room": "7", "floor": 1}),
    );
    let why = |part| (ScimType::InvalidValue, part);
    check_refused(
        body(json!({"place": {"floor": 1}})),
        why("place.room is required"),
    );
    check_refused(
        body(json!({"place": {"room": " ", "floor": 1}})),
        why("place.room is required"),
    );
    let ports = json!({"ports": [{"value": "a"}, {"type": "usb"}]});
    check_refused(body(ports), why("ports[1].value is required"));
    check_kept(json!({"place": {"room": null}}), "place", &Value::Null);
}

// Section 6: "If "true", a resource of this type MUST include this schema extension and also include any attributes
// declared as required in this schema extension."
#[test]
fn required_extension_and_the_required_attributes_of_an_extension_are_wanted() {
    let without = json!({"schemas": [DEVICE], "serial": "S1"});
    check_refused(
        without,
        (ScimType::InvalidValue, &format!("{WARRANTY} is required")),
    );
    let empty = body(json!({WARRANTY: {}}));
    check_refused(
        empty,
        (ScimType::InvalidValue, &format!("{WARRANTY} is required")),
    );
    let label = body(json!({LABEL: {"first": "x"}}));
    check_refused(
        label,
        (ScimType::InvalidValue, &format!("{LABEL}:text is required")),
    );
    check_kept(json!({LABEL: {"text": "x"}}), LABEL, &json!({"text": "x"}));
}

// Section 2.2: "canonicalValues: A collection of suggested canonical values that MAY be used".
#[test]
fn value_beside_the_canonical_ones_is_kept() {
    check_kept(json!({"colour": "Violet"}), "colour", &json!("Violet"));
}

// Section 2.1: "Attribute names are case insensitive".
#[test]
fn names_have_no_case_at_any_level() {
    let odd = json!({
        "PLACE": {"ROOM": "7"}, "Ports": [{"VALUE": "a", "Type": "usb", "PRIMARY": true}], LABEL.to_uppercase(): {"TEXT": "x"},
    });
    let kept = taken(body(odd), &strict());
    assert_eq!(kept["place"], json!({"room": "7"}));
    assert_eq!(
        kept["ports"],
        json!([{"value": "a", "type": "usb", "primary": true}])
    );
    assert_eq!(kept[LABEL], json!({"text": "x"}));
}

#[test]
fn name_that_differs_in_case_only_is_a_repetition_at_every_level() {
    for (repeated, part) in [
        (json!({"SERIAL": "S2"}), "serial is named twice"),
        (
            json!({"place": {"room": "7", "Room": "8"}}),
            "place.room is named twice",
        ),
        (
            json!({"ports": [{"value": "7", "VALUE": "8"}]}),
            "ports[0].value is named twice",
        ),
        (
            json!({"ports": [{"value": "7", "primary": true, "Primary": false}]}),
            "ports[0].primary is named twice",
        ),
        (
            json!({LABEL: {"text": "7", "Text": "8"}}),
            "Label:text is named twice",
        ),
        (
            json!({LABEL: {"text": "7"}, LABEL.to_uppercase(): {"text": "8"}}),
            "Label is named twice",
        ),
        (
            json!({"SCHEMAS": [DEVICE, WARRANTY]}),
            "schemas is named twice",
        ),
    ] {
        check_refused(body(repeated.clone()), (ScimType::InvalidSyntax, part));
        let lax = Profile {
            repeated_names: true,
            ..strict()
        };
        assert!(accept(&device(), body(repeated), &lax).is_ok());
    }
}

#[test]
fn unknown_attribute_is_refused_or_ignored_at_every_level() {
    for (unknown, part) in [
        (json!({"size": 1}), "size is no attribute"),
        (
            json!({"place": {"room": "7", "door": 1}}),
            "place.door is no attribute",
        ),
        (
            json!({"ports": [{"value": "7", "door": 1}]}),
            "ports[0].door is no attribute",
        ),
        (
            json!({LABEL: {"text": "7", "door": 1}}),
            "Label:door is no attribute",
        ),
        (
            json!({"urn:example:other": {"text": "7"}}),
            "urn:example:other is no attribute",
        ),
    ] {
        check_refused(body(unknown.clone()), (ScimType::InvalidSyntax, part));
        let lax = Profile {
            unknown_attributes: UnknownAttributes::Ignore,
            ..strict()
        };
        assert!(!taken(body(unknown), &lax).to_string().contains("door"));
    }
}

// Section 2.2: "multi-valued"; the parts of a value of a list may be lists of their own only by a schema that says so.
#[test]
fn list_inside_a_value_of_a_list_is_kept() {
    let ports = json!([{"value": "a", "speeds": [1, 10]}]);
    check_kept(json!({"ports": ports}), "ports", &ports);
}

// RFC 7644 section 3.5.1: "immutable: If value(s) are already set for the attribute, the input value(s) MUST match, or
// HTTP status code 400 SHOULD be returned with a "scimType" error code of "mutability"."
#[test]
fn put_with_another_immutable_value_is_refused() {
    check_put_refused(json!({}), json!({"serial": "S2"}), "serial");
    check_put_refused(
        json!({"marks": ["a"]}),
        json!({"marks": ["a", "b"]}),
        "marks",
    );
    let place = |built: &str| json!({"place": {"room": "7", "built": built}});
    check_put_refused(place("1990"), place("1991"), "built");
    let label = |first: &str| json!({LABEL: {"text": "x", "first": first}});
    check_put_refused(label("a"), label("b"), "first");
}

// "... If the service provider has no existing values, the new value(s) SHALL be applied."
#[test]
fn put_sets_an_immutable_value_once_and_may_repeat_or_omit_it() {
    assert_eq!(
        put(json!({}), json!({"marks": ["a"]})).unwrap()["marks"],
        json!(["a"])
    );
    let kept = put(json!({"marks": ["a", "b"]}), json!({"marks": ["B", "a"]})).unwrap();
    assert_eq!(kept["marks"], json!(["a", "b"]));
    assert_eq!(
        put(json!({"marks": ["a"]}), json!({})).unwrap()["marks"],
        json!(["a"])
    );
    let place = put(
        json!({"place": {"room": "7", "built": "1990"}}),
        json!({"place": {"room": "8"}}),
    );
    assert_eq!(
        place.unwrap()["place"],
        json!({"room": "8", "built": "1990"})
    );
    let label = json!({LABEL: {"text": "x", "first": "a"}});
    let kept = put(label.clone(), json!({LABEL: {"text": "y"}})).unwrap();
    assert_eq!(kept[LABEL], json!({"text": "y", "first": "a"}));
    // What stays of an extension keeps it there, and then what it requires must be there too.
    let error = put(label, json!({})).unwrap_err();
    assert!(error.detail.contains("Label:text is required"), "{error}");
}

// "readOnly: Any values provided SHALL be ignored."
#[test]
fn read_only_values_are_ignored_also_inside_a_complex_one() {
    check_kept(json!({"id": 7}), "id", &Value::Null);
    check_kept(
        json!({"place": {"room": "7", "seen": []}}),
        "place",
        &json!({"room": "7"}),
    );
}

#[test]
fn put_leaves_what_is_write_only_unless_it_sets_it() {
    let pin = |pin: &str| json!({"pin": pin});
    assert_eq!(put(pin("1"), json!({})).unwrap()["pin"], "1");
    assert_eq!(put(pin("1"), pin("2")).unwrap()["pin"], "2");
}

// "readWrite, writeOnly: Any values provided SHALL replace the existing attribute values. Attributes whose mutability
// is "readWrite" that are omitted from the request body, the service provider MAY assume ... are to be cleared".
#[test]
fn put_clears_what_it_omits() {
    let after = put(
        json!({"weight": 1.5, "colour": "red"}),
        json!({"weight": 2}),
    )
    .unwrap();
    assert_eq!((&after["weight"], after.get("colour")), (&json!(2), None));
}

// Section 3: "The "schemas" attribute ... MUST only contain values defined as "schema" and "schemaExtensions" for the
// resource's defined "resourceType". Duplicate values MUST NOT be included. Value order is not specified".
#[test]
fn schemas_are_those_of_the_type_each_once_in_any_order() {
    let why = |part| (ScimType::InvalidSyntax, part);
    let mut one = body(json!({LABEL: {"text": "x"}}));
    one["schemas"] = json!([LABEL, WARRANTY.to_uppercase(), DEVICE]);
    assert!(accept(&device(), one, &strict()).is_ok());
    check_refused(
        body(json!({"schemas": [DEVICE, WARRANTY, "urn:x:y"]})),
        why("schemas[2]: urn:x:y is no schema"),
    );
    check_refused(
        body(json!({"schemas": [DEVICE, WARRANTY, DEVICE]})),
        why("is named twice"),
    );
    check_refused(
        body(json!({"schemas": [WARRANTY]})),
        why("schemas must name"),
    );
    check_refused(body(json!({"schemas": []})), why("schemas must name"));
    check_refused(body(json!({"schemas": null})), why("schemas must name"));
    check_refused(body(json!({"schemas": [7]})), why("array of URNs"));
    check_refused(
        body(json!({"schemas": [DEVICE]})),
        why("schemas does not name"),
    );
}
