//! A user's attributes as paths and values, and what has to be written to bring two sides in step.

use serde_json::{Map, Value, json};

use super::body::{member, text};
use crate::scenario::source::SourceUser;

pub(super) const USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(super) const GROUP_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(super) const PATCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const ENTERPRISE_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Where an attribute of the source lives in a SCIM user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Core(&'static str),
    Name(&'static str),
    Enterprise(&'static str),
}

const PLACES: [Place; 9] = [
    Place::Core("externalId"),
    Place::Core("userName"),
    Place::Core("active"),
    Place::Name("givenName"),
    Place::Name("familyName"),
    Place::Enterprise("department"),
    Place::Enterprise("employeeNumber"),
    Place::Enterprise("costCenter"),
    Place::Enterprise("division"),
];

impl Place {
    /// The path of a PATCH operation; an extension's attribute carries its URN, RFC 7644 section 3.10.
    fn path(self) -> String {
        match self {
            Self::Core(name) => name.to_owned(),
            Self::Name(name) => format!("name.{name}"),
            Self::Enterprise(name) => format!("{ENTERPRISE_URN}:{name}"),
        }
    }

    /// The value in the source; `None` if the source has none.
    fn value(self, user: &SourceUser) -> Option<Value> {
        let text = match self {
            Self::Core("externalId") => &user.external_id,
            Self::Core("userName") => &user.user_name,
            Self::Core(_) => return Some(Value::Bool(user.active)),
            Self::Name("givenName") => &user.given_name,
            Self::Name(_) => &user.family_name,
            Self::Enterprise("department") => &user.department,
            Self::Enterprise("employeeNumber") => &user.employee_number,
            Self::Enterprise("costCenter") => &user.cost_center,
            Self::Enterprise(_) => &user.division,
        };
        (!text.is_empty()).then(|| Value::from(text.as_str()))
    }

    /// Whether two values mean the same here: `userName` has no case, RFC 7643 section 4.1.1.
    fn is_same(self, one: Option<&Value>, other: Option<&Value>) -> bool {
        match (self, one, other) {
            (Self::Core("userName"), Some(Value::String(one)), Some(Value::String(other))) => {
                one.to_lowercase() == other.to_lowercase()
            }
            _ => one == other,
        }
    }
}

/// One attribute to set, or to take away if it has no value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    pub(super) path: String,
    pub(super) value: Option<Value>,
}

impl Change {
    pub(super) fn operation(&self) -> Value {
        match &self.value {
            Some(value) => json!({"op": "replace", "path": self.path, "value": value}),
            None => json!({"op": "remove", "path": self.path}),
        }
    }
}

/// What the source changed since it was last written.
pub(super) fn since_written(written: &SourceUser, user: &SourceUser) -> Vec<Change> {
    changed(user, |place| place.value(written) != place.value(user))
}

/// What somebody else changed since the server last showed it to us.
///
/// A value the server rewrote on writing is no such change: correcting it would never end.
pub(super) fn drifted(shown: &SourceUser, row: &SourceUser, user: &SourceUser) -> Vec<Change> {
    changed(user, |place| {
        let (now, wanted) = (place.value(row), place.value(user));
        wanted.is_some()
            && !place.is_same(now.as_ref(), wanted.as_ref())
            && !place.is_same(now.as_ref(), place.value(shown).as_ref())
    })
}

/// What an account that was found lacks; what the source has no value for is left alone.
pub(super) fn lacking(row: &SourceUser, user: &SourceUser) -> Vec<Change> {
    changed(user, |place| {
        let wanted = place.value(user);
        wanted.is_some() && !place.is_same(place.value(row).as_ref(), wanted.as_ref())
    })
}

/// Every attribute the source has a value for.
pub(super) fn everything(user: &SourceUser) -> Vec<Change> {
    changed(user, |place| place.value(user).is_some())
}

fn changed(user: &SourceUser, differs: impl Fn(Place) -> bool) -> Vec<Change> {
    PLACES
        .into_iter()
        .filter(|place| differs(*place))
        .map(|place| Change {
            path: place.path(),
            value: place.value(user),
        })
        .collect()
}

/// The body of a create: the schemas in use, no `id`, [RFC 7644 section 3.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.3).
pub(super) fn resource(user: &SourceUser) -> Value {
    let (mut core, mut name, mut enterprise) = (Map::new(), Map::new(), Map::new());
    for place in PLACES {
        let Some(value) = place.value(user) else {
            continue;
        };
        let (part, attribute) = match place {
            Place::Core(attribute) => (&mut core, attribute),
            Place::Name(attribute) => (&mut name, attribute),
            Place::Enterprise(attribute) => (&mut enterprise, attribute),
        };
        part.insert(attribute.to_owned(), value);
    }
    let mut schemas = vec![USER_URN];
    if !name.is_empty() {
        core.insert("name".to_owned(), Value::Object(name));
    }
    if !enterprise.is_empty() {
        schemas.push(ENTERPRISE_URN);
        core.insert(ENTERPRISE_URN.to_owned(), Value::Object(enterprise));
    }
    let mut body = Map::new();
    body.insert("schemas".to_owned(), json!(schemas));
    body.extend(core);
    Value::Object(body)
}

/// A user as a server shows it, in the source's terms; absent, `null` and empty are one.
pub(super) fn shown(row: &Value) -> SourceUser {
    let own = |value: Option<&Value>, name| {
        value
            .and_then(|value| text(value, name))
            .unwrap_or_default()
            .to_owned()
    };
    let core = |name| own(Some(row), name);
    let name = |attribute| own(member(row, "name"), attribute);
    let enterprise = |attribute| own(member(row, ENTERPRISE_URN), attribute);
    SourceUser {
        external_id: core("externalId"),
        user_name: core("userName"),
        active: is_active(row),
        given_name: name("givenName"),
        family_name: name("familyName"),
        department: enterprise("department"),
        employee_number: enterprise("employeeNumber"),
        cost_center: enterprise("costCenter"),
        division: enterprise("division"),
    }
}

/// Some servers write booleans as text; one that says nothing has nobody disabled.
fn is_active(row: &Value) -> bool {
    match member(row, "active") {
        Some(Value::Bool(active)) => *active,
        Some(Value::String(text)) => !text.eq_ignore_ascii_case("false"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(changes: &[Change]) -> Vec<&str> {
        changes.iter().map(|change| change.path.as_str()).collect()
    }

    #[test]
    fn what_was_created_is_shown_as_it_is() {
        let user = SourceUser::made_up(3);
        let body = resource(&user);
        assert_eq!(shown(&body), user);
        assert_eq!(body["schemas"], json!([USER_URN, ENTERPRISE_URN]));
        assert!(body.get("id").is_none());
        assert!(lacking(&shown(&body), &user).is_empty());
    }

    #[test]
    fn only_the_changed_paths_are_written() {
        let before = SourceUser::made_up(1);
        let after = SourceUser {
            active: false,
            department: String::new(),
            cost_center: "7".into(),
            ..before.clone()
        };
        let changes = since_written(&before, &after);
        assert_eq!(
            paths(&changes),
            [
                "active",
                &format!("{ENTERPRISE_URN}:department"),
                &format!("{ENTERPRISE_URN}:costCenter")
            ]
        );
        assert_eq!(changes[0].operation()["value"], json!(false));
        assert_eq!(changes[1].operation()["op"], "remove");
        assert!(since_written(&before, &before).is_empty());
    }

    #[test]
    fn user_name_in_other_case_is_no_difference_to_a_found_account() {
        let user = SourceUser::made_up(1);
        let row = SourceUser {
            user_name: user.user_name.to_uppercase(),
            active: false,
            ..user.clone()
        };
        assert_eq!(paths(&lacking(&row, &user)), ["active"]);
    }

    #[test]
    fn value_the_server_rewrote_is_no_drift() {
        let user = SourceUser::made_up(1);
        let rewritten = SourceUser {
            given_name: "GRACE".into(),
            ..user.clone()
        };
        assert!(drifted(&rewritten, &rewritten, &user).is_empty());
        let changed = SourceUser {
            family_name: "Somebody".into(),
            ..rewritten.clone()
        };
        assert_eq!(
            paths(&drifted(&rewritten, &changed, &user)),
            ["name.familyName"]
        );
    }

    #[test]
    fn text_booleans_are_read_and_absence_is_not_disabled() {
        assert!(shown(&json!({"active": "True"})).active);
        assert!(!shown(&json!({"active": "False"})).active);
        assert!(shown(&json!({})).active);
    }
}
