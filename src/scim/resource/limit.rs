//! The bounds that GoTo puts on values; each number is a field of the profile, with its source.

use serde_json::{Map, Value};

use super::locale::{is_locale, is_time_zone};
use crate::profile::Profile;
use crate::scim::error::ScimError;
use crate::scim::resource_type::Kind;

/// Checks a user or a group; GoTo has nothing else.
pub(super) fn check(
    kind: Kind,
    attributes: &Map<String, Value>,
    profile: &Profile,
) -> Result<(), ScimError> {
    let text = |name: &str| attributes.get(name)?.as_str();
    match kind {
        Kind::User => {
            length("userName", text("userName"), profile.user_name_length)?;
            check_name(attributes, profile)?;
            check_place((text("locale"), text("timezone")), profile)
        }
        Kind::Group => length(
            "displayName",
            text("displayName"),
            profile.group_name_length,
        ),
        Kind::Other(_) => Ok(()),
    }
}

fn check_name(attributes: &Map<String, Value>, profile: &Profile) -> Result<(), ScimError> {
    let Some(name) = attributes.get("name") else {
        return Ok(());
    };
    let part = |part: &str| name.get(part)?.as_str();
    length(
        "name.givenName",
        part("givenName"),
        profile.given_name_length,
    )?;
    length(
        "name.familyName",
        part("familyName"),
        profile.family_name_length,
    )
}

fn check_place(
    (locale, timezone): (Option<&str>, Option<&str>),
    profile: &Profile,
) -> Result<(), ScimError> {
    let refuse = |text: &str| Err(ScimError::invalid_value(text));
    // Okta's test plan sends empty values and wants no error.
    let is_said = |text: &&str| !(text.is_empty() && profile.empty_strings_as_absent);
    let (locale, timezone) = (locale.filter(is_said), timezone.filter(is_said));
    if profile.locale_checked && locale.is_some_and(|text| !is_locale(text)) {
        return refuse("locale must be a language or a language and a country, such as en-US");
    }
    if profile.timezone_checked && timezone.is_some_and(|text| !is_time_zone(text)) {
        return refuse("timezone must be one of the IANA database, such as Europe/Berlin");
    }
    Ok(())
}

fn length(path: &str, text: Option<&str>, most: Option<usize>) -> Result<(), ScimError> {
    let (Some(text), Some(most)) = (text, most) else {
        return Ok(());
    };
    // No text has more characters than bytes, so the long count is seldom needed.
    if text.len() > most && text.chars().count() > most {
        let detail = format!("{path} must not be longer than {most} characters");
        return Err(ScimError::invalid_value(detail));
    }
    Ok(())
}

/// Refuses a request body, whole resource or PATCH, that carries more members than the profile lets one request carry.
///
/// # Errors
///
/// 400 `invalidValue`.
pub fn refuse_many_members(body: &Value, profile: &Profile) -> Result<(), ScimError> {
    let Some(most) = profile.members_per_request else {
        return Ok(());
    };
    let carried = carried(body);
    if carried > most {
        let detail = format!("members: {carried} in one request, {most} are allowed");
        return Err(ScimError::invalid_value(detail));
    }
    Ok(())
}

fn carried(body: &Value) -> usize {
    let of_resource = field(body, "members").map_or(0, length_of);
    let operations = field(body, "Operations").and_then(Value::as_array);
    let of_operation = |operation: &Value| {
        let value = field(operation, "value").unwrap_or(&Value::Null);
        match field(operation, "path").and_then(Value::as_str) {
            Some(path) if is_members(path) => length_of(value),
            Some(_) => 0,
            None => field(value, "members").map_or(0, length_of),
        }
    };
    of_resource + operations.map_or(0, |all| all.iter().map(of_operation).sum())
}

fn is_members(path: &str) -> bool {
    let name = path.split('[').next().unwrap_or_default().trim();
    name.rsplit(':')
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case("members"))
}

fn length_of(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Array(values) => values.len(),
        _ => 1,
    }
}

fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let (_, value) = value
        .as_object()?
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::accept;
    use super::*;
    use crate::scim::resource_type::{Kind, ResourceTypes};

    #[track_caller]
    fn check_refused(kind: Kind, body: Value, detail: &str) {
        let error = accept(
            ResourceTypes::built_in().of(kind).unwrap(),
            body,
            &Profile::default(),
        )
        .unwrap_err();
        assert!(error.detail.starts_with(detail), "{}", error.detail);
    }

    #[test]
    fn texts_longer_than_gotos_bounds_are_refused() {
        let long = "ü".repeat(129);
        check_refused(
            Kind::User,
            json!({ "userName": long }),
            "userName must not be longer",
        );
        check_refused(
            Kind::Group,
            json!({ "displayName": long }),
            "displayName must not",
        );
        let named = |name: Value| json!({ "userName": "a@main.com", "name": name });
        let given = named(json!({ "givenName": "x".repeat(61) }));
        check_refused(Kind::User, given, "name.givenName must not");
        let family = named(json!({ "familyName": "x".repeat(61) }));
        check_refused(Kind::User, family, "name.familyName must not");
    }

    #[test]
    fn text_as_long_as_the_bound_is_taken_and_a_users_display_name_has_none() {
        let body = json!({ "userName": "ü".repeat(128), "displayName": "x".repeat(500) });
        assert!(accept(ResourceTypes::built_in().user(), body, &Profile::default()).is_ok());
    }

    #[test]
    fn member_without_value_is_refused() {
        let body = json!({ "displayName": "Guides", "members": [{ "type": "User" }] });
        check_refused(Kind::Group, body, "members[0].value is required");
    }

    #[test]
    fn locale_and_timezone_are_checked_where_the_profile_says_so() {
        let lax = Profile {
            locale_checked: false,
            timezone_checked: false,
            ..Profile::default()
        };
        for name in ["locale", "timezone"] {
            let body = json!({ "userName": "a@main.com", name: "somewhere" });
            assert!(accept(ResourceTypes::built_in().user(), body.clone(), &lax).is_ok());
            check_refused(Kind::User, body, name);
        }
        let body =
            json!({ "userName": "a@main.com", "locale": "en-US", "timezone": "Europe/Berlin" });
        assert!(accept(ResourceTypes::built_in().user(), body, &Profile::default()).is_ok());
    }

    #[test]
    fn members_are_counted_in_a_resource_and_in_a_patch() {
        let profile = Profile {
            members_per_request: Some(2),
            ..Profile::default()
        };
        let three = json!([{ "value": "1" }, { "value": "2" }, { "value": "3" }]);
        let bodies = [
            json!({ "displayName": "Guides", "members": three }),
            json!({ "Operations": [{ "op": "Add", "path": "members", "value": three }] }),
            json!({ "Operations": [{ "op": "add", "value": { "MEMBERS": three } }] }),
        ];
        for body in bodies {
            assert!(refuse_many_members(&body, &profile).is_err(), "{body}");
            assert!(refuse_many_members(&body, &Profile::default()).is_ok());
        }
        let path = r#"members[value eq "7"]"#;
        let one = json!({ "Operations": [{ "op": "remove", "path": path }] });
        assert!(refuse_many_members(&one, &profile).is_ok());
    }
}
