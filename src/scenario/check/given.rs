//! Users and groups of a starting state that no directory could hold.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::scenario::finding::{Findings, Pointer};
use crate::scenario::state::State;

pub(in crate::scenario) fn given(state: &State, at: &Pointer, findings: &mut Findings) {
    let at_users = at.key("users");
    let names = named(&state.users, ("user", "userName"), &at_users, findings);
    let mut seen = BTreeSet::new();
    for (index, name) in names {
        // Names of users are told apart without regard to case.
        if !seen.insert(name.to_lowercase()) {
            let complaint = format!("a second user \"{name}\"");
            findings.error(&at_users.index(index), complaint);
        }
    }
    let at_groups = at.key("groups");
    named(
        &state.groups,
        ("group", "displayName"),
        &at_groups,
        findings,
    );
}

/// Those that have a name, with their places.
fn named<'s>(
    resources: &'s [Value],
    (kind, attribute): (&str, &str),
    at: &Pointer,
    findings: &mut Findings,
) -> Vec<(usize, &'s str)> {
    let mut all = Vec::new();
    let mut ids = BTreeSet::new();
    for (index, resource) in resources.iter().enumerate() {
        let at = at.index(index);
        let Value::Object(members) = resource else {
            findings.error(&at, format!("expected an object with \"{attribute}\""));
            continue;
        };
        if let Some(Value::String(id)) = members.get("id")
            && !ids.insert(id)
        {
            findings.error(&at, format!("a second {kind} with the id \"{id}\""));
        }
        // Names of attributes are told apart without regard to case, RFC 7643 section 2.1.
        let mut members = members.iter();
        let name = members.find(|(name, _)| name.eq_ignore_ascii_case(attribute));
        match name.and_then(|(_, name)| name.as_str()) {
            Some(name) => all.push((index, name)),
            None => findings.error(&at, format!("expected \"{attribute}\" with a text")),
        }
    }
    all
}
