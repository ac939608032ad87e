//! What holds for every PATCH, tried on many.

use proptest::prelude::*;
use serde_json::json;

use crate::scim::resource::{accept, naming_all_schemas};
use crate::scim::specimen::{self, ENTERPRISE};

use super::*;

/// JSON of any shape, with names and texts that a PATCH is made of.
fn any_json() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec![
        "value",
        "type",
        "primary",
        "members",
        "emails",
        "tags",
        "name",
        "givenName",
        "userName",
        "schemas",
        "id",
        "manager",
        "True",
        "False",
        "",
        "u1",
        "work",
        "add",
        "Replace",
        "remove",
        "$ref",
        "op",
        "path",
        "{}",
        "[1]",
        "Operations",
        ENTERPRISE,
        "name.givenName",
        "emails[type eq \"work\"].value",
        "members[value eq \"u1\"]",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let member = (text.clone().prop_map(str::to_owned), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            prop::collection::vec(member, 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// A value that some attribute takes, or JSON of any shape: else nearly all operations would be refused.
fn any_value() -> impl Strategy<Value = Value> {
    let address = prop::sample::select(vec!["anna@work.com", "anna@home.com", "u1", "new"]);
    let kind = prop::option::of(prop::sample::select(vec!["work", "home", "other"]));
    let element = (address.clone(), kind, prop::option::of(any::<bool>())).prop_map(
        |(value, kind, primary)| {
            let mut element = json!({"value": value});
            if let Some(kind) = kind {
                element["type"] = kind.into();
            }
            if let Some(primary) = primary {
                element["primary"] = primary.into();
            }
            element
        },
    );
    prop_oneof![
        2 => prop::collection::vec(element.clone(), 0..3).prop_map(Value::from),
        2 => element,
        1 => address.prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => any_json(),
    ]
}

fn any_path() -> impl Strategy<Value = String> {
    let head = prop::sample::select(vec![
        "emails",
        "members",
        "tags",
        "name",
        "userName",
        "active",
        "manager",
        "groups",
        "birthPlace",
        "roles",
        "shoes",
        ENTERPRISE,
        "urn:ietf:params:scim:schemas:core:2.0:User",
    ]);
    let brackets = prop::sample::select(vec![
        "",
        "[type eq \"work\"]",
        "[value eq \"u1\"]",
        "[primary eq true]",
        "[value pr]",
        "[type ne \"x\" or value co \"a\"]",
    ]);
    let tail = prop::sample::select(vec![
        "",
        ".value",
        ".type",
        ".primary",
        ".givenName",
        ".$ref",
    ]);
    let any =
        (head, brackets, tail).prop_map(|(head, brackets, tail)| format!("{head}{brackets}{tail}"));
    let usual = prop::sample::select(vec![
        "emails",
        "emails[type eq \"home\"]",
        "emails[type eq \"home\"].primary",
        "emails[type eq \"other\"].value",
    ]);
    prop_oneof![any, usual.prop_map(str::to_owned)]
}

fn primaries(resource: &Value) -> usize {
    let emails = resource["emails"].as_array().into_iter().flatten();
    emails.filter(|email| email["primary"] == true).count()
}

fn try_all(body: &Value) -> Result<(), TestCaseError> {
    for name in ["goto", "rfc", "entra-lenient"] {
        let profile = Profile::named(name).unwrap();
        if let Ok(after) = apply(&specimen::user(), &specimen::anna(), body, &profile) {
            prop_assert!(primaries(&after) <= 1, "{after}");
            prop_assert_eq!(&after["id"], "2819c223");
            prop_assert_eq!(&after["groups"], &json!([{"value": "g1"}]));
            prop_assert!(after["userName"].is_string());
            let urns = after["schemas"].as_array().unwrap();
            let has_extension = after.get(ENTERPRISE).is_some();
            prop_assert_eq!(urns.contains(&ENTERPRISE.into()), has_extension);
        }
        let _ = apply(&specimen::group(), &specimen::crew(), body, &profile);
        let _ = apply(&specimen::group(), body, body, &profile);
        if let Ok(accepted) = accept(&specimen::user(), body.clone(), &profile) {
            // What was accepted once is accepted again, and stays what it is.
            let again = naming_all_schemas(
                &specimen::user(),
                Value::Object(accepted.attributes.clone()),
            );
            let again = accept(&specimen::user(), again, &profile);
            prop_assert_eq!(again.map(|again| again.attributes), Ok(accepted.attributes));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn nothing_panics_on_any_json(body in any_json()) {
        try_all(&body)?;
    }

    #[test]
    fn what_must_hold_after_a_patch_holds_after_any(
        operations in prop::collection::vec((0..3usize, prop::option::of(any_path()), any_value()), 1..4),
    ) {
        let operations = operations.into_iter().map(|(verb, path, value)| {
            let op = ["add", "replace", "remove"][verb];
            json!({"op": op, "path": path, "value": value})
        });
        let operations: Vec<_> = operations.collect();
        try_all(&json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": operations,
        }))?;
    }

    #[test]
    fn adding_twice_is_adding_once(path in any_path(), value in any_value()) {
        let body = json!({"Operations": [{"op": "add", "path": path, "value": value}]});
        let user = specimen::user();
        let profile = Profile::default();
        if let Ok(once) = apply(&user, &specimen::anna(), &body, &profile) {
            // A filter may find less after the change than before.
            if !path.contains('[') {
                prop_assert_eq!(apply(&user, &once, &body, &profile), Ok(once));
            }
        }
    }
}
