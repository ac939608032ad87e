//! The rows of a list, and the numbers that stand beside them.

use serde_json::{Map, Value, json};

use crate::scenario::plan::Oddity;

fn number(body: &Value, name: &str) -> Option<u64> {
    body.get(name)?.as_u64()
}

/// The rows of a list; the older dialect writes their name in small letters.
pub(super) fn rows(body: &mut Value) -> Option<&mut Vec<Value>> {
    let members = body.as_object_mut()?;
    let name = ["Resources", "resources"]
        .into_iter()
        .find(|name| members.contains_key(*name))?;
    members.get_mut(name)?.as_array_mut()
}

/// Puts the body of a 404 in the place of a list of SCIM 2.0 that says that it found nobody.
pub(super) fn refuse_empty(body: &mut Value) {
    if body.get("Resources").is_some() && number(body, "totalResults") == Some(0) {
        *body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": "404",
            "detail": "Not Found",
        });
    }
}

/// Makes a number one more.
pub(super) fn add_to(body: &mut Value, name: &str) {
    if let Some(count) = number(body, name) {
        body[name] = count.saturating_add(1).into();
    }
}

/// Makes a number beside the rows odd.
pub(super) fn bend(body: &mut Value, name: &str, oddity: Oddity) -> Result<(), String> {
    let count = number(body, name).ok_or_else(|| format!("there is no {name}"))?;
    match oddity {
        Oddity::Missing => {
            if let Some(members) = body.as_object_mut() {
                members.shift_remove(name);
            }
        }
        Oddity::Wrong => body[name] = count.saturating_add(1).into(),
        Oddity::Text => body[name] = count.to_string().into(),
    }
    Ok(())
}

/// Adds the last row again as another resource, with an id that nobody has.
pub(super) fn duplicate(body: &mut Value) -> Result<(), String> {
    let rows = rows(body).ok_or("there are no rows")?;
    let mut twin = rows.last().ok_or("there is no match to double")?.clone();
    let id = twin.get("id").and_then(Value::as_str).unwrap_or_default();
    // GoTo's own ids begin with another digit than 0.
    let new = format!("0{}", id.get(1..).unwrap_or_default());
    let location = twin.pointer("/meta/location").and_then(Value::as_str);
    let stem = location.and_then(|location| location.strip_suffix(id));
    if let Some(location) = stem.map(|stem| format!("{stem}{new}")) {
        twin["meta"]["location"] = location.into();
    }
    twin["id"] = new.into();
    rows.push(twin);
    for name in ["totalResults", "itemsPerPage"] {
        add_to(body, name);
    }
    Ok(())
}

pub(super) fn empty(body: &mut Value) {
    if let Some(rows) = rows(body) {
        rows.clear();
    }
    if number(body, "itemsPerPage").is_some() {
        body["itemsPerPage"] = 0.into();
    }
}

pub(super) fn omit_id(body: &mut Value) {
    let omit = |resource: &mut Value| {
        if let Some(members) = resource.as_object_mut() {
            Map::shift_remove(members, "id");
        }
    };
    match rows(body) {
        Some(rows) => rows.iter_mut().for_each(omit),
        None => omit(body),
    }
}

pub(super) fn leave_out(body: &mut Value, is_stale: impl Fn(&str) -> bool) {
    let Some(rows) = rows(body) else { return };
    let before = rows.len();
    rows.retain(|row| !row.get("id").and_then(Value::as_str).is_some_and(&is_stale));
    let gone = u64::try_from(before - rows.len()).unwrap_or(0);
    for name in ["totalResults", "itemsPerPage"] {
        if let Some(count) = number(body, name) {
            body[name] = count.saturating_sub(gone).into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twin_stands_at_an_address_of_its_own() {
        let row = json!({ "id": "12", "meta": { "location": "http://h/Users/12" } });
        let mut list = json!({ "totalResults": 1, "itemsPerPage": 1, "Resources": [row] });
        duplicate(&mut list).unwrap();
        assert_eq!(list["Resources"][1]["id"], "02");
        assert_eq!(
            list["Resources"][1]["meta"]["location"],
            "http://h/Users/02"
        );
        assert_eq!(list["totalResults"], 2);
    }

    #[test]
    fn miss_is_refused_in_scim_2_alone() {
        let mut list = json!({ "totalResults": 0, "Resources": [] });
        refuse_empty(&mut list);
        assert_eq!(list["status"], "404");
        for list in [
            json!({ "totalResults": 0, "resources": [] }),
            json!({ "totalResults": 1, "Resources": [1] }),
        ] {
            let mut same = list.clone();
            refuse_empty(&mut same);
            assert_eq!(same, list);
        }
    }
}
