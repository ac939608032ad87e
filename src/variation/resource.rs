//! What is left open in the JSON of users and groups.

use serde_json::{Map, Value, json};

use super::{Taken, table};

/// The attributes of a user that are often without a value: lists, and single values.
const OF_USER: (&[&str], &[&str]) = (
    &["emails", "phoneNumbers", "groups"],
    &["nickName", "title"],
);
/// The same of a group.
const OF_GROUP: (&[&str], &[&str]) = (&["members"], &["externalId"]);

/// Whether what has no value may be shown, or the client chose the attributes itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    All,
    Chosen,
}

/// Varies the resources of an answer, if there are any: each in the same way.
pub(super) fn vary(resources: &mut [&mut Map<String, Value>], shown: Shown, taken: &mut Taken<'_>) {
    if resources.is_empty() {
        return;
    }
    if resources.iter().any(|one| has_many(one, "schemas")) {
        reverse(resources, &["schemas"], taken.take(table::SCHEMAS_ORDER));
    }
    let lists = ["members", "groups"];
    if resources
        .iter()
        .any(|one| lists.iter().any(|name| has_many(one, name)))
    {
        reverse(resources, &lists, taken.take(table::MEMBERS_ORDER));
    }
    if shown == Shown::All {
        let form = taken.manner.form(table::UNASSIGNED);
        let before: usize = resources.iter().map(|one| one.len()).sum();
        for one in resources.iter_mut() {
            unassigned(one, form);
        }
        let after: usize = resources.iter().map(|one| one.len()).sum();
        // Where everything has a value there was nothing to choose.
        if form == 0 || after > before {
            taken.note(table::UNASSIGNED, form);
        }
    }
    if resources.iter().any(|one| one.contains_key("meta")) {
        let form = taken.take(table::DATE_FORM);
        for one in resources.iter_mut() {
            dates(one, form);
        }
    }
}

fn has_many(resource: &Map<String, Value>, name: &str) -> bool {
    let list = resource.get(name).and_then(Value::as_array);
    list.is_some_and(|list| list.len() > 1)
}

fn reverse(resources: &mut [&mut Map<String, Value>], names: &[&str], form: usize) {
    if form == 0 {
        return;
    }
    for resource in resources {
        for name in names {
            if let Some(Value::Array(list)) = resource.get_mut(*name) {
                list.reverse();
            }
        }
    }
}

fn unassigned(resource: &mut Map<String, Value>, form: usize) {
    let kind = resource
        .get("meta")
        .and_then(|meta| meta.get("resourceType"));
    let (lists, values) = match kind.and_then(Value::as_str) {
        Some("User") => OF_USER,
        Some("Group") => OF_GROUP,
        _ => return,
    };
    let mut show = |names: &[&str], value: &Value| {
        for name in names {
            if !resource.contains_key(*name) {
                resource.insert((*name).to_owned(), value.clone());
            }
        }
    };
    match form {
        1 => {
            show(lists, &Value::Null);
            show(values, &Value::Null);
        }
        2 => show(lists, &json!([])),
        _ => {}
    }
}

/// Writes the dates of `meta` in another form of `xsd:dateTime`: no digit that was there is lost.
fn dates(resource: &mut Map<String, Value>, form: usize) {
    let Some(Value::Object(meta)) = resource.get_mut("meta") else {
        return;
    };
    for name in ["created", "lastModified"] {
        let Some(Value::String(date)) = meta.get_mut(name) else {
            continue;
        };
        let Some(local) = date.strip_suffix('Z') else {
            continue;
        };
        match form {
            1 => *date = format!("{local}+00:00"),
            2 if local.contains('.') => *date = format!("{local}000Z"),
            2 => *date = format!("{local}.000Z"),
            _ => {}
        }
    }
}
