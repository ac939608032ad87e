//! A second, deliberately simple PATCH, written from the text of
//! [RFC 7644 section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2) alone: it takes the resource apart
//! into a list of single values, each with its place, and puts it together again.
//! The engine must agree with it on any resource and any operation, refusals included.

mod any;
mod facts;
mod mail;
mod tried;

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use serde_json::json;

use crate::profile::UnknownAttributes;
use crate::scim::error::ScimType;
use crate::scim::resource::accept;
use crate::scim::resource_type::Kind;
use crate::scim::schema::Schema;

use super::*;
use any::{any_operation, any_resource};
use facts::Facts;
use tried::At;

/// Why something is refused.
type Why = ScimType;

const THING: &str = "urn:example:Thing";
const EXTRA: &str = "urn:example:extension:Extra";

fn schema(id: &str, attributes: &Value) -> Arc<Schema> {
    let document = json!({"id": id, "name": id, "attributes": attributes});
    Arc::new(serde_json::from_value(document).unwrap())
}

fn thing() -> ResourceType {
    let core = json!([
        {"name": "schemas", "type": "reference", "multiValued": true},
        {"name": "id", "type": "string", "mutability": "readOnly"},
        {"name": "label", "type": "string", "required": true},
        {"name": "note", "type": "string"},
        {"name": "born", "type": "string", "mutability": "immutable"},
        {"name": "box", "type": "complex", "subAttributes": [
            {"name": "left", "type": "string"}, {"name": "right", "type": "string"},
        ]},
        {"name": "tags", "type": "string", "multiValued": true},
        {"name": "mails", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "value", "type": "string"}, {"name": "type", "type": "string"},
            {"name": "primary", "type": "boolean"},
        ]},
    ]);
    let extra = json!([{"name": "unit", "type": "string"}, {"name": "code", "type": "string"}]);
    ResourceType {
        kind: Kind::Other(0),
        naming: "label".into(),
        name: "Thing".into(),
        endpoint: "/Things".into(),
        description: String::new(),
        schema: schema(THING, &core),
        extensions: vec![Extension {
            schema: schema(EXTRA, &extra),
            required: false,
        }],
    }
}

fn body(operations: &[(&'static str, At, Value)]) -> Value {
    let written = operations.iter().map(|(op, at, value)| {
        let mut operation = json!({"op": op});
        if let Some(path) = at.text() {
            operation["path"] = path.into();
        }
        if *op != "remove" {
            operation["value"] = value.clone();
        }
        operation
    });
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": written.collect::<Vec<_>>()})
}

/// Made once for all cases.
static RULES: LazyLock<(ResourceType, Profile)> = LazyLock::new(|| {
    let letter = Profile {
        unknown_attributes: UnknownAttributes::Ignore,
        ..Profile::named("rfc").unwrap()
    };
    (thing(), letter)
});

fn outcome(resource: &Value, body: &Value) -> Result<Value, Option<ScimType>> {
    let (thing, letter) = &*RULES;
    let after = apply(thing, resource, body, letter).map_err(|error| error.scim_type)?;
    // The schemas have the last word on what may stay, as they have after every PATCH.
    let accepted = accept(thing, after.clone(), letter).map_err(|error| error.scim_type)?;
    let mut kept = json!({"schemas": after["schemas"], "id": after["id"]});
    kept.as_object_mut().unwrap().extend(accepted.attributes);
    Ok(kept)
}

fn check(resource: &Value, operations: &[(&'static str, At, Value)]) -> Result<(), TestCaseError> {
    let mut facts = Facts::take_apart(resource);
    let mut done = operations
        .iter()
        .map(|(op, at, value)| facts.operate(op, at, value));
    let expected = match done.find_map(Result::err) {
        Some(why) => Err(Some(why)),
        None => Ok(facts.put_together()),
    };
    let body = body(operations);
    prop_assert_eq!(outcome(resource, &body), expected, "{} {}", resource, body);
    Ok(())
}

proptest! {
    // Each case compares every operation by itself and all in a row: some 25,000 comparisons.
    #![proptest_config(ProptestConfig { cases: 6_000, ..ProptestConfig::default() })]

    #[test]
    fn engine_and_oracle_agree(resource in any_resource(), operations in prop::collection::vec(any_operation(), 2..5)) {
        for operation in &operations {
            check(&resource, std::slice::from_ref(operation))?;
        }
        check(&resource, &operations)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn replacing_twice_is_replacing_once(resource in any_resource(), (_, at, value) in any_operation()) {
        let body = body(&[("replace", at.clone(), value)]);
        if let Ok(once) = outcome(&resource, &body) {
            // A filter may find less after the change than before, and so may a part of a value that is gone.
            if !matches!(at, At::Mails(Some(_), _) | At::Mails(_, Some(_))) {
                prop_assert_eq!(outcome(&once, &body), Ok(once));
            }
        }
    }

    #[test]
    fn what_is_not_written_keeps_its_order(resource in any_resource(), operation in any_operation()) {
        if let Ok(after) = outcome(&resource, &body(&[operation])) {
            let stayed = |own: &Value, other: &Value| {
                let members = own.as_object().unwrap().iter();
                let same = members.filter(|(name, value)| other.get(name) == Some(value));
                same.map(|(name, _)| name.clone()).collect::<Vec<_>>()
            };
            prop_assert_eq!(stayed(&resource, &after), stayed(&after, &resource));
        }
    }
}
