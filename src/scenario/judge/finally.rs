//! `final`: what the store holds in the end.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::scenario::expectation::{Final, Select};
use crate::scenario::predicate::dig;
use crate::verdict::Story;

use super::{After, Finding};

pub(super) fn look(finally: &Final, after: After<'_>) -> Finding {
    let all = match finally.select {
        Select::Users => after.users,
        Select::Groups => after.groups,
        Select::Domains => after.domains,
    };
    let selected: Vec<&Value> = all
        .iter()
        .filter(|one| {
            finally
                .condition
                .iter()
                .all(|(path, test)| test.holds(dig(one, path)))
        })
        .collect();
    let name = finally.select.name();
    let times = u64::try_from(selected.len()).unwrap_or(u64::MAX);
    let mut expected = Vec::new();
    let mut seen = vec![format!("{times} {name}")];
    let mut held = true;
    if let Some(count) = finally.count {
        expected.push(format!("{count} {name}"));
        held &= count.allows(times);
    }
    if let (Some(path), Some(per_group)) = (&finally.group_by, finally.per_group) {
        expected.push(format!("{per_group} for each {path}"));
        for (group, times) in groups(&selected, path) {
            if !per_group.allows(times) {
                held = false;
                seen.push(format!("{times} for {group}"));
            }
        }
    }
    let story = Story {
        entries: Vec::new(),
        expected: format!("In the end: {}.", expected.join(", ")),
        seen: format!("There are {}.", seen.join(", ")),
    };
    if held {
        Finding::Held(story)
    } else {
        Finding::Missed(story)
    }
}

fn groups(selected: &[&Value], path: &str) -> BTreeMap<String, u64> {
    let mut groups = BTreeMap::new();
    for one in selected {
        let group = match dig(one, path) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => "(none)".to_owned(),
        };
        *groups.entry(group).or_insert(0) += 1;
    }
    groups
}
