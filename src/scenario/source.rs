//! The directory a client is to provision, and how it changes between two cycles.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// The users and groups that ought to be in GoTo: what `GOTO_DOUBLE_SOURCE` holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Source {
    /// The users.
    pub users: Vec<SourceUser>,
    /// The groups.
    pub groups: Vec<SourceGroup>,
}

/// A user of the source: the attributes of the mapping table in Microsoft's GoTo tutorial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SourceUser {
    /// The source's own key.
    pub external_id: String,
    /// The matching attribute.
    pub user_name: String,
    /// Whether the person may work.
    #[serde(default = "yes")]
    pub active: bool,
    /// `name.givenName`.
    pub given_name: String,
    /// `name.familyName`.
    pub family_name: String,
    /// Enterprise extension.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// Enterprise extension.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub employee_number: String,
    /// Enterprise extension.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cost_center: String,
    /// Enterprise extension.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub division: String,
}

fn yes() -> bool {
    true
}

/// A group of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SourceGroup {
    /// The source's own key.
    pub external_id: String,
    /// The matching attribute.
    pub display_name: String,
    /// The `externalId` of each member.
    pub members: Vec<String>,
}

/// What a cycle says of the source: a whole directory, or changes to the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SourceStep {
    /// Starts from nothing instead of from the cycle before.
    pub fresh: bool,
    /// So many users made up, `user-01@main.com` and on, with `externalId` `u01` and on.
    pub people: usize,
    /// Users who join, or replace the one with the same `externalId`.
    pub join: Vec<SourceUser>,
    /// The `externalId` of each user who leaves; they leave their groups too.
    pub leave: Vec<String>,
    /// Users whose `active` becomes false, by `externalId`.
    pub disable: Vec<String>,
    /// Groups that come to be, or replace the one with the same `externalId`.
    pub groups: Vec<SourceGroup>,
    /// The `externalId` of each group that is removed.
    pub drop_groups: Vec<String>,
}

impl Source {
    /// The directory after one more step.
    #[must_use]
    pub fn after(&self, step: &SourceStep) -> Self {
        let mut next = if step.fresh {
            Self::default()
        } else {
            self.clone()
        };
        for user in (1..=step.people)
            .map(SourceUser::made_up)
            .chain(step.join.iter().cloned())
        {
            put(&mut next.users, user, |user| &user.external_id);
        }
        next.users
            .retain(|user| !step.leave.contains(&user.external_id));
        for user in &mut next.users {
            user.active &= !step.disable.contains(&user.external_id);
        }
        for group in &step.groups {
            put(&mut next.groups, group.clone(), |group| &group.external_id);
        }
        next.groups
            .retain(|group| !step.drop_groups.contains(&group.external_id));
        for group in &mut next.groups {
            group.members.retain(|member| !step.leave.contains(member));
        }
        next
    }

    /// The user with that `externalId`.
    pub fn user(&self, external_id: &str) -> Option<&SourceUser> {
        self.users
            .iter()
            .find(|user| user.external_id == external_id)
    }
}

fn put<T>(all: &mut Vec<T>, new: T, key: impl Fn(&T) -> &String) {
    match all.iter_mut().find(|old| key(old) == key(&new)) {
        Some(old) => *old = new,
        None => all.push(new),
    }
}

impl SourceUser {
    /// The n-th made-up person: the same wherever it is asked for.
    pub fn made_up(n: usize) -> Self {
        const GIVEN: [&str; 6] = ["Ada", "Grace", "Edsger", "Barbara", "Donald", "Radia"];
        const FAMILY: [&str; 5] = ["Lovelace", "Hopper", "Dijkstra", "Liskov", "Perlman"];
        let mut user = Self {
            active: true,
            given_name: GIVEN[n % GIVEN.len()].into(),
            family_name: FAMILY[n % FAMILY.len()].into(),
            department: "Engineering".into(),
            ..Self::default()
        };
        // Writing to a String cannot fail.
        let _ = write!(user.external_id, "u{n:02}");
        let _ = write!(user.user_name, "user-{n:02}@main.com");
        let _ = write!(user.employee_number, "{:05}", 10_000 + n);
        user
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_build_on_each_other() {
        let first = Source::default().after(&SourceStep {
            people: 3,
            groups: vec![SourceGroup {
                external_id: "g1".into(),
                display_name: "All".into(),
                members: vec!["u01".into(), "u02".into()],
            }],
            ..SourceStep::default()
        });
        assert_eq!(first.users.len(), 3);
        let second = first.after(&SourceStep {
            leave: vec!["u02".into()],
            disable: vec!["u01".into()],
            ..SourceStep::default()
        });
        assert_eq!(second.users.len(), 2);
        assert!(!second.user("u01").unwrap().active);
        assert_eq!(second.groups[0].members, ["u01"]);
        assert_eq!(
            second.after(&SourceStep {
                fresh: true,
                ..SourceStep::default()
            }),
            Source::default()
        );
    }
}
