//! What the servers of a figure hold: users, groups and one group with members.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::Outcome;
use crate::ask::{self, Ask};

/// The default starting state, to which each figure adds its own.
const STATE: &str = include_str!("../../fixtures/states/default.json");

/// How large the bare server's ready-made bodies are.
const BODY_BYTES: usize = 1024;

/// The id of the group that has members.
pub(crate) const CREW: &str = "9000000000000000000";

/// Users beyond the members of the group, for connections that add and remove one.
pub(crate) const SPARE: usize = 1024;

/// How much a server holds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct World {
    /// Users without a group.
    pub(crate) users: usize,
    /// Groups without a member.
    pub(crate) groups: usize,
    /// Members of one more group, users themselves.
    pub(crate) members: usize,
    /// The rules of its scenario.
    pub(crate) rules: Rules,
}

/// Rules that never act on a GET of a user.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Rules {
    /// No scenario at all.
    #[default]
    None,
    /// So many about other operations.
    Elsewhere(usize),
    /// So many that look at each GET and do not hold of it: at its id, a header field, or whom it is about.
    Deaf(usize),
    /// So many that hold of each GET and count it for its user; their turn does not come.
    Counting(usize),
}

impl Rules {
    /// How many there are.
    pub(crate) fn count(self) -> usize {
        match self {
            Self::None => 0,
            Self::Elsewhere(many) | Self::Deaf(many) | Self::Counting(many) => many,
        }
    }

    /// The same as a scenario.
    pub(crate) fn scenario(self) -> Option<String> {
        let rule = |number: usize| match self {
            Self::None | Self::Elsewhere(_) => json!({
                "id": format!("rule-{number}"), "on": "groups.*", "when": { "nth": number + 1, "per": "group" },
            }),
            Self::Counting(_) => json!({
                "id": format!("rule-{number}"), "on": "users.*", "when": { "nth": 1_000_000_000 + number, "per": "user" },
            }),
            Self::Deaf(_) => {
                let condition = match number % 3 {
                    0 => json!({ "path.id": format!("7{number}") }),
                    1 => json!({ "header.x-fault": format!("{number}") }),
                    _ => json!({ "subject.key": format!("nobody{number}@main.com") }),
                };
                json!({ "id": format!("rule-{number}"), "on": "users.*", "if": condition })
            }
        };
        let rules: Vec<_> = (0..self.count()).map(rule).collect();
        let scenario = json!({ "scenario": "bench", "v": 1, "rules": rules });
        (self.count() > 0).then(|| scenario.to_string())
    }
}

impl World {
    /// The same as a starting state of the double.
    pub(crate) fn state(self) -> Outcome<Value> {
        let mut state: Value = serde_json::from_str(STATE)?;
        let user = |number| {
            let mut user = user(number);
            user["id"] = json!(user_id(number));
            user
        };
        let spare = if self.members > 0 { SPARE } else { 0 };
        let users = self.users.max(self.members + spare);
        state["users"] = (0..users).map(user).collect();
        let mut groups: Vec<Value> = (0..self.groups).map(group).collect();
        if self.members > 0 {
            let member = |number| json!({ "value": user_id(number) });
            groups.push(json!({
                "id": CREW,
                "displayName": "Crew",
                "members": (0..self.members).map(member).collect::<Vec<_>>(),
            }));
        }
        state["groups"] = groups.into();
        Ok(state)
    }

    /// A ready-made answer for each request of that kind, for the bare server.
    pub(crate) fn answers(ask: Ask) -> impl Iterator<Item = (String, Bytes)> {
        (0..ask.targets()).map(move |number| {
            let mut body = user(number).to_string().into_bytes();
            body.resize(BODY_BYTES, b' ');
            (ask.target(number), Bytes::from(body))
        })
    }
}

/// The user of that number, as a client sends it.
pub(crate) fn user(number: usize) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": ask::user_name(number),
        "externalId": ask::external_id(number),
        "name": { "givenName": "Given", "familyName": format!("Family{number}") },
        "displayName": format!("Given Family{number}"),
        "emails": [{ "value": ask::user_name(number), "type": "work", "primary": true }],
        "active": true,
    })
}

fn group(number: usize) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": ask::group_name(number),
    })
}

/// The id of the user of that number.
pub(crate) fn user_id(number: usize) -> String {
    (1_000_000_000_000_000_000 + number).to_string()
}
