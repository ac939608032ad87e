//! How a resource looks in the older dialect.

use serde_json::{Map, Value, json};

use super::{BASE, CORE_SCHEMA, GETGO_SCHEMA, Shape};
use crate::profile::Profile;
use crate::scim::resource_type::Kind;

/// A product account that a user works in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductAccount {
    /// Its key, 19 decimal digits.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What the user may do in it, as in `acctadmin`.
    pub entitlements: Vec<String>,
}

/// A resource of SCIM 2.0 as the older dialect shows it; `origin` is what every address begins with.
///
/// # Examples
///
/// ```
/// # use goto_double::{profile::Profile, scim::v1::{GROUP, show}};
/// # use serde_json::json;
/// let stored = json!({ "id": "8", "displayName": "Guides", "externalId": "g", "meta": { "created": "2030-01-01T00:00:00Z" },
///     "members": [{ "value": "7", "type": "User", "$ref": "http://127.0.0.1/scim/v2/Users/7" }] });
/// let shown = show::resource(&GROUP, &stored, "http://127.0.0.1", &Profile::default());
/// assert_eq!(shown["members"], json!([{ "type": "user", "value": "7" }]));
/// assert_eq!(shown["meta"]["location"], "http://127.0.0.1/identity/v1/Groups/8");
/// assert!(shown.get("externalId").is_none());
/// ```
pub fn resource(shape: &Shape, stored: &Value, origin: &str, profile: &Profile) -> Value {
    let mut shown = Map::new();
    shown.insert("schemas".into(), json!([CORE_SCHEMA]));
    shown.insert("id".into(), stored.get("id").cloned().unwrap_or_default());
    for part in shape.attributes {
        let value = match stored.get(part.name) {
            Some(Value::Object(inner)) => Value::Object(parts(part.subs, inner)),
            Some(Value::Array(values)) => values
                .iter()
                .filter_map(Value::as_object)
                .map(|inner| Value::Object(parts(part.subs, inner)))
                .collect(),
            Some(value) => value.clone(),
            None => continue,
        };
        shown.insert(part.name.into(), value);
    }
    if shape.kind == Kind::User && profile.identity_user_complete {
        complete(&mut shown);
    }
    let created = stored.get("meta").and_then(|meta| meta.get("created"));
    let meta = json!({ "created": created, "location": location(shape, stored, origin) });
    shown.insert("meta".into(), meta);
    Value::Object(shown)
}

/// A user with the product accounts it works in: GoTo's own extension.
#[must_use]
pub fn with_accounts(mut user: Value, accounts: &[ProductAccount]) -> Value {
    let accounts: Vec<Value> = accounts
        .iter()
        .map(|account| {
            json!({
                "value": account.key, "display": account.name, "entitlements": account.entitlements,
            })
        })
        .collect();
    if let Some(shown) = user.as_object_mut() {
        shown.insert("schemas".into(), json!([CORE_SCHEMA, GETGO_SCHEMA]));
        shown.insert(GETGO_SCHEMA.into(), json!({ "accounts": accounts }));
    }
    user
}

/// Where a resource is found in the older dialect: its last segment is that of SCIM 2.0.
pub fn location(shape: &Shape, stored: &Value, origin: &str) -> String {
    let id = stored.get("id").and_then(Value::as_str).unwrap_or_default();
    let newer = stored.get("meta").and_then(|meta| meta.get("location"));
    let newer = newer.and_then(Value::as_str);
    let segment = newer
        .and_then(|location| location.rsplit('/').next())
        .unwrap_or(id);
    format!("{origin}{BASE}{}/{segment}", shape.endpoint)
}

/// The parts of a value that the dialect knows; the type of a member is in lower case.
fn parts(subs: &[&str], inner: &Map<String, Value>) -> Map<String, Value> {
    let known = |sub: &&str| {
        let value = inner.get(*sub)?;
        let value = match (*sub, value) {
            ("type", Value::String(kind)) => Value::String(kind.to_ascii_lowercase()),
            (_, value) => value.clone(),
        };
        Some(((*sub).to_owned(), value))
    };
    subs.iter().filter_map(known).collect()
}

/// Fills in what GoTo's published SCIM OpenAPI requires of every user in an answer, with what may stand there unset.
fn complete(user: &mut Map<String, Value>) {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let name = user.get("name");
    let given = text(name.and_then(|name| name.get("givenName")));
    let family = text(name.and_then(|name| name.get("familyName")));
    let full = format!("{given} {family}");
    let called = match full.trim() {
        "" => text(user.get("userName")),
        full => full.to_owned(),
    };
    let name = json!({ "givenName": given, "familyName": family });
    user.insert("name".into(), name);
    for (attribute, unset) in [
        ("displayName", called.as_str()),
        ("locale", "en_US"),
        ("timezone", "Etc/UTC"),
    ] {
        user.entry(attribute).or_insert_with(|| unset.into());
    }
}

#[cfg(test)]
mod tests {
    use super::super::USER;
    use super::*;

    const ORIGIN: &str = "http://127.0.0.1";

    fn shown(stored: &Value, profile: &Profile) -> Value {
        resource(&USER, stored, ORIGIN, profile)
    }

    #[test]
    fn user_shows_what_the_dialect_knows_and_nothing_else() {
        let stored = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "7", "userName": "a@main.com",
            "displayName": "Countess", "name": { "givenName": "Ada", "familyName": "L", "formatted": "A L" },
            "locale": "en_GB", "timezone": "Europe/London", "active": true, "title": "x",
            "meta": { "created": "2030-01-01T00:00:00Z", "version": "1", "location": "http://127.0.0.1/scim/v2/Users/7" },
        });
        let expected = json!({
            "schemas": [CORE_SCHEMA], "id": "7", "userName": "a@main.com", "displayName": "Countess",
            "name": { "givenName": "Ada", "familyName": "L" }, "locale": "en_GB", "timezone": "Europe/London",
            "meta": { "created": "2030-01-01T00:00:00Z", "location": "http://127.0.0.1/identity/v1/Users/7" },
        });
        assert_eq!(shown(&stored, &Profile::default()), expected);
    }

    #[test]
    fn user_is_completed_only_where_the_profile_says_so() {
        let stored = json!({ "id": "7", "userName": "a@main.com" });
        let whole = shown(&stored, &Profile::default());
        assert_eq!(whole["displayName"], "a@main.com");
        assert_eq!(whole["name"], json!({ "givenName": "", "familyName": "" }));
        assert_eq!(
            (whole["locale"].as_str(), whole["timezone"].as_str()),
            (Some("en_US"), Some("Etc/UTC"))
        );
        let bare = Profile {
            identity_user_complete: false,
            ..Profile::default()
        };
        let bare = shown(&stored, &bare);
        assert!(bare.get("displayName").is_none() && bare.get("name").is_none());
    }

    #[test]
    fn accounts_stand_in_gotos_own_extension() {
        let account = ProductAccount {
            key: "1".into(),
            name: "main.com".into(),
            entitlements: vec!["acctadmin".into()],
        };
        let user = with_accounts(json!({ "id": "7" }), &[account]);
        assert_eq!(user["schemas"], json!([CORE_SCHEMA, GETGO_SCHEMA]));
        let accounts =
            json!([{ "value": "1", "display": "main.com", "entitlements": ["acctadmin"] }]);
        assert_eq!(user[GETGO_SCHEMA]["accounts"], accounts);
    }
}
