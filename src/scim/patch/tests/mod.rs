mod clients;
mod operations;
mod refusals;

use serde_json::json;

use crate::profile::UnknownAttributes;
use crate::scim::error::ScimType;
use crate::scim::specimen;

use super::*;

fn strict() -> Profile {
    Profile {
        unknown_attributes: UnknownAttributes::Ignore,
        ..Profile::named("rfc").unwrap()
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
