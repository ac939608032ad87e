//! Users of the usual shape, and where to put them.

use std::sync::Arc;

use goto_double::GotoDouble;
use goto_double::sandbox::Sandbox;
use goto_double::scim::resource_type::ResourceTypes;
use serde_json::{Value, json};

use crate::Outcome;

/// The default starting state, to which each figure adds its users.
const STATE: &str = include_str!("../../fixtures/states/default.json");

/// The n-th user, with the nine attributes that provisioning clients send.
pub(crate) fn user(n: usize) -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
        ],
        "userName": format!("person.{n}@main.com"),
        "externalId": format!("00u{n:017}"),
        "active": true,
        "name": { "givenName": format!("Given{n}"), "familyName": format!("Family{}", n % 1000) },
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": format!("Department {}", n % 50),
            "employeeNumber": format!("{n:07}"),
            "costCenter": format!("CC-{}", n % 200),
            "division": format!("Division {}", n % 10)
        }
    })
}

/// The default starting state with that many users.
pub(crate) fn state(users: usize) -> Outcome<Value> {
    let mut state: Value = serde_json::from_str(STATE)?;
    state["users"] = (0..users).map(user).collect();
    Ok(state)
}

/// Creates users in a world, as a client does but without the way there.
pub(crate) fn create(goto: &GotoDouble, users: std::ops::Range<usize>) -> Outcome<()> {
    let sandbox: Arc<Sandbox> = goto.control().sandbox()?;
    let organization = sandbox.organizations.default_organization();
    let organization = organization.ok_or("there is no organization")?;
    let directory = organization.directory();
    let resource_type = ResourceTypes::built_in().user();
    for n in users {
        let body = (resource_type, user(n));
        let created = directory.give(body, &sandbox.profile, sandbox.now(), sandbox.entropy);
        created.map_err(|refusal| refusal.detail)?;
    }
    Ok(())
}
