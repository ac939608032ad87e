//! Changes to the true answer: JSON Patch, and the deviations that have a name.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::exchange::Reply;
use crate::scenario::file;
use crate::scenario::finding::{Complaint, Findings, Pointer};
use crate::scenario::plan::{Mutation, Shape, Unassigned};

use super::dress;
use super::reply::is_json;

/// The deviations whose name says all.
const PLAIN: [(&str, Mutation); 21] = [
    ("omit_id", Mutation::OmitId),
    ("string_booleans", Mutation::StringBooleans),
    ("wrong_total", Mutation::WrongTotal),
    ("page_drift", Mutation::PageDrift),
    ("filter_ignored", Mutation::FilterIgnored),
    ("duplicate_match", Mutation::DuplicateMatch),
    ("empty_page", Mutation::EmptyPage),
    ("stale_body", Mutation::StaleBody),
    ("other_resource", Mutation::OtherResource),
    ("number_id", Mutation::Shape(Shape::NumberId)),
    ("upper_names", Mutation::Shape(Shape::UpperNames)),
    ("lower_names", Mutation::Shape(Shape::LowerNames)),
    ("resources", Mutation::Shape(Shape::Resources)),
    ("extra_attributes", Mutation::Shape(Shape::ExtraAttributes)),
    (
        "unassigned:null",
        Mutation::Shape(Shape::Unassigned(Unassigned::Null)),
    ),
    (
        "unassigned:list",
        Mutation::Shape(Shape::Unassigned(Unassigned::List)),
    ),
    (
        "unassigned:absent",
        Mutation::Shape(Shape::Unassigned(Unassigned::Absent)),
    ),
    (
        "unassigned:turns",
        Mutation::Shape(Shape::Unassigned(Unassigned::Turns)),
    ),
    ("reordered", Mutation::Shape(Shape::Reordered)),
    ("string_numbers", Mutation::Shape(Shape::StringNumbers)),
    ("rewritten", Mutation::Shape(Shape::Rewritten)),
];

/// A deviation that needs more than its name, as an example of each.
const STALE_LIST: &str = "stale_list:3";

/// What a deviation must know beside the answer.
pub struct Listing<'l> {
    /// The `startIndex` that was asked for, if one was.
    pub start_index: Option<u64>,
    /// Whether the resource of that id was created fewer than so many list reads ago.
    pub is_stale: &'l dyn Fn(&str, u32) -> bool,
    /// The resource as it was before the request.
    pub earlier: Option<&'l Value>,
    /// Some resources of the same type.
    pub others: &'l [Value],
}

impl std::fmt::Debug for Listing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listing")
            .field("start_index", &self.start_index)
            .finish_non_exhaustive()
    }
}

/// Reads `do.mutate`: a name, a JSON Patch, or a list of names and patch operations.
pub(in crate::scenario) fn read(
    value: &Value,
    at: &Pointer,
    findings: &mut Findings,
) -> Vec<Mutation> {
    let list = match value {
        Value::String(name) => {
            return findings.keep(at, named(name)).into_iter().collect();
        }
        Value::Array(list) => list,
        _ => {
            findings.error(at, "expected a JSON Patch, or a name, or a list of both");
            return Vec::new();
        }
    };
    let mut all = Vec::new();
    for (index, element) in list.iter().enumerate() {
        let at = at.index(index);
        if let Value::String(name) = element {
            all.extend(findings.keep(&at, named(name)));
        } else if let Some(operation) = file::read(element, &at, findings) {
            // Neighbours are one patch: it is applied whole or not at all.
            match all.last_mut() {
                Some(Mutation::JsonPatch(patch)) => patch.0.push(operation),
                _ => all.push(Mutation::JsonPatch(json_patch::Patch(vec![operation]))),
            }
        }
    }
    all
}

fn named(name: &str) -> Result<Mutation, Complaint> {
    if let Some((_, mutation)) = PLAIN.iter().find(|(known, _)| *known == name) {
        return Ok(mutation.clone());
    }
    if let Some(dress) = dress::parse(name) {
        return dress.map(Mutation::Dress);
    }
    let reads = name.strip_prefix("stale_list:").map(str::parse);
    if let Some(Ok(reads)) = reads {
        return Ok(Mutation::StaleList(reads));
    }
    let plain = PLAIN.iter().map(|(known, _)| *known);
    let known = plain.chain(dress::NAMES).chain([STALE_LIST]);
    Err(Complaint::unknown("deviation", name, known))
}

fn name_of(mutation: &Mutation) -> Cow<'static, str> {
    match mutation {
        Mutation::JsonPatch(_) => "patch".into(),
        Mutation::StaleList(_) => "stale_list".into(),
        Mutation::Dress(dress) => dress::name_of(dress),
        plain => {
            let row = PLAIN.iter().find(|(_, known)| known == plain);
            row.map_or("nothing", |(name, _)| name).into()
        }
    }
}

pub(super) fn what(mutations: &[Mutation]) -> String {
    let names: Vec<_> = mutations.iter().map(name_of).collect();
    format!("mutate {}", names.join(" "))
}

/// Makes the changes to an answer: to its JSON first, in order, then to how it is wrapped, in order too.
///
/// Says which of them could not be made.
pub fn alter(reply: &mut Reply, mutations: &[Mutation], listing: &Listing<'_>) -> Vec<String> {
    let mut troubles = alter_json(reply, mutations, listing);
    for mutation in mutations {
        if let Mutation::Dress(dress) = mutation {
            troubles.extend(dress::put_on(reply, dress).err());
        }
    }
    troubles
}

fn alter_json(reply: &mut Reply, mutations: &[Mutation], listing: &Listing<'_>) -> Vec<String> {
    let mut changes = mutations
        .iter()
        .filter(|mutation| !matches!(mutation, Mutation::Dress(_)))
        .peekable();
    if changes.peek().is_none() {
        return Vec::new();
    }
    let body = is_json(reply).then(|| serde_json::from_slice::<Value>(&reply.body));
    let Some(Ok(mut body)) = body else {
        return vec!["the answer has no JSON to change".to_owned()];
    };
    let troubles = changes
        .filter_map(|mutation| mutation.apply(&mut body, listing).err())
        .collect();
    reply.body = body.to_string().into();
    troubles
}

impl Mutation {
    /// The mutation for the so-many-th time that its rule acts.
    pub(super) fn in_turn(&self, count: u64) -> Self {
        match self {
            Self::Shape(shape) => Self::Shape(shape.in_turn(count)),
            other => other.clone(),
        }
    }

    /// Makes the change to a body.
    ///
    /// # Errors
    ///
    /// A JSON Patch that does not fit says why, and the body stays as it was.
    pub fn apply(&self, body: &mut Value, listing: &Listing<'_>) -> Result<(), String> {
        match self {
            Self::JsonPatch(patch) => {
                return json_patch::patch(body, &patch.0)
                    .map_err(|error| format!("the patch does not fit: {error}"));
            }
            Self::OmitId => omit_id(body),
            Self::StringBooleans => string_booleans(body),
            Self::WrongTotal => {
                if let Some(total) = number(body, "totalResults") {
                    body["totalResults"] = total.saturating_add(1).into();
                }
            }
            Self::PageDrift => {
                // The page was read one row too early; it must not show.
                if let (Some(asked), Some(_)) = (listing.start_index, number(body, "startIndex")) {
                    body["startIndex"] = asked.into();
                }
            }
            Self::StaleList(reads) => leave_out(body, |id| (listing.is_stale)(id, *reads)),
            Self::StaleBody => {
                let earlier = listing.earlier.ok_or("nothing is known of it before")?;
                *body = earlier.clone();
            }
            Self::OtherResource => {
                let mut others = listing.others.iter();
                let other = others.find(|other| other.get("id") != body.get("id"));
                *body = other.ok_or("there is no other resource")?.clone();
            }
            Self::Shape(shape) => shape.give(body),
            Self::DuplicateMatch => duplicate(body)?,
            Self::EmptyPage => empty(body),
            // Not the JSON, but what is around it, or what was asked.
            Self::Dress(_) | Self::FilterIgnored => {}
        }
        Ok(())
    }
}

fn number(body: &Value, name: &str) -> Option<u64> {
    body.get(name)?.as_u64()
}

pub(super) fn rows(body: &mut Value) -> Option<&mut Vec<Value>> {
    body.get_mut("Resources")?.as_array_mut()
}

/// Adds the last row again as another resource, with an id that nobody has.
fn duplicate(body: &mut Value) -> Result<(), String> {
    let rows = rows(body).ok_or("there are no rows")?;
    let mut twin = rows.last().ok_or("there is no match to double")?.clone();
    let id = twin.get("id").and_then(Value::as_str).unwrap_or_default();
    // GoTo's own ids begin with another digit than 0.
    let id = format!("0{}", id.get(1..).unwrap_or_default());
    twin["id"] = id.into();
    rows.push(twin);
    for name in ["totalResults", "itemsPerPage"] {
        if let Some(count) = number(body, name) {
            body[name] = count.saturating_add(1).into();
        }
    }
    Ok(())
}

fn empty(body: &mut Value) {
    if let Some(rows) = rows(body) {
        rows.clear();
    }
    if number(body, "itemsPerPage").is_some() {
        body["itemsPerPage"] = 0.into();
    }
}

fn omit_id(body: &mut Value) {
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

fn string_booleans(value: &mut Value) {
    match value {
        Value::Bool(true) => *value = "True".into(),
        Value::Bool(false) => *value = "False".into(),
        Value::Array(elements) => elements.iter_mut().for_each(string_booleans),
        Value::Object(members) => members.values_mut().for_each(string_booleans),
        Value::Null | Value::Number(_) | Value::String(_) => {}
    }
}

fn leave_out(body: &mut Value, is_stale: impl Fn(&str) -> bool) {
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
    use serde_json::json;

    use super::*;

    fn nothing_stale(_: &str, _: u32) -> bool {
        false
    }

    #[track_caller]
    fn check(written: &Value, mut body: Value, expected: &Value) {
        let mut findings = Findings::default();
        let mutations = read(written, &Pointer::default(), &mut findings);
        assert_eq!(findings.messages(), [""; 0]);
        let listing = Listing {
            start_index: Some(11),
            is_stale: &|id, reads| id == "2" && reads == 3,
            earlier: None,
            others: &[],
        };
        for mutation in mutations {
            mutation.apply(&mut body, &listing).unwrap();
        }
        assert_eq!(&body, expected, "{written}");
    }

    #[test]
    fn each_deviation_changes_what_its_name_says() {
        let list = json!({"totalResults": 2, "startIndex": 10, "itemsPerPage": 2, "Resources": [
            {"id": "1", "active": true}, {"id": "2", "active": false}]});
        check(
            &json!("omit_id"),
            json!({"id": "1", "x": 1}),
            &json!({"x": 1}),
        );
        check(
            &json!(["omit_id", "string_booleans", "wrong_total", "page_drift"]),
            list.clone(),
            &json!({"totalResults": 3, "startIndex": 11, "itemsPerPage": 2, "Resources": [
                {"active": "True"}, {"active": "False"}]}),
        );
        check(
            &json!("stale_list:3"),
            list,
            &json!({"totalResults": 1, "startIndex": 10, "itemsPerPage": 1, "Resources": [
                {"id": "1", "active": true}]}),
        );
    }

    #[test]
    fn patch_and_names_mix_in_the_order_of_the_file() {
        check(
            &json!([{"op": "add", "path": "/new", "value": true}, "string_booleans",
                   {"op": "add", "path": "/later", "value": true}]),
            json!({}),
            &json!({"new": "True", "later": true}),
        );
    }

    #[test]
    fn patch_that_does_not_fit_leaves_the_body_and_is_told() {
        let mutations = read(
            &json!([{"op": "add", "path": "/a", "value": 1}, {"op": "remove", "path": "/none"}]),
            &Pointer::default(),
            &mut Findings::default(),
        );
        assert_eq!(mutations.len(), 1);
        let mut reply =
            Reply::with_body(http::StatusCode::OK, "application/scim+json", "{\"b\":2}");
        let listing = Listing {
            start_index: None,
            is_stale: &nothing_stale,
            earlier: None,
            others: &[],
        };
        let troubles = alter(&mut reply, &mutations, &listing);
        assert_eq!(troubles.len(), 1);
        assert_eq!(reply.body, "{\"b\":2}");
        let mut empty = Reply::empty(http::StatusCode::NO_CONTENT);
        assert_eq!(alter(&mut empty, &mutations, &listing).len(), 1);
    }

    #[test]
    fn unknown_names_and_operations_are_found() {
        let mut findings = Findings::default();
        let written = json!(["omit_ids", {"op": "ad", "path": "/x"}, "stale_list:x"]);
        assert!(read(&written, &Pointer::default(), &mut findings).is_empty());
        assert_eq!(findings.messages().len(), 3);
    }
}
