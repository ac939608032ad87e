//! From a whole body of the older dialect to one of SCIM 2.0.

use serde_json::{Map, Value, json};

use super::{Known, Part, Shape, attributes_of, unknown};
use crate::profile::Profile;
use crate::scim::error::ScimError;

/// The 2.0 body that a create of the older dialect stands for.
///
/// # Errors
///
/// 400 for what the dialect does not know, if the profile refuses that, and for more members than one request may
/// carry; what the values are worth is for [`accept`](crate::scim::resource::accept) to say.
///
/// # Examples
///
/// ```
/// # use goto_double::{profile::Profile, scim::v1::{GROUP, body}};
/// # use serde_json::json;
/// let sent = json!({ "displayName": "Guides", "members": [{ "type": "user", "value": "17" }] });
/// let whole = body::whole(&GROUP, sent, &Profile::default()).unwrap();
/// assert_eq!(whole, json!({ "displayName": "Guides", "members": [{ "value": "17" }] }));
/// ```
pub fn whole(shape: &Shape, body: Value, profile: &Profile) -> Result<Value, ScimError> {
    let mut attributes = Map::new();
    for (known, value) in members(shape, body, profile)? {
        let (name, value) = match known {
            Known::Attribute(part) => (part.name, parts(part, value, profile)?),
            Known::WriteOnly(name) => (name, value),
            Known::ReadOnly => continue,
        };
        attributes.insert(name.to_owned(), value);
    }
    Ok(Value::Object(attributes))
}

/// The 2.0 body that a PUT of the older dialect stands for.
///
/// It replaces what the dialect knows; what only SCIM 2.0 knows of the resource stays. GoTo's published SCIM OpenAPI
/// says of a user that PUT changes `displayName`, `locale`, `timezone`, `userName` and `password`, and nothing else.
///
/// # Errors
///
/// Those of [`whole`].
pub fn replacing(
    shape: &Shape,
    before: &Value,
    body: Value,
    profile: &Profile,
) -> Result<Value, ScimError> {
    let Value::Object(mut new) = whole(shape, body, profile)? else {
        return Err(not_an_object());
    };
    let mut attributes = attributes_of(before);
    for part in shape.attributes {
        let old = attributes.shift_remove(part.name);
        match (old, new.shift_remove(part.name)) {
            (Some(Value::Object(mut old)), sent) => {
                old.retain(|name, _| part.sub(name).is_none());
                match sent {
                    Some(Value::Object(sent)) => old.extend(sent),
                    None | Some(Value::Null) => {}
                    // Not of the form it must have: to be refused.
                    Some(wrong) => {
                        attributes.insert(part.name.into(), wrong);
                        continue;
                    }
                }
                attributes.insert(part.name.into(), Value::Object(old));
            }
            (_, Some(sent)) => {
                attributes.insert(part.name.into(), sent);
            }
            (_, None) => {}
        }
    }
    attributes.extend(new);
    Ok(Value::Object(attributes))
}

/// The members of a body that the dialect knows, each once.
pub(super) fn members(
    shape: &Shape,
    body: Value,
    profile: &Profile,
) -> Result<Vec<(Known, Value)>, ScimError> {
    let Value::Object(body) = body else {
        return Err(not_an_object());
    };
    let mut seen: Vec<&'static str> = Vec::new();
    let mut found = Vec::with_capacity(body.len());
    for (name, value) in body {
        let Some(known) = shape.known(&name) else {
            unknown(&name, profile)?;
            continue;
        };
        if let Some(name) = known.name() {
            if seen.contains(&name) {
                return Err(ScimError::invalid_syntax(format!("{name} is named twice")));
            }
            seen.push(name);
        }
        refuse_many(known, &value, profile)?;
        found.push((known, value));
    }
    Ok(found)
}

/// GoTo's published SCIM OpenAPI: the `members` array must not exceed 100 elements in one request.
fn refuse_many(known: Known, value: &Value, profile: &Profile) -> Result<(), ScimError> {
    let Known::Attribute(Part { name, .. }) = known else {
        return Ok(());
    };
    match (value.as_array(), profile.identity_members_per_request) {
        (Some(values), Some(most)) if values.len() > most => {
            let carried = values.len();
            let detail = format!("{name}: {carried} in one request, {most} are allowed");
            Err(ScimError::invalid_value(detail))
        }
        _ => Ok(()),
    }
}

/// A value with those of its sub-attributes that the dialect knows; a value of another form stays for `accept` to refuse.
pub(super) fn parts(
    part: &'static Part,
    value: Value,
    profile: &Profile,
) -> Result<Value, ScimError> {
    match value {
        Value::Object(members) if !part.subs.is_empty() => {
            let mut kept = Map::new();
            for (name, value) in members {
                match part.sub(&name) {
                    Some(sub) => {
                        kept.insert(sub.into(), value);
                    }
                    None => unknown(&format!("{}.{name}", part.name), profile)?,
                }
            }
            Ok(Value::Object(kept))
        }
        Value::Array(values) if part.name == "members" => {
            let members = values.into_iter().map(|value| member(part, value, profile));
            members.collect::<Result<Vec<_>, _>>().map(Value::Array)
        }
        value => Ok(value),
    }
}

/// A member of a group, whose `type` must be one of the two there are; the store says which of them it really is.
fn member(part: &'static Part, value: Value, profile: &Profile) -> Result<Value, ScimError> {
    let Value::Object(_) = value else {
        return Ok(value);
    };
    let known = parts(part, value, profile)?;
    match known.get("type").map(Value::as_str) {
        Some(Some(kind))
            if ["user", "group"]
                .iter()
                .any(|one| kind.eq_ignore_ascii_case(one)) => {}
        // GoTo's published SCIM OpenAPI requires it, yet it says nothing that the key does not say.
        None if !profile.identity_member_type_required => {}
        None => return Err(ScimError::invalid_value("members.type is required")),
        Some(_) => {
            let detail = "members.type must be user or group";
            return Err(ScimError::invalid_value(detail));
        }
    }
    match known.get("value") {
        None | Some(Value::Null) => Err(ScimError::invalid_value("members.value is required")),
        Some(id) => Ok(json!({ "value": id })),
    }
}

fn not_an_object() -> ScimError {
    ScimError::invalid_syntax("a resource is a JSON object")
}

#[cfg(test)]
mod tests {
    use super::super::{GROUP, USER};
    use super::*;

    fn strict() -> Profile {
        Profile {
            unknown_attributes: crate::profile::UnknownAttributes::Refuse,
            identity_member_type_required: true,
            ..Profile::default()
        }
    }

    #[test]
    fn only_what_the_dialect_knows_is_taken_over() {
        let body = json!({
            "schemas": ["urn:scim:schemas:core:1.0"], "id": "1", "USERNAME": "a@main.com", "title": "Guide",
            "name": { "GIVENNAME": "Ada", "middleName": "K." }, "password": "secret", "meta": { "location": "x" },
            "urn:scim:schemas:extension:getgo:1.0": { "accounts": [] },
        });
        let expected = json!({ "userName": "a@main.com", "name": { "givenName": "Ada" }, "password": "secret" });
        assert_eq!(whole(&USER, body, &Profile::default()), Ok(expected));
        let error = whole(&USER, json!({ "title": "Guide" }), &strict()).unwrap_err();
        assert!(error.detail.starts_with("title"), "{}", error.detail);
    }

    #[test]
    fn replacing_keeps_what_only_the_newer_dialect_knows() {
        let before = json!({
            "id": "1", "userName": "a@main.com", "displayName": "Ada", "externalId": "7", "active": false,
            "name": { "givenName": "Ada", "familyName": "L", "middleName": "K." },
        });
        let body = json!({ "userName": "b@main.com", "name": { "givenName": "Bea" } });
        let after = replacing(&USER, &before, body, &Profile::default()).unwrap();
        let expected = json!({
            "id": "1", "externalId": "7", "active": false, "userName": "b@main.com",
            "name": { "middleName": "K.", "givenName": "Bea" },
        });
        assert_eq!(after, expected);
    }

    #[test]
    fn members_are_of_one_of_two_types() {
        let of = |member: Value| json!({ "displayName": "Guides", "members": [member] });
        let typeless = of(json!({ "value": "1" }));
        assert!(whole(&GROUP, typeless.clone(), &Profile::default()).is_ok());
        assert!(whole(&GROUP, typeless, &strict()).is_err());
        let nobody = of(json!({ "type": "user" }));
        assert!(whole(&GROUP, nobody, &Profile::default()).is_err());
        let robot = of(json!({ "value": "1", "type": "robot" }));
        assert!(whole(&GROUP, robot, &Profile::default()).is_err());
    }

    #[test]
    fn name_that_comes_twice_is_refused() {
        let body = json!({ "userName": "a@main.com", "username": "b@main.com" });
        let error = whole(&USER, body, &Profile::default()).unwrap_err();
        assert_eq!(error.detail, "userName is named twice");
    }
}
