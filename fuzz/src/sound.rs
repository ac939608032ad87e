//! What must hold of the store at any moment: names are taken once, and both sides of a membership agree.

use std::collections::{BTreeSet, HashSet};

use goto_double::profile::Profile;
use goto_double::scim::resource_type::fold_case;
use serde_json::Value;

/// Checks these users and groups, which are all there are.
#[track_caller]
pub fn check(users: &[Value], groups: &[Value], profile: &Profile) {
    check_taken_once(users, "userName");
    if profile.group_name_unique {
        check_taken_once(groups, "displayName");
    }
    let ids: HashSet<&str> = users
        .iter()
        .chain(groups)
        .map(|row| text(row, "id"))
        .collect();
    assert_eq!(
        ids.len(),
        users.len() + groups.len(),
        "an id is there twice"
    );
    let mut sides = BTreeSet::new();
    for group in groups {
        for member in values(group, "members") {
            let member = text(member, "value");
            assert!(ids.contains(member), "{member:?} is nobody: {group}");
            let is_new = sides.insert((member, text(group, "id")));
            assert!(is_new, "{member:?} is in there twice: {group}");
        }
    }
    for user in users {
        let id = text(user, "id");
        let said: BTreeSet<_> = values(user, "groups")
            .filter(|group| group["type"] != "indirect")
            .map(|group| (id, text(group, "value")))
            .collect();
        let true_ones = sides.iter().filter(|(member, _)| *member == id).copied();
        assert_eq!(said, true_ones.collect(), "{user}");
        check_primaries(user);
    }
}

/// RFC 7643 section 2.4: "The primary attribute value 'true' MUST appear no more than once."
#[track_caller]
fn check_primaries(user: &Value) {
    for (name, value) in user.as_object().into_iter().flatten() {
        let rows = value.as_array().into_iter().flatten();
        let primaries = rows.filter(|row| row["primary"] == true).count();
        assert!(primaries <= 1, "{name}: {user}");
    }
}

#[track_caller]
fn check_taken_once(rows: &[Value], attribute: &str) {
    let mut taken = HashSet::new();
    for row in rows {
        let name = text(row, attribute);
        assert!(!name.trim().is_empty(), "{row}");
        assert!(taken.insert(fold_case(name)), "{name:?} is there twice");
    }
}

#[track_caller]
fn text<'v>(row: &'v Value, name: &str) -> &'v str {
    row[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {row}"))
}

fn values<'v>(row: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    row[name].as_array().into_iter().flatten()
}
